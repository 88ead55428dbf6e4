"""Who a run works for: the task, which of its tries speaks, and in which round."""

from airflow.sdk import Context

from griffin.bodies import OwnerRef


def owner_of(context: Context, deployment: str) -> OwnerRef:
    """The owner as Griffin knows it (docs/adr/0032).

    `epoch` is the try, so that whatever an earlier one still does comes to nothing. `round` grows when the task is
    cleared, which raises `max_tries` and wishes the work done anew, and stays when it is retried, to go on with it.
    """
    ti = context["ti"]
    return {
        "deployment": deployment,
        "dag_id": ti.dag_id,
        "run_id": ti.run_id,
        "task_id": ti.task_id,
        "map_index": -1 if ti.map_index is None else ti.map_index,
        "epoch": ti.try_number,
        "round": max(0, ti.max_tries - (ti.task.retries or 0)),
    }
