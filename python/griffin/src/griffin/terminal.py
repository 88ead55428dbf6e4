"""What other people's programs wrote, made fit for a terminal."""

import re

# All controls but tab and newline, as they move the cursor or worse, and the marks that turn the direction of writing.
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029]")
# An escape sequence goes as a whole, so that what colours a word leaves the word.
_SEQUENCE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])"
)


def plain(text: str) -> str:
    """The text without escape sequences; other controls are shown as what they are."""
    return _UNFIT.sub(lambda found: f"\\x{ord(found[0]):02x}", _SEQUENCE.sub("", text))
