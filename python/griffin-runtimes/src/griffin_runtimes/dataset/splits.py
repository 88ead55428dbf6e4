"""Named splits of a dataset by event time."""

from datetime import datetime, timedelta, timezone
from itertools import combinations

from griffin_runtimes.dataset.config import Window
from griffin_runtimes.errors import config_invalid

_ALL = {"all": Window()}
# Before and after any time that DuckDB can hold, in microseconds.
_BEGINNING, _END = -(2**63), 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def checked_splits(splits: dict[str, Window]) -> dict[str, Window]:
    """The splits, or one of everything where there are none. Raises config_invalid if one is void or two overlap."""
    for split, window in splits.items():
        start, end = _span(window)
        if start >= end:
            raise config_invalid(f"The split `{split}` (/config/splits/{split}) ends before it begins.")
    for (one, window), (other, another) in combinations(splits.items(), 2):
        if max(_span(window)[0], _span(another)[0]) < min(_span(window)[1], _span(another)[1]):
            raise config_invalid(
                f"The splits `{one}` and `{other}` overlap (/config/splits): a row must lie in one only."
            )
    return splits or _ALL


def lies_in(window: Window, moment: str) -> str:
    """SQL: whether an expression in microseconds lies in the window."""
    start, end = _span(window)
    return f"({moment} >= {start} AND {moment} < {end})"


def _span(window: Window) -> tuple[int, int]:
    start = _BEGINNING if window.from_ is None else _micros(window.from_)
    end = _END if window.until is None else _micros(window.until)
    return start, end


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
