"""Ends processes with all that they started."""

import os
import signal
import subprocess
from contextlib import suppress


def stop(process: "subprocess.Popen[bytes]", grace_seconds: float, ask: int | None = None) -> None:
    """Waits for its end, after asking for it by a signal where one is named; kills its session after the grace."""
    if ask is not None and process.poll() is None:
        process.send_signal(ask)
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace_seconds)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
