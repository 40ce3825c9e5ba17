"""Taking a ticket without taking it from anybody: what a colleague has stays his, here or by the time it is on the desk."""

from __future__ import annotations

from collections.abc import Collection

from console import changes, nextup, outbox
from console.session import Session
from console.triage import ticket
from store import turn
from store.errors import ConflictError, InvalidInputError, NotFoundError
from store.rows import Operation

FREE = "status:new,open is:unassigned -is:snoozed"
ENDED = ("solved", "closed")


def claim(session: Session, ref: str) -> Operation | None:
    """Take a ticket; None when it is mine already. ConflictError when a colleague has it, InvalidInputError when it is over."""
    row = ticket(session, ref).row
    if row.assignee in session.db.read(turn.my_names):
        return None
    if row.status in ENDED:
        raise InvalidInputError(f"{row.ref} is {row.status}: there is nothing to take.")
    if row.assignee:
        raise taken(row.ref, row.assignee)
    return changes.set_fields(session, row.ref, changes.parse(["assignee=me"]))


def claim_next(session: Session, query: str = "", without: Collection[str] = ()) -> tuple[str, Operation]:
    """Take the ticket to work on next of those that nobody has; NotFoundError when there is none."""
    wanted = f"{query} is:unassigned -is:snoozed" if query else FREE
    for found in nextup.next_up(session, wanted, most=5, without=without):
        operation = claim(session, found.row.ref)
        if operation is not None:
            return found.row.ref, operation
    raise NotFoundError("There is no ticket that nobody has.", "`heard next` lists what to work on.")


def taken(ref: str, who: str) -> ConflictError:
    """The error that says who has a ticket."""
    return ConflictError(
        f"{ref} is not yours: {who} has it.", f"`heard set {ref} assignee=me` takes it over all the same."
    )


def lost(session: Session, operation: Operation) -> str:
    """Who was quicker, where a claim met somebody else's on the desk; "" where it did not. The claim is then given up."""
    if operation.state != "conflict" or set(operation.changes) != {"assignee"}:
        return ""
    found = next((each for each in outbox.disputed(session, operation.id) if each.field == "assignee"), None)
    if found is None:
        return ""
    outbox.resolve(session, operation.id, {"assignee": found.value_theirs})
    return found.theirs or found.by or "somebody else"


def holder(session: Session, ref: str) -> str:
    """The colleague who has a ticket; "" when nobody has it, or I do."""
    row = ticket(session, ref).row
    return "" if row.assignee in session.db.read(turn.my_names) else row.assignee


def beaten(session: Session) -> list[tuple[str, str, str]]:
    """My claims that met a colleague's and are not settled: (operation, ref, who has it)."""
    return [
        (found.id, found.ref, each.theirs)
        for found in outbox.operations(session, ("conflict",))
        if found.actor == session.actor and set(found.changes) == {"assignee"}
        for each in outbox.disputed(session, found.id)
        if each.field == "assignee"
    ]
