"""What is shown first: a query and its first tickets, looked up before Textual is there. No Textual here."""

from __future__ import annotations

import os
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from console import headings, triage, views
from console.session import Session
from screens.kept_layout import kept
from screens.panes import arrange
from store.errors import HeardError
from store.groups import Groups
from store.rows import TicketRow
from widgets import curtain
from widgets.terminal import Terminal

FIRST = 128  # tickets that are shown before the rest of a queue is known


@dataclass(frozen=True, slots=True)
class Asked:
    """What the queue shows: a query, its order, the name it goes by, and the columns that a view wants."""

    query: str
    sort: str
    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class First:
    """The first tickets of a query; `more` says that there are others."""

    asked: Asked
    ids: array[int]
    rows: list[TicketRow]
    groups: Groups | None = None

    @property
    def more(self) -> bool:
        """Whether there may be others."""
        return len(self.ids) == FIRST


def rows_of(density: str) -> int:
    """Return how many rows of the screen a ticket takes in the queue."""
    return 2 if density == "comfortable" else 1


def first_view(session: Session) -> Asked:
    """What is asked before anybody has asked for anything."""
    return asked_by(views.views(session)[0])


def asked_by(view: views.View) -> Asked:
    """What a view asks for."""
    return Asked(view.query, view.order, view.name, view.columns)


def first_of(session: Session, asked: Asked, seen: int = FIRST) -> First:
    """Look the first tickets of a query up, with the rows of those that a screen of `seen` lines shows."""
    return First(asked, *triage.window(session, asked.query, asked.sort, FIRST, seen))


def show_early(session: Session, out: TextIO, environ: Mapping[str, str]) -> First | None:
    """Write the first tickets to the terminal `out` as they will stand there once Textual has come; None where there are none.

    Textual takes longer to be read from the disk than all the rest takes; what stands here it draws over.
    """
    if not session.settings.desks:
        return None
    try:
        size = os.get_terminal_size(out.fileno())
        found = first_of(session, first_view(session), size.lines)
    except (HeardError, OSError):
        return None  # the screens will say why
    terminal = Terminal.of(environ, out.encoding or "utf-8")
    made = arrange(size.columns, size.lines, "queue", layout=kept(session.home))
    if made.work and (made.across or made.queue_last):
        return found  # the queue will not stand in this corner
    left, work = made.shares
    width = (size.columns - 1) * left // (left + work) if made.work else size.columns
    title = (found.asked.name, f"{len(found.ids)}{'+' if found.more else ''} tickets")
    tall = rows_of(session.settings.ui.density)
    heads = headings.words(found.groups, more=found.more)
    text = curtain.drawn(
        title, found.rows, (width, size.lines), session.now(), terminal, tall=tall, headings=heads
    )
    if found.rows:
        out.write(text)
        out.flush()
    return found


def take_back(out: TextIO) -> None:
    """Show the terminal as it was before `show_early`: no screens will come."""
    out.write(curtain.AND_BACK)
    out.flush()
