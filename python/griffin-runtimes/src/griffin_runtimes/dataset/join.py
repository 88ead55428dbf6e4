"""The point-in-time join: each spine row with what could be known of its entity at its event time, and no more.

Of a view's rows with the spine row's keys, those count whose event time and availability both lie at or before the
spine's event time. The newest by event time wins; of equal ones the greatest by tie-break; of equal ones the one that
became available last. Times are compared in whole microseconds of UTC.

An ASOF join takes the row with the greatest value of one column, and availability may not rise with event time: a late
correction of an old moment would hide a newer one. So each view first becomes a timeline: only rows that are the
newest known at the moment they become visible. On a timeline visibility and event time rise together, and one ASOF
join on visibility finds the row that the definition asks for.
"""

from collections.abc import Iterable

from griffin_runtimes.dataset import sql
from griffin_runtimes.dataset.config import Spine, View

MOMENT, VISIBLE, EVENT = "moment", "visible", "event"
_UP_TO_PEERS = "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


def spine_table(columns: Iterable[str], event_time: str, relation: str, kept: str) -> str:
    """Selects columns of the spine, and MOMENT, its event time in microseconds; `kept` is a condition on that."""
    selected = ", ".join(f"{sql.name(column)} AS {_spine(column)}" for column in columns)
    moment = sql.micros(sql.name(event_time))
    return f"SELECT * FROM (SELECT {selected}, {moment} AS {MOMENT} FROM {relation}) WHERE {kept}"


def timeline(view: View, relation: str) -> str:
    """Selects the view's rows that are the newest known at the moment they become visible, for each key."""
    keys = _aliases("key", len(view.entity_keys))
    key_list = ", ".join(keys)
    values = ", ".join(_aliases("value", len(view.features)))
    record = f"""
        SELECT *, max({EVENT}) OVER (PARTITION BY {key_list} ORDER BY {VISIBLE} {_UP_TO_PEERS}) AS newest
        FROM ({_visible_rows(view, relation)})"""
    if view.tie_break is None:
        return f"SELECT {key_list}, {VISIBLE}, {EVENT}, {values} FROM ({record}) WHERE {EVENT} = newest"
    return f"""
        SELECT {key_list}, {VISIBLE}, {EVENT}, {values} FROM (
            SELECT *, max(tie) OVER (PARTITION BY {key_list}, {EVENT} ORDER BY {VISIBLE} {_UP_TO_PEERS}) AS greatest_tie
            FROM ({record}) WHERE {EVENT} = newest
        ) WHERE tie IS NOT DISTINCT FROM greatest_tie"""


def joined(spine: Spine, views: list[View], timelines: list[str]) -> str:
    """Selects the dataset: the spine's columns, then each view's features, then the label."""
    columns = [f"spine.{_spine(column)} AS {sql.name(column)}" for column in spine_columns(spine)]
    columns += [_feature(view, index, at) for at, view in enumerate(views) for index in range(len(view.features))]
    label = f"spine.{_spine(spine.label)} AS {sql.name(spine.label)}"
    joins = " ".join(_join(view, at, table) for at, (view, table) in enumerate(zip(views, timelines, strict=True)))
    return f"SELECT {', '.join([*columns, label])} FROM spine {joins}"


def spine_columns(spine: Spine) -> list[str]:
    """The dataset's leading columns: keys, event time and what else is kept of the spine, each once."""
    return list(dict.fromkeys([*spine.entity_keys, spine.event_time, *spine.columns]))


def _visible_rows(view: View, relation: str) -> str:
    event = sql.micros(sql.name(view.event_time))
    available = event if view.available_at is None else sql.micros(sql.name(view.available_at))
    keys = [f"{sql.name(column)} AS key{at}" for at, column in enumerate(view.entity_keys)]
    values = [f"{sql.name(feature.column)} AS value{at}" for at, feature in enumerate(view.features)]
    tie = [] if view.tie_break is None else [f"{sql.name(view.tie_break)} AS tie"]
    known = " AND ".join(
        f"{sql.name(column)} IS NOT NULL"
        for column in [*view.entity_keys, view.event_time, *([view.available_at] if view.available_at else [])]
    )
    return f"""
            SELECT {", ".join([*keys, *values, *tie])}, {event} AS {EVENT},
                greatest({event}, {available}) AS {VISIBLE}
            FROM {relation} WHERE {known}"""


def _join(view: View, at: int, table: str) -> str:
    keys = [f"spine.{_spine(column)} = view{at}.key{index}" for index, column in enumerate(view.spine_keys)]
    return f"ASOF LEFT JOIN {table} AS view{at} ON {' AND '.join(keys)} AND spine.{MOMENT} >= view{at}.{VISIBLE}"


def _feature(view: View, index: int, at: int) -> str:
    value = f"view{at}.value{index}"
    if view.max_age_seconds is not None:
        oldest = round(view.max_age_seconds * 1_000_000)
        value = f"CASE WHEN spine.{MOMENT} - view{at}.{EVENT} <= {oldest} THEN {value} END"
    return f"{value} AS {sql.name(view.features[index].name)}"


def _spine(column: str) -> str:
    # A prefix keeps the users' names apart from ours in one table.
    return sql.name(f"spine {column}")


def _aliases(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{at}" for at in range(count)]
