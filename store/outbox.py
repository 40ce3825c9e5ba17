"""The outbox: what agents and scripts asked for, kept until the desk has it or a person has decided.

Anybody may add an operation or decide about a waiting one (`store.decisions`), from any process; only the sync worker
moves one to the desk (`store.sync.push`). States and rules: sync design, sections 2.1 and 3.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from store import promises
from store.database import Database
from store.events import NewEvent, record
from store.rows import OPEN_STATES, Operation, OutboxCount, change_words

BATCH = 200  # operations in one durable commit
UNDONE = "undone"  # why an operation is cancelled that was not dropped by itself
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


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
    send_at: int = 0  # the time that the agent chose; 0: at once
    check: bool = True  # False: set the fields whatever anybody else has set meanwhile
    agreed: str = ""
    replaces: str = ""
    promises: tuple[promises.NewPromise, ...] = ()  # what its words promise, kept in the same transaction


def new_id(now: int) -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits in Crockford's base 32, so that ids sort by time."""
    number = (now // 1000) << 80 | secrets.randbits(80)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))


def enqueue(database: Database, operations: Sequence[NewOperation], actor: str, now: int) -> list[str]:
    """Put intents on the disk, power-loss safe, in order; returns their ids."""
    ids: list[str] = []
    for start in range(0, len(operations), BATCH):
        with database.write("local") as connection:
            ids += [insert(connection, each, actor, now) for each in operations[start : start + BATCH]]
    return ids


def insert(connection: sqlite3.Connection, operation: NewOperation, actor: str, now: int) -> str:
    """Put one intent at the end of its lane, inside the caller's transaction on local.db; returns its id."""
    op_id = new_id(now)
    _insert(connection, _row(op_id, operation, actor, now))
    what = (
        operation.kind
        if operation.kind in ("reply", "note")
        else change_words(operation.changes | operation.shown, operation.add_tags, operation.remove_tags)
    )
    event = NewEvent(f"op:{op_id}:queued", operation.ref, "queued", "agent", actor, now, new=what)
    record(connection, [event], now)
    promises.insert(connection, op_id, operation.ref, operation.promises, owner=actor, now=now)
    return op_id


def set_aside(connection: sqlite3.Connection, operation: NewOperation, why: str, actor: str, now: int) -> str:
    """Keep words that are not to be sent, as an operation that was taken back; returns its id.

    Words kept lately for the same reason that go on in these are replaced by them.
    """
    before = connection.execute(
        "SELECT id, payload FROM op WHERE lane = ? AND state = 'cancelled' AND error = ? ORDER BY rowid DESC LIMIT 10",
        (operation.ref, why),
    ).fetchall()
    if gone_on := [i for i, payload in before if json.loads(payload)["body"].strip() in operation.body]:
        connection.execute("UPDATE op SET payload = ? WHERE id = ?", (_payload(operation), gone_on[0]))
        return str(gone_on[0])
    op_id = new_id(now)
    over = {"state": "cancelled", "error": why, "closed": now}
    _insert(connection, _row(op_id, operation, actor, now) | over)
    return op_id


def _insert(connection: sqlite3.Connection, row: dict[str, object]) -> None:
    seq = "(SELECT coalesce(max(seq), 0) + 1 FROM op WHERE lane = :lane)"
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO op ({', '.join(row)}, seq) VALUES ({places}, {seq})", row)


def _row(op_id: str, operation: NewOperation, actor: str, now: int) -> dict[str, object]:
    row: dict[str, object] = {
        "id": op_id,
        "desk": operation.desk,
        "lane": operation.ref,
        "bulk_id": operation.bulk_id,
        "undoes": operation.undoes,
        "kind": operation.kind,
        "payload": _payload(operation),
        "base": json.dumps(operation.base, ensure_ascii=False, sort_keys=True),
        "base_token": operation.base_token,
        "low_water": operation.low_water,
        "state": "queued",
        "actor": actor,
        "created": now,
        "not_before": max(operation.not_before, operation.send_at),
        "send_at": operation.send_at,
        "agreed": operation.agreed,
        "replaces": operation.replaces,
    }
    row |= dict.fromkeys(("owner", "error", "result_id", "result_token"), "")
    return row | dict.fromkeys(("fence", "attempts", "first_sent", "last_sent", "status", "closed"), 0)


def _payload(operation: NewOperation) -> str:
    payload = {
        "body": operation.body,
        "changes": operation.changes,
        "add_tags": list(operation.add_tags),
        "remove_tags": list(operation.remove_tags),
        "shown": operation.shown,
        "check": operation.check,
    }
    return json.dumps(payload, ensure_ascii=False, sort_keys=True)


COLUMNS = (
    "id", "desk", "lane", "seq", "kind", "payload", "base", "state", "error", "attempts", "created", "not_before", "bulk_id",
    "undoes", "actor", "send_at", "base_token", "low_water", "agreed", "replaces", "job", "owner", "fence", "last_sent",
    "result_id", "doubt",
)  # fmt: skip
SELECT = f"SELECT {', '.join(COLUMNS)} FROM local.op"


def operations(reader: sqlite3.Connection, states: Sequence[str], limit: int = 10_000) -> list[Operation]:
    """Operations in these states, oldest first."""
    found = reader.execute(
        f"{SELECT} WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
        (json.dumps(list(states)), limit),
    )
    return [operation_of(r) for r in found]


def operation(reader: sqlite3.Connection, op_id: str) -> Operation | None:
    """One operation by its id, or None."""
    found = reader.execute(f"{SELECT} WHERE id = ?", (op_id,)).fetchone()
    return operation_of(found) if found else None


def heir(reader: sqlite3.Connection, op_id: str) -> Operation | None:
    """The operation that took the place of a closed one, and of that one, to the last; None where nothing did."""
    found = reader.execute(
        "WITH RECURSIVE h(id, at) AS (SELECT id, rowid FROM local.op WHERE replaces = ?1 UNION"
        " SELECT o.id, o.rowid FROM local.op o JOIN h ON o.replaces = h.id) SELECT id FROM h ORDER BY at DESC LIMIT 1",
        (op_id,),
    ).fetchone()
    return operation(reader, found[0]) if found else None


def in_lane(reader: sqlite3.Connection, ref: str) -> list[Operation]:
    """The open operations of a ticket, in the order in which they leave."""
    found = reader.execute(
        f"{SELECT} WHERE lane = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (ref, json.dumps(OPEN_STATES)),
    )
    return [operation_of(r) for r in found]


def newest_messages(reader: sqlite3.Connection, desk: str, limit: int) -> list[Operation]:
    """The newest messages that a desk has taken from here."""
    found = reader.execute(
        f"{SELECT} WHERE desk = ? AND state = 'done' AND kind IN ('reply', 'note') ORDER BY rowid DESC LIMIT ?",
        (desk, limit),
    )
    return [operation_of(r) for r in found]


def ending(reader: sqlite3.Connection, text: str) -> list[Operation]:
    """The operations whose id is or ends with `text`, at most two: enough to know whether it says which."""
    found = reader.execute(f"{SELECT} WHERE id = ?1 OR substr(id, -length(?1)) = ?1 LIMIT 2", (text.upper(),))
    return [operation_of(r) for r in found]


def laid(reader: sqlite3.Connection, ref: str = "") -> list[Operation]:
    """The changes that lie over the mirror, in their order: what the desk has not got, or has and the mirror does not show yet.

    Of one ticket, or of all.
    """
    found = reader.execute(
        f"{SELECT} WHERE closed = 0 AND state IN ('queued', 'sending', 'unknown', 'done') AND kind = 'set'"
        " AND (?1 = '' OR lane = ?1) ORDER BY lane, seq",
        (ref,),
    )
    return [operation_of(r) for r in found]


# What has not been taken back. An operation that takes one back names it; older programs named the whole bulk.
_BACK = "FROM local.op WHERE undoes <> '' AND state <> 'cancelled'"
_STANDS = f"""undoes = '' AND state <> 'cancelled' AND id NOT IN (SELECT undoes {_BACK})
 AND (bulk_id = '' OR (bulk_id, lane) NOT IN (SELECT undoes, lane {_BACK}))"""


# All that one change of a ticket has become: what a conflict split off, and what took the place of what.
_FAMILY = """WITH RECURSIVE up(id, lane) AS (SELECT id, lane FROM local.op WHERE id = ?1 UNION
 SELECT p.id, p.lane FROM up JOIN local.op o ON o.id = up.id JOIN local.op p ON p.id = o.replaces),
 family(id, lane) AS (SELECT id, lane FROM up UNION
 SELECT o.id, o.lane FROM family f JOIN local.op o ON o.lane = f.lane AND o.replaces = f.id)"""
_IN_FAMILY = "id IN (SELECT id FROM family)"
# What a conflict split off is as old as what it was split from: the sync that did it is nothing that the person did.
_NEWEST = f"""SELECT id, bulk_id, rowid, coalesce((SELECT p.rowid FROM local.op p WHERE p.id = o.replaces AND p.created = o.created),
 rowid) FROM local.op o WHERE actor = ? AND {_STANDS}
 AND coalesce(nullif(bulk_id, ''), id) NOT IN (SELECT value FROM json_each(?)) ORDER BY rowid DESC"""


def newest_change(
    reader: sqlite3.Connection, actor: str, past: Sequence[str] = ()
) -> tuple[list[Operation], int]:
    """What has not been taken back of the newest change: all that one has become, or those of a bulk; and its place.

    That is the row of the operation that the person asked for last. `past` are changes that are passed over, by the ids
    of operations or bulks.
    """
    newest, when = ("", ""), 0
    for op_id, bulk_id, row, asked in reader.execute(_NEWEST, (actor, json.dumps(list(past)))):
        if row < when:
            break
        if asked > when:
            newest, when = (op_id, bulk_id), asked
    op_id, bulk_id = newest
    if bulk_id:
        rows = reader.execute(f"{SELECT} WHERE bulk_id = ? AND {_STANDS} ORDER BY rowid", (bulk_id,))
    else:
        rows = reader.execute(f"{_FAMILY} {SELECT} WHERE {_IN_FAMILY} AND {_STANDS} ORDER BY rowid", (op_id,))
    return [operation_of(r) for r in rows], when


def begun_to_undo(reader: sqlite3.Connection, found: Operation) -> bool:
    """Whether a part of the change that an operation belongs to has been undone; what was dropped or replaced has not."""
    undone = f"(state <> 'cancelled' AND NOT ({_STANDS}) OR state = 'cancelled' AND error = ?2)"
    if found.bulk_id:
        sql = f"SELECT EXISTS (SELECT 1 FROM local.op WHERE bulk_id = ?1 AND undoes = '' AND {undone})"
    else:
        sql = f"{_FAMILY} SELECT EXISTS (SELECT 1 FROM local.op WHERE {_IN_FAMILY} AND undoes = '' AND {undone})"
    return bool(reader.execute(sql, (found.bulk_id or found.id, UNDONE)).fetchone()[0])


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


def operation_of(row: tuple[object, ...]) -> Operation:
    """An operation from a row of COLUMNS."""
    values: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    content = json.loads(values.pop("payload"))
    return Operation(
        ref=values.pop("lane"),
        base=json.loads(values.pop("base")),
        body=content["body"],
        changes=content["changes"],
        shown=content.get("shown", {}),
        add_tags=tuple(content["add_tags"]),
        remove_tags=tuple(content["remove_tags"]),
        check=content.get("check", True),
        **values,
    )
