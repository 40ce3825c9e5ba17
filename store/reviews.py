"""Replies that were sent, drawn for review or practice; what was noted about them, and what was written for practice."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from store.database import Database
from store.outbox import new_id

MARK = "Review for "
_SENT = (
    "SELECT t.ref, m.remote_id, m.author FROM message m JOIN ticket t ON t.id = m.ticket_id"
    " WHERE m.kind = 'message' AND m.role = 'agent' AND m.created >= ? AND t.presence = 'present'"
)
_ANSWERED = " AND EXISTS (SELECT 1 FROM message c WHERE c.ticket_id = t.id AND c.role = 'customer' AND c.created < m.created)"
_SOLVED = " AND t.status IN ('solved', 'closed')"


@dataclass(frozen=True, slots=True)
class Sent:
    """One public reply of an agent: its ticket, its message's id on the desk, and who wrote it."""

    ref: str
    message_id: str
    agent: str


@dataclass(frozen=True, slots=True)
class Note:
    """A supervisor's note on a reply. `on_desk` for one that came as an internal note of the ticket."""

    id: str
    ref: str
    message_id: str
    agent: str
    reviewer: str
    note: str
    created: int
    read: int = 0
    on_desk: bool = False


def sent(reader: sqlite3.Connection, since: int, *, solved: bool = False, agent: str = "") -> list[Sent]:
    """Public replies to a customer since a moment (microseconds); of one agent by name, where one is given."""
    sql = _SENT + _ANSWERED + (_SOLVED if solved else "") + (" AND m.author = ?" if agent else "")
    return [Sent(*row) for row in reader.execute(sql, (since, agent) if agent else (since,))]


def draw(
    found: list[Sent], count: int, seed: str, *, skip: Callable[[Sent], bool] | None = None
) -> list[Sent]:
    """`count` of them by a seed: the same on every machine that knows the same replies, whatever their order."""

    def place(each: Sent) -> bytes:
        return blake2b(f"{seed}\0{each.ref}\0{each.message_id}".encode(), digest_size=16).digest()

    return heapq.nsmallest(count, (each for each in found if skip is None or not skip(each)), key=place)


def agents(reader: sqlite3.Connection, since: int) -> dict[str, int]:
    """How many public replies each agent wrote since a moment."""
    sql = (
        "SELECT author, count(*) FROM message WHERE kind = 'message' AND role = 'agent' AND created >= ?"
        " AND author <> '' GROUP BY author ORDER BY author"
    )
    return dict(reader.execute(sql, (since,)).fetchall())


def keep_note(database: Database, note: Note, sample: str) -> str:
    """Keep a note in this workspace; returns its id."""
    key = note.id or new_id(note.created)
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO review (id, ref, message_id, agent, reviewer, note, sample, created, read)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (key, note.ref, note.message_id, note.agent, note.reviewer, note.note, sample, note.created),
        )
    return key


def notes(reader: sqlite3.Connection, agent: str = "") -> list[Note]:
    """The notes kept here and those that came with the tickets, newest first; for one agent, where a name is given."""
    kept = [
        Note(*row)
        for row in reader.execute(
            "SELECT id, ref, message_id, agent, reviewer, note, created, read FROM local.review"
        )
    ]
    carried = reader.execute(
        "SELECT m.remote_id, t.ref, m.author, m.body, m.created FROM message_fts f JOIN message m ON m.id = f.rowid"
        " JOIN ticket t ON t.id = m.ticket_id WHERE message_fts MATCH '\"review for\"' AND m.kind = 'note'"
        " AND m.body LIKE ? ORDER BY m.id DESC LIMIT 1000",
        (f"{MARK}%",),
    )
    kept += [
        Note(row[0], row[1], "", *_parted(row[3], row[2]), created=row[4], on_desk=True) for row in carried
    ]
    wanted = [each for each in kept if not agent or each.agent.casefold() == agent.casefold()]
    return sorted(wanted, key=lambda each: -each.created)


def _parted(body: str, author: str) -> tuple[str, str, str]:
    head, _, words = body.partition("\n")
    return head.removeprefix(MARK).partition(",")[0].strip(" :"), author, words.strip()


def mark_read(database: Database, ids: list[str], now: int) -> None:
    """Remember that notes kept here were read."""
    with database.write("local") as connection:
        connection.executemany(
            "UPDATE review SET read = ? WHERE id = ? AND read = 0", [(now, i) for i in ids]
        )


def keep_practice(database: Database, task: Sent, words: str, actor: str, now: int) -> str:
    """Keep an answer that was written for practice; it is never sent. Returns its id."""
    key = new_id(now)
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO practice (id, ref, message_id, words, actor, created) VALUES (?, ?, ?, ?, ?, ?)",
            (key, task.ref, task.message_id, words, actor, now),
        )
    return key


def practised(reader: sqlite3.Connection) -> set[tuple[str, str]]:
    """The replies that were practised on, by ticket and message."""
    return set(reader.execute("SELECT ref, message_id FROM local.practice").fetchall())
