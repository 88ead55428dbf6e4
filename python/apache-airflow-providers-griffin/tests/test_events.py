"""Which messages of the topic `run.completed` begin a DAG, and the example DAGs."""

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag

import airflow.providers.griffin.example_dags as example_dags
from airflow.providers.griffin.events import run_completed


class Message:
    """As confluent_kafka's: its value is asked for."""

    def __init__(self, event: Any) -> None:
        self._value = None if event is None else json.dumps(event).encode()

    def value(self) -> bytes | None:
        return self._value


def completed(state: str, definition: str = "train-flights") -> dict[str, Any]:
    spec = {"definition": {"name": definition, "version": 2}}
    return {"type": "run.completed", "subject": "r1", "data": {"run_id": "r1", "state": state, "spec": spec}}


@pytest.mark.parametrize(
    ("event", "wanted", "is_taken"),
    [
        (completed("SUCCEEDED"), {}, True),
        (completed("FAILED"), {}, False),
        (completed("FAILED"), {"states": ["FAILED", "TERMINATED"]}, True),
        (completed("SUCCEEDED"), {"definition": "train-flights"}, True),
        (completed("SUCCEEDED"), {"definition": "train-trips"}, False),
        (None, {}, False),
    ],
)
def test_an_event_is_taken_or_passed_over(event: Any, wanted: dict[str, Any], is_taken: bool) -> None:
    assert run_completed(Message(event), **wanted) == (event if is_taken else None)


def test_the_example_dags_are_dags() -> None:
    found = DagBag(dag_folder=Path(example_dags.__file__).parent)
    assert found.import_errors == {}
    assert sorted(found.dags) == ["example_griffin", "example_griffin_events"]
