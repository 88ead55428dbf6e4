"""A training in a file: what it may say, what is said about what it may not, and how it is submitted."""

from pathlib import Path
from typing import Any

import pytest

import griffin
from griffin import bodies
from griffin.definition import CreateDefinition
from griffin.training_file import FileInvalidError, TrainingFile
from samples import AT, RUN_ID, a_run
from server import Answer, Asked, Server

TRAINING = """
name: train-flights
runtime: xgboost
architecture:
  name: trees
  framework: xgboost
  defaults: {max_depth: 4}
inputs: {dataset: flights@3}
outputs: {model: {name: flight-delay}}
config: {num_boost_round: 30}
resources: {workers: 2, cpu: 1}
seed: 7
local: {dataset: data}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "train.yaml"
    path.write_text(TRAINING)
    return path


def faults(file: Path, text: str, *changes: str) -> dict[str, str]:
    file.write_text(text)
    with pytest.raises(FileInvalidError) as caught:
        TrainingFile.read(file, changes)
    assert str(file) in str(caught.value)
    return {error.field: error.message for error in caught.value.errors}


def test_every_field_of_a_definition_can_be_said() -> None:
    assert set(CreateDefinition.model_fields) == set(bodies.CreateDefinition.__annotations__)
    assert set(TrainingFile.model_fields) == {*CreateDefinition.model_fields, "seed", "local"}


def keep_what_is_described(server: Server) -> None:
    """The API makes version 4 of whatever it is told, and runs it."""

    def versioned(asked: Asked) -> Answer:
        return Answer(
            201, {"id": RUN_ID, "name": asked.body["name"], "version": 4, "created_at": AT, **FILLING[asked.path]}
        )

    server.routes = {f"POST {path}": versioned for path in FILLING}
    server.routes["POST /api/workflows"] = lambda _: Answer(201, a_run())


def test_it_is_submitted_as_architecture_definition_and_run(server: Server, client: griffin.Client, file: Path) -> None:
    keep_what_is_described(server)
    TrainingFile.read(file).submit(client, name="tonight")
    architecture, definition, run = (asked.body for asked in server.asked)
    assert architecture == {"name": "trees", "framework": "xgboost", "defaults": {"max_depth": 4}}
    assert definition == {
        "name": "train-flights",
        "stage": "prototype",
        "kind": "train",
        "runtime": "xgboost",
        "architecture": "trees@4",
        "inputs": {"dataset": "flights@3"},
        "outputs": {"model": {"name": "flight-delay"}},
        "config": {"num_boost_round": 30},
        "resources": {"workers": 2, "cpu": 1.0},
    }
    assert run == {"definition": "train-flights@4", "seed": 7, "name": "tonight"}


FILLING: dict[str, dict[str, Any]] = {
    "/api/training/models": {
        "framework": "xgboost",
        "code": None,
        "hyperparameter_schema": {},
        "defaults": {},
        "description": "",
        "tags": [],
    },
    "/api/workflow-definitions": {
        "stage": "prototype",
        "kind": "train",
        "runtime": "xgboost",
        "architecture": None,
        "inputs": {},
        "outputs": {},
        "config": {},
        "resources": {},
        "env": {},
        "secrets": [],
        "authorization": {},
        "placement": {},
        "quota": {},
        "limits": {},
        "description": "",
        "tags": [],
        "created_by": "somebody",
        "deleted_at": None,
    },
}


def test_a_named_architecture_is_only_named(server: Server, client: griffin.Client, file: Path) -> None:
    file.write_text("name: train\nruntime: xgboost\narchitecture: trees@2\n")
    filling = {"id": RUN_ID, "name": "train", "version": 1, "created_at": AT, **FILLING["/api/workflow-definitions"]}
    server.answers = [Answer(201, filling), Answer(201, a_run())]
    TrainingFile.read(file).submit(client)
    assert [asked.path for asked in server.asked] == ["/api/workflow-definitions", "/api/workflows"]
    assert server.asked[0].body["architecture"] == "trees@2"
    assert server.asked[1].body == {"definition": "train@1", "seed": 0}


def test_each_field_at_fault_is_named(file: Path) -> None:
    found = faults(
        file,
        """
name: Train Flights
architecture: {framework: xgboost}
resources: {worker: 2, cpu: none}
tags: [fine, Not Fine]
sede: 7
local: {path: data}
""",
    )
    assert set(found) == {
        "name",
        "runtime",
        "architecture.name",
        "resources.worker",
        "resources.cpu",
        "tags.1",
        "sede",
        "local.path",
    }
    assert found["runtime"] == "is required"
    assert found["sede"] == "is not a field that is known here: is it spelt right?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [train", "line 1"),
        ("- a list", "must be fields by name"),
        ("", "must be fields by name"),
        ("1: one", "must be fields by name"),
        ("name: !!python/object/apply:os.system [true]", "line 1"),
    ],
)
def test_what_is_no_training_at_all_is_said(file: Path, text: str, said: str) -> None:
    assert said in faults(file, text)[""]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileInvalidError, match=r"No such file.*is the path right"):
        TrainingFile.read(tmp_path / "nowhere.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileInvalidError, match="UTF-8"):
        TrainingFile.read(tmp_path / "binary.yaml")


def test_what_is_changed_is_of_the_run_and_not_of_its_definition(
    server: Server, client: griffin.Client, file: Path
) -> None:
    keep_what_is_described(server)
    TrainingFile.read(file).submit(client)
    as_in_file = [asked.body for asked in server.asked][-2]
    TrainingFile.read(file, ["config.max_depth=8", "limits.max_attempts=2"]).submit(client)
    definition, run = [asked.body for asked in server.asked][-2:]
    assert definition == as_in_file
    assert run["config"] == {"num_boost_round": 30, "max_depth": 8}
    assert run["limits"] == {"max_attempts": 2}


def test_what_is_taken_away_is_taken_from_the_definition(server: Server, client: griffin.Client, file: Path) -> None:
    keep_what_is_described(server)
    TrainingFile.read(file, ["config={max_depth: 8}"]).submit(client)
    definition, run = [asked.body for asked in server.asked][-2:]
    assert definition["config"] == {"max_depth": 8}
    assert "config" not in run


def test_changes_go_on_top(file: Path) -> None:
    changes = [
        "config.max_depth=8",
        "config.features=[wind, delay]",
        "seed=9",
        "env.HF_HOME=/tmp/a=b",
        "limits.max_attempts=2",
    ]
    training = TrainingFile.read(file, changes)
    assert training.config == {"num_boost_round": 30, "max_depth": 8, "features": ["wind", "delay"]}
    assert training.seed == 9
    assert training.model_dump()["env"] == {"HF_HOME": "/tmp/a=b"}
    assert training.limits is not None
    assert training.limits.max_attempts == 2
    assert "config.max_depth=8" in faults(file, TRAINING, "config.max_depth")[""]
    assert "name" in faults(file, TRAINING, "name.of=x")
    assert "nmae" in faults(file, TRAINING, "nmae=x")
