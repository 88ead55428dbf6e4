"""Requests on the wire: what is sent again, when, and what a caller is told."""

import asyncio
import socket
import threading
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

import griffin
from conftest import QUICK
from griffin.errors import TransportError
from samples import RUN_ID, a_run
from server import TOKEN, Answer, Server, problem


def test_a_submission_is_one_request_however_often_it_is_sent(server: Server, client: griffin.Client) -> None:
    server.answers = [problem(503, "database_unavailable", True), Answer(breaks=0), Answer(201, a_run())]
    run = client.workflows.submit("train-flights@1", config={"max_depth": 3}, seed=7)
    assert run.id == RUN_ID
    assert len(server.asked) == 3
    assert len({asked.headers["idempotency-key"] for asked in server.asked}) == 1
    assert all(asked.body == {"definition": "train-flights@1", "config": {"max_depth": 3}, "seed": 7}
               for asked in server.asked)  # fmt: skip


def test_two_submissions_have_two_keys_and_a_callers_key_is_kept(server: Server, client: griffin.Client) -> None:
    server.answers = [Answer(201, a_run())] * 3
    client.workflows.submit("train")
    client.workflows.submit("train")
    client.workflows.submit("train", idempotency_key="mine")
    first, second, third = (asked.headers["idempotency-key"] for asked in server.asked)
    assert first != second
    assert third == "mine"


def test_a_post_without_a_key_is_sent_once(server: Server, client: griffin.Client) -> None:
    server.answers = [problem(503, "database_unavailable", True)] * 2
    with pytest.raises(griffin.ServerError) as caught:
        client.tokens.create(name="ci")
    assert caught.value.retryable
    assert len(server.asked) == 1
    server.answers = [Answer(breaks=0)] * 2
    with pytest.raises(TransportError):
        client.tokens.create(name="ci")
    assert len(server.asked) == 2


def test_a_post_without_a_key_is_sent_again_when_it_never_went_out() -> None:
    with socket.socket() as late:  # Bound, and nobody listens: connecting is refused.
        late.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{late.getsockname()[1]}"
        policy = griffin.RetryPolicy(patience_seconds=0.2, first_pause_seconds=0.05)
        with griffin.Client(url, TOKEN, retries=policy) as client, pytest.raises(TransportError) as caught:
            client.tokens.create(name="ci")
        assert not caught.value.sent
        listening = threading.Timer(0.2, late.listen)
        listening.start()
        policy = griffin.RetryPolicy(patience_seconds=5, first_pause_seconds=0.05)
        with griffin.Client(url, TOKEN, retries=policy, timeout=0.5) as client, pytest.raises(TransportError) as caught:
            client.tokens.create(name="ci")
        assert caught.value.sent  # It got through once somebody listened, and was not sent a second time.
        listening.join()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
def test_a_refusal_is_not_sent_again(server: Server, client: griffin.Client, status: int) -> None:
    server.answers = [problem(status, "some_code")] * 2
    with pytest.raises(griffin.ApiError) as caught:
        client.workflows.get(RUN_ID)
    assert len(server.asked) == 1
    assert (caught.value.status, caught.value.code, caught.value.retryable) == (status, "some_code", False)


def test_a_conflict_that_passes_is_waited_for(server: Server, client: griffin.Client) -> None:
    server.answers = [problem(409, "idempotency_key_in_use", True, retry_after="0"), Answer(200, a_run())]
    assert client.workflows.submit("train").id == RUN_ID
    assert len(server.asked) == 2


@pytest.mark.parametrize("as_date", [False, True])
def test_retry_after_is_honoured(server: Server, client: griffin.Client, as_date: bool) -> None:
    moment = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=2), usegmt=True)
    server.answers = [problem(429, "busy", True, retry_after=moment if as_date else "1"), Answer(200, a_run())]
    begun = time.monotonic()
    client.workflows.get(RUN_ID)
    assert time.monotonic() - begun >= 0.9


def test_a_retry_after_beyond_the_patience_is_told_at_once(server: Server, client: griffin.Client) -> None:
    server.answers = [problem(429, "busy", True, retry_after="3600")]
    begun = time.monotonic()
    with pytest.raises(griffin.RateLimitedError) as caught:
        client.workflows.get(RUN_ID)
    assert time.monotonic() - begun < 2
    assert caught.value.retry_after == 3600


def test_retries_end_with_the_patience(server: Server) -> None:
    server.routes[f"GET /api/workflows/{RUN_ID}"] = lambda _: problem(503, "unavailable", True)
    policy = griffin.RetryPolicy(patience_seconds=0.3, first_pause_seconds=0.05, longest_pause_seconds=0.1)
    with griffin.Client(server.url, TOKEN, retries=policy) as client, pytest.raises(griffin.ServerError):
        client.workflows.get(RUN_ID)
    assert 2 <= len(server.asked) <= 12


def test_an_answer_that_does_not_come_is_given_up(server: Server) -> None:
    server.answers = [Answer(200, a_run(), delay=lambda: time.sleep(1))]
    policy = griffin.RetryPolicy(patience_seconds=-1)
    with griffin.Client(server.url, TOKEN, timeout=0.2, retries=policy) as client, pytest.raises(TransportError):
        client.workflows.get(RUN_ID)


def test_a_refused_field_is_named(server: Server, client: griffin.Client) -> None:
    errors = [{"pointer": "/config/max_depth", "code": "type", "message": "must be integer"}]
    server.answers = [problem(422, "input_invalid", errors=errors)]
    with pytest.raises(griffin.InvalidInputError) as caught:
        client.workflows.submit("train", config={"max_depth": "deep"})
    (error,) = caught.value.errors
    assert (error.pointer, error.field, error.code) == ("/config/max_depth", "config.max_depth", "type")
    assert "config.max_depth: must be integer" in str(caught.value)
    assert "POST /api/workflows" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "token_invalid", griffin.AuthenticationError),
        (403, "forbidden", griffin.PermissionDeniedError),
        (404, "run_unknown", griffin.NotFoundError),
        (409, "conflict", griffin.ConflictError),
        (409, "owner_superseded", griffin.OwnerSupersededError),
        (410, "gone", griffin.GoneError),
        (422, "idempotency_key_reused", griffin.IdempotencyKeyReusedError),
        (418, "teapot", griffin.ApiError),
    ],
)
def test_the_class_goes_by_code_and_status(
    server: Server, client: griffin.Client, status: int, code: str, kind: type[Exception]
) -> None:
    server.answers = [problem(status, code)]
    with pytest.raises(griffin.ApiError) as caught:
        client.workflows.get(RUN_ID)
    assert type(caught.value) is kind


def test_what_is_no_problem_document_is_an_error_all_the_same(server: Server, client: griffin.Client) -> None:
    server.answers = [Answer(405, b"<html>no</html>", {"content-type": "text/html"})]
    with pytest.raises(griffin.ApiError) as caught:
        client.workflows.get(RUN_ID)
    assert (caught.value.code, caught.value.detail) == ("http_405", "<html>no</html>")


@pytest.mark.parametrize("body", [b"<html>welcome</html>", b"{}", b""])
def test_an_answer_that_is_none_is_not_taken_for_one(server: Server, client: griffin.Client, body: bytes) -> None:
    server.answers = [Answer(200, body)]
    with pytest.raises(griffin.UnexpectedAnswerError):
        client.workflows.get(RUN_ID)


def test_what_a_later_api_says_breaks_nothing(server: Server, client: griffin.Client) -> None:
    server.answers = [Answer(200, a_run(state="HIBERNATING", is_terminal=False, novelty={"a": 1}))]
    run = client.workflows.get(RUN_ID)
    assert (run.state, run.is_terminal) == ("HIBERNATING", False)


def test_what_an_error_says_is_fit_for_a_terminal(server: Server, client: griffin.Client) -> None:
    server.answers = [Answer(418, {"code": "teapot", "detail": "\x1b]0;title\x07\x1b[2Jshort and stout"})]
    with pytest.raises(griffin.ApiError) as caught:
        client.workflows.get(RUN_ID)
    assert str(caught.value).endswith("418 teapot: short and stout")


def test_the_token_is_sent_and_never_shown(server: Server, client: griffin.Client) -> None:
    server.answers = [
        Answer(200, a_run()),
        problem(401, "token_invalid"),
        Answer(breaks=0),
        problem(401, "token_invalid"),
    ]
    client.workflows.get(RUN_ID)
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    shown = [repr(client), repr(client._transport.config), repr(vars(client._transport))]
    for _ in range(2):
        with pytest.raises(griffin.GriffinError) as caught:
            client.tokens.create(name="ci")
        chain: BaseException | None = caught.value
        while chain is not None:
            shown += [str(chain), repr(chain), repr(vars(chain))]
            chain = chain.__cause__ or chain.__context__
    assert TOKEN not in "".join(shown)


def test_a_token_that_was_made_is_not_printed(server: Server, client: griffin.Client) -> None:
    server.answers = [Answer(201, {"id": RUN_ID, "token": "gr_made"})]
    created = client.tokens.create(name="ci")
    assert created.token.get_secret_value() == "gr_made"
    assert "gr_made" not in repr(created) + str(created)


def test_no_redirect_takes_the_token_elsewhere(server: Server) -> None:
    with Server() as elsewhere:
        server.answers = [Answer(307, None, {"location": elsewhere.url})]
        with httpx.Client(follow_redirects=True) as http:
            client = griffin.Client(server.url, TOKEN, retries=QUICK, http_client=http)
            with pytest.raises(griffin.ApiError):
                client.workflows.get(RUN_ID)
        assert elsewhere.asked == []


def test_a_name_cannot_lead_to_another_route(server: Server, client: griffin.Client) -> None:
    with pytest.raises(griffin.NotFoundError):
        client.runtimes.get("../workflows?x=1#y")
    assert server.asked[0].path == "/api/runtimes/..%2Fworkflows%3Fx%3D1%23y"
    with pytest.raises(ValueError, match="dots"):
        client.runtimes.get("..")


def test_what_cannot_be_sent_is_said_before_anything_is(server: Server, client: griffin.Client) -> None:
    naive = datetime(2026, 1, 1)
    for ask in (
        lambda: client.workflows.submit("train", config={"rate": float("nan")}),
        lambda: client.workflows.submit("train", config={"rate": object()}),
        lambda: client.tokens.create(name="ci", expires_at=naive),  # type: ignore[typeddict-item]
        lambda: client.registry.version("late@champion", at=naive),
        lambda: client.datasets.get("flights@newest"),
        lambda: client.datasets.get("@3"),
    ):
        with pytest.raises(griffin.InvalidArgumentError):
            ask()
    assert server.asked == []


def test_times_are_sent_with_their_zone(server: Server, client: griffin.Client) -> None:
    server.answers = [problem(404, "model_unknown")]
    with pytest.raises(griffin.NotFoundError):
        client.registry.version("late@champion", at=datetime(2026, 1, 1, tzinfo=timezone.utc))
    assert server.asked[0].query == {"at": "2026-01-01T00:00:00+00:00"}


def test_all_of_it_works_for_asyncio_too(server: Server) -> None:
    async def ask() -> Any:
        async with griffin.AsyncClient(server.url, TOKEN, retries=QUICK) as client:
            run = await client.workflows.submit("train")
            pages = [found.id async for found in client.workflows.list(state=["RUNNING", "FAILED"], page_size=2)]
            return run, pages

    page = {"items": [a_run(), a_run()], "next_cursor": "more"}
    last = {"items": [a_run()], "next_cursor": None}
    server.answers = [problem(503, "unavailable", True), Answer(201, a_run()), Answer(200, page), Answer(200, last)]
    run, found = asyncio.run(ask())
    assert isinstance(run, griffin.AsyncRun)
    assert found == [RUN_ID] * 3
    assert server.asked[2].query == {"state": "RUNNING,FAILED", "limit": "2"}
    assert server.asked[3].query == {"state": "RUNNING,FAILED", "limit": "2", "cursor": "more"}


def test_pages_are_asked_for_as_they_are_needed(server: Server, client: griffin.Client) -> None:
    server.answers = [Answer(200, {"items": [a_run(), a_run()], "next_cursor": "more"})]
    listed = iter(client.workflows.list())
    assert [next(listed).id, next(listed).id] == [RUN_ID] * 2
    assert len(server.asked) == 1
