"""Full-text search over subjects, messages, notes and names, newest first; no cap on age."""

from __future__ import annotations

import sqlite3

from store.filters import match
from store.rows import Hit


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
        "SELECT t.ref, t.subject, m.kind, snippet(message_fts, 0, '', '', '…', 18), m.created, coalesce(c.name, ''),"
        " m.remote_id FROM (SELECT rowid FROM message_fts WHERE message_fts MATCH ?1 ORDER BY rowid DESC LIMIT ?2) f"
        " JOIN message_fts ON message_fts.rowid = f.rowid AND message_fts MATCH ?1 JOIN message m ON m.id = f.rowid"
        " JOIN ticket t ON t.id = m.ticket_id LEFT JOIN customer c ON c.id = t.requester_id",
        (text, max(limit * 4, 400)),
    )
    return [Hit(*r) for r in rows]


def _subjects(reader: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    rows = reader.execute(
        "SELECT t.ref, t.subject, 'subject', t.subject, t.updated, coalesce(c.name, '') FROM ticket_fts f"
        " JOIN ticket t ON t.id = f.rowid LEFT JOIN customer c ON c.id = t.requester_id WHERE ticket_fts MATCH ?"
        " ORDER BY t.updated DESC LIMIT ?",
        (text, limit),
    )
    return [Hit(*r) for r in rows]


def _customers(reader: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    rows = reader.execute(
        "SELECT t.ref, t.subject, 'customer', f.names, t.updated, coalesce(c.name, '') FROM customer_fts f"
        " JOIN ticket t ON t.requester_id = f.rowid LEFT JOIN customer c ON c.id = t.requester_id"
        " WHERE customer_fts MATCH ? ORDER BY t.updated DESC LIMIT ?",
        (text, limit),
    )
    return [Hit(*r) for r in rows]
