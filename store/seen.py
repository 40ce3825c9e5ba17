"""What happened on a ticket since the agent looked at it, and the tickets that he follows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from store.database import Database
from store.deeds import doing

if TYPE_CHECKING:
    from store.remotes import Thread


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


SECOND = 1_000_000
OURS = 1  # so much later than a change does its ticket count as looked at that was changed by us alone

# Up to when the agent knows a ticket: as he looked at it, else as it came with the first pull; and whether it woke since.
_KNOWN = """SELECT k.at, EXISTS (SELECT 1 FROM local.event e WHERE e.ref = ?1 AND e.kind = 'woke' AND e.occurred > k.at)
 FROM (SELECT coalesce((SELECT at FROM local.seen WHERE ref = ?1),
  (SELECT CAST(value AS INTEGER) FROM local.meta WHERE key = 'baseline')) AS at) k"""


def mark_of(reader: sqlite3.Connection, ref: str, thread: Thread, updated: int, me: str) -> int:
    """Up to when a ticket that changed at `updated` counts as looked at, where `me` (an id) alone has changed it since; 0: as before.

    That is a microsecond later than the change. Desks tell seconds: where somebody else turns out to have been there in the
    same one, his part is news again.
    """
    at, woke = reader.execute(_KNOWN, (ref,)).fetchone()
    if not me or at is None or woke or not thread.complete:
        return 0
    done = [(m.author_id, m.created) for m in thread.messages] + [(c.actor_id, c.at) for c in thread.changes]
    if at == updated + OURS:
        return updated - SECOND if any(who != me and when > at - SECOND for who, when in done) else 0
    lately = {who for who, when in done if when > at}
    return updated + OURS if at < updated and lately == {me} else 0


def mark(connection: sqlite3.Connection, tickets: Iterable[tuple[str, int]]) -> None:
    """Count tickets as looked at up to a moment, inside the caller's transaction on local.db."""
    connection.executemany(
        "INSERT INTO seen (ref, at) VALUES (?, ?) ON CONFLICT (ref) DO UPDATE SET at = excluded.at", tickets
    )


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
    with (
        database.write("local") as connection,
        doing(connection, "follow", refs, what="follow", actor=actor, now=now),
    ):
        connection.executemany(
            "INSERT INTO follow (ref, actor, created) VALUES (?, ?, ?) ON CONFLICT (ref) DO NOTHING",
            [(ref, actor, now) for ref in refs],
        )


def unfollow(database: Database, refs: Sequence[str], actor: str, now: int) -> None:
    """Follow these tickets no more."""
    with (
        database.write("local") as connection,
        doing(connection, "follow", refs, what="unfollow", actor=actor, now=now),
    ):
        connection.executemany("DELETE FROM follow WHERE ref = ?", [(ref,) for ref in refs])


def newest_message(reader: sqlite3.Connection) -> int:
    """The number of the newest message that the mirror has; 0 when there is none."""
    return int(reader.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0])
