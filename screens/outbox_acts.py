"""What is done on the outbox screen: send now, edit, drop, settle a conflict, send elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console import desks, outbox, reply
from console.outbox import Disputed
from console.session import Session
from screens.messages import WriteOn
from store.errors import ConflictError, HeardError
from store.rows import Operation
from store.terms import PRIORITIES, STATUSES
from widgets.words import STATUS_WORDS

if TYPE_CHECKING:
    from screens.listed import ListedScreen
    from widgets.dispute import Decision, Known

    Part = ListedScreen[Operation]
else:
    Part = object  # to Textual every subclass of a Screen is one more to prepare

_ONLINE = "online"


class OutboxActs(Part):
    """The part of the outbox screen that decides about operations."""

    def _may(self, action_id: str) -> Operation | None:
        """Return the operation at the cursor where the action can be carried out on it; else say why not."""
        if reason := self.why_not(action_id):
            self.say(f"Not now: {reason}.")
            return None
        return self.at_cursor

    def _decide(self, work: Callable[[], str]) -> None:
        self.write(work, self._done)

    def _done(self, told: str) -> None:
        self.say(told)
        self.changed()

    def do_retry(self) -> None:
        """Send now what waits, try again what was refused, send anyway what was held back."""
        operation = self._may("retry")
        if operation is not None and operation.state == "review" and not self.is_read():
            self.say("Not now: what belongs to it is still being read.")
        elif operation is not None:
            seen = self.answer_shown()
            self._decide(lambda: _retry(self.session, operation, seen))

    def answer_shown(self) -> str:
        """Return the id of the answer that is shown beside a reply that waits because of one; "" without one."""
        return ""

    def is_read(self) -> bool:
        """Whether what belongs to the one at the cursor stands on the screen."""
        return True

    def do_drop(self) -> None:
        """Take an operation back that has not left; words are kept as a draft."""
        operation = self._may("drop")
        if operation is not None:
            self._decide(lambda: _drop(self.session, operation))

    def do_edit(self) -> None:
        """Take a message back and go on writing it."""
        operation = self._may("edit")
        if operation is not None:
            self.write(lambda: _back_to_draft(self.session, operation), self._edited)

    def _edited(self, operation: Operation) -> None:
        self.changed()
        kind = "note" if operation.kind == "note" else "reply"
        self.post_message(WriteOn(operation.ref, f"The {kind} on {operation.ref} is a draft again."))

    def do_retarget(self) -> None:
        """Send the words to the ticket that theirs was merged into, or as a follow-up of a closed one."""
        operation = self._may("retarget")
        if operation is not None:
            self._decide(lambda: _retarget(self.session, operation))

    async def do_settle(self) -> None:
        """Decide field by field where somebody else changed what this changes."""
        operation = self._may("settle")
        if operation is None:
            return
        try:
            disputed, known = await self.heard.loads.read(lambda: _look(self.session, operation))
        except HeardError as error:
            self.failed(error)
            return
        if not disputed:
            self.say(f"Nothing is in dispute on {operation.ref} any more.")
            self.changed()
            return
        from widgets.dispute import DisputeDialog  # noqa: PLC0415  (only a conflict needs it)

        title = f"{operation.ref}: somebody else changed the same"
        dialog = DisputeDialog(title, disputed, known, now=self.session.now(), glyphs=self.glyphs)
        await self.app.push_screen(dialog, lambda decided: self._settle(operation, decided))

    def _settle(self, operation: Operation, decided: dict[str, Decision] | None) -> None:
        if decided is None:
            self.say(f"The conflict on {operation.ref} waits for you.")
            return
        values = {name: decision.value for name, decision in decided.items()}
        told = "; ".join(f"{name}: {decision}" for name, decision in decided.items())
        self.write(
            lambda: outbox.resolve(self.session, operation.id, values),
            lambda _: self._done(f"{operation.ref}: {told}."),
        )


def _retry(session: Session, operation: Operation, seen: str) -> str:
    outbox.retry(session, operation.id, seen)
    told = "is sent now" if operation.state == "queued" else "is queued again"
    state = next((each.state for each in desks.states(session) if each.name == operation.desk), _ONLINE)
    if state != _ONLINE:
        told = f"leaves as soon as {operation.desk} is online again"
    return f"{_named(operation)} {told}."


def _drop(session: Session, operation: Operation) -> str:
    draft = reply.load_draft(session, operation.ref)
    outbox.drop(session, operation.id)
    if not operation.body:
        return f"{operation.ref}: {operation.words()} is taken back."
    if draft is None:
        return f"{_named(operation)} is taken back; its words are the ticket's draft again."
    return (
        f"{_named(operation)} is taken back; the ticket's own draft stays, and"
        f" `heard outbox show {operation.id[-6:]}` has these words."
    )


def _back_to_draft(session: Session, operation: Operation) -> Operation:
    """Take the words back as the ticket's draft, unless that would cost another draft."""
    if reply.load_draft(session, operation.ref) is not None:
        raise ConflictError(
            f"{operation.ref} has a draft already; its words would be lost.",
            "Open the ticket, send or discard that one, then edit this.",
        )
    return outbox.take_back(session, operation.id)


def _retarget(session: Session, operation: Operation) -> str:
    made = outbox.retarget(session, operation.id)
    if made.kind == "create":
        return f"{_named(operation)} goes out as a follow-up ticket."
    return f"{_named(operation)} goes to {made.ref} now."


def _named(operation: Operation) -> str:
    kind = {"reply": "The reply", "note": "The note"}.get(operation.kind, operation.words())
    return f"{kind} on {operation.ref}"


def _look(session: Session, operation: Operation) -> tuple[Sequence[Disputed], Known]:
    from store import read  # noqa: PLC0415  (only a conflict needs it)

    disputed = outbox.disputed(session, operation.id)
    agents = session.db.read(lambda r: read.agents(r, operation.desk))
    groups = session.db.read(lambda r: read.groups(r, operation.desk))
    known: Known = {
        "status": [(s, STATUS_WORDS.get(s, s)) for s in STATUSES if s != "new"],
        "priority": [(p, p) for p in PRIORITIES],
        "assignee": [("", "none"), *((number, name) for number, name, _ in agents)],
        "group": [("", "none"), *groups],
    }
    return disputed, known
