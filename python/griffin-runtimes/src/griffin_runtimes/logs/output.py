"""All that an attempt says: to the artifact store, to this process's own output, and the end of it to the report."""

import sys

from griffin_runtimes.logs.shipper import LogShipper
from griffin_runtimes.logs.tail import LogTail
from griffin_runtimes.store import ArtifactStore


class AttemptOutput:
    """The stream `driver`: the child's stdout and stderr as they come, with the launcher's notes among them."""

    def __init__(self, store: ArtifactStore, stream_uri: str) -> None:
        self._shipper = LogShipper(store, stream_uri)
        self._tail = LogTail()

    def write(self, data: bytes) -> None:
        self._shipper.write(data)
        self._tail.write(data)
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def note(self, message: str) -> None:
        """Says a sentence of the launcher's own."""
        self.write(f"[griffin] {message}\n".encode())

    def flush(self) -> None:
        """Raises ArtifactStoreUnavailable."""
        self._shipper.flush()

    def close(self) -> None:
        """Ships the rest. What the store still refuses is lost to it, but not to this process's own output."""
        self._shipper.close()

    def tail(self) -> str:
        return self._tail.text()
