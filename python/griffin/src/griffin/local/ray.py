"""A Ray of this machine's own, for one run."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from griffin.errors import GriffinError, MissingExtraError
from griffin.local.process import stop

_PROGRAM = Path(__file__).parent / "programs" / "ray_head.py"

_START_SECONDS = 180

# Of Ray, and of whoever attaches to it.
RAY_VARIABLES = {
    # Off, Ray takes itself for a single machine's and listens on 127.0.0.1 alone.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    # A token in the user's home would lock the attempt out.
    "RAY_AUTH_MODE": "disabled",
    "RAY_USAGE_STATS_ENABLED": "0",
    # At its own level Ray logs the environment of every job.
    "RAY_LOGGER_LEVEL": "warning",
}


@contextmanager
def ray_head(python: str, cpus: int) -> Iterator[str]:
    """Its address. It ends with the context, and also when this process is killed. Raises GriffinError with why not."""
    with tempfile.TemporaryFile() as errors:
        head = subprocess.Popen(
            [python, str(_PROGRAM), str(cpus)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **RAY_VARIABLES},
            start_new_session=True,  # Ctrl-C on the terminal is for us, who end it in order.
        )
        assert head.stdin is not None
        assert head.stdout is not None
        too_long = threading.Timer(_START_SECONDS, head.kill)
        too_long.start()
        try:
            address = _address(head, errors.fileno())
            too_long.cancel()
            yield address
        finally:
            too_long.cancel()
            head.stdin.close()
            stop(head, grace_seconds=20)
            head.stdout.close()


def _address(head: "subprocess.Popen[bytes]", errors: int) -> str:
    assert head.stdout is not None
    for line in head.stdout:
        if line.startswith(b"ray "):
            return f"127.0.0.1:{int(line[4:])}"
    head.wait()
    with os.fdopen(os.dup(errors), "rb") as said:
        said.seek(0)
        last = said.read().decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
    if head.returncode == -signal.SIGKILL:
        last = [f"it was killed, perhaps as it was not up after {_START_SECONDS} s"]
    if "No module named" in last[0]:
        raise MissingExtraError(f"Ray did not start: {last[0]}. Install it: pip install 'griffin-mltp[local]'.")
    raise GriffinError(f"Ray did not start: {last[0]}.")
