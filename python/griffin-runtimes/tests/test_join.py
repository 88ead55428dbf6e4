"""The point-in-time join against its definition, on random sources."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_fixtures import (
    SPINE_SCHEMA,
    VIEW_SCHEMA,
    by_definition,
    generate,
    spine_row,
    trips,
    view_row,
    weather,
    write,
)
from griffin_runtimes.errors import RuntimeFailure

CITIES = st.sampled_from(["Oslo", "Lima", None])
MINUTES = st.integers(0, 12)

spines = st.lists(st.builds(spine_row, CITIES, MINUTES, st.integers(0, 1)), min_size=1, max_size=25).map(
    lambda rows: list({(row["city"], row["at"]): row for row in rows}.values())
)


def _unique(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that differ in their times or tie-break: what is the same in all of these is refused, not joined."""
    return list({(row["place"], row["seen"], max_time(row), row["tie"]): row for row in rows}.values())


def max_time(row: dict[str, Any]) -> Any:
    return row["known"] and row["seen"] and max(row["known"], row["seen"])


view_rows = st.lists(
    st.builds(
        view_row,
        CITIES,
        st.one_of(MINUTES, st.none()),
        st.one_of(st.integers(0, 15), st.none()),
        st.one_of(st.integers(0, 2), st.none()),
        st.floats(0, 1),
    ),
    max_size=40,
).map(_unique)

views = st.builds(
    weather,
    max_age_seconds=st.one_of(st.none(), st.sampled_from([60.0, 150.0, 300.0])),
)


@settings(max_examples=60, deadline=None)
@given(spine=spines, rows=view_rows, view=views)
def test_finds_what_its_definition_says(
    tmp_path_factory: pytest.TempPathFactory, spine: list[Any], rows: list[Any], view: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("join")
    config = trips([view])
    _, joined = generate(
        config, write(folder / "s.parquet", spine, SPINE_SCHEMA), write(folder / "v.parquet", rows, VIEW_SCHEMA)
    )
    assert joined == by_definition(config.views[0], spine, rows)


@settings(max_examples=25, deadline=None)
@given(spine=spines, rows=view_rows, by_tie=st.booleans())
def test_without_availability_a_row_is_known_at_its_event_time(
    tmp_path_factory: pytest.TempPathFactory, spine: list[Any], rows: list[Any], by_tie: bool
) -> None:
    folder = tmp_path_factory.mktemp("join")
    config = trips([weather(available_at=None, tie_break="tie" if by_tie else None)])
    keep = {(row["place"], row["seen"], row["tie"] if by_tie else None): row for row in rows}
    rows = list(keep.values())
    _, joined = generate(
        config, write(folder / "s.parquet", spine, SPINE_SCHEMA), write(folder / "v.parquet", rows, VIEW_SCHEMA)
    )
    assert joined == by_definition(config.views[0], spine, rows)


def test_a_late_correction_of_an_old_moment_does_not_hide_a_newer_one(tmp_path: Path) -> None:
    rows = [view_row("Oslo", 5, 6, 0, 5.0), view_row("Oslo", 1, 8, 0, 1.0)]
    _, joined = generate(
        trips([weather()]),
        write(tmp_path / "s.parquet", [spine_row("Oslo", 9)], SPINE_SCHEMA),
        write(tmp_path / "v.parquet", rows, VIEW_SCHEMA),
    )
    assert [row[2] for row in joined] == [5.0]


def test_the_oldest_age_allowed_is_still_used(tmp_path: Path) -> None:
    spine = write(tmp_path / "s.parquet", [spine_row("Oslo", 6), spine_row("Oslo", 7)], SPINE_SCHEMA)
    rows = write(tmp_path / "v.parquet", [view_row("Oslo", 1, 1, 0, 1.0)], VIEW_SCHEMA)
    _, joined = generate(trips([weather(max_age_seconds=300)]), spine, rows)
    assert [row[2] for row in joined] == [1.0, None]


def test_rows_that_nothing_tells_apart_are_refused_unless_they_are_the_same(tmp_path: Path) -> None:
    spine = write(tmp_path / "s.parquet", [spine_row("Oslo", 6)], SPINE_SCHEMA)
    same = write(tmp_path / "same.parquet", [view_row("Oslo", 1, 1, 0, 2.0)] * 2, VIEW_SCHEMA)
    _, joined = generate(trips([weather()]), spine, same)
    assert [row[2] for row in joined] == [2.0]
    different = [view_row("Oslo", 1, 1, 0, 2.0), view_row("Oslo", 1, 1, 0, 3.0)]
    with pytest.raises(RuntimeFailure, match="weather@1 has 2 different rows with place = Oslo") as caught:
        generate(trips([weather()]), spine, write(tmp_path / "other.parquet", different, VIEW_SCHEMA))
    assert caught.value.code == "data_invalid"


def test_one_view_may_be_joined_by_different_keys_and_names_are_only_names(tmp_path: Path) -> None:
    names = {"odd": 'wi"nd; DROP TABLE spine --', "plain": "calm"}
    views = [
        weather(features=[{"name": names["odd"], "column": "wind"}]),
        weather(features=[{"name": names["plain"], "column": "wind"}]),
    ]
    spine = write(tmp_path / "it's [a] spine.parquet", [spine_row("Oslo", 3)], SPINE_SCHEMA)
    rows = write(tmp_path / "v?.parquet", [view_row("Oslo", 1, 1, 0, 2.5)], VIEW_SCHEMA)
    dataset, joined = generate(trips(views), spine, rows, rows)
    assert [row[2:4] for row in joined] == [(2.5, 2.5)]
    assert dataset.feature_columns == [names["odd"], names["plain"]]
    assert list(dataset.source_fingerprints) == ["spine", "weather@1", "weather@1#2"]
