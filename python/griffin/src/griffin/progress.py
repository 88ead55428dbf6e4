"""Shows how a run goes, on a terminal or in a notebook."""

import html
import sys
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Protocol

from griffin.models import Reason
from griffin.terminal import plain

_BAR_CELLS = 24
_CLEAR_LINE = "\r\x1b[2K"


class Shown(Protocol):
    """What of a run is shown, wherever it runs."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def is_terminal(self) -> bool: ...
    @property
    def is_successful(self) -> bool: ...
    @property
    def reason(self) -> Reason | None: ...
    @property
    def progress(self) -> dict[str, Any] | None: ...
    @property
    def links(self) -> dict[str, str]: ...


def display_for(wanted: bool | None) -> "Display":
    """The display that fits to where this process runs: none where nobody looks, unless it is wanted."""
    if wanted is False:
        return Display()
    if _is_notebook():
        return NotebookDisplay()
    if sys.stderr.isatty():
        return TerminalDisplay()
    return LineDisplay() if wanted else Display()


class Display(AbstractContextManager["Display"]):
    """Shows nothing."""

    is_shown = False

    def show(self, run: Shown) -> None:
        """The run as it is now."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None


class LineDisplay(Display):
    """A line on the standard error for each state and phase: for a log, say."""

    is_shown = True

    def __init__(self) -> None:
        self._last = ""

    def show(self, run: Shown) -> None:
        line = describe(run, figures=False)
        if line != self._last:
            print(line, file=sys.stderr, flush=True)  # noqa: T201
        self._last = line


class TerminalDisplay(Display):
    """One line that is written anew; it stays as it was at the end."""

    is_shown = True

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def show(self, run: Shown) -> None:
        import shutil

        elapsed = f"{time.monotonic() - self._begun:.0f} s"
        line = f"{describe(run)} · {elapsed}"
        sys.stderr.write(_CLEAR_LINE + line[: shutil.get_terminal_size().columns - 1])
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        sys.stderr.write("\n")
        sys.stderr.flush()


class NotebookDisplay(Display):
    """A cell's output that is replaced."""

    is_shown = True

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, run: Shown) -> None:
        from IPython.display import HTML, display

        shown = HTML(as_html(run))
        if self._handle is None:
            self._handle = display(shown, display_id=True)
        else:
            self._handle.update(shown)


def describe(run: Shown, figures: bool = True) -> str:
    """One line, fit for a terminal. `figures`: how much is done, and the metrics so far."""
    progress = {} if run.is_terminal else run.progress or {}
    fraction = progress.get("fraction")
    parts = [run.name, run.state, progress.get("phase"), run.reason.code if run.reason else None]
    if figures:
        parts += [progress.get("message"), None if fraction is None else f"{bar(fraction)} {fraction:.0%}"]
        parts += [f"{name} {value:.4f}" for name, value in (progress.get("metrics") or {}).items()]
    return plain(" · ".join(str(part) for part in parts if part)).replace("\n", " ")


def bar(fraction: float) -> str:
    """A bar of as many full cells as the fraction (0 to 1) says."""
    full = round(max(0.0, min(1.0, fraction)) * _BAR_CELLS)
    return "█" * full + "░" * (_BAR_CELLS - full)


def as_html(run: Shown) -> str:
    """A line for a notebook, with links; what the run says of itself is text in it and never markup."""
    links = " · ".join(
        f'<a href="{html.escape(url)}" target="_blank" rel="noopener">{html.escape(name)}</a>'
        for name, url in run.links.items()
        if url.startswith(("http://", "https://"))
    )
    fraction = 1.0 if run.is_successful else (run.progress or {}).get("fraction") or 0
    meter = f'<progress value="{float(fraction):.3f}" max="1"></progress>'
    return f"<div>{meter} {html.escape(describe(run))}{' · ' if links else ''}{links}</div>"


def _is_notebook() -> bool:
    """Whether output goes to a Jupyter kernel's front end."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")
