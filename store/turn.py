"""What the order of work depends on beside a ticket's row: promises, earlier contacts, and tickets that were passed over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from store import deeds
from store.database import Database


def promises_due(reader: sqlite3.Connection, refs: Sequence[str]) -> dict[str, int]:
    """When the next open promise of each ticket is due, in microseconds; tickets without one are left out."""
    found = reader.execute(
        "SELECT ref, min(due) FROM local.promise WHERE state = 'open' AND ref IN (SELECT value FROM json_each(?)) GROUP BY ref",
        (json.dumps(refs),),
    )
    return dict(found.fetchall())


def contacts(reader: sqlite3.Connection, customers: Sequence[int], since: int) -> dict[int, int]:
    """How many tickets each of these customers has opened since a moment."""
    found = reader.execute(
        "SELECT requester_id, count(*) FROM ticket WHERE requester_id IN (SELECT value FROM json_each(?)) AND created >= ?"
        " GROUP BY requester_id",
        (json.dumps(customers), since),
    )
    return dict(found.fetchall())


def skips(reader: sqlite3.Connection, since: int) -> dict[str, int]:
    """How often each ticket was passed over since a moment."""
    found = reader.execute("SELECT ref, count(*) FROM local.skip WHERE created >= ? GROUP BY ref", (since,))
    return dict(found.fetchall())


def skip(database: Database, ref: str, why: str, actor: str, now: int) -> None:
    """Remember that a ticket was passed over, and why."""
    with database.write("local") as connection:
        made = connection.execute(
            "INSERT INTO skip (ref, why, actor, created) VALUES (?, ?, ?, ?)", (ref, why, actor, now)
        )
        deeds.keep_added(connection, "skip", made.lastrowid, what=f"passing over {ref}", actor=actor, now=now)


def my_names(reader: sqlite3.Connection) -> set[str]:
    """The names under which the desks know the agent whose credentials we hold."""
    return {row[0] for row in reader.execute("SELECT name FROM agent WHERE is_me = 1 AND name <> ''")}
