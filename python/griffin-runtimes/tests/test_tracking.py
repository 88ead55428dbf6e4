"""Metrics to MLflow through its own client; its store is a folder here, which can be away and come back."""

import socket
import time
from pathlib import Path
from typing import Any

import pytest

from attempts import PROJECT_ID, RUN_ID, AttemptFolder, eventually
from griffin_runtimes.context import RunContext
from griffin_runtimes.environment import AttemptEnvironment, S3Settings
from griffin_runtimes.progress import Progress
from griffin_runtimes.spec import RunSpec
from griffin_runtimes.store import open_store
from griffin_runtimes.training.tracking import Tracker


@pytest.fixture(autouse=True)
def _folder_as_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")


def context_with(attempt: AttemptFolder, mlflow_url: str | None) -> RunContext:
    nothing = S3Settings(None, None, None, None)
    root = attempt.root.as_uri()
    environment = AttemptEnvironment(RUN_ID, 2, PROJECT_ID, "http://none", "t", root, mlflow_url, None, None, nothing)
    spec = RunSpec.model_validate(attempt.spec("xgboost", "train", {}))
    progress = Progress.__new__(Progress)
    return RunContext(spec, environment, open_store(root, nothing), attempt.folder, progress)


def history(folder: Path, key: str) -> list[tuple[int, float]]:
    client, run = only_run(folder)
    return [(one.step, one.value) for one in client.get_metric_history(run.info.run_id, key)]


def has_ended(folder: Path) -> bool:
    """Under load the client's import alone may outlast the time that `close` waits."""
    return only_run(folder)[1].info.status in ("FINISHED", "FAILED")


def only_run(folder: Path) -> Any:
    from mlflow import MlflowClient

    client = MlflowClient(folder.as_uri())
    experiment = eventually(lambda: client.get_experiment_by_name(f"{PROJECT_ID}/a-definition"))
    (run,) = eventually(lambda: client.search_runs([experiment.experiment_id]))
    return client, run


def test_keeps_the_history_and_ends_on_the_final_figure(attempt: AttemptFolder) -> None:
    folder, pages = attempt.folder / "mlflow", []
    tracker = Tracker(context_with(attempt, folder.as_uri()), {"max_depth": 6}, pages.append)
    tracker.log(10, {"validation_auc": 0.7})
    tracker.log(20, {"validation_auc": 0.8})
    time.sleep(0.01)
    tracker.log(20, {"validation_auc": 0.81, "test_auc": 0.79})
    tracker.close(succeeded=True)
    eventually(lambda: has_ended(folder))
    assert history(folder, "validation_auc") == [(10, 0.7), (20, 0.8), (20, 0.81)]
    _, run = only_run(folder)
    assert run.data.metrics == {"validation_auc": 0.81, "test_auc": 0.79}
    assert (run.info.status, run.data.params) == ("FINISHED", {"max_depth": "6"})
    assert run.data.tags["griffin.run_id"] == RUN_ID
    assert run.data.tags["griffin.attempt"] == "2"
    assert (run.data.tags["griffin.project"], run.data.tags["griffin.definition"]) == (PROJECT_ID, "a-definition@1")
    assert pages == [f"{folder.as_uri()}/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"]


def test_what_could_not_be_written_is_written_once_mlflow_is_back(attempt: AttemptFolder) -> None:
    folder = attempt.folder / "mlflow"
    folder.write_text("in the way")
    tracker = Tracker(context_with(attempt, folder.as_uri()), {}, lambda _: None, retry_seconds=0.05)
    tracker.log(1, {"loss": 0.5})
    eventually(lambda: not tracker.is_reachable)
    tracker.log(2, {"loss": 0.4})
    folder.unlink()
    eventually(lambda: tracker.is_reachable)
    tracker.close(succeeded=False)
    eventually(lambda: has_ended(folder))
    assert history(folder, "loss") == [(1, 0.5), (2, 0.4)]
    assert only_run(folder)[1].info.status == "FAILED"


def test_mlflow_being_away_holds_nothing_up(attempt: AttemptFolder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Bound and not listening: connections are refused.
        tracker = Tracker(context_with(attempt, f"http://127.0.0.1:{taken.getsockname()[1]}"), {}, lambda _: None)
        tracker.log(1, {"loss": 0.5})
        eventually(lambda: not tracker.is_reachable, seconds=60)
        began = time.monotonic()
        tracker.log(2, {"loss": 0.5})
        tracker.close(succeeded=True)
        assert time.monotonic() - began < 2


def test_without_mlflow_nothing_happens(attempt: AttemptFolder) -> None:
    tracker = Tracker(context_with(attempt, None), {}, lambda _: pytest.fail("there is no run"))
    tracker.log(1, {"loss": 0.5})
    tracker.close(succeeded=True)
