"""Every block of the README and of the guide does what it says, in order."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from documents import Block, blocks_of, run

README = blocks_of("python/griffin/README.md")
GUIDE = blocks_of("docs/guides/python.md")
NAMES: dict[str, Any] = {"__name__": "__main__"}


def test_there_are_blocks() -> None:
    assert [block.language for block in README] == ["python"]
    assert {block.language for block in GUIDE} == {"python", "sh", "yaml"}
    assert len(GUIDE) > 10


@pytest.fixture(scope="module", autouse=True)
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    """The README's example as a program of its own. It waits for a training, as the guide does: both at once."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "example.py").write_text(README[0].text)
    process = subprocess.Popen([sys.executable, "-W", "error", "example.py"], cwd=folder, stdout=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("block", GUIDE, ids=str)
def test_guide(block: Block, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    run(block, workplace, NAMES)


def test_readme(example: subprocess.Popen[bytes]) -> None:
    said, _ = example.communicate(timeout=300)
    assert example.returncode == 0
    state, scores = said.decode().splitlines()
    assert state == "SUCCEEDED 1.0"
    low, high = map(float, scores.strip("[]").split())
    assert 0 < low < 0.5 < high < 1
