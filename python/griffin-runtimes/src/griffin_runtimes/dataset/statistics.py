"""What each column of a dataset holds, in figures."""

import math
from typing import Any

import duckdb

from griffin_runtimes.dataset import sql


def statistics(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """Per column `nulls`, and `min`, `max`, `mean`, `stddev` of numbers, `min`, `max` of times, `distinct` of text."""
    wanted = [(column, figure, of) for column, kind in columns.items() for figure, of in _figures(column, kind).items()]
    row = connection.execute(f"SELECT {', '.join(of for _, _, of in wanted)} FROM {relation}").fetchone()
    assert row is not None
    found: dict[str, dict[str, Any]] = {column: {} for column in columns}
    for (column, figure, _), value in zip(wanted, row, strict=True):
        found[column][figure] = _as_json(value)
    return found


def _figures(column: str, column_type: str) -> dict[str, str]:
    name = sql.name(column)
    nulls = {"nulls": f"count(*) - count({name})"}
    if sql.is_numeric(column_type):
        number = f"CAST({name} AS DOUBLE)"
        # A number that is not finite would make every figure useless.
        number = f"CASE WHEN isfinite({number}) THEN {number} END"
        spread = {"mean": f"avg({number})", "stddev": f"stddev_samp({number})"}
        return {**nulls, "min": f"min({number})", "max": f"max({number})", **spread}
    if column_type == "BOOLEAN":
        return {**nulls, "mean": f"avg(CAST({name} AS INTEGER))"}
    if column_type in sql.TIMES:
        return {**nulls, "min": f"CAST(min({name}) AS VARCHAR)", "max": f"CAST(max({name}) AS VARCHAR)"}
    return {**nulls, "distinct": f"count(DISTINCT {name})"}


def _as_json(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
