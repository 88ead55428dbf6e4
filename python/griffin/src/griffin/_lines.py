"""Lines out of text that comes in pieces."""


class Lines:
    """Holds back what is not a whole line yet."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> list[str]:
        """The lines that are whole by now, without their ends."""
        *lines, self._rest = (self._rest + text).split("\n")
        return [line.removesuffix("\r") for line in lines]

    def rest(self) -> list[str]:
        """What came after the last end of a line."""
        rest, self._rest = self._rest, ""
        return [rest] if rest else []
