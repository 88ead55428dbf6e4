"""What is wrong with a dataset's sources or configuration is said with a name and a place."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dataset_fixtures import SPINE_SCHEMA, VIEW_SCHEMA, generate, spine_row, trips, view_row, weather, write
from griffin_runtimes.dataset.config import GenerateConfig
from griffin_runtimes.errors import RuntimeFailure

ROWS = [spine_row("Oslo", 1), spine_row("Lima", 2)]


def failure(
    folder: Path, view: dict[str, Any], rows: list[Any] = ROWS, splits: Any = None, **spine: Any
) -> RuntimeFailure:
    spine_file = write(folder / "s.parquet", rows, SPINE_SCHEMA)
    view_file = write(folder / "v.parquet", [view_row("Oslo", 1, 1, 0, 1.0)], VIEW_SCHEMA)
    with pytest.raises(RuntimeFailure) as caught:
        generate(trips([view], splits, **spine), spine_file, view_file)
    assert not caught.value.retryable
    return caught.value


def test_a_missing_column_is_named_with_its_place_and_what_there_is(tmp_path: Path) -> None:
    found = failure(tmp_path, weather(features=[{"name": "rain", "column": "rain"}]))
    assert found.code == "column_missing"
    assert found.message == (
        "The feature view v has no column `rain` (named by /config/views/0/features/0/column); "
        "it has: place, seen, known, tie, wind."
    )
    assert "/config/spine/label" in failure(tmp_path, weather(), label="price").message


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (weather(event_time="wind"), "column `wind` (named by /config/views/0/event_time) has the type DOUBLE"),
        (weather(entity_keys=["tie"]), "the key `tie` has the type BIGINT, but the spine's `city` has VARCHAR"),
        (weather(spine_keys=["at"]), "the key `place` has the type VARCHAR, but the spine's `at` has TIMESTAMP"),
    ],
)
def test_wrong_types_are_refused(tmp_path: Path, view: dict[str, Any], expected: str) -> None:
    found = failure(tmp_path, view)
    assert found.code == "data_invalid"
    assert expected in found.message


def test_the_same_entity_at_the_same_time_is_refused(tmp_path: Path) -> None:
    found = failure(tmp_path, weather(), [*ROWS, spine_row("Lima", 2, 1)])
    assert found.code == "data_invalid"
    assert "2 rows with city = Lima, at = 2026-01-01 00:02:00" in found.message


def test_a_spine_row_without_a_time_is_refused(tmp_path: Path) -> None:
    found = failure(tmp_path, weather(), [*ROWS, {"city": "Oslo", "at": None, "late": 0}])
    assert (found.code, found.message) == ("data_invalid", "The spine: 1 rows have no `at`.")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"view": weather(features=[{"name": "CITY", "column": "wind"}])}, "columns twice: city"),
        ({"view": weather(spine_keys=["city", "at"])}, "/config/views/0: each of entity_keys"),
        ({"splits": {"a": {"until": "2026-01-02"}, "b": {"from": "2026-01-01T23:59:59"}}}, "`a` and `b` overlap"),
        ({"splits": {"a": {"from": "2026-01-02", "until": "2026-01-02"}}}, "`a` (/config/splits/a) ends before"),
    ],
)
def test_a_configuration_that_contradicts_itself_is_refused(
    tmp_path: Path, changes: dict[str, Any], expected: str
) -> None:
    found = failure(tmp_path, **{"view": weather(), **changes})
    assert found.code == "config_invalid"
    assert expected in found.message


def test_a_split_without_rows_is_refused(tmp_path: Path) -> None:
    found = failure(tmp_path, weather(), splits={"later": {"from": "2027-01-01"}})
    assert found.message == "No row of the spine lies in the split `later` (/config/splits/later)."


def test_splits_are_half_open_and_what_lies_in_none_is_left_out(tmp_path: Path) -> None:
    rows = [spine_row("Oslo", at) for at in range(6)]
    splits = {
        "train": {"from": "2026-01-01T00:01:00Z", "until": "2026-01-01T00:03:00Z"},
        "test": {"from": "2026-01-01T01:03:00+01:00", "until": "2026-01-01T00:04:00"},
    }
    spine_file = write(tmp_path / "s.parquet", rows, SPINE_SCHEMA)
    view_file = write(tmp_path / "v.parquet", [], VIEW_SCHEMA)
    dataset, joined = generate(trips([weather()], splits), spine_file, view_file)
    assert {split: rows["count"] for split, rows in dataset.rows.items()} == {"train": 2, "test": 1}
    assert len(joined) == 3


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    spine = tmp_path / "s.parquet"
    spine.write_text("a,b\n1,2\n")
    with pytest.raises(RuntimeFailure) as caught:
        generate(trips([]), spine)
    assert caught.value.code == "data_invalid"
    assert f"The spine: {spine.as_uri()} is not a Parquet file that can be read" in caught.value.message
    assert "SELECT" not in caught.value.message


def test_statistics_tell_nulls_and_what_suits_the_type(tmp_path: Path) -> None:
    spine_file = write(tmp_path / "s.parquet", [*ROWS, spine_row(None, 3, 4)], SPINE_SCHEMA)
    view_file = write(tmp_path / "v.parquet", [view_row("Oslo", 1, 1, 0, float("inf"))], VIEW_SCHEMA)
    found = generate(trips([weather()]), spine_file, view_file)[0].statistics
    assert found["city"] == {"nulls": 1, "distinct": 2}
    assert found["late"]["mean"] == pytest.approx(4 / 3)
    assert found["at"] == {"nulls": 0, "min": "2026-01-01 00:01:00", "max": "2026-01-01 00:03:00"}
    assert found["wind"] == {"nulls": 2, "min": None, "max": None, "mean": None, "stddev": None}


@pytest.mark.parametrize(
    "change", [{"surprise": 1}, {"splits": {"Bad Name": {}}}, {"views": [weather(max_age_seconds=0)]}]
)
def test_the_configuration_takes_nothing_that_it_does_not_know(change: dict[str, Any]) -> None:
    good = trips([weather()]).model_dump(mode="json", by_alias=True)
    with pytest.raises(ValidationError):
        GenerateConfig.model_validate({**good, **change})
