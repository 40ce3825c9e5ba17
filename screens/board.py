"""The live board: what a supervisor watches, figure by figure, and everything that happens as it happens."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from console import board, tail
from console.board import Board, Figure
from console.session import Session
from screens.base import DeskScreen
from screens.messages import OpenQuery, OpenTicket
from screens.panes import WIDE
from store.rows import Event
from widgets.event_log import EventLog
from widgets.rows import RowList
from widgets.table import Row, Table
from widgets.terminal import Glyphs, Terminal
from widgets.words import STATUS_WORDS

_BAR = 14  # cells of the longest bar
_PAUSE, _AT_ONCE = 0.5, 0.01  # seconds between two counts while much happens, and until the first
_MOST = 500  # events taken at a time
_OLD_NEWS = (
    600_000_000  # microseconds: what was learnt later than that is history being fetched, not something new
)


class BoardScreen(DeskScreen):
    """Figures at the left, each with the tickets behind it; the event log at the right."""

    pane = "board"

    def __init__(self, session: Session, terminal: Terminal) -> None:
        super().__init__(session, terminal)
        columns = (("figure", 0), ("value", -20), ("", _BAR))
        self.figures = Table(
            "Live board", columns, empty="Nothing to count yet.", glyphs=self.glyphs, id="figures"
        )
        self.log_pane = EventLog("Events", glyphs=self.glyphs, id="events")
        self._figures: Sequence[Figure] = ()
        self._waiting: Timer | None = None
        self._since = 0  # the newest event that was looked at

    def compose(self) -> ComposeResult:
        """Lay out figures and events."""
        with Horizontal(id="board"):
            yield self.figures
            yield self.log_pane
        yield from self.foot()

    def on_mount(self) -> None:
        """Begin with the figures."""
        self.figures.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Put the events beside the figures, or below them where there is no room."""
        beside = event.size.width >= WIDE
        self.query_one("#board").styles.layout = "horizontal" if beside else "vertical"
        for table, share in ((self.figures, 4), (self.log_pane, 5)):
            table.styles.width = f"{share}fr" if beside else "100%"

    def tick(self) -> None:
        """Tell ages and clocks anew."""
        super().tick()
        self._count()

    def changed(self) -> None:
        """Count again, and take up the new events."""
        super().changed()
        if self._waiting is None:
            self._waiting = self.set_timer(_PAUSE if self._figures else _AT_ONCE, self._count)
        since = self._since
        if since:
            self.fresh("events", lambda: tail.tail(self.session, since, limit=_MOST), self._happened)

    def _count(self) -> None:
        self._waiting = None
        self.fresh("board", lambda: board.board(self.session, self.session.now()), self._show)

    def _show(self, found: Board) -> None:
        self._figures = found.figures
        self.figures.set_rows(_rows(found.figures, self.glyphs))
        if not self.log_pane.events:
            self._since = max((event.seq for event in found.recent), default=0)
            self.log_pane.add(sorted(found.recent, key=lambda event: (event.occurred, event.seq)))

    def _happened(self, events: Sequence[Event]) -> None:
        fresh = [event for event in events if event.seq > self._since]
        self._since = max((event.seq for event in fresh), default=self._since)
        self.log_pane.add(event for event in fresh if event.recorded - event.occurred < _OLD_NEWS)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the tickets behind a figure, or the ticket of an event."""
        event.stop()
        if event.rows is self.log_pane:
            happened = self.log_pane.event()
            if happened is not None:
                self.post_message(OpenTicket(happened.ref))
        elif event.row < len(self._figures):
            figure = self._figures[event.row]
            self.post_message(OpenQuery(figure.query, figure.sort, _label(figure)))

    def do_next_pane(self, _key: str) -> None:
        """Between figures and events."""
        (self.log_pane if self.figures.has_focus else self.figures).focus()

    do_previous_pane = do_next_pane


def _label(figure: Figure) -> str:
    return STATUS_WORDS.get(figure.label, figure.label)


def _rows(figures: Sequence[Figure], glyphs: Glyphs) -> list[Row]:
    numbers = [int(f.value) if f.value.isdecimal() else 0 for f in figures]
    most = max(numbers, default=0) or 1
    rows: list[Row] = []
    for figure, number in zip(figures, numbers, strict=True):
        ink = "bad" if figure.label == "clock run out" and number else "text"
        bar = glyphs.thumb * (-(-number * _BAR // most))
        rows.append(((_label(figure), "text"), (figure.value, ink), (bar, "accent")))
    return rows
