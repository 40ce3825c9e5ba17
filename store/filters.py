"""What a query asks for, as values, and the SQL that answers it; every value is bound, never pasted.

The grammar that people type is read by `console.query`; here is only its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store import conditions, mentions, ratings
from store.conditions import DESKS, Op, Sql, match, named_as, phrase
from store.orders import ORDERS, Order
from store.terms import SCORES

PRESENT = "t.presence = 'present'"
NOT_ENDED = "t.status NOT IN ('solved', 'closed')"
LIVE = f"{NOT_ENDED} AND {PRESENT}"
_LIVE_VALUES = {
    "status": ("live", "new", "open", "pending", "hold"),
    "is": ("waiting", "live", "sla"),
}
_NAMING = ("ref", "words", "phrase", "customer")
_FLAT = 8  # conditions that are written side by side
_FEW = ("pending", "draft", "snoozed", "followed", "mentioned")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: any of `values`, or none of them when `negated`. Times are absolute microseconds."""

    field: str
    values: tuple[str, ...]
    op: Op = "="
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """Any of the filters must hold, or none of them when `negated`."""

    options: tuple[Filter, ...]
    negated: bool = False


NOT_SNOOZED = Term("is", ("snoozed",), negated=True)


@dataclass(frozen=True, slots=True)
class Filter:
    """All of the terms must hold; `sort` is the order that the query itself asks for, "" for none."""

    terms: tuple[Term | Either, ...] = ()
    sort: str = ""


def compile_filter(query: Filter) -> Sql:
    """The condition for a whole query; an empty query shows every ticket that the desk still shows.

    A query that can only find live tickets says so in LIVE's own words: SQLite then knows that their indexes will do.
    """
    sql = _all(query)
    parts = [f"({sql.where})"] if query.terms else []
    if finds_live(query):
        parts.append(LIVE)
    elif not names(query, "presence"):
        parts.append(PRESENT)
    return Sql(" AND ".join(parts) or "1", sql.params)


def _all(query: Filter) -> Sql:
    return _joined([_one(term) for term in query.terms], "AND") if query.terms else Sql("1", ())


def _one(term: Term | Either) -> Sql:
    sql = _joined([_all(o) for o in term.options], "OR") if isinstance(term, Either) else _any(term)
    return Sql(f"NOT ({sql.where})", sql.params) if term.negated else sql


def _joined(parts: Sequence[Sql], word: str) -> Sql:
    """The conditions joined two by two: SQLite reads a thousand of them so, and not one after the other."""
    if len(parts) <= _FLAT:
        return Sql(f" {word} ".join(f"({p.where})" for p in parts), tuple(v for p in parts for v in p.params))
    half = len(parts) // 2
    left, right = _joined(parts[:half], word), _joined(parts[half:], word)
    return Sql(f"({left.where}) {word} ({right.where})", left.params + right.params)


def names(query: Filter, field: str) -> bool:
    """Whether some term, however deep, is about `field`."""
    return any(
        any(names(option, field) for option in term.options)
        if isinstance(term, Either)
        else term.field == field
        for term in query.terms
    )


def finds_live(query: Filter) -> bool:
    """Whether only live tickets can match that the desk still shows: one that names a presence may ask for others."""
    return not names(query, "presence") and any(not t.negated and _is_live(t) for t in query.terms)


def _is_live(term: Term | Either) -> bool:
    if isinstance(term, Either):
        return all(finds_live(option) for option in term.options)
    if not term.values:
        return False
    return term.field == "waiting" or all(value in _LIVE_VALUES.get(term.field, ()) for value in term.values)


def finds_few(query: Filter) -> bool:
    """Whether some term names its tickets, so that these are looked up rather than all of a queue walked through."""
    return any(not t.negated and _is_naming(t) for t in query.terms)


def _is_naming(term: Term | Either) -> bool:
    if isinstance(term, Either):
        return all(finds_few(option) for option in term.options)
    few = {"is": _FEW, "rating": SCORES}.get(term.field, ())
    return term.field in _NAMING or (bool(few) and all(value in few for value in term.values))


def with_snoozed(query: Filter) -> Filter:
    """The same query without `-is:snoozed`."""
    return Filter(tuple(t for t in query.terms if t != NOT_SNOOZED))


def only_snoozed(query: Filter) -> Filter:
    """What `-is:snoozed` takes away from a query that has it."""
    return Filter((*with_snoozed(query).terms, Term("is", ("snoozed",))))


def index_for(query: Filter, order: Order) -> str:
    """The index that has the tickets in this order already and hidden ones never; "" where others serve better."""
    if not order.index or finds_few(query) or names(query, "presence"):
        return ""
    return f"ticket_{'live' if finds_live(query) else 'by'}_{order.index}"


def _any(term: Term) -> Sql:
    make = _FIELDS.get(term.field) or conditions.custom(term.field)
    return _joined([make(value, term.op) for value in term.values], "OR")


def _plain(column: str) -> Callable[[str, Op], Sql]:
    return lambda value, _op: Sql(f"t.{column} = ?", (value,))


def _status(value: str, _op: Op) -> Sql:
    return Sql(NOT_ENDED, ()) if value == "live" else Sql("t.status = ?", (value,))


def _named(table: str, column: str) -> Callable[[str, Op], Sql]:
    def made(value: str, _op: Op) -> Sql:
        """The condition for one name or id; `none` is nobody at all."""
        if value == "none":
            return Sql(f"t.{column} = 0", ())
        names = named_as(value)
        return Sql(
            f"t.{column} IN (SELECT id FROM {table} WHERE lower(name) IN ({', '.join('?' * len(names))}) OR remote_id = ?)",
            (*names, value),
        )

    return made


def _tag(value: str, _op: Op) -> Sql:
    if value == "none":
        return Sql("trim(t.tags) = ''", ())
    if (small := value.lower()) != value:  # desks that keep tags in small letters are asked so too
        return Sql("(instr(t.tags, ?) > 0 OR instr(t.tags, ?) > 0)", (f" {value} ", f" {small} "))
    return Sql("instr(t.tags, ?) > 0", (f" {value} ",))


def _time(column: str, *, live: bool = False) -> Callable[[str, Op], Sql]:
    also = f" AND {NOT_ENDED}" if live else ""

    def made(value: str, op: Op) -> Sql:
        """The condition for a moment on one side of `value`."""
        return Sql(f"t.{column} > 0 AND t.{column} {op} ?{also}", (int(value),))

    return made


def _number(counted: str) -> Callable[[str, Op], Sql]:
    return lambda value, op: Sql(f"{counted} {op} ?", (int(value),))


def _is(value: str, _op: Op) -> Sql:
    return Sql(_IS[value], ())


def _promise(value: str, _op: Op) -> Sql:
    """`value` is open, none, or late<MOMENT: promised for a time before that, and nothing sent."""
    kind, _, moment = value.partition("<")
    found = "(SELECT 1 FROM local.promise p WHERE p.ref = t.ref AND p.state = 'open'"
    if moment:
        return Sql(f"EXISTS {found} AND p.due < ?)", (int(moment),))
    return Sql(f"{'NOT ' if kind == 'none' else ''}EXISTS {found})", ())


_BASELINE = (
    "coalesce((SELECT CAST(value AS INTEGER) FROM local.meta WHERE key = 'baseline'), 9223372036854775807)"
)
_IS = {
    "unassigned": "t.assignee_id = 0",
    "waiting": f"t.waiting_since > 0 AND {NOT_ENDED}",
    # What was looked at is looked up once: for each ticket of a long queue that would be one step in the index a row.
    # The first bound ends the walk through an index: what woke counts from before the first sync, nothing else does.
    "unseen": f"t.updated > min({_BASELINE}, coalesce((SELECT min(s.at) FROM local.seen s), {_BASELINE}))"
    " AND t.id NOT IN (SELECT x.id FROM local.seen s CROSS JOIN ticket x ON x.ref = s.ref WHERE x.updated <= s.at)"
    f" AND (t.updated > {_BASELINE} OR t.id IN (SELECT x.id FROM local.seen s CROSS JOIN ticket x ON x.ref = s.ref))",
    "pending": "t.ref IN (SELECT o.lane FROM local.op o WHERE o.state IN"
    " ('queued', 'sending', 'unknown', 'conflict', 'review'))",
    "draft": "t.ref IN (SELECT d.ref FROM local.draft d)",
    "live": NOT_ENDED,
    "sla": f"t.sla_due > 0 AND {NOT_ENDED}",
    # By their numbers, so that a walk through an index that has no refs can ask it of every ticket.
    "snoozed": "t.id IN (SELECT x.id FROM local.snooze s CROSS JOIN ticket x ON x.ref = s.ref WHERE s.woken = 0)",
    "followed": "t.id IN (SELECT x.id FROM local.follow f CROSS JOIN ticket x ON x.ref = f.ref)",
    "mentioned": f"t.id IN ({mentions.TICKETS})",
}
IS_VALUES = tuple(_IS)
# How often the customer has written on the ticket.
_TOLD = (
    "(SELECT count(*) FROM message m WHERE m.ticket_id = t.id AND m.role = 'customer' AND m.kind = 'message')"
)

_FIELDS: dict[str, Callable[[str, Op], Sql]] = {
    "status": _status,
    "assignee": conditions.assignee,
    "priority": _plain("priority"),
    "channel": _plain("channel"),
    "presence": _plain("presence"),
    "desk": _plain("desk"),
    "group": _named("grp", "group_id"),
    "org": _named("organization", "organization_id"),
    "tag": _tag,
    "customer": conditions.customer,
    "words": conditions.words,
    "phrase": conditions.exact,
    "created": _time("created"),
    "updated": _time("updated"),
    "waiting": _time("waiting_since", live=True),
    "sla": _time("sla_due"),
    "is": _is,
    "ref": conditions.ref,
    "promise": _promise,
    "rating": ratings.condition,
    "messages": _number("t.messages"),
    "told": _number(_TOLD),
}
FIELD_NAMES = tuple(_FIELDS)


__all__ = [
    "DESKS",
    "FIELD_NAMES",
    "IS_VALUES",
    "LIVE",
    "NOT_ENDED",
    "NOT_SNOOZED",
    "ORDERS",
    "Either",
    "Filter",
    "Op",
    "Sql",
    "Term",
    "compile_filter",
    "finds_few",
    "finds_live",
    "index_for",
    "match",
    "names",
    "only_snoozed",
    "phrase",
    "with_snoozed",
]
