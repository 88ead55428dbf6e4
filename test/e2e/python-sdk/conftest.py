"""A platform is up: GRIFFIN_API_URL and GRIFFIN_TOKEN say where, GRIFFIN_RUNTIMES_PYTHON which Python has Ray."""

from collections.abc import Iterator
from pathlib import Path

import griffin
import pytest


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the documents' blocks are run."""
    return tmp_path_factory.mktemp("workplace")


@pytest.fixture(scope="session")
def client() -> Iterator[griffin.Client]:
    with griffin.Client() as made:
        yield made
