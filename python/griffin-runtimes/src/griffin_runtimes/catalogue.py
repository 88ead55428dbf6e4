"""The catalogue of runtimes that api reads: `python -m griffin_runtimes.catalogue [--check]` writes or checks it."""

import json
import sys
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from pydantic import ValidationError

from griffin_runtimes.config import RuntimeConfig
from griffin_runtimes.runtimes import RUNTIMES, Runtime

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUE = PROJECT / "catalogue.json"

# The images' platform. The lock serves other Python versions too, and the catalogue must not depend on who writes it.
IMAGE_PLATFORM = {"python_version": "3.11", "python_full_version": "3.11.2", "sys_platform": "linux"}


JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def default_resources(workers: int, cpu: float, memory_gib: float) -> dict[str, Any]:
    """What a run asks for that says nothing of it."""
    return {"workers": workers, "cpu": cpu, "gpu": 0, "gpu_type": None, "memory_gib": memory_gib, "ssd_gib": 0}


# Runs of an image of the user's own, which the definition names. Nothing of ours runs there: api and the worker do it.
CONTAINER: dict[str, Any] = {
    "name": "container",
    "version": "1",
    "kinds": ["custom"],
    "needs_ray": False,
    "image": None,
    "packages": {},
    "config_schema": {"custom": {"$schema": JSON_SCHEMA, "type": "object"}},
    "default_config": {"custom": {}},
    "default_resources": default_resources(workers=0, cpu=1, memory_gib=1),
}


def locked_versions(lock: Path) -> dict[str, str]:
    """Package name -> version, of the lock's entries that the images install."""
    lines = [line.rstrip("\\ ") for line in lock.read_text().splitlines() if line[:1].isalpha()]
    requirements = [Requirement(line) for line in lines]
    installed = [r for r in requirements if r.marker is None or r.marker.evaluate(IMAGE_PLATFORM)]
    return {r.name: next(iter(r.specifier)).version for r in installed}


def config_schema(config: type[RuntimeConfig]) -> dict[str, Any]:
    """The configuration's JSON Schema (2020-12)."""
    return {"$schema": JSON_SCHEMA, **config.model_json_schema(by_alias=True)}


def default_config(config: type[RuntimeConfig]) -> dict[str, Any]:
    """The configuration that holds when none is given; empty where some of it must be given."""
    try:
        return config().model_dump(mode="json", by_alias=True)
    except ValidationError:
        return {}


def describe(runtime: Runtime, versions: dict[str, str]) -> dict[str, Any]:
    """One runtime's entry in the catalogue."""
    return {
        "name": runtime.name,
        "version": runtime.version,
        "kinds": list(runtime.tasks),
        "needs_ray": runtime.needs_ray,
        "image": runtime.image,
        "packages": {name: versions[name] for name in runtime.packages},
        "config_schema": {kind: config_schema(task.config) for kind, task in runtime.tasks.items()},
        "default_config": {kind: default_config(task.config) for kind, task in runtime.tasks.items()},
        "default_resources": default_resources(runtime.workers, runtime.cpu, runtime.memory_gib),
    }


def render() -> str:
    """The catalogue as the text that is committed."""
    versions = locked_versions(PROJECT / "requirements.lock")
    return json.dumps([*(describe(runtime, versions) for runtime in RUNTIMES), CONTAINER], indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Writes the catalogue; with `--check` only says whether the committed one is up to date."""
    text = render()
    if "--check" not in arguments:
        CATALOGUE.write_text(text)
        return 0
    if CATALOGUE.is_file() and CATALOGUE.read_text() == text:
        return 0
    sys.stderr.write("catalogue.json is out of date: run `python -m griffin_runtimes.catalogue` and commit it.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
