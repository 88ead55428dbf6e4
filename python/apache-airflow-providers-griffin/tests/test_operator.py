"""The operator, in DAGs that Airflow runs: what is submitted, waited for, and left behind."""

from datetime import timedelta
from typing import Any

import pytest
from airflow.models.asset import AssetEvent, AssetModel
from airflow.sdk import Asset
from airflow.utils.session import create_session
from server import problem

from airflow.providers.griffin.operators.griffin import GriffinRunWorkflowOperator
from airflow_runs import Ran, run_dag
from platform_server import TOKEN, Platform

BOTH = pytest.mark.parametrize("deferrable", [False, True], ids=["sync", "deferrable"])

A_MODEL = {
    "state": "SUCCEEDED",
    "metrics": {"auc": 0.9},
    "outputs": [{"type": "model", "uri": "s3://models/1"}],
    "model_version": {"id": "00000000-0000-7000-8000-00000000000c", "name": "delays", "version": 4},
    "links": {"ray_dashboard": "http://ray", "mlflow": "http://mlflow/1"},
}


def train(platform: Platform, **fields: Any) -> Ran:
    more = {name: fields.pop(name) for name in ("params", "render_template_as_native_obj") if name in fields}
    fields = {"task_id": "train", "workflow": "train-flights", "poll_interval": 0.05, **fields}
    return run_dag(lambda: GriffinRunWorkflowOperator(**fields), **more)


@BOTH
def test_a_run_ends_with_its_result_its_links_and_events(platform: Platform, deferrable: bool) -> None:
    platform.ends = [A_MODEL]
    models = Asset(f"models-{deferrable}", uri=f"s3://models/{deferrable}")
    ran = train(platform, deferrable=deferrable, outlets=[models])
    assert ran.state == "success"
    (run_id,) = platform.runs
    result = {"run_id": run_id, "state": "SUCCEEDED", "model_uri": "s3://models/1", "metrics": {"auc": 0.9}}
    assert ran.xcom() == result
    address = f"{platform.url}/api/workflows/{run_id}"
    assert (ran.xcom("griffin_run_id"), ran.xcom("griffin_run_url")) == (run_id, address)
    links = {name: ran.xcom(f"_link_Griffin{name}Link") for name in ("Run", "RayDashboard", "Mlflow", "Logs")}
    assert links == {
        "Run": address,
        "RayDashboard": "http://ray",
        "Mlflow": "http://mlflow/1",
        "Logs": f"{address}/logs",
    }
    with create_session() as session:
        event = session.query(AssetEvent).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        extra = event.filter(AssetModel.name == models.name).one().extra
    assert extra["model"] == "delays@4"
    assert (extra["model_name"], extra["model_version"], extra["run_id"]) == ("delays", 4, run_id)
    assert (extra["model_uri"], extra["metrics"]) == ("s3://models/1", {"auc": 0.9})


def test_what_is_submitted_is_templated_and_has_its_owner(platform: Platform) -> None:
    ran = train(
        platform,
        params={"rounds": 30},
        render_template_as_native_obj=True,
        definition_version="{{ 3 }}",
        config={"num_boost_round": "{{ params.rounds }}"},
        run_resources={"workers": 2},
        runtime="xgboost",
        tags=["nightly"],
        spec={"inputs": {"dataset": "flights@{{ 1 + 1 }}"}, "limits": {"max_attempts": 2}},
        run_timeout=timedelta(minutes=5),
        idempotency_key="mine-{{ run_id[:6] }}",
    )
    (asked,) = platform.submissions
    assert asked.headers["idempotency-key"] == "mine-manual"
    owner = {
        "deployment": "airflow",
        "dag_id": ran.dag.dag_id,
        "run_id": ran.run_id,
        "task_id": "train",
        "map_index": -1,
        "epoch": 1,
        "round": 0,
    }
    assert asked.body == {
        "definition": "train-flights@3",
        "config": {"num_boost_round": 30},
        "resources": {"workers": 2},
        "runtime": "xgboost",
        "tags": ["nightly"],
        "inputs": {"dataset": "flights@2"},
        "limits": {"max_attempts": 2, "run_timeout_seconds": 300},
        "owner_ref": owner,
        "on_active_owner": "attach",
    }


def test_mapped_tasks_are_owners_of_their_own(platform: Platform) -> None:
    fixed = {"task_id": "train", "workflow": "train-flights", "poll_interval": 0.05}
    configs = [{"depth": 3}, {"depth": 5}]
    ran = run_dag(lambda: GriffinRunWorkflowOperator.partial(**fixed).expand(config=configs))
    assert ran.state == "success"
    submitted = sorted(
        (one.body["owner_ref"]["map_index"], one.body["config"]["depth"]) for one in platform.submissions
    )
    assert submitted == [(0, 3), (1, 5)]


def test_it_need_not_wait(platform: Platform) -> None:
    platform.endless = True
    ran = train(platform, wait_for_completion=False)
    assert (ran.state, ran.xcom()["state"]) == ("success", "RUNNING")
    assert platform.requests("POST", "/status") == []


@BOTH
@pytest.mark.parametrize(("retryable", "tries"), [(True, 2), (False, 1)])
def test_a_failed_run_is_retried_only_where_that_may_help(
    platform: Platform, capfd: pytest.CaptureFixture[str], deferrable: bool, retryable: bool, tries: int
) -> None:
    reason = {"code": "node_lost", "message": "The node is gone."}
    end = {"state": "FAILED", "retryable": retryable, "reason": reason, "log_tail": "\x1b[31mlast words\x1b[0m\n"}
    platform.ends = [end, end]
    ran = train(platform, deferrable=deferrable, retries=1)
    assert (ran.state, ran.task().try_number) == ("failed", tries)
    # Each of them is a run of its own, under a key of its own.
    assert len(platform.runs) == tries
    assert len({one.headers["idempotency-key"] for one in platform.submissions}) == tries
    said = "".join(capfd.readouterr())
    assert "ended FAILED, node_lost: The node is gone." in said
    assert "last words" in said
    assert "\x1b[31mlast words" not in said
    assert TOKEN not in said


def test_a_failed_run_is_tried_anew_and_may_succeed(platform: Platform) -> None:
    platform.ends = [{"state": "FAILED", "retryable": True}, A_MODEL]
    ran = train(platform, retries=1)
    assert ran.state == "success"
    first, second = platform.runs
    assert ran.xcom()["run_id"] == second != first


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        (
            problem(422, "invalid_input", errors=[{"pointer": "/config/depth", "code": "type", "message": "a number"}]),
            1,
        ),
        (problem(404, "definition_unknown"), 1),
        (problem(403, "forbidden"), 1),
        (problem(503, "busy", retryable=True, retry_after="60"), 2),
    ],
)
def test_a_refusal_is_retried_only_where_that_may_help(
    platform: Platform, capfd: pytest.CaptureFixture[str], answer: Any, tries: int
) -> None:
    platform.answers = [answer] * 2
    ran = train(platform, retries=1)
    assert (ran.state, ran.task().try_number) == ("failed", tries)
    assert answer.body["code"] in "".join(capfd.readouterr())


def test_the_field_at_fault_is_named(platform: Platform, capfd: pytest.CaptureFixture[str]) -> None:
    ran = train(platform, spec={"owner_ref": {}}, retries=1)
    assert (ran.state, ran.task().try_number, platform.submissions) == ("failed", 1, [])
    assert "spec: leave out owner_ref" in "".join(capfd.readouterr())


@pytest.mark.parametrize(("name", "value"), [("on_kill_action", "stop"), ("poll_interval", 0)])
def test_a_wrong_argument_is_refused_when_the_dag_is_read(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        GriffinRunWorkflowOperator(task_id="train", workflow="train-flights", **{name: value})


@BOTH
def test_a_lease_is_submitted_and_renewed_while_the_task_waits(platform: Platform, deferrable: bool) -> None:
    platform.endless = True
    platform.meanwhile["POST status"] = lambda: setattr(platform, "endless", False)
    lease = timedelta(minutes=10)
    ran = train(platform, deferrable=deferrable, owner_lease=lease)
    assert ran.state == "success"
    (run_id,) = platform.runs
    assert platform.submissions[0].body["owner_lease_seconds"] == 600
    assert platform.renewed == [run_id] * len(platform.looked_at)
    assert len(platform.looked_at) >= 2


@BOTH
def test_without_a_lease_none_is_submitted_and_none_renewed(platform: Platform, deferrable: bool) -> None:
    assert train(platform, deferrable=deferrable).state == "success"
    assert "owner_lease_seconds" not in platform.submissions[0].body
    assert (len(platform.looked_at), platform.renewed) == (1, [])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"owner_lease": 59, "poll_interval": 1}, "at least 60 seconds"),
        ({"owner_lease": timedelta(seconds=149)}, "here 150 seconds, unlike 149"),
        ({"owner_lease": 600, "wait_for_completion": False}, "needs wait_for_completion"),
    ],
)
def test_a_lease_that_nobody_could_keep_is_refused_when_the_dag_is_read(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        GriffinRunWorkflowOperator(task_id="train", workflow="train-flights", **fields)


def test_no_xcom_has_the_token(platform: Platform) -> None:
    ran = train(platform)
    assert TOKEN not in str(ran.all_xcoms())
    assert ran.all_xcoms()
