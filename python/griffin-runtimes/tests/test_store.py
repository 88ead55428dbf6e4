"""Both artifact stores by the same examples."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from attempts import AttemptFolder
from fake_api import FakeApi
from fake_s3 import FakeS3
from griffin_runtimes.environment import S3Settings
from griffin_runtimes.errors import ArtifactStoreUnavailable, RuntimeFailure
from griffin_runtimes.store import ArtifactStore, open_store
from griffin_runtimes.xgboost.data import SplitFile
from runs import generation
from training_fixtures import table


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    with FakeS3() as server:
        yield server


@pytest.fixture(params=["file", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, s3: FakeS3) -> tuple[str, S3Settings]:
    """A root and how to reach it."""
    if request.param == "s3":
        return "s3://bucket/a root", S3Settings(s3.endpoint, "key", "secret", None)
    return (tmp_path / "a root").as_uri(), S3Settings(None, None, None, None)


@pytest.fixture
def store(place: tuple[str, S3Settings]) -> ArtifactStore:
    return open_store(*place)


def test_what_is_put_can_be_fetched(place: tuple[str, S3Settings], store: ArtifactStore, tmp_path: Path) -> None:
    root, _ = place
    source = tmp_path / "source"
    source.write_bytes(b"of a file" * 1000)
    store.put(f"{root}/runs/1/a.json", b"old")
    store.put(f"{root}/runs/1/a.json", b"new")
    store.put_file(f"{root}/runs/1/b.bin", source)
    assert store.fetch(f"{root}/runs/1/a.json", tmp_path).read_bytes() == b"new"
    assert store.fetch(f"{root}/runs/1/b.bin", tmp_path).read_bytes() == source.read_bytes()


def test_the_parquet_files_of_a_folder_or_the_file_itself(place: tuple[str, S3Settings], store: ArtifactStore) -> None:
    root, _ = place
    for name in ("b/2.parquet", "b/1.parquet", "b/notes.txt"):
        store.put(f"{root}/{name}", b"x")
    assert [uri.rsplit("/", 1)[1] for uri in store.files(f"{root}/b")] == ["1.parquet", "2.parquet"]
    assert store.files(f"{root}/b/2.parquet") == [f"{root}/b/2.parquet"]
    assert store.files(f"{root}/c") == []


def test_a_missing_file_is_the_datas_fault_and_not_the_stores(
    place: tuple[str, S3Settings], store: ArtifactStore, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeFailure) as caught:
        store.fetch(f"{place[0]}/nothing", tmp_path)
    assert caught.value.code == "data_invalid"


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_workers_share_a_split_without_gap_or_overlap(
    place: tuple[str, S3Settings], store: ArtifactStore, tmp_path: Path, workers: int
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, file = table(1000, 1), tmp_path / "split.parquet"
    pq.write_table(rows, file, row_group_size=97)
    store.put_file(f"{place[0]}/split.parquet", file)
    split = SplitFile(f"{place[0]}/split.parquet", place[1])
    shares = [split.share(["flight", "wind"], rank, workers) for rank in range(workers)]
    assert pa.concat_tables(shares).equals(rows.select(["flight", "wind"]))
    assert max(share.num_rows for share in shares) - min(share.num_rows for share in shares) <= 1


def test_a_refusal_is_retryable(s3: FakeS3, tmp_path: Path) -> None:
    s3.refuses = True
    store = open_store("s3://bucket/x", S3Settings(s3.endpoint, "key", "secret", None))
    with pytest.raises(ArtifactStoreUnavailable) as caught:
        store.put("s3://bucket/x/a", b"data")
    assert caught.value.retryable


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken" / "inside").mkdir(parents=True)
    store = open_store("file:///", S3Settings(None, None, None, None))
    with pytest.raises(ArtifactStoreUnavailable):
        store.put((tmp_path / "taken").as_uri(), b"data")
    assert [found.name for found in tmp_path.iterdir()] == ["taken"]


def test_other_places_are_refused() -> None:
    with pytest.raises(RuntimeFailure, match="is neither"):
        open_store("http://somewhere", S3Settings(None, None, None, None))


def test_a_whole_run_in_s3(attempt: AttemptFolder, api: FakeApi, s3: FakeS3) -> None:
    variables = {
        "GRIFFIN_ARTIFACT_ROOT": "s3://bucket/run",
        "GRIFFIN_S3_ENDPOINT": s3.endpoint,
        "GRIFFIN_S3_ACCESS_KEY": "key",
        "GRIFFIN_S3_SECRET_KEY": "secret",
    }
    assert attempt.launch(generation(attempt), **variables).wait(60) == 0
    (report,) = api.bodies("report")
    assert report["outputs"][0]["uri"] == "s3://bucket/run/attempts/1/dataset"
    assert s3.objects["bucket/run/attempts/1/dataset/all.parquet"].startswith(b"PAR1")
    assert b"starts" in s3.objects["bucket/run/attempts/1/logs/driver/00000000000000000000.log"]
    assert "bucket/run/attempts/1/report.json" in s3.objects
