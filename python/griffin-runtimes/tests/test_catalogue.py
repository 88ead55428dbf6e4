"""The published catalogue is what the code says, and its schemas judge as the code does."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from griffin_runtimes.catalogue import CATALOGUE, config_schema, render
from griffin_runtimes.runtimes import RUNTIMES, find_task
from griffin_runtimes.xgboost.config import TrainConfig


def test_the_committed_catalogue_is_up_to_date() -> None:
    assert CATALOGUE.read_text() == render()


def test_every_schema_is_a_schema_and_describes_each_field() -> None:
    for runtime in RUNTIMES:
        for task in runtime.tasks.values():
            schema = config_schema(task.config)
            Draft202012Validator.check_schema(schema)
            if task.config is not find_task("dataset-generation", "generate-dataset").config:
                assert all(field.get("description") for field in schema["properties"].values())


@pytest.mark.parametrize(
    "config",
    [
        {"max_depth": 0},
        {"max_depth": "six"},
        {"learning_rate": 1.5},
        {"num_boost_round": 0},
        {"objective": "reg:squarederror"},
        {"features": []},
        {"unknown": 1},
    ],
)
def test_schema_and_model_refuse_the_same(config: dict[str, Any]) -> None:
    assert not Draft202012Validator(config_schema(TrainConfig)).is_valid(config)
    with pytest.raises(ValueError):
        TrainConfig.model_validate(config, strict=True)


def test_the_defaults_are_valid() -> None:
    Draft202012Validator(config_schema(TrainConfig)).validate(TrainConfig().model_dump(mode="json"))


def test_tasks_load_and_unknown_ones_are_none() -> None:
    for runtime in RUNTIMES:
        for kind, task in runtime.tasks.items():
            assert find_task(runtime.name, kind) is task
            assert callable(task.load())
    assert find_task("xgboost", "batch-infer") is None
    assert find_task("nothing", "train") is None
