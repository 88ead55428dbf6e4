"""Runs a training on this machine: the launcher, the child and the training of the platform's own runtimes."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from griffin._deadline import Deadline
from griffin._extras import need
from griffin.errors import GriffinError, RunNotSuccessfulError, WaitTimeoutError
from griffin.loading import LoadedModel, load_folder
from griffin.local.api import AttemptApi
from griffin.local.dataset import dataset_input
from griffin.local.process import stop
from griffin.local.ray import RAY_VARIABLES, ray_head
from griffin.local.spec import resolve
from griffin.models import Reason
from griffin.progress import Display, display_for
from griffin.training_file import TrainingFile

_PROGRAM = Path(__file__).parent / "programs" / "attempt.py"

# Longer than the launcher gives its child to end.
_GRACE_SECONDS = 10.0


@dataclass
class LocalRun:
    """A run on this machine. `folder` has what it left, laid out as the platform's artifact store."""

    id: str
    name: str
    folder: Path
    state: str = "PROVISIONING"
    reason: Reason | None = None
    progress: dict[str, Any] | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    log_tail: str | None = None

    @property
    def is_terminal(self) -> bool:
        return self.state in ("SUCCEEDED", "FAILED")

    @property
    def is_successful(self) -> bool:
        return self.state == "SUCCEEDED"

    @property
    def retryable(self) -> bool:
        """Whether the same may succeed when it is run again: the runtimes' own judgement."""
        errors = need("griffin_runtimes.errors", "local", "a run on this machine")
        return self.reason is not None and self.reason.code in errors.RETRYABLE_CODES

    @property
    def model_folder(self) -> Path:
        """Where the model's files are."""
        return self.folder / "attempts" / "1" / "model"

    def model(self) -> LoadedModel:
        """The trained model, ready to predict."""
        return load_folder(self.name, self.model_folder)

    def log(self) -> str:
        """All that the training wrote."""
        chunks = sorted((self.folder / "attempts" / "1" / "logs" / "driver").glob("*.log"))
        return b"".join(chunk.read_bytes() for chunk in chunks).decode(errors="replace")


def run(
    file: str | Path | TrainingFile,
    *,
    dataset: str | None = None,
    output: str | Path = "griffin-runs",
    changes: Sequence[str] = (),
    python: str | None = None,
    timeout: float | None = None,
    check: bool = True,
    progress: bool | None = None,
) -> LocalRun:
    """Trains as the file says, on a Ray that is started for it and ended with it.

    `dataset`: a folder with a Parquet file for each split, in place of the file's. `output`: the folder under which the
    run gets one of its own. `python`: one that has griffin-runtimes with its extra `run`; GRIFFIN_RUNTIMES_PYTHON, or
    this very one. The same seed and resources give the model that the platform would train.

    Raises FileInvalidError before anything runs, RunNotSuccessfulError unless `check` is False, and WaitTimeoutError
    after `timeout` seconds, which end the run here.
    """
    training = file if isinstance(file, TrainingFile) else TrainingFile.read(file, changes)
    run_id = str(uuid4())
    folder = Path(output).resolve() / run_id
    spec = resolve(training, dataset_input(training, dataset), run_id, folder.as_uri())
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text(json.dumps(spec, indent=2) + "\n")
    made = LocalRun(run_id, training.name, folder)
    limit = training.limits.run_timeout_seconds if training.limits else None
    seconds = min((given for given in (timeout, limit) if given is not None), default=None)
    with display_for(progress) as display:
        _Attempt(made, spec, python or os.environ.get("GRIFFIN_RUNTIMES_PYTHON") or sys.executable, display).do(seconds)
        display.show(made)
    if check and not made.is_successful:
        reason = made.reason or Reason(code="unknown", message="it says no reason")
        log = f"\n{made.log_tail.rstrip()}" if made.log_tail else ""
        text = f"run {made.name} ended {made.state}, {reason.code}: {reason.message}{log}"
        raise RunNotSuccessfulError(text, made, reason.code)
    return made


class _Attempt:
    def __init__(self, made: LocalRun, spec: dict[str, Any], python: str, display: Display) -> None:
        self._made = made
        self._spec = spec
        self._python = python
        self._display = display
        self._lock = threading.Lock()

    def do(self, seconds: float | None) -> None:
        """Leaves in the run how it ended. Raises WaitTimeoutError, and whatever interrupts it; nothing runs on then."""
        deadline = Deadline(seconds)
        with ExitStack() as started:
            self._display.show(self._made)
            api = started.enter_context(AttemptApi(self._spec, self._hear))
            environment = self._environment(api)
            if self._spec["runtime"]["needs_ray"]:
                cpus = _cpus(self._spec["resources"])
                environment["GRIFFIN_RAY_ADDRESS"] = started.enter_context(ray_head(self._python, cpus))
            self._launch(environment, deadline)
            self._conclude(api.report)

    def _launch(self, environment: dict[str, str], deadline: Deadline) -> None:
        output = (self._made.folder / "launcher.log").open("wb")
        command = [self._python, str(_PROGRAM), str(os.getpid())]
        launcher = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        output.close()
        try:
            launcher.wait(deadline.left())
        except subprocess.TimeoutExpired:
            raise WaitTimeoutError(f"run {self._made.name} was not over in time, and was ended") from None
        finally:
            stop(launcher, _GRACE_SECONDS, ask=signal.SIGTERM)

    def _environment(self, api: AttemptApi) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("GRIFFIN_")}
        return {
            **own,
            **RAY_VARIABLES,
            "PYTHONUNBUFFERED": "1",
            "GRIFFIN_RUN_ID": self._made.id,
            "GRIFFIN_ATTEMPT": "1",
            "GRIFFIN_PROJECT_ID": self._spec["project_id"],
            "GRIFFIN_API_URL": api.url,
            "GRIFFIN_RUN_TOKEN": api.token,
            "GRIFFIN_ARTIFACT_ROOT": self._spec["artifact_root"],
        }

    def _hear(self, said: dict[str, Any]) -> None:
        with self._lock:
            self._made.state = "RUNNING"
            self._made.progress = said.get("progress") or self._made.progress
            self._display.show(self._made)

    def _conclude(self, report: dict[str, Any] | None) -> None:
        if report is None:
            last = (self._made.folder / "launcher.log").read_text(errors="replace").strip().splitlines()[-1:]
            raise GriffinError(f"The training ended without a report: {''.join(last) or 'it said nothing'}")
        with self._lock:
            self._made.state = "SUCCEEDED" if report["outcome"] == "succeeded" else "FAILED"
            self._made.reason = Reason.model_validate(report["reason"]) if report["reason"] else None
            self._made.metrics, self._made.log_tail = report["metrics"], report["log_tail"]


def _cpus(resources: dict[str, Any]) -> int:
    """As many as the workers ask for, whatever this machine has: they share it, and the result is the same."""
    return max(1, -(-int(resources["workers"] * resources["cpu"] * 1000) // 1000))
