"""Which of several workers' failures is the reason."""

import pytest
from ray.exceptions import ActorDiedError, OutOfMemoryError
from ray.train import WorkerGroupError
from ray.train.v2._internal.exceptions import UserExceptionWithTraceback, WorkerHealthCheckFailedError
from xgboost.core import XGBoostError

from griffin_runtimes.errors import column_missing
from griffin_runtimes.memory import ContainerMemory
from griffin_runtimes.training.failures import failure_of
from griffin_runtimes.xgboost.loop import is_lost_peer

LOST_PEER = UserExceptionWithTraceback(XGBoostError("/workspace/src/collective/result.cc:83: Poll error"), "trace")
DEAD = WorkerHealthCheckFailedError("A worker health check failed.", ActorDiedError())
BUG = UserExceptionWithTraceback(ZeroDivisionError("by zero"), "trace")
SAID = (
    "1 worker(s) were killed.\nMemory usage 1304694784B exceeded threshold of 1275068416B (95.0% of 1342177280B limit)"
)
CROWDED = WorkerHealthCheckFailedError("A worker health check failed.", OutOfMemoryError(SAID))
REFUSED = UserExceptionWithTraceback(column_missing("The dataset", "wind", "/config", ["rain"]), "trace")


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ({0: DEAD}, "training_worker_died"),
        ({0: LOST_PEER, 1: DEAD}, "training_worker_died"),
        ({0: LOST_PEER}, "training_worker_died"),
        ({0: LOST_PEER, 1: CROWDED}, "out_of_memory"),
        ({0: LOST_PEER, 1: BUG}, "runtime_error"),
        ({0: REFUSED, 1: LOST_PEER}, "column_missing"),
        ({0: UserExceptionWithTraceback(XGBoostError("label must be in [0,1]"), "trace")}, "runtime_error"),
        ({}, "runtime_error"),
    ],
)
def test_a_death_counts_before_what_follows_from_it(failures: dict[int, Exception], code: str) -> None:
    assert failure_of(WorkerGroupError("failed", failures), is_lost_peer, unknown).code == code


def test_the_controllers_death_is_one_too() -> None:
    assert failure_of(ActorDiedError(), is_lost_peer, unknown).code == "training_worker_died"


@pytest.mark.parametrize("failures", [{0: DEAD}, {0: LOST_PEER}, {0: LOST_PEER, 1: CROWDED}])
def test_a_death_on_a_node_without_memory_says_of_how_much(failures: dict[int, Exception]) -> None:
    failure = failure_of(WorkerGroupError("failed", failures), is_lost_peer, lambda: ContainerMemory(1280 * 1024**2, 1))
    assert (failure.code, failure.retryable) == ("out_of_memory", False)
    assert "its limit of 1280Mi" in failure.message


def test_a_bug_is_no_lack_of_memory() -> None:
    failure = failure_of(WorkerGroupError("failed", {0: BUG}), is_lost_peer, lambda: ContainerMemory(None, 1))
    assert failure.code == "runtime_error"


def unknown() -> None:
    """No node says that it ran out of memory."""
