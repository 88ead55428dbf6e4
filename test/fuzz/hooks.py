"""What schemathesis is to do otherwise than by itself."""

from typing import Any
from uuid import UUID

import schemathesis

longest_wait = 1

# Refusals of requests that are sound by their schema, for reasons that no schema can give.
beyond_schema = {
    "array_unique",  # by one member of the items
    "cursor_invalid",
    "is_environment",  # the names of members
    "is_links",  # the names of members
    "json_malformed",  # a member `__proto__`
    "run_token_mismatch",
    "text_not_storable",
}


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Shorten a valid wait: nothing happens that it could be for."""
    for holder in (case.query, case.body):
        if isinstance(holder, dict) and is_long(holder.get("wait")):
            holder["wait"] = longest_wait
    if is_event(case.query.get("wait_for")):
        del case.query["wait_for"]


@schemathesis.hook
def filter_failure(context: schemathesis.HookContext, failure: Any, case: schemathesis.Case, response: Any) -> bool:
    """Accept the refusals that are `beyond_schema`."""
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    problem = response.json()
    codes = {error["code"] for error in problem.get("errors", [])} or {problem["code"]}
    return not codes <= beyond_schema


def is_long(wait: object) -> bool:
    return str(wait).isdecimal() and longest_wait < int(str(wait)) <= 60


def is_event(value: object) -> bool:
    """Whether the lineage service would wait for this event, and then answer 504."""
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
