"""What people type to find tickets, read into a `Filter`; the same words in the queue, the command line and the views.

    status:open,pending  assignee:me|none|NAME  tag:vip  priority:high  channel:sms  group:NAME  org:NAME
    customer:WORDS  desk:NAME  ref:123  is:waiting|unassigned|unseen|pending|draft|live|sla  field.KEY:VALUE
    created>7d  updated<2h  waiting>4h  sla<1h        older, younger; due within
    words  "an exact phrase"  -anything               the text of subjects, messages, notes and names; not

`now` is an argument: a time such as 4h becomes a moment here, so that the meaning of a query is a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from store.errors import QueryError
from store.filters import FIELD_NAMES, IS_VALUES, Filter, Op, Term
from store.terms import CHANNELS, PRIORITIES, STATUSES

UNITS_US = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000, "w": 604_800_000_000}
TIMES = ("created", "updated", "waiting", "sla")
VALUES: dict[str, tuple[str, ...]] = {
    "status": (*STATUSES, "live"),
    "priority": PRIORITIES,
    "channel": CHANNELS,
    "is": IS_VALUES,
}
ALIASES = {
    "requester": "customer",
    "organization": "org",
    "queue": "group",
    "owner": "assignee",
    "id": "ref",
    "from": "customer",
}
WORD_ALIASES = {
    "on-hold": "hold",
    "onhold": "hold",
    "resolved": "solved",
    "nobody": "none",
    "unread": "unseen",
}
TOKEN = re.compile(
    r"(?P<minus>-?)(?:(?P<field>[A-Za-z_][\w.\-]*)(?P<op>[:<>=]))?(?P<value>\"[^\"]*\"?|[^\s\"]+)?"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a query as typed, with its place."""

    at: int
    negated: bool
    field: str
    op: str
    value: str
    quoted: bool


def parse(text: str, now: int) -> Filter:
    """Read a query; QueryError carries the place of the mistake."""
    terms: list[Term] = []
    words: list[str] = []
    for token in _tokens(text):
        if token.field:
            terms.append(_term(token, text, now))
        elif token.quoted:
            terms.append(Term("phrase", (token.value,), negated=token.negated))
        elif token.negated:
            terms.append(Term("words", (token.value,), negated=True))
        else:
            words.append(token.value)
    if words:
        terms.append(Term("words", (" ".join(words),)))
    return Filter(tuple(terms))


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = TOKEN.match(text, at)
        if found is None or found.end() == at:
            raise QueryError(
                "There is nothing that can be read here.",
                text,
                at,
                "See `heard list --help` for the grammar.",
            )
        yield _token(found, text, at)
        at = found.end()


def _token(found: re.Match[str], text: str, at: int) -> Token:
    value = found["value"] or ""
    quoted = value.startswith('"')
    if quoted and (len(value) == 1 or not value.endswith('"')):
        raise QueryError(
            "The quotation mark is not closed.",
            text,
            found.start("value"),
            'Add a " at the end of the phrase.',
        )
    if not value.strip('"'):
        if found["field"]:
            raise QueryError(
                f"{found['field']}{found['op']} needs a value.", text, found.end(), "For example status:open."
            )
        raise QueryError("A word is missing here.", text, at, "For example -tag:spam, or a word to look for.")
    return Token(
        at, bool(found["minus"]), (found["field"] or "").lower(), found["op"] or "", value.strip('"'), quoted
    )


def _term(token: Token, text: str, now: int) -> Term:
    name = ALIASES.get(token.field, token.field)
    if name not in FIELD_NAMES and not name.startswith("field."):
        near = get_close_matches(name, FIELD_NAMES, 1)
        hint = (
            f"Did you mean {near[0]}:?"
            if near
            else "Known: " + ", ".join(sorted({*FIELD_NAMES} - {"words", "phrase"})) + "."
        )
        raise QueryError(f"{token.field}: is not a field of a ticket.", text, token.at + token.negated, hint)
    if name in TIMES:
        return _time(token, name, text, now)
    if token.op in "<>":
        raise QueryError(
            f"{name} has no order; write {name}:{token.value}.",
            text,
            token.at + token.negated,
            "Only times can be compared.",
        )
    values = tuple(_value(name, v, token, text) for v in token.value.split(",") if v)
    return Term(name, values, negated=token.negated)


def _value(name: str, value: str, token: Token, text: str) -> str:
    if name not in VALUES:
        return value.removeprefix("#") if name == "ref" else value
    word = WORD_ALIASES.get(value.lower(), value.lower())
    if word in VALUES[name]:
        return word
    near = get_close_matches(word, VALUES[name], 1)
    hint = f"Did you mean {near[0]}?" if near else "Known: " + ", ".join(VALUES[name]) + "."
    place = text.find(value, token.at)
    raise QueryError(f"{name} is never {value!r}.", text, max(place, token.at), hint)


def _time(token: Token, name: str, text: str, now: int) -> Term:
    """`waiting>4h` is longer than four hours: since before then; `sla<1h` is due before an hour from now."""
    found = re.fullmatch(r"(\d+)([mhdw])", token.value)
    if found is None or token.op not in "<>":
        place = token.at + token.negated
        raise QueryError(
            f"{name} is compared with a span of time.",
            text,
            place,
            f"For example {name}>4h; units m, h, d, w.",
        )
    span = int(found[1]) * UNITS_US[found[2]]
    op: Op
    if name == "sla":
        op, moment = ("<" if token.op == "<" else ">"), now + span
    else:
        op, moment = ("<" if token.op == ">" else ">"), now - span
    return Term(name, (str(moment),), op, token.negated)
