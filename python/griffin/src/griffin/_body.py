"""The body of a request out of keyword arguments."""

from collections.abc import Mapping
from typing import Any

from griffin import bodies


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is None was not said."""
    return {name: value for name, value in fields.items() if value is not None}


def seen_run(run_id: str, etag: str | None, renew_lease: bool) -> bodies.SeenRun:
    """A run of a request for the status of many."""
    run: bodies.SeenRun = {"id": run_id}
    if etag:
        run["etag"] = etag
    if renew_lease:
        run["renew_lease"] = True
    return run
