"""What a query means, in words, and how the store looks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console import times
from console.grammar import read, show
from console.query import parse
from console.session import Session
from store import queue
from store.filters import Either, Filter, Term

_PLAIN = {
    "words": "has the words {}",
    "phrase": "has the phrase {}",
    "customer": "was asked by {}",
    "assignee": "is assigned to {}",
    "tag": "has the tag {}",
    "ref": "has the number {}",
    "presence": "is {} on the desk",
    "promise": "has a promise that is {}",
    "rating": "was rated {} by the customer",
    "messages": "has {} messages",
    "told": "was written on by the customer {} times",
}
IS_WORDS = {
    "unassigned": "is assigned to nobody",
    "waiting": "waits for an answer",
    "unseen": "has changed since you looked at it",
    "pending": "has changes of yours that are not sent",
    "draft": "has a draft of yours",
    "live": "is neither solved nor closed",
    "sla": "has a clock that runs",
    "snoozed": "is snoozed",
    "followed": "is followed by you",
    "mentioned": "has an internal note that names you",
}
_COMPARED = {"<": "less than", ">": "more than", "<=": "at most", ">=": "at least", "=": ""}
_WHEN = {"<": "before", ">": "after", "<=": "until", ">=": "from", "=": "at"}
_MOMENTS = {
    "created": "was created",
    "updated": "was changed",
    "waiting": "waits since a time",
    "sla": "is due",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A query as it was understood: again as text, in words line by line, and as SQL with its values and its plan."""

    query: str
    sort: str
    words: tuple[str, ...]
    sql: str
    values: tuple[str, ...]
    plan: tuple[str, ...]
    count: int


def explain(session: Session, query: str, sort: str = "updated") -> Explained:
    """What a query means; QueryError when it cannot be read."""
    wanted = parse(query, session.now())
    order = wanted.sort or sort
    sql, steps = session.db.read(lambda r: queue.plan(r, wanted, order))
    return Explained(
        show(read(query)),
        order,
        tuple(in_words(wanted)),
        sql.where,
        tuple(map(str, sql.params)),
        tuple(steps),
        len(session.db.read(lambda r: queue.queue_ids(r, wanted, order))),
    )


def in_words(wanted: Filter) -> Iterator[str]:
    """A filter as lines of words, what belongs together further in."""
    yield "every ticket that" if wanted.terms else "every ticket"
    yield from _all(wanted.terms, 1)


def _all(terms: Sequence[Term | Either], depth: int) -> Iterator[str]:
    gap = "  " * depth
    for at, term in enumerate(terms):
        joined = "and " if at else ""
        if isinstance(term, Term):
            yield f"{gap}{joined}{_term(term)}"
            continue
        yield f"{gap}{joined}{'none of these holds' if term.negated else 'one of these holds'}:"
        for number, option in enumerate(term.options):
            if number:
                yield f"{gap}  or"
            yield from _all(option.terms, depth + 2)


def _term(term: Term) -> str:
    told = _told(term)
    return f"not: {told}" if term.negated else told


def _told(term: Term) -> str:
    if term.field in _MOMENTS:
        moment = times.when(int(term.values[0]))
        return f"{_MOMENTS[term.field]} {_WHEN[term.op]} {moment or 'the year 1970'}"
    if term.field == "is":
        return " or ".join(IS_WORDS.get(value, f"is {value}") for value in term.values)
    values = [value.partition("<")[0] if term.field == "promise" else value for value in term.values]
    told = " or ".join(values)
    if term.op != "=":
        told = f"{_COMPARED[term.op]} {told}"
    if term.field in ("words", "phrase"):
        told = f'"{told}"'
    return _PLAIN.get(term.field, f"has {term.field} {{}}").format(told)


def lines(found: Explained) -> Iterator[str]:
    """All of it for people."""
    yield from found.words
    yield f"in the order {found.sort}; {found.count:,} now"
    yield ""
    yield f"read as: {found.query or '(nothing)'}"
    yield f"SQL: {found.sql}"
    yield f"values: {', '.join(map(repr, found.values)) or '(none)'}"
    yield from (f"plan: {step}" for step in found.plan)


def in_short(found: Explained) -> Iterator[str]:
    """The words and the plan, for where there is little room."""
    yield from found.words
    yield f"in the order {found.sort}; {found.count:,} now"
    yield from (f"plan: {step}" for step in found.plan)
