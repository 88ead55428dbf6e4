"""Files: a dataset's rows, and a model of the registry."""

import hashlib
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xgboost
from griffin_runtimes import model
from griffin_runtimes.xgboost.features import Feature, matrix

import griffin
from griffin._download import Download
from griffin.models import Artifact
from samples import AT, RUN_ID, a_dataset
from server import Answer, Asked, Server, problem

MODEL = b"the bytes of a model" * 500
ROUTE = "/api/registry/models/late/versions"


def a_version(files: dict[str, bytes], framework: str = "xgboost", sha256: str | None = None) -> dict[str, Any]:
    artifacts = [
        {"path": path, "size": len(data), "sha256": sha256 or hashlib.sha256(data).hexdigest()}
        for path, data in files.items()
    ]
    return {
        "id": RUN_ID,
        "name": "late",
        "version": 2,
        "run_id": RUN_ID,
        "dataset_version_id": None,
        "architecture_id": None,
        "framework": framework,
        "uri": "file:///somewhere",
        "signature": {"inputs": [{"name": "wind", "type": "double"}], "outputs": []},
        "metrics": {},
        "artifacts": artifacts,
        "registered_at": AT,
    }


def serve(server: Server, files: dict[str, bytes], **more: Any) -> None:
    server.routes[f"GET {ROUTE}/champion"] = lambda _: Answer(200, a_version(files, **more))
    for path, data in files.items():
        server.routes[f"GET {ROUTE}/2/artifacts/{path}"] = lambda asked, data=data: part_of(asked, data)


def part_of(asked: Asked, data: bytes) -> Answer:
    start = int(asked.headers.get("range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
    return Answer(206 if start else 200, data[start:], {"content-type": "application/octet-stream"})


def test_a_download_is_checked_and_whole(server: Server, client: griffin.Client, tmp_path: Path) -> None:
    serve(server, {"model.ubj": MODEL, "deep/er/notes.json": b"{}"})
    version = client.registry.download("late@champion", tmp_path / "model")
    assert version.version == 2
    assert (tmp_path / "model/model.ubj").read_bytes() == MODEL
    assert (tmp_path / "model/deep/er/notes.json").read_bytes() == b"{}"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["model.ubj", "notes.json"]


def test_a_download_that_breaks_off_goes_on_from_there(server: Server, client: griffin.Client, tmp_path: Path) -> None:
    serve(server, {"model.ubj": MODEL})
    first = client.registry.version("late@champion")
    whole = {"content-type": "application/octet-stream"}
    server.answers = [
        Answer(200, first.model_dump(mode="json")),
        Answer(200, MODEL, whole, breaks=4000),
        problem(503, "artifact_store_unavailable", True),
    ]
    client.registry.download("late@champion", tmp_path)
    assert (tmp_path / "model.ubj").read_bytes() == MODEL
    ranges = [asked.headers.get("range") for asked in server.asked if "artifacts" in asked.path]
    assert ranges[0] is None
    assert ranges[-1] is not None
    assert 0 < int(ranges[-1].removeprefix("bytes=").removesuffix("-")) <= 4000


@pytest.mark.parametrize(("more", "said"), [(0, "has the SHA-256"), (5, "is longer than its 10000 bytes")])
def test_a_file_that_is_not_what_the_registry_says_is_not_kept(
    server: Server, client: griffin.Client, tmp_path: Path, more: int, said: str
) -> None:
    serve(server, {"model.ubj": MODEL})
    server.routes[f"GET {ROUTE}/2/artifacts/model.ubj"] = lambda _: Answer(200, b"x" * (len(MODEL) + more))
    with pytest.raises(griffin.IntegrityError, match=said):
        client.registry.download("late@champion", tmp_path / "model")
    assert list((tmp_path / "model").iterdir()) == []


@pytest.mark.parametrize("path", ["../outside", "/etc/outside", "a/../../outside"])
def test_no_artifact_leads_out_of_the_folder(server: Server, client: griffin.Client, tmp_path: Path, path: str) -> None:
    serve(server, {path: b"x"})
    with pytest.raises((griffin.IntegrityError, ValueError)):
        client.registry.download("late@champion", tmp_path / "folder")
    with pytest.raises(griffin.IntegrityError, match="leads out of the folder"):
        Download(Artifact(path=path, size=1, sha256="0"), tmp_path / "folder")
    assert not (tmp_path / "outside").exists()


def test_the_newest_version_is_meant_without_a_version(server: Server, client: griffin.Client) -> None:
    server.routes[f"GET {ROUTE}"] = lambda _: Answer(200, {"items": [a_version({})], "next_cursor": "more"})
    assert client.registry.version("late").version == 2
    assert server.asked[0].query == {"limit": "1"}
    server.routes[f"GET {ROUTE}"] = lambda _: Answer(200, {"items": [], "next_cursor": None})
    with pytest.raises(griffin.NotFoundError):
        client.registry.version("late")


def test_a_framework_that_is_not_known_is_said(server: Server, client: griffin.Client) -> None:
    serve(server, {"model.bin": b"x"}, framework="abacus")
    with pytest.raises(griffin.GriffinError, match=r"a model of abacus; this version loads: xgboost"):
        client.registry.load("late@champion")


def test_what_an_extra_has_is_said_with_its_name(
    server: Server, client: griffin.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "griffin_runtimes.model", None)
    serve(server, {"model.ubj": MODEL})
    with pytest.raises(griffin.MissingExtraError, match=r"pip install 'griffin-mltp\[models\]'"):
        client.registry.load("late@champion")


def test_a_loaded_model_predicts_as_it_was_trained(server: Server, client: griffin.Client, tmp_path: Path) -> None:
    rows = pa.table({"wind": [0.0, 1.0, 2.0, 3.0] * 50, "late": [0, 0, 1, 1] * 50})
    feature = Feature(name="wind", type="double")
    booster = xgboost.train({"objective": "binary:logistic", "nthread": 1}, matrix(rows, [feature], "late"), 5)
    about = model.Manifest(
        framework_version="3", objective="binary:logistic", rounds=5, label="late", run_id="r", files=[]
    )
    folder = tmp_path / "trained"
    folder.mkdir()
    model.save(folder, booster, [feature], about)
    serve(server, {file.name: file.read_bytes() for file in folder.iterdir()})
    loaded = client.registry.load("late@champion")
    assert repr(loaded) == "<LoadedModel late@2>"
    given = pd.DataFrame({"another": ["x", "y"], "wind": [0.0, 3.0]})
    low, high = loaded.predict(given)
    assert 0 < low < 0.5 < high < 1
    assert loaded.predict(pa.table({"wind": [0.0, 3.0]})).tolist() == [low, high]
    with pytest.raises(ValueError, match="late@2 needs the columns wind"):
        loaded.predict(pd.DataFrame({"rain": [1.0]}))
    with pytest.raises(TypeError, match="not a list"):
        loaded.predict([[1.0]])


@pytest.fixture
def dataset(server: Server, client: griffin.Client, tmp_path: Path) -> griffin.DatasetVersion:
    splits = {}
    for at, name in enumerate(["train", "test"]):
        file = tmp_path / f"my data {name}.parquet"
        pq.write_table(pa.table({"wind": [at + 0.5, at + 1.5], "late": [0, 1]}), file)
        splits[name] = {"uri": file.as_uri(), "row_count": 2}
    server.answers = [Answer(200, a_dataset(splits=splits))]
    return client.datasets.get("flights@3")


def test_a_split_is_read_where_it_lies(dataset: griffin.DatasetVersion) -> None:
    assert dataset.to_arrow("test").to_pydict() == {"wind": [1.5, 2.5], "late": [0, 1]}
    assert dataset.to_pandas("train", columns=["wind"])["wind"].tolist() == [0.5, 1.5]
    assert dataset.to_pandas()["wind"].tolist() == [0.5, 1.5, 1.5, 2.5]
    with pytest.raises(ValueError, match=r"flights@3 has no split 'val'; it has: train, test"):
        dataset.to_arrow("val")
    with pytest.raises(ValueError, match=r"columns: there is no hail; there are: wind, late"):
        dataset.to_pandas(columns=["wind", "hail"])
    assert str(dataset) == "<DatasetVersion flights@3 READY>"


def test_a_dataset_can_be_kept(dataset: griffin.DatasetVersion, tmp_path: Path) -> None:
    folder = dataset.save(tmp_path / "kept" / "here")
    assert sorted(file.name for file in folder.iterdir()) == ["test.parquet", "train.parquet"]
    assert pq.read_table(folder / "test.parquet").equals(dataset.to_arrow("test"))


def test_a_dataset_is_waited_for(server: Server, client: griffin.Client) -> None:
    server.answers = [Answer(202, a_dataset(state="PENDING")), Answer(200, a_dataset(state="PENDING"))]
    server.answers += [Answer(200, a_dataset())]
    version = client.datasets.create(name="flights", spine={}, features=[], splits={})  # type: ignore[typeddict-item]
    with pytest.raises(griffin.DatasetFailedError, match="PENDING: wait"):
        version.to_arrow()
    assert version.wait().state == "READY"
    assert version.reference == "flights@3"
    assert len(server.asked[0].headers["idempotency-key"]) > 10
    failed = a_dataset(state="FAILED", reason={"code": "column_missing", "message": "no `wind`"})
    server.answers = [Answer(200, failed)]
    with pytest.raises(griffin.DatasetFailedError, match="column_missing: no `wind`") as caught:
        version.wait()
    assert caught.value.code == "column_missing"
