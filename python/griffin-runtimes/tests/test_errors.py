"""The reason codes are those that api knows."""

import pickle
import re
from pathlib import Path

import pytest

from griffin_runtimes.errors import RETRYABLE_CODES, ArtifactStoreUnavailable, RuntimeFailure, data_invalid

CONTRACT = Path(__file__).resolve().parents[3] / "libs/contracts/src/reason.ts"


def test_what_is_retryable_here_is_retryable_for_api() -> None:
    declared = dict(re.findall(r"(\w+): \{ retryable: (true|false) \}", CONTRACT.read_text()))
    assert len(declared) > 10
    assert all(declared.get(code) == "true" for code in RETRYABLE_CODES)
    assert all(
        declared[code] == "false" for code in ("config_invalid", "column_missing", "data_invalid", "runtime_error")
    )


@pytest.mark.parametrize("failure", [data_invalid("x"), ArtifactStoreUnavailable("write", "file:///x", OSError("no"))])
def test_a_failure_survives_the_way_from_a_worker(failure: RuntimeFailure) -> None:
    arrived = pickle.loads(pickle.dumps(failure))
    assert type(arrived) is type(failure)
    assert (arrived.code, arrived.message) == (failure.code, failure.message)
