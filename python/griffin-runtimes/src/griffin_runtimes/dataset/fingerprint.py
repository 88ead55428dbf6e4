"""Fingerprints of data: equal for equal content, whatever the order of rows, the files, the threads or the engine.

A row's text is its values in the schema's order, separated by commas: a number or time by its digits, text by its
length in bytes, a colon and itself, a missing value as `~`. The row's hash is the MD5 of the text: its first and its
last eight bytes as little-endian numbers. The table's hash is their sums over all rows, each modulo 2^64, beside the
number of rows. A sum knows no order, but it does know how often a row occurs. The fingerprint is the SHA-256 of the
canonical JSON of this and the schema. It tells contents apart; it is no defence against somebody who forges them
(docs/adr/0061-dataset-fingerprint.md).
"""

import hashlib
import json
from typing import Any

import duckdb

from griffin_runtimes.dataset import sql

ALGORITHM = "griffin-rows-1"


def rows_hash(connection: duckdb.DuckDBPyConnection, relation: str, columns: dict[str, str]) -> dict[str, Any]:
    """The order-independent hash of a relation's rows over the given columns, and their number."""
    halves = ", ".join(f"coalesce(sum(md5_number_{half}(row)), 0) % {2**64}" for half in ("lower", "upper"))
    row = connection.execute(
        f"SELECT count(*), {halves} FROM (SELECT {_row_text(columns)} AS row FROM {relation})"
    ).fetchone()
    assert row is not None
    count, lower, upper = row
    return {"count": count, "hash": f"{int(upper):016x}{int(lower):016x}"}


def source_fingerprint(connection: duckdb.DuckDBPyConnection, relation: str, columns: dict[str, str]) -> str:
    """The fingerprint of what a dataset reads of a source: the columns that it uses, in order of name."""
    used = dict(sorted(columns.items()))
    return digest({"algorithm": ALGORITHM, "schema": schema_of(used), "rows": rows_hash(connection, relation, used)})


def dataset_fingerprint(
    rows: dict[str, dict[str, Any]], columns: dict[str, str], label: str, features: list[str], sources: dict[str, str]
) -> str:
    """`rows`: per split. Equal for the same rows in the same splits, made of the same sources."""
    return digest(
        {
            "algorithm": ALGORITHM,
            "rows": rows,
            "schema": schema_of(columns),
            "label": label,
            "feature_columns": features,
            "sources": sources,
        }
    )


def schema_of(columns: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": column, "type": column_type} for column, column_type in columns.items()]


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no spaces, ASCII."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _row_text(columns: dict[str, str]) -> str:
    values = (f"coalesce({_value_text(sql.name(column), kind)}, '~')" for column, kind in columns.items())
    return " || ',' || ".join(values)


def _value_text(column: str, column_type: str) -> str:
    if column_type in sql.FLOATS:
        # Negative zero equals zero; adding zero gives both one text.
        return f"CAST({column} + 0 AS VARCHAR)"
    if column_type == "TIMESTAMP_NS":
        return f"CAST(epoch_ns({column}) AS VARCHAR)"
    if column_type in sql.TIMES:
        return f"CAST({sql.micros(column)} AS VARCHAR)"
    if column_type in sql.TEXTS:
        return f"strlen(CAST({column} AS VARCHAR)) || ':' || CAST({column} AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"
