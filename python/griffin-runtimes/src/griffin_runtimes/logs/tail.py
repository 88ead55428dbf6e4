"""The end of a log, as a report carries it."""

TAIL_BYTES = 16 * 1024


class LogTail:
    """Keeps the last 16 KiB of what is written."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, data: bytes) -> None:
        self._bytes += data
        del self._bytes[: max(0, len(self._bytes) - TAIL_BYTES)]

    def text(self) -> str:
        """Whole lines where it was cut. NUL is replaced: PostgreSQL cannot keep it in a text."""
        data = bytes(self._bytes)
        if len(data) == TAIL_BYTES and b"\n" in data:
            data = data[data.index(b"\n") + 1 :]
        return data.decode(errors="replace").replace("\x00", "\ufffd")
