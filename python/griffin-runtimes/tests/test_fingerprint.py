"""Fingerprints: equal for equal content however it lies, different for different content."""

import hashlib
import random
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset_fixtures import SPINE_SCHEMA, VIEW_SCHEMA, generate, spine_row, trips, view_row, weather, write
from griffin_runtimes.dataset.build import BuiltDataset
from griffin_runtimes.dataset.fingerprint import rows_hash

SPINE = [spine_row(city, at, at % 2) for city in ("Oslo", "Lima") for at in range(40)]
VIEW = [view_row(city, at, at + 2, at % 3, at / 7) for city in ("Oslo", "Lima") for at in range(30)]


def made(
    folder: Path, spine: list[Any] = SPINE, view: list[Any] = VIEW, threads: int = 2, **layout: Any
) -> BuiltDataset:
    folder.mkdir(exist_ok=True)
    splits = {"train": {"until": "2026-01-01T00:20:00Z"}, "test": {"from": "2026-01-01T00:20:00Z"}}
    spine_file = write(folder / "s.parquet", spine, SPINE_SCHEMA, **layout)
    view_file = write(folder / "v.parquet", view, VIEW_SCHEMA, **layout)
    return generate(trips([weather()], splits), spine_file, view_file, threads=threads)[0]


def test_does_not_depend_on_row_order_files_or_threads(tmp_path: Path) -> None:
    reference = made(tmp_path / "a")
    shuffled, again = list(SPINE), list(VIEW)
    random.Random(5).shuffle(shuffled)
    random.Random(6).shuffle(again)
    other = made(tmp_path / "b", shuffled, again, threads=1, row_group_size=7, compression="none")
    assert other.fingerprint == reference.fingerprint
    assert other.source_fingerprints == reference.source_fingerprints


@pytest.mark.parametrize(
    ("spine", "view", "changed"),
    [
        ([*SPINE[:-1], {**SPINE[-1], "late": 7}], VIEW, "spine"),
        (SPINE[:-1], VIEW, "spine"),
        (SPINE, [*VIEW[:-1], {**VIEW[-1], "wind": None}], "weather@1"),
        (SPINE, [*VIEW[:-1], {**VIEW[-1], "wind": VIEW[-1]["wind"] + 1e-12}], "weather@1"),
        (SPINE, [*VIEW, view_row("Nowhere", 1, 1, 0, 1.0)], "weather@1"),
        (SPINE, [*VIEW, VIEW[0]], "weather@1"),
    ],
)
def test_a_changed_source_gives_another(tmp_path: Path, spine: list[Any], view: list[Any], changed: str) -> None:
    reference, other = made(tmp_path / "a"), made(tmp_path / "b", spine, view)
    assert other.fingerprint != reference.fingerprint
    differing = {k for k, v in reference.source_fingerprints.items() if other.source_fingerprints[k] != v}
    assert differing == {changed}


def test_the_same_rows_in_other_splits_give_another(tmp_path: Path) -> None:
    spine, view = write(tmp_path / "s.parquet", SPINE, SPINE_SCHEMA), write(tmp_path / "v.parquet", VIEW, VIEW_SCHEMA)
    one, _ = generate(trips([weather()], {"train": {}}), spine, view)
    other, _ = generate(trips([weather()], {"test": {}}), spine, view)
    assert one.rows["train"] == other.rows["test"]
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a,", "b"), ("a", ",b")),
        (("1:a", ""), ("", "1:a")),
        (("~", None), (None, "~")),
        (("", None), (None, "")),
    ],
)
def test_values_do_not_run_into_each_other(tmp_path: Path, one: tuple[Any, Any], other: tuple[Any, Any]) -> None:
    assert hash_of(tmp_path, [one]) != hash_of(tmp_path, [other])


def test_a_row_counts_as_often_as_it_occurs(tmp_path: Path) -> None:
    once, twice = hash_of(tmp_path, [("a", "b")]), hash_of(tmp_path, [("a", "b")] * 2)
    assert (once["count"], twice["count"]) == (1, 2)
    assert once["hash"] != twice["hash"]


def test_the_definition_has_not_changed_by_accident(tmp_path: Path) -> None:
    """The same figure as Python's own MD5 gives: the engine may change, fingerprints must not."""
    digest = hashlib.md5(b"1:a,~").digest()
    halves = (int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little"))
    assert hash_of(tmp_path, [("a", None)])["hash"] == f"{halves[0]:016x}{halves[1]:016x}"


def hash_of(folder: Path, rows: list[tuple[Any, Any]]) -> dict[str, Any]:
    file = folder / "rows.parquet"
    table = pa.table(
        {"x": pa.array([r[0] for r in rows], pa.string()), "y": pa.array([r[1] for r in rows], pa.string())}
    )
    pq.write_table(table, file)
    with duckdb.connect() as connection:
        return rows_hash(connection, f"read_parquet('{file}')", {"x": "VARCHAR", "y": "VARCHAR"})
