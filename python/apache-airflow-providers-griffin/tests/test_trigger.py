"""The trigger, on real event loops: what it asks, when it fires, and what it leaves alone."""

import asyncio
import itertools
import math
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from airflow.sdk.module_loading import import_string
from airflow.triggers.base import BaseTrigger, TriggerEvent
from server import problem

from airflow.providers.griffin.triggers.griffin import GriffinOwnerTrigger, GriffinRunTrigger
from conftest import connect
from platform_server import Platform

TASK = {"deployment": "airflow", "dag_id": "d", "run_id": "r", "task_id": "t", "map_index": -1}
OWNER = {**TASK, "epoch": 1, "round": 0}


def fired(trigger: BaseTrigger) -> Coroutine[Any, Any, TriggerEvent]:
    async def first() -> TriggerEvent:
        return await anext(trigger.run())

    return asyncio.wait_for(first(), 20)


async def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def in_a_loop(work: Callable[[], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await work()

    return asyncio.run(run())


def test_it_travels_as_its_arguments() -> None:
    trigger = GriffinRunTrigger("an-id", "my_griffin", 7.5, ["RUNNING"], OWNER, True)
    path, arguments = trigger.serialize()
    assert path == "airflow.providers.griffin.triggers.griffin.GriffinRunTrigger"
    assert import_string(path)(**arguments).serialize() == (path, arguments)


def test_one_that_was_stored_before_there_were_leases_renews_none() -> None:
    path, arguments = GriffinRunTrigger("an-id", cancel_as=OWNER).serialize()
    del arguments["renews_lease"]
    assert import_string(path)(**arguments).renews_lease is False


def test_it_fires_once_at_the_end(platform: Platform) -> None:
    run_id = platform.add(state="RUNNING")

    async def events() -> list[TriggerEvent]:
        return [event async for event in GriffinRunTrigger(run_id, poll_interval=0.05).run()]

    assert [event.payload for event in in_a_loop(events)] == [{"run_id": run_id, "state": "SUCCEEDED"}]


def test_news_are_known_at_once_while_an_answer_is_held(platform: Platform) -> None:
    platform.endless = True
    run_id = platform.add(state="RUNNING")

    async def wait() -> float:
        waiting = asyncio.create_task(fired(GriffinRunTrigger(run_id, poll_interval=2)))
        await until(lambda: len(platform.looked_at) >= 2)
        platform.end(run_id)
        ended = time.monotonic()
        await waiting
        return time.monotonic() - ended

    assert in_a_loop(wait) < 1


def test_it_fires_for_a_state_that_is_no_end(platform: Platform) -> None:
    platform.endless = True
    run_id = platform.add(state="RUNNING")
    event = in_a_loop(lambda: fired(GriffinRunTrigger(run_id, poll_interval=0.05, target_states=["RUNNING"])))
    assert event.payload == {"run_id": run_id, "state": "RUNNING"}


@pytest.mark.parametrize(("poll_interval", "known_after"), [(0.5, 10), (3600, 0.5)])
def test_it_fires_no_sooner_than_airflow_knows_that_its_task_waits(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, poll_interval: float, known_after: float
) -> None:
    monkeypatch.setattr("airflow.providers.griffin.triggers.griffin._DEFERRAL_KNOWN_SECONDS", known_after)
    run_id = platform.add(state="SUCCEEDED")
    begun = time.monotonic()
    in_a_loop(lambda: fired(GriffinRunTrigger(run_id, poll_interval=poll_interval)))
    assert time.monotonic() - begun >= 0.5


def test_two_of_the_same_run_both_fire(platform: Platform) -> None:
    run_id = platform.add(state="RUNNING")
    again = [GriffinRunTrigger(run_id, poll_interval=0.05) for _ in range(2)]
    events = in_a_loop(lambda: asyncio.gather(*map(fired, again)))
    assert [event.payload["state"] for event in events] == ["SUCCEEDED"] * 2


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_restart_of_the_triggerer_ends_nothing(platform: Platform, is_cancelled: bool) -> None:
    platform.endless = True
    run_id = platform.add(state="RUNNING", owner_ref=OWNER)

    async def restart() -> None:
        trigger = GriffinRunTrigger(run_id, poll_interval=0.05, cancel_as=OWNER)
        running = asyncio.create_task(fired(trigger))
        await until(lambda: len(platform.looked_at) >= 1)
        if is_cancelled:
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        await trigger.cleanup()
        if not is_cancelled:
            platform.end(run_id)
            await running

    in_a_loop(restart)
    assert platform.requests("POST", "/terminate") == []
    # The next triggerer sees the end.
    platform.end(run_id)
    trigger = GriffinRunTrigger(run_id, poll_interval=0.05, cancel_as=OWNER)
    assert in_a_loop(lambda: fired(trigger)).payload["state"] == "SUCCEEDED"


def test_a_kill_by_a_user_cancels_once(platform: Platform) -> None:
    platform.endless = True
    run_id = platform.add(state="RUNNING", owner_ref=OWNER)
    trigger = GriffinRunTrigger(run_id, poll_interval=0.05, cancel_as=OWNER)

    async def kill() -> None:
        await trigger.on_kill()
        await trigger.cleanup()

    in_a_loop(kill)
    (asked,) = platform.requests("POST", "/terminate")
    assert asked.body == {"reason": "The deferred Airflow task was killed.", "owner_ref": OWNER}
    assert platform.runs[run_id]["state"] == "TERMINATING"


def test_a_kill_that_airflow_interrupts_goes_through(platform: Platform) -> None:
    run_id = platform.add(state="RUNNING", owner_ref=OWNER)

    async def kill() -> None:
        killing = asyncio.create_task(GriffinRunTrigger(run_id, cancel_as=OWNER).on_kill())
        await asyncio.sleep(0)
        killing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await killing
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=10)

    in_a_loop(kill)
    assert len(platform.requests("POST", "/terminate")) == 1


def test_a_kill_that_comes_after_the_next_try_has_attached_changes_nothing(platform: Platform) -> None:
    platform.endless = True
    run_id = platform.add(state="RUNNING", owner_ref=OWNER)
    platform.advance({**OWNER, "epoch": 2})
    in_a_loop(GriffinRunTrigger(run_id, cancel_as=OWNER).on_kill)
    assert len(platform.requests("POST", "/terminate")) == 1
    assert platform.runs[run_id]["state"] == "RUNNING"


def test_a_kill_leaves_alone_what_is_detached(platform: Platform) -> None:
    run_id = platform.add(state="RUNNING", owner_ref=OWNER)
    in_a_loop(GriffinRunTrigger(run_id).on_kill)
    assert platform.asked == []


def test_a_run_that_is_not_there_is_said_and_may_be_retried(platform: Platform) -> None:
    platform.endless = True
    there, gone = platform.add(state="RUNNING"), platform.add(state="RUNNING")
    del platform.runs[gone]

    async def both() -> TriggerEvent:
        other = asyncio.create_task(fired(GriffinRunTrigger(there, poll_interval=0.05)))
        event = await fired(GriffinRunTrigger(gone, poll_interval=0.05))
        platform.end(there)
        assert (await other).payload["state"] == "SUCCEEDED"
        return event

    payload = in_a_loop(both).payload
    assert (payload["run_id"], payload["retryable"]) == (gone, True)
    assert "no such run" in payload["error"]


def test_failures_that_pass_are_none(platform: Platform) -> None:
    run_id = platform.add(state="RUNNING")
    platform.answers = [problem(503, "busy", retryable=True, retry_after="0")] * 3
    assert in_a_loop(lambda: fired(GriffinRunTrigger(run_id, poll_interval=0.05))).payload["state"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [(problem(503, "busy", retryable=True, retry_after="3600"), True), (problem(403, "forbidden"), False)],
)
def test_a_failure_that_stays_is_an_event(platform: Platform, answer: Any, retryable: bool) -> None:
    run_id = platform.add(state="RUNNING")
    platform.answers = [answer]
    payload = in_a_loop(lambda: fired(GriffinRunTrigger(run_id, poll_interval=0.05))).payload
    assert (payload["run_id"], payload["retryable"]) == (run_id, retryable)
    assert answer.body["code"] in payload["error"]


def test_a_connection_that_is_changed_is_used(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    platform.endless = True
    run_id = platform.add(state="RUNNING")
    with Platform() as moved:
        moved.runs[run_id] = platform.runs[run_id]

        async def wait() -> TriggerEvent:
            waiting = asyncio.create_task(fired(GriffinRunTrigger(run_id, poll_interval=0.05)))
            await until(lambda: len(platform.looked_at) >= 2)
            connect(monkeypatch, host=moved.url)
            return await waiting

        assert in_a_loop(wait).payload["state"] == "SUCCEEDED"


def test_200_deferred_tasks_ask_once_per_interval_and_event_loop(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks, loops, interval = 200, 2, 1.0
    platform.endless = True
    ids = [[platform.add(state="RUNNING") for _ in range(tasks)] for _ in range(loops)]

    async def wait_for(mine: list[str]) -> list[TriggerEvent]:
        waiting = [asyncio.create_task(fired(GriffinRunTrigger(run_id, poll_interval=interval))) for run_id in mine]
        await until(lambda: len(platform.looked_at) >= 2 * loops)
        # They end one after another, as news that would each be worth an answer.
        for run_id in mine:
            platform.end(run_id)
            await asyncio.sleep(0)
        return await asyncio.gather(*waiting)

    begun = time.monotonic()
    with ThreadPoolExecutor(loops) as threads:
        events = list(threads.map(lambda mine: asyncio.run(wait_for(mine)), ids))
    took = time.monotonic() - begun

    assert [[event.payload["state"] for event in some] for some in events] == [["SUCCEEDED"] * tasks] * loops
    asked = platform.requests("POST", "/status")
    assert len(asked) == len(platform.asked), "a trigger asked for its run alone"
    most = loops * math.ceil(took / interval)
    with capsys.disabled():
        print(f"\n{loops} event loops with {tasks} deferred tasks each, {took:.1f} s, every {interval} s:", end=" ")
        print(f"{len(asked)} status requests, at most {most} wanted", end=" ")
    assert len(asked) <= most
    assert {len(one.body["runs"]) for one in asked[:loops]} == {tasks}
    for mine in ids:
        times = [at for at, one in zip(platform.looked_at, asked, strict=True) if one.body["runs"][0]["id"] in mine]
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert min(gaps) > interval / 2


def test_what_waits_after_all_others_are_through_is_served(platform: Platform) -> None:
    async def one_after_another() -> None:
        for _ in range(3):
            await fired(GriffinRunTrigger(platform.add(state="RUNNING"), poll_interval=0.05))
            # The poller ends in between.
            await until(lambda: len(asyncio.all_tasks()) == 1)

    in_a_loop(one_after_another)
    assert len(platform.looked_at) == 3


def test_who_wishes_to_know_sooner_does_not_wait_for_who_came_before(platform: Platform) -> None:
    platform.endless = True
    slow, quick = (platform.add(state="RUNNING", owner_ref=OWNER) for _ in range(2))

    async def wait() -> int:
        patient = asyncio.create_task(fired(GriffinRunTrigger(slow, poll_interval=3600)))
        # The second answer is held back.
        await until(lambda: len(platform.looked_at) >= 1)
        eager = asyncio.create_task(fired(GriffinRunTrigger(quick, poll_interval=0.2, renews_lease=True)))
        await until(lambda: platform.renewed.count(quick) >= 3)
        platform.end(quick)
        await eager
        asked = len(platform.looked_at)
        platform.end(slow)
        patient.cancel()
        await asyncio.wait([patient])
        return asked

    assert in_a_loop(wait) < 30


def test_leases_are_renewed_in_the_requests_that_all_send_and_by_those_alone_that_wait_in_the_name_of_the_owner(
    platform: Platform,
) -> None:
    platform.endless = True
    leased, both, foreign = (platform.add(state="RUNNING", owner_ref=OWNER) for _ in range(3))

    async def wait() -> None:
        triggers = [GriffinRunTrigger(run_id, poll_interval=0.1, renews_lease=True) for run_id in (leased, both)]
        others = [GriffinRunTrigger(run_id, poll_interval=0.1) for run_id in (both, foreign)]
        others.append(GriffinOwnerTrigger(TASK, ["SUCCEEDED"], poll_interval=0.1))
        waiting = [asyncio.create_task(fired(trigger)) for trigger in (*triggers, *others)]
        await until(lambda: platform.renewed.count(leased) >= 3)
        assert set(platform.renewed) == {leased, both}
        assert platform.renewed.count(leased) == platform.renewed.count(both) == len(platform.looked_at)
        # The task is gone, as a task that was marked as failed, and the sensor of the same run waits on.
        waiting[1].cancel()
        await until(lambda: waiting[1].done())
        renewed, asked = platform.renewed.count(both), len(platform.looked_at)
        await until(lambda: len(platform.looked_at) >= asked + 3)
        assert platform.renewed.count(both) <= renewed + 1
        for run_id in (leased, both, foreign):
            platform.end(run_id)
        await asyncio.gather(*waiting, return_exceptions=True)

    in_a_loop(wait)


def test_more_than_a_request_may_name_are_asked_for_in_several(platform: Platform) -> None:
    ids = [platform.add(state="RUNNING") for _ in range(501)]
    waiting = [GriffinRunTrigger(run_id, poll_interval=0.05) for run_id in ids]
    events = in_a_loop(lambda: asyncio.gather(*map(fired, waiting)))
    assert {event.payload["run_id"] for event in events} == set(ids)
    assert sorted(len(one.body["runs"]) for one in platform.requests("POST", "/status")) == [1, 500]


def test_one_by_owner_travels_as_its_arguments() -> None:
    trigger = GriffinOwnerTrigger(TASK, ["RUNNING"], "my_griffin", 7.5)
    path, arguments = trigger.serialize()
    assert path == "airflow.providers.griffin.triggers.griffin.GriffinOwnerTrigger"
    assert import_string(path)(**arguments).serialize() == (path, arguments)


def test_those_by_owner_ask_once_for_an_owner_and_together_for_their_runs(platform: Platform) -> None:
    platform.endless = True
    owners = [{**TASK, "map_index": index} for index in range(30)]

    async def wait() -> list[TriggerEvent]:
        triggers = [GriffinOwnerTrigger(owner, ["SUCCEEDED"], poll_interval=1) for owner in owners for _ in range(2)]
        waiting = asyncio.gather(*map(fired, triggers))
        await until(lambda: len(platform.asked) >= len(owners))
        ids = [platform.add(state="RUNNING", owner_ref={**owner, "epoch": 1, "round": 0}) for owner in owners]
        await until(lambda: any(len(one.body["runs"]) == 30 for one in platform.requests("POST", "/status")))
        for run_id in ids:
            platform.end(run_id)
        return await waiting

    events = in_a_loop(wait)
    assert [event.payload["state"] for event in events] == ["SUCCEEDED"] * 60
    # Later rounds may be cut short: one that lasts longer than the interval is left by those who found their run in it.
    asked = [one.query["owner_map_index"] for one in platform.requests("GET", "/workflows")]
    assert len(asked) > len(owners)
    assert len(set(asked[: len(owners)])) == len(owners)


def test_one_by_owner_goes_on_with_the_run_that_takes_the_place_of_another(platform: Platform) -> None:
    platform.endless = True
    first = platform.add(state="RUNNING", owner_ref=OWNER)

    async def wait() -> TriggerEvent:
        waiting = asyncio.create_task(fired(GriffinOwnerTrigger(TASK, ["SUCCEEDED"], poll_interval=0.05)))
        await until(lambda: len(platform.looked_at) >= 1)
        platform.end(first, "TERMINATED")
        asked = len(platform.requests("GET", "/workflows"))
        await until(lambda: len(platform.requests("GET", "/workflows")) >= asked + 2)
        assert not waiting.done()
        second = platform.add(state="RUNNING", owner_ref={**OWNER, "epoch": 2, "round": 1})
        platform.end(second)
        return await waiting

    assert in_a_loop(wait).payload == {"run_id": list(platform.runs)[1], "state": "SUCCEEDED"}


def test_one_by_owner_that_may_not_look_says_so(platform: Platform) -> None:
    platform.answers = [problem(403, "forbidden")]
    payload = in_a_loop(lambda: fired(GriffinOwnerTrigger(TASK, ["SUCCEEDED"], poll_interval=0.05))).payload
    assert (payload["run_id"], payload["retryable"]) == (None, False)
    assert "forbidden" in payload["error"]
