"""The blocks of a document, and how each kind of them is run."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[3]
_FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
_BLOCK = re.compile(r"^```(python|sh|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    document: str
    line: int
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The name of the file that the block is: its first line says it."""
        found = _FILE.match(self.text)
        return found[1] if found else None

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def blocks_of(document: str) -> list[Block]:
    text = (REPOSITORY / document).read_text()
    return [
        Block(document, text.count("\n", 0, found.start()) + 1, found[1], found[2]) for found in _BLOCK.finditer(text)
    ]


def run(block: Block, folder: Path, names: dict[str, Any]) -> None:
    """Writes a file; else runs Python in this process, `names` being its own, and a shell's commands with this Python
    first on the PATH."""
    if block.file:
        file = folder / block.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text)
    elif block.language == "python":
        code = compile("\n" * block.line + block.text, str(REPOSITORY / block.document), "exec")
        exec(code, names)
    else:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        command = ["bash", "-euo", "pipefail", "-c", block.text]
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=300
        )
        print(done.stdout, done.stderr)
        assert done.returncode == 0, f"{block} exits with {done.returncode}"
