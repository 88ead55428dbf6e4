"""Launches attempts as the worker does, each a real launcher process with a real child."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fake_api import FakeApi

RUN_ID = "00000000-0000-7000-8000-00000000000a"
PROJECT_ID = "00000000-0000-7000-8000-00000000000b"


class AttemptFolder:
    """A run with its artifacts in a folder."""

    def __init__(self, folder: Path, api: FakeApi) -> None:
        self.folder = folder
        self.api = api
        self.root = folder / "artifacts" / "run"
        self._processes: list[subprocess.Popen[bytes]] = []

    def spec(self, runtime: str, kind: str, config: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return {
            "run_id": RUN_ID,
            "project_id": PROJECT_ID,
            "name": "a run",
            "kind": kind,
            "definition": {"id": RUN_ID, "name": "a-definition", "version": 1, "stage": "prototype"},
            "runtime": {"name": runtime, "version": "0.1.0", "image": "none", "needs_ray": runtime == "xgboost"},
            "architecture": None,
            "inputs": [],
            "outputs": {},
            "config": config,
            "resources": {"workers": 0, "cpu": 1, "gpu": 0, "gpu_type": None, "memory_gib": 1, "ssd_gib": 0},
            "env": {},
            "code": None,
            "seed": 7,
            "limits": {"max_attempts": 2, "run_timeout_seconds": 600},
            "artifact_root": self.root.as_uri(),
            "digest": "0" * 64,
            **changes,
        }

    def launch(self, spec: dict[str, Any], attempt: int = 1, **variables: str) -> subprocess.Popen[bytes]:
        self.api.spec = spec
        environment = {
            **os.environ,
            "GRIFFIN_RUN_ID": RUN_ID,
            "GRIFFIN_ATTEMPT": str(attempt),
            "GRIFFIN_PROJECT_ID": PROJECT_ID,
            "GRIFFIN_API_URL": self.api.url,
            "GRIFFIN_RUN_TOKEN": "a-token",
            "GRIFFIN_ARTIFACT_ROOT": self.root.as_uri(),
            "TRACEPARENT": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            **variables,
        }
        output = (self.folder / f"launcher-{attempt}.txt").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "griffin_runtimes.launch"], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        self._processes.append(process)
        return process

    def log(self, attempt: int = 1) -> str:
        """The shipped log, put together from its chunks; fails where they do not follow one another."""
        text = b""
        for chunk in sorted((self.root / f"attempts/{attempt}/logs/driver").glob("*.log")):
            assert chunk.name == f"{len(text):020d}.log"
            text += chunk.read_bytes()
        return text.decode()

    def stored_report(self, attempt: int = 1) -> dict[str, Any]:
        return json.loads((self.root / f"attempts/{attempt}/report.json").read_text())

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def eventually(check: Callable[[], Any], seconds: float = 30) -> Any:
    """Waits for a true value, and returns it."""
    deadline = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
    return value
