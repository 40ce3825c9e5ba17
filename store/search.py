"""Full-text search over subjects, messages, notes, names, numbers and attachments, newest first; no cap on age.

Newest is taken by row number, which follows the order of arrival: the index has its finds in that order, so that a word
which is in every other message costs no more than a rare one. Among a few times as many as asked for, time decides, or
with `ranked` how well they fit (bm25). What holds words in scripts without spaces stands in indexes of its own (`store.pairs`).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from store import inside
from store.beginnings import spelled_out
from store.conditions import indexes
from store.rows import Hit
from store.spellings import anyhow
from store.telephones import at_home, digits

_MORE = 4  # times the limit
_LEAST = 400
_PEOPLE = 200  # customers whose tickets are looked at
_WITH_WORDS = frozenset({"message_fts", "ticket_fts", "customer_fts"})  # the others hold parts of words

Scored = tuple[float, Hit]


@dataclass(frozen=True, slots=True)
class _Look:
    """What is looked for: the words, the same as an FTS5 query, how many of each kind, and in which order."""

    words: str
    text: str
    limit: int
    ranked: bool

    @property
    def most(self) -> int:
        """How many of the newest are taken for time, or for how well they fit, to decide among."""
        return max(self.limit * _MORE, _LEAST)

    def order(self, time: str) -> str:
        """What stands behind ORDER BY."""
        return "f.score" if self.ranked else f"+{time} DESC"

    def text_for(self, reader: sqlite3.Connection, table: str) -> str:
        """The query for that index; how well something fits is told by the words as they were typed."""
        plain = self.ranked or table not in _WITH_WORDS
        return self.text if plain else spelled_out(reader, table, self.text)

    def score(self, table: str) -> str:
        """The column `score` of that index."""
        return f"{f'bm25({table})' if self.ranked else '0.0'} AS score"


def search(reader: sqlite3.Connection, words: str, limit: int, *, ranked: bool = False) -> list[Hit]:
    """The newest `limit` places that have all the words, each with the words around the find; what has that number first.

    With `ranked` the newest hits stand in the order of how well they fit.
    """
    named = _numbers(reader, words, limit)
    look = _Look(words, anyhow(words), limit, ranked)
    kinds = (("message", _messages), ("ticket", _subjects), ("customer", _customers))
    found = [
        hit for kind, find in kinds for table in indexes(kind, words) for hit in find(reader, table, look)
    ]
    found += [(0.0, hit) for hit in inside.files(reader, words, limit)]
    found.sort(key=lambda each: (each[0], -each[1].at))
    once: dict[tuple[str, str, str], Hit] = {}
    for hit in (*named, *(hit for _, hit in found)):
        once.setdefault((hit.ref, hit.where, hit.message_id), hit)
    return list(once.values())[:limit]


def _scored(rows: sqlite3.Cursor) -> list[Scored]:
    return [(float(score), Hit(*rest)) for score, *rest in rows]


def _messages(reader: sqlite3.Connection, table: str, look: _Look) -> list[Scored]:
    snippets = table == "message_fts"  # the other index has no text of its own
    excerpt = f"snippet({table}, 0, '', '', '…', 18)" if snippets else "''"
    found = _scored(
        reader.execute(
            f"SELECT f.score, t.ref, t.subject, f.kind, f.excerpt, f.created, coalesce(c.name, ''), f.remote_id FROM"
            f" (SELECT f.score, {'f.excerpt' if snippets else 'm.body AS excerpt'}, m.kind, m.created, m.remote_id, m.ticket_id"
            f" FROM (SELECT rowid, {excerpt} AS excerpt, {look.score(table)} FROM {table}"
            f" WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?) f CROSS JOIN message m ON m.id = f.rowid"
            f" ORDER BY {look.order('m.created')} LIMIT ?) f JOIN ticket t ON t.id = f.ticket_id"
            " LEFT JOIN customer c ON c.id = t.requester_id",
            (look.text_for(reader, table), look.most, look.limit),
        )
    )
    if snippets:
        return found
    return [(score, replace(hit, excerpt=inside.around(hit.excerpt, look.words))) for score, hit in found]


def _subjects(reader: sqlite3.Connection, table: str, look: _Look) -> list[Scored]:
    return _scored(
        reader.execute(
            "SELECT t.score, t.ref, t.subject, 'subject', t.subject, t.updated, coalesce(c.name, '') FROM"
            " (SELECT f.score, t.ref, t.subject, t.updated, t.requester_id FROM"
            f" (SELECT rowid, {look.score(table)} FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?) f"
            f" CROSS JOIN ticket t ON t.id = f.rowid ORDER BY {look.order('t.updated')} LIMIT ?) t"
            " LEFT JOIN customer c ON c.id = t.requester_id",
            (look.text_for(reader, table), look.most, look.limit),
        )
    )


def _customers(reader: sqlite3.Connection, table: str, look: _Look) -> list[Scored]:
    """Through the newest people of that name; of theirs the newest tickets, which an index tells without their rows."""
    return _scored(
        reader.execute(
            "SELECT f.score, t.ref, t.subject, 'customer', n.names, t.updated, coalesce(c.name, '') FROM"
            " (SELECT f.rowid AS person, f.score, t.id FROM"
            f" (SELECT rowid, {look.score(table)} FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?) f"
            " CROSS JOIN ticket t INDEXED BY ticket_requester ON t.requester_id = f.rowid"
            f" ORDER BY {look.order('t.created')} LIMIT ?) f"
            " CROSS JOIN ticket t ON t.id = f.id CROSS JOIN customer_fts n ON n.rowid = f.person"
            " LEFT JOIN customer c ON c.id = f.person",
            (look.text_for(reader, table), _PEOPLE, look.limit),
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
        dialled = at_home(word)
        people = reader.execute(
            "SELECT t.ref, t.subject, 'customer', a.value, t.updated, coalesce(c.name, '') FROM address a"
            " CROSS JOIN ticket t ON t.requester_id = a.customer_id LEFT JOIN customer c ON c.id = a.customer_id"
            " WHERE a.kind = 'phone' AND (instr(a.value, ?) > 0 OR"
            f" a.value IN ({', '.join('?' * len(dialled))})) ORDER BY t.updated DESC LIMIT ?",
            (number, *dialled, limit),
        )
        hits += [Hit(*row) for row in people]
    return hits
