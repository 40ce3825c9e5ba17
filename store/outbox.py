"""The outbox: what agents and scripts asked for, kept until the desk has it or a person has decided.

Anybody may add an operation or cancel a waiting one, from any process; only the sync worker moves one to the desk
(`store.sync.push`). States and rules: sync design, sections 2.1 and 3.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from store.database import Database
from store.errors import ConflictError, NotFoundError
from store.events import NewEvent, record
from store.rows import OPEN_STATES, Operation, OpState, OutboxCount, change_words

BATCH = 200  # operations in one durable commit
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CANCELLABLE: tuple[OpState, ...] = ("queued", "conflict", "review", "rejected")


@dataclass(frozen=True, slots=True)
class NewOperation:
    """An intent before it has an id. `base` holds the touched fields as the agent saw them."""

    desk: str
    ref: str
    kind: str  # reply, note, set
    body: str = ""
    changes: dict[str, str] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    shown: dict[str, str] = field(default_factory=dict)  # names for people where a change holds an id
    base: dict[str, str] = field(default_factory=dict)
    base_token: str = ""
    low_water: str = ""
    not_before: int = 0
    bulk_id: str = ""
    undoes: str = ""


def new_id(now: int) -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits in Crockford's base 32, so that ids sort by time."""
    number = (now // 1000) << 80 | secrets.randbits(80)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))


def enqueue(database: Database, operations: Sequence[NewOperation], actor: str, now: int) -> list[str]:
    """Put intents on the disk, power-loss safe, in order; returns their ids."""
    ids: list[str] = []
    for start in range(0, len(operations), BATCH):
        with database.write("local") as connection:
            ids += [_insert(connection, each, actor, now) for each in operations[start : start + BATCH]]
    return ids


def _insert(connection: sqlite3.Connection, operation: NewOperation, actor: str, now: int) -> str:
    op_id = new_id(now)
    seq = connection.execute(
        "SELECT coalesce(max(seq), 0) + 1 FROM op WHERE lane = ?", (operation.ref,)
    ).fetchone()[0]
    payload = {
        "body": operation.body,
        "changes": operation.changes,
        "add_tags": list(operation.add_tags),
        "remove_tags": list(operation.remove_tags),
        "shown": operation.shown,
    }
    row: dict[str, object] = {
        "id": op_id,
        "desk": operation.desk,
        "lane": operation.ref,
        "seq": seq,
        "bulk_id": operation.bulk_id,
        "undoes": operation.undoes,
        "kind": operation.kind,
        "payload": json.dumps(payload, ensure_ascii=False, sort_keys=True),
        "base": json.dumps(operation.base, ensure_ascii=False, sort_keys=True),
        "base_token": operation.base_token,
        "low_water": operation.low_water,
        "state": "queued",
        "actor": actor,
        "created": now,
        "not_before": operation.not_before,
    }
    row |= dict.fromkeys(("owner", "error", "result_id", "result_token"), "")
    row |= dict.fromkeys(("fence", "attempts", "first_sent", "last_sent", "status", "closed"), 0)
    connection.execute(
        f"INSERT INTO op ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )
    what = (
        operation.kind
        if operation.kind in ("reply", "note")
        else change_words(operation.changes | operation.shown, operation.add_tags, operation.remove_tags)
    )
    record(
        connection,
        [NewEvent(f"op:{op_id}:queued", operation.ref, "queued", "agent", actor, now, new=what)],
        now,
    )
    return op_id


def cancel(database: Database, ids: Sequence[str], now: int) -> list[str]:
    """Cancel operations that have not left; returns the ids that were cancelled, leaving alone what may be out already."""
    done: list[str] = []
    with database.write("local") as connection:
        for each in ids:
            places = ", ".join("?" * len(CANCELLABLE))
            found = connection.execute(
                f"UPDATE op SET state = 'cancelled', closed = ? WHERE id = ? AND state IN ({places}) RETURNING lane, actor",
                (now, each, *CANCELLABLE),
            ).fetchone()
            if found:
                done.append(each)
                record(
                    connection,
                    [NewEvent(f"op:{each}:cancelled", found[0], "cancelled", "agent", found[1], now)],
                    now,
                )
    return done


def retry(database: Database, op_id: str, now: int) -> None:
    """Queue again what was rejected or waits for review; ConflictError when its state does not allow that."""
    with database.write("local") as connection:
        found = connection.execute("SELECT state FROM op WHERE id = ?", (op_id,)).fetchone()
        if found is None:
            raise NotFoundError(f"There is no operation {op_id} in the outbox.", "`heard outbox` lists them.")
        if found[0] not in ("rejected", "review", "queued"):
            raise ConflictError(
                f"The operation is {found[0]}; only rejected ones and those in review can be tried again.",
                "An unknown outcome is settled by looking on the desk, so that nothing is sent twice.",
            )
        connection.execute(
            "UPDATE op SET state = 'queued', not_before = ?, error = '', closed = 0 WHERE id = ?",
            (now, op_id),
        )


COLUMNS = (
    "id, desk, lane, seq, kind, payload, base, state, error, attempts, created, not_before, bulk_id, undoes"
)


def operations(reader: sqlite3.Connection, states: Sequence[str], limit: int = 10_000) -> list[Operation]:
    """Operations in these states, oldest first."""
    found = reader.execute(
        f"SELECT {COLUMNS} FROM local.op WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
        (json.dumps(list(states)), limit),
    )
    return [_operation(r) for r in found]


def operation(reader: sqlite3.Connection, op_id: str) -> Operation | None:
    """One operation by its id, or None."""
    found = reader.execute(f"SELECT {COLUMNS} FROM local.op WHERE id = ?", (op_id,)).fetchone()
    return _operation(found) if found else None


def newest_change(reader: sqlite3.Connection, actor: str) -> list[Operation]:
    """The operations of the newest change that can still be taken back: one, or all of a bulk."""
    found = reader.execute(
        "SELECT id, bulk_id FROM local.op o WHERE actor = ? AND undoes = '' AND state <> 'cancelled' AND NOT EXISTS"
        " (SELECT 1 FROM local.op u WHERE u.undoes IN (o.id, nullif(o.bulk_id, '')) AND u.state <> 'cancelled')"
        " ORDER BY o.rowid DESC LIMIT 1",
        (actor,),
    ).fetchone()
    if found is None:
        return []
    where, value = ("bulk_id", found[1]) if found[1] else ("id", found[0])
    rows = reader.execute(
        f"SELECT {COLUMNS} FROM local.op WHERE {where} = ? AND state <> 'cancelled' ORDER BY id", (value,)
    )
    return [_operation(r) for r in rows]


def counts(reader: sqlite3.Connection) -> OutboxCount:
    """How many operations stand in each state that is not final, and how many were rejected."""
    states = json.dumps([*OPEN_STATES, "rejected"])
    found = reader.execute(
        "SELECT state, count(*) FROM local.op WHERE state IN (SELECT value FROM json_each(?)) GROUP BY state",
        (states,),
    )
    return OutboxCount(dict(found.fetchall()))


def unsettled(reader: sqlite3.Connection, desk: str) -> int:
    """How many operations of a desk are neither done nor cancelled."""
    found = reader.execute(
        "SELECT count(*) FROM local.op WHERE desk = ? AND state NOT IN ('done', 'cancelled')", (desk,)
    )
    return int(found.fetchone()[0])


def record_bulk(
    database: Database, bulk_id: str, spec: dict[str, str], *, total: int, actor: str, now: int
) -> None:
    """Keep what a bulk was asked to do, before its operations are queued."""
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO bulk (id, spec, total, actor, created) VALUES (?, ?, ?, ?, ?)",
            (bulk_id, json.dumps(spec, ensure_ascii=False), total, actor, now),
        )


def _operation(row: tuple[object, ...]) -> Operation:
    (
        op_id,
        desk,
        lane,
        seq,
        kind,
        payload,
        base,
        state,
        error,
        attempts,
        created,
        not_before,
        bulk_id,
        undoes,
    ) = row
    content = json.loads(str(payload))
    return Operation(
        id=str(op_id),
        desk=str(desk),
        ref=str(lane),
        seq=int(str(seq)),
        kind=str(kind),
        body=content["body"],
        changes=content["changes"],
        shown=content.get("shown", {}),
        add_tags=tuple(content["add_tags"]),
        remove_tags=tuple(content["remove_tags"]),
        base=json.loads(str(base)),
        state=state,  # type: ignore[arg-type]  # the column holds OP_STATES only
        error=str(error),
        attempts=int(str(attempts)),
        created=int(str(created)),
        not_before=int(str(not_before)),
        bulk_id=str(bulk_id),
        undoes=str(undoes),
    )
