"""Makes synchronous code of asynchronous code."""

import re

# In order. The names are the only difference between the two: all that decides something is outside of both.
_CHANGES = [
    (r"\bawait asyncio\.to_thread\(([\w.]+), ", r"\1("),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\bStopAsyncIteration\b", "StopIteration"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"__a(enter|exit|iter|next)__", r"__\1__"),
    (r"\ba(close|iter_bytes|iter_text|read)\b", r"\1"),
    (r"\basyncio\b", "time"),
    (r"\bgriffin\._async\b", "griffin._sync"),
]


def synchronous(source: str, note: str) -> str:
    """The twin of a module: its docstring first, then the note."""
    for pattern, replacement in _CHANGES:
        source = re.sub(pattern, replacement, source)
    docstring, rest = source.split('"""\n', 1)
    return f'{docstring}"""\n\n{note}{rest}'
