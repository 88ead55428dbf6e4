"""A DAG that begins when a training on Griffin has succeeded, whoever submitted it: by the topic `run.completed`.

Needs the extra `kafka`, and a connection `kafka_default` of type Apache Kafka, with `bootstrap.servers` and `group.id`.
"""

from typing import Any

from airflow.providers.common.messaging.triggers.msg_queue import MessageQueueTrigger
from airflow.sdk import DAG, Asset, AssetWatcher, task

trained = Asset(
    "griffin-trained",
    watchers=[
        AssetWatcher(
            name="run-completed",
            trigger=MessageQueueTrigger(
                scheme="kafka",
                topics=["run.completed"],
                apply_function="airflow.providers.griffin.events.run_completed",
                apply_function_kwargs={"definition": "train-flight-delay"},
                poll_interval=1,
            ),
        )
    ],
)

with DAG("example_griffin_events", schedule=[trained], catchup=False, doc_md=__doc__) as dag:

    @task
    def say(triggering_asset_events: Any) -> list[str]:
        """The payload of an asset event is the message's CloudEvent."""
        runs = [event.extra["payload"]["data"] for event in triggering_asset_events[trained]]
        return [run["run_id"] for run in runs]

    say()
