"""What a task was about to submit: kept where it outlives a try."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Protocol

_NAME = "griffin_intent"

# For as long as Griffin keeps the keys.
_RETENTION = timedelta(days=30)


@dataclass(frozen=True)
class Intent:
    """A submission, written down before it is sent. `epoch` is the try that meant it, `run_id` what came of it.

    `max_tries`: as Airflow had it, which a clear of the task raises.
    """

    key: str
    epoch: int
    round: int
    run_id: str | None = None
    max_tries: int | None = None


class TaskState(Protocol):
    """Airflow's task state store."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: Any, *, retention: timedelta | None) -> None: ...


def read_intent(store: TaskState) -> Intent | None:
    found = store.get(_NAME)
    return Intent(**found) if found else None


def write_intent(store: TaskState, intent: Intent) -> None:
    store.set(_NAME, asdict(intent), retention=_RETENTION)
