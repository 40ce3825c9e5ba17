"""Conditions on words, people and custom fields, as SQL on the ticket `t`; every value is bound, never pasted.

Words are found by the full-text indexes; those in scripts without spaces, and those beside them, by the ones of `store.pairs`.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from store import telephones
from store.letters import ways
from store.pairs import asked, unspaced

Op = Literal["=", "<", ">", "<=", ">="]
LAST = "\U0010ffff"  # sorts behind everything that continues a prefix
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_ID_DIGITS = 9  # a longer number is no row's
_SPELLED = 2  # letters from which on a word is looked for in other ways too
_FOUND = "SELECT rowid FROM {0} WHERE {0} MATCH ?"
_MESSAGES = "SELECT m.ticket_id FROM {0} f JOIN message m ON m.id = f.rowid WHERE {0} MATCH ?"
_ASKED_BY = "SELECT x.id FROM ticket x WHERE x.requester_id IN (SELECT rowid FROM {0} WHERE {0} MATCH ?)"
# The desks that the mirror knows, each found by one step in the index instead of a walk over all tickets.
DESKS = """WITH RECURSIVE d(desk) AS (SELECT min(desk) FROM ticket UNION ALL
 SELECT (SELECT min(t.desk) FROM ticket t WHERE t.desk > d.desk) FROM d WHERE d.desk IS NOT NULL)
 SELECT desk FROM d WHERE desk IS NOT NULL"""
_NAMED = (
    "SELECT id FROM ticket WHERE ref = ?",
    f"SELECT id FROM ticket WHERE remote_id = ? AND desk IN ({DESKS})",
)
_REF = re.compile(r"#?\d{1,19}|#?[A-Za-z0-9_.\-]+/\d{1,19}")  # how people name a ticket
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition on the ticket `t`, with its bound values in order."""

    where: str
    params: tuple[object, ...]


def lowered(text: str) -> str:
    """Small letters as SQLite's lower() makes them: of ASCII alone."""
    return text.translate(_SMALL)


def named_as(value: str) -> tuple[str, ...]:
    """How a name may be written, small as SQLite's lower() makes it: beyond ASCII it leaves capitals as they are."""
    if value.isascii():
        return (lowered(value),)
    forms = (value, unicodedata.normalize("NFC", value))  # an accent may be typed as a character of its own
    ways = (way for v in forms for way in (v, v.lower(), v.title(), v.capitalize(), v.upper()))
    return tuple(dict.fromkeys(map(lowered, ways)))


def assignee(value: str, _op: Op) -> Sql:
    """Who has it: me, none, a name, a first name, an id, also with its desk (acme/12), or with an @ the beginning of an address."""
    if value == "none":
        return Sql("t.assignee_id = 0", ())
    if value == "me":
        return Sql("t.assignee_id IN (SELECT id FROM agent WHERE is_me = 1)", ())
    if "@" in value:
        return Sql(
            "t.assignee_id IN (SELECT id FROM agent WHERE instr(lower(email), ?) = 1 OR desk || '/' || remote_id = ?)",
            (lowered(value), value),
        )
    names = named_as(value)
    tests = " OR ".join(
        [
            "? IN (remote_id, desk || '/' || remote_id)",
            *["lower(name) = ? OR instr(lower(name), ?) = 1"] * len(names),
        ]
    )
    return Sql(
        f"t.assignee_id IN (SELECT id FROM agent WHERE {tests})",
        (value, *(part for name in names for part in (name, f"{name} "))),
    )


def customer(value: str, _op: Op) -> Sql:
    """Who asks: a name, the beginning of an address ("ana@"), a host ("@acme.example"), a telephone number, a row number."""
    who = "t.requester_id IN ({})"
    if "@" in value:
        address = value.rpartition("<")[2].removesuffix(">")  # as mails write it behind the name
        return _joined(who, [*_addresses("email", address.lower()), *_hosts(address)])
    if found := telephone(value):
        if value.isascii() and value.isdigit() and len(value) <= _ID_DIGITS:
            found.append(Sql("VALUES (?)", (int(value),)))
        return _joined(who, found)
    if value.isascii() and value.isdigit():
        return Sql("t.requester_id = ?", (int(value),))
    return _joined(who, [Sql(_FOUND.format(table), (match(value),)) for table in indexes("customer", value)])


def telephone(value: str) -> list[Sql]:
    """Queries for the people whose number begins so, with or without its country; none where it is no number."""
    whole = [sql for form in telephones.forms(value) for sql in _addresses("phone", form)]
    sql = "SELECT customer_id FROM address WHERE kind = 'phone' AND value GLOB ?"
    return whole + [Sql(sql, (pattern,)) for pattern in telephones.abroad(value)]


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


def _joined(outer: str, found: list[Sql]) -> Sql:
    return Sql(
        outer.format(" UNION ALL ".join(f.where for f in found)), tuple(p for f in found for p in f.params)
    )


def ref(value: str, _op: Op) -> Sql:
    """The ticket of that name, or those of that number."""
    return _joined("t.id IN ({})", _named(value))


def _named(value: str) -> list[Sql]:
    return [Sql(sql, (value.removeprefix("#"),)) for sql in _NAMED]


def words(value: str, _op: Op) -> Sql:
    """All of the words stand in one place: a subject, a message, or the names of a customer; one alone may name a ticket."""
    return _text(match(value), value, *(_named(value) if _REF.fullmatch(value) else ()))


def exact(value: str, _op: Op) -> Sql:
    """The words stand one behind the other."""
    return _text(phrase(value), value)


def indexes(kind: str, words: str) -> tuple[str, ...]:
    """The full-text tables in which words are looked for: "message", "ticket" (subjects) or "customer".

    Texts in scripts without spaces are whole in one of them; what `store.letters` writes plainly is in both, others in the other.
    """
    beside = f"{kind}_pairs_fts"
    return (beside,) if unspaced(words) else (f"{kind}_fts", beside)


def _text(text: str, value: str, *others: Sql) -> Sql:
    looks = (("ticket", _FOUND), ("message", _MESSAGES), ("customer", _ASKED_BY))
    found = [Sql(sql.format(table), (text,)) for kind, sql in looks for table in indexes(kind, value)]
    return _joined("t.id IN ({})", [*found, *others])


def custom(key: str) -> Callable[[str, Op], Sql]:
    """A custom field by its key, in any case: equal in any case, or compared as numbers, or as dates and texts are."""
    name = lowered(key.removeprefix("field."))

    def made(value: str, op: Op) -> Sql:
        """The condition for one value of the custom field."""
        if op == "=" and lowered(value) == "none":
            return Sql("NOT " + _HAS.format("j.value <> '' AND lower(j.value) <> 'none'"), (name,))
        if op == "=":
            values = named_as(value)
            return Sql(_HAS.format(f"lower(j.value) IN ({', '.join('?' * len(values))})"), (name, *values))
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
    terms = words.split()
    if not terms:
        return '""'
    last = prefix and _letters(terms[-1]) > 1 and not words.endswith(" ")
    found = [*(_spelled(each, prefix=False) for each in terms[:-1]), _spelled(terms[-1], prefix=last)]
    return " AND ".join(one for one, term in zip(found, terms, strict=True) if worded(term)) or '""'


def _letters(term: str) -> int:
    """How many characters of a word the index knows: C# is one letter, which begins every other word."""
    return sum(unicodedata.category(c)[0] in "LMN" for c in term)


def worded(term: str) -> bool:
    """Whether it may stand beside AND: a sign is none of the index's words, and would find nothing."""
    return any(map(str.isalnum, asked(term)[0]))


def _spelled(word: str, *, prefix: bool) -> str:
    """The word, or one of the other ways in which it may be written; a single letter is only itself."""
    usual = phrase(word, prefix=prefix)
    others = () if len(word) < _SPELLED or unspaced(word) else ways(word)
    return f"({' OR '.join([usual, *(phrase(each, prefix=prefix) for each in others)])})" if others else usual


def phrase(words: str, *, prefix: bool = False) -> str:
    """An FTS5 query for the exact phrase; with `prefix` the last word may go on."""
    text, beginning = asked(words)
    may_go_on = beginning or (prefix and not unspaced(words[-1:]))
    return '"' + text.replace('"', '""') + ('"*' if may_go_on else '"')
