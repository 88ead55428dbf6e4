"""What OpenLineage's own extractor gets from the operator."""

from typing import Any

import griffin
import pytest
from airflow.providers.openlineage.extractors import OperatorLineage
from airflow.providers.openlineage.extractors.base import DefaultExtractor
from airflow.sdk import DAG, task

from airflow.providers.griffin.operators.griffin import GriffinRunWorkflowOperator
from airflow_runs import run_dag
from platform_server import Platform

INPUTS = [{"type": "dataset", "name": "flights", "version": 2, "uri": "file:///data/flights"}]
OUTPUTS = [{"type": "model", "uri": "s3://models/delays/4"}]
VERSION = {"id": "00000000-0000-7000-8000-00000000000c", "name": "delays", "version": 4}


def lineage(platform: Platform, **end: Any) -> tuple[str, OperatorLineage]:
    """Of a run that ends so, asked for where Airflow's listener asks: in the task's process, at its end."""
    platform.ends = [{"inputs": INPUTS, **end}]
    found: list[OperatorLineage | None] = []

    class Listened(GriffinRunWorkflowOperator):
        def _finish(self, context: Any, run: griffin.Run) -> dict[str, Any]:
            try:
                return super()._finish(context, run)
            finally:
                found.append(DefaultExtractor(self).extract_on_complete(context["ti"]))

    ran = run_dag(lambda: Listened(task_id="train", workflow="train-flights", poll_interval=0.05))
    assert found[0] is not None
    return ran.xcom("griffin_run_id"), found[0]


def names(datasets: list[Any]) -> list[tuple[str, str, str]]:
    return [(one.namespace, one.name, one.facets["version"].datasetVersion) for one in datasets]


def test_it_is_what_the_run_read_and_made(platform: Platform) -> None:
    run_id, found = lineage(platform, state="SUCCEEDED", outputs=OUTPUTS, model_version=VERSION)
    assert names(found.inputs) == [("file", "/data/flights", "flights@2")]
    assert names(found.outputs) == [("s3://models", "delays/4", "delays@4")]
    query = found.run_facets["externalQuery"]
    assert (query.externalQueryId, query.source) == (run_id, platform.url)


@pytest.mark.parametrize("deferrable", [False, True])
def test_at_the_start_it_is_what_the_run_is_going_to_read(platform: Platform, deferrable: bool) -> None:
    platform.inputs = INPUTS
    found: list[OperatorLineage | None] = []

    class Listened(GriffinRunWorkflowOperator):
        def execute(self, context: Any) -> dict[str, Any]:
            found.append(DefaultExtractor(self).extract())
            return super().execute(context)

    fields = {"workflow": "{{ 'train-flights' }}", "definition_version": 2, "spec": {"inputs": {"dataset": "flights"}}}
    ran = run_dag(lambda: Listened(task_id="train", poll_interval=0.05, deferrable=deferrable, **fields))
    assert (ran.state, len(platform.runs)) == ("success", 1)
    (at_start,) = found
    assert at_start is not None
    assert (names(at_start.inputs), at_start.outputs) == ([("file", "/data/flights", "flights@2")], [])
    asked = platform.asked[0]
    assert asked.body == {"definition": "train-flights@2", "inputs": {"dataset": "flights"}}


def test_at_the_start_a_function_has_not_said_what_is_read(platform: Platform) -> None:
    @task.griffin(workflow="train-flights")
    def train() -> dict[str, Any]:
        return {"inputs": {"dataset": "flights"}}

    with DAG("undecided", schedule=None):
        made = train().operator
    assert DefaultExtractor(made).extract() is None
    assert platform.asked == []


def test_of_a_failed_run_it_is_what_it_read(platform: Platform) -> None:
    run_id, found = lineage(platform, state="FAILED")
    assert (names(found.inputs), found.outputs) == ([("file", "/data/flights", "flights@2")], [])
    assert found.run_facets["externalQuery"].externalQueryId == run_id


def test_there_is_nothing_to_say_before_the_end() -> None:
    task = GriffinRunWorkflowOperator(task_id="train", workflow="train-flights")
    assert DefaultExtractor(task).extract_on_failure(None) is None
