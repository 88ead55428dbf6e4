"""One log that is followed from file to file, and cut into chunks that never change."""

import os
from dataclasses import asdict, dataclass, field

from griffin_runtimes.logs.session import LogFile
from griffin_runtimes.logs.shipper import CHUNK_BYTES

# How long what was written may wait for more: the younger a log, the sooner somebody reads it. A day of a log that
# never rests is 1,500 chunks.
SOONEST_SECONDS = 5.0
LATEST_SECONDS = 60.0


@dataclass
class Place:
    """How far a log was shipped. It is kept, so that whoever starts again goes on from there."""

    # Of the next chunk, in the stream.
    offset: int = 0
    # The file it is in, and where in it.
    file: str | None = None
    position: int = 0
    # The size of that chunk once it was cut: from then on it may be in the store.
    cut: int = 0


@dataclass
class FollowedLog:
    """A log's files, of which one is being read. The files are the buffer: nothing is held in memory."""

    name: str
    place: Place = field(default_factory=Place)
    files: list[LogFile] = field(default_factory=list)
    # Whether the rest of it is left out.
    ended: bool = False
    _is_missed: bool = False
    _began: float | None = None
    _waiting_since: float | None = None

    def look(self, files: list[LogFile]) -> int:
        """Takes the files as they are now, and returns how many bytes went away before they were shipped.

        Those are passed over: what was cut may be in the store, and another chunk must not take its name.
        """
        self.files, place = files, self.place
        current = self._current()
        # A folder that is listed while a file in it is renamed may show neither name: one look decides nothing.
        was_missed, self._is_missed = self._is_missed, current is None and place.file is not None
        if self._is_missed and not was_missed:
            return 0
        if current is not None and current.size >= place.position + place.cut:
            return 0
        lost = self._pass_over()
        place.position = 0
        if current is None:
            place.file = files[0].id if files else None
        return lost

    def cut(self, now: float, limit: int, everything: bool = False) -> bool:
        """Whether there is a chunk to ship: one of before, or else one of at most `limit` bytes that is due now."""
        if self.ended or self.place.cut:
            return bool(self.place.cut)
        self._step_over_what_was_read()
        current = self._current()
        ready = 0 if current is None else min(current.size - self.place.position, CHUNK_BYTES, limit)
        if ready <= 0:
            self._waiting_since = None
            return False
        if everything or ready == CHUNK_BYTES or current is not self.files[-1] or self._waited(now):
            self.place.cut = ready
        return bool(self.place.cut)

    def read(self) -> bytes | None:
        """The chunk that was cut; None where its file has just been renamed, which the next look sees."""
        current = self._current()
        if current is None:
            return None
        try:
            handle = os.open(current.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        try:
            status = os.fstat(handle)
            data = os.pread(handle, self.place.cut, self.place.position)
        finally:
            os.close(handle)
        is_it = f"{status.st_dev}:{status.st_ino}" == current.id and len(data) == self.place.cut
        return data if is_it else None

    def shipped(self) -> None:
        """The chunk that was cut is in the store."""
        place = self.place
        place.offset, place.position, place.cut = place.offset + place.cut, place.position + place.cut, 0
        self._waiting_since = None

    def give_up(self) -> None:
        """It cannot be read: nothing more of it is shipped."""
        self.ended = True
        self._pass_over()

    def kept(self) -> dict[str, object]:
        return asdict(self.place)

    def _pass_over(self) -> int:
        lost, self.place.cut = self.place.cut, 0
        self.place.offset += lost
        return lost

    def _current(self) -> LogFile | None:
        return next((file for file in self.files if file.id == self.place.file), None)

    def _step_over_what_was_read(self) -> None:
        for file, following in zip(self.files, self.files[1:], strict=False):
            if file.id == self.place.file and self.place.position >= file.size:
                self.place.file, self.place.position = following.id, 0

    def _waited(self, now: float) -> bool:
        if self._began is None:
            self._began = now
        if self._waiting_since is None:
            self._waiting_since = now
        patience = min(max((now - self._began) / 60, SOONEST_SECONDS), LATEST_SECONDS)
        return now - self._waiting_since >= patience
