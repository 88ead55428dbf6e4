"""One Airflow for all tests: a temporary home, a migrated SQLite, and a small server in Griffin's place."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Airflow reads its settings when it is first imported.
HOME = Path(tempfile.mkdtemp(prefix="griffin-airflow-"))
(HOME / "dags").mkdir()
for name in [name for name in os.environ if name.startswith(("AIRFLOW", "GRIFFIN_"))]:
    del os.environ[name]
os.environ.update(
    AIRFLOW_HOME=str(HOME),
    AIRFLOW__CORE__DAGS_FOLDER=str(HOME / "dags"),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__CORE__TEST_CONNECTION="Enabled",
    AIRFLOW__CORE__FERNET_KEY="",
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
    XDG_CONFIG_HOME=str(HOME / "nobody"),
    NO_PROXY="127.0.0.1",
)

from platform_server import TOKEN, Platform  # noqa: E402


def pytest_sessionfinish() -> None:
    import shutil

    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A platform that `griffin_default` connects to."""
    with Platform() as serving:
        connect(monkeypatch, host=serving.url)
        yield serving


def connect(monkeypatch: pytest.MonkeyPatch, **fields: object) -> None:
    """Says what `griffin_default` is."""
    connection = {"conn_type": "griffin", "password": TOKEN, "extra": {"retry_seconds": 3}, **fields}
    monkeypatch.setenv("AIRFLOW_CONN_GRIFFIN_DEFAULT", json.dumps(connection))


@pytest.fixture(scope="session")
def airflow_cli() -> str:
    return str(Path(sys.executable).with_name("airflow"))


@pytest.fixture(scope="session", autouse=True)
def database() -> None:
    from airflow.utils.db import initdb

    initdb()
