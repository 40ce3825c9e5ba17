"""Hostile text goes through a desk, through sync, onto a real terminal: nothing of it may act there.

The oracle is the terminal's own grammar. Every byte that the program writes is cut into sequences; the kinds of
sequence that a harmless workspace brings forth are learnt first, and a hostile one must bring forth no other.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.hostile import NAUGHTY, escape_sequences
from support.terminal import PROGRAM, Terminal

from console import desks, triage
from console.demo.connect import desk_of, folder_of
from console.demo.database import Database
from console.demo.writes import customer_opens
from console.session import Session
from console.settings import DeskSettings, add_desk
from store.home import Home

SEQUENCE = re.compile(
    r"\x1b\[(?P<csi>[<-?]?[0-?]*[ -/]*[@-~])|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)|\x1bP(?P<dcs>[^\x1b]*)\x1b\\"
    r"|\x1b(?P<esc>[^\[\]P])|(?P<control>[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ud800-\udfff])"
)
SCREENS = (
    "j",
    "j",
    "\t",
    "]",
    "x",
    "}",
    "\t",
    "\x1b",
    "O",
    "\x1b",
    "L",
    "\x1b",
    "?",
    "\x1b",
    "F",
    "clip",
    "\x1b",
    ":",
    "\x1b",
    "1",
)


def hostile() -> Iterator[str]:
    """Every kind of sequence, and the naughty ones that a desk can hold as text."""
    yield from escape_sequences()
    yield from (n for n in NAUGHTY if n.strip() and not any("\ud800" <= c <= "\udfff" for c in n))


def workspace(folder: Path, texts: list[str]) -> Home:
    """A demo desk on which customers wrote `texts`, synced once."""
    home = Home(folder)
    home.make()
    desk_of(home, lambda: time.time_ns() // 1000, seed=5, size=20)
    add_desk(home.root, "demo", DeskSettings("demo", "http://127.0.0.1:9"))
    session = Session.open(home)
    with Database(next(folder_of(home).glob("*.db"))) as database:
        customer = database.rows("SELECT id FROM users WHERE role = 'end-user' LIMIT 1")[0][0]
        for start in range(0, len(texts), 12):
            part = texts[start : start + 12]
            customer_opens(database, customer, "email", f"clip {part[0]}", "\n".join(part), session.now())
    cycle = desks.sync_once(session)["demo"]
    assert cycle.error is None
    assert triage.count(session, "clip") >= len(texts) // 12
    session.close()
    return home


def visit(home: Home, columns: int, rows: int) -> Terminal:
    """Open the console and look at everything."""
    console = Terminal([*PROGRAM, "--home", str(home.root)], columns, rows)
    console.wait("HEARD" if columns > 120 else "Live")
    console.settle()
    for key in SCREENS:
        console.send(key)
        console.settle(quiet=0.15, seconds=2)
    for _ in range(40):
        console.send("j")
        console.settle(quiet=0.05, seconds=1)
    console.send("q")  # what a terminal is given back with belongs to both
    console.settle(seconds=5)
    console.close()
    return console


def kinds(raw: bytes) -> set[str]:
    """The kinds of sequence in a program's output: for a CSI its private mark and final, for an OSC its number."""
    found: set[str] = set()
    for match in SEQUENCE.finditer(raw.decode("utf-8", "surrogateescape")):
        name = str(match.lastgroup)
        text = match[name]
        shape = (
            re.sub(r"[\d;:]+", "", text) if name == "csi" else text.split(";")[0] if name == "osc" else text
        )
        found.add(f"{name} {shape!r}")
    return found


@pytest.mark.pty
@pytest.mark.parametrize(("columns", "rows"), [(200, 50), (80, 24)])
def test_nothing_hostile_reaches_the_terminal(tmp_path: Path, columns: int, rows: int) -> None:
    texts = list(hostile())
    harmless = kinds(
        bytes(visit(workspace(tmp_path / "a", ["harmless words"] * len(texts)), columns, rows).raw)
    )
    seen = visit(workspace(tmp_path / "b", texts), columns, rows)
    assert kinds(bytes(seen.raw)) <= harmless
    assert "␛".encode() in seen.raw


@pytest.mark.pty
def test_the_oracle_would_notice() -> None:
    harmless = kinds(b"\x1b[1;31mred\x1b[0m")
    for text in escape_sequences():
        if "\x1b" in text or any(0x80 <= ord(c) <= 0x9F for c in text):
            trace = kinds(b"\x1b[0m" + text.encode() + b"\x1b\\")
            assert trace - harmless or re.search(r"\[[\d;:]*m|\x9b", text), ascii(text)
