"""Ships a log stream to the artifact store in immutable chunks."""

import logging
import threading
from collections import deque

from griffin_runtimes import layout
from griffin_runtimes.errors import ArtifactStoreUnavailable
from griffin_runtimes.store import ArtifactStore

log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
FLUSH_SECONDS = 1.0
# What is kept while the store is away. Beyond it output is dropped, with a note of how much.
PENDING_BYTES = 64 * 1024 * 1024


class LogShipper:
    """Cuts what is written into chunks, each named by its first byte's offset, and puts them in order.

    A chunk once cut never changes, even if putting it has to be tried again: a reader who saw it can rely on it.
    """

    def __init__(self, store: ArtifactStore, stream_uri: str, flush_seconds: float = FLUSH_SECONDS) -> None:
        self._store = store
        self._stream_uri = stream_uri
        self._flush_seconds = flush_seconds
        self._lock = threading.Lock()
        self._putting = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._open = bytearray()
        self._chunks: deque[tuple[int, bytes]] = deque()
        self._offset = 0
        self._pending = 0
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="log-shipper", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Takes output at once, whatever the store does."""
        with self._lock:
            if self._pending + len(data) > PENDING_BYTES:
                self._dropped += len(data)
                return
            if self._dropped:
                self._append(b"[%d bytes of output were lost while the store was away]\n" % self._dropped)
                self._dropped = 0
            self._append(data)
            if len(self._open) >= CHUNK_BYTES:
                self._wake.set()

    def flush(self) -> None:
        """Puts all that was written so far. Raises ArtifactStoreUnavailable; what is left is kept for the next try."""
        with self._putting:
            self._cut()
            while self._chunks:
                offset, data = self._chunks[0]
                self._store.put(layout.log_chunk(self._stream_uri, offset), data)
                self._chunks.popleft()
                with self._lock:
                    self._pending -= len(data)

    def close(self) -> bool:
        """Ends the stream; true when all of it is in the store."""
        self._closing = True
        self._wake.set()
        self._thread.join(timeout=60)
        return self._try_flush()

    def _append(self, data: bytes) -> None:
        self._open += data
        self._pending += len(data)

    def _cut(self) -> None:
        with self._lock:
            data, self._open = bytes(self._open), bytearray()
        for start in range(0, len(data), CHUNK_BYTES):
            chunk = data[start : start + CHUNK_BYTES]
            self._chunks.append((self._offset, chunk))
            self._offset += len(chunk)

    def _run(self) -> None:
        while not self._closing:
            self._wake.wait(self._flush_seconds)
            self._wake.clear()
            if not self._try_flush():
                self._wake.wait(self._flush_seconds)

    def _try_flush(self) -> bool:
        try:
            self.flush()
        except ArtifactStoreUnavailable as error:
            log.warning("the log waits for the store: %s", error.message)
            return False
        return True
