"""`python -m griffin_runtimes.run <scratch> <parent>`: does the work of one attempt; the launcher starts it."""

import logging
import os
import sys
import traceback
from pathlib import Path

from pydantic import BaseModel, ValidationError

from griffin_runtimes.api_client import ApiClient
from griffin_runtimes.child import RESULT_FILE, SPEC_FILE
from griffin_runtimes.config import RuntimeConfig
from griffin_runtimes.context import RunContext
from griffin_runtimes.environment import AttemptEnvironment
from griffin_runtimes.errors import RuntimeFailure, config_invalid
from griffin_runtimes.process import die_with_parent
from griffin_runtimes.progress import Progress
from griffin_runtimes.report import Result
from griffin_runtimes.runtimes import Task, find_task
from griffin_runtimes.spec import RunSpec
from griffin_runtimes.store import open_store


def main(scratch: Path, parent: int) -> int:
    """Leaves the result as a file in `scratch`, whole or not at all. The exit code repeats its outcome."""
    die_with_parent(parent)
    # Whole lines, at once: several threads write.
    sys.stdout.reconfigure(line_buffering=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    environment = AttemptEnvironment.parse(os.environ)
    progress = Progress(ApiClient(environment))
    result = execute((scratch / SPEC_FILE).read_text(), environment, progress, scratch)
    progress.close()
    _leave(result.model_copy(update={"links": {**progress.links(), **result.links}}), scratch / RESULT_FILE)
    return 0 if result.reason is None else 1


def execute(spec_json: str, environment: AttemptEnvironment, progress: Progress, scratch: Path) -> Result:
    """Does what the spec says. Whatever goes wrong is in the result; its traceback, where it tells more, in the log."""
    try:
        spec = _parse_spec(spec_json)
        task = _task_of(spec)
        config = parse_config(task.config, spec)
        store = open_store(environment.run_root, environment.s3)
        return task.load()(RunContext(spec, environment, store, scratch, progress), config)
    except RuntimeFailure as failure:
        return Result().failed(failure)
    except Exception as error:  # noqa: BLE001 -- the boundary: any other error is the report of a failed run
        traceback.print_exc()
        return Result().failed(RuntimeFailure("runtime_error", f"{type(error).__name__}: {error}"))


def parse_config(model: type[RuntimeConfig], spec: RunSpec) -> RuntimeConfig:
    """The run's configuration. Raises config_invalid with a JSON pointer for each error."""
    try:
        return model.model_validate(spec.config)
    except ValidationError as error:
        known = f"is not a setting of this runtime; there are: {', '.join(model.model_fields)}"
        raise config_invalid(f"The configuration is invalid: {_describe(error, '/config', known)}.") from error


def _task_of(spec: RunSpec) -> Task:
    task = find_task(spec.runtime.name, spec.kind)
    if task is None:
        raise config_invalid(f"The runtime {spec.runtime.name} cannot do runs of kind {spec.kind}.")
    return task


def _parse_spec(text: str) -> RunSpec:
    try:
        return RunSpec.model_validate_json(text)
    except ValidationError as error:
        raise config_invalid(f"The run's spec is invalid: {_describe(error, '')}.") from error


def _describe(error: ValidationError, base: str, unknown: str | None = None) -> str:
    """`unknown`: what to say of a field that the model does not have."""
    parts = []
    for one in error.errors():
        is_unknown = unknown is not None and one["type"] == "extra_forbidden" and len(one["loc"]) == 1
        pointer = base + "".join(f"/{step}" for step in one["loc"])
        parts.append(f"{pointer or '/'}: {unknown if is_unknown else one['msg']}")
    return "; ".join(parts)


def _leave(result: BaseModel, file: Path) -> None:
    temporary = file.with_suffix(".part")
    temporary.write_text(result.model_dump_json(by_alias=True))
    temporary.rename(file)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
