"""A platform is up: GRIFFIN_API_URL and GRIFFIN_TOKEN say where, and it has the definition `train-flights`."""

import os
from collections.abc import Iterator
from pathlib import Path

import griffin
import pytest
from airflow.utils.db import initdb


@pytest.fixture(scope="session")
def home() -> Path:
    return Path(os.environ["AIRFLOW_HOME"])


@pytest.fixture(scope="session", autouse=True)
def database(home: Path) -> None:
    (home / "dags").mkdir(parents=True, exist_ok=True)
    initdb()


@pytest.fixture(scope="session")
def client() -> Iterator[griffin.Client]:
    with griffin.Client() as made:
        yield made
