"""The S3 server of the tests: the one that the services are tested on, started by the same program."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from griffin_runtimes.environment import S3Settings

REPOSITORY = Path(__file__).parents[3]
NODE = REPOSITORY / "node_modules/.bin/node"
_UNAVAILABLE = 69


@dataclass(frozen=True)
class S3Server:
    """A real server with one bucket."""

    settings: S3Settings
    bucket: str

    def fresh_root(self) -> str:
        """A root in which nothing lies yet."""
        return f"s3://{self.bucket}/{uuid4()}/a%20root"

    def variables(self) -> dict[str, str]:
        """What an attempt is told of it."""
        named = {
            "GRIFFIN_S3_ENDPOINT": self.settings.endpoint,
            "GRIFFIN_S3_ACCESS_KEY": self.settings.access_key,
            "GRIFFIN_S3_SECRET_KEY": self.settings.secret_key,
            "GRIFFIN_S3_REGION": self.settings.region,
        }
        return {name: value for name, value in named.items() if value is not None}


def serve() -> tuple[subprocess.Popen[str], S3Server]:
    """Starts it; it ends when the process's standard input is closed. Skips where that cannot be, but fails in CI."""
    if not NODE.exists():
        _cannot(f"There is no {NODE}: run `make install` first.")
    command = [str(NODE), str(REPOSITORY / "dev/s3/serve.ts")]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        said = process.communicate()[1].strip()
        if process.returncode == _UNAVAILABLE:
            _cannot(said)
        raise RuntimeError(f"the S3 server did not start: {said}")
    told = json.loads(line)
    settings = S3Settings(told["endpoint"], told["accessKey"], told["secretKey"], told["region"])
    return process, S3Server(settings, told["bucket"])


def _cannot(reason: str) -> None:
    if os.environ.get("CI") == "true":
        raise RuntimeError(reason)
    pytest.skip(reason)
