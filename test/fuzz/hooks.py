"""What schemathesis is to do otherwise than by itself."""

from typing import Any
from uuid import UUID

import schemathesis

longest_wait = 1

# Refusals of requests that are sound by their schema, for reasons that no schema of OpenAPI 3.0 can give: what is
# there, how parts of the request go together, and what names members may have.
beyond_schema = {
    "array_unique",
    "column_ambiguous",
    "container_unsuited",
    "cursor_invalid",
    "entity_key_ambiguous",
    "entity_key_unknown",
    "entity_key_unmatched",
    "feature_unknown",
    "gpu_type_unsuited",
    "idempotency_key_reused",
    "is_environment",
    "is_links",
    "is_moment",  # finer than a millisecond
    "json_key_forbidden",
    "kind_unsupported",
    "label_key_invalid",
    "name_invalid",
    "name_reserved",
    "owner_missing",
    "quantity_not_whole",
    "request_malformed",  # a header's value that HTTP cannot carry
    "required",  # of a run by its kind, and said by neither the request nor the definition
    "resource_name_invalid",
    "run_token_mismatch",
    "split_empty",
    "splits_overlap",
    "text_not_storable",
    "toleration_unsuited",
    "variable_of_secret",
    "variable_twice",
    "workers_unsuited",
}
# These have a schema of their own: the runtime's, or the one that came in the request.
own_schema = ("/config", "/defaults", "/hyperparameter_schema")


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
    """Accept refusals for what is beyond the schema."""
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    problem = response.json()
    errors = problem.get("errors") or [{"pointer": "", "code": problem["code"]}]
    return not all(e["code"] in beyond_schema or e["pointer"].startswith(own_schema) for e in errors)


def is_long(wait: object) -> bool:
    return str(wait).isdecimal() and longest_wait < int(str(wait)) <= 60


def is_event(value: object) -> bool:
    """Whether the lineage service would wait for this event, and then answer 504."""
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
