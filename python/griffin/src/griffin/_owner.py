"""Runs by their owner: the parts of an `owner_ref`, as the query has them."""

from collections.abc import Mapping
from typing import Any

from griffin.errors import InvalidArgumentError

_PARTS = ("deployment", "dag_id", "run_id", "task_id", "map_index")
# They say which try of the owner speaks, and not who it is.
_OF_A_TRY = ("epoch", "round")


def owner_query(owner: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is None was not said. Raises InvalidArgumentError for what an owner does not have."""
    said = owner or {}
    if unknown := [name for name in said if name not in (*_PARTS, *_OF_A_TRY)]:
        raise InvalidArgumentError(f"an owner has no {', '.join(unknown)}; it has {', '.join(_PARTS)}")
    return {f"owner_{name}": said.get(name) for name in _PARTS}
