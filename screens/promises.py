"""The promise board: what is late, due today, to come, and what was kept in the last seven days."""

from __future__ import annotations

from collections.abc import Awaitable

from textual import events
from textual.app import ComposeResult

from console import promises
from console.promises import Board, Line
from console.session import Session
from screens.base import DeskScreen
from screens.messages import OpenTicket, WriteOn
from screens.panes import WIDE
from store.errors import InvalidInputError
from widgets.fuzzy import Choice
from widgets.prose import Paragraph, Prose
from widgets.rows import RowList
from widgets.table import Columns, Row, Table
from widgets.terminal import Terminal
from widgets.words import span

_WIDE: Columns = (("", 9), ("due", 17), ("left", 10), ("ticket", 14), ("customer", 18), ("promised", 0))
_NARROW: Columns = (("", 9), ("due", 17), ("ticket", 12), ("promised", 0))
_INKS = {"late": "bad", "today": "warn", "to come": "text", "kept": "good", "kept late": "note"}
_WHYS = ("not needed any more", "done another way", "promised by mistake")
_TIMES = ("1h", "today 17:00", "tomorrow 10:00", "tomorrow 17:00", "friday 17:00", "next week")
_NOBODY = "no promise is under the cursor"
_CLOSED = "it is kept already"


class PromisesScreen(DeskScreen):
    """Every promise that is open or was kept lately, above the whole sentence of the one at the cursor."""

    pane = "promises"

    def __init__(self, session: Session, terminal: Terminal) -> None:
        super().__init__(session, terminal)
        empty = "Nothing is promised to anybody."
        self.table = Table("Promises", _WIDE, empty=empty, glyphs=self.glyphs, id="promises")
        self.words = Prose("In full", glyphs=self.glyphs, id="promise")
        self.words.can_focus = False
        self.lines: tuple[Line, ...] = ()
        self._rate = ""
        self._wide = True

    def compose(self) -> ComposeResult:
        """Lay out the list above the words."""
        yield self.table
        yield self.words
        yield from self.foot()

    def on_mount(self) -> None:
        """Begin in the list."""
        self.table.styles.height = "2fr"
        self.words.styles.height = "1fr"
        self.table.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Leave columns out where there is no room; everything is told below."""
        self._wide = event.size.width >= WIDE
        self.table.columns = _WIDE if self._wide else _NARROW
        self._draw()

    def changed(self) -> None:
        """Look the promises up again."""
        super().changed()
        self.fresh("promises", lambda: promises.board(self.session), self._show)

    def tick(self) -> None:
        """Tell anew how long there is."""
        super().tick()
        self.fresh("promises", lambda: promises.board(self.session), self._show)

    @property
    def at_cursor(self) -> Line | None:
        """The promise under the cursor."""
        return self.lines[self.table.cursor] if self.table.cursor < len(self.lines) else None

    def _show(self, board: Board) -> None:
        here = self.at_cursor
        self.lines, self._rate = board.lines, str(board.rate)
        self._draw()
        if here is not None:
            same = (n for n, line in enumerate(self.lines) if line.shown.promise.id == here.shown.promise.id)
            self.table.move(next(same, self.table.cursor))
        self._tell()

    def _draw(self) -> None:
        rows = [self._row(line) for line in self.lines]
        self.table.set_rows(rows, right=self._rate)

    def _row(self, line: Line) -> Row:
        found, now = line.shown.promise, self.session.now()
        ink = _INKS[line.section]
        due = (line.shown.zone.clock(found.due), ink)
        cells = [(line.section, ink), due, (_left(line, now), ink), (line.shown.ref, "text")]
        if not self._wide:
            return (*cells[:2], cells[3], (found.words, "text"))
        return (*cells, (line.shown.customer, "text"), (found.words, "text"))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Tell everything about the one at the cursor."""
        event.stop()
        self._tell()

    def _tell(self) -> None:
        self.show_keys()
        line = self.at_cursor
        told = [(f"In 7 days: {self._rate}.", "dim")] if line is None else _in_full(line, self.session.now())
        self.words.tell_words(line.shown.promise.id if line else "", told)

    def why_not(self, action_id: str) -> str:
        """Say why an action cannot be carried out just now."""
        line = self.at_cursor
        if action_id in ("open", "promise_keep", "promise_drop", "promise_move", "no_news") and line is None:
            return _NOBODY
        if (
            line
            and line.shown.promise.state != "open"
            and (action_id.startswith("promise_") or action_id == "no_news")
        ):
            return _CLOSED
        return ""

    def _may(self, action_id: str) -> Line | None:
        if reason := self.why_not(action_id):
            self.say(f"Not now: {reason}.")
            return None
        return self.at_cursor

    # -- doing ------------------------------------------------------------------------------------------------

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the ticket of a promise."""
        event.stop()
        if line := self._may("open"):
            self.post_message(OpenTicket(line.shown.ref))

    def do_promise_keep(self) -> None:
        """Say that the promise at the cursor was kept."""
        if line := self._may("promise_keep"):
            number = line.shown.promise.id
            self.write(
                lambda: promises.keep(self.session, number),
                lambda p: self._done(f"{p.ref}: {p.phrase!r} was kept."),
            )

    def do_promise_drop(self) -> Awaitable[None] | None:
        """Ask why the promise at the cursor is given up."""
        line = self._may("promise_drop")
        if line is None:
            return None
        number = line.shown.promise.id

        def taken(why: str) -> None:
            if why:
                self.write(
                    lambda: promises.drop(self.session, number, why),
                    lambda p: self._done(f"{p.ref}: dropped, {why}."),
                )

        title = f"Why is {line.shown.promise.phrase!r} dropped?"
        return self.pick(title, [Choice(why, why) for why in _WHYS], taken, free=True)

    def do_promise_move(self) -> Awaitable[None] | None:
        """Ask for the time that was agreed instead."""
        line = self._may("promise_move")
        if line is None:
            return None
        shown = line.shown

        def meaning(typed: str) -> str:
            try:
                at = promises.moment(typed, self.session.now(), shown.zone)
            except InvalidInputError:
                return ""
            return f"due {shown.zone.clock(at)} ({shown.zone.name})"

        def taken(typed: str) -> None:
            if typed:
                self.write(
                    lambda: promises.move(self.session, shown.promise.id, typed),
                    lambda p: self._done(f"{p.ref}: due {shown.zone.clock(p.due)} now."),
                )

        offered = [Choice(words, words, told) for words in _TIMES if (told := meaning(words))]
        return self.pick(f"When instead of {shown.promise.phrase!r}?", offered, taken, meaning=meaning)

    def do_no_news(self) -> None:
        """Draft an honest update for the promise at the cursor; it is never sent by itself."""
        if line := self._may("no_news"):
            number = line.shown.promise.id

            def work() -> str:
                return promises.draft_update(self.session, *promises.update_words(self.session, number))

            self.write(work, self._write_on)

    def _write_on(self, ref: str) -> None:
        self.post_message(WriteOn(ref))

    def _done(self, told: str) -> None:
        self.say(told)
        self.changed()


def _left(line: Line, now: int) -> str:
    found = line.shown.promise
    if found.state != "open":
        return ""
    return f"{span(now - found.due)} late" if found.late(now) else f"in {span(found.due - now)}"


def _in_full(line: Line, now: int) -> list[Paragraph]:
    shown = line.shown
    found = shown.promise
    about = " · ".join(filter(None, (shown.ref, shown.customer, shown.subject)))
    when = f"{found.phrase}: {shown.zone.clock(found.due)} ({shown.zone.name})"
    told: list[Paragraph] = [(about, "dim"), (found.words, "text"), (when, _INKS[line.section])]
    if shown.ref != found.ref:
        told.append((f"Promised on {found.ref}, which was merged.", "note"))
    if found.state == "kept":
        told.append((f"Kept {shown.zone.clock(found.closed)} by {found.kept_by}.", "good"))
    elif found.late(now) or found.due - now < promises.SOON:
        told.append(("Nothing was sent: U drafts an honest update with a new time.", "warn"))
    return told
