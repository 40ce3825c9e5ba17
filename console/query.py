"""What people type to find tickets, read into a `Filter`; the same words in the queue, the command line and the views.

    status:open,pending  assignee:me|none|NAME  tag:vip  priority:high  channel:sms  group:NAME  org:NAME
    customer:WORDS  customer:ana@  customer:+1555  desk:NAME  ref:123  field.KEY:VALUE
    is:waiting|unassigned|unseen|pending|draft|live|sla|snoozed|followed|mentioned  promise:open|late|none
    rating:good|bad|none
    created>7d  updated<2h  waiting>4h  sla<1h        older, younger; due within
    created:2026-01..2026-02  created>=2026-01-15  updated:today  waiting:1h..4h
    told>2  messages:5..  priority>=high  field.KEY>5
    words  "an exact phrase"  -anything  not anything  one or other  (...)  sort:sla

`now` is an argument: a time such as 4h becomes a moment here, so that the meaning of a query is a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from difflib import get_close_matches
from typing import get_args

from console import moments, slips
from console.grammar import Condition, Group, Node, read
from console.moments import Bound, Clock, UnreadableError
from store.errors import QueryError
from store.filters import FIELD_NAMES, IS_VALUES, Either, Filter, Term
from store.orders import ORDERS
from store.terms import CHANNELS, PRIORITIES, SCORES, STATUSES, Presence

TIMES = ("created", "updated", "waiting", "sla")
NUMBERS = ("messages", "told")
VALUES: dict[str, tuple[str, ...]] = {
    "status": (*STATUSES, "live"),
    "priority": PRIORITIES,
    "channel": CHANNELS,
    "is": IS_VALUES,
    "promise": ("open", "late", "none"),
    "rating": (*SCORES, "none"),
    "presence": get_args(Presence),
    "sort": tuple(ORDERS),
}
ALIASES = {
    "requester": "customer", "from": "customer", "email": "customer", "phone": "customer", "organization": "org", "company": "org",
    "queue": "group", "owner": "assignee", "agent": "assignee", "state": "status", "id": "ref", "number": "ref", "tags": "tag",
    "label": "tag",
}  # fmt: skip
_WORDS = 'Write the word alone, or "some words".'
_INSTEAD = {
    "age": "Write created>2d or updated>2d.", "subject": _WORDS, "title": _WORDS, "body": _WORDS, "text": _WORDS,
    "due": "Write sla<1h.",
}  # fmt: skip
_IS_INSTEAD = {
    "late": "Write sla<0m, or promise:late.", "overdue": "Write sla<0m, or promise:late.", "assigned": "Write -is:unassigned.",
    "mine": "Write assignee:me.",
}  # fmt: skip
WORD_ALIASES = {
    "on-hold": "hold",
    "onhold": "hold",
    "resolved": "solved",
    "nobody": "none",
    "unread": "unseen",
}
_OWN_WORDS = {"assignee": ("me", "none"), "group": ("none",), "org": ("none",), "tag": ("none",)}
_SHOWN = 60  # characters of a word that an error says again
NAMES = tuple(sorted({*FIELD_NAMES, "sort"} - {"words", "phrase"}))


def parse(text: str, now: int, zone: tzinfo | None = None) -> Filter:
    """Read a query; QueryError carries the place of the mistake. Dates are meant in `zone`, None: this machine's."""
    return meaning(read(text), _Reading(text, now, zone))


class _Reading:
    """The text that is being read, for the errors; and when that is."""

    def __init__(self, text: str, now: int, zone: tzinfo | None) -> None:
        self.text, self.now, self.zone = text, now, zone

    def refuse(self, message: str, at: int, hint: str) -> QueryError:
        """The QueryError about what stands at `at` of the text."""
        return QueryError(message, self.text, at, hint)


def meaning(nodes: Sequence[Node], reading: _Reading, *, top: bool = True) -> Filter:
    """What the nodes ask for together; words side by side are looked for in one place."""
    terms: list[Term | Either] = []
    words: list[str] = []
    sort = ""
    if slip := slips.found(nodes, _is_field):
        raise reading.refuse(*slip)
    for node in nodes:
        if isinstance(node, Group):
            options = tuple(meaning(option, reading, top=False) for option in node.options)
            terms.append(Either(options, node.negated))
        elif isinstance(node, Condition) and node.field == "sort":
            sort = _sort(node, reading, sort, top=top)
        elif isinstance(node, Condition):
            terms.extend(_condition(node, reading))
        elif node.quoted or node.negated:
            terms.append(Term("phrase" if node.quoted else "words", (node.text,), negated=node.negated))
        else:
            words.append(node.text)
    if words:
        terms.append(Term("words", (" ".join(words),)))
    return Filter(tuple(terms), sort)


def _sort(node: Condition, reading: _Reading, before: str, *, top: bool) -> str:
    if not top or node.negated:
        message = "The order is not a condition."
        raise reading.refuse(message, node.at, "Write sort: by itself, for example tag:vip sort:sla.")
    if before or len(node.values) > 1:
        raise reading.refuse("There is one order only.", node.at, "Take one of them away.")
    if node.op != ":":
        raise reading.refuse("sort has no order itself.", node.at, "Write sort:sla.")
    return _known("sort", node.values[0], node.places[0], reading)


def _condition(node: Condition, reading: _Reading) -> tuple[Term | Either, ...]:
    name = ALIASES.get(node.field, node.field)
    place = node.at + node.negated
    if not _is_field(name):
        near = get_close_matches(name[:_SHOWN], NAMES, 1)
        hint = f"Did you mean {near[0]}:?" if near else f"Known: {', '.join(NAMES)}, field.KEY."
        hint = _INSTEAD.get(name, hint)
        raise reading.refuse(f"{_short(node.field)}: is not a field of a ticket.", place, hint)
    if name in TIMES:
        clock = Clock(reading.now, name == "sla", reading.zone)
        return _bounded(node, name, reading, lambda value: moments.times(node.op, value, clock))
    if name in NUMBERS:
        return _bounded(node, name, reading, lambda value: moments.numbers(node.op, value))
    if name.startswith("field."):
        return _custom(node, name)
    if name == "priority" and node.op != ":":
        return (_ranked(node, reading),)
    if node.op != ":":
        message = f"{name} has no order; write {name}:{_short(node.values[0])}."
        raise reading.refuse(message, place, "Only times, counts, priority and field.KEY can be compared.")
    values = tuple(_value(name, v, at, reading) for v, at in zip(node.values, node.places, strict=True))
    return (Term(name, values, negated=node.negated),)


def _is_field(name: str) -> bool:
    return name in NAMES or name in ALIASES or (name.startswith("field.") and name != "field.")


def _value(name: str, value: str, at: int, reading: _Reading) -> str:
    if name not in VALUES:
        return value.removeprefix("#") if name == "ref" else _in_any_case(name, value)
    word = _known(name, value, at, reading)
    return f"late<{reading.now}" if name == "promise" and word == "late" else word


def is_word(name: str, value: str) -> bool:
    """Whether behind the field `name` this is a word of the grammar, me or none, and no name."""
    return _in_any_case(name, value) in _OWN_WORDS.get(name, ())


def _in_any_case(name: str, value: str) -> str:
    """A word of the grammar, me or none, in small letters as the store knows it; names are left as they were typed."""
    word = WORD_ALIASES.get(value.lower(), value.lower()) if name == "assignee" else value.lower()
    return word if word in _OWN_WORDS.get(name, ()) else value


def _short(word: str) -> str:
    return word if len(word) <= _SHOWN else word[:_SHOWN] + "…"


def _known(name: str, value: str, at: int, reading: _Reading) -> str:
    word = WORD_ALIASES.get(value.lower(), value.lower())
    if word in VALUES[name]:
        return word
    near = get_close_matches(word[:_SHOWN], VALUES[name], 1)
    hint = f"Did you mean {near[0]}?" if near else "Known: " + ", ".join(VALUES[name]) + "."
    if name == "is":
        hint = f"Write status:{word}." if word in STATUSES else _IS_INSTEAD.get(word, hint)
    raise reading.refuse(f"{name}: is never {_short(value)!r}.", at, hint)


def _bounded(
    node: Condition, name: str, reading: _Reading, bounds: Callable[[str], tuple[Bound, ...]]
) -> tuple[Term | Either, ...]:
    """A field that has an order: any of the stretches that the values name."""
    options = []
    for value, place in zip(node.values, node.places, strict=True):
        try:
            found = bounds(value)
        except UnreadableError:
            what = "a span of time or a date" if name in TIMES else "a number"
            example = moments.EXAMPLE if name in TIMES else "For example {0}>2 or {0}:2..5."
            message = f"{name} is compared with {what}."
            raise reading.refuse(message, place, example.format(name)) from None
        options.append(tuple(Term(name, (str(us),), op) for op, us in found))
    return _any_of(options, negated=node.negated)


def _any_of(options: Sequence[tuple[Term, ...]], *, negated: bool) -> tuple[Term | Either, ...]:
    if len(options) == 1 and not negated:
        return options[0]
    if len(options) == 1 and len(options[0]) == 1:
        only = options[0][0]
        return (Term(only.field, only.values, only.op, negated=True),)
    return (Either(tuple(Filter(each) for each in options), negated),)


def _custom(node: Condition, name: str) -> tuple[Term | Either, ...]:
    if node.op != ":":
        options = [(Term(name, (value,), moments.op_of(node.op)),) for value in node.values]
        return _any_of(options, negated=node.negated)
    if not any(".." in value for value in node.values):
        return (Term(name, node.values, negated=node.negated),)
    ranges = []
    for value in node.values:
        low, dots, high = value.partition("..")
        if not dots or not (low or high):
            ranges.append((Term(name, (value,)),))
            continue
        first = (Term(name, (low,), ">="),) if low else ()
        ranges.append((*first, *((Term(name, (high,), "<="),) if high else ())))
    return _any_of(ranges, negated=node.negated)


def _ranked(node: Condition, reading: _Reading) -> Term:
    """Priorities compared by their rank."""
    if len(node.values) > 1:
        raise reading.refuse("One priority can be compared with.", node.at, "For example priority>=high.")
    rank = PRIORITIES.index(_known("priority", node.values[0], node.places[0], reading))
    parts = {
        ">": PRIORITIES[rank + 1 :], ">=": PRIORITIES[rank:], "<": PRIORITIES[:rank], "<=": PRIORITIES[: rank + 1],
    }  # fmt: skip
    if not parts[node.op]:
        raise reading.refuse(
            "No priority is beyond that.", node.at, "From low to high: " + ", ".join(PRIORITIES) + "."
        )
    return Term("priority", tuple(parts[node.op]), negated=node.negated)
