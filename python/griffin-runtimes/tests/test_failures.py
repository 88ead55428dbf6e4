"""Which of several workers' failures is the reason."""

import pytest
from ray.exceptions import ActorDiedError
from ray.train import WorkerGroupError
from ray.train.v2._internal.exceptions import UserExceptionWithTraceback, WorkerHealthCheckFailedError
from xgboost.core import XGBoostError

from griffin_runtimes.errors import column_missing
from griffin_runtimes.training.failures import failure_of
from griffin_runtimes.xgboost.loop import is_lost_peer

LOST_PEER = UserExceptionWithTraceback(XGBoostError("/workspace/src/collective/result.cc:83: Poll error"), "trace")
DEAD = WorkerHealthCheckFailedError("A worker health check failed.", ActorDiedError())
BUG = UserExceptionWithTraceback(ZeroDivisionError("by zero"), "trace")
REFUSED = UserExceptionWithTraceback(column_missing("The dataset", "wind", "/config", ["rain"]), "trace")


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ({0: DEAD}, "training_worker_died"),
        ({0: LOST_PEER, 1: DEAD}, "training_worker_died"),
        ({0: LOST_PEER}, "training_worker_died"),
        ({0: LOST_PEER, 1: BUG}, "runtime_error"),
        ({0: REFUSED, 1: LOST_PEER}, "column_missing"),
        ({0: UserExceptionWithTraceback(XGBoostError("label must be in [0,1]"), "trace")}, "runtime_error"),
        ({}, "runtime_error"),
    ],
)
def test_a_death_counts_before_what_follows_from_it(failures: dict[int, Exception], code: str) -> None:
    assert failure_of(WorkerGroupError("failed", failures), is_lost_peer).code == code


def test_the_controllers_death_is_one_too() -> None:
    assert failure_of(ActorDiedError(), is_lost_peer).code == "training_worker_died"
