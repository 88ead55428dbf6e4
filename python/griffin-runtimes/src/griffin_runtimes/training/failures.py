"""Tells a training that failed from one that was interrupted."""

import logging
import re
from collections.abc import Callable

from ray.exceptions import OutOfMemoryError, RayActorError, WorkerCrashedError
from ray.train import TrainingFailedError
from ray.train.v2._internal.exceptions import UserExceptionWithTraceback, WorkerHealthCheckFailedError

from griffin_runtimes.errors import RuntimeFailure
from griffin_runtimes.memory import ContainerMemory, ran_out

log = logging.getLogger(__name__)

# By the kernel, by hand, or by Ray itself when its node is nearly out of memory.
_DEATHS = (RayActorError, WorkerCrashedError, OutOfMemoryError)


def failure_of(
    error: TrainingFailedError | RayActorError,
    is_lost_peer: Callable[[BaseException], bool],
    exhausted: Callable[[], ContainerMemory | None],
) -> RuntimeFailure:
    """The reason for a failed training; a RayActorError is the death of Ray Train's controller.

    When one worker dies, the others fail for want of it, and Ray Train may have noticed these only. `is_lost_peer`
    knows such errors of the framework: they count as a death, unless some worker failed for a reason of its own.
    `exhausted` is asked about a death: whether a node ran out of memory.
    """
    if isinstance(error, RayActorError) and not error.actor_init_failed:
        return _died("The controller of the training died unexpectedly", error, exhausted)
    causes = {rank: cause_of(failure) for rank, failure in getattr(error, "worker_failures", {}).items()}
    dead = [rank for rank, cause in causes.items() if isinstance(cause, _DEATHS)]
    own = [cause for cause in causes.values() if not isinstance(cause, _DEATHS) and not is_lost_peer(cause)]
    if dead:
        return _died(f"The training worker of rank {dead[0]} died unexpectedly", causes[dead[0]], exhausted)
    if own:
        return own[0] if isinstance(own[0], RuntimeFailure) else _failed(own[0])
    return _died("A training worker was lost to the others", error, exhausted) if causes else _failed(error)


def cause_of(failure: BaseException) -> BaseException:
    """What lies under Ray Train's wrapping of a worker's failure."""
    if isinstance(failure, WorkerHealthCheckFailedError):
        return failure.health_check_failure
    if isinstance(failure, UserExceptionWithTraceback):
        return failure._base_exc
    return failure


def _died(what: str, cause: BaseException, exhausted: Callable[[], ContainerMemory | None]) -> RuntimeFailure:
    if isinstance(cause, OutOfMemoryError):
        log.error("%s", cause)
        return RuntimeFailure("out_of_memory", ran_out(_limit_in(str(cause)), "A Ray worker"))
    memory = exhausted()
    if memory is not None:
        return RuntimeFailure("out_of_memory", ran_out(memory.limit_bytes, "A Ray worker"))
    return RuntimeFailure("training_worker_died", f"{what}; its machine may have run out of memory or have gone away.")


def _limit_in(message: str) -> int | None:
    """Ray says it in a long report on its node, in bytes."""
    said = re.search(r"of (\d+)B limit", message)
    return int(said[1]) if said else None


def _failed(cause: BaseException) -> RuntimeFailure:
    return RuntimeFailure("runtime_error", f"The training failed: {type(cause).__name__}: {cause}")
