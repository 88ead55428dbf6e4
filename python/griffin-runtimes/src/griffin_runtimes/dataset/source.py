"""A Parquet source of a dataset, and the columns that it must have."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from griffin_runtimes.dataset import sql
from griffin_runtimes.errors import column_missing, data_invalid


@dataclass(frozen=True)
class Source:
    """Parquet files that answer to `label`, with the types of their columns. `relation` is SQL that reads them."""

    label: str
    relation: str
    columns: dict[str, str]

    def require(self, column: str, named_by: str) -> str:
        """The type of a column. Raises column_missing, or data_invalid where a dataset cannot hold such a type."""
        if column not in self.columns:
            raise column_missing(self.label, column, named_by, list(self.columns))
        column_type = self.columns[column]
        if not sql.is_scalar(column_type):
            raise data_invalid(
                f"{self.label}: column `{column}` (named by {named_by}) has the type {column_type}; "
                "a number, text, boolean or time is needed."
            )
        return column_type

    def require_time(self, column: str, named_by: str) -> None:
        """Raises data_invalid where the column holds no dates or timestamps."""
        column_type = self.require(column, named_by)
        if column_type not in sql.TIMES:
            raise data_invalid(
                f"{self.label}: column `{column}` (named by {named_by}) has the type {column_type}; a time is needed."
            )


def open_source(connection: duckdb.DuckDBPyConnection, label: str, uri: str, files: list[Path]) -> Source:
    """Reads the schema alone of the `files` that lie at `uri`. Raises data_invalid where that cannot be done."""
    relation = sql.parquet(files)
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    except duckdb.Error as error:
        # DuckDB's further lines show a query, which is ours.
        why = str(error).splitlines()[0]
        raise data_invalid(f"{label}: {uri} is not a Parquet file that can be read ({why}).") from error
    return Source(label, relation, {row[0]: row[1] for row in described})
