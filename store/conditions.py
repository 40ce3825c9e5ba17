"""Conditions on words, people and custom fields, as SQL on the ticket `t`; every value is bound, never pasted.

Words are found by the full-text indexes. Scripts that put no space between words (Chinese, Japanese, Thai, Khmer, Lao,
Burmese) are one long word to those, so that such words are looked for in the texts themselves.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Op = Literal["=", "<", ">", "<=", ">="]
LAST = "\U0010ffff"  # sorts behind everything that continues a prefix
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_PHONE = re.compile(r"\+?[\d ()./\-]{6,}")
_ID_DIGITS = 9  # a longer number is no row's
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition on the ticket `t`, with its bound values in order."""

    where: str
    params: tuple[object, ...]


def lowered(text: str) -> str:
    """Small letters as SQLite's lower() makes them: of ASCII alone."""
    return text.translate(_SMALL)


def digits(text: str) -> str:
    """The digits of what may be a telephone number, "" where it is none."""
    return "".join(c for c in text if c in string.digits) if _PHONE.fullmatch(text.strip()) else ""


def assignee(value: str, _op: Op) -> Sql:
    """Who has it: me, none, a name, a first name, an id, or with an @ the beginning of an address."""
    if value == "none":
        return Sql("t.assignee_id = 0", ())
    if value == "me":
        return Sql("t.assignee_id IN (SELECT id FROM agent WHERE is_me = 1)", ())
    name = lowered(value)
    if "@" in value:
        return Sql("t.assignee_id IN (SELECT id FROM agent WHERE instr(lower(email), ?) = 1)", (name,))
    return Sql(
        "t.assignee_id IN (SELECT id FROM agent WHERE lower(name) = ? OR remote_id = ? OR instr(lower(name), ?) = 1)",
        (name, value, f"{name} "),
    )


def customer(value: str, _op: Op) -> Sql:
    """Who asks: a name, the beginning of an address ("ana@"), a host ("@acme.example"), a telephone number, a row number."""
    asked = "t.requester_id IN ({})"
    if "@" in value:
        return _joined(asked, [*_addresses("email", value.lower()), *_hosts(value)])
    if number := digits(value):
        found = [*_addresses("phone", number), *_addresses("phone", f"+{number}")]
        if value.isascii() and value.isdigit() and len(value) <= _ID_DIGITS:
            found.append(Sql("VALUES (?)", (int(value),)))
        return _joined(asked, found)
    if value.isascii() and value.isdigit():
        return Sql("t.requester_id = ?", (int(value),))
    if UNSPACED.search(value):
        return Sql(
            asked.format("SELECT rowid FROM customer_fts WHERE instr(lower(names), ?) > 0"), (lowered(value),)
        )
    return Sql(asked.format("SELECT rowid FROM customer_fts WHERE customer_fts MATCH ?"), (match(value),))


def _addresses(kind: str, prefix: str) -> list[Sql]:
    sql = "SELECT customer_id FROM address WHERE kind = ? AND value >= ? AND value < ?"
    return [Sql(sql, (kind, prefix, prefix + LAST))]


def _hosts(value: str) -> list[Sql]:
    if not value.startswith("@"):
        return []
    inside = Sql(
        "SELECT customer_id FROM address WHERE kind = 'email' AND instr(value, ?) > 0", (value.lower(),)
    )
    return [inside, *_addresses("handle", value[1:].lower())]


def _joined(asked: str, found: list[Sql]) -> Sql:
    return Sql(
        asked.format(" UNION ALL ".join(f.where for f in found)), tuple(p for f in found for p in f.params)
    )


def words(value: str, _op: Op) -> Sql:
    """All of the words stand in one place: a subject, a message, or the names of a customer."""
    return _inside(value) if UNSPACED.search(value) else _text(match(value))


def exact(value: str, _op: Op) -> Sql:
    """The words stand one behind the other."""
    return _inside(value) if UNSPACED.search(value) else _text(phrase(value))


def _text(text: str) -> Sql:
    return Sql(
        "t.id IN (SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ? UNION ALL SELECT m.ticket_id FROM message_fts f"
        " JOIN message m ON m.id = f.rowid WHERE message_fts MATCH ? UNION ALL SELECT x.id FROM ticket x"
        " WHERE x.requester_id IN (SELECT rowid FROM customer_fts WHERE customer_fts MATCH ?))",
        (text, text, text),
    )


def _inside(value: str) -> Sql:
    """Each part is looked for in the texts themselves."""
    parts = tuple(lowered(part) for part in value.split())

    def has(column: str) -> str:
        return " AND ".join([f"instr(lower({column}), ?) > 0"] * len(parts))

    return Sql(
        f"t.id IN (SELECT id FROM ticket WHERE {has('subject')} UNION ALL SELECT ticket_id FROM message WHERE {has('body')}"
        f" UNION ALL SELECT x.id FROM ticket x WHERE x.requester_id IN (SELECT rowid FROM customer_fts WHERE {has('names')}))",
        parts * 3,
    )


def custom(key: str) -> Callable[[str, Op], Sql]:
    """A custom field by its key, in any case: equal in any case, or compared as numbers, or as dates and texts are."""
    name = lowered(key.removeprefix("field."))

    def made(value: str, op: Op) -> Sql:
        if op == "=" and value == "none":
            return Sql("NOT " + _HAS.format("j.value <> '' AND lower(j.value) <> 'none'"), (name,))
        if op == "=":
            return Sql(_HAS.format("lower(j.value) = ?"), (name, lowered(value)))
        if _NUMBER.fullmatch(value):
            test = (
                f"j.value GLOB '*[0-9]*' AND NOT j.value GLOB '*[^-0-9.]*' AND CAST(j.value AS REAL) {op} ?"
            )
            return Sql(_HAS.format(test), (name, float(value)))
        return Sql(_HAS.format(f"j.value <> '' AND lower(j.value) {op} ?"), (name, lowered(value)))

    return made


_HAS = "EXISTS (SELECT 1 FROM json_each(t.fields) j WHERE lower(j.key) = ? AND {})"


def match(words: str, *, prefix: bool = True) -> str:
    """An FTS5 query that finds all the words; the user's own punctuation is never read as FTS5 syntax."""
    terms = [w.replace('"', '""') for w in words.split()]
    if not terms:
        return '""'
    last = "*" if prefix and len(terms[-1]) > 1 and not words.endswith(" ") else ""
    return " ".join(f'"{t}"' for t in terms) + last


def phrase(words: str) -> str:
    """An FTS5 query for the exact phrase."""
    return '"' + words.replace('"', '""') + '"'
