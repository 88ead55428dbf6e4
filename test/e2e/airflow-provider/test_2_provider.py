"""The Airflow provider against a platform: a contract that the provider's own tests only imitate."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.operators.griffin import GriffinRunWorkflowOperator
from airflow.providers.griffin.sensors.griffin import GriffinWorkflowRunSensor
from airflow.providers.griffin.triggers.griffin import GriffinOwnerTrigger, GriffinRunTrigger
from airflow_runs import Ran, run_dag

WORKFLOW = "train-flights"
SMALL = {"workers": 2, "cpu": 1, "memory_gib": 1}


def train(**fields: Any) -> GriffinRunWorkflowOperator:
    known = {"workflow": WORKFLOW, "definition_version": 1, "run_resources": SMALL, "poll_interval": 2}
    return GriffinRunWorkflowOperator(task_id="train", **{**known, **fields})


def states(ran: Ran) -> dict[str, str]:
    """Of all runs of the task, the newest first."""
    with GriffinHook().client() as client:
        return {run.id: run.state for run in client.workflows.list(owner={"dag_id": ran.dag.dag_id})}


def end(run_id: str) -> str:
    with GriffinHook().client() as client:
        return client.workflows.get(run_id).wait(240, check=False).state


def test_the_connection_is_tested() -> None:
    assert GriffinHook().test_connection() == (True, "Connected to project default")


def test_another_dag_waits_for_the_run_that_a_task_is_yet_to_submit() -> None:
    owner = {"dag_id": "submits", "task_id": "train", "run_id": "tonight"}
    everywhere = {"deployment": "airflow", "map_index": -1, **owner}

    async def seen() -> Any:
        return await anext(GriffinOwnerTrigger(everywhere, ["PROVISIONING", "RUNNING"], poll_interval=1).run())

    with ThreadPoolExecutor(1) as waiting, GriffinHook().client() as client:
        event = waiting.submit(asyncio.run, asyncio.wait_for(seen(), 60))
        run = client.workflows.submit(WORKFLOW, resources=SMALL, owner_ref={**everywhere, "epoch": 1})
        assert event.result().payload["run_id"] == run.id
        ran = run_dag(
            lambda: GriffinWorkflowRunSensor(
                task_id="sense", owner_ref=owner, target_states=["RUNNING", "SUCCEEDED"], poke_interval=1
            )
        )
        assert (ran.state, ran.xcom(task_id="sense")["run_id"]) == ("success", run.id)
        assert run.terminate("the test has seen enough").wait(60, check=False).state == "TERMINATED"


def test_a_field_at_fault_is_named_and_not_retried(capfd: pytest.CaptureFixture[str]) -> None:
    ran = run_dag(lambda: train(config={"num_boost_round": "many"}, retries=1))
    assert (ran.state, ran.task().try_number, states(ran)) == ("failed", 1, {})
    assert "config.num_boost_round" in "".join(capfd.readouterr())


def test_a_killed_task_cancels_its_run() -> None:
    class Killed(GriffinRunWorkflowOperator):
        def _wait(self, *arguments: Any) -> Any:
            signal.raise_signal(signal.SIGTERM)
            return super()._wait(*arguments)

    fields = {"workflow": WORKFLOW, "run_resources": SMALL, "poll_interval": 2}
    ran = run_dag(lambda: Killed(task_id="train", **fields))
    assert ran.state == "failed"
    (run_id,) = states(ran)
    assert end(run_id) == "TERMINATED"


def test_a_lost_try_attaches_a_clear_begins_anew_and_a_late_kill_changes_nothing() -> None:
    def lost(context: Any, result: Any = None) -> None:
        if context["ti"].try_number == 1:
            raise SystemExit(1)

    ran = run_dag(lambda: train(wait_for_completion=False, post_execute=lost, retries=1))
    assert (ran.state, ran.task().try_number) == ("success", 2)
    (first,) = states(ran)
    ran.clear()
    second, _ = states(ran)
    assert end(first) == "TERMINATED"
    with GriffinHook().client() as client:
        owner = client.workflows.get(second).owner_ref
    assert owner is not None
    for epoch, may_go_on in ((2, True), (3, False)):
        asyncio.run(GriffinRunTrigger(second, cancel_as={**owner, "epoch": epoch}).on_kill())
        assert (states(ran)[second] in ("REQUESTED", "PROVISIONING", "RUNNING")) is may_go_on
    assert end(second) == "TERMINATED"
