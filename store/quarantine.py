"""Tickets that the desk sent in a form that could not be understood: kept apart, tried again, and shown to a person."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from store.remotes import BadRecord, TicketDoc
from store.text import clean_line

AGAIN_US = 3_600_000_000  # how long one is left alone
# A ticket whose messages are behind stands apart for them. That it can be read itself tells nothing of these, unless it has changed.
MENDED = """DELETE FROM quarantine WHERE desk = ?1 AND EXISTS (SELECT 1 FROM json_each(?2) told WHERE
 told.value ->> 0 = remote_id AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.desk = ?1 AND t.remote_id = told.value ->> 0
 AND t.thread_version < t.version AND t.version >= told.value ->> 1))"""


def put_aside(connection: sqlite3.Connection, desk: str, bad: Iterable[BadRecord], now: int) -> None:
    """Remember what could not be read, and why; inside the caller's transaction on the mirror."""
    connection.executemany(
        "INSERT INTO quarantine (desk, remote_id, why, at) VALUES (?, ?, ?, ?) ON CONFLICT (desk, remote_id)"
        " DO UPDATE SET why = excluded.why, at = excluded.at",
        [(desk, clean_line(b.id, 100) or "?", clean_line(b.why, 300), now) for b in bad],
    )


def mend(connection: sqlite3.Connection, desk: str, docs: Iterable[TicketDoc]) -> None:
    """Forget those of tickets that can be read now, before they are stored; not one whose messages could not be read, and that has not changed since."""
    if _any(connection):
        connection.execute(MENDED, (desk, json.dumps([(d.id, d.version) for d in docs])))


def release(connection: sqlite3.Connection, desk: str, ids: Iterable[str]) -> None:
    """Forget what has been read well since, messages and all."""
    if _any(connection):
        connection.execute(
            "DELETE FROM quarantine WHERE desk = ? AND remote_id IN (SELECT value FROM json_each(?))",
            (desk, json.dumps(list(ids))),
        )


def _any(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM quarantine)").fetchone()[0])


def listed(reader: sqlite3.Connection) -> list[tuple[str, str, str, int]]:
    """Desk, the desk's id of the ticket, why, and when, of all that stand apart."""
    return reader.execute("SELECT desk, remote_id, why, at FROM quarantine ORDER BY at").fetchall()
