"""What has not reached the desk yet, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Sequence

from console.session import Session
from store import outbox
from store.errors import ConflictError, NotFoundError
from store.rows import OPEN_STATES, Operation, OutboxCount

SHOWN = (*OPEN_STATES, "rejected")


def operations(session: Session, states: Sequence[str] = SHOWN) -> list[Operation]:
    """Operations in these states, oldest first."""
    return session.db.read(lambda r: outbox.operations(r, states))


def counts(session: Session) -> OutboxCount:
    """How many operations stand in each state that is not final."""
    return session.db.read(outbox.counts)


def find(session: Session, op_id: str) -> Operation:
    """One operation by its id or by the end of its id."""
    found = [
        o
        for o in operations(session, (*SHOWN, "done", "cancelled"))
        if o.id == op_id or o.id.endswith(op_id.upper())
    ]
    if len(found) != 1:
        what = f"There is no operation {op_id}" if not found else f"{op_id} could be {len(found)} operations"
        raise NotFoundError(f"{what} in the outbox.", "`heard outbox` lists them with their ids.")
    return found[0]


def retry(session: Session, op_id: str) -> None:
    """Queue again what was rejected or waits for review."""
    outbox.retry(session.db, find(session, op_id).id, session.now())


def drop(session: Session, op_id: str) -> Operation:
    """Cancel an operation that has not left; ConflictError when it may be out already."""
    found = find(session, op_id)
    if not outbox.cancel(session.db, [found.id], session.now()):
        raise ConflictError(
            f"The operation is {found.state}: it may already be out.",
            "`heard show` tells once the desk has answered.",
        )
    return found
