"""The child process that does the work: the launcher starts it, hears it out and judges how it ended."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from griffin_runtimes.errors import RuntimeFailure
from griffin_runtimes.memory import container_memory, ran_out
from griffin_runtimes.process import Terminated, is_crash
from griffin_runtimes.report import Result

SPEC_FILE = "spec.json"
RESULT_FILE = "result.json"

# Shorter than the three seconds that Ray's Jobs API gives a job between SIGTERM and SIGKILL.
_GRACE_SECONDS = 2.0


def run_child(scratch: Path, environment: Mapping[str, str], hear: Callable[[bytes], None]) -> Result:
    """Runs the spec in `scratch` and returns its result. `hear` gets all output as it comes, from another thread.

    A child that was killed or that left no result has failed. When Terminated is raised the child is stopped first.
    """
    kills_before = container_memory().kills
    command = [sys.executable, "-m", "griffin_runtimes.run", str(scratch), str(os.getpid())]
    child = subprocess.Popen(
        command,
        cwd=scratch,  # Python looks for modules in the folder it starts in: not in whichever one the launcher got.
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert child.stdout is not None
    pump = threading.Thread(target=_pump, args=(child.stdout, hear), name="child-output", daemon=True)
    pump.start()
    try:
        exit_code = child.wait()
    except Terminated:
        _stop(child)
        raise
    finally:
        _end_group(child.pid)
        pump.join(timeout=5)
    return _judge(exit_code, scratch / RESULT_FILE, kills_before)


def _pump(output: IO[bytes], hear: Callable[[bytes], None]) -> None:
    while data := os.read(output.fileno(), 65_536):
        hear(data)


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _judge(exit_code: int, result: Path, kills_before: int) -> Result:
    if result.is_file():
        return Result.model_validate_json(result.read_bytes())
    return Result().failed(_failure_of(exit_code, kills_before))


def _failure_of(exit_code: int, kills_before: int) -> RuntimeFailure:
    memory = container_memory()
    # Without a limit the kernel may have ended anybody's process.
    if exit_code == -signal.SIGKILL and memory.limit_bytes is not None and memory.kills > kills_before:
        return RuntimeFailure("out_of_memory", ran_out(memory.limit_bytes, "The run's process"))
    if exit_code >= 0:
        return RuntimeFailure("runtime_error", f"The run's process ended with exit code {exit_code} and no result.")
    name = signal.Signals(-exit_code).name
    if is_crash(-exit_code):
        return RuntimeFailure("runtime_error", f"The run's process crashed with {name}.")
    hint = " The machine may have run out of memory." if name == "SIGKILL" else ""
    return RuntimeFailure("process_killed", f"The run's process was killed with {name}.{hint}")
