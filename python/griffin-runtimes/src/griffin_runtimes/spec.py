"""The parts of the resolved run spec that a runtime reads."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from griffin_runtimes.errors import config_invalid


class _Part(BaseModel):
    # The spec grows: a runtime ignores what it does not know.
    model_config = ConfigDict(extra="ignore", frozen=True)


class Versioned(_Part):
    id: str
    name: str
    version: int

    @property
    def ref(self) -> str:
        return f"{self.name}@{self.version}"


class SplitRef(_Part):
    uri: str
    row_count: int


class DatasetInput(Versioned):
    type: Literal["dataset"]
    uri: str
    splits: dict[str, SplitRef]
    label: str
    feature_columns: list[str]

    def split(self, name: str, named_by: str) -> SplitRef:
        """Raises config_invalid where the dataset has no such split. `named_by` is a JSON pointer into the spec."""
        if name not in self.splits:
            has = ", ".join(self.splits)
            raise config_invalid(f"The dataset {self.ref} has no split `{name}` (named by {named_by}); it has: {has}.")
        return self.splits[name]


class ModelInput(Versioned):
    type: Literal["model"]
    uri: str


Input = TypeVar("Input", DatasetInput, ModelInput)


class RuntimeRef(_Part):
    name: str
    version: str
    needs_ray: bool


class Resources(_Part):
    workers: int
    cpu: float
    gpu: int
    memory_gib: float


class RunSpec(_Part):
    """Everything a run needs, frozen at submit."""

    run_id: str
    project_id: str
    name: str
    kind: str
    definition: Versioned
    runtime: RuntimeRef
    inputs: list[Annotated[DatasetInput | ModelInput, Field(discriminator="type")]]
    config: dict[str, Any]
    resources: Resources
    env: dict[str, str]
    seed: int

    def one_input(self, kind: type[Input]) -> Input:
        """The run's one input of a kind. Raises config_invalid where there is none, or more than one."""
        found = [given for given in self.inputs if isinstance(given, kind)]
        if len(found) != 1:
            noun = "dataset" if kind is DatasetInput else "model"
            raise config_invalid(f"This run needs exactly one {noun} as input; it has {len(found)}.")
        return found[0]
