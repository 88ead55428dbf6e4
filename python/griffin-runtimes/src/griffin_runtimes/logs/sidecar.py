"""`python -m griffin_runtimes.logs.sidecar`: ships a Ray node's logs while its pod lives, and then the rest.

It runs beside Ray and only reads what Ray writes, so nothing that befalls it reaches the work.
"""

import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from griffin_runtimes import layout
from griffin_runtimes.environment import AttemptEnvironment, EnvironmentIncomplete
from griffin_runtimes.errors import ArtifactStoreUnavailable, RuntimeFailure
from griffin_runtimes.logs.session_shipper import SessionShipper
from griffin_runtimes.store import open_store

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 30.0
# The manifests give a pod ten seconds.
GRACE_SECONDS = 9.0
# How many looks in the end find nothing new before there is nothing new.
_LAST_LOOKS = 3

EXIT_USAGE = 64
_ENDING = (signal.SIGTERM, signal.SIGINT)
_VARIABLES = ("GRIFFIN_RAY_FOLDER", "GRIFFIN_LOG_STATE", "GRIFFIN_POD_ROLE", "GRIFFIN_POD_NAME", "GRIFFIN_POD_UID")


@dataclass(frozen=True)
class Node:
    """Which pod this is of the attempt's, and where it keeps what."""

    name: str
    ray_folder: Path
    state_folder: Path

    @classmethod
    def parse(cls, variables: Mapping[str, str]) -> "Node":
        """Raises EnvironmentIncomplete, which names every variable that is missing."""
        missing = [name for name in _VARIABLES if not variables.get(name)]
        if missing:
            raise EnvironmentIncomplete(f"Missing environment variables: {', '.join(missing)}.")
        folder, state, role, pod, uid = (variables[name] for name in _VARIABLES)
        return cls(f"{role}-{_distinction(pod, uid)}", Path(folder), Path(state))


def _distinction(pod: str, uid: str) -> str:
    """What Kubernetes put behind the pod's name; where the name is not of its making, another pod can have it too."""
    made = re.search(r"-([a-z0-9]{5})$", pod)
    return made.group(1) if made else uid[:8]


def main() -> int:
    """Returns the exit code: 0 once it was asked to end, 64 wrongly started."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s sidecar %(message)s")
    ending = _ending()
    try:
        attempt = AttemptEnvironment.parse(os.environ)
        node = Node.parse(os.environ)
        store = open_store(attempt.run_root, attempt.s3)
    except (EnvironmentIncomplete, RuntimeFailure) as error:
        log.error("%s", error)
        return EXIT_USAGE
    node_uri = layout.log_stream(attempt.run_root, attempt.attempt, f"ray/{node.name}")
    shipper = SessionShipper(store, node_uri, node.ray_folder, node.state_folder)
    _follow(shipper, ending)
    _finish(shipper)
    return 0


def _ending() -> threading.Event:
    """Set by a signal. Who is not done soon after it is ended: the pod would not wait for longer.

    The signals are taken by a thread and not by a handler, which could meet the lock of the very event it sets.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    ending = threading.Event()

    def wait() -> None:
        signal.sigwait(_ENDING)
        ending.set()
        time.sleep(GRACE_SECONDS)
        log.warning("the time is up before all was shipped")
        os._exit(0)

    threading.Thread(target=wait, name="ending", daemon=True).start()
    return ending


def _follow(shipper: SessionShipper, ending: threading.Event) -> None:
    wait = LOOK_SECONDS
    while not ending.wait(wait):
        try:
            wait = 0 if shipper.ship() else LOOK_SECONDS
        except ArtifactStoreUnavailable as error:
            wait = min(max(wait, LOOK_SECONDS) * 2, _LONGEST_WAIT_SECONDS)
            log.warning("the logs wait for the store: %s", error.message)


def _finish(shipper: SessionShipper) -> None:
    shipper.note_what_was_left_out()
    looks = 0
    while looks < _LAST_LOOKS:
        try:
            looks = 0 if shipper.ship(everything=True) else looks + 1
        except ArtifactStoreUnavailable as error:
            log.warning("the rest waits for the store: %s", error.message)
            time.sleep(0.5)
        if looks:
            time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
