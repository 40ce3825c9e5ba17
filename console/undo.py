"""Taking back the last change, one or bulk: cancelled while it waits, turned round once the desk has it.

The inverse goes through the outbox with our own value as its base, so it never overwrites what somebody else has
changed since: such a ticket is left alone, and said. What was done on this machine alone (a snooze, a follow, a word about
a promise ...) stands in the same order, and is put back as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.changes import cannot_change
from console.reply import give_back
from console.session import Session
from console.settings import load
from store import decisions, deeds, outbox, read, taking_back
from store.deeds import FILE, Deed, Row
from store.errors import ConflictError, HeardError
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
    local: int = 0  # were on this machine alone
    created: int = 0  # when the change was made

    @property
    def operations(self) -> int:
        """How many operations were taken back."""
        return self.cancelled + self.reversed


@dataclass(frozen=True, slots=True)
class Several:
    """Changes that were taken back, the newest first, and what stopped it before there were enough; None for nothing."""

    done: tuple[Undone, ...]
    stopped: HeardError | None = None


@dataclass(slots=True)
class _AsIf:
    """What a dry run has behind it: changes passed over, operations and rows that count as taken back already."""

    past: list[str] = field(default_factory=list)
    cancelled: set[str] = field(default_factory=set)
    inverse: list[NewOperation] = field(default_factory=list)
    rows: dict[tuple[str, str], Row | None] = field(default_factory=dict)


def undo(session: Session) -> Undone:
    """Take back the newest change of this agent that has not been taken back; ConflictError when nothing can be."""
    return _found(_step(session, _AsIf(), really=True))


def preview(session: Session) -> Undone:
    """What `undo` would take back as things stand; nothing is changed. ConflictError when nothing could be."""
    return _found(_step(session, _AsIf(), really=False))


def several(session: Session, count: int, *, really: bool) -> Several:
    """Take back the newest changes, one after the other, or only look; ConflictError when not even one can be."""
    done = [undo(session) if really else _found(_step(session, as_if := _AsIf(), really=False))]
    try:
        while len(done) < count:
            step = _step(session, _AsIf() if really else as_if, really=really)
            if step is None:
                break
            done.append(step)
    except HeardError as error:
        return Several(tuple(done), error)
    return Several(tuple(done))


def next_operations(session: Session) -> list[Operation]:
    """The operations that `undo` would begin with; none where it takes back something else."""
    deed, found = _newest(session, ())
    return [] if deed else found


def _found(done: Undone | None) -> Undone:
    if done is None:
        raise ConflictError(
            "There is nothing to undo.", "Only changes made with heard on this machine can be taken back."
        )
    return done


def _step(session: Session, as_if: _AsIf, *, really: bool) -> Undone | None:
    """Take back the newest change, or only look; None where there is none."""
    while True:
        deed, found = _newest(session, as_if.past)
        if deed is not None:
            return _deed(session, deed, as_if, really=really)
        if not found:
            return None
        done = _take_back(session, found) if really else _would_take_back(session, found, as_if)
        as_if.past += {o.bulk_id or o.id for o in found}
        if done.operations:
            return done
        _go_on(session, found, done)


def _newest(session: Session, past: Sequence[str]) -> tuple[Deed | None, list[Operation]]:
    """The newest change of this agent that stands, but for those that are `past`: a deed, or operations."""

    def look(reader: sqlite3.Connection) -> tuple[Deed | None, list[Operation]]:
        deed = deeds.newest(reader, session.actor, past)
        found, when = outbox.newest_change(reader, session.actor, past)
        return (deed, []) if deed is not None and deed.at >= when else (None, found)

    return session.db.read(look)


def _deed(session: Session, deed: Deed, as_if: _AsIf, *, really: bool) -> Undone:
    now = session.now()
    if really:
        looked = taking_back.take_back(session.db, deed, session.actor, now)
    else:
        looked = taking_back.look(session.db, deed, now, as_if.rows)
    if really and deed.kind == FILE:
        session.settings = load(session.home.root)
    as_if.past.append(deed.id)
    as_if.rows |= {(deed.kind, each.image.key): each.image.before for each in looked if not each.why}
    kept = tuple(each.why for each in looked if each.why)
    if len(kept) == len(looked):
        raise ConflictError(
            f"{deed.what} cannot be undone: {kept[0]}.", "The next undo takes back what was done before it."
        )
    return Undone(deed.what, 0, 0, kept, len(looked) - len(kept), deed.created)


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
    inverse, kept = _inverses(session, found, _AsIf(cancelled=cancelled))
    if inverse:
        outbox.enqueue(session.db, inverse, session.actor, session.now())
    return Undone(_what(found), len(cancelled), len(inverse), kept, created=found[0].created)


def _would_take_back(session: Session, found: list[Operation], as_if: _AsIf) -> Undone:
    waiting = {o.id for o in found if decisions.cancellable(o)}
    as_if.cancelled |= waiting
    inverse, kept = _inverses(session, found, as_if)
    as_if.inverse += inverse
    return Undone(_what(found), len(waiting), len(inverse), kept, created=found[0].created)


def _inverses(
    session: Session, found: list[Operation], as_if: _AsIf
) -> tuple[list[NewOperation], tuple[str, ...]]:
    """What turns round those that were not cancelled, and why others are left alone."""
    kept: list[str] = []
    left = (o for o in found if o.id not in as_if.cancelled)
    return [each for o in left if (each := _inverse(session, o, kept, as_if)) is not None], tuple(kept)


def _what(found: list[Operation]) -> str:
    said: dict[str, str] = {}
    for operation in found:  # a conflict makes two operations of one
        said[operation.ref] = f"{said.get(operation.ref, '')} {operation.words()}".lstrip()
    # A ticket that had a part of it already was asked for less.
    most = max(said.values(), key=len)
    return f"{most} on {found[0].ref}" if len(said) == 1 else f"{most} on {len(said)} tickets"


def _inverse(session: Session, operation: Operation, kept: list[str], as_if: _AsIf) -> NewOperation | None:
    if operation.state != "done":
        kept.append(f"{operation.ref}: {ON_ITS_WAY}")
        return None
    if operation.kind != "set":
        kept.append(f"{operation.ref}: a message that has left cannot be taken back")
        return None
    found = session.db.read(lambda r: read.ticket(r, operation.ref))
    now = _now(session, operation.ref, as_if)
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


def _now(session: Session, ref: str, as_if: _AsIf) -> dict[str, str]:
    """A ticket's fields as they are meant to be: what the desk has been given and the mirror does not show, and what waits."""
    now = session.db.read(lambda r: read.remote_state(r, ref))
    for laid in session.db.read(lambda r: outbox.laid(r, ref)):
        if laid.id not in as_if.cancelled:
            now |= laid.changes
    for made in as_if.inverse:
        if made.ref == ref:
            now |= made.changes
    return now


def _names(session: Session, operation: Operation) -> dict[str, str]:
    """The names of the agent and group that the ticket goes back to."""
    agents = {i: n for i, n, _ in session.db.read(lambda r: read.agents(r, operation.desk))}
    groups = dict(session.db.read(lambda r: read.groups(r, operation.desk)))
    known = {"assignee": agents, "group": groups}
    back = {k: operation.base.get(k, "") for k in operation.changes if k in known}
    return {k: known[k].get(v, v) or "none" for k, v in back.items()}
