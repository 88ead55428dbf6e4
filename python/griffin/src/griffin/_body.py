"""The body of a request out of keyword arguments."""

from collections.abc import Mapping
from typing import Any


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is None was not said."""
    return {name: value for name, value in fields.items() if value is not None}
