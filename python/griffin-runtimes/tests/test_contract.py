"""Reports are valid against the schema that api holds them to, taken from libs/contracts itself."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from attempts import AttemptFolder
from fake_api import FakeApi
from runs import generation, scoring

ROOT = Path(__file__).resolve().parents[3]
EXPORT = "import('./libs/contracts/src/report.ts').then((m) => console.log(JSON.stringify(m.FinalReport)))"


@pytest.fixture(scope="module")
def contract() -> Draft202012Validator:
    """Needs the repository's own Node, which reads TypeScript."""
    node = shutil.which("node", path=str(ROOT / "node_modules/.bin"))
    if node is None and os.environ.get("CI"):
        pytest.fail("the repository's node packages are not installed: run `npm ci`")
    if node is None:
        pytest.skip("the repository's node packages are not installed")
    exported = subprocess.run([node, "-e", EXPORT], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return Draft202012Validator(json.loads(exported.stdout))


def test_a_generated_dataset(attempt: AttemptFolder, api: FakeApi, contract: Draft202012Validator) -> None:
    assert attempt.launch(generation(attempt)).wait(60) == 0
    contract.validate(api.bodies("report")[0])


def test_a_failure(attempt: AttemptFolder, api: FakeApi, contract: Draft202012Validator) -> None:
    assert attempt.launch(generation(attempt, "SIGKILL")).wait(60) == 1
    contract.validate(api.bodies("report")[0])


def test_predictions(
    attempt: AttemptFolder, api: FakeApi, contract: Draft202012Validator, given_model: dict[str, Any]
) -> None:
    assert attempt.launch(scoring(attempt, given_model)).wait(60) == 0
    contract.validate(api.bodies("report")[0])


def test_the_contract_would_notice(contract: Draft202012Validator) -> None:
    assert not contract.is_valid({"schema_version": 1})
