"""The outbox screen: what has not left yet, what needs a person, and the whole of the one at the cursor below."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass

from console import desks, history, outbox, triage
from console.outbox import Disputed
from console.session import Session
from screens import outbox_words
from screens.held import is_held
from screens.listed import ListedScreen
from screens.messages import OpenTicket
from screens.outbox_acts import OutboxActs
from store.errors import NotFoundError
from store.rows import Item, Operation
from widgets.rows import RowList
from widgets.table import Table
from widgets.terminal import Glyphs, Terminal
from widgets.words import many


class OutboxScreen(OutboxActs, ListedScreen[Operation]):
    """Every open operation, oldest first, above the one at the cursor in full."""

    pane = "outbox"

    def __init__(self, session: Session, terminal: Terminal) -> None:
        table = _Operations(self.do_open, terminal.glyphs)
        super().__init__(session, terminal, table, "operation", outbox_words.NARROW)
        self._behind: dict[str, str] = {}
        self._about = _About()

    def on_mount(self) -> None:
        """Count down every second."""
        self.set_interval(1.0, self._count_down)

    def changed(self) -> None:
        """Look the outbox up again."""
        super().changed()
        self.fresh("outbox", lambda: outbox.operations(self.session), self._show)

    # -- drawing ----------------------------------------------------------------------------------------------

    def _show(self, operations: Sequence[Operation]) -> None:
        lost = outbox.stranded(self.session, operations)
        self._behind = outbox_words.behind(operations) | outbox_words.nowhere(operations, lost)
        self.show_lines(operations)

    def identity(self, line: Operation) -> Hashable:
        """The operation's id."""
        return line.id

    def draw(self) -> None:
        """Put the operations into the table."""
        rows = [self._row(operation) for operation in self.lines]
        self.table.set_rows(rows, right=many(len(rows), "operation"))

    def _row(self, operation: Operation) -> Sequence[tuple[str, str]]:
        return outbox_words.row(
            operation,
            self.session.now(),
            wide=self.wide,
            behind=self._behind.get(operation.id, ""),
            keys=self.own_keys,
        )

    def _count_down(self) -> None:
        """Tell anew what counts by the second."""
        now = self.session.now()
        counting = [n for n, o in enumerate(self.lines) if is_held(o, now) or _just_over(o, now)]
        if counting and self.is_current:
            rows = list(self.table.rows)
            for n in counting:
                rows[n] = self._row(self.lines[n])
            self.table.set_rows(rows, right=self.table.right)
            self._in_full()

    def tell(self) -> None:
        """Say at once what is known of the one at the cursor, and look up what else belongs to it."""
        self.show_keys()
        self._in_full()
        operation = self.at_cursor
        if operation is not None:
            self.fresh("about", lambda: _look(self.session, operation), self._looked)

    def _looked(self, about: _About) -> None:
        self._about = about
        self._in_full()
        self.show_keys()

    @property
    def _known(self) -> _About:
        """What was looked up about the one at the cursor."""
        operation = self.at_cursor
        return self._about if operation is not None and self._about.op_id == operation.id else _About()

    def answer_shown(self) -> str:
        """Return the id of the newest answer that the person at the screen has before him."""
        return self._known.answer.id if self._known.answer is not None else ""

    def is_read(self) -> bool:
        """Whether what the store knows beside the one at the cursor has been looked up."""
        return self.at_cursor is not None and self._about.op_id == self.at_cursor.id

    def _in_full(self) -> None:
        operation = self.at_cursor
        self.words.display = operation is not None
        if operation is None:
            return
        known = self._known
        told = outbox_words.in_full(
            operation,
            self.session.now(),
            subject=known.subject,
            answer=known.answer,
            into=known.merged_into,
            disputed=known.disputed,
            behind=self._behind.get(operation.id, ""),
            promise=known.promise,
            keys=self.own_keys,
        )
        self.words.tell_words(operation.id, told)

    def labels(self) -> dict[str, str]:
        """Name what the keys do to the one at the cursor."""
        return outbox_words.labels(self.at_cursor, self._known.merged_into)

    def why_not(self, action_id: str) -> str:
        """Say why an action cannot be carried out just now."""
        if action_id in ("open", "retry", "edit", "drop", "settle", "retarget"):
            return outbox_words.why_not(action_id, self.at_cursor, self._known.merged_into, self.own_keys)
        return ""

    # -- moving -----------------------------------------------------------------------------------------------

    async def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open what was clicked twice."""
        event.stop()
        await self.do_open()

    async def do_open(self) -> None:
        """Settle the conflict at the cursor, or open its ticket."""
        operation = self.at_cursor
        if operation is not None and operation.state == "conflict":
            await self.do_settle()
        elif operation is not None:
            self.post_message(OpenTicket(operation.ref))

    def do_next_pane(self, _key: str) -> None:
        """Between the list and the words."""
        (self.words if self.table.has_focus and self.words.display else self.table).focus()

    do_previous_pane = do_next_pane


class _Operations(Table):
    """The list; enter waits for what it opens, so that keys typed ahead go there."""

    def __init__(self, opened: Callable[[], Awaitable[None]], glyphs: Glyphs) -> None:
        empty = "Everything has reached the desk."
        super().__init__("Outbox", outbox_words.WIDE, empty=empty, glyphs=glyphs, id="outbox")
        self._opened = opened

    def do_open(self) -> Awaitable[None]:
        """Open the operation under the cursor."""
        return self._opened()


@dataclass(frozen=True, slots=True)
class _About:
    """What the store knows beside an operation: its ticket's subject, what others answered, and where the ticket went."""

    op_id: str = ""
    subject: str = ""
    answer: Item | None = None
    merged_into: str = ""
    disputed: tuple[Disputed, ...] = ()
    promise: str = ""  # the desk's, about replies whose answer was lost


def _look(session: Session, operation: Operation) -> _About:
    try:
        ticket = triage.ticket(session, operation.ref)
    except NotFoundError:  # an operation outlives its ticket
        return _About(operation.id)
    into = outbox.elsewhere(session, operation, ticket)
    clashes = tuple(outbox.disputed(session, operation.id)) if operation.state == "conflict" else ()
    asks = operation.kind == "reply" and operation.state == "review"
    items = history.thread(session, operation.ref) if asks else ()
    answer = outbox_words.newest_answer(operation, items)
    promise = next((d.promise for d in desks.states(session) if d.name == operation.desk), "")
    return _About(operation.id, ticket.row.subject, answer, into, clashes, promise)


def _just_over(operation: Operation, now: int) -> bool:
    """Whether the last second of a countdown has just passed, so that the row no longer says so."""
    return operation.state == "queued" and 0 <= now - operation.not_before < _MOMENT


_MOMENT = 3_000_000  # microseconds
