"""Rows of a generated dataset against what the CSV files say was known at each scheduled departure.

GRIFFIN_FLIGHTS_SPLITS holds the splits of the dataset as JSON: name -> URI.
"""

import json
import math
import os
import random
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from brute_force import BruteForce, scheduled_departure

SAMPLED_PER_SPLIT = 40
# Days on which New York's clocks changed, and the last one, for which the source has no weather.
TRICKY_DAYS = ("2013-03-10", "2013-11-03", "2013-12-31")
KNOWN_ONLY_LATER = {"dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"}


@pytest.fixture(scope="module")
def splits() -> dict[str, pa.Table]:
    uris = json.loads(os.environ["GRIFFIN_FLIGHTS_SPLITS"])
    return {name: pq.read_table(unquote(urlsplit(uri).path)) for name, uri in uris.items()}


def test_every_flight_is_in_the_split_of_its_day(brute_force: BruteForce, splits: dict[str, pa.Table]) -> None:
    months = {"train": range(1, 11), "validation": [11], "test": [12]}
    for name, table in splits.items():
        expected = [flight for flight in brute_force.flights if int(flight["month"]) in months[name]]
        assert table.num_rows == len(expected) > 0
        assert sum(table["late"].to_pylist()) == sum(int(flight["arr_delay"]) > 15 for flight in expected)


def test_no_column_is_known_only_later(splits: dict[str, pa.Table]) -> None:
    for table in splits.values():
        assert KNOWN_ONLY_LATER.isdisjoint(table.column_names)


def test_sampled_rows_hold_what_was_known_and_nothing_else(
    brute_force: BruteForce, splits: dict[str, pa.Table]
) -> None:
    flights = {_key(flight, scheduled_departure(flight)): flight for flight in brute_force.flights}
    assert len(flights) == len(brute_force.flights)
    rows = [row for table in splits.values() for row in _sample(table)]
    assert len(rows) == SAMPLED_PER_SPLIT * len(splits) + len(TRICKY_DAYS)
    for row in rows:
        expected = brute_force.expected(flights[_key(row, _utc(row["scheduled_departure"]))])
        assert set(row) == set(expected)
        assert [name for name in row if not _equal(row[name], expected[name])] == [], (row, expected)


def _sample(table: pa.Table) -> list[dict[str, Any]]:
    """Random rows, the same each time, and one of each tricky day."""
    days = [moment.date().isoformat() for moment in table["scheduled_departure"].to_pylist()]
    tricky = [days.index(day) for day in TRICKY_DAYS if day in days]
    chosen = random.Random(2013).sample(range(table.num_rows), SAMPLED_PER_SPLIT)
    return table.take(chosen + tricky).to_pylist()


def _key(row: dict[str, Any], departure: datetime) -> tuple[Any, ...]:
    return row["carrier"], int(row["flight"]), row["origin"], departure


def _equal(actual: object, expected: object) -> bool:
    if isinstance(actual, datetime):
        return _utc(actual) == expected
    if isinstance(expected, float) and isinstance(actual, int | float):
        return math.isclose(actual, expected, rel_tol=1e-12, abs_tol=1e-12)
    return actual == expected


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
