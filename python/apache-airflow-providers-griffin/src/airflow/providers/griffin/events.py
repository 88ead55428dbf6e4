"""Griffin's events as they come over Kafka, for DAGs that begin with one."""

import json
from collections.abc import Sequence
from typing import Any


def run_completed(
    message: Any, *, definition: str | None = None, states: Sequence[str] = ("SUCCEEDED",)
) -> dict[str, Any] | None:
    """The event of a message on `run.completed`, where it is of that definition and the run ended in one of `states`.

    For `apply_function` of Airflow's Kafka triggers, by its name, which takes None for a message to pass over; the
    arguments go into `apply_function_kwargs`. A CloudEvent: its `data` has the run.
    """
    if message.value() is None:
        return None
    event: dict[str, Any] = json.loads(message.value())
    data = event["data"]
    if data["state"] not in states or definition not in (None, data["spec"]["definition"]["name"]):
        return None
    return event
