"""How much time is left."""

import math
import time

from griffin.errors import WaitTimeoutError


class Deadline:
    """`seconds` from now on; for ever when None."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._end = math.inf if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Seconds; None where there is no end."""
        return None if self._seconds is None else max(0.0, self._end - time.monotonic())

    def hold(self, longest: int, what: str) -> int:
        """For how many whole seconds the API may hold its next answer back. Raises WaitTimeoutError with none left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise WaitTimeoutError(f"{what} after {self._seconds:g} s, and goes on")
        return max(1, math.floor(min(longest, left)))
