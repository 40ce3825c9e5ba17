"""The program on a real pseudo terminal: what it writes, and what it survives."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from support.terminal import Terminal

from console import reply

pytestmark = pytest.mark.pty
PROGRAM = """
import sys
from pathlib import Path
from console.session import Session
from screens.app import HeardApp
from store.home import Home
HeardApp(Session.open(Home(Path(sys.argv[1])), lambda: int(sys.argv[2]))).run()
"""
COLOUR = re.compile(rb"\x1b\[[0-9;]*?\b(3[0-8]|4[0-8]|9[0-7]|10[0-7])\b[0-9;]*m")


def start(office: Any, columns: int = 100, rows: int = 30, **env: str) -> Terminal:
    root = Path(__file__).parents[2]
    env = {"PYTHONPATH": str(root), "COLORTERM": "truecolor", "HOME": str(office.session.home.root), **env}
    return Terminal(
        [sys.executable, "-c", PROGRAM, str(office.session.home.root), str(office.clock())],
        columns,
        rows,
        env,
    )


async def test_no_color_writes_no_colour_code(office: Any) -> None:
    plain, coloured = start(office, NO_COLOR="1"), start(office)
    try:
        for terminal in (plain, coloured):
            terminal.wait("Kettle 11")
            terminal.send("s")
            terminal.wait("Status of")
            terminal.settle()
        assert COLOUR.search(bytes(coloured.raw))
        found = COLOUR.search(bytes(plain.raw))
        assert found is None, found
        assert b"\x1b[7m" in plain.raw
    finally:
        plain.close()
        coloured.close()


async def test_bytes_that_are_no_text_do_not_end_the_program(office: Any) -> None:
    terminal = start(office)
    try:
        terminal.wait("Kettle 11")
        terminal.send(b"\xff\xfe\xc3")
        terminal.send("j")
        terminal.send("r")
        terminal.wait("PUBLIC REPLY")
        terminal.send(b"caf\xc3\xa9 \xe9 ok")
        assert "caf\u00e9" in terminal.wait("caf")
        terminal.send("\x11")
        terminal.settle()
    finally:
        terminal.close()
    drafts = [reply.load_draft(office.session, f"acme/{number}") for number in office.desk.tickets]
    (kept,) = [draft for draft in drafts if draft]
    assert kept.text == "caf\u00e9 \ufffd ok"


async def test_a_draft_outlives_a_killed_program_by_more_than_a_second(office: Any) -> None:
    terminal = start(office)
    try:
        terminal.wait("Kettle 11")
        terminal.send("r")
        terminal.wait("PUBLIC REPLY")
        terminal.send("words that must not be lost")
        terminal.wait("must not be lost")
        terminal.settle(1.2, 3)
    finally:
        terminal.close()
    drafts = [reply.load_draft(office.session, f"acme/{number}") for number in office.desk.tickets]
    assert [draft.text for draft in drafts if draft] == ["words that must not be lost"]


async def test_hostile_words_reach_the_terminal_as_letters(office: Any) -> None:
    number = office.desk.open(
        "c1", "\x1b]0;owned\x07 [/x] \x1b[31mred", "\x1b]52;c;aGk=\x07 [@click=app.bell]x[/]"
    )
    await office.sync()
    terminal = start(office, 160, 45)
    try:
        terminal.wait("owned", "]52;c;aGk=")
        terminal.settle()
        assert b"\x1b]0;owned" not in terminal.raw
        assert b"\x1b]52" not in terminal.raw
        assert b"\x1b[31mred" not in terminal.raw
        assert number
    finally:
        terminal.close()


async def test_a_terminal_without_frames_gets_plain_ones(office: Any) -> None:
    """Frames, bars and the palette are drawn with signs that every terminal has; letters of people stay."""
    terminal = start(office, 80, 24, HEARD_ASCII="1")
    try:
        terminal.wait("Kettle 11", "12 tickets")
        terminal.settle()
        terminal.send("s")
        shown = terminal.wait("Status of acme/", "+--")
        assert not set(shown) & set("┃╭─│")
        terminal.send("\x1b")
        terminal.settle()
        terminal.send(":")
        terminal.wait("what do you want to do?")
        terminal.settle()
        assert not set(terminal.text()) & set("▔▁─━│┃╭╰🔎")
        terminal.send("\x1b")
        terminal.settle()
        terminal.send("r")
        terminal.wait("PUBLIC REPLY to ")
        terminal.settle()
        assert not set(terminal.text()) & set("▔▁─━│┃╭╰┏┗🔎")
    finally:
        terminal.close()
