"""The wheel: what it holds, what it says of itself, and that it needs no extra."""

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from airflow.providers.griffin import __version__

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "src/airflow/providers/griffin"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpacked, as an installer puts it into an environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=60)
    (built,) = folder.glob("*.whl")
    assert built.name == f"apache_airflow_providers_griffin-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_its_metadata_say_what_it_is(wheel: Path) -> None:
    (about,) = wheel.glob("*.dist-info")
    metadata = Parser().parsestr((about / "METADATA").read_text())
    assert (metadata["Name"], metadata["Version"]) == ("apache-airflow-providers-griffin", __version__)
    assert (metadata["Requires-Python"], metadata["License-Expression"]) == (">=3.10", "Apache-2.0")
    assert "Apache License" in (about / "licenses/LICENSE").read_text()
    assert "Framework :: Apache Airflow :: Provider" in (metadata.get_all("Classifier") or [])
    assert metadata.get_payload().startswith("# apache-airflow-providers-griffin\n")
    always = [one for one in metadata.get_all("Requires-Dist") or [] if "extra ==" not in one]
    assert sorted(always) == ["apache-airflow<4,>=3.3.2", "griffin-mltp<0.2,>=0.1"]
    assert (about / "entry_points.txt").read_text().split("\n")[:2] == [
        "[apache_airflow_provider]",
        "provider_info = airflow.providers.griffin.get_provider_info:get_provider_info",
    ]


def test_it_has_all_of_the_package_and_nothing_of_airflow(wheel: Path) -> None:
    """A file of its own in `airflow` or `airflow.providers` would hide Airflow's."""

    def files(root: Path) -> set[str]:
        return {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file() and file.suffix != ".pyc"}

    packed = {name for name in files(wheel) if ".dist-info/" not in name}
    assert packed == {f"airflow/providers/griffin/{name}" for name in files(PACKAGE)}
    assert "airflow/providers/griffin/py.typed" in packed


def test_it_needs_no_openlineage(wheel: Path) -> None:
    code = """
import sys
for name in ("openlineage", "airflow.providers.openlineage.extractors"):
    sys.modules[name] = None
import airflow.providers
# Airflow has read the provider's information already, of the one that is installed.
for name in [name for name in sys.modules if name.startswith("airflow.providers.griffin")]:
    del sys.modules[name]
airflow.providers.__path__ = [sys.argv[1] + "/airflow/providers", *airflow.providers.__path__]
import airflow.providers.griffin.decorators.griffin
import airflow.providers.griffin.sensors.griffin as sensors
print(sensors.__file__)
"""
    done = subprocess.run([sys.executable, "-c", code, str(wheel)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith(str(wheel / "airflow/providers/griffin/sensors/griffin.py"))
