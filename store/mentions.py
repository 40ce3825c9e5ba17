"""Internal notes that name the agent whose credentials we hold: "@Bo Berg", "@bo", or the name before the @ of an address.

The full-text index finds the notes that may; only those are read letter by letter, so that "@bob" is somebody else.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

_FIRST = "substr(a.name || ' ', 1, instr(a.name || ' ', ' ') - 1)"
_HANDLE = "substr(a.email || '@', 1, instr(a.email || '@', '@') - 1)"
_WORDS = (
    f"(SELECT coalesce(group_concat('\"' || replace(w, '\"', '') || '\"', ' OR '), '\"\"') FROM (SELECT {_FIRST} AS w FROM agent a"
    f" WHERE a.is_me = 1 UNION SELECT {_HANDLE} FROM agent a WHERE a.is_me = 1) WHERE trim(w, '\" ') <> '')"
)


def _named(what: str) -> str:
    """Whether `what` stands after an @ in the note, and nothing goes on after it; it is no pattern of its own."""
    plain = f"replace(replace(replace(lower({what}), '[', '[[]'), '*', '[*]'), '?', '[?]')"
    return f"(length({what}) > 1 AND ' ' || lower(m.body) || ' ' GLOB '*[^a-z0-9._%+-]@' || {plain} || '[^a-z0-9_-]*')"


NOTES = (
    "FROM message_fts f JOIN message m ON m.id = f.rowid JOIN agent a ON a.desk = m.desk AND a.is_me = 1"
    f" WHERE message_fts MATCH {_WORDS} AND m.kind = 'note' AND m.author_ref <> a.remote_id"
    f" AND ({_named('a.name')} OR {_named(_FIRST)} OR {_named(_HANDLE)})"
)
TICKETS = f"SELECT m.ticket_id {NOTES}"


class Mention(NamedTuple):
    """One note that names me; `fresh` when it came after its ticket was last looked at."""

    ref: str
    subject: str
    author: str
    at: int
    text: str
    message_id: str
    fresh: bool


def mentions(reader: sqlite3.Connection, limit: int) -> list[Mention]:
    """The notes that name me, the newest first."""
    found = reader.execute(
        "SELECT t.ref, t.subject, m.author, m.created, m.body, m.remote_id,"
        " m.created > coalesce((SELECT s.at FROM local.seen s WHERE s.ref = t.ref), 0)"
        f" FROM message m JOIN ticket t ON t.id = m.ticket_id WHERE m.id IN (SELECT m.id {NOTES})"
        " ORDER BY m.created DESC, m.id DESC LIMIT ?",
        (limit,),
    )
    return [Mention(*row)._replace(fresh=bool(row[6])) for row in found]
