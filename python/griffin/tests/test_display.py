"""What is shown to people, and what of it a terminal may act on."""

import io
import sys
from typing import Any

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from griffin import models
from griffin.progress import Display, LineDisplay, TerminalDisplay, as_html, bar, describe, display_for
from griffin.terminal import plain
from samples import a_run


def run(**changes: Any) -> models.Run:
    return models.Run.model_validate(a_run(**changes))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tabs\tand\nlines ü 漢 ✓", "tabs\tand\nlines ü 漢 ✓"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\after", "after"),
        ("over\rwritten\b", "over\\x0dwritten\\x08"),
        ("\x9b31mC1", "\\x9b31mC1"),
        ("bell\x07 nul\x00 del\x7f", "bell\\x07 nul\\x00 del\\x7f"),
        ("ab\u202etxt.exe", "ab\\x202etxt.exe"),
        ("\x1b", "\\x1b"),
        ("\x1b[", ""),
    ],
)
def test_a_terminal_gets_nothing_to_act_on(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("byte", [*range(0x20), *range(0x7F, 0xA0)])
def test_no_control_comes_through(byte: int) -> None:
    controls = {chr(one) for one in (*range(0x20), *range(0x7F, 0xA0))} - {"\t", "\n"}
    for text in (chr(byte), f"\x1b{chr(byte)}", f"\x1b[{chr(byte)}m", f"\x1b]0;{chr(byte)}x", f"a{chr(byte)}\x1b[2J"):
        assert not controls.intersection(plain(text)), repr(text)


def test_a_line_says_how_it_goes() -> None:
    progress = {"phase": "training", "fraction": 0.5, "message": "round 20 of 40", "metrics": {"train-auc": 0.71234}}
    line = describe(run(progress=progress))
    assert line == f"train-flights · RUNNING · training · round 20 of 40 · {bar(0.5)} 50% · train-auc 0.7123"
    assert bar(0.5).count("█") == bar(0.5).count("░")
    reason = {"code": "out_of_memory", "message": "..."}
    assert describe(run(state="FAILED", reason=reason, progress=progress)) == "train-flights · FAILED · out_of_memory"


@pytest.mark.parametrize("fraction", [-1, 0, 1e-9, 1, 7])
def test_a_bar_has_its_length_whatever_the_fraction(fraction: float) -> None:
    assert len(bar(fraction)) == 24


def test_what_a_run_says_of_itself_is_one_plain_line() -> None:
    assert describe(run(progress={"phase": "a\n\x1b[2Jb"})) == "train-flights · RUNNING · a b"


def test_a_notebook_gets_text_and_links_and_no_markup() -> None:
    links = {"mlflow": "http://127.0.0.1/?a=1&b=2", "evil": "javascript:alert(1)"}
    shown = as_html(run(name="<script>alert(1)</script>", links=links))
    assert "<script>" not in shown
    assert "javascript:" not in shown
    assert 'href="http://127.0.0.1/?a=1&amp;b=2"' in shown


def test_nothing_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert type(display_for(None)) is Display
    assert type(display_for(False)) is Display
    assert type(display_for(True)) is LineDisplay


def test_lines_are_for_changes_of_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", error := io.StringIO())
    with LineDisplay() as display:
        for fraction in (0.1, 0.2):
            display.show(run(progress={"phase": "training", "fraction": fraction}))
        display.show(run(state="SUCCEEDED"))
    assert error.getvalue().splitlines() == ["train-flights · RUNNING · training", "train-flights · SUCCEEDED"]


def test_a_terminal_has_one_line_that_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", error := io.StringIO())
    monkeypatch.setattr(error, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    display = display_for(None)
    assert isinstance(display, TerminalDisplay)
    with display:
        display.show(run())
        display.show(run(state="SUCCEEDED", name="x" * 100))
    first, second = error.getvalue().split("\r\x1b[2K")[1:]
    assert first.startswith("train-flights · RUNNING · 0 s")
    assert second.endswith("\n")
    assert max(len(first), len(second.rstrip("\n"))) <= 39


def test_a_notebook_has_one_output_that_is_replaced() -> None:
    shell = InteractiveShell.instance()
    try:
        shell.kernel = "a front end listens"
        shell.display_pub = CapturingDisplayPublisher(parent=shell)
        with display_for(None) as display:
            display.show(run())
            display.show(run(state="SUCCEEDED"))
        first, second = shell.display_pub.outputs
        assert first["transient"]["display_id"] == second["transient"]["display_id"]
        assert (first["update"], second["update"]) == (False, True)
        assert "SUCCEEDED" in second["data"]["text/html"]
    finally:
        InteractiveShell.clear_instance()
