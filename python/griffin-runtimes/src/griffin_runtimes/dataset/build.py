"""Builds a training dataset as a table of the engine, with all that is told of it."""

from dataclasses import dataclass
from typing import Any

import duckdb

from griffin_runtimes.dataset import join, sql
from griffin_runtimes.dataset.checks import (
    check_moments,
    check_names,
    check_rows,
    check_spine,
    check_view,
    settle_ties,
)
from griffin_runtimes.dataset.config import GenerateConfig, View
from griffin_runtimes.dataset.fingerprint import dataset_fingerprint, rows_hash, source_fingerprint
from griffin_runtimes.dataset.source import Source
from griffin_runtimes.dataset.splits import checked_splits, lies_in
from griffin_runtimes.dataset.statistics import statistics
from griffin_runtimes.errors import data_invalid


@dataclass(frozen=True)
class BuiltDataset:
    """The table `dataset` of the connection. `splits`: per split, the SQL condition that its rows meet."""

    columns: dict[str, str]
    feature_columns: list[str]
    splits: dict[str, str]
    rows: dict[str, dict[str, Any]]
    statistics: dict[str, dict[str, Any]]
    fingerprint: str
    source_fingerprints: dict[str, str]

    @property
    def row_count(self) -> int:
        return sum(rows["count"] for rows in self.rows.values())


def build(
    connection: duckdb.DuckDBPyConnection, config: GenerateConfig, spine: Source, views: list[Source]
) -> BuiltDataset:
    """Raises a RuntimeFailure that names the column, the row or the setting at fault."""
    windows = checked_splits(config.splits)
    check_names(config)
    spine_types = check_spine(spine, config)
    used = [
        check_view(view, at, source, spine_types)
        for at, (view, source) in enumerate(zip(config.views, views, strict=True))
    ]
    check_moments(connection, spine, config.spine.event_time)
    kept = " OR ".join(lies_in(window, join.MOMENT) for window in windows.values())
    spine_rows = join.spine_table(spine_types, config.spine.event_time, spine.relation, kept)
    columns = _join(connection, config, spine_rows, views)
    check_rows(connection, "dataset", config.spine.event_time, config.spine.entity_keys)
    moment = sql.micros(sql.name(config.spine.event_time))
    splits = {split: lies_in(window, moment) for split, window in windows.items()}
    rows = {split: _rows_of(connection, split, condition, columns) for split, condition in splits.items()}
    sources = {
        "spine": source_fingerprint(connection, spine.relation, spine_types),
        **{
            name: source_fingerprint(connection, source.relation, types)
            for name, source, types in zip(_source_names(config.views), views, used, strict=True)
        },
    }
    features = [*config.spine.columns, *(feature.name for view in config.views for feature in view.features)]
    return BuiltDataset(
        columns=columns,
        feature_columns=features,
        splits=splits,
        rows=rows,
        statistics=statistics(connection, "dataset", columns),
        fingerprint=dataset_fingerprint(rows, columns, config.spine.label, features, sources),
        source_fingerprints=sources,
    )


def _join(
    connection: duckdb.DuckDBPyConnection, config: GenerateConfig, spine_rows: str, views: list[Source]
) -> dict[str, str]:
    connection.execute(f"CREATE TEMP TABLE spine AS {spine_rows}")
    timelines = [f"timeline{at}" for at in range(len(views))]
    for at, (view, source, table) in enumerate(zip(config.views, views, timelines, strict=True)):
        connection.execute(f"CREATE TEMP TABLE {table} AS {join.timeline(view, source.relation)}")
        settle_ties(connection, table, view, at)
    connection.execute(f"CREATE TEMP TABLE dataset AS {join.joined(config.spine, config.views, timelines)}")
    return {row[0]: row[1] for row in connection.execute("DESCRIBE dataset").fetchall()}


def _rows_of(
    connection: duckdb.DuckDBPyConnection, split: str, condition: str, columns: dict[str, str]
) -> dict[str, Any]:
    rows = rows_hash(connection, f"(SELECT * FROM dataset WHERE {condition})", columns)
    if rows["count"] == 0:
        raise data_invalid(f"No row of the spine lies in the split `{split}` (/config/splits/{split}).")
    return rows


def _source_names(views: list[View]) -> list[str]:
    """One view may be joined more than once, by different keys: then each has its number."""
    refs = [f"{view.name}@{view.version}" for view in views]
    return [ref if refs.index(ref) == at else f"{ref}#{at + 1}" for at, ref in enumerate(refs)]
