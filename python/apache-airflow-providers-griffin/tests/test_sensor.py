"""The sensor, in DAGs that Airflow runs."""

from typing import Any

import pytest
from server import problem

from airflow.providers.griffin.sensors.griffin import GriffinWorkflowRunSensor
from airflow_runs import Ran, run_dag
from conftest import connect
from platform_server import Platform

HOW = pytest.mark.parametrize("how", [{"mode": "poke"}, {"deferrable": True}], ids=["poke", "deferrable"])


EACH = pytest.mark.parametrize(
    "how", [{"mode": "poke"}, {"mode": "reschedule"}, {"deferrable": True}], ids=["poke", "reschedule", "deferrable"]
)
OWNER = {"deployment": "airflow", "dag_id": "nightly", "run_id": "monday", "task_id": "train", "map_index": -1}


def sense(run_id: str | None = None, **fields: Any) -> Ran:
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
    assert platform.renewed == []


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


def owned(platform: Platform, round: int = 0, **changes: Any) -> str:
    """A run that the task of another DAG submitted."""
    return platform.add(owner_ref={**OWNER, "epoch": round + 1, "round": round}, **changes)


def sense_owner(**fields: Any) -> Ran:
    return sense(owner_ref={"dag_id": "nightly", "task_id": "train", "run_id": "{{ 'monday' }}"}, **fields)


@EACH
def test_it_waits_for_a_run_that_another_task_has_yet_to_submit(platform: Platform, how: dict[str, Any]) -> None:
    platform.meanwhile["GET workflows"] = lambda: owned(platform, state="REQUESTED")
    platform.ends = [{"state": "RUNNING"}]
    ran = sense_owner(**how)
    (run_id,) = platform.runs
    assert (ran.state, ran.xcom()["run_id"], ran.xcom()["state"]) == ("success", run_id, "SUCCEEDED")
    assert platform.requests("POST", "/workflows", "/terminate") == []
    asked = platform.requests("GET", "/workflows")[0].query
    assert asked == {"limit": "1", **{f"owner_{name}": str(value) for name, value in OWNER.items()}}


@EACH
def test_the_newest_run_of_a_task_counts(platform: Platform, how: dict[str, Any]) -> None:
    owned(platform, state="FAILED")
    newest = owned(platform, round=1, state="RUNNING")
    ran = sense_owner(**how)
    assert (ran.state, ran.xcom()["run_id"]) == ("success", newest)


@EACH
@pytest.mark.parametrize(
    "end", [{"state": "FAILED", "retryable": True}, {"state": "TERMINATED"}], ids=["failed", "ended"]
)
def test_a_retry_or_a_clear_of_the_task_is_waited_for(
    platform: Platform, how: dict[str, Any], end: dict[str, Any]
) -> None:
    first = owned(platform, state="RUNNING")
    platform.ends = [end]
    platform.meanwhile["GET workflows"] = lambda: owned(platform, round=1, state="RUNNING")
    ran = sense_owner(**how)
    (second,) = set(platform.runs) - {first}
    assert (ran.state, ran.xcom()["run_id"]) == ("success", second)


@EACH
def test_a_task_that_has_failed_for_good_is_not_waited_for(platform: Platform, how: dict[str, Any]) -> None:
    platform.ends = [{"state": "RUNNING"}, {"state": "FAILED"}]
    owned(platform, state="REQUESTED")
    ran = sense_owner(retries=1, **how)
    assert (ran.state, ran.task().try_number) == ("failed", 1)


def test_a_task_that_submits_nothing_is_waited_for_until_the_timeout(platform: Platform) -> None:
    assert sense_owner(timeout=0.2).state == "failed"
    assert {one.method for one in platform.asked} == {"GET"}


def test_without_a_run_it_is_the_task_in_the_run_of_the_own_dag(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, host=platform.url, extra={"deployment": "airflow-eu"})
    platform.meanwhile["GET workflows"] = lambda: owned(platform)
    ran = sense(owner_ref={"dag_id": "nightly", "task_id": "train", "map_index": 2}, timeout=0)
    asked = platform.asked[0].query
    assert (asked["owner_deployment"], asked["owner_run_id"]) == ("airflow-eu", ran.run_id)
    assert asked["owner_map_index"] == "2"


@pytest.mark.parametrize(
    ("owner_ref", "says"),
    [({"dag_id": "nightly"}, "name the task_id of the task"), ({**OWNER, "dag": "x"}, "an owner has no dag;")],
)
def test_an_owner_that_is_none_fails_for_good(
    platform: Platform, capfd: pytest.CaptureFixture[str], owner_ref: dict[str, Any], says: str
) -> None:
    ran = sense(owner_ref=owner_ref, retries=1)
    assert (ran.state, ran.task().try_number, platform.asked) == ("failed", 1, [])
    assert says in "".join(capfd.readouterr())


@pytest.mark.parametrize("named", [{}, {"run_id": "r", "owner_ref": OWNER}])
def test_the_run_is_named_in_one_way(named: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either run_id or owner_ref"):
        GriffinWorkflowRunSensor(task_id="wait", **named)
