"""Who a run works for: the task, which of its tries speaks, and in which round."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Context

import griffin
from airflow.providers.griffin.intent import Intent
from griffin.bodies import OwnerRef

# Of an owner_ref, what names the task.
OwnerParts = dict[str, str | int]


def owner_of(context: Context, deployment: str, noted: Intent | None = None) -> OwnerRef:
    """The owner as Griffin knows it (docs/adr/0032).

    `epoch` is the try, so that whatever an earlier one still does comes to nothing. `round` grows when the task is
    cleared, which raises `max_tries` and wishes the work done anew, and stays when it is retried, to go on with it. So
    the round that an earlier try noted stands for as long as `max_tries` does, whatever `retries` the DAG has by now.
    """
    ti = context["ti"]
    counted = max(0, ti.max_tries - (ti.task.retries or 0))
    if noted is not None and noted.max_tries is not None:
        counted = noted.round if noted.max_tries == ti.max_tries else max(noted.round + 1, counted)
    return {
        "deployment": deployment,
        "dag_id": ti.dag_id,
        "run_id": ti.run_id,
        "task_id": ti.task_id,
        "map_index": -1 if ti.map_index is None else ti.map_index,
        "epoch": ti.try_number,
        "round": counted,
    }


def another_owner(said: Mapping[str, Any], context: Context, deployment: str) -> OwnerParts:
    """The task that `said` names: of this Airflow, and in the DAG run that has this one's id, unless it says otherwise.

    Raises griffin.InvalidArgumentError.
    """
    if missing := [name for name in ("dag_id", "task_id") if not said.get(name)]:
        raise griffin.InvalidArgumentError(f"owner_ref: name the {' and the '.join(missing)} of the task")
    named = {name: value for name, value in said.items() if value is not None}
    return {"deployment": deployment, "run_id": context["ti"].run_id, "map_index": -1, **named}


def may_submit_another(run: griffin.Run | griffin.AsyncRun) -> bool:
    """Whether a retry or a clear of the task may follow the run with another, so that it is not the last word."""
    return run.is_terminal and not run.is_successful and (run.retryable or run.state != "FAILED")
