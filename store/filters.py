"""What a query asks for, as values, and the SQL that answers it; every value is bound, never pasted.

The grammar that people type is read by `console.query`; here is only its meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from store import mentions
from store.orders import ORDERS, Order

Op = Literal["=", "<", ">"]
PRESENT = "t.presence = 'present'"
LIVE = f"t.status NOT IN ('solved', 'closed') AND {PRESENT}"
# The desks that the mirror knows, each found by one step in the index instead of a walk over all tickets.
DESKS = """WITH RECURSIVE d(desk) AS (SELECT min(desk) FROM ticket UNION ALL
 SELECT (SELECT min(t.desk) FROM ticket t WHERE t.desk > d.desk) FROM d WHERE d.desk IS NOT NULL)
 SELECT desk FROM d WHERE desk IS NOT NULL"""
_LIVE_VALUES = {
    "status": ("live", "new", "open", "pending", "hold"),
    "is": ("waiting", "live", "sla"),
}
_NAMING = ("ref", "words", "phrase", "customer")
_FEW = ("pending", "draft", "snoozed", "followed", "mentioned")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: any of `values`, or none of them when `negated`. Times are absolute microseconds."""

    field: str
    values: tuple[str, ...]
    op: Op = "="
    negated: bool = False


NOT_SNOOZED = Term("is", ("snoozed",), negated=True)


@dataclass(frozen=True, slots=True)
class Filter:
    """All of the terms must hold."""

    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition on the ticket `t`, with its bound values in order."""

    where: str
    params: tuple[object, ...]


def compile_filter(query: Filter) -> Sql:
    """The condition for a whole query; an empty query shows every ticket that the desk still shows.

    A query that can only find live tickets says so in LIVE's own words: SQLite then knows that their indexes will do.
    """
    parts: list[str] = []
    params: list[object] = []
    for term in query.terms:
        sql = _any(term)
        parts.append(f"NOT ({sql.where})" if term.negated else f"({sql.where})")
        params.extend(sql.params)
    if finds_live(query):
        parts.append(LIVE)
    elif not any(t.field == "presence" for t in query.terms):
        parts.append(PRESENT)
    return Sql(" AND ".join(parts), tuple(params))


def finds_live(query: Filter) -> bool:
    """Whether only live tickets can match."""
    return any(not t.negated and t.values and _is_live(t) for t in query.terms)


def _is_live(term: Term) -> bool:
    return term.field == "waiting" or all(value in _LIVE_VALUES.get(term.field, ()) for value in term.values)


def finds_few(query: Filter) -> bool:
    """Whether some term names its tickets, so that these are looked up rather than all of a queue walked through."""
    return any(not t.negated and (t.field in _NAMING or _is_naming(t)) for t in query.terms)


def _is_naming(term: Term) -> bool:
    return term.field == "is" and all(value in _FEW for value in term.values)


def with_snoozed(query: Filter) -> Filter:
    """The same query without `-is:snoozed`."""
    return Filter(tuple(t for t in query.terms if t != NOT_SNOOZED))


def only_snoozed(query: Filter) -> Filter:
    """What `-is:snoozed` takes away from a query that has it."""
    return Filter((*with_snoozed(query).terms, Term("is", ("snoozed",))))


def index_for(query: Filter, order: Order) -> str:
    """The index that has the tickets in this order already and hidden ones never; "" where others serve better."""
    if finds_few(query) or any(t.field == "presence" for t in query.terms):
        return ""
    return f"ticket_{'live' if finds_live(query) else 'by'}_{order.index}"


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
        "t.id IN (SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ? UNION ALL SELECT m.ticket_id FROM message_fts f"
        " JOIN message m ON m.id = f.rowid WHERE message_fts MATCH ? UNION ALL SELECT x.id FROM ticket x"
        " WHERE x.requester_id IN (SELECT rowid FROM customer_fts WHERE customer_fts MATCH ?))",
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
    return Sql(
        f"t.id IN (SELECT id FROM ticket WHERE ref = ? UNION ALL SELECT id FROM ticket WHERE remote_id = ? AND desk IN ({DESKS}))",
        (value, value),
    )


def _promise(value: str, _op: Op) -> Sql:
    """`value` is open, none, or late<MOMENT: promised for a time before that, and nothing sent."""
    kind, _, moment = value.partition("<")
    found = "(SELECT 1 FROM local.promise p WHERE p.ref = t.ref AND p.state = 'open'"
    if moment:
        return Sql(f"EXISTS {found} AND p.due < ?)", (int(moment),))
    return Sql(f"{'NOT ' if kind == 'none' else ''}EXISTS {found})", ())


def _custom(key: str) -> Callable[[str, Op], Sql]:
    name = key.removeprefix("field.")
    return lambda value, _op: Sql(
        "lower(json_extract(t.fields, '$.' || json_quote(?))) = ?", (name, value.lower())
    )


_IS = {
    "unassigned": "t.assignee_id = 0",
    "waiting": f"t.waiting_since > 0 AND {LIVE}",
    # What was looked at is looked up once: for each ticket of a long queue that would be one step in the index a row.
    "unseen": "t.updated > coalesce((SELECT CAST(value AS INTEGER) FROM local.meta WHERE key = 'baseline'),"
    " 9223372036854775807) AND t.id NOT IN (SELECT x.id FROM local.seen s CROSS JOIN ticket x ON x.ref = s.ref"
    " WHERE x.updated <= s.at)",
    "pending": "t.ref IN (SELECT o.lane FROM local.op o WHERE o.state IN"
    " ('queued', 'sending', 'unknown', 'conflict', 'review'))",
    "draft": "t.ref IN (SELECT d.ref FROM local.draft d)",
    "live": LIVE,
    "sla": f"t.sla_due > 0 AND {LIVE}",
    # By their numbers, so that a walk through an index that has no refs can ask it of every ticket.
    "snoozed": "t.id IN (SELECT x.id FROM local.snooze s CROSS JOIN ticket x ON x.ref = s.ref WHERE s.woken = 0)",
    "followed": "t.id IN (SELECT x.id FROM local.follow f CROSS JOIN ticket x ON x.ref = f.ref)",
    "mentioned": f"t.id IN ({mentions.TICKETS})",
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
    "promise": _promise,
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


__all__ = [
    "DESKS",
    "FIELD_NAMES",
    "IS_VALUES",
    "LIVE",
    "NOT_SNOOZED",
    "ORDERS",
    "Filter",
    "Op",
    "Sql",
    "Term",
    "compile_filter",
    "finds_few",
    "finds_live",
    "index_for",
    "match",
    "only_snoozed",
    "phrase",
    "with_snoozed",
]
