"""The promise board: what is late, due today, to come, and what was kept in the last seven days."""

from __future__ import annotations

from collections.abc import Awaitable, Hashable

from console import promises
from console.promises import Board, Line
from console.session import Session
from screens.listed import ListedScreen
from screens.messages import OpenTicket, WriteOn
from store.errors import InvalidInputError
from widgets.fuzzy import Choice
from widgets.prose import Paragraph
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
_DECIDE = ("promise_keep", "promise_drop", "promise_move")


class PromisesScreen(ListedScreen[Line]):
    """Every promise that is open or was kept lately, above the whole sentence of the one at the cursor."""

    pane = "promises"

    def __init__(self, session: Session, terminal: Terminal) -> None:
        empty = "Nothing is promised to anybody."
        table = Table("Promises", _WIDE, empty=empty, glyphs=terminal.glyphs, id="promises")
        super().__init__(session, terminal, table, "promise", _NARROW)
        self.words.can_focus = False
        self._rate = ""

    def changed(self) -> None:
        """Look the promises up again."""
        super().changed()
        self.fresh("promises", lambda: promises.board(self.session), self._show)

    def tick(self) -> None:
        """Tell anew how long there is."""
        super().tick()
        self.fresh("promises", lambda: promises.board(self.session), self._show)

    def _show(self, board: Board) -> None:
        self._rate = str(board.rate)
        self.show_lines(board.lines)

    def identity(self, line: Line) -> Hashable:
        """The number of the promise."""
        return line.shown.promise.id

    def draw(self) -> None:
        """Put the promises into the table."""
        rows = [self._row(line) for line in self.lines]
        self.table.set_rows(rows, right=self._rate)

    def _row(self, line: Line) -> Row:
        found, now = line.shown.promise, self.session.now()
        ink = _INKS[line.section]
        due = (line.shown.zone.clock(found.due), ink)
        cells = [(line.section, ink), due, (_left(line, now), ink), (line.shown.ref, "text")]
        if not self.wide:
            return (*cells[:2], cells[3], (found.words, "text"))
        return (*cells, (line.shown.customer, "text"), (found.words, "text"))

    def tell(self) -> None:
        """Tell everything about the promise at the cursor; without one, how many were kept."""
        self.show_keys()
        line = self.at_cursor
        told: list[Paragraph] = [(f"In 7 days: {self._rate}.", "dim")]
        if line is not None:
            told = _in_full(line, self.session.now(), self.key_of("no_news"))
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

    def labels(self) -> dict[str, str]:
        """Leave out the keys that do nothing to the one at the cursor."""
        return {name: "" for name in ("open", *_DECIDE) if self.why_not(name)}

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
                lambda p: self._done(f"{p.ref}: {p.phrase!r} was kept"),
            )

    def do_promise_drop(self) -> Awaitable[None] | None:
        """Ask why the promise at the cursor is given up."""
        line = self._may("promise_drop")
        if line is None:
            return None
        number = line.shown.promise.id

        def taken(why: str) -> None:
            """Drop the promise where a reason was given."""
            if why:
                self.write(
                    lambda: promises.drop(self.session, number, why),
                    lambda p: self._done(f"{p.ref}: dropped, {why}"),
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
            """The moment that is meant by what was typed; "" where none is."""
            try:
                at = promises.moment(typed, self.session.now(), shown.zone)
            except InvalidInputError:
                return ""
            return f"due {shown.zone.clock(at)} ({shown.zone.name})"

        def taken(typed: str) -> None:
            """Move the promise to that time."""
            if typed:
                self.write(
                    lambda: promises.move(self.session, shown.promise.id, typed),
                    lambda p: self._done(f"{p.ref}: due {shown.zone.clock(p.due)} now"),
                )

        offered = [Choice(words, words, told) for words in _TIMES if (told := meaning(words))]
        return self.pick(f"When instead of {shown.promise.phrase!r}?", offered, taken, meaning=meaning)

    def do_no_news(self) -> None:
        """Draft an honest update for the promise at the cursor; it is never sent by itself."""
        if line := self._may("no_news"):
            number = line.shown.promise.id

            def work() -> str:
                """Write the update as the ticket's draft; its ref."""
                return promises.draft_update(self.session, *promises.update_words(self.session, number))

            self.write(work, self._write_on)

    def _write_on(self, ref: str) -> None:
        self.post_message(WriteOn(ref))

    def _done(self, told: str) -> None:
        self.say(f"{told}; {self.key_of('undo')} takes it back.")
        self.changed()


def _left(line: Line, now: int) -> str:
    found = line.shown.promise
    if found.state != "open":
        return ""
    return f"{span(now - found.due)} late" if found.late(now) else f"in {span(found.due - now)}"


def _in_full(line: Line, now: int, drafts: str) -> list[Paragraph]:
    shown = line.shown
    found = shown.promise
    about = " · ".join(filter(None, (shown.ref, shown.customer, shown.subject)))
    when = f"{found.phrase}: {shown.zone.clock(found.due)} ({shown.zone.name})"
    told: list[Paragraph] = [(about, "dim"), (found.words, "text"), (when, _INKS[line.section])]
    if shown.ref != found.ref:
        told.append((f"Promised on {found.ref}, which was merged.", "note"))
    if found.state == "kept":
        told.append((f"Kept {shown.zone.clock(found.closed)}, {found.kept_by}.", "good"))
    elif found.late(now) or found.due - now < promises.SOON:
        told.append((f"Nothing was sent: {drafts} drafts an honest update with a new time.", "warn"))
    return told
