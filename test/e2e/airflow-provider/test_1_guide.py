"""Every block of the guide does what it says, in order, as in one night."""

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import griffin
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.models.asset import AssetEvent
from airflow.providers.griffin.lineage import lineage_of
from airflow.providers.griffin.operators.griffin import GriffinRunWorkflowOperator
from airflow.utils.session import create_session
from airflow_runs import Ran, store, try_out
from documents import Block, blocks_of, run

GUIDE = blocks_of("docs/guides/airflow.md")
# DAGs of one schedule have one run id.
NIGHT = datetime(2026, 1, 2, tzinfo=timezone.utc)
RAN: dict[str, Ran] = {}


def test_there_are_blocks() -> None:
    assert {block.language for block in GUIDE} == {"python", "sh"}
    assert len(GUIDE) >= 5


@pytest.mark.parametrize("block", GUIDE, ids=str)
def test_guide(block: Block, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if block.language == "sh":
        # It keeps a connection in Airflow's database, where `dag.test()` does not look.
        monkeypatch.delenv("AIRFLOW_CONN_GRIFFIN_DEFAULT")
    run(block, home, {})
    if block.file is None:
        return
    bag = DagBag(dag_folder=home / block.file)
    assert bag.import_errors == {}
    assert bag.dags
    for name, dag in bag.dags.items():
        store(dag)
        if "MessageQueueTrigger" in block.text:
            # Nothing brings it a message here: `make test-airflow` has a Kafka.
            continue
        RAN[name] = try_out(dag, run_after=NIGHT, logical_date=NIGHT)
        assert RAN[name].state == "success"


@pytest.fixture
def result() -> dict[str, Any]:
    """Of the task that trained."""
    return RAN["train_flights"].xcom()


def test_the_model_is_there(client: griffin.Client, result: dict[str, Any]) -> None:
    run = client.workflows.get(result["run_id"])
    assert (result["state"], run.name, run.is_successful) == ("SUCCEEDED", "nightly-2026-01-02", True)
    assert result["metrics"] == run.final_metrics
    assert result["model_uri"].startswith(("file://", "s3://"))
    assert client.registry.version("flight-delay@champion").run_id == run.id


def test_the_assets_event_says_which_model_it_is(client: griffin.Client, result: dict[str, Any]) -> None:
    with create_session() as session:
        (event,) = session.query(AssetEvent).filter_by(source_dag_id="train_flights")
    assert event.extra["model"] == f"flight-delay@{client.registry.version('flight-delay@champion').version}"
    assert {name: event.extra[name] for name in ("run_id", "metrics")} == {
        name: result[name] for name in ("run_id", "metrics")
    }


def test_the_sensors_have_seen_the_runs_of_the_others(client: griffin.Client, result: dict[str, Any]) -> None:
    assert RAN["publish_flights"].xcom(task_id="trained") == result
    deeper = client.workflows.get(RAN["deepen_flights"].xcom(task_id="deeper")["run_id"])
    assert RAN["deepen_flights"].xcom(task_id="has_begun")["run_id"] == deeper.id
    assert deeper.spec["config"]["max_depth"] == 6
    deeper.terminate("the test has seen enough")


def test_the_links_are_those_of_the_run(client: griffin.Client, result: dict[str, Any]) -> None:
    links = client.workflows.get(result["run_id"]).links
    assert RAN["train_flights"].xcom("_link_GriffinMlflowLink") == links["mlflow"]
    assert RAN["train_flights"].xcom("_link_GriffinRunLink").endswith(result["run_id"])


def test_openlineage_is_told_the_same_inputs_at_the_start_and_at_the_end(
    client: griffin.Client, result: dict[str, Any]
) -> None:
    at_start = GriffinRunWorkflowOperator(task_id="train", workflow="train-flights").get_openlineage_facets_on_start()
    at_end = lineage_of(client.api_url, client.workflows.get(result["run_id"]))
    assert at_start is not None
    assert at_start.inputs == at_end.inputs != []
