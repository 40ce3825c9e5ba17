"""Taking back the last change, one or bulk: cancelled while it waits, turned round once the desk has it.

The inverse goes through the outbox with our own value as its base, so it never overwrites what somebody else has
changed since: such a ticket is left alone, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from console.changes import cannot_change
from console.reply import give_back
from console.session import Session
from store import decisions, outbox, read
from store.errors import ConflictError
from store.outbox import NewOperation
from store.rows import Operation

GONE = "the ticket is not here any more"
ON_ITS_WAY = "it may be on its way just now"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, and what could not be."""

    what: str
    cancelled: int  # had not left yet
    reversed: int  # an inverse change is in the outbox
    kept: tuple[str, ...]  # one line a ticket: why it was left alone

    @property
    def operations(self) -> int:
        """How many operations were taken back."""
        return self.cancelled + self.reversed


def undo(session: Session) -> Undone:
    """Take back the newest change of this agent that has not been taken back; ConflictError when nothing can be."""
    return _newest(session, _take_back)


def preview(session: Session) -> Undone:
    """What `undo` would take back as things stand; nothing is changed. ConflictError when nothing could be."""
    return _newest(session, _would_take_back)


def _newest(session: Session, take: Callable[[Session, list[Operation]], Undone]) -> Undone:
    past: list[str] = []
    while found := _standing(session, past):
        done = take(session, found)
        if done.operations:
            return done
        _go_on(session, found, done)
        past += {o.bulk_id or o.id for o in found}
    raise ConflictError(
        "There is nothing to undo.", "Only changes made with heard on this machine can be taken back."
    )


def _standing(session: Session, past: Sequence[str]) -> list[Operation]:
    """The newest change of this agent that stands, but for those that are `past`."""
    return session.db.read(lambda r: outbox.newest_change(r, session.actor, past))


def _go_on(session: Session, found: list[Operation], done: Undone) -> None:
    """An older change comes next where a part of this one was taken back and the rest cannot be any more; else ConflictError."""
    begun = session.db.read(lambda r: outbox.begun_to_undo(r, found[0]))
    waits = next((line for line in done.kept if line.endswith(ON_ITS_WAY)), "")
    if waits or not begun:
        raise ConflictError(
            f"{done.what} cannot be undone: {waits or done.kept[0]}.",
            _then(found[0], on_its_way=bool(waits)),
        )


def _then(operation: Operation, *, on_its_way: bool) -> str:
    if not on_its_way:
        return "Change the ticket by hand if you need to."
    if operation.kind == "set":
        return "`heard undo` takes it back once the desk has answered."
    return "`heard outbox` tells once the desk has answered."


def _take_back(session: Session, found: list[Operation]) -> Undone:
    waiting = [o for o in found if o.state in decisions.CANCELLABLE]
    cancelled = set(decisions.cancel(session.db, [o.id for o in waiting], session.now(), outbox.UNDONE))
    for operation in found:
        if operation.id in cancelled and operation.body:
            give_back(session, operation)
    inverse, kept = _inverses(session, found, cancelled)
    if inverse:
        outbox.enqueue(session.db, inverse, session.actor, session.now())
    return Undone(_what(found), len(cancelled), len(inverse), kept)


def _would_take_back(session: Session, found: list[Operation]) -> Undone:
    waiting = {o.id for o in found if decisions.cancellable(o)}
    inverse, kept = _inverses(session, found, waiting)
    return Undone(_what(found), len(waiting), len(inverse), kept)


def _inverses(
    session: Session, found: list[Operation], cancelled: Collection[str]
) -> tuple[list[NewOperation], tuple[str, ...]]:
    """What turns round those that were not cancelled, and why others are left alone."""
    kept: list[str] = []
    left = (o for o in found if o.id not in cancelled)
    return [each for o in left if (each := _inverse(session, o, kept)) is not None], tuple(kept)


def _what(found: list[Operation]) -> str:
    said: dict[str, str] = {}
    for operation in found:  # a conflict makes two operations of one
        said[operation.ref] = f"{said.get(operation.ref, '')} {operation.words()}".lstrip()
    # A ticket that had a part of it already was asked for less.
    most = max(said.values(), key=len)
    return f"{most} on {found[0].ref}" if len(said) == 1 else f"{most} on {len(said)} tickets"


def _inverse(session: Session, operation: Operation, kept: list[str]) -> NewOperation | None:
    if operation.state != "done":
        kept.append(f"{operation.ref}: {ON_ITS_WAY}")
        return None
    if operation.kind != "set":
        kept.append(f"{operation.ref}: a message that has left cannot be taken back")
        return None
    found = session.db.read(lambda r: read.ticket(r, operation.ref))
    now = _now(session, operation.ref)
    moved = [k for k, v in operation.changes.items() if now.get(k, "") != v]
    if found is None or (why := cannot_change(found)) or moved:
        why = GONE if found is None else why or f"{', '.join(moved)} has been changed since"
        kept.append(f"{operation.ref}: {why}")
        return None
    had = operation.base.get("tags", "").split()
    return NewOperation(
        desk=operation.desk,
        ref=operation.ref,
        kind="set",
        changes={k: operation.base.get(k, "") for k in operation.changes},
        shown=_names(session, operation),
        add_tags=tuple(t for t in operation.remove_tags if t in had),
        remove_tags=tuple(t for t in operation.add_tags if t not in had),
        base=operation.changes | {"tags": now.get("tags", "")},
        base_token=found.token,
        low_water=found.low_water,
        undoes=operation.id,
    )


def _now(session: Session, ref: str) -> dict[str, str]:
    """A ticket's fields as the desk has them: the mirror may not show yet what it has taken from us."""
    now = session.db.read(lambda r: read.remote_state(r, ref))
    for taken in session.db.read(lambda r: outbox.laid(r, ref)):
        if taken.state == "done":
            now |= taken.changes
    return now


def _names(session: Session, operation: Operation) -> dict[str, str]:
    """The names of the agent and group that the ticket goes back to."""
    agents = {i: n for i, n, _ in session.db.read(lambda r: read.agents(r, operation.desk))}
    groups = dict(session.db.read(lambda r: read.groups(r, operation.desk)))
    known = {"assignee": agents, "group": groups}
    back = {k: operation.base.get(k, "") for k in operation.changes if k in known}
    return {k: known[k].get(v, v) or "none" for k, v in back.items()}
