"""Fixtures of all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import griffin
from server import TOKEN, Server

# Long enough for a few retries, short enough for a test.
QUICK = griffin.RetryPolicy(patience_seconds=3, first_pause_seconds=0.01, longest_pause_seconds=0.05)


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the environment or the configuration of whoever runs it."""
    for name in ("GRIFFIN_API_URL", "GRIFFIN_TOKEN", "GRIFFIN_PROFILE", "GRIFFIN_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as serving:
        yield serving


@pytest.fixture
def client(server: Server) -> Iterator[griffin.Client]:
    with griffin.Client(server.url, TOKEN, retries=QUICK) as made:
        yield made
