"""The outbox screen: what has not left yet, what needs a person, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from console import outbox
from console.session import Session
from screens.base import DeskScreen
from screens.messages import OpenTicket
from store.rows import Operation
from widgets import words
from widgets.rows import RowList
from widgets.table import Row, Table
from widgets.terminal import Terminal

_STATES = {
    "queued": ("queued", "leaves by itself", "text"),
    "sending": ("sending", "on its way", "accent"),
    "unknown": ("unknown", "no answer came; the desk is asked whether it has it", "warn"),
    "conflict": ("NEEDS YOU", "somebody else changed the ticket", "bad"),
    "review": ("NEEDS YOU", "look at it before it leaves", "bad"),
    "rejected": ("REFUSED", "the desk refused it", "bad"),
}
_COLUMNS = (
    ("state", 10),
    ("ticket", 14),
    ("what", 13),
    ("change or words", 0),
    ("how it stands", 0),
    ("age", -4),
)


class OutboxScreen(DeskScreen):
    """Every open operation, oldest first."""

    pane = "outbox"

    def __init__(self, session: Session, terminal: Terminal) -> None:
        super().__init__(session, terminal)
        empty = "Everything has reached the desk."
        self.table = Table("Outbox", _COLUMNS, empty=empty, glyphs=self.glyphs, id="outbox")
        self._operations: Sequence[Operation] = ()

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield self.table
        yield from self.foot()

    def on_mount(self) -> None:
        """Show what is there, and count down every second."""
        self.table.focus()
        self.set_interval(1.0, self._count_down)

    def changed(self) -> None:
        """Look the outbox up again."""
        super().changed()
        self.fresh("outbox", lambda: outbox.operations(self.session), self._show)

    def _show(self, operations: Sequence[Operation]) -> None:
        here = self._at_cursor()
        self._operations = operations
        now = self.session.now()
        self.table.set_rows(
            [_row(o, now) for o in operations], right=words.many(len(operations), "operation")
        )
        if here is not None:
            self.table.move(next((n for n, o in enumerate(operations) if o.id == here.id), self.table.cursor))

    def _count_down(self) -> None:
        if any(o.not_before > self.session.now() for o in self._operations):
            self._show(self._operations)

    def _at_cursor(self) -> Operation | None:
        return self._operations[self.table.cursor] if self.table.cursor < len(self._operations) else None

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the ticket of the operation."""
        event.stop()
        if operation := self._at_cursor():
            self.post_message(OpenTicket(operation.ref))

    def do_retry(self) -> None:
        """Queue again what was refused or waits for a look."""
        if operation := self._at_cursor():
            self.write(
                lambda: outbox.retry(self.session, operation.id),
                lambda _: self._done(f"{operation.ref} is queued again."),
            )

    def do_drop(self) -> None:
        """Take an operation back that has not left."""
        if operation := self._at_cursor():
            self.write(
                lambda: outbox.drop(self.session, operation.id),
                lambda _: self._done(f"{operation.ref}: taken back."),
            )

    def _done(self, told: str) -> None:
        self.say(told)
        self.changed()

    def why_not(self, action_id: str) -> str:
        """Say why an action cannot be carried out just now."""
        if action_id in ("retry", "drop", "open") and not self._operations:
            return "the outbox is empty"
        return ""


def _row(operation: Operation, now: int) -> Row:
    state, why, ink = _STATES.get(operation.state, (operation.state, "", "text"))
    if operation.state == "queued" and operation.not_before > now:
        why = f"leaves in {words.span(operation.not_before - now)}; u or D takes it back"
    elif operation.error:
        why = operation.error
    body = " ".join(operation.body.split())
    what = body or operation.words()
    kind = {"reply": "PUBLIC REPLY", "note": "INTERNAL NOTE"}.get(operation.kind, operation.kind)
    return (
        (state, ink),
        (operation.ref, "text"),
        (kind, "reply" if operation.kind == "reply" else "note" if operation.kind == "note" else "text"),
        (what, "text"),
        (why, "dim"),
        (words.age(now, operation.created), "dim"),
    )
