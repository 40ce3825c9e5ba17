"""Full-text search over subjects, messages, notes and names, newest first; no cap on age.

Newest is taken by row number, which follows the order of arrival: the index has its finds in that order, so that a word
which is in every other message costs no more than a rare one. Among a few times as many as asked for, time decides.
"""

from __future__ import annotations

import sqlite3

from store.filters import match
from store.rows import Hit

_MORE = 4  # times the limit
_LEAST = 400
_PEOPLE = 200  # customers whose tickets are looked at


def search(reader: sqlite3.Connection, words: str, limit: int) -> list[Hit]:
    """The newest `limit` places that have all the words, each with the words around the find."""
    text = match(words)
    found = [
        *_messages(reader, text, limit),
        *_subjects(reader, text, limit),
        *_customers(reader, text, limit),
    ]
    return sorted(found, key=lambda h: -h.at)[:limit]


def _messages(reader: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    rows = reader.execute(
        "SELECT t.ref, t.subject, m.kind, f.excerpt, m.created, coalesce(c.name, ''), m.remote_id FROM"
        " (SELECT rowid, snippet(message_fts, 0, '', '', '…', 18) AS excerpt FROM message_fts"
        " WHERE message_fts MATCH ? ORDER BY rowid DESC LIMIT ?) f CROSS JOIN message m ON m.id = f.rowid"
        " JOIN ticket t ON t.id = m.ticket_id LEFT JOIN customer c ON c.id = t.requester_id"
        " ORDER BY +m.created DESC LIMIT ?",
        (text, max(limit * _MORE, _LEAST), limit),
    )
    return [Hit(*r) for r in rows]


def _subjects(reader: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    rows = reader.execute(
        "SELECT t.ref, t.subject, 'subject', t.subject, t.updated, coalesce(c.name, '') FROM"
        " (SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ? ORDER BY rowid DESC LIMIT ?) f"
        " CROSS JOIN ticket t ON t.id = f.rowid LEFT JOIN customer c ON c.id = t.requester_id"
        " ORDER BY +t.updated DESC LIMIT ?",
        (text, max(limit * _MORE, _LEAST), limit),
    )
    return [Hit(*r) for r in rows]


def _customers(reader: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Through the newest people of that name; of each the newest tickets."""
    rows = reader.execute(
        "SELECT t.ref, t.subject, 'customer', f.names, t.updated, coalesce(c.name, '') FROM"
        " (SELECT rowid, names FROM customer_fts WHERE customer_fts MATCH ? ORDER BY rowid DESC LIMIT ?) f"
        " CROSS JOIN ticket t ON t.requester_id = f.rowid LEFT JOIN customer c ON c.id = f.rowid"
        " ORDER BY +t.updated DESC LIMIT ?",
        (text, _PEOPLE, limit),
    )
    return [Hit(*r) for r in rows]
