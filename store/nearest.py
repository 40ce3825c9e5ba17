"""Solved tickets that are like a ticket, by the words they share: the full-text index asked one word at a time.

Of each word only its newest places are taken, so that what a search costs does not grow with the mirror.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from store.filters import phrase
from store.identities import person_ids

SOLVED = "t.status IN ('solved', 'closed') AND t.presence = 'present'"


@dataclass(frozen=True, slots=True)
class Seed:
    """The ticket whose like is looked for: its row, whose it is, and what the customer wrote in it at first."""

    id: int
    subject: str
    requester: str
    people: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where one word stands: the rows of the newest messages and tickets that have it, and whether there are more."""

    messages: tuple[int, ...]
    subjects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """A solved ticket and what the customer wrote in it at first."""

    id: int
    ref: str
    subject: str
    updated: int
    requester: str
    text: str


def seed(reader: sqlite3.Connection, ref: str, messages: int) -> Seed | None:
    """The ticket with the customer's first `messages` messages; None where there is no such ticket."""
    found = reader.execute(
        "SELECT t.id, t.subject, t.requester_id, coalesce(c.name, '') FROM ticket t"
        " LEFT JOIN customer c ON c.id = t.requester_id WHERE t.ref = ?",
        (ref,),
    ).fetchone()
    if found is None:
        return None
    texts = reader.execute(
        "SELECT body FROM message WHERE ticket_id = ? AND role = 'customer' AND kind = 'message' ORDER BY created, id LIMIT ?",
        (found[0], messages),
    ).fetchall()
    people = tuple(person_ids(reader, found[2])) if found[2] else ()
    return Seed(found[0], found[1], found[3], people, tuple(text for (text,) in texts))


def size(reader: sqlite3.Connection) -> int:
    """The highest row of a message: about how many there are."""
    return int(reader.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0])


def places(reader: sqlite3.Connection, word: str, newest: int) -> Places:
    """The newest places of one word."""
    asked = (phrase(word), newest)
    messages, subjects = (
        reader.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?", asked
        ).fetchall()
        for table in ("message_fts", "ticket_fts")
    )
    return Places(tuple(r for (r,) in messages), tuple(r for (r,) in subjects))


def tickets_of(reader: sqlite3.Connection, messages: Sequence[int]) -> dict[int, int]:
    """The ticket of each of these messages that a customer wrote."""
    found = reader.execute(
        "SELECT m.id, m.ticket_id FROM json_each(?) j JOIN message m ON m.id = j.value WHERE m.role = 'customer'",
        (json.dumps(list(messages)),),
    )
    return dict(found.fetchall())


def solved(
    reader: sqlite3.Connection, tickets: Sequence[int], but: Seed, limit: int, characters: int = 1_500
) -> list[Solved]:
    """Those of these tickets, in this order, that are solved and are not of the same person; at most `limit`."""
    found = reader.execute(
        "SELECT t.id, t.ref, t.subject, t.updated, coalesce(c.name, ''), coalesce((SELECT substr(m.body, 1, ?) FROM message m"
        " WHERE m.ticket_id = t.id AND m.role = 'customer' ORDER BY m.created, m.id LIMIT 1), '')"
        f" FROM json_each(?) j JOIN ticket t ON t.id = j.value LEFT JOIN customer c ON c.id = t.requester_id"
        f" WHERE {SOLVED} AND t.id <> ? AND t.requester_id NOT IN (SELECT value FROM json_each(?)) ORDER BY j.key LIMIT ?",
        (characters, json.dumps(list(tickets)), but.id, json.dumps(list(but.people)), limit),
    )
    return [Solved(*row) for row in found]


def answers(
    reader: sqlite3.Connection, tickets: Sequence[int], characters: int = 4_000
) -> dict[int, list[str]]:
    """The agents' public messages of these tickets, the last one first."""
    found = reader.execute(
        "SELECT m.ticket_id, substr(m.body, 1, ?) FROM json_each(?) j JOIN message m ON m.ticket_id = j.value"
        " WHERE m.role = 'agent' AND m.kind = 'message' ORDER BY m.ticket_id, m.created DESC, m.id DESC",
        (characters, json.dumps(list(tickets))),
    )
    texts: dict[int, list[str]] = {}
    for ticket, text in found:
        texts.setdefault(ticket, []).append(text)
    return texts
