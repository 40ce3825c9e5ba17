"""Full-text search over subjects, messages, notes, names, numbers and attachments, newest first; no cap on age.

Newest is taken by row number, which follows the order of arrival: the index has its finds in that order, so that a word
which is in every other message costs no more than a rare one. Among a few times as many as asked for, time decides, or
with `ranked` how well they fit (bm25). Words in scripts without spaces, and the names of attachments, have no index: they
are looked for in the newest ones themselves.
"""

from __future__ import annotations

import sqlite3

from store import inside
from store.conditions import UNSPACED, digits
from store.rows import Hit
from store.spellings import anyhow

_MORE = 4  # times the limit
_LEAST = 400
_PEOPLE = 200  # customers whose tickets are looked at

Scored = tuple[float, Hit]


def search(reader: sqlite3.Connection, words: str, limit: int, *, ranked: bool = False) -> list[Hit]:
    """The newest `limit` places that have all the words, each with the words around the find; what has that number first.

    With `ranked` the newest hits stand in the order of how well they fit.
    """
    named = _numbers(reader, words, limit)
    if UNSPACED.search(words):
        found = [(0.0, hit) for hit in inside.texts(reader, words, limit)]
    else:
        text = anyhow(words)
        found = [
            hit
            for look in (_messages, _subjects, _customers)
            for hit in look(reader, text, limit, ranked=ranked)
        ]
    found += [(0.0, hit) for hit in inside.files(reader, words, limit)]
    found.sort(key=lambda each: (each[0], -each[1].at))
    return list(dict.fromkeys([*named, *(hit for _, hit in found)]))[:limit]


def _score(table: str, *, ranked: bool) -> str:
    return f"bm25({table})" if ranked else "0.0"


def _scored(rows: sqlite3.Cursor) -> list[Scored]:
    return [(float(score), Hit(*rest)) for score, *rest in rows]


def _messages(reader: sqlite3.Connection, text: str, limit: int, *, ranked: bool) -> list[Scored]:
    order = "f.score" if ranked else "+m.created DESC"
    return _scored(
        reader.execute(
            "SELECT f.score, t.ref, t.subject, m.kind, f.excerpt, m.created, coalesce(c.name, ''), m.remote_id FROM"
            f" (SELECT rowid, snippet(message_fts, 0, '', '', '…', 18) AS excerpt, {_score('message_fts', ranked=ranked)} AS score"
            " FROM message_fts WHERE message_fts MATCH ? ORDER BY rowid DESC LIMIT ?) f CROSS JOIN message m ON m.id = f.rowid"
            " JOIN ticket t ON t.id = m.ticket_id LEFT JOIN customer c ON c.id = t.requester_id"
            f" ORDER BY {order} LIMIT ?",
            (text, max(limit * _MORE, _LEAST), limit),
        )
    )


def _subjects(reader: sqlite3.Connection, text: str, limit: int, *, ranked: bool) -> list[Scored]:
    order = "f.score" if ranked else "+t.updated DESC"
    return _scored(
        reader.execute(
            "SELECT f.score, t.ref, t.subject, 'subject', t.subject, t.updated, coalesce(c.name, '') FROM"
            f" (SELECT rowid, {_score('ticket_fts', ranked=ranked)} AS score FROM ticket_fts WHERE ticket_fts MATCH ?"
            " ORDER BY rowid DESC LIMIT ?) f"
            " CROSS JOIN ticket t ON t.id = f.rowid LEFT JOIN customer c ON c.id = t.requester_id"
            f" ORDER BY {order} LIMIT ?",
            (text, max(limit * _MORE, _LEAST), limit),
        )
    )


def _customers(reader: sqlite3.Connection, text: str, limit: int, *, ranked: bool) -> list[Scored]:
    """Through the newest people of that name; of each the newest tickets."""
    order = "f.score" if ranked else "+t.updated DESC"
    return _scored(
        reader.execute(
            "SELECT f.score, t.ref, t.subject, 'customer', f.names, t.updated, coalesce(c.name, '') FROM"
            f" (SELECT rowid, names, {_score('customer_fts', ranked=ranked)} AS score FROM customer_fts WHERE customer_fts MATCH ?"
            " ORDER BY rowid DESC LIMIT ?) f"
            " CROSS JOIN ticket t ON t.requester_id = f.rowid LEFT JOIN customer c ON c.id = f.rowid"
            f" ORDER BY {order} LIMIT ?",
            (text, _PEOPLE, limit),
        )
    )


def _numbers(reader: sqlite3.Connection, words: str, limit: int) -> list[Hit]:
    """The tickets of that very number, and those of whoever has that telephone."""
    word = words.strip().removeprefix("#")
    found = reader.execute(
        "SELECT t.ref, t.subject, 'number', t.ref, t.updated, coalesce(c.name, '') FROM ticket t LEFT JOIN customer c"
        " ON c.id = t.requester_id WHERE t.ref = ? OR t.ref IN (SELECT d.name || '/' || ? FROM local.desk_state d) LIMIT ?",
        (word, word, limit),
    )
    hits = [Hit(*row) for row in found]
    number = digits(word).lstrip(
        "0"
    )  # a number of the country may be stored with the country's own before it
    if number:
        people = reader.execute(
            "SELECT t.ref, t.subject, 'customer', a.value, t.updated, coalesce(c.name, '') FROM address a"
            " CROSS JOIN ticket t ON t.requester_id = a.customer_id LEFT JOIN customer c ON c.id = a.customer_id"
            " WHERE a.kind = 'phone' AND instr(a.value, ?) > 0 ORDER BY t.updated DESC LIMIT ?",
            (number, limit),
        )
        hits += [Hit(*row) for row in people]
    return hits
