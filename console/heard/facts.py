"""What the customer told us, from all the messages of the person, each with its message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from console.heard import prose, rulebook
from console.heard.thread import from_customer
from console.heard.values import FACTS, Fact, FactKind, Span
from store.rows import Item

LONGEST = 120  # characters of a value
MOST = 12  # values of one kind that are shown, the newest
_FREE = frozenset({"tried", "wanted"})  # a value of these is a whole clause, and may hold others


@dataclass(frozen=True, slots=True)
class Found:
    """One value in one message."""

    kind: FactKind
    value: str


def facts(story: Sequence[Item]) -> tuple[Fact, ...]:
    """The facts of a person, kind by kind, the newest first; a value that was told twice is listed once."""
    latest: dict[tuple[FactKind, str], Fact] = {}
    for item in story:
        if from_customer(item):
            for found in told(item.text):
                key = (found.kind, found.value.lower())
                latest.pop(key, None)
                latest[key] = Fact(found.kind, found.value, item.id, item.ref, item.at)
    newest = sorted(latest.values(), key=lambda fact: fact.at, reverse=True)
    return tuple(fact for kind in FACTS for fact in [f for f in newest if f.kind == kind][:MOST])


@lru_cache(maxsize=8192)
def told(text: str) -> tuple[Found, ...]:
    """The facts in one message, in the order of the text."""
    read = prose.read(text)
    taken: list[tuple[Span, Found]] = []
    for sentence in read.sentences:
        for rule in rulebook.packaged()["facts"].rules:
            for span in _spans(rule, sentence):
                if rule.kind in _FREE or not any(
                    _overlap(span, other) for other, was in taken if was.kind not in _FREE
                ):
                    taken.append((span, Found(cast("FactKind", rule.kind), _value(text, span))))
    taken.sort(key=lambda pair: (pair[0].start, pair[0].end))
    return tuple(found for _span, found in taken if _plausible(found))


def _spans(rule: rulebook.Rule, sentence: prose.Sentence) -> Iterator[Span]:
    if rule.find(sentence.text, rulebook.opened(sentence.text)) is None:
        return
    for match in rule.pattern.finditer(sentence.text):
        name = next((name for name, value in match.groupdict().items() if value), None)
        if name is not None:
            yield Span(sentence.start + match.start(name), sentence.start + match.end(name))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _value(text: str, span: Span) -> str:
    value = " ".join(text[span.start : span.end].split())
    return value if len(value) <= LONGEST else value[: LONGEST - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _plausible(found: Found) -> bool:
    """Leave out a year that stands where a number could, and an address that is a word."""
    if found.kind in {"order", "account"} and len(found.value) == 4 and found.value[:2] in {"19", "20"}:  # noqa: PLR2004
        return False
    if found.kind == "phone":
        return 7 <= sum(c.isdigit() for c in found.value) <= 15  # noqa: PLR2004  (E.164)
    return bool(found.value)
