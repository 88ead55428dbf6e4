"""The standard runtimes: what each can do, with which configuration, and what it asks for by default."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from griffin_runtimes import __version__
from griffin_runtimes.config import RuntimeConfig
from griffin_runtimes.dataset.config import GenerateConfig
from griffin_runtimes.xgboost.config import ScoreConfig, TrainConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from griffin_runtimes.context import RunContext
    from griffin_runtimes.report import Result


@dataclass(frozen=True)
class Task:
    """One kind of run that a runtime can do. Its module is imported only where the run takes place."""

    config: type[RuntimeConfig]
    module: str

    def load(self) -> "Callable[[RunContext, RuntimeConfig], Result]":
        """The module's `run`, which does the work and returns what came of it, or raises a RuntimeFailure."""
        return import_module(self.module).run


@dataclass(frozen=True)
class Runtime:
    """A versioned standard build. `packages` are those of the lock that its users care about."""

    name: str
    needs_ray: bool
    tasks: dict[str, Task]
    packages: tuple[str, ...]
    workers: int
    cpu: float
    memory_gib: float
    version: str = __version__

    @property
    def image(self) -> str:
        return f"griffin/runtime-{self.name}:{self.version}"


RUNTIMES = (
    Runtime(
        name="xgboost",
        needs_ray=True,
        tasks={"train": Task(TrainConfig, "griffin_runtimes.xgboost.train")},
        packages=("ray", "xgboost-cpu", "scikit-learn", "pandas", "numpy", "pyarrow", "mlflow-skinny"),
        workers=2,
        cpu=1,
        memory_gib=2,
    ),
    Runtime(
        name="dataset-generation",
        needs_ray=False,
        tasks={"generate-dataset": Task(GenerateConfig, "griffin_runtimes.dataset.generate")},
        packages=("duckdb", "pyarrow"),
        workers=0,
        cpu=2,
        memory_gib=4,
    ),
    Runtime(
        name="xgboost-scoring",
        needs_ray=False,
        tasks={"batch-infer": Task(ScoreConfig, "griffin_runtimes.xgboost.score")},
        packages=("xgboost-cpu", "pandas", "numpy", "pyarrow"),
        workers=0,
        cpu=1,
        memory_gib=2,
    ),
)


def find_task(runtime: str, kind: str) -> Task | None:
    """The task of a runtime for a kind of run, or None where there is no such runtime or it cannot do the kind."""
    return next((known.tasks.get(kind) for known in RUNTIMES if known.name == runtime), None)
