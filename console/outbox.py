"""What has not reached the desk yet, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.reply import LONGEST, give_back, load_draft
from console.session import Session
from console.triage import ticket
from store import decisions, outbox, read
from store.errors import ConflictError, InvalidInputError, NotFoundError
from store.promises import NewPromise
from store.rows import OPEN_STATES, Operation, OutboxCount, Ticket
from store.text import clean

SHOWN = (*OPEN_STATES, "rejected")
FOLLOW_UP = "a follow-up ticket"
FOLLOWING = frozenset({"zendesk", "demo"})  # where a closed ticket stays closed, and another goes on from it


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


def stranded(session: Session, found: Sequence[Operation]) -> list[str]:
    """The desks that some of these operations wait for and that the settings do not name, so that nothing is sent there."""
    return sorted(
        {o.desk for o in found if o.state not in ("done", "cancelled")} - session.settings.desks.keys()
    )


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


def _current(session: Session, op_id: str) -> Operation:
    """The operation by its id; ConflictError where another has taken its place, which would otherwise leave unnoticed."""
    found = find(session, op_id)
    heir = session.db.read(lambda r: outbox.heir(r, found.id)) if found.state == "cancelled" else None
    if heir is not None and heir.state != "cancelled":
        raise ConflictError(
            f"Another operation has taken the place of this one: {heir.words()} on {heir.ref}, {heir.state}.",
            f"`heard outbox show {heir.id[-6:]}` has it.",
        )
    return found


def waits_behind(session: Session, operation: Operation) -> Operation | None:
    """The operation of the same ticket that stands before this one, so that it cannot leave yet; None where nothing does."""
    if operation.state != "queued":
        return None
    now = session.now()
    ahead = [
        each
        for each in session.db.read(lambda r: outbox.in_lane(r, operation.ref))
        if each.id != operation.id and _stands_before(each, operation, now)
    ]
    return ahead[0] if ahead else None


def _stands_before(each: Operation, operation: Operation, now: int) -> bool:
    if each.state in ("sending", "unknown"):
        return True
    if each.state == "queued":
        return each.seq < operation.seq and each.send_at <= now
    return each.seq < operation.seq and each.kind == operation.kind == "reply"


def retry(session: Session, op_id: str, seen: str = "") -> None:
    """Queue again what was rejected or waits for review, or send now what waits for its time.

    A reply that waits because somebody else has answered goes out all the same: whoever decides has that answer before him
    (`seen` is the newest message on his screen; what is known by now where it is not given).
    """
    found = _current(session, op_id)
    if found.kind == "reply" and found.state == "review":
        read_last = seen or newest(session, found.ref)
        decisions.send_anyway(session.db, found.id, read_last, session.now())
    else:
        decisions.retry(session.db, found.id, session.now())


def newest(session: Session, ref: str) -> str:
    """The newest message that is known of a ticket; "" while the mirror is being made anew."""
    found = session.db.read(lambda r: read.ticket(r, ref))
    return found.low_water if found else ""


def drop(session: Session, op_id: str) -> Operation:
    """Cancel an operation that has not left; its words are the ticket's draft again, where that has none of its own.

    ConflictError when it may be out already.
    """
    found = _cancelled(session, op_id)
    if found.body and load_draft(session, found.ref) is None:
        give_back(session, found)
    return found


def _cancelled(session: Session, op_id: str) -> Operation:
    """The operation as it was before it was cancelled; ConflictError when it may be out already."""
    found = _current(session, op_id)
    if not decisions.cancel(session.db, [found.id], session.now()):
        raise decisions.not_cancelled(find(session, op_id))
    return found


def editable(session: Session, op_id: str) -> Operation:
    """The operation by its id, where its words may still be changed; ConflictError or InvalidInputError where not."""
    found = _current(session, op_id)
    decisions.may_edit(found)
    return found


def edit(session: Session, op_id: str, text: str, seen: str = "") -> Operation:
    """Give a waiting reply or note other words; ConflictError when it may be out already.

    `seen` is the newest message that whoever wrote them had before him; what is known by now where it is not given.
    """
    body = clean(text).strip()
    if not body or len(body) > LONGEST:
        raise InvalidInputError(
            f"A message has 1 to {LONGEST:,} characters.", "`heard outbox drop` takes it back altogether."
        )
    found = _current(session, op_id)
    held = session.now() + session.settings.sync.undo_send * 1_000_000 if found.kind == "reply" else 0
    made = decisions.edit(
        session.db,
        found.id,
        body,
        session.now(),
        not_before=held,
        promised=_promised(session, found, body),
        # Other words for a reply that somebody was quicker than are written with that answer before one, as for `retry`.
        agreed=(seen or newest(session, found.ref))
        if found.kind == "reply" and found.state == "review"
        else "",
    )
    return find(session, made)


def _promised(session: Session, found: Operation, body: str) -> tuple[NewPromise, ...]:
    """What the new words of a reply promise, where its words are looked at."""
    if found.kind != "reply" or not session.settings.heard.promises:
        return ()
    from console.promises import understand  # noqa: PLC0415  (only new words need it)

    return understand(session, found.ref, body, found.send_at, instead=found.id).new()


def take_back(session: Session, op_id: str) -> Operation:
    """Cancel a waiting message and make its words the ticket's draft again, above what is typed there."""
    found = _cancelled(session, op_id)
    if found.body:
        give_back(session, found)
    return found


def disputed(session: Session, op_id: str) -> list[Disputed]:
    """The fields in conflict of an operation."""
    found = find(session, op_id)
    names = _names(session, found.desk)

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


def _names(session: Session, desk: str) -> dict[str, dict[str, str]]:
    """The names of a desk's agents and groups, by their ids, for the fields that hold those."""
    return {
        "assignee": {i: n for i, n, _ in session.db.read(lambda r: read.agents(r, desk))},
        "group": dict(session.db.read(lambda r: read.groups(r, desk))),
    }


def resolve(session: Session, op_id: str, values: Mapping[str, str]) -> Operation | None:
    """Settle a conflict: each disputed field gets the value given; the new operation, or None when theirs stand."""
    found = _current(session, op_id)
    names = _names(session, found.desk)
    made = decisions.resolve(
        session.db,
        found.id,
        values,
        token=found.base_token,
        shown={n: names[n].get(v, v) or "none" for n, v in values.items() if n in names},
        who=session.actor,
        now=session.now(),
    )
    return find(session, made) if made else None


def release(session: Session) -> int:
    """Send now what only waits so that it can be taken back, or because a try failed; returns how many that are."""
    return decisions.release(session.db, session.now())


def elsewhere(session: Session, operation: Operation, held: Ticket) -> str:
    """Where the words of an operation can go instead: the ticket that theirs (`held`) was merged into, FOLLOW_UP for one that is closed, or ""."""
    if held.merged_into:
        return f"{held.desk}/{held.merged_into}"
    desk = session.settings.desks.get(held.desk)
    stuck = operation.kind == "reply" and operation.state in ("review", "rejected")
    follows = stuck and held.row.status == "closed" and desk is not None and desk.provider in FOLLOWING
    return FOLLOW_UP if follows else ""


def retarget(session: Session, op_id: str) -> Operation:
    """Send the words to the ticket that theirs was merged into, or as a new one that follows a closed one.

    ConflictError when it was neither merged nor closed, or merged into one we do not see.
    """
    found = _current(session, op_id)
    if not found.body:
        raise InvalidInputError(
            "Only a reply or a note can be sent elsewhere.", "Change the other ticket with `heard set`."
        )
    place = elsewhere(session, found, ticket(session, found.ref))
    if place == FOLLOW_UP:
        return find(session, decisions.follow_up(session.db, found.id, session.now()))
    if not place:
        raise ConflictError(
            f"{found.ref} was not merged into another ticket, and no follow-up ticket can take these words.",
            "`heard outbox show` says what stands in the way.",
        )
    target = ticket(session, place)
    return find(session, decisions.retarget(session.db, found.id, target.row.ref, session.now()))
