"""Tells a training that failed from one that was interrupted."""

from collections.abc import Iterator

from ray.exceptions import RayActorError, WorkerCrashedError
from ray.train import TrainingFailedError

from griffin_runtimes.errors import RuntimeFailure

_DEATHS = (RayActorError, WorkerCrashedError)


def failure_of(error: TrainingFailedError) -> RuntimeFailure:
    """The reason for a failed training. A worker that died counts before what the others say of its silence."""
    failures = dict(sorted(getattr(error, "worker_failures", {}).items()))
    for rank, failure in failures.items():
        if any(isinstance(cause, _DEATHS) for cause in _causes(failure)):
            return RuntimeFailure("training_worker_died", f"The training worker of rank {rank} died: {failure}")
    for failure in failures.values():
        for cause in _causes(failure):
            if isinstance(cause, RuntimeFailure):
                return cause
    return RuntimeFailure("runtime_error", f"The training failed: {error}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = getattr(error, "base_exc", None) or getattr(error, "_base_exc", None) or error.__cause__
