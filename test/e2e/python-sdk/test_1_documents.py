"""Every block of the guide does what it says, in order; and the README's example is made of them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from documents import Block, blocks_of, run

README = blocks_of("python/griffin/README.md")
GUIDE = blocks_of("docs/guides/python.md")
NAMES: dict[str, Any] = {"__name__": "__main__"}


def test_there_are_blocks() -> None:
    assert {block.language for block in README} == {block.language for block in GUIDE} == {"python", "sh", "yaml"}
    assert len(GUIDE) > len(README) > 5


@pytest.mark.parametrize("block", GUIDE, ids=str)
def test_guide(block: Block, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    run(block, workplace, NAMES)


def test_the_readme_has_blocks_of_the_guide_in_its_order() -> None:
    left = iter([block.text for block in GUIDE])
    for block in README:
        assert block.text in left, f"{block} is not in the guide, or not in that place"


def test_the_readme_lacks_none_that_it_needs() -> None:
    program = "".join(block.text for block in README if block.language == "python")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F821", "-"]
    checked = subprocess.run(command, input=program, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
