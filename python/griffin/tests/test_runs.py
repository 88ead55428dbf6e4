"""A run that is waited for, followed and ended."""

import asyncio
from typing import Any

import pandas as pd
import pytest

import griffin
from conftest import QUICK
from samples import AT, RUN_ID, a_log, a_run
from server import TOKEN, Answer, Asked, Server, problem

PATH = f"/api/workflows/{RUN_ID}"


def submitted(server: Server, client: griffin.Client) -> griffin.Run:
    server.answers = [Answer(201, a_run(state="REQUESTED"), {"etag": '"1"'})]
    run = client.workflows.submit("train-flights")
    server.asked.clear()
    return run


def test_waits_for_news_by_holding_answers_back(server: Server, client: griffin.Client) -> None:
    run = submitted(server, client)
    server.answers = [
        Answer(200, a_run(state="RUNNING"), {"etag": '"2"'}),
        Answer(304, headers={"etag": '"2"'}),
        Answer(200, a_run(state="SUCCEEDED", metrics={"auc": 0.7}), {"etag": '"3"'}),
    ]
    assert run.wait() is run
    assert (run.state, run.is_successful, run.final_metrics, run.etag) == ("SUCCEEDED", True, {"auc": 0.7}, '"3"')
    first, second, third = server.asked
    assert "wait" not in first.query
    assert {(asked.query["wait"], asked.headers["if-none-match"]) for asked in (second, third)} == {("25", '"2"')}


def test_a_bad_end_is_an_error_that_has_the_run(server: Server, client: griffin.Client) -> None:
    run = submitted(server, client)
    reason = {"code": "column_missing", "message": "no column `wnd`"}
    over = a_run(state="FAILED", reason=reason, log_tail="the last \x1b[2Jline\n", retryable=False)
    server.answers = [Answer(200, over)] * 2
    with pytest.raises(
        griffin.RunNotSuccessfulError, match=r"(?s)FAILED, column_missing: no column.*the last line"
    ) as e:
        run.wait()
    assert (e.value.run, e.value.code, e.value.retryable) == (run, "column_missing", False)
    assert run.wait(check=False).state == "FAILED"


def test_a_wait_ends_in_time_and_the_run_goes_on(server: Server, client: griffin.Client) -> None:
    run = submitted(server, client)
    server.routes[f"GET {PATH}"] = lambda _: Answer(200, a_run(state="RUNNING"))
    with pytest.raises(griffin.WaitTimeoutError, match=r"still RUNNING after 0.2 s"):
        run.wait(timeout=0.2)
    assert {asked.method for asked in server.asked} == {"GET"}


def test_a_wait_outlives_an_api_that_is_away(server: Server) -> None:
    policy = griffin.RetryPolicy(patience_seconds=0.3, first_pause_seconds=0.01, longest_pause_seconds=0.05)
    with griffin.Client(server.url, TOKEN, retries=policy) as client:
        run = submitted(server, client)
        away = [problem(503, "unavailable", True)] * 20
        server.answers = [Answer(200, a_run()), *away, Answer(200, a_run(state="SUCCEEDED"))]
        assert run.wait().is_successful


def test_lists_the_runs_of_the_owner_of_a_run(server: Server, client: griffin.Client) -> None:
    owner: Any = {"deployment": "a", "dag_id": "d", "run_id": "r", "task_id": "t", "map_index": -1}
    server.answers = [Answer(200, {"items": [a_run(owner_ref={**owner, "epoch": 2, "round": 1})], "next_cursor": None})]
    found = client.workflows.list(owner=owner).first()
    assert found is not None
    server.answers = [Answer(200, {"items": [], "next_cursor": None})] * 2
    assert client.workflows.list(owner=found.owner_ref).first() is None
    assert client.workflows.list(owner={"dag_id": "d"}).first() is None
    named = {"owner_deployment": "a", "owner_dag_id": "d", "owner_run_id": "r", "owner_task_id": "t"}
    of_the_task = {**named, "owner_map_index": "-1", "limit": "1"}
    assert [asked.query for asked in server.asked] == [of_the_task, of_the_task, {"owner_dag_id": "d", "limit": "1"}]
    with pytest.raises(griffin.InvalidArgumentError, match="an owner has no dag;"):
        client.workflows.list(owner={"dag": "d"})


def test_watching_gives_each_change_once(server: Server, client: griffin.Client) -> None:
    run = submitted(server, client)
    states = ["REQUESTED", "PROVISIONING", "RUNNING", "SUCCEEDED"]
    server.answers = [Answer(200, a_run(state=state), {"etag": f'"{at}"'}) for at, state in enumerate(states)]
    server.answers.insert(2, Answer(304, headers={"etag": '"1"'}))
    assert [seen.state for seen in run.watch()] == states


def test_terminate_asks_and_does_not_wait(server: Server, client: griffin.Client) -> None:
    run = submitted(server, client)
    server.answers = [problem(503, "unavailable", True), Answer(202, a_run(state="TERMINATING"), {"etag": '"2"'})]
    owner: Any = {"deployment": "a", "dag_id": "d", "run_id": "r", "task_id": "t", "epoch": 2}
    assert run.terminate("enough", owner_ref=owner).state == "TERMINATING"
    assert [asked.body for asked in server.asked] == [{"reason": "enough", "owner_ref": owner}] * 2
    server.answers = [Answer(202, a_run(state="TERMINATED"))]
    run.terminate()
    assert server.asked[-1].body == {}


def test_a_log_is_lines_however_it_is_cut(server: Server, client: griffin.Client) -> None:
    run = submitted(server, client)
    pages = [a_log("on", "1"), a_log("e\ntw", "2"), a_log("o\r\n\nth", "3"), a_log("ree")]
    server.answers = [Answer(200, page) for page in pages]
    assert list(run.logs()) == ["one", "two", "", "three"]
    assert [asked.query.get("cursor") for asked in server.asked] == [None, "1", "2", "3"]


def test_a_log_so_far_ends_with_what_is_there(server: Server, client: griffin.Client) -> None:
    run = submitted(server, client)
    server.answers = [Answer(200, a_log("one\nhalf", "1")), Answer(200, a_log("", "1"))]
    assert list(run.logs(tail=5)) == ["one", "half"]
    assert server.asked[0].query == {"stream": "driver", "tail": "5"}


def test_following_goes_on_to_the_end_and_over_attempts(
    server: Server, client: griffin.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("griffin._sync.run._LOG_PAUSE_SECONDS", 0.01)
    run = submitted(server, client)
    logs = iter([a_log("1a\n", "1"), a_log("", "1"), a_log("1b\n"), a_log("2a\n", "2", 2), a_log("", None, 2)])
    runs = iter([a_run(), a_run(attempt=2), a_run(attempt=2, state="SUCCEEDED")])
    server.routes = {
        f"GET {PATH}/logs": lambda _: Answer(200, next(logs)),
        f"GET {PATH}": lambda _: Answer(200, next(runs)),
    }
    assert list(run.logs(follow=True)) == ["1a", "1b", "2a"]
    asked = [(one.query.get("attempt"), one.query.get("cursor")) for one in server.asked if one.path.endswith("/logs")]
    assert asked == [(None, None), (None, "1"), (None, "1"), ("2", None), (None, "2")]


def test_following_a_log_that_nothing_ends_ends_with_the_run(
    server: Server, client: griffin.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("griffin._sync.run._LOG_PAUSE_SECONDS", 0.01)
    run = submitted(server, client)
    server.routes = {
        f"GET {PATH}/logs": lambda _: Answer(200, a_log("", "1")),
        f"GET {PATH}": lambda _: Answer(200, a_run(state="TERMINATED")),
    }
    assert list(run.logs(follow=True)) == []


def test_metrics_are_a_frame_of_their_history(server: Server, client: griffin.Client) -> None:
    def points(asked: Asked) -> Answer:
        key = asked.query.get("key")
        last = [{"key": name, "step": 2, "timestamp": AT, "value": 0.5} for name in ("auc", "loss")]
        all_of_it = [{"key": key, "step": step, "timestamp": AT, "value": None if step else 0.5} for step in range(2)]
        return Answer(200, {"items": all_of_it if key else last, "next_cursor": None})

    run = submitted(server, client)
    server.routes[f"GET {PATH}/metrics"] = points
    frame = run.metrics()
    assert list(frame.columns) == ["key", "step", "timestamp", "value"]
    assert frame["key"].tolist() == ["auc", "auc", "loss", "loss"]
    assert frame["step"].tolist() == [0, 1, 0, 1]
    assert frame["value"].isna().tolist() == [False, True, False, True]
    assert str(frame["timestamp"].dtype) == "datetime64[ns, UTC]"
    server.asked.clear()
    assert run.metrics("auc")["key"].unique().tolist() == ["auc"]
    assert [asked.query for asked in server.asked] == [{"key": "auc"}]


def test_a_run_without_metrics_is_an_empty_frame(server: Server, client: griffin.Client) -> None:
    run = submitted(server, client)
    server.answers = [Answer(200, {"items": [], "next_cursor": None})]
    assert isinstance(frame := run.metrics(), pd.DataFrame)
    assert frame.empty


def test_many_runs_are_asked_about_at_once(server: Server, client: griffin.Client) -> None:
    news = {**a_run(state="SUCCEEDED"), "etag": '"4"'}
    server.answers = [problem(503, "unavailable", True), Answer(200, {"items": [news]})]
    (run,) = client.workflows.status({RUN_ID: '"3"', "another": None}, wait=20)
    assert (run.id, run.etag, run.state) == (RUN_ID, '"4"', "SUCCEEDED")
    assert server.asked[-1].body == {"runs": [{"id": RUN_ID, "etag": '"3"'}, {"id": "another"}], "wait": 20}
    server.answers = [Answer(202, a_run(state="SUCCEEDED"))]
    run.terminate()  # It is bound to its client.


def test_a_lease_is_submitted_and_renewed_by_those_who_wait(server: Server, client: griffin.Client) -> None:
    owner: Any = {"deployment": "d", "dag_id": "g", "run_id": "r", "task_id": "t", "epoch": 1}
    server.answers = [Answer(201, a_run(owner_lease_seconds=600)), Answer(200, {"items": []})]
    run = client.workflows.submit("train", owner_ref=owner, owner_lease_seconds=600)
    assert (run.owner_lease_seconds, server.asked[0].body["owner_lease_seconds"]) == (600, 600)
    client.workflows.status({RUN_ID: '"3"', "another": None}, renew=[RUN_ID])
    renewed = {"id": RUN_ID, "etag": '"3"', "renew_lease": True}
    assert server.asked[-1].body["runs"] == [renewed, {"id": "another"}]


def test_a_dry_run_gives_the_spec(server: Server, client: griffin.Client) -> None:
    server.answers = [Answer(200, {"spec": {"seed": 7}})]
    assert client.workflows.dry_run("train", seed=7) == {"seed": 7}
    assert server.asked[0].query == {"dry_run": "true"}
    assert "idempotency-key" not in server.asked[0].headers


def test_asyncio_waits_and_follows_as_well(server: Server) -> None:
    async def go() -> tuple[Any, list[str]]:
        async with griffin.AsyncClient(server.url, TOKEN, retries=QUICK) as client:
            run = await client.workflows.submit("train-flights")
            await run.wait()
            return run, [line async for line in run.logs(follow=True)]

    answers = [Answer(201, a_run()), Answer(200, a_run()), Answer(200, a_run(state="SUCCEEDED"))]
    server.answers = [*answers, Answer(200, a_log("one\ntwo")), Answer(200, a_run(state="SUCCEEDED"))]
    run, lines = asyncio.run(go())
    assert run.state == "SUCCEEDED"
    assert lines == ["one", "two"]


def test_a_waiter_that_is_cancelled_stops_asking(server: Server) -> None:
    async def go() -> None:
        async with griffin.AsyncClient(server.url, TOKEN, retries=QUICK) as client:
            run = await client.workflows.get(RUN_ID)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(run.wait(), 0.2)

    server.routes[f"GET {PATH}"] = lambda _: Answer(200, a_run())
    asyncio.run(go())
    asked = len(server.asked)
    assert asked > 1
    assert "POST" not in {one.method for one in server.asked}
