"""The append-only log: what happened, when, when we learnt of it, and who did it.

History, metrics and "as of" are computed from it, and `heard tail` follows it by `seq`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from store.rows import Event


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event before it has a number. `key` is the same each time the same thing is learnt."""

    key: str
    ref: str
    kind: str
    role: str
    actor: str
    occurred: int
    old: str = ""
    new: str = ""
    message_id: str = ""


def record(connection: sqlite3.Connection, events: Sequence[NewEvent], now: int) -> int:
    """Add what is not in the log yet, inside the caller's transaction on local.db; returns how many were new."""
    before = connection.total_changes
    connection.executemany(
        "INSERT INTO event (key, ref, kind, role, actor, old, new, message_id, occurred, recorded)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        [
            (e.key, e.ref, e.kind, e.role, e.actor, e.old, e.new, e.message_id, e.occurred, now)
            for e in events
        ],
    )
    return connection.total_changes - before


COLUMNS = (
    "e.seq, e.ref, e.kind, e.role, e.actor, e.old, e.new, e.occurred, e.recorded, coalesce(t.subject, '')"
)


def after(
    reader: sqlite3.Connection, since: int, limit: int, where: str = "1", params: Sequence[object] = ()
) -> list[Event]:
    """Events with a number above `since`, in order; `where` speaks of the ticket `t` (see store.filters)."""
    rows = reader.execute(
        f"SELECT {COLUMNS}, coalesce(substr(m.body, 1, 200), '') FROM local.event e"
        " LEFT JOIN ticket t ON t.ref = e.ref"
        " LEFT JOIN message m ON e.message_id <> '' AND m.desk = t.desk AND m.remote_id = e.message_id AND m.ticket_id > 0"
        f" WHERE e.seq > ? AND ({where}) ORDER BY e.seq LIMIT ?",
        (since, *params, limit),
    )
    return [_event(r) for r in rows]


def latest(reader: sqlite3.Connection, limit: int) -> list[Event]:
    """The newest events by the time at which they happened, newest first."""
    rows = reader.execute(
        f"SELECT {COLUMNS}, coalesce(substr(m.body, 1, 200), '') FROM"
        " (SELECT * FROM local.event ORDER BY occurred DESC, seq DESC LIMIT ?) e LEFT JOIN ticket t ON t.ref = e.ref"
        " LEFT JOIN message m ON e.message_id <> '' AND m.desk = t.desk AND m.remote_id = e.message_id AND m.ticket_id > 0"
        " ORDER BY e.occurred DESC, e.seq DESC",
        (limit,),
    )
    return [_event(r) for r in rows]


def newest(reader: sqlite3.Connection) -> int:
    """The number of the newest event; 0 when the log is empty."""
    return int(reader.execute("SELECT coalesce(max(seq), 0) FROM local.event").fetchone()[0])


def _event(row: tuple[object, ...]) -> Event:
    seq, ref, kind, role, actor, old, new, occurred, recorded, subject, body = row
    return Event(
        seq=int(str(seq)),
        ref=str(ref),
        kind=str(kind),
        role=str(role),
        actor=str(actor),
        old=str(old),
        new=" ".join(str(body).split()) if body else str(new),
        occurred=int(str(occurred)),
        recorded=int(str(recorded)),
        subject=str(subject),
    )
