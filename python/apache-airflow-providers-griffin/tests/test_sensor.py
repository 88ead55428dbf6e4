"""The sensor, in DAGs that Airflow runs."""

from typing import Any

import pytest
from server import problem

from airflow.providers.griffin.sensors.griffin import GriffinWorkflowRunSensor
from airflow_runs import Ran, run_dag
from platform_server import Platform

HOW = pytest.mark.parametrize("how", [{"mode": "poke"}, {"deferrable": True}], ids=["poke", "deferrable"])


def sense(run_id: str, **fields: Any) -> Ran:
    fields = {"task_id": "train", "run_id": run_id, "poke_interval": 0.05, "timeout": 20, **fields}
    return run_dag(lambda: GriffinWorkflowRunSensor(**fields))


@HOW
def test_it_waits_for_the_end_of_another_ones_run(platform: Platform, how: dict[str, Any]) -> None:
    platform.ends = [{"state": "PROVISIONING"}, {"state": "RUNNING"}, {"state": "SUCCEEDED", "metrics": {"auc": 0.9}}]
    run_id = platform.add(state="REQUESTED")
    ran = sense("{{ '" + run_id + "' }}", **how)
    assert ran.state == "success"
    assert ran.xcom() == {"run_id": run_id, "state": "SUCCEEDED", "model_uri": None, "metrics": {"auc": 0.9}}
    assert platform.requests("POST", "/workflows", "/terminate") == []


def test_it_gives_its_slot_back_in_between(platform: Platform) -> None:
    platform.endless = True
    run_id = platform.add(state="RUNNING")
    platform.meanwhile[f"GET {run_id}"] = lambda: platform.end(run_id)
    ran = sense(run_id, mode="reschedule")
    assert (ran.state, len(platform.asked)) == ("success", 2)


@HOW
def test_it_waits_for_a_state_that_is_no_end(platform: Platform, how: dict[str, Any]) -> None:
    platform.ends = [{"state": "PROVISIONING"}, {"state": "RUNNING"}]
    run_id = platform.add(state="REQUESTED")
    ran = sense(run_id, target_states=["RUNNING", "SUCCEEDED"], **how)
    assert (ran.state, ran.xcom()["run_id"]) == ("success", run_id)


def test_a_state_that_was_seen_counts_though_the_run_has_moved_on(platform: Platform) -> None:
    platform.ends = [{"state": "PROVISIONING"}, {"state": "RUNNING"}, {"state": "FAILED"}]
    ran = sense(platform.add(state="REQUESTED"), target_states=["RUNNING"], deferrable=True)
    assert ran.state == "success"


def test_a_triggerer_is_not_asked_to_look_without_a_pause() -> None:
    with pytest.raises(ValueError, match="poke_interval"):
        GriffinWorkflowRunSensor(task_id="wait", run_id="r", poke_interval=0, deferrable=True)


@HOW
def test_an_end_that_is_not_waited_for_fails_for_good(
    platform: Platform, capfd: pytest.CaptureFixture[str], how: dict[str, Any]
) -> None:
    reason = {"code": "runtime_error", "message": "It broke."}
    platform.ends = [{"state": "RUNNING"}, {"state": "FAILED", "reason": reason, "retryable": True}]
    ran = sense(platform.add(state="RUNNING"), retries=1, **how)
    assert (ran.state, ran.task().try_number) == ("failed", 1)
    assert "ended FAILED, runtime_error: It broke.; waited for SUCCEEDED" in "".join(capfd.readouterr())


@HOW
def test_a_failure_may_be_what_is_waited_for(platform: Platform, how: dict[str, Any]) -> None:
    platform.ends = [{"state": "FAILED"}]
    assert sense(platform.add(state="RUNNING"), target_states=["FAILED"], **how).state == "success"


@HOW
@pytest.mark.parametrize("looks", [1, 2])
def test_a_soft_failure_skips(platform: Platform, how: dict[str, Any], looks: int) -> None:
    platform.ends = [{"state": "RUNNING"}, {"state": "FAILED"}][2 - looks :]
    ran = sense(platform.add(state="RUNNING"), soft_fail=True, **how)
    assert ran.task().state == "skipped"


@HOW
def test_a_run_that_is_not_there_fails_for_good(platform: Platform, how: dict[str, Any]) -> None:
    run_id = platform.add(state="RUNNING")
    platform.runs.clear()
    ran = sense(run_id, retries=1, **how)
    assert (ran.state, ran.task().try_number) == ("failed", 1)


def test_a_failure_that_passes_is_retried(platform: Platform) -> None:
    platform.answers = [problem(503, "away", retryable=True, retry_after="3600")]
    ran = sense(platform.add(state="RUNNING"), retries=1)
    assert (ran.state, ran.task().try_number) == ("success", 2)
