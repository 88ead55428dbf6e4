"""What must hold of a dataset's configuration and sources before they are joined."""

from collections import Counter

import duckdb

from griffin_runtimes.dataset import sql
from griffin_runtimes.dataset.config import GenerateConfig, View
from griffin_runtimes.dataset.join import VISIBLE, spine_columns
from griffin_runtimes.dataset.source import Source
from griffin_runtimes.errors import config_invalid, data_invalid


def check_names(config: GenerateConfig) -> None:
    """Raises config_invalid where two columns of the dataset would have one name, or keys do not pair up."""
    columns = [
        *spine_columns(config.spine),
        *(f.name for view in config.views for f in view.features),
        config.spine.label,
    ]
    twice = [column for column, count in Counter(column.lower() for column in columns).items() if count > 1]
    if twice:
        raise config_invalid(f"The dataset would have these columns twice: {', '.join(twice)}.")
    for at, view in enumerate(config.views):
        if len(view.entity_keys) != len(view.spine_keys):
            raise config_invalid(f"/config/views/{at}: each of entity_keys needs its column in spine_keys.")


def check_spine(spine: Source, config: GenerateConfig) -> dict[str, str]:
    """The spine's columns that the dataset uses, with their types. Raises column_missing or data_invalid."""
    wanted = {
        **{column: f"/config/spine/entity_keys/{at}" for at, column in enumerate(config.spine.entity_keys)},
        **{column: f"/config/spine/columns/{at}" for at, column in enumerate(config.spine.columns)},
        config.spine.label: "/config/spine/label",
        config.spine.event_time: "/config/spine/event_time",
        **{
            column: f"/config/views/{at}/spine_keys/{index}"
            for at, view in enumerate(config.views)
            for index, column in enumerate(view.spine_keys)
        },
    }
    spine.require_time(config.spine.event_time, "/config/spine/event_time")
    return {column: spine.require(column, named_by) for column, named_by in wanted.items()}


def check_view(view: View, at: int, source: Source, spine_types: dict[str, str]) -> dict[str, str]:
    """The source's columns that the view uses, with their types. Raises column_missing or data_invalid."""
    base = f"/config/views/{at}"
    wanted = {
        **{column: f"{base}/entity_keys/{index}" for index, column in enumerate(view.entity_keys)},
        **{feature.column: f"{base}/features/{index}/column" for index, feature in enumerate(view.features)},
        **({view.tie_break: f"{base}/tie_break"} if view.tie_break else {}),
        view.event_time: f"{base}/event_time",
        **({view.available_at: f"{base}/available_at"} if view.available_at else {}),
    }
    source.require_time(view.event_time, f"{base}/event_time")
    if view.available_at:
        source.require_time(view.available_at, f"{base}/available_at")
    types = {column: source.require(column, named_by) for column, named_by in wanted.items()}
    for key, spine_key in zip(view.entity_keys, view.spine_keys, strict=True):
        _check_key(source.label, key, types[key], spine_key, spine_types[spine_key])
    return types


def check_rows(connection: duckdb.DuckDBPyConnection, table: str, event_time: str, keys: list[str]) -> None:
    """Raises data_invalid where the joined table repeats an entity at one moment."""
    columns = [*keys, event_time]
    listed = sql.names(columns)
    twice = connection.execute(
        f"SELECT {sql.as_text(columns)}, count(*) FROM {table} "
        f"GROUP BY {listed} HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    ).fetchone()
    if twice:
        raise data_invalid(f"The spine has {twice[-1]} rows with {_described(columns, twice)}; one is needed.")


def check_moments(connection: duckdb.DuckDBPyConnection, spine: Source, event_time: str) -> None:
    """Raises data_invalid where a spine row has no event time: nothing could be known at it."""
    row = connection.execute(f"SELECT count(*) FROM {spine.relation} WHERE {sql.name(event_time)} IS NULL").fetchone()
    if row and row[0]:
        raise data_invalid(f"{spine.label}: {row[0]} rows have no `{event_time}`.")


def settle_ties(connection: duckdb.DuckDBPyConnection, table: str, view: View, at: int) -> None:
    """Drops repeated rows of a timeline. Raises data_invalid where rows differ and nothing says which of them wins."""
    keys = [f"key{index}" for index in range(len(view.entity_keys))]
    listed = ", ".join([*keys, VISIBLE])
    tied = (
        f"SELECT {sql.as_text(keys)}, count(*) FROM {table} GROUP BY {listed} HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    )
    if connection.execute(tied).fetchone() is None:
        return
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT DISTINCT * FROM {table}")
    row = connection.execute(tied).fetchone()
    if row:
        raise data_invalid(
            f"{view.name}@{view.version} has {row[-1]} different rows with {_described(view.entity_keys, row)} and the "
            f"same times; name a column as /config/views/{at}/tie_break that tells which of them is the newest."
        )


def _check_key(label: str, key: str, key_type: str, spine_key: str, spine_type: str) -> None:
    if _family(key_type) != _family(spine_type):
        raise data_invalid(
            f"{label}: the key `{key}` has the type {key_type}, but the spine's `{spine_key}` has {spine_type}."
        )


def _family(column_type: str) -> str:
    return "INTEGER" if column_type in sql.INTEGERS else column_type


def _described(columns: list[str], row: tuple[object, ...]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in zip(columns, row, strict=False))
