"""Starting the real console on a store, until a word of it is painted."""

from __future__ import annotations

import sys

from console import triage, views
from console.session import Session
from store.home import Home
from store.rows import TicketRow
from tests.bench.peers import Shown, shown


def argv(home: Home) -> list[str]:
    """The command that opens the console."""
    return [sys.executable, "-m", "cli", "--home", str(home.root)]


def started(home: Home, word: bytes) -> Shown:
    """Start it and wait for the word."""
    return shown(argv(home), word)


def content_word(session: Session) -> bytes:
    """Something that stands on the screen as soon as the first tickets do."""
    first = views.views(session)[0]
    found = triage.rows(session, triage.queue_ids(session, first.query, first.sort)[:30])
    return next(word_of(row) for row in found if word_of(row))


def word_of(row: TicketRow) -> bytes:
    """The beginning of a subject, as it is painted at any width; b"" where that cannot be said."""
    begun = row.subject[:14]
    return begun.encode() if begun.isascii() and len(begun) == 14 else b""
