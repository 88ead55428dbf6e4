"""The point-in-time join against its definition, on random sources."""

from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

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

CITIES = ["Oslo", "Lima", None]
VIEWS = [
    weather(available_at=available_at, tie_break=tie_break, max_age_seconds=max_age)
    for available_at, tie_break, max_age in product(["known", None], ["tie", None], [None, 180.0])
]


def random_spine(random: Random) -> list[dict[str, Any]]:
    rows = [spine_row(random.choice(CITIES), random.randrange(16), random.randrange(2)) for _ in range(30)]
    return list({(row["city"], row["at"]): row for row in rows}.values())


def random_view(random: Random, view: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Few moments and many rows, so that they meet. Rows that nothing tells apart are refused: one is kept."""
    rows = [
        view_row(
            random.choice(CITIES),
            random.choice([None, *range(12)]),
            random.choice([None, *range(15)]),
            random.choice([None, 0, 1, 2]),
            random.random(),
        )
        for _ in range(count)
    ]
    return list({_identity(view, row): row for row in rows}.values())


def _identity(view: dict[str, Any], row: dict[str, Any]) -> tuple[Any, ...]:
    known = row["known"] if view["available_at"] else row["seen"]
    visible = known and row["seen"] and max(known, row["seen"])
    return (row["place"], row["seen"], visible, row["tie"] if view["tie_break"] else None)


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: f"{v['available_at']}-{v['tie_break']}-{v['max_age_seconds']}")
@pytest.mark.parametrize("seed", range(6))
def test_finds_what_its_definition_says(tmp_path: Path, view: dict[str, Any], seed: int) -> None:
    random = Random(seed)
    spine, rows = random_spine(random), random_view(random, view, count=4 ** (1 + seed % 4))
    config = trips([view])
    spine_file = write(tmp_path / "s.parquet", spine, SPINE_SCHEMA)
    _, joined = generate(config, spine_file, write(tmp_path / "v.parquet", rows, VIEW_SCHEMA))
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
