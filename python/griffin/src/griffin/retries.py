"""When a request is sent again, and after which pause."""

import random
from dataclasses import dataclass, replace

from griffin.errors import GriffinError

# So that many clients that were told the same moment do not all come at it.
_SPREAD = 0.1


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential pauses with jitter, or what the API asks for, until `patience_seconds` after the first try."""

    patience_seconds: float = 60
    first_pause_seconds: float = 0.25
    longest_pause_seconds: float = 10

    def pause(self, error: GriffinError, retries: int, elapsed_seconds: float) -> float | None:
        """Seconds to wait before the next try, of which there were `retries`; None where trying again is of no use."""
        if not error.retryable:
            return None
        pause = self._after(error.retry_after) if error.retry_after is not None else self._backoff(retries)
        return pause if elapsed_seconds + pause <= self.patience_seconds else None

    def for_waiting(self) -> "RetryPolicy":
        """The policy of whoever waits for a run anyway: ten times as patient."""
        return replace(self, patience_seconds=10 * self.patience_seconds)

    def _backoff(self, retries: int) -> float:
        pause = min(self.longest_pause_seconds, self.first_pause_seconds * 2.0 ** min(retries, 30))
        return pause * random.uniform(0.5, 1)

    @staticmethod
    def _after(asked: float) -> float:
        return asked * random.uniform(1, 1 + _SPREAD)


NO_RETRIES = RetryPolicy(patience_seconds=-1)
