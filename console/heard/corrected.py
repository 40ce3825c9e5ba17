"""Numbers that customers correct: "order 12345. Sorry, it's 12354!", in one message or in the next. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from console.heard.thread import from_customer
from console.heard.values import FactKind, Span
from store.rows import Item

NUMBERED: frozenset[FactKind] = frozenset({"order", "account", "phone"})
_LATER = 86_400_000_000  # after a day a number alone corrects nothing
_NEAR = 60  # characters between a number and the word that takes it back
_SLIP = (
    r"(?:sorry|oops|whoops|ups|correction|corrected|typo|misread|i mean|i meant|no,? wait|wait|or rather|make that|wrong number"
    r"|entschuldigung|entschuldigen sie|korrektur|vertippt|tippfehler|ich meine|ich meinte|pardon|d\u00e9sol\u00e9e?|je veux dire|ou plut\u00f4t"
    r"|perd\u00f3n|perdona|quiero decir|correcci\u00f3n|excuus|correctie|ik bedoel|ik bedoelde|tikfout)"
)
# What may stand between that word and the right number, and no other word.
_GAP = (
    r"(?:[^\w\n]|\b(?:i|it|its|it's|is|was|that|that's|mean|meant|should|be|have|been|read|say|the|a|my|right|correct|real|actual|number|nr|no|one|actually"
    r"|of|course|typo|wrong|to|make|mistyped|sorry|es|ist|muss|hei\u00dfen|lauten|die|richtige|richtig|nummer|ich|meine|sie|lautet|c'est|le|la|bon|bonne|num\u00e9ro|est"
    r"|el|n\u00famero|correcto|son|het|moet|zijn|juiste)\b){1,12}"
)
_CODE = r"(?<![\w-])#?(?P<v>[a-z]{0,6}-?\d[a-z0-9/-]{2,23})(?![\w-])"
_PHONE = r"(?<![\w+])(?P<v>\+?\(?\d[\d ()./-]{7,17}\d)(?![\w-])"
_AFTER, _BEGINS = (
    {
        kind: re.compile(before + (_PHONE if kind == "phone" else _CODE), re.IGNORECASE)
        for kind in sorted(NUMBERED)
    }
    for before in (rf"[^\d\n]{{0,{_NEAR}}}?\b{_SLIP}\b{_GAP}", rf"\W{{0,3}}(?:\*|{_SLIP}\b{_GAP})\s*")
)
Told = Callable[[str], Iterator[tuple[FactKind, str]]]


def corrected(text: str, kind: FactKind, span: Span) -> Span:
    """The place of the number that the customer puts in place of the one at `span`; `span` itself where there is none."""
    seen: set[int] = set()
    while kind in NUMBERED and span.start not in seen:
        seen.add(span.start)
        match = _AFTER[kind].match(text, span.end)
        if match is not None and alike(text[span.start : span.end], match["v"]):
            span = Span(*match.span("v"))
    return span


def alike(one: str, other: str, apart: int = 1) -> bool:
    """Whether two numbers are of one make, so that one may stand for the other or beside it; `apart` in length."""
    plain, second = (re.sub(r"\W", "", each) for each in (one, other))
    return plain.isdigit() == second.isdigit() and abs(len(plain) - len(second)) <= apart


def mended(story: Sequence[Item], told: Told) -> tuple[Item, ...]:
    """The story with a number that a later message corrects taken out where it stood, and named where it is right.

    "Sorry, it's 12354!" says nothing by itself: what it numbers is what the wrong number did. `told` reads one message.
    """
    items = list(story)
    for at, item in enumerate(items):
        right = _right(item) if from_customer(item) else {}
        if right:
            _mend(items, at, right, told)
    return tuple(items)


def _right(item: Item) -> dict[FactKind, str]:
    found = ((kind, _BEGINS[kind].match(item.text)) for kind in sorted(NUMBERED))
    return {kind: match["v"] for kind, match in found if match is not None}


def _mend(items: list[Item], at: int, right: dict[FactKind, str], told: Told) -> None:
    """Put the number that message `at` begins with in the place of the newest one of its make before it."""
    newest = items[at]
    before = [
        n for n in range(at - 1, -1, -1) if from_customer(items[n]) and newest.at - items[n].at < _LATER
    ]
    wrong = chain.from_iterable(((n, kind, value) for kind, value in told(items[n].text)) for n in before)
    for n, kind, value in wrong:
        if kind in right and alike(value, right[kind]):
            if value != right[kind]:
                items[n] = replace(items[n], text=items[n].text.replace(value, " "))
                words = newest.text.replace(right[kind], f"{kind} {right[kind]}", 1)
                items[at] = replace(newest, text=words)
            return
