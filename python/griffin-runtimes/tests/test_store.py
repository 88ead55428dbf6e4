"""Both artifact stores by the same examples, S3 on a real server."""

import filecmp
import os
from pathlib import Path
from urllib.parse import quote, unquote

import duckdb
import pytest

from griffin_runtimes.dataset.source import open_source
from griffin_runtimes.environment import S3Settings
from griffin_runtimes.errors import ArtifactStoreUnavailable, RuntimeFailure
from griffin_runtimes.store import ArtifactStore, open_store
from griffin_runtimes.xgboost.data import SplitFile
from s3_server import S3Server
from training_fixtures import table

# What S3, a URI, XML or a shell could take for something else.
ODD_NAMES = ["a b", " ", "ä", "日本語", "🚀", "it's", "a+b", "a&b", "<a>", 'a"b', "a%20b", "100%", "dt=1", "(a)*!~"]


@pytest.fixture(params=["file", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, S3Settings]:
    """A root in which nothing lies yet, and how to reach it."""
    if request.param == "s3":
        server: S3Server = request.getfixturevalue("s3")
        return server.fresh_root(), server.settings
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


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_is_taken_for_what_it_is(
    place: tuple[str, S3Settings], store: ArtifactStore, tmp_path: Path, name: str
) -> None:
    uri = f"{place[0]}/odd/{quote(name)}.parquet"
    store.put(uri, name.encode())
    (found,) = store.files(f"{place[0]}/odd")
    assert unquote(found) == unquote(uri)
    assert store.fetch(found, tmp_path).read_bytes() == name.encode()


def test_files_that_only_differ_in_their_folder_stay_apart(
    place: tuple[str, S3Settings], store: ArtifactStore, tmp_path: Path
) -> None:
    uris = [f"{place[0]}/a/b_c.parquet", f"{place[0]}/a_b/c.parquet"]
    for uri in uris:
        store.put(uri, uri.encode())
    assert [store.fetch(uri, tmp_path).read_bytes() for uri in uris] == [uri.encode() for uri in uris]


def test_a_partitioned_source_has_the_columns_of_its_folders(
    place: tuple[str, S3Settings], store: ArtifactStore, tmp_path: Path
) -> None:
    import pyarrow.parquet as pq

    file = tmp_path / "rows.parquet"
    pq.write_table(table(10, 1).select(["wind"]), file)
    for day in ("2013-01-01", "2013-01-02"):
        store.put_file(f"{place[0]}/weather/day={day}/0.parquet", file)
    uri = f"{place[0]}/weather"
    with duckdb.connect() as connection:
        copies = [store.fetch(found, tmp_path) for found in store.files(uri)]
        assert open_source(connection, "weather", uri, copies).columns == {"wind": "DOUBLE", "day": "DATE"}


def test_nothing_is_compressed_or_read_into_a_name(
    place: tuple[str, S3Settings], store: ArtifactStore, tmp_path: Path
) -> None:
    store.put(f"{place[0]}/a.gz", b"plain")
    assert store.fetch(f"{place[0]}/a.gz", tmp_path).read_bytes() == b"plain"


def test_a_file_of_many_parts(place: tuple[str, S3Settings], store: ArtifactStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(1 << 20) * 35)  # Arrow sends parts of ten megabytes.
    store.put_file(f"{place[0]}/big", source)
    assert filecmp.cmp(store.fetch(f"{place[0]}/big", tmp_path), source, shallow=False)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken" / "inside").mkdir(parents=True)
    store = open_store("file:///", S3Settings(None, None, None, None))
    with pytest.raises(ArtifactStoreUnavailable):
        store.put((tmp_path / "taken").as_uri(), b"data")
    assert [found.name for found in tmp_path.iterdir()] == ["taken"]


def test_other_places_are_refused() -> None:
    with pytest.raises(RuntimeFailure, match="is neither"):
        open_store("http://somewhere", S3Settings(None, None, None, None))
