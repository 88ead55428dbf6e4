"""The connection and the clients that the hook gives for it."""

import asyncio
import inspect

import griffin
import pytest
from airflow.sdk import Connection
from server import Answer, problem

from airflow.providers.griffin.hooks.griffin import GriffinHook
from airflow.providers.griffin.settings import Settings
from conftest import connect
from platform_server import TOKEN, Platform


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"host": "https://griffin.example.com/"}, "https://griffin.example.com/"),
        ({"host": "griffin.example.com"}, "https://griffin.example.com"),
        ({"host": "griffin", "port": 8080, "schema": "http"}, "http://griffin:8080"),
    ],
)
def test_a_connection_says_where_griffin_is(fields: dict[str, object], url: str) -> None:
    settings = Settings.of(Connection(conn_id="c", conn_type="griffin", password=TOKEN, **fields))
    assert (settings.api_url, settings.deployment) == (url, "airflow")
    assert TOKEN not in repr(settings)


def test_a_connection_may_name_its_airflow_and_how_long_to_retry() -> None:
    extra = '{"deployment": "airflow-eu", "retry_seconds": "7"}'
    settings = Settings.of(Connection(conn_id="c", conn_type="griffin", host="h", password=TOKEN, extra=extra))
    assert (settings.deployment, settings.retries.patience_seconds) == ("airflow-eu", 7)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"password": TOKEN}, "API URL (host)"),
        ({"host": "griffin"}, "Token (password)"),
        ({"host": "griffin", "password": TOKEN, "extra": '{"retry_seconds": "long"}'}, "Retry for (retry_seconds)"),
    ],
)
def test_what_is_missing_is_named(fields: dict[str, str], named: str) -> None:
    with pytest.raises(griffin.ConfigurationError) as raised:
        Settings.of(Connection(conn_id="my_griffin", conn_type="griffin", **fields))
    assert "Connection my_griffin: set the field " + named in str(raised.value)
    assert TOKEN not in str(raised.value)


def test_making_a_hook_looks_nothing_up() -> None:
    assert GriffinHook("there_is_no_such_connection").griffin_conn_id == "there_is_no_such_connection"


def test_the_button_names_the_project(platform: Platform) -> None:
    assert GriffinHook().test_connection() == (True, "Connected to project flights")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"password": "another"}, "set the field Token (password)"),
        ({"host": ""}, "set the field API URL (host)"),
        ({"host": "http://127.0.0.1:1"}, "GET /api/projects"),
    ],
)
def test_the_button_says_what_is_wrong(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, fields: dict[str, str], says: str
) -> None:
    connect(monkeypatch, **{"host": platform.url, **fields})
    works, message = GriffinHook().test_connection()
    assert not works
    assert says in message
    assert TOKEN not in message


@pytest.mark.parametrize("failure", [408, 429, 500, 503])
def test_its_clients_ask_again(platform: Platform, failure: int) -> None:
    platform.answers = [problem(failure, "busy", retryable=True, retry_after="0")] * 2
    with GriffinHook().client() as client:
        assert client.projects.current().name == "flights"
    assert len(platform.asked) == 3


def test_its_clients_ask_again_on_asyncio_also(platform: Platform) -> None:
    platform.answers = [Answer(breaks=0), problem(503, "busy", retryable=True, retry_after="0")]

    async def ask() -> str:
        async with await GriffinHook().async_client() as client:
            return (await client.projects.current()).name

    assert asyncio.run(ask()) == "flights"
    assert inspect.iscoroutinefunction(GriffinHook.async_client)
