"""Ships all logs of a Ray node, each as a stream of the attempt."""

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from griffin_runtimes import layout
from griffin_runtimes.errors import ArtifactStoreUnavailable
from griffin_runtimes.logs.followed import FollowedLog, Place
from griffin_runtimes.logs.session import LogFile, find_streams
from griffin_runtimes.store import ArtifactStore

log = logging.getLogger(__name__)

# Of one node. A worker process has three logs, most of them short.
MOST_STREAMS = 500
STREAM_BYTES = 256 * 1024 * 1024
NODE_BYTES = 2 * 1024 * 1024 * 1024
# Chunks that are in memory, and on their way, at once.
_AT_ONCE = 4

NOTES = "griffin-sidecar.log"
_STATE = "state.json"


class SessionShipper:
    """Looks at a folder of Ray's, again and again, and ships what was added to it.

    What is about to be shipped is written down before: after a crash the same bytes go to the same chunk once more.
    """

    def __init__(
        self,
        store: ArtifactStore,
        node_uri: str,
        ray_folder: Path,
        state_folder: Path,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._node_uri = node_uri
        self._ray_folder = ray_folder
        self._state = state_folder / _STATE
        self._notes = state_folder / NOTES
        self._clock = clock
        self._logs = {name: FollowedLog(name, Place(**place)) for name, place in _kept(self._state).items()}
        self._left_out = 0
        self._is_full = False
        self._is_away = False

    def ship(self, everything: bool = False) -> bool:
        """Ships what is due, or `everything`, at most a chunk of each log. Whether anything was, so more may be due.

        Raises ArtifactStoreUnavailable: what was not shipped waits in its files.
        """
        self._look()
        limit = self._limit()
        now = self._clock()
        due = [followed for followed in self._logs.values() if followed.cut(now, limit(followed), everything)]
        if not due:
            return False
        self._remember()
        self._is_away = False
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return any(list(pool.map(self._put, due)))

    def note(self, message: str) -> None:
        """Says a sentence to whoever reads the logs."""
        log.info(message)
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with self._notes.open("a") as file:
            file.write(f"{when} {message}\n")

    def note_what_was_left_out(self) -> None:
        if self._left_out:
            self.note(f"{self._left_out} logs were left out: {MOST_STREAMS} of a node are kept.")

    def _look(self) -> None:
        found = find_streams(self._ray_folder)
        if self._notes.exists():
            found[NOTES] = [LogFile.of(self._notes, self._notes)]
        for name in found:
            self._follow(name)
        self._left_out = len(found.keys() - self._logs.keys())
        for name, followed in self._logs.items():
            lost = followed.look(found.get(name, []))
            if lost:
                self.note(f"{name}: {lost} bytes went away before it was certain that they were shipped.")

    def _follow(self, name: str) -> None:
        if name in self._logs:
            return
        # The notes have a place of their own: they say what has none.
        if len(self._logs) < MOST_STREAMS or name == NOTES:
            self._logs[name] = FollowedLog(name)
        elif not self._left_out:
            self._left_out = 1
            self.note(f"{name} and further logs are left out: {MOST_STREAMS} of a node are kept.")

    def _limit(self) -> Callable[[FollowedLog], int]:
        """How many bytes of a log there is still room for."""
        room = NODE_BYTES - sum(followed.place.offset for followed in self._logs.values())
        if room <= 0 and not self._is_full:
            self._is_full = True
            self.note(f"Everything further is left out: {NODE_BYTES} bytes of a node are kept.")

        def limit(followed: FollowedLog) -> int:
            if followed.name == NOTES:
                return STREAM_BYTES
            own = STREAM_BYTES - followed.place.offset
            if own <= 0 and not followed.ended:
                followed.ended = True
                self.note(f"{followed.name}: the rest is left out: {STREAM_BYTES} bytes of a log are kept.")
            return min(own, room)

        return limit

    def _put(self, followed: FollowedLog) -> bool:
        if self._is_away:
            return False
        try:
            data = followed.read()
        except OSError as error:
            followed.give_up()
            self.note(f"{followed.name} cannot be read and is left out: {error.strerror}.")
            return False
        if data is None:
            return False
        try:
            self._store.put(layout.log_chunk(f"{self._node_uri}/{followed.name}", followed.place.offset), data)
        except ArtifactStoreUnavailable:
            self._is_away = True  # The others need not find out for themselves.
            raise
        followed.shipped()
        return True

    def _remember(self) -> None:
        temporary = self._state.with_suffix(".partial")
        temporary.write_text(json.dumps({name: followed.kept() for name, followed in self._logs.items()}))
        temporary.replace(self._state)


def _kept(state: Path) -> dict[str, dict[str, object]]:
    return json.loads(state.read_text()) if state.exists() else {}
