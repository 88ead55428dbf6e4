"""Small sources for dataset tests, and the join as its definition reads, row by row."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from griffin_runtimes.dataset.build import BuiltDataset, build
from griffin_runtimes.dataset.config import GenerateConfig, View
from griffin_runtimes.dataset.source import open_source

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
DATASET = {"id": "00000000-0000-7000-8000-000000000001", "name": "trips", "version": 1}

SPINE_SCHEMA = pa.schema([("city", pa.string()), ("at", pa.timestamp("us")), ("late", pa.int64())])
VIEW_SCHEMA = pa.schema(
    [
        ("place", pa.string()),
        ("seen", pa.timestamp("us")),
        ("known", pa.timestamp("us")),
        ("tie", pa.int64()),
        ("wind", pa.float64()),
    ]
)


def minute(number: int | None) -> datetime | None:
    return None if number is None else (START + timedelta(minutes=number)).replace(tzinfo=None)


def write(file: Path, rows: list[dict[str, Any]], schema: pa.Schema, **options: Any) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file, **options)
    return file


def spine_row(city: str | None, at: int, late: int = 0) -> dict[str, Any]:
    return {"city": city, "at": minute(at), "late": late}


def view_row(place: str | None, seen: int | None, known: int | None, tie: int | None, wind: float) -> dict[str, Any]:
    return {"place": place, "seen": minute(seen), "known": minute(known), "tie": tie, "wind": wind}


def weather(**changes: Any) -> dict[str, Any]:
    return {
        "id": "00000000-0000-7000-8000-000000000002",
        "name": "weather",
        "version": 1,
        "uri": "file:///weather.parquet",
        "entity_keys": ["place"],
        "spine_keys": ["city"],
        "event_time": "seen",
        "available_at": "known",
        "max_age_seconds": None,
        "tie_break": "tie",
        "features": [{"name": "wind", "column": "wind"}],
        **changes,
    }


def trips(views: list[dict[str, Any]], splits: dict[str, Any] | None = None, **spine: Any) -> GenerateConfig:
    of_spine = {"uri": "file:///spine.parquet", "entity_keys": ["city"], "event_time": "at", "label": "late", **spine}
    return GenerateConfig.model_validate(
        {"dataset": DATASET, "spine": of_spine, "views": views, "splits": splits or {}}
    )


def generate(config: GenerateConfig, spine: Path, *views: Path, threads: int = 2) -> tuple[BuiltDataset, list[Any]]:
    """The dataset and its rows, ordered by time and keys."""
    with duckdb.connect(config={"threads": threads}) as connection:
        sources = [open_source(connection, f"The feature view {view.stem}", view.as_uri(), [view]) for view in views]
        dataset = build(connection, config, open_source(connection, "The spine", spine.as_uri(), [spine]), sources)
        return dataset, connection.execute('SELECT * FROM dataset ORDER BY "at", "city"').fetchall()


def by_definition(view: View, spine: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What the join must give: for each spine row a look at every row of the view."""
    joined = [(row["city"], row["at"], _newest(view, row, rows), row["late"]) for row in spine]
    return sorted(joined, key=lambda row: (row[1], row[0] is None, row[0] or ""))


def _newest(view: View, spine: dict[str, Any], rows: list[dict[str, Any]]) -> float | None:
    candidates = [row for row in rows if row["place"] == spine["city"] and _is_known(view, row, spine["at"])]
    if spine["city"] is None or not candidates:
        return None
    best = max(candidates, key=lambda row: _rank(view, row))
    age = (spine["at"] - best["seen"]).total_seconds()
    return None if view.max_age_seconds is not None and age > view.max_age_seconds else best["wind"]


def _is_known(view: View, row: dict[str, Any], at: datetime) -> bool:
    available = row["known"] if view.available_at else row["seen"]
    return row["seen"] is not None and available is not None and row["seen"] <= at and available <= at


def _rank(view: View, row: dict[str, Any]) -> tuple[Any, ...]:
    tie = row["tie"] if view.tie_break else None
    return (row["seen"], tie is not None, tie or 0, _visible(view, row))


def _visible(view: View, row: dict[str, Any]) -> datetime:
    return max(row["seen"], row["known"]) if view.available_at else row["seen"]
