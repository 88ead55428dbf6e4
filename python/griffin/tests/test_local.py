"""Trainings on this machine, up to where Ray begins; with Ray they are compared with the platform's, end to end."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from griffin_runtimes.spec import RunSpec

import griffin.local
from griffin.errors import GriffinError
from griffin.local.api import AttemptApi
from griffin.local.dataset import dataset_input
from griffin.local.spec import resolve
from griffin.training_file import FileInvalidError, TrainingFile

RUN_ID = "00000000-0000-7000-8000-00000000000a"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "my data"
    folder.mkdir()
    for name, rows in {"train": 3, "test": 2}.items():
        pq.write_table(
            pa.table({"wind": [1.0] * rows, "gust": [2.0] * rows, "late": [0] * rows}), folder / f"{name}.parquet"
        )
    return folder


def training(tmp_path: Path, text: str = "", *changes: str) -> TrainingFile:
    file = tmp_path / "train.yaml"
    file.write_text(f"name: train\nruntime: xgboost\n{text}")
    return TrainingFile.read(file, changes)


def faults(caught: Any) -> dict[str, str]:
    return {error.field: error.message for error in caught.value.errors}


def test_a_folder_is_a_dataset(tmp_path: Path, data: Path) -> None:
    found = dataset_input(training(tmp_path, "local: {dataset: my data, label: late}"), None)
    assert found["splits"] == {
        "test": {"uri": (data / "test.parquet").as_uri(), "row_count": 2},
        "train": {"uri": (data / "train.parquet").as_uri(), "row_count": 3},
    }
    assert (found["name"], found["label"], found["feature_columns"]) == ("my data", "late", ["wind", "gust"])


def test_a_file_is_the_split_train(tmp_path: Path, data: Path) -> None:
    file = training(tmp_path, "local: {label: late, features: [gust]}")
    found = dataset_input(file, str(data / "train.parquet"))
    assert list(found["splits"]) == ["train"]
    assert found["feature_columns"] == ["gust"]


def test_what_griffin_generated_says_itself_what_it_is(tmp_path: Path) -> None:
    about = {
        "dataset": "flights@3",
        "entity_keys": ["tail"],
        "event_time": "at",
        "label": "late",
        "feature_columns": ["wind"],
    }
    table = pa.table({"tail": ["a"], "at": [0], "wind": [1.0], "late": [0]})
    pq.write_table(table.replace_schema_metadata({"griffin": json.dumps(about)}), tmp_path / "train.parquet")
    found = dataset_input(training(tmp_path), str(tmp_path))
    assert (found["name"], found["version"]) == ("flights", 3)
    assert (found["label"], found["feature_columns"]) == ("late", ["wind"])


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("", "local.dataset", "--dataset"),
        ("local: {dataset: nowhere}", "local.dataset", "there is no Parquet file at"),
        ("local: {dataset: train.yaml}", "local.dataset", "is no Parquet file that can be read"),
        ("local: {dataset: my data}", "local.label", "The columns are: wind, gust, late."),
        ("local: {dataset: my data, label: lte}", "local.label", "there is no column 'lte'"),
    ],
)
def test_a_dataset_that_is_none_is_said(tmp_path: Path, data: Path, text: str, field: str, said: str) -> None:
    with pytest.raises(FileInvalidError) as caught:
        dataset_input(training(tmp_path, text), None)
    assert said in faults(caught)[field]


def test_the_spec_is_one_that_the_runtimes_read(tmp_path: Path, data: Path) -> None:
    text = """
architecture: {name: trees, framework: xgboost, defaults: {max_depth: 4, subsample: 0.5}}
config: {subsample: 0.8}
resources: {workers: 1}
env: {A: b}
seed: 7
local: {dataset: my data, label: late}
"""
    file = training(tmp_path, text)
    spec = resolve(file, dataset_input(file, None), RUN_ID, "file:///somewhere")
    read = RunSpec.model_validate(spec)
    assert read.config == {"max_depth": 4, "subsample": 0.8}
    assert (read.resources.workers, read.resources.cpu, read.seed, read.env) == (1, 1, 7, {"A": "b"})
    assert read.runtime.needs_ray


def test_all_that_cannot_be_here_is_said_at_once(tmp_path: Path) -> None:
    text = """
architecture: trees@2
secrets: [{env: TOKEN, secret: huggingface, key: token}]
config: {max_dept: 4, learning_rate: 7}
resources: {workers: 0}
"""
    with pytest.raises(FileInvalidError) as caught:
        resolve(training(tmp_path, text), {}, RUN_ID, "file:///somewhere")
    assert set(faults(caught)) == {
        "architecture",
        "secrets",
        "config.max_dept",
        "config.learning_rate",
        "resources.workers",
    }


def test_no_more_gpus_can_be_asked_for_than_there_are(tmp_path: Path) -> None:
    with pytest.raises(FileInvalidError) as caught:
        resolve(training(tmp_path, "resources: {workers: 200, gpu: 16}"), {}, RUN_ID, "file:///somewhere")
    assert "ask for 3200, and this machine has" in faults(caught)["resources.gpu"]


@pytest.mark.parametrize(("change", "field"), [("runtime=abacus", "runtime"), ("kind=batch-infer", "kind")])
def test_only_what_trains_runs_here(tmp_path: Path, change: str, field: str) -> None:
    with pytest.raises(FileInvalidError) as caught:
        resolve(training(tmp_path, "", change), {}, RUN_ID, "file:///somewhere")
    assert field in faults(caught)


def test_only_the_attempt_is_heard() -> None:
    heard: list[dict[str, Any]] = []
    with AttemptApi({"run_id": RUN_ID, "seed": 7}, heard.append) as api:
        base = f"{api.url}/api/workflows/{RUN_ID}/attempts/1"
        token = {"authorization": f"Bearer {api.token}"}
        with httpx.Client(trust_env=False) as http:
            assert http.post(f"{base}/start", json={}, headers=token).json()["spec"]["seed"] == 7
            assert http.post(f"{base}/progress", json={"progress": {}}, headers=token).status_code == 204
            assert http.post(f"{base}/report", json={"outcome": "succeeded"}).status_code == 401
            assert http.post(f"{api.url}/api/projects", json={}, headers=token).status_code == 404
            assert api.report is None
            http.post(f"{base}/report", json={"outcome": "succeeded"}, headers=token)
    assert api.report == {"outcome": "succeeded"}
    assert heard == [{"progress": {}}]


def test_a_python_without_ray_is_said_with_what_to_install(tmp_path: Path, data: Path) -> None:
    file = training(tmp_path, "local: {dataset: my data, label: late}")
    with pytest.raises(GriffinError, match=r"Ray did not start: .*No module named 'ray'.*griffin-mltp\[local\]"):
        griffin.local.run(file, output=tmp_path / "runs", python=sys.executable, progress=False)
