"""What a run on this machine is resolved to: by the runtimes' own configuration, and in api's order of who wins."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from griffin._extras import need
from griffin.definition import CreateArchitecture
from griffin.errors import FieldError
from griffin.training_file import FileInvalidError, TrainingFile

_NO_PROJECT = "00000000-0000-0000-0000-000000000000"


def resolve(file: TrainingFile, dataset: dict[str, Any], run_id: str, artifact_root: str) -> dict[str, Any]:
    """The spec of the run. Raises FileInvalidError with every field at fault."""
    runtime, task = _task(file)
    architecture = file.architecture
    defaults = (architecture.defaults or {}) if isinstance(architecture, CreateArchitecture) else {}
    config = {**defaults, **(file.config or {})}
    said = file.resources.model_dump(exclude_none=True) if file.resources else {}
    resources = {**_default_resources(runtime), **said}
    faults = [*_elsewhere(file), *_config_faults(task, config), *_resource_faults(runtime, resources)]
    if faults:
        raise FileInvalidError(file.source, faults)
    return {
        "run_id": run_id,
        "project_id": _NO_PROJECT,
        "name": file.name,
        "kind": file.kind,
        "definition": {"id": run_id, "name": file.name, "version": 1, "stage": file.stage},
        "runtime": {"name": runtime.name, "version": runtime.version, "needs_ray": runtime.needs_ray},
        "inputs": [dataset],
        "config": config,
        "resources": resources,
        "env": file.model_dump(mode="json")["env"] or {},
        "seed": file.seed,
        "artifact_root": artifact_root,
    }


def _task(file: TrainingFile) -> tuple[Any, Any]:
    runtimes = need("griffin_runtimes.runtimes", "local", "a run on this machine")
    known = {runtime.name: runtime for runtime in runtimes.RUNTIMES if "train" in runtime.tasks}
    if file.kind != "train":
        raise FileInvalidError(
            file.source, [FieldError("/kind", "local", f"only trainings run on this machine, not {file.kind}")]
        )
    if file.runtime not in known:
        message = f"there is no runtime {file.runtime!r} on this machine that trains; there are: {', '.join(known)}"
        raise FileInvalidError(file.source, [FieldError("/runtime", "local", message)])
    return known[file.runtime], known[file.runtime].tasks["train"]


def _default_resources(runtime: Any) -> dict[str, Any]:
    size = {"workers": runtime.workers, "cpu": runtime.cpu, "memory_gib": runtime.memory_gib}
    return {**size, "gpu": 0, "gpu_type": None, "ssd_gib": 0}


def _elsewhere(file: TrainingFile) -> list[FieldError]:
    """What only the platform knows."""
    faults = []
    if file.secrets:
        message = "a run on this machine gets no secrets of a cluster: say them in `env` by --set, or leave them out"
        faults.append(FieldError("/secrets", "local", message))
    if isinstance(file.architecture, str):
        message = f"{file.architecture!r} is a reference, which only the platform knows: describe it here in full"
        faults.append(FieldError("/architecture", "local", message))
    return faults


def _config_faults(task: Any, config: dict[str, Any]) -> list[FieldError]:
    try:
        task.config.model_validate(config)
    except ValidationError as error:
        return [
            FieldError("/config" + "".join(f"/{step}" for step in one["loc"]), one["type"], one["msg"])
            for one in error.errors()
        ]
    return []


def _resource_faults(runtime: Any, resources: dict[str, Any]) -> list[FieldError]:
    """Workers share the CPUs that there are, but who waits for a GPU that is not there waits for ever."""
    faults = []
    if runtime.needs_ray and resources["workers"] < 1:
        message = f"the runtime {runtime.name} needs one worker at least"
        faults.append(FieldError("/resources/workers", "local", message))
    asked, there = resources["workers"] * resources["gpu"], len(list(Path("/dev").glob("nvidia[0-9]*")))
    if asked > there:
        message = f"all workers together ask for {asked}, and this machine has {there}: --set resources.gpu=0"
        faults.append(FieldError("/resources/gpu", "local", message))
    return faults
