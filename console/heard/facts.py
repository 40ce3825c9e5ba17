"""What the customer told us, from all the messages of the person, each with its message.

Extractive: what happened, what was tried, what worries them and what they want are sentences as they wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from console.heard import prose, rulebook
from console.heard.corrected import NUMBERED, alike, corrected, mended
from console.heard.customer import said
from console.heard.rule import Rule
from console.heard.thread import from_customer
from console.heard.values import FACTS, Edit, Fact, FactKind, Span
from store.rows import Item

LONGEST = 120  # characters of a value
MOST = 12  # values of one kind that are shown, the newest
_FREE = frozenset({"tried", "wanted"})  # a value of these is a whole clause, and may hold others
_LIVED: tuple[FactKind, ...] = (
    "happened",
    "worry",
)  # whole sentences, of which only the newest are looked for
_TROUBLE = frozenset({"trouble", "problem"})
# What is at stake for them: a worry in so many words, a loss that they see coming, a day that will not wait.
_WORRY = re.compile(
    r"\b(?:i|we)(?:'m| am|'re| are)? (?:(?!(?:not|never|no|longer|less)\b)\w+ ){0,2}(?:worried|scared|concerned|anxious|nervous|frightened|panicking|desperate)\b"
    r"|\bafraid (?:that|of|it|to|i|we|they|my)\b|\b(?:worries|scares|frightens) (?:me|us)\b"
    r"|\b(?:i|we) (?:really )?(?:fear|worry|dread|can't afford|cannot afford|can not afford|can't risk)\b"
    r"|\b(?:i|we)(?:'ll| will|'m going to| am going to| are going to|'re going to| might| could) (?:lose|miss|be fined|be stranded|be without|have to pay|not be able to)\b"
    r"|\b(?:i|we) (?:really |urgently |absolutely )?need (?:it|this|them|that) (?:\w+ ){0,2}(?:by|before|for|until)\b"
    r"|\bmy (?:\w+ )?(?:wedding|exam|interview|funeral|surgery|operation|deadline|birthday|graduation|flight|trip|holiday) (?:is|starts|begins)\b"
)
# The dot of "3. November" ends no sentence; every place stays where it was.
_ORDINAL = re.compile(
    r"(?<=\d)\.(?=\s(?:jan|j\u00e4n|feb|m\u00e4r|apr|mai|jun|jul|aug|sep|okt|nov|dez)\w*)", re.IGNORECASE
)


# What goes on behind a number: "10427, 10428 and 10429"; without an "and" only behind a word for several.
_MORE = re.compile(
    r"(?P<and>,? ?(?:\band|\bor|\bund|\bet|\by|\ben|\bsowie|&|\+) ?|[,;/] ?)(?:no\.? ?|nr\.? ?|number )?#?"
    r"(?P<v>(?!\d{1,2}[/.]\d)[a-z]{0,6}-?\d[a-z0-9/-]{2,23})(?![\w-]| ?(?:\u20ac|\$|\u00a3|euros?\b|dollars?\b|pounds?\b|chf\b|times\b|items?\b))"
)
_SEVERAL = re.compile(
    r"\b(?:orders|numbers|bookings|parcels|invoices|shipments|cases|tickets|claims|reservations|references|accounts|returns|\w+nummern|\w+ungen|auftr\u00e4ge"
    r"|pakete|commandes|colis|factures|dossiers|num\u00e9ros|pedidos|facturas|reservas|paquetes|n\u00fameros|bestellingen|facturen|zendingen|pakketten|nummers)\b"
)
_COMMA = re.compile(r"[,;:] +")
_WHOLE = frozenset({"tried", *(f"wanted{each}" for each in ("", "-german", "-french", "-spanish", "-dutch"))})
_STOPS = re.compile(r"[,;:!?\n]|\.(?!\d)|$")
_HEAD = 30  # characters before a number in which that word stands


@dataclass(frozen=True, slots=True)
class Found:
    """One value in one message."""

    kind: FactKind
    value: str


def facts(story: Sequence[Item]) -> tuple[Fact, ...]:
    """The facts of a person, kind by kind, the newest first; a value that was told twice is listed once."""
    latest: dict[tuple[FactKind, str], Fact] = {}
    for item in as_corrected(story):
        if from_customer(item):
            for found in told(item.text):
                key = (found.kind, found.value.lower())
                latest.pop(key, None)
                latest[key] = Fact(found.kind, found.value, item.id, item.ref, item.at)
    for kind in _LIVED:
        latest |= {(kind, one.value.lower()): one for one in _lived(kind, story)}
    newest = sorted(latest.values(), key=lambda fact: fact.at, reverse=True)
    return tuple(fact for kind in FACTS for fact in [f for f in newest if f.kind == kind][:MOST])


def as_corrected(story: Sequence[Item]) -> tuple[Item, ...]:
    """The story as the customer corrected it: a wrong number is no longer in it, the right one says what it numbers."""
    return mended(story, lambda text: ((found.kind, found.value) for found in told(text)))


def laid_over(known: Sequence[Fact], edits: Sequence[Edit]) -> tuple[Fact, ...]:
    """The facts with what agents made of them: a corrected value in its place, none where it was put away."""
    if not edits:
        return tuple(known)
    return tuple(one for fact in known if (one := _edited(fact, edits)) is not None)


def edit_of(kind: str, value: str, edits: Sequence[Edit]) -> Edit | None:
    """The newest edit of a fact, None where nobody touched it; `edits` are in the order in which they were made."""
    return next((edit for edit in reversed(edits) if edit.about(kind, value)), None)


def _edited(fact: Fact, edits: Sequence[Edit]) -> Fact | None:
    edit = edit_of(fact.kind, fact.value, edits)
    if edit is None or edit.corrected == edit.value:
        return fact
    return replace(fact, value=edit.corrected, said=fact.value) if edit.corrected else None


def _lived(kind: FactKind, story: Sequence[Item]) -> Iterator[Fact]:
    """The newest sentences of one kind, each once."""
    seen: set[str] = set()
    for item in reversed(story):
        if len(seen) == MOST:
            return
        value = lived(kind, item.text) if from_customer(item) else ""
        if value and value.lower() not in seen:
            seen.add(value.lower())
            yield Fact(kind, value, item.id, item.ref, item.at)


@lru_cache(maxsize=8192)
def lived(kind: FactKind, text: str) -> str:
    """The first sentence of a message that tells what happened, or what is at stake; "" where none does."""
    if kind == "happened":
        one = said(text)
        told = one.shows & _TROUBLE
        return _from(one.quote, lambda part: bool(said(part).shows & _TROUBLE)) if told else ""
    found = next((one for one in prose.read(text).sentences if _WORRY.search(one.text)), None)
    if found is None:
        return ""
    return _from(text[found.start : found.end], lambda part: bool(_WORRY.search(prose.lower(part))))


def _from(sentence: str, holds: Callable[[str], bool]) -> str:
    """A sentence as a value; of one that is too long, as it is in voicemails, what follows from the clause that holds it."""
    whole = " ".join(sentence.split())
    if len(whole) > LONGEST:
        starts = [0, *(cut.end() for cut in _COMMA.finditer(whole))]
        ends = [*starts[1:], len(whole)]
        at = next((start for start, end in zip(starts, ends, strict=True) if holds(whole[start:end])), 0)
        whole = whole[at:]
    return _value(whole, Span(0, len(whole)))


@lru_cache(maxsize=8192)
def told(text: str) -> tuple[Found, ...]:
    """The facts in one message, in the order of the text."""
    read = prose.read(_ORDINAL.sub(" ", text))
    taken: list[tuple[Span, Found]] = []
    for sentence in read.sentences:
        for rule in rulebook.packaged()["facts"].rules:
            for span in _spans(rule, sentence):
                if rule.kind in _FREE or not any(
                    _overlap(span, other) for other, was in taken if was.kind not in _FREE
                ):
                    kind = cast("FactKind", rule.kind)
                    span = corrected(read.low, kind, span)  # noqa: PLW2901  (the number that is right)
                    taken.append((span, Found(kind, _value(text, span))))
    taken.sort(key=lambda pair: (pair[0].start, pair[0].end))
    return tuple(found for _span, found in taken if _plausible(found))


def _spans(rule: Rule, sentence: prose.Sentence) -> Iterator[Span]:
    if rule.find(sentence.text, rulebook.opened(sentence.text)) is None:
        return
    for match in rule.pattern.finditer(sentence.text):
        name = next((name for name, value in match.groupdict().items() if value), None)
        if name is not None:
            yield Span(
                sentence.start + match.start(name), sentence.start + _ends(rule, sentence, match.end(name))
            )
            for span in _more(sentence.text, *match.span(name)) if rule.kind in NUMBERED - {"phone"} else ():
                yield Span(sentence.start + span.start, sentence.start + span.end)


def _ends(rule: Rule, sentence: prose.Sentence, end: int) -> int:
    """Where a value ends: a wish, or a step, is not cut within the clause, which `LONGEST` cuts later and shows."""
    if rule.name not in _WHOLE or _STOPS.match(sentence.text, end):
        return end
    stop = _STOPS.search(sentence.text, end)
    return stop.start() if stop else len(sentence.text)


def _more(text: str, start: int, end: int) -> list[Span]:
    """The numbers of the same make that follow one in a list."""
    found: list[Span] = []
    several = _SEVERAL.search(text, max(start - _HEAD, 0), start) is not None
    first = text[start:end]
    while (match := _MORE.match(text, end)) and alike(first, match["v"]):
        found.append(Span(*match.span("v")))
        several |= match["and"].strip(" ,;/") != ""
        end = match.end("v")
    return found if several else []


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
