"""The worker's side of the outbox: claim, settle, recover. Every step is one durable transaction on local.db.

What is sent stands here as "sending" before its first byte leaves; what an earlier worker left there is unknown.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from store import outbox
from store.database import Database
from store.decisions import split
from store.events import NewEvent, record
from store.remotes import Outcome, Write
from store.rows import Clash, Operation
from store.sync.verdicts import Verdict
from store.text import clean_line
from store.tickets import remote_id_of

LATE_US = 600_000_000
FAR_US = 3_600_000_000  # a pause longer than this was set by a clock that was wrong
WRONG_US = 60_000_000  # answers tell the time less exactly than that only where a clock is wrong

# Said beside a state, so that SQLite takes the index of open ones.
OPEN = "state NOT IN ('done', 'cancelled')"

# What may leave now: the first of its ticket's lane, not counting what is to leave at a later time; a reply also waits
# for an earlier reply that a person must look at. The state is named twice, as OPEN says.
READY = """o.desk = :desk AND o.state = 'queued' AND o.state NOT IN ('done', 'cancelled')
 AND (o.not_before <= :now OR (o.send_at = 0 AND o.not_before > :now + :far))
 AND NOT EXISTS (SELECT 1 FROM {op} p WHERE p.lane = o.lane AND p.state IN ('sending', 'unknown'))
 AND NOT EXISTS (SELECT 1 FROM {op} p WHERE p.lane = o.lane AND p.seq < o.seq AND ((p.state = 'queued' AND p.send_at <= :now)
  OR (o.kind = 'reply' AND p.kind = 'reply' AND p.state IN ('review', 'conflict'))))"""
FIRST = f"SELECT o.id FROM local.op o WHERE {READY.format(op='local.op')} AND (o.bulk_id = '') = :single ORDER BY o.rowid LIMIT 1"
ALIKE = f"""SELECT o.id FROM local.op o WHERE {READY.format(op="local.op")} AND o.bulk_id = :bulk
 AND o.payload = (SELECT f.payload FROM local.op f WHERE f.id = :id) ORDER BY o.rowid LIMIT :most"""
# The ticket that an operation has changed, or made.
CHANGED = "CASE WHEN kind = 'create' AND result_id <> '' THEN desk || '/' || result_id ELSE lane END"
CLAIM = f"""UPDATE op SET state = 'sending', owner = :owner, fence = :fence, attempts = attempts + 1, last_sent = :sent,
 first_sent = CASE WHEN first_sent = 0 THEN :sent ELSE first_sent END
 WHERE id = (SELECT o.id FROM op o WHERE {READY.format(op="op")} AND o.id = :id) RETURNING id"""


@dataclass(frozen=True, slots=True)
class Hands:
    """Who works: the worker's name, and its clocks (ours, and the desk's), in microseconds."""

    owner: str
    now: Callable[[], int]
    server_now: Callable[[], int]


class Operations:
    """One desk's operations, as the worker moves them."""

    def __init__(self, database: Database, desk: str, hands: Hands) -> None:
        self._db = database
        self._desk = desk
        self._hands = hands

    def recover(self, owner: str = "") -> None:
        """Call what an earlier worker (or `owner`) left in flight unknown: it may have happened. Jobs go on without us."""
        with self._db.write("local") as connection:
            connection.execute(
                "UPDATE op SET state = 'unknown', not_before = 0, error = 'the program was interrupted while this was being sent'"
                " WHERE desk = ?1 AND state = 'sending' AND job = '' AND ?2 IN ('', owner)",
                (self._desk, owner),
            )
            connection.execute(
                "UPDATE op SET owner = ? WHERE desk = ? AND state = 'sending' AND job <> ''",
                (self._hands.owner, self._desk),
            )

    def recover_mine(self) -> None:
        """Call what we left in flight ourselves unknown, where its outcome could not be written down: the disk was full."""
        sql = f"SELECT 1 FROM local.op WHERE desk = ? AND state = 'sending' AND {OPEN} AND job = '' AND owner = ?"
        values = (self._desk, self._hands.owner)
        if self._db.read(lambda r: r.execute(sql, values).fetchone(), overlaid=False):
            self.recover(self._hands.owner)

    def reachable(self) -> None:
        """The desk answers, and knows us: what only waited because it did not may leave now."""
        which = f"""desk = ?1 AND state = 'queued' AND {OPEN} AND not_before > ?2 AND send_at <= ?2 AND error <> '' AND doubt = 0
 AND status IN (0, 401)"""
        values = (self._desk, self._hands.now())
        sql = f"SELECT 1 FROM local.op WHERE {which}"
        if self._db.read(lambda r: r.execute(sql, values).fetchone(), overlaid=False):
            with self._db.write("local") as connection:
                connection.execute(f"UPDATE op SET not_before = ?2 WHERE {which}", values)

    def _values(self) -> dict[str, object]:
        return {"now": self._hands.now(), "desk": self._desk, "far": FAR_US}

    def first_ready(self, *, bulk: bool) -> Operation | None:
        """What may leave next: single changes before those of a bulk, which need `bulk`; asks without writing."""
        op_id = self._first(single=True) or (self._first(single=False) if bulk else "")
        return self.load(op_id) if op_id else None

    def ready(self, *, bulk: bool) -> bool:
        """Whether anything may leave now; asks without writing."""
        return bool(self._first(single=True) or (bulk and self._first(single=False)))

    def _first(self, *, single: bool) -> str:
        values = self._values() | {"single": int(single)}
        found = self._db.read(lambda r: r.execute(FIRST, values).fetchone(), overlaid=False)
        return str(found[0]) if found else ""

    def alike(self, first: Operation, most: int) -> list[str]:
        """Operations of the same bulk that may leave now and ask for the same."""
        values = self._values() | {"id": first.id, "bulk": first.bulk_id, "most": most}
        return [f[0] for f in self._db.read(lambda r: r.execute(ALIKE, values).fetchall(), overlaid=False)]

    def load(self, op_id: str) -> Operation:
        """One operation as it stands."""
        found = self._db.read(lambda r: outbox.operation(r, op_id), overlaid=False)
        assert found is not None  # noqa: S101  (operations are never deleted)
        return found

    def load_many(self, op_ids: Sequence[str]) -> list[Operation]:
        """Operations as they stand, in this order."""
        return [self.load(each) for each in op_ids]

    def now(self) -> int:
        """Our clock, microseconds."""
        return self._hands.now()

    def server_now(self) -> int:
        """The desk's clock, microseconds."""
        return self._hands.server_now()

    def claim(self, fence: int, op_ids: Sequence[str]) -> list[str]:
        """Mark operations as being sent, durably, before anything leaves; returns those that still might."""
        values = self._values() | {
            "owner": self._hands.owner,
            "fence": fence,
            "sent": self._hands.server_now(),
        }
        with self._db.write("local") as connection:
            return [i for i in op_ids if connection.execute(CLAIM, values | {"id": i}).fetchone()]

    def in_state(self, state: str) -> list[Operation]:
        """This desk's operations in one state."""
        return [
            o
            for o in self._db.read(lambda r: outbox.operations(r, (state,)), overlaid=False)
            if o.desk == self._desk
        ]

    def adopt(self, operation: Operation, settle_us: int) -> Operation:
        """Take over an operation of unknown outcome, so that what an earlier worker still learns of it changes nothing."""
        with self._db.write("local") as connection:
            connection.execute(
                "UPDATE op SET owner = ? WHERE id = ? AND state = 'unknown'",
                (self._hands.owner, operation.id),
            )
        return self.timely(self.load(operation.id), settle_us)

    def timely(self, operation: Operation, settle_us: int) -> Operation:
        """The operation, which cannot have been sent at a time to come: a clock was wrong, and the wait for it starts anew.

        Only where our clock says so, too: if the desk's is the one that is wrong now, the wait would end when it is set right.
        """
        now = self._hands.server_now()
        until, latest = now + settle_us, max(now, self._hands.now()) + WRONG_US
        if operation.last_sent <= latest and operation.doubt <= latest + settle_us:
            return operation
        with self._db.write("local") as connection:
            connection.execute(
                "UPDATE op SET last_sent = min(last_sent, ?), doubt = min(doubt, ?) WHERE id = ?",
                (now, until, operation.id),
            )
        return self.load(operation.id)

    def settle(
        self,
        operation: Operation,
        outcome: Outcome,
        verdict: Verdict,
        *,
        doubt: int = 0,
        guarded: bool = False,
    ) -> None:
        """Keep what one request or look came to; an operation that another worker has by now is left alone.

        With `guarded` the desk took the write on the condition that nobody had changed the ticket: then its new token
        holds for what was based on the same screen.
        """
        now = self._hands.now()
        with self._db.write("local") as connection:
            _add_attempt(connection, operation, outcome, now)
            if not self._move(connection, operation, verdict, now):
                return
            connection.execute(
                "UPDATE op SET status = ?1, result_id = coalesce(?2, result_id), result_token = coalesce(?3, result_token),"
                " doubt = ?4 WHERE id = ?5",
                (_status(outcome), outcome.remote_id, outcome.token, doubt, operation.id),
            )
            if verdict.state == "done" and outcome.token and guarded:
                _pass_on(connection, operation, outcome.token)
            _tell(connection, operation, verdict, now)

    def settle_many(
        self, operations: Sequence[Operation], verdict: Verdict, outcome: Outcome | None = None
    ) -> None:
        """Move operations that went out together; `outcome` is what their request came to, where this is about that."""
        now = self._hands.now()
        with self._db.write("local") as connection:
            for each in operations:
                if not self._move(connection, each, verdict, now):
                    continue
                if outcome is not None:
                    connection.execute("UPDATE op SET status = ? WHERE id = ?", (_status(outcome), each.id))
                _tell(connection, each, verdict, now)

    def give_job(self, operations: Sequence[Operation], job_id: str) -> None:
        """Remember which of the desk's jobs carries out these operations, so that a later worker can ask for it."""
        with self._db.write("local") as connection:
            connection.executemany("UPDATE op SET job = ? WHERE id = ?", [(job_id, o.id) for o in operations])

    def meet(
        self, operation: Operation, verdict: Verdict, *, token: str = "", clashes: Sequence[Clash] = ()
    ) -> None:
        """Go on from a ticket that somebody changed: with its new token, or as a conflict whose undisputed part goes on alone."""
        now = self._hands.now()
        with self._db.write("local") as connection:
            if not self._move(connection, operation, verdict, now):
                return
            if token:
                connection.execute("UPDATE op SET base_token = ? WHERE id = ?", (token, operation.id))
            if clashes:
                split(connection, operation, [c.field for c in clashes], token, now)
                _keep(connection, operation.id, clashes)
            _tell(connection, operation, verdict, now)

    def _move(self, connection: sqlite3.Connection, operation: Operation, verdict: Verdict, now: int) -> bool:
        """Change the state, if the operation is still in the one that we know and still ours where it is in flight."""
        pause = max(now + verdict.pause, operation.send_at if verdict.state == "queued" else 0)
        why = "" if verdict.state == "done" else clean_line(verdict.why, 500)
        mine = "" if operation.state == "queued" else " AND owner = :owner AND fence = :fence"
        changed = connection.execute(
            "UPDATE op SET state = :state, not_before = :pause, error = :why, status = 0,"
            " job = CASE WHEN :state = 'queued' THEN '' ELSE job END"
            f" WHERE id = :id AND state = :was{mine}",
            {
                "state": verdict.state,
                "pause": pause,
                "why": why,
                "id": operation.id,
                "was": operation.state,
                "owner": self._hands.owner,
                "fence": operation.fence,
            },
        )
        return changed.rowcount == 1

    def bulk_caught_up(self) -> list[str]:
        """Close what bulks changed and the feed has brought home since; returns tickets that it did not bring for long."""
        late = self._hands.server_now() - LATE_US
        sql = """SELECT o.lane, t.updated >= o.last_sent / 1000000 * 1000000 FROM local.op o JOIN ticket t ON t.ref = o.lane
 WHERE o.desk = ? AND o.bulk_id <> '' AND o.state = 'done' AND o.closed = 0 AND (t.updated >= o.last_sent / 1000000 * 1000000 OR o.last_sent < ? OR o.last_sent > ?)"""
        # Where a clock was wrong, the feed can bring nothing as new as that.
        values = (self._desk, late, self._hands.server_now() + WRONG_US)
        found = self._db.read(lambda r: r.execute(sql, values).fetchall(), overlaid=False)
        if home := [lane for lane, seen in found if seen]:
            self.caught_up(home)
        return [lane for lane, seen in found if not seen][:50]

    def tries(self, op_id: str) -> int:
        """How many requests were made for an operation that may have happened."""
        sql = "SELECT count(*) FROM local.attempt WHERE op_id = ? AND outcome IN ('unknown', 'unparsed', 'busy')"
        return int(self._db.read(lambda r: r.execute(sql, (op_id,)).fetchone()[0], overlaid=False))

    def caught_up(self, lanes: Sequence[str]) -> None:
        """Close the operations of tickets that the desk has taken, now that the mirror shows them."""
        with self._db.write("local") as connection:
            connection.execute(
                f"UPDATE op SET closed = ? WHERE state = 'done' AND closed = 0 AND {CHANGED} IN (SELECT value FROM json_each(?))",
                (self._hands.now(), json.dumps(list(lanes))),
            )

    def behind(self) -> list[str]:
        """Tickets that the desk has changed for us, not in bulk, and the mirror does not show yet."""
        sql = f"SELECT DISTINCT {CHANGED} FROM local.op WHERE desk = ? AND state = 'done' AND closed = 0 AND bulk_id = ''"
        return [
            f[0] for f in self._db.read(lambda r: r.execute(sql, (self._desk,)).fetchall(), overlaid=False)
        ]

    def may_look(self) -> bool:
        """Whether an operation of unknown outcome may be looked up now."""
        sql = "SELECT EXISTS (SELECT 1 FROM local.op WHERE desk = ?1 AND state = 'unknown' AND (not_before <= ?2 OR not_before > ?2 + ?3))"
        values = (self._desk, self._hands.now(), FAR_US)
        return bool(self._db.read(lambda r: r.execute(sql, values).fetchone()[0], overlaid=False))


def write_of(operation: Operation) -> Write:
    """What the adapter is asked to do; a ticket that is to be made follows the one that the operation stands with."""
    new = operation.kind == "create"
    return Write(
        op_id=operation.id,
        kind=operation.kind,  # type: ignore[arg-type]  # the column holds the Write kinds only
        ticket_id="" if new else remote_id_of(operation.ref),
        follows=remote_id_of(operation.ref) if new else "",
        body=operation.body,
        changes=operation.changes,
        add_tags=operation.add_tags,
        remove_tags=operation.remove_tags,
        token=(operation.base_token or None) if operation.check else None,
        low_water=operation.low_water,
    )


def _status(outcome: Outcome) -> int:
    """The status that says why an operation waits; a pause that the desk asked for earlier is told as it was then."""
    return outcome.status or (HTTPStatus.TOO_MANY_REQUESTS if outcome.kind == "throttled" else 0)


def _tell(connection: sqlite3.Connection, operation: Operation, verdict: Verdict, now: int) -> None:
    if verdict.state in ("queued", "unknown", "sending"):
        return
    kind = "sent" if verdict.state == "done" else verdict.state
    key = f"op:{operation.id}:{kind}:{operation.attempts}"
    record(
        connection,
        [NewEvent(key, operation.ref, kind, "agent", operation.actor, now, new=operation.kind)],
        now,
    )


def _keep(connection: sqlite3.Connection, op_id: str, clashes: Sequence[Clash]) -> None:
    connection.executemany(
        "INSERT INTO conflict (op_id, field, base, mine, theirs, theirs_by, theirs_at, resolution, resolved_by, resolved)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, '', '', 0)",
        [(op_id, c.field, c.base, c.mine, c.theirs, c.theirs_by, c.theirs_at) for c in clashes],
    )


def _add_attempt(connection: sqlite3.Connection, operation: Operation, outcome: Outcome, now: int) -> None:
    connection.execute(
        "INSERT INTO attempt (op_id, n, at, outcome, status, detail) SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5"
        " FROM attempt WHERE op_id = ?1",
        (operation.id, now, outcome.kind, outcome.status, clean_line(outcome.detail, 500)),
    )


def _pass_on(connection: sqlite3.Connection, operation: Operation, token: str) -> None:
    """Our own write moved the ticket: later operations that were based on the same screen go on from there."""
    connection.execute(
        "UPDATE op SET base_token = ? WHERE lane = ? AND state = 'queued' AND base_token = ?",
        (token, operation.ref, operation.base_token),
    )
