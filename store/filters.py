"""What a query asks for, as values, and the SQL that answers it; every value is bound, never pasted.

The grammar that people type is read by `console.query`; here is only its meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Op = Literal["=", "<", ">"]
LIVE = "t.status NOT IN ('solved', 'closed') AND t.presence = 'present'"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: any of `values`, or none of them when `negated`. Times are absolute microseconds."""

    field: str
    values: tuple[str, ...]
    op: Op = "="
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """All of the terms must hold."""

    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition on the ticket `t`, with its bound values in order."""

    where: str
    params: tuple[object, ...]


ORDERS = {
    "updated": "updated DESC, id DESC",
    "created": "created DESC, id DESC",
    "oldest": "updated ASC, id ASC",
    "sla": "CASE WHEN sla_due = 0 THEN 1 ELSE 0 END, sla_due ASC, id ASC",
    "waiting": "CASE WHEN waiting_since = 0 THEN 1 ELSE 0 END, waiting_since ASC, id ASC",
    "priority": (
        "CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 WHEN 'low' THEN 3 ELSE 4 END,"
        " updated DESC, id DESC"
    ),
    "subject": "subject COLLATE NOCASE, id",
}


def compile_filter(query: Filter) -> Sql:
    """The condition for a whole query; an empty query shows every ticket that the desk still shows."""
    parts: list[str] = []
    params: list[object] = []
    for term in query.terms:
        sql = _any(term)
        parts.append(f"NOT ({sql.where})" if term.negated else f"({sql.where})")
        params.extend(sql.params)
    if not any(t.field == "presence" for t in query.terms):
        parts.append("t.presence = 'present'")
    return Sql(" AND ".join(parts), tuple(params))


def _any(term: Term) -> Sql:
    made = [_FIELDS.get(term.field, _custom(term.field))(v, term.op) for v in term.values]
    return Sql(" OR ".join(f"({m.where})" for m in made), tuple(p for m in made for p in m.params))


def _plain(column: str) -> Callable[[str, Op], Sql]:
    return lambda value, _op: Sql(f"t.{column} = ?", (value,))


def _status(value: str, _op: Op) -> Sql:
    return Sql(LIVE, ()) if value == "live" else Sql("t.status = ?", (value,))


def _assignee(value: str, _op: Op) -> Sql:
    if value == "none":
        return Sql("t.assignee_id = 0", ())
    if value == "me":
        return Sql("t.assignee_id IN (SELECT id FROM agent WHERE is_me = 1)", ())
    return Sql(
        "t.assignee_id IN (SELECT id FROM agent WHERE lower(name) = ?1 OR email = ?1 OR remote_id = ?1"
        " OR lower(name) LIKE ?1 || ' %')".replace("?1", "?"),
        (value.lower(),) * 4,
    )


def _named(table: str, column: str) -> Callable[[str, Op], Sql]:
    def made(value: str, _op: Op) -> Sql:
        if value == "none":
            return Sql(f"t.{column} = 0", ())
        return Sql(
            f"t.{column} IN (SELECT id FROM {table} WHERE lower(name) = ? OR remote_id = ?)",
            (value.lower(), value),
        )

    return made


def _tag(value: str, _op: Op) -> Sql:
    return Sql("instr(t.tags, ?) > 0", (f" {value} ",))


def _customer(value: str, _op: Op) -> Sql:
    if value.isdigit():
        return Sql("t.requester_id = ?", (int(value),))
    return Sql(
        "t.requester_id IN (SELECT rowid FROM customer_fts WHERE customer_fts MATCH ?)", (match(value),)
    )


def _words(value: str, _op: Op) -> Sql:
    return _text(match(value))


def _phrase(value: str, _op: Op) -> Sql:
    return _text(phrase(value))


def _text(text: str) -> Sql:
    return Sql(
        "t.id IN (SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ?) OR t.id IN (SELECT m.ticket_id FROM message_fts f"
        " JOIN message m ON m.id = f.rowid WHERE message_fts MATCH ?) OR t.requester_id IN"
        " (SELECT rowid FROM customer_fts WHERE customer_fts MATCH ?)",
        (text, text, text),
    )


def _time(column: str, *, live: bool = False) -> Callable[[str, Op], Sql]:
    also = f" AND {LIVE}" if live else ""

    def made(value: str, op: Op) -> Sql:
        return Sql(f"t.{column} > 0 AND t.{column} {op} ?{also}", (int(value),))

    return made


def _is(value: str, _op: Op) -> Sql:
    return Sql(_IS[value], ())


def _ref(value: str, _op: Op) -> Sql:
    return Sql("t.ref = ? OR t.remote_id = ?", (value, value))


def _custom(key: str) -> Callable[[str, Op], Sql]:
    name = key.removeprefix("field.")
    return lambda value, _op: Sql(
        "lower(json_extract(t.fields, '$.' || json_quote(?))) = ?", (name, value.lower())
    )


_IS = {
    "unassigned": "t.assignee_id = 0",
    "waiting": f"t.waiting_since > 0 AND {LIVE}",
    "unseen": "t.updated > coalesce((SELECT s.at FROM local.seen s WHERE s.ref = t.ref),"
    " (SELECT CAST(value AS INTEGER) FROM local.meta WHERE key = 'baseline'), t.updated)",
    "pending": "EXISTS (SELECT 1 FROM local.op o WHERE o.lane = t.ref AND o.state IN"
    " ('queued', 'sending', 'unknown', 'conflict', 'review'))",
    "draft": "EXISTS (SELECT 1 FROM local.draft d WHERE d.ref = t.ref)",
    "live": LIVE,
    "sla": f"t.sla_due > 0 AND {LIVE}",
}
IS_VALUES = tuple(_IS)

_FIELDS: dict[str, Callable[[str, Op], Sql]] = {
    "status": _status,
    "assignee": _assignee,
    "priority": _plain("priority"),
    "channel": _plain("channel"),
    "presence": _plain("presence"),
    "desk": _plain("desk"),
    "group": _named("grp", "group_id"),
    "org": _named("organization", "organization_id"),
    "tag": _tag,
    "customer": _customer,
    "words": _words,
    "phrase": _phrase,
    "created": _time("created"),
    "updated": _time("updated"),
    "waiting": _time("waiting_since", live=True),
    "sla": _time("sla_due"),
    "is": _is,
    "ref": _ref,
}
FIELD_NAMES = tuple(_FIELDS)


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


def order_by(sort: str) -> str:
    """The ORDER BY of a sort's name; an unknown name sorts by the newest change."""
    return ORDERS.get(sort, ORDERS["updated"])
