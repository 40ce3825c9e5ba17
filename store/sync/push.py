"""Push: one operation at a time in each ticket's lane, its intent on the disk before the first byte leaves.

An outcome that is not known is a state and is left only by proof: the effect found on the desk, a conditional retry
with the token that the agent's screen was based on, or absence after the time in which a late request can still
commit. Rules and states: sync design, sections 3 and 5.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlmodel import Session, func, select

from store.database import Database
from store.events import NewEvent, record
from store.models import Attempt, Conflict, OperationRecord
from store.objects import local_session
from store.remotes import Absent, Outcome, Remote, TicketDoc, Write
from store.rows import OpState
from store.text import clean_line
from store.tickets import remote_id_of

FIRST_PAUSE_US = 2_000_000
LONGEST_PAUSE_US = 300_000_000
LOOK_AGAIN_US = 5_000_000

# What an outcome leads to; those that are not here may have happened, and are unknown.
NEXT: dict[str, OpState] = {
    "applied": "done",
    "not_sent": "queued",
    "auth": "queued",
    "throttled": "queued",
    "refused": "rejected",
    "gone": "rejected",
    "forbidden": "review",
    "merged": "review",
}

# What may leave now: the first of its ticket's lane; a reply also waits for an earlier reply that a person must look at.
READY = """o.desk = :desk AND o.state = 'queued' AND o.not_before <= :now
 AND NOT EXISTS (SELECT 1 FROM {op} p WHERE p.lane = o.lane AND p.seq < o.seq AND (p.state IN ('queued', 'sending', 'unknown')
  OR (o.kind = 'reply' AND p.kind = 'reply' AND p.state IN ('review', 'conflict'))))"""
CLAIM = f"""UPDATE op SET state = 'sending', owner = :owner, fence = :fence, attempts = attempts + 1, last_sent = :now,
 first_sent = CASE WHEN first_sent = 0 THEN :now ELSE first_sent END
 WHERE id = (SELECT o.id FROM op o WHERE {READY.format(op="op")}
  ORDER BY CASE WHEN o.bulk_id = '' THEN 0 ELSE 1 END, o.id LIMIT 1) RETURNING id"""
IS_READY = f"SELECT EXISTS (SELECT 1 FROM local.op o WHERE {READY.format(op='local.op')})"


class Pusher:
    """Takes one desk's operations from the outbox to the desk."""

    def __init__(
        self, database: Database, desk: str, remote: Remote, owner: str, now: Callable[[], int]
    ) -> None:
        self._db = database
        self._desk = desk
        self._remote = remote
        self._owner = owner
        self._now = now

    def recover(self) -> None:
        """Call what an earlier worker left in flight unknown: it may have happened."""
        with self._db.write("local") as connection:
            connection.execute(
                "UPDATE op SET state = 'unknown', not_before = 0, error = 'the program ended while this was being sent'"
                " WHERE desk = ? AND state = 'sending'",
                (self._desk,),
            )

    def claim(self, fence: int) -> OperationRecord | None:
        """Mark the next ready operation as being sent, durably, before anything leaves; None when nothing is ready."""
        values = {"owner": self._owner, "fence": fence, "now": self._now(), "desk": self._desk}
        with self._db.write("local") as connection:
            found = connection.execute(CLAIM, values).fetchone()
        return self._load(found[0]) if found else None

    def ready(self) -> bool:
        """Whether anything may leave now; asks without writing."""
        values = {"now": self._now(), "desk": self._desk}
        return bool(self._db.read(lambda r: r.execute(IS_READY, values).fetchone()[0]))

    def _load(self, op_id: str) -> OperationRecord:
        with Session(self._db.engine("local"), expire_on_commit=False) as session:
            return session.exec(select(OperationRecord).where(OperationRecord.id == op_id)).one()

    async def send(self, operation: OperationRecord) -> Outcome:
        """Send one claimed operation and keep what it came to."""
        outcome = await self._remote.send(write_of(operation))
        if outcome.kind == "conflict":
            await self._rebase(operation, outcome)
        else:
            self._settle(operation, outcome, *self._verdict(operation, outcome))
        return outcome

    def _verdict(self, operation: OperationRecord, outcome: Outcome) -> tuple[OpState, int]:
        """The next state and how long to wait, microseconds."""
        pause = min(LONGEST_PAUSE_US, FIRST_PAUSE_US * 2 ** min(operation.attempts, 10))
        state = NEXT.get(outcome.kind, "unknown")
        if outcome.kind == "busy" and operation.kind == "set":
            state = "queued"  # a field set twice is set once
        if outcome.kind == "throttled" and outcome.retry_after:
            pause = int(outcome.retry_after * 1_000_000)
        return state, {"queued": pause, "unknown": LOOK_AGAIN_US}.get(state, 0)

    def _settle(self, operation: OperationRecord, outcome: Outcome, state: OpState, pause: int) -> None:
        now = self._now()
        with local_session(self._db) as session:
            found = session.get_one(OperationRecord, operation.id)
            session.add(_attempt(session, found, outcome, now))
            if found.owner != self._owner or found.fence != operation.fence:
                return  # another worker has it by now: what we learnt stays in the attempt
            found.state = state
            found.not_before = now + pause
            found.status = outcome.status
            found.error = "" if state == "done" else clean_line(outcome.detail or outcome.code, 500)
            found.result_id = outcome.remote_id or found.result_id
            found.result_token = outcome.token or found.result_token
            session.add(found)
            if state == "done" and outcome.token:
                _pass_on(session, found, outcome.token)
        if state not in ("queued", "unknown"):
            self._tell(operation, state)

    def _tell(self, operation: OperationRecord, state: OpState) -> None:
        now = self._now()
        kind = "sent" if state == "done" else state
        key = f"op:{operation.id}:{kind}:{operation.attempts}"
        with self._db.write("local") as connection:
            record(
                connection,
                [NewEvent(key, operation.lane, kind, "agent", operation.actor, now, new=operation.kind)],
                now,
            )

    async def _rebase(self, operation: OperationRecord, outcome: Outcome) -> None:
        """Somebody changed the ticket since the agent looked: go on where the changes are apart, else ask a person."""
        effect = await self._remote.find_effect(write_of(operation))
        if effect.kind == "found":
            self._settle(operation, Outcome("applied", effect.remote_id, effect.token), "done", 0)
            return
        theirs = await self._remote.ticket(remote_id_of(operation.lane))
        if isinstance(theirs, Absent):
            self._settle(operation, outcome, "rejected" if theirs.presence == "gone" else "review", 0)
            return
        clashes = overlapping(operation, theirs)
        with local_session(self._db) as session:
            found = session.get_one(OperationRecord, operation.id)
            found.base_token = theirs.token
            session.add(found)
            session.add_all(clashes)
        self._settle(operation, outcome, "conflict" if clashes else "queued", 0)

    async def reconcile(self) -> int:
        """Look on the desk for the effect of operations whose outcome is unknown; returns how many were settled."""
        settled = 0
        with Session(self._db.engine("local"), expire_on_commit=False) as session:
            unknown = session.exec(
                select(OperationRecord).where(
                    OperationRecord.desk == self._desk, OperationRecord.state == "unknown"
                )
            ).all()
        for operation in unknown:
            if operation.not_before <= self._now():
                settled += await self._look(operation)
        return settled

    async def _look(self, operation: OperationRecord) -> bool:
        effect = await self._remote.find_effect(write_of(operation))
        caps = self._remote.caps
        operation.owner, operation.fence = self._adopt(operation)
        if effect.kind == "found":
            self._settle(operation, Outcome("applied", effect.remote_id, effect.token), "done", 0)
            return True
        conditional = bool(operation.base_token) and (
            caps.cas_on_reply if operation.kind in ("reply", "note") else caps.cas != "none"
        )
        settled = self._now() >= operation.last_sent + caps.settle_s * 1_000_000
        if effect.kind == "absent" and (conditional or settled):
            ask = caps.promise == "C" and operation.kind in ("reply", "note") and not conditional
            self._settle(
                operation,
                Outcome("not_sent", detail="not found on the desk"),
                "review" if ask else "queued",
                0,
            )
            return True
        if effect.kind == "cannot_tell" and isinstance(
            theirs := await self._remote.ticket(remote_id_of(operation.lane)), Absent
        ):
            gone = theirs.presence == "gone"
            outcome = Outcome(
                "gone" if gone else "forbidden",
                detail=f"the ticket is {theirs.presence}; it may have been sent",
            )
            self._settle(operation, outcome, "rejected" if gone else "review", 0)
            return True
        self._settle(operation, Outcome("unknown", detail=operation.error), "unknown", LOOK_AGAIN_US)
        return False

    def _adopt(self, operation: OperationRecord) -> tuple[str, int]:
        with self._db.write("local") as connection:
            connection.execute(
                "UPDATE op SET owner = ? WHERE id = ? AND state = 'unknown'", (self._owner, operation.id)
            )
        return self._owner, operation.fence

    def caught_up(self, lane: str) -> None:
        """Close the operations of a ticket that the desk has taken, now that the mirror shows them."""
        with self._db.write("local") as connection:
            connection.execute(
                "UPDATE op SET closed = ? WHERE lane = ? AND state = 'done' AND closed = 0",
                (self._now(), lane),
            )

    def behind(self) -> list[str]:
        """Tickets that the desk has changed for us and the mirror does not show yet."""
        found = self._db.read(
            lambda r: r.execute(
                "SELECT DISTINCT lane FROM local.op WHERE desk = ? AND state = 'done' AND closed = 0",
                (self._desk,),
            ).fetchall()
        )
        return [f[0] for f in found]


def write_of(operation: OperationRecord) -> Write:
    """What the adapter is asked to do."""
    content = json.loads(operation.payload)
    return Write(
        op_id=operation.id,
        kind=operation.kind,  # type: ignore[arg-type]  # the column holds the Write kinds only
        ticket_id=remote_id_of(operation.lane),
        body=content["body"],
        changes=content["changes"],
        add_tags=tuple(content["add_tags"]),
        remove_tags=tuple(content["remove_tags"]),
        token=operation.base_token or None,
        low_water=operation.low_water,
    )


def overlapping(operation: OperationRecord, theirs: TicketDoc) -> list[Conflict]:
    """The fields that both sides changed to different values since the agent looked; none for a reply or a note."""
    mine: dict[str, str] = json.loads(operation.payload)["changes"]
    base: dict[str, str] = json.loads(operation.base)
    clashes = []
    for field, wanted in mine.items():
        now = field_of(theirs, field)
        if now not in (wanted, base.get(field, now)):
            clashes.append(
                Conflict(
                    op_id=operation.id,
                    field=field,
                    base=base.get(field, ""),
                    mine=wanted,
                    theirs=now,
                    theirs_at=theirs.updated,
                )
            )
    return clashes


def field_of(ticket: TicketDoc, name: str) -> str:
    """The value of a field in the words that a change uses."""
    known = {
        "status": ticket.status,
        "priority": ticket.priority,
        "subject": clean_line(ticket.subject),
        "assignee": ticket.assignee_id or "",
        "group": ticket.group_id or "",
    }
    return known[name] if name in known else clean_line(ticket.fields.get(name, ""))


def _attempt(session: Session, operation: OperationRecord, outcome: Outcome, now: int) -> Attempt:
    made = session.exec(select(func.count()).select_from(Attempt).where(Attempt.op_id == operation.id)).one()
    return Attempt(
        op_id=operation.id,
        n=made + 1,
        at=now,
        outcome=outcome.kind,
        status=outcome.status,
        detail=clean_line(outcome.detail, 500),
    )


def _pass_on(session: Session, operation: OperationRecord, token: str) -> None:
    """Our own write moved the ticket: later operations that were based on the same screen go on from there."""
    later = session.exec(
        select(OperationRecord).where(
            OperationRecord.lane == operation.lane,
            OperationRecord.state == "queued",
            OperationRecord.base_token == operation.base_token,
        )
    )
    for each in later.all():
        each.base_token = token
        session.add(each)
