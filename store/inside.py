"""Words in scripts without spaces, and the names of attachments: looked for in the newest texts themselves, without an index."""

from __future__ import annotations

import sqlite3

from store.conditions import lowered
from store.rows import Hit

NEWEST = 20_000  # messages, tickets and people that are looked through
FILES = 50_000  # attachments
_BEFORE, _AFTER = 30, 90  # characters around a find

_MESSAGES = (
    "SELECT t.ref, t.subject, m.kind, m.body, m.created, coalesce(c.name, ''), m.remote_id FROM message m"
    " JOIN ticket t ON t.id = m.ticket_id LEFT JOIN customer c ON c.id = t.requester_id"
    " WHERE m.id > (SELECT max(id) FROM message) - {newest} AND {has} ORDER BY m.id DESC LIMIT ?"
)
_SUBJECTS = (
    "SELECT t.ref, t.subject, 'subject', t.subject, t.updated, coalesce(c.name, ''), '' FROM ticket t"
    " LEFT JOIN customer c ON c.id = t.requester_id"
    " WHERE t.id > (SELECT max(id) FROM ticket) - {newest} AND {has} ORDER BY t.id DESC LIMIT ?"
)
_PEOPLE = (
    "SELECT t.ref, t.subject, 'customer', c.name, t.updated, c.name, '' FROM customer c JOIN ticket t ON t.requester_id = c.id"
    " WHERE c.id > (SELECT max(id) FROM customer) - {newest} AND {has} ORDER BY c.id DESC LIMIT ?"
)
_FILES = (
    "SELECT t.ref, t.subject, 'attachment', f.name, m.created, coalesce(c.name, ''), m.remote_id FROM attachment f"
    " CROSS JOIN message m ON m.id = f.message_id JOIN ticket t ON t.id = m.ticket_id"
    " LEFT JOIN customer c ON c.id = t.requester_id"
    " WHERE f.id > (SELECT max(id) FROM attachment) - {newest} AND {has} ORDER BY f.id DESC LIMIT ?"
)


def texts(reader: sqlite3.Connection, words: str, limit: int) -> list[Hit]:
    """The newest messages, subjects and names that have all the parts somewhere in them."""
    looks = ((_MESSAGES, "m.body"), (_SUBJECTS, "t.subject"), (_PEOPLE, "c.name"))
    return [hit for sql, column in looks for hit in _look(reader, sql, column, words, limit, newest=NEWEST)]


def files(reader: sqlite3.Connection, words: str, limit: int) -> list[Hit]:
    """The newest attachments whose names have all the parts."""
    return _look(reader, _FILES, "f.name", words, limit, newest=FILES)


def _look(
    reader: sqlite3.Connection, sql: str, column: str, words: str, limit: int, *, newest: int
) -> list[Hit]:
    parts = [lowered(part) for part in words.split()]
    has = " AND ".join([f"instr(lower({column}), ?) > 0"] * len(parts))
    found = reader.execute(sql.format(newest=newest, has=has), (*parts, limit))
    return [
        Hit(ref, subject, where, _around(text, parts), *rest) for ref, subject, where, text, *rest in found
    ]


def _around(text: str, parts: list[str]) -> str:
    at = min((lowered(text).find(part) for part in parts), default=0)
    start, end = max(at - _BEFORE, 0), at + _AFTER
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
