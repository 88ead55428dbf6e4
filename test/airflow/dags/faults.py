"""A DAG for each fault: one task, whose run scores a split, once the file is there that the test makes."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.providers.griffin.operators.griffin import GriffinRunWorkflowOperator
from airflow.sdk import DAG, Context

GATES = Path(os.environ["TEST_GATES"])
HELD = os.environ["TEST_HELD"]


def note_pid(context: Context) -> None:
    """Tells the test which process it is that does this try."""
    ti = context["ti"]
    part = GATES / f"{ti.dag_id}.part"
    part.write_text(str(os.getpid()))
    part.rename(GATES / f"{ti.dag_id}.pid.{ti.try_number}")


def wait_to_be_killed(context: Context, result: Any = None) -> None:
    """The first try has its result, and does not come to tell Airflow."""
    ti = context["ti"]
    if ti.try_number == 1:
        (GATES / f"{ti.dag_id}.done").touch()
        time.sleep(300)


class TimedOut(GriffinRunWorkflowOperator):
    """The time of its first try is up while it is deferred, and not before, however slow the machine is."""

    def execute(self, context: Context) -> dict[str, Any]:
        self.execution_timeout = timedelta(seconds=10) if context["ti"].try_number == 1 else None
        return super().execute(context)


def score(dag_id: str, operator: type[GriffinRunWorkflowOperator] = GriffinRunWorkflowOperator, **fields: Any) -> None:
    env = {"PYTHONPATH": HELD, "HELD_UNTIL": str(GATES / dag_id)}
    known = {
        "retries": 2,
        "retry_delay": timedelta(seconds=1),
        "deferrable": True,
        "poll_interval": 1,
        "pre_execute": note_pid,
    }
    with DAG(dag_id, schedule=None, catchup=False):
        operator(task_id="score", workflow="score", spec={"env": env}, **{**known, **fields})


score("answer_lost", deferrable=False, griffin_conn_id="griffin_proxied")
score("lost_after_success", deferrable=False, post_execute=wait_to_be_killed)
score("deferred_marked_failed")
score("running_marked_failed", deferrable=False)
score("deferred_cleared")
score("running_cleared", deferrable=False)
# Airflow takes a task for lost, and tries it again, whose deferral is over before the scheduler has seen that it began:
# those whose runs are not held do not defer.
score("success_cleared", deferrable=False)
score("deferral_timed_out", TimedOut, retries=0, run_timeout=timedelta(seconds=60))
score("deferral_timed_out_once", TimedOut)
score("triggerer_killed")
score("failed_unwatched", owner_lease=timedelta(seconds=60))
# The outage is as long, and does not count.
score("deferred_in_outage", owner_lease=timedelta(seconds=60))
score("submitted_in_outage", deferrable=False)
# These give up while Griffin is away, and are tried again.
IMPATIENT = {"griffin_conn_id": "griffin_impatient", "retries": 20, "retry_delay": timedelta(seconds=5)}
score("deferred_in_outage_impatiently", **IMPATIENT)
score("submitted_in_outage_impatiently", **IMPATIENT)
