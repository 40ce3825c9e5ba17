"""The names of attachments, by any three characters of them; shorter words are looked for in the newest names themselves."""

from __future__ import annotations

import sqlite3

from store.conditions import lowered
from store.pairs import RUN, SHORTEST, folded
from store.rows import Hit

NEWEST = 50_000  # attachments that are looked through for a shorter word
_BEFORE, _AFTER = 30, 90  # characters around a find
_WORDS = 128  # no name is so long that it has more
_MORE = 4  # times the limit: some lie on messages that are hidden

_FILES = (
    "SELECT t.ref, t.subject, 'attachment', f.name, m.created, coalesce(c.name, ''), m.remote_id FROM {found} CROSS JOIN"
    " message m ON m.id = f.message_id JOIN ticket t ON t.id = m.ticket_id LEFT JOIN customer c ON c.id = t.requester_id"
    " WHERE {has} ORDER BY f.id DESC LIMIT ?"
)
_INDEXED = (
    "(SELECT rowid FROM attachment_fts WHERE attachment_fts MATCH ? ORDER BY rowid DESC LIMIT ?) i"
    " CROSS JOIN attachment f ON f.id = i.rowid"
)
_NEWEST = f"(SELECT * FROM attachment WHERE id > (SELECT max(id) FROM attachment) - {NEWEST}) f"


def files(reader: sqlite3.Connection, words: str, limit: int) -> list[Hit]:
    """The newest attachments whose names have all the parts, without regard to capitals and accents."""
    parts = {word: folded(word) for word in words.split()}
    if len(parts) > _WORDS:
        return []
    asked = " ".join(
        f'"{part.replace(chr(34), chr(34) * 2)}"' for part in parts.values() if len(part) >= SHORTEST
    )
    short = [lowered(word) for word, part in parts.items() if len(part) < SHORTEST]
    has = " AND ".join(["instr(lower(f.name), ?) > 0"] * len(short)) or "1"
    source, params = (_INDEXED, (asked, limit * _MORE)) if asked else (_NEWEST, ())
    found = reader.execute(_FILES.format(found=source, has=has), (*params, *short, limit))
    return [Hit(*row) for row in found]


def around(text: str, words: str) -> str:
    """The text about the first find of one of the words, or of a part of one in a script without spaces."""
    parts = [part for word in lowered(words).split() for part in (word, *RUN.findall(word))]
    low = lowered(text)
    at = min((found for part in parts if (found := low.find(part)) >= 0), default=0)
    start, end = max(at - _BEFORE, 0), at + _AFTER
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
