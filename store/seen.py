"""What happened on a ticket since the agent looked at it, and the tickets that he follows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from store.database import Database


class News(NamedTuple):
    """One line of the log of a ticket."""

    kind: str
    role: str
    actor: str
    old: str
    new: str
    at: int


def looked_at(reader: sqlite3.Connection, ref: str) -> int:
    """When the ticket was last looked at, by its desk's clock; 0: never."""
    found = reader.execute("SELECT at FROM local.seen WHERE ref = ?", (ref,)).fetchone()
    return int(found[0]) if found else 0


def news(reader: sqlite3.Connection, ref: str, since: int, limit: int = 1_000) -> list[News]:
    """What happened on a ticket after a moment, oldest first; a ticket that woke counts as looked at a microsecond before."""
    found = reader.execute(
        "SELECT kind, role, actor, old, new, occurred FROM local.event WHERE ref = ? AND occurred > ? + 1"
        " ORDER BY occurred, seq LIMIT ?",
        (ref, since, limit),
    )
    return [News(*row) for row in found]


class Followed(NamedTuple):
    """A ticket that is followed, and since when."""

    ref: str
    subject: str
    status: str
    created: int


def followed(reader: sqlite3.Connection) -> list[Followed]:
    """The tickets that are followed, the last one first."""
    found = reader.execute(
        "SELECT f.ref, coalesce(t.subject, ''), coalesce(t.status, ''), f.created FROM local.follow f"
        " LEFT JOIN ticket t ON t.ref = f.ref ORDER BY f.created DESC, f.ref"
    )
    return [Followed(*row) for row in found]


def follow(database: Database, refs: Sequence[str], actor: str, now: int) -> None:
    """Follow these tickets."""
    with database.write("local") as connection:
        connection.executemany(
            "INSERT INTO follow (ref, actor, created) VALUES (?, ?, ?) ON CONFLICT (ref) DO NOTHING",
            [(ref, actor, now) for ref in refs],
        )


def unfollow(database: Database, refs: Sequence[str]) -> None:
    """Follow these tickets no more."""
    with database.write("local") as connection:
        connection.executemany("DELETE FROM follow WHERE ref = ?", [(ref,) for ref in refs])


def newest_message(reader: sqlite3.Connection) -> int:
    """The number of the newest message that the mirror has; 0 when there is none."""
    return int(reader.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0])
