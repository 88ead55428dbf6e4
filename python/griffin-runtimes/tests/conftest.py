"""Fixtures of the tests that start real processes."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ray

from attempts import AttemptFolder
from fake_api import FakeApi
from runs import save_model
from s3_server import S3Server, serve


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """A small real HTTP server in api's place."""
    with FakeApi() as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A real S3 server, one for all tests."""
    process, server = serve()
    yield server
    process.communicate()  # Closes its input, which ends it.


@pytest.fixture(scope="session")
def ray_address() -> Iterator[str]:
    """One Ray for the session. Ray Train's own clean-up needs the dashboard."""
    os.environ["RAY_AUTH_MODE"] = "disabled"
    ray.init("local", num_cpus=2, include_dashboard=True, log_to_driver=False, logging_level="ERROR")
    yield ray.get_runtime_context().gcs_address
    ray.shutdown()


@pytest.fixture
def attempt(tmp_path: Path, api: FakeApi) -> Iterator[AttemptFolder]:
    """A run's artifact root and the means to launch attempts of it; whatever still runs in the end is killed."""
    folder = AttemptFolder(tmp_path, api)
    yield folder
    folder.end()


@pytest.fixture
def given_model(attempt: AttemptFolder) -> dict[str, Any]:
    """A model trained in this process, as an input of a run."""
    return save_model(attempt)
