"""A dataset is generated, a model trained on it, and made the champion.

Griffin has a workflow definition, by default `train-flight-delay`. What its dataset is made of is said when the DAG is
triggered, with the fields of `client.datasets.create`.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Param, task

from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.operators.griffin import GriffinRunWorkflowOperator
from airflow.providers.griffin.sensors.griffin import GriffinWorkflowRunSensor

flight_delay = Asset("flight-delay", uri="griffin://models/flight-delay")

with DAG(
    "example_griffin",
    schedule=None,
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
    render_template_as_native_obj=True,
    params={
        "dataset": Param({}, type="object", description="The fields of client.datasets.create"),
        "workflow": "train-flight-delay",
        "config": Param({}, type="object"),
        "alias": "champion",
    },
    doc_md=__doc__,
) as dag:

    @task
    def generate_dataset(params: dict[str, Any], run_id: str) -> dict[str, Any]:
        """Asks for a version, once for all tries, and does not wait for it."""
        with GriffinHook().client() as client:
            version = client.datasets.create(idempotency_key=f"example_griffin/{run_id}", **params["dataset"])
            return {"dataset": version.reference, "run_id": version.run_id}

    generated = generate_dataset()

    dataset_is_there = GriffinWorkflowRunSensor(
        task_id="dataset_is_there", run_id=generated["run_id"], deferrable=True, poke_interval=5
    )

    train = GriffinRunWorkflowOperator(
        task_id="train",
        workflow="{{ params.workflow }}",
        config="{{ params.config }}",
        spec={"inputs": {"dataset": generated["dataset"]}},
        deferrable=True,
        poll_interval=5,
        outlets=[flight_delay],
    )

    @task
    def move_alias(trained: dict[str, Any], params: dict[str, Any]) -> str:
        """The new model is what `<name>@champion` stands for from now on."""
        with GriffinHook().client() as client:
            model = client.workflows.get(trained["run_id"]).model_version
            version = client.registry.set_alias(model.name, params["alias"], model.version)
            return f"{version.name}@{version.version}"

    dataset_is_there >> train
    move_alias(train.output)
