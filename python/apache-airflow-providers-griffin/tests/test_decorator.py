"""`@task.griffin`, in DAGs that Airflow runs."""

from typing import Any

import pytest
from airflow.sdk import task

from airflow_runs import run_dag
from platform_server import Platform


@pytest.mark.parametrize("deferrable", [False, True])
def test_the_function_returns_the_spec(platform: Platform, deferrable: bool) -> None:
    def tasks() -> None:
        @task
        def rounds() -> int:
            return 30

        @task.griffin(
            workflow="train-flights",
            poll_interval=0.05,
            deferrable=deferrable,
            tags=["{{ 'nightly' }}"],
            owner_lease=60,
        )
        def train(number: int, params: Any = None) -> dict[str, Any]:
            return {"config": {"num_boost_round": number, "depth": params["depth"]}, "inputs": {"dataset": "flights"}}

        train(rounds())

    ran = run_dag(tasks, params={"depth": 3})
    assert ran.state == "success"
    (asked,) = platform.submissions
    assert asked.body["definition"] == "train-flights"
    assert asked.body["config"] == {"num_boost_round": 30, "depth": 3}
    assert (asked.body["inputs"], asked.body["tags"]) == ({"dataset": "flights"}, ["nightly"])
    assert asked.body["owner_lease_seconds"] == 60
    assert ran.xcom()["state"] == "SUCCEEDED"


def test_something_else_than_a_spec_is_refused(platform: Platform, capfd: pytest.CaptureFixture[str]) -> None:
    def tasks() -> None:
        @task.griffin(workflow="train-flights", retries=1)
        def train() -> Any:
            return "train-flights"

        train()

    ran = run_dag(tasks)
    assert (ran.state, ran.task().try_number, platform.asked) == ("failed", 1, [])
    assert "train returned str: it is to return the run's spec, a dict" in "".join(capfd.readouterr())


def test_a_spec_beside_the_function_is_refused() -> None:
    @task.griffin(workflow="train-flights", spec={})
    def train() -> Any:
        return {}

    with pytest.raises(ValueError, match="spec: leave it out"):
        train()
