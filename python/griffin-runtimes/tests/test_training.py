"""Training on a real Ray with two workers."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import xgboost
from sklearn.metrics import roc_auc_score

from attempts import RUN_ID, AttemptFolder, eventually
from fake_api import FakeApi
from griffin_runtimes import model
from training_fixtures import FEATURES, write_dataset

TIMEOUT = 150
ROWS = {"train": 4000, "validation": 1000, "test": 1000}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, ray_address: str) -> Iterator[AttemptFolder]:
    """A run that was trained in one go."""
    with FakeApi() as api:
        attempt = AttemptFolder(tmp_path_factory.mktemp("undisturbed"), api)
        assert attempt.launch(training(attempt), GRIFFIN_RAY_ADDRESS=ray_address).wait(TIMEOUT) == 0
        yield attempt


def training(attempt: AttemptFolder) -> dict[str, Any]:
    folder = attempt.folder / "data"
    dataset = attempt.api.spec["inputs"][0] if folder.exists() else write_dataset(folder, ROWS)
    resources = {"workers": 2, "cpu": 1, "gpu": 0, "gpu_type": None, "memory_gib": 1, "ssd_gib": 0}
    config = {"num_boost_round": 30, "report_every": 5, "checkpoint_every": 2, "subsample": 0.8}
    return attempt.spec("xgboost", "train", config, inputs=[dataset], resources=resources)


def test_trains_and_evaluates_what_the_model_scores(undisturbed: AttemptFolder) -> None:
    (report,) = undisturbed.api.bodies("report")
    assert_it_scores_as_reported(undisturbed.root / "attempts/1/model", undisturbed.folder / "data", report["metrics"])
    assert [one["name"] for one in report["outputs"][0]["signature"]["inputs"]] == FEATURES
    figures = [body["progress"] for body in undisturbed.api.bodies("progress") if "progress" in body]
    assert {"loading", "starting", "training"} <= {one["phase"] for one in figures}
    assert "round 30 of 30" in undisturbed.log()


def test_nothing_of_a_run_is_left_in_the_cluster(undisturbed: AttemptFolder) -> None:
    assert len(undisturbed.api.bodies("report")) == 1
    eventually(lambda: processes_of_the_run() == [], seconds=20)


def assert_it_scores_as_reported(folder: Path, data: Path, metrics: dict[str, float]) -> None:
    rows = pq.read_table(data / "test.parquet")
    label = rows.column("late").to_numpy()
    found = roc_auc_score(label, model.load(folder).score(rows))
    assert metrics["test_auc"] == pytest.approx(found, abs=1e-12)
    assert metrics["test_auc"] > 0.85
    assert (metrics["test_base_rate_auc"], metrics["test_base_rate"]) == (0.5, pytest.approx(label.mean()))
    assert metrics["test_logloss"] < metrics["test_base_rate_logloss"]


def test_a_killed_worker_ends_the_attempt_and_the_next_one_makes_the_model_of_an_undisturbed_run(
    attempt: AttemptFolder, api: FakeApi, ray_address: str, undisturbed: AttemptFolder
) -> None:
    # Ray Train takes one checkpoint a second: slow enough to be interrupted between two.
    slowly = {"RAY_TRAIN_HEALTH_CHECK_INTERVAL_S": "1"}
    launcher = attempt.launch(training(attempt), GRIFFIN_RAY_ADDRESS=ray_address, **slowly)
    eventually(lambda: registered_checkpoints(attempt), seconds=90)
    os.kill(processes_of_the_run("RayTrainWorker")[0], signal.SIGKILL)
    assert launcher.wait(TIMEOUT) == 1
    assert api.bodies("report")[-1]["reason"]["code"] == "training_worker_died"
    reached = max(one["metrics"]["round"] for one in registered_checkpoints(attempt))
    assert reached < 30

    assert attempt.launch(training(attempt), 2, GRIFFIN_RAY_ADDRESS=ray_address).wait(TIMEOUT) == 0
    assert f"goes on from round {reached}\n" in attempt.log(2)
    assert trees(attempt.root / "attempts/2/model") == trees(undisturbed.root / "attempts/1/model")


def test_a_store_that_refuses_checkpoints_is_said_to_be_the_reason(
    attempt: AttemptFolder, api: FakeApi, ray_address: str
) -> None:
    attempt.root.mkdir(parents=True)
    (attempt.root / "checkpoints").write_text("in the way")
    assert attempt.launch(training(attempt), GRIFFIN_RAY_ADDRESS=ray_address).wait(TIMEOUT) == 1
    assert api.bodies("report")[-1]["reason"]["code"] == "artifact_store_unavailable"


def trees(model_folder: Path) -> list[str]:
    return xgboost.Booster(model_file=str(model_folder / "model.ubj")).get_dump(dump_format="json")


def registered_checkpoints(attempt: AttemptFolder) -> list[dict[str, Any]]:
    """Those that Ray Train knows of; a file alone may be half of one."""
    snapshot = attempt.root / "checkpoints/training/checkpoint_manager_snapshot.json"
    if not snapshot.exists():
        return []
    try:
        return json.loads(snapshot.read_text())["checkpoint_results"]
    except json.JSONDecodeError:
        # Ray writes it in place: this look fell between its emptying and its end.
        return []


def processes_of_the_run(named: str = "") -> list[int]:
    """Found by the environment that each of them has, as the worker finds what is left of an attempt."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            ours = f"GRIFFIN_RUN_ID={RUN_ID}".encode() in (process / "environ").read_bytes()
            if ours and named.encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found
