"""The SDK against the platform: what the documents do not show. The runs are those that their blocks have left."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import griffin
import pytest
from griffin.local.dataset import dataset_input
from griffin.local.spec import resolve
from griffin.training_file import TrainingFile


@pytest.fixture(scope="module")
def trained(client: griffin.Client) -> griffin.Run:
    """The training that `griffin run train.yaml` submitted."""
    runs = client.workflows.list(definition="train-flights", state="SUCCEEDED").all()
    assert len(runs) == 1
    return runs[0]


@pytest.fixture(scope="module")
def reported(workplace: Path) -> dict[str, Any]:
    """The report of `griffin run train.yaml --local`."""
    (file,) = workplace.glob("griffin-runs/*/attempts/1/report.json")
    return {**json.loads(file.read_text()), "folder": file.parent}


def test_local_and_submitted_are_the_same_model(
    client: griffin.Client, trained: griffin.Run, reported: dict[str, Any], tmp_path: Path
) -> None:
    assert reported["outcome"] == "succeeded"
    assert reported["metrics"] == trained.final_metrics
    assert trained.model_version is not None
    client.registry.download(f"flight-delay@{trained.model_version.version}", tmp_path)
    submitted, local = (folder / "model.ubj" for folder in (tmp_path, reported["folder"] / "model"))
    assert submitted.read_bytes() == local.read_bytes()


def test_local_and_submitted_are_resolved_alike(client: griffin.Client, workplace: Path) -> None:
    file = TrainingFile.read(workplace / "train.yaml", ["config.max_bin=128"])
    api = client.workflows.dry_run("train-flights", config={"max_bin": 128}, seed=file.seed)
    here = resolve(file, dataset_input(file, None), str(uuid4()), "file:///somewhere")
    assert {**api["config"], **here["config"]} == api["config"]
    assert here["config"].items() <= api["config"].items()
    for name in ("kind", "resources", "env", "seed", "name"):
        assert here[name] == api[name], name
    (given,), (known,) = here["inputs"], api["inputs"]
    for name in ("name", "version", "label", "feature_columns"):
        assert given[name] == known[name], name
    rows = {split: one["row_count"] for split, one in known["splits"].items()}
    assert {split: one["row_count"] for split, one in given["splits"].items()} == rows


def test_an_idempotency_key_gives_one_run(client: griffin.Client) -> None:
    key = str(uuid4())
    first = client.workflows.submit("train-flights", idempotency_key=key, seed=1)
    try:
        assert client.workflows.submit("train-flights", idempotency_key=key, seed=1).id == first.id
        with pytest.raises(griffin.IdempotencyKeyReusedError):
            client.workflows.submit("train-flights", idempotency_key=key, seed=2)
    finally:
        first.terminate()


def test_an_owner_is_superseded_by_a_later_try(client: griffin.Client) -> None:
    def owner(epoch: int) -> Any:
        return {"deployment": "tests", "dag_id": "d", "run_id": "r", "task_id": "t", "epoch": epoch}

    run = client.workflows.submit("train-flights", owner_ref=owner(2))
    try:
        with pytest.raises(griffin.OwnerSupersededError):
            run.terminate(owner_ref=owner(1))
    finally:
        run.terminate("the test has seen enough", owner_ref=owner(2))
    assert run.state in ("TERMINATING", "TERMINATED")


def test_what_is_not_there_is_said_by_its_class(client: griffin.Client) -> None:
    for ask in (
        lambda: client.workflows.get(str(uuid4())),
        lambda: client.datasets.get("nowhere"),
        lambda: client.registry.version("nowhere@champion"),
        lambda: client.definitions.get("nowhere"),
        lambda: client.architectures.get("nowhere@3"),
        lambda: client.features.get("nowhere"),
        lambda: client.runtimes.get("nowhere"),
    ):
        with pytest.raises(griffin.NotFoundError) as caught:
            ask()
        assert caught.value.trace_id
    with pytest.raises(griffin.BadRequestError) as refused:
        client.workflows.get("no-id")
    assert refused.value.errors[0].field == "id"


def test_a_token_works_until_it_is_revoked(client: griffin.Client) -> None:
    made = client.tokens.create(name="for-a-test")
    other = griffin.Client(client.api_url, made.token.get_secret_value())
    assert other.projects.current().id == client.projects.current().id
    assert made.id in [token.id for token in client.tokens.list(page_size=1)]
    client.tokens.revoke(made.id)
    with pytest.raises(griffin.AuthenticationError) as caught:
        other.projects.current()
    assert made.token.get_secret_value() not in str(caught.value)


def test_every_list_can_be_read(client: griffin.Client, trained: griffin.Run) -> None:
    assert "xgboost" in [runtime.name for runtime in client.runtimes.list()]
    assert "flight-trees" in [architecture.name for architecture in client.architectures.list(page_size=1)]
    assert [view.name for view in client.features.list(q="weather")] == ["weather"]
    assert client.features.get("weather@1").max_age_seconds == 6 * 3600
    assert {"flights"} <= {dataset.name for dataset in client.datasets.list(page_size=1)}
    assert [version.state for version in client.datasets.versions("flights")] == ["READY"]
    assert "train-flights" in [definition.name for definition in client.definitions.list()]
    assert [version.version for version in client.definitions.versions("train-flights")] == [1]
    assert client.architectures.get("flight-trees").defaults == {"max_depth": 3}
    assert client.registry.get("flight-delay").aliases == {"champion": 1}
    assert [alias.alias for alias in client.registry.aliases("flight-delay")] == ["champion"]
    assert [move.version for move in client.registry.alias_history("flight-delay", "champion")] == [1]
    assert [attempt.number for attempt in trained.attempts()] == [1]
    assert trained.history()[-1].state == "SUCCEEDED"
    assert "driver" in trained.log_streams()
    completed = [event["subject"] for event in client.events.list(types=["run.completed"])]
    assert trained.id in completed


def test_an_alias_is_taken_away(client: griffin.Client) -> None:
    client.registry.set_alias("flight-delay", "passing", 1)
    client.registry.delete_alias("flight-delay", "passing")
    with pytest.raises(griffin.NotFoundError):
        client.registry.version("flight-delay@passing")


def test_a_definition_is_deleted(client: griffin.Client) -> None:
    made = client.definitions.create(name="passing", stage="prototype", kind="train", runtime="xgboost")
    client.definitions.delete("passing", id=made.id)
    with pytest.raises(griffin.NotFoundError):
        client.definitions.get("passing")
    assert client.definitions.get("passing@1", id=made.id).deleted_at is not None


def test_the_whole_log_can_be_followed(trained: griffin.Run) -> None:
    begun = time.monotonic()
    lines = list(trained.logs(follow=True))
    assert time.monotonic() - begun < 10
    assert lines[0].startswith("[griffin] attempt 1")
    assert any("round 20 of 20" in line for line in lines)
    assert lines == list(trained.logs())
    assert list(trained.logs(tail=3)) == lines[-3:]


def test_what_has_not_changed_is_no_news(client: griffin.Client, trained: griffin.Run) -> None:
    (seen,) = client.workflows.status({trained.id: None})
    assert seen.etag is not None
    assert client.workflows.status({trained.id: seen.etag}) == []
