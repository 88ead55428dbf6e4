"""Results on the standard output: for people as a table, for programs as JSON."""

import json
import sys
from collections.abc import Sequence
from enum import Enum
from typing import Any

from pydantic import BaseModel

from griffin.terminal import plain

# Wider than any line: what a program reads is not cut.
_UNLIMITED = 100_000


class Output(str, Enum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"


def write_json(value: Any) -> None:
    """One JSON document. Models are written as the API has them."""
    print(json.dumps(_plain_data(value), indent=2))  # noqa: T201


def write_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Aligned columns under their names. None is a dash."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    Console(width=None if sys.stdout.isatty() else _UNLIMITED, highlight=False).print(table)


def write_fields(fields: dict[str, object]) -> None:
    """A line for each field."""
    width = max(map(len, fields), default=0)
    for name, value in fields.items():
        print(f"{name:<{width}}  {'-' if value is None else plain(str(value))}")  # noqa: T201


def write_line(text: str) -> None:
    """A line that somebody else's program may have written. Through a pipe it may reach a terminal all the same."""
    print(plain(text), flush=True)  # noqa: T201


def _cell(value: object) -> Any:
    from rich.text import Text

    return Text("-" if value is None else plain(str(value)))


def _plain_data(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, (list, tuple)):
        return [_plain_data(one) for one in value]
    return value
