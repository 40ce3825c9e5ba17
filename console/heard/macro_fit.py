"""A draft beside the macros that there are: sent nearly word for word, or about something else than the ticket."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from console.heard.customer import READ, stem
from console.heard.prose import Prose, blank, lower
from console.heard.thread import from_customer
from console.heard.values import Check, Span
from store.rows import Item

EDITED = 0.15  # of the words of a draft that its writer wrote himself; with less it is the macro
_RUN = 3  # words in a row that tell a text
_TAKEN = 0.5  # of the runs of a macro that a draft has, to be made from it
_LEAST = 12  # words of a macro; a shorter one is a phrase
_LONGEST = 600  # words that are compared one by one
_SURE = 2  # keywords in what the customer wrote; one is enough where the subject has it
_FREE = 4  # words that stand for a placeholder
_OPEN = re.compile(r"\{\{[^{}\n]{0,80}\}\}|\[\[[^\[\]\n]{0,200}\]\]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|\x00|\x01")
_PLACE, _HOLE = "\x00", "\x01"


@dataclass(frozen=True, slots=True)
class Canned:
    """A macro as the engine sees it: its words with their places still open, and what it is about."""

    name: str
    title: str
    text: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What the customer wrote on the ticket at hand, as words without their endings."""

    subject: frozenset[str]
    said: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Every macro, to be looked up by three words in a row."""

    words: tuple[tuple[str, ...], ...]
    runs: tuple[int, ...]  # how many there are of each
    by_run: Mapping[tuple[str, ...], tuple[int, ...]]


def macro_misfit(text: Prose, macros: tuple[Canned, ...], items: Sequence[Item], ref: str) -> Iterator[Check]:
    """The macro that the draft was made from, where it says nothing of this customer, or is about something else.

    `ref` is the ticket that is answered; "" is the one that the customer wrote in last.
    """
    if not macros:
        return
    draft = _OPEN.sub(lambda match: " " * len(match[0]), text.low)
    places = [match for _, match in zip(range(_LONGEST), _WORD.finditer(draft), strict=False)]
    words = [match[0] for match in places]
    number = _made_from(words, macros)
    if number is None:
        return
    macro = macros[number]
    own, first = _own(_shelf(macros).words[number][:_LONGEST], words)
    about = _other(macro, macros, _ticket(items, ref))
    if about:
        say = f'The macro "{macro.title}" is about {_said(macro.about[0])}; this ticket seems to be about {_said(about)}.'
    elif own < EDITED * len(words):
        say = f'This is the macro "{macro.title}" nearly word for word: say something about this customer.'
    else:
        return
    yield Check("macro_misfit", _sentence(text, places[first]), say, macro.name)


def _sentence(text: Prose, word: re.Match[str]) -> Span:
    """The place of a word and what follows it in its sentence."""
    end = next((one.end for one in text.sentences if one.start <= word.start() < one.end), word.end())
    return Span(word.start(), end)


def _said(about: str) -> str:
    return about.replace("_", " ")


def _ticket(items: Sequence[Item], ref: str) -> _Ticket:
    """What the customer wrote on the ticket at hand."""
    theirs = [item for item in items if from_customer(item)]
    here = ref or (theirs[-1].ref if theirs else "")
    subject = next((item.subject for item in items if item.ref == here), "")
    return _Ticket(
        stems(subject), frozenset[str]().union(*(stems(one.text) for one in theirs if one.ref == here))
    )


@lru_cache(maxsize=1024)
def stems(text: str) -> frozenset[str]:
    """Every word of a message without its ending."""
    return frozenset(stem(word) for word in _words(text[:READ]))


@lru_cache(maxsize=4096)
def parts_of(about: str) -> frozenset[str]:
    """The words of a theme or keyword without their endings: "charged_twice" has two."""
    return frozenset(stem(word) for word in re.findall(r"[^\W_]+", lower(about)))


def _words(text: str) -> list[str]:
    return _WORD.findall(lower(text).replace("\u2019", "'"))


@lru_cache(maxsize=4)
def _shelf(macros: tuple[Canned, ...]) -> _Shelf:
    words = tuple(tuple(_words(blank(_OPEN.sub(_closed, each.text)))) for each in macros)
    by_run: dict[tuple[str, ...], list[int]] = {}
    counts = []
    for number, each in enumerate(words):
        runs = set(_runs(each)) if len(each) >= _LEAST else set()
        counts.append(len(runs))
        for run in runs:
            by_run.setdefault(run, []).append(number)
    return _Shelf(words, tuple(counts), {run: tuple(numbers) for run, numbers in by_run.items()})


def _closed(match: re.Match[str]) -> str:
    return f" {_PLACE if match[0].startswith('{') else _HOLE} "


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every few words in a row, none with an open place among them."""
    for run in zip(*(words[start:] for start in range(_RUN)), strict=False):
        if _PLACE not in run and _HOLE not in run:
            yield run


def _made_from(words: Sequence[str], macros: tuple[Canned, ...]) -> int | None:
    """The number of the macro of which the draft has the most, where that is half of it or more."""
    shelf = _shelf(macros)
    seen = Counter(number for run in set(_runs(words)) for number in shelf.by_run.get(run, ()))
    shares = {number: count / shelf.runs[number] for number, count in seen.items()}
    best = max(shares, key=lambda number: shares[number], default=None)
    return best if best is not None and shares[best] >= _TAKEN else None


def _own(theirs: Sequence[str], words: Sequence[str]) -> tuple[int, int]:
    """How many words are the writer's own, and which is the first that is the macro's.

    What stands for a placeholder was filled in by nobody; what stands for a hole, the writer wrote.
    """
    own, begun = 0, len(words)
    for kind, begin, end, first, last in SequenceMatcher(None, theirs, words, autojunk=False).get_opcodes():
        if kind == "equal":
            begun = min(begun, first)
        elif kind in ("insert", "replace"):
            filled = theirs[begin:end].count(_PLACE) if _HOLE not in theirs[begin:end] else 0
            own += max(last - first - _FREE * filled, 0)
    return own, begun if begun < len(words) else 0


def _other(macro: Canned, macros: Sequence[Canned], ticket: _Ticket) -> str:
    """What the ticket seems to be about, where the macro has nothing in common with it and another one has; else ""."""
    if not macro.about or _shared(macro, ticket) or not (ticket.said or ticket.subject):
        return ""
    best: list[str] = []
    for each in macros:
        shared = _shared(each, ticket)
        if len(shared) > len(best) and (
            len(shared) >= _SURE or any(parts_of(word) <= ticket.subject for word in shared)
        ):
            best = shared
    return best[0] if best else ""


def _shared(macro: Canned, ticket: _Ticket) -> list[str]:
    """The keywords of a macro that the customer wrote."""
    every = ticket.subject | ticket.said
    return [about for about in macro.about if (parts := parts_of(about)) and parts <= every]
