"""What has not reached the desk yet, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.reply import LONGEST, give_back
from console.session import Session
from console.triage import ticket
from store import decisions, outbox, read
from store.errors import ConflictError, InvalidInputError, NotFoundError
from store.rows import OPEN_STATES, Operation, OutboxCount
from store.text import clean

SHOWN = (*OPEN_STATES, "rejected")


@dataclass(frozen=True, slots=True)
class Disputed:
    """One field that both sides changed: what it was, what each side wants, and who was quicker. Names are for people, values for `resolve`."""

    field: str
    base: str
    mine: str
    theirs: str
    by: str  # "" where the desk does not tell
    at: int
    value_mine: str
    value_theirs: str


def operations(session: Session, states: Sequence[str] = SHOWN) -> list[Operation]:
    """Operations in these states, oldest first."""
    return session.db.read(lambda r: outbox.operations(r, states))


def counts(session: Session) -> OutboxCount:
    """How many operations stand in each state that is not final."""
    return session.db.read(outbox.counts)


def find(session: Session, op_id: str) -> Operation:
    """One operation by its id or by the end of its id."""
    found = session.db.read(lambda r: outbox.operation(r, op_id))
    if found is not None:
        return found
    ending = session.db.read(lambda r: outbox.ending(r, op_id)) if op_id else []
    if len(ending) != 1:
        what = f"{op_id} could be several operations" if ending else f"There is no operation {op_id}"
        raise NotFoundError(f"{what} in the outbox.", "`heard outbox` lists them with their ids.")
    return ending[0]


def retry(session: Session, op_id: str, seen: str = "") -> None:
    """Queue again what was rejected or waits for review, or send now what waits for its time.

    A reply that waits because somebody else has answered goes out all the same: whoever decides has that answer before him
    (`seen` is the newest message on his screen; what is known by now where it is not given).
    """
    found = find(session, op_id)
    if found.kind == "reply" and found.state == "review":
        newest = seen or _newest(session, found.ref)
        decisions.send_anyway(session.db, found.id, newest, session.now())
    else:
        decisions.retry(session.db, found.id, session.now())


def _newest(session: Session, ref: str) -> str:
    """The newest message that is known of a ticket; "" while the mirror is being made anew."""
    found = session.db.read(lambda r: read.ticket(r, ref))
    return found.low_water if found else ""


def drop(session: Session, op_id: str) -> Operation:
    """Cancel an operation that has not left; ConflictError when it may be out already."""
    found = find(session, op_id)
    if not decisions.cancel(session.db, [found.id], session.now()):
        raise ConflictError(
            f"The operation is {found.state}: it may already be out.",
            "`heard show` tells once the desk has answered.",
        )
    return found


def edit(session: Session, op_id: str, text: str) -> Operation:
    """Give a waiting reply or note other words; ConflictError when it may be out already."""
    body = clean(text).strip()
    if not body or len(body) > LONGEST:
        raise InvalidInputError(
            f"A message has 1 to {LONGEST:,} characters.", "`heard outbox drop` takes it back altogether."
        )
    found = find(session, op_id)
    held = session.now() + session.settings.sync.undo_send * 1_000_000 if found.kind == "reply" else 0
    return find(session, decisions.edit(session.db, found.id, body, session.now(), not_before=held))


def take_back(session: Session, op_id: str) -> Operation:
    """Cancel a waiting message and make its words the ticket's draft again."""
    found = drop(session, op_id)
    if found.body:
        give_back(session, found)
    return found


def disputed(session: Session, op_id: str) -> list[Disputed]:
    """The fields in conflict of an operation."""
    found = find(session, op_id)
    names: dict[str, dict[str, str]] = {
        "assignee": {i: n for i, n, _ in session.db.read(lambda r: read.agents(r, found.desk))},
        "group": dict(session.db.read(lambda r: read.groups(r, found.desk))),
    }

    def shown(field: str, value: str) -> str:
        return names.get(field, {}).get(value, value) or "none"

    clashes = session.db.read(lambda r: decisions.clashes(r, found.id))
    return [
        Disputed(
            c.field,
            shown(c.field, c.base),
            shown(c.field, c.mine),
            shown(c.field, c.theirs),
            c.theirs_by,
            c.theirs_at,
            c.mine,
            c.theirs,
        )
        for c in clashes
    ]


def resolve(session: Session, op_id: str, values: Mapping[str, str]) -> Operation | None:
    """Settle a conflict: each disputed field gets the value given; the new operation, or None when theirs stand."""
    found = find(session, op_id)
    made = decisions.resolve(
        session.db,
        found.id,
        values,
        token=found.base_token,
        who=session.actor,
        now=session.now(),
    )
    return find(session, made) if made else None


def release(session: Session) -> int:
    """Send now what only waits so that it can be taken back; returns how many replies that are."""
    return decisions.release(session.db, session.now())


def retarget(session: Session, op_id: str) -> Operation:
    """Send the words to the ticket that theirs was merged into; ConflictError when it was not merged, or into one we do not see."""
    found = find(session, op_id)
    if not found.body:
        raise InvalidInputError(
            "Only a reply or a note can be sent elsewhere.", "Change the other ticket with `heard set`."
        )
    merged = ticket(session, found.ref).merged_into
    if not merged:
        raise ConflictError(
            f"{found.ref} was not merged into another ticket.",
            "`heard outbox show` says what stands in the way.",
        )
    target = ticket(session, f"{found.desk}/{merged}")
    return find(session, decisions.retarget(session.db, found.id, target.row.ref, session.now()))
