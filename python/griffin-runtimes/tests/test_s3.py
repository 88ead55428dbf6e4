"""What a real S3 server makes of the store: refusals, writers that die, and whole runs."""

import os
import pickle
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attempts import AttemptFolder
from fake_api import FakeApi
from griffin_runtimes.environment import S3Settings
from griffin_runtimes.errors import ArtifactAccessDenied, ArtifactStoreUnavailable
from griffin_runtimes.store import ArtifactStore, open_store
from griffin_runtimes.store.file_store import path_of
from runs import generation
from s3_server import S3Server

REFUSALS = [
    ({"secret_key": "a-secret-nobody-may-read"}, True),
    ({"access_key": "AKIANOBODYMAYREAD"}, True),
    ({"bucket": "nowhere"}, False),
]

# Says that it is on its way once Arrow has sent the first parts.
ENDLESS_WRITER = """
import os, sys, time
from griffin_runtimes.environment import S3Settings
from griffin_runtimes.store import open_store

names = ("ENDPOINT", "ACCESS_KEY", "SECRET_KEY", "REGION")
settings = S3Settings(*(os.environ[f"GRIFFIN_S3_{name}"] for name in names))
filesystem, path = open_store(sys.argv[1], settings).filesystem(sys.argv[1])
with filesystem.open_output_stream(path) as stream:
    for _ in range(30):
        stream.write(bytes(1 << 20))
    print("on its way", flush=True)
    time.sleep(600)
"""


def test_a_writer_that_is_killed_leaves_no_half_file(s3: S3Server, tmp_path: Path) -> None:
    uri = f"{s3.fresh_root()}/big.parquet"
    store = open_store(uri, s3.settings)
    store.put(uri, b"old")
    writer = subprocess.Popen(
        [sys.executable, "-c", ENDLESS_WRITER, uri], env={**os.environ, **s3.variables()}, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    writer.stdout.readline()  # Parts of it are in the store.
    writer.kill()
    writer.wait()
    assert store.files(uri) == [uri]
    assert store.fetch(uri, tmp_path).read_bytes() == b"old"


@pytest.mark.parametrize(("changes", "denied"), REFUSALS)
def test_a_refusal_may_pass_and_shows_no_key(
    s3: S3Server, tmp_path: Path, changes: dict[str, str], denied: bool
) -> None:
    bucket = changes.get("bucket", s3.bucket)
    settings = replace(s3.settings, **{name: key for name, key in changes.items() if name != "bucket"})
    store = open_store(f"s3://{bucket}/x", settings)
    with pytest.raises(ArtifactStoreUnavailable) as caught:
        store.put(f"s3://{bucket}/x/a", b"data")
    assert caught.value.retryable
    assert isinstance(caught.value, ArtifactAccessDenied) == denied
    shown = f"{caught.value!r} {settings!r} {pickle.loads(pickle.dumps(caught.value))}"
    for key in (settings.access_key, settings.secret_key, s3.settings.access_key, s3.settings.secret_key):
        assert key and key not in shown


def test_a_server_that_is_away_may_come_back() -> None:
    with socket.socket() as nobody:  # Bound and not listening: whoever connects is refused.
        nobody.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        store = open_store("s3://bucket/x", S3Settings(endpoint, "key", "secret", None))
        with pytest.raises(ArtifactStoreUnavailable) as caught:
            store.put("s3://bucket/x/a", b"data")
    assert caught.value.retryable


def test_a_whole_run_in_s3(attempt: AttemptFolder, api: FakeApi, s3: S3Server, tmp_path: Path) -> None:
    root = s3.fresh_root()
    store = open_store(root, s3.settings)
    spec = generation(attempt)
    sources = moved_to_s3(spec, store, f"{root}/sources")
    assert attempt.launch(spec, GRIFFIN_ARTIFACT_ROOT=root, **s3.variables()).wait(60) == 0
    (report,) = api.bodies("report")
    assert report["outputs"][0]["uri"] == f"{root}/attempts/1/dataset"
    assert set(report["outputs"][0]["source_fingerprints"]) == {"spine", "weather@1"}
    assert store.fetch(f"{root}/attempts/1/dataset/all.parquet", tmp_path).read_bytes().startswith(b"PAR1")
    log = store.fetch(f"{root}/attempts/1/logs/driver/{0:020d}.log", tmp_path).read_text()
    assert "starts" in log
    stored = store.fetch(f"{root}/attempts/1/report.json", tmp_path).read_text()
    assert s3.settings.access_key is not None
    assert s3.settings.secret_key is not None
    for said in (log, stored, str(sources)):
        assert s3.settings.access_key not in said
        assert s3.settings.secret_key not in said


@pytest.mark.parametrize(
    ("place", "secret", "why"),
    [
        ("missing", None, "There is no Parquet file at s3://"),
        ("sources/spine.parquet", "wrong", "Access to s3://"),
    ],
)
def test_a_source_in_s3_that_cannot_be_read_says_why(
    attempt: AttemptFolder, api: FakeApi, s3: S3Server, place: str, secret: str | None, why: str
) -> None:
    root = s3.fresh_root()
    spec = generation(attempt)
    moved_to_s3(spec, open_store(root, s3.settings), f"{root}/sources")
    spec["config"]["spine"]["uri"] = f"{root}/{place}"
    variables = s3.variables() | ({"GRIFFIN_S3_SECRET_KEY": secret} if secret else {})
    assert attempt.launch(spec, **variables).wait(60) == 1
    (report,) = api.bodies("report")
    assert report["reason"]["code"] == "data_invalid"
    assert why in report["reason"]["message"]


def moved_to_s3(spec: dict[str, Any], store: ArtifactStore, folder: str) -> list[str]:
    """Puts the sources of a generation into the store, and names them there."""
    sources = [spec["config"]["spine"], *spec["config"]["views"]]
    for source in sources:
        path = path_of(source["uri"])
        source["uri"] = f"{folder}/{path.name}"
        store.put_file(source["uri"], path)
    return [source["uri"] for source in sources]
