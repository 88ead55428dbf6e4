"""SQL text for DuckDB. Names and paths come from users: they are quoted here and nowhere pasted."""

from collections.abc import Iterable
from pathlib import Path

INTEGERS = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
)
FLOATS = frozenset({"FLOAT", "DOUBLE"})
TIMES = frozenset({"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"})
TEXTS = frozenset({"VARCHAR", "UUID"})


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str]) -> str:
    """Quoted identifiers, separated by commas."""
    return ", ".join(name(identifier) for identifier in identifiers)


def as_text(identifiers: Iterable[str]) -> str:
    """Columns to be shown to people. DuckDB hands out a time with a zone only where pytz is installed."""
    return ", ".join(f"CAST({name(identifier)} AS VARCHAR)" for identifier in identifiers)


def text(value: str) -> str:
    """A quoted string."""
    return "'" + value.replace("'", "''") + "'"


def parquet(files: list[Path]) -> str:
    """A table function over Parquet files, each path meant literally, even where it looks like a pattern."""
    literal = ("".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(file)) for file in files)
    return f"read_parquet([{', '.join(text(file) for file in literal)}], union_by_name = true)"


def micros(expression: str) -> str:
    """A date or time as microseconds since 1970 in UTC; one without a zone is taken as UTC."""
    return f"epoch_us({expression})"


def is_decimal(column_type: str) -> bool:
    return column_type.startswith("DECIMAL")


def is_numeric(column_type: str) -> bool:
    return column_type in INTEGERS or column_type in FLOATS or is_decimal(column_type)


def is_scalar(column_type: str) -> bool:
    """Whether a dataset can hold such a column."""
    return is_numeric(column_type) or column_type in TIMES or column_type in TEXTS or column_type == "BOOLEAN"
