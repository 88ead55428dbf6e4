"""What is installed: the wheel, and what importing it needs."""

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import griffin

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpacked, as an installer puts it into an environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=60)
    (built,) = folder.glob("*.whl")
    assert built.name == f"griffin_mltp-{griffin.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_its_metadata_say_what_it_is(wheel: Path) -> None:
    (about,) = wheel.glob("*.dist-info")
    metadata = Parser().parsestr((about / "METADATA").read_text())
    assert (metadata["Name"], metadata["Version"]) == ("griffin-mltp", griffin.__version__)
    assert (metadata["Requires-Python"], metadata["License-Expression"]) == (">=3.10", "Apache-2.0")
    assert "Apache License" in (about / "licenses/LICENSE").read_text()
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload().startswith("# griffin-mltp\n")
    extras = {"arrow", "cli", "dev", "local", "models", "pandas"}
    assert set(metadata.get_all("Provides-Extra") or []) == extras
    always = [one for one in metadata.get_all("Requires-Dist") or [] if "extra ==" not in one]
    assert sorted(one.split("<")[0].split(">")[0] for one in always) == ["httpx", "pydantic", "typing-extensions"]
    assert (about / "entry_points.txt").read_text().split() == ["[console_scripts]", "griffin", "=", "griffin.cli:main"]


def test_it_has_all_of_the_package_and_nothing_else(wheel: Path) -> None:
    def files(root: Path) -> set[str]:
        return {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file() and file.suffix != ".pyc"}

    packed = {name for name in files(wheel) if ".dist-info/" not in name}
    assert packed == {f"griffin/{name}" for name in files(PROJECT / "src/griffin")}
    assert "griffin/py.typed" in packed


def test_importing_it_needs_no_extra(wheel: Path) -> None:
    code = """
import sys
sys.path.insert(0, sys.argv[1])
for name in ("pandas", "pyarrow", "numpy", "typer", "rich", "yaml", "IPython", "griffin_runtimes"):
    sys.modules[name] = None
import griffin
assert griffin.__file__.startswith(sys.argv[1])
griffin.Client("http://127.0.0.1", "token")
print(griffin.__version__)
from griffin.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code, str(wheel)], capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{griffin.__version__}\n"
    assert done.stderr == ("The command line needs packages that are not installed: pip install 'griffin-mltp[cli]'\n")
    assert done.returncode == 1
