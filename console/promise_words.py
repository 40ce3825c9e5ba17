"""Which times an outgoing reply promises. Pure: the text, the moment of sending and the customer's time zone in, values out.

A time belongs to whoever the words before it in its clause speak of: "we will call you by Friday" is ours, "please answer by
Friday" is the customer's, "refunds usually take 5 days" is nobody's. Questions and quoted text promise nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise

from console.heard.prose import Prose, Sentence, read
from console.promise_join import Phrase, joined, lent_days
from console.promise_rules import Language, language, languages, patterns
from console.promise_times import OFFICE, SECOND, Hours, due

LONGEST = 240  # characters of a sentence that are kept
_BRIEF = 400  # characters: a longer message tells more than that there is no news
_MEANT = (
    "day", "weekday", "dom", "iso", "numeric", "period", "number", "hourly", "clock", "hour", "bare", "last", "spoken", "part",
)  # fmt: skip
_FAR = ("next", "later", "after")  # words that say how far from today a weekday is
# What somebody does at an hour; "it goes up by 5" names none.
_MEETS = re.compile(
    r"\b(?:call|ring|phone|write|e-?mail|text|message|be (?:\w+ )?(?:with|in touch|there|here|back)|come|arrive|get back|reply|answer|visit|speak|talk|meet"
    r"|rufen?|melden?|schreiben?|kommen?|kommt|bin|antworten?|llam\w+|escrib\w+|contact\w+|viene|vendr\w+|bel|belt|bellen|schrijf|schrijven|mail|mailen|kom|komt|komen)\b"
)
_WHO = r"(?:i|we|you|they|he|she|it|the|your|our|my|please|ich|wir|sie|bitte|je|j'|nous|vous|il|on|le|te|por favor|ik|wij|u)\b"
_CUT = re.compile(
    r"[,;:()\u2013\u2014](?=\s|$)|\s-+(?=\s)"
    rf"|\s(?=(?:and|but|so|so that|because|as|while|whereas|or|that|und|aber|oder|denn|et|mais|ou|car|que|y|pero|o|porque|en|maar|want)\s+{_WHO})"
)
_DOTS = re.compile(r"\b([ap])\.m\.(?=,|\s+[a-z])")
_ORDINAL = re.compile(
    r"(?<=\d)\.(?=\s(?:jan|feb|m\u00e4rz|apr|mai|jun|jul|aug|sep|okt|nov|dez))", re.IGNORECASE
)
_AND = re.compile(
    r"\W*(?:and|but|so|that|because|as|while|or|then|und|aber|oder|et|mais|ou|y|pero|en|maar|of)\b\W*"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One promise in a text: its sentence, the time as written and where, and when that is; `due` 0 wants a date."""

    words: str
    phrase: str
    span: tuple[int, int]
    due: int


def find(text: str, now: int, zone: tzinfo, hours: Hours = OFFICE) -> tuple[Found, ...]:
    """The promises of `text`, in order, for a customer in `zone`, as if it left at `now` (microseconds).

    A time that cannot be read, that could be two, or that has passed is found with `due` 0; so is the first "soon", where
    nothing else is promised.
    """
    prose = prose_of(text)
    found = [
        Found(
            _words(text, s),
            text[s.start + p.start : s.start + p.end],
            (s.start + p.start, s.start + p.end),
            at,
        )
        for s, p, words in _promised(prose)
        for at in (_agreed(p, words, now, zone, hours),)
    ]
    return tuple(_once(sorted(found, key=lambda f: f.span))) or tuple(_vague(prose, text))


def _agreed(phrase: Phrase, words: Language, now: int, zone: tzinfo, hours: Hours) -> int:
    """When a phrase is due; 0 where it names its day twice and these are two days. Of several days the last counts."""
    at = due(phrase.said, words, now, zone, hours)
    if phrase.beside and due(phrase.beside, words, now, zone, hours) != at:
        return 0
    first = due(phrase.since, words, now, zone, hours) if phrase.since else 0
    if first and "weekday" in phrase.said and phrase.said.keys().isdisjoint(_FAR):
        return due(phrase.said, words, first, zone, hours)  # the Wednesday behind that Monday
    return max(at, first)


def no_news(text: str) -> bool:
    """Whether a message says only that there is nothing to say yet, so that it moves a promise and does not keep it."""
    prose = prose_of(text)
    if sum(len(s.text) for s in prose.sentences) > _BRIEF:
        return False
    told = [s for s in prose.sentences if not s.asks]
    return any(each.marks["no_news"].search(s.text) for s in told for each in languages())


def update(locale: str, name: str, at: int, zone: tzinfo) -> str:
    """The draft of an honest update in the language of `locale`: no news yet, and that we write again by `at`."""
    words = language(locale)
    then = datetime.fromtimestamp(at // SECOND, zone)
    when = words.when.format(
        weekday=words.weekdays[then.weekday()] if words.weekdays else "",
        dom=then.day,
        month=words.months[then.month - 1],
        clock=f"{then:%H:%M}",
    )
    return words.update.format(name=f" {name}" if name else "", when=when)


def as_ahead(typed: str, now: int, zone: tzinfo, hours: Hours = OFFICE) -> int:
    """The moment that somebody types for a promise, in any of our languages; 0 where it is none to come."""
    low = " ".join(typed.lower().split())
    for words in languages():
        whole = [p for p in _phrases(low, words) if (p.start, p.end) == (0, len(low))]
        for each in whole:
            if at := due(each.said, words, now, zone, hours):
                return at
    return 0


def prose_of(text: str) -> Prose:
    """The text in sentences; the dots of "5 p.m. tomorrow" and "12. März" end none, and every place stays where it was."""
    return read(_ORDINAL.sub(" ", _DOTS.sub(r"\1m  ", text)))


def _words(text: str, sentence: Sentence) -> str:
    whole = " ".join(text[sentence.start : sentence.end].split())
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "\u2026"


def _once(found: list[Found]) -> Iterator[Found]:
    """Each time of a sentence once, however it is written."""
    seen: set[tuple[str, int]] = set()
    for each in found:
        if (each.words, each.due) not in seen:
            seen.add((each.words, each.due))
            yield each


def _promised(prose: Prose) -> Iterator[tuple[Sentence, Phrase, Language]]:
    for sentence in prose.sentences:
        spoken = [] if sentence.asks else [w for w in languages() if w.marks["ours"].search(sentence.text)]
        taken: list[Phrase] = []
        for words in spoken:
            phrases = joined(sentence.text, _phrases(sentence.text, words), words)
            ours = [
                phrase
                for phrase in phrases
                if not any(_meet(phrase, other) for other in taken)
                and _is_ours(sentence.text, phrase, phrases, words)
            ]
            taken += ours
            clauses = _clauses(sentence.text, phrases, words) if len(ours) > 1 else []
            for phrase in lent_days(ours, clauses, words):
                yield sentence, phrase, words


def _phrases(text: str, words: Language) -> list[Phrase]:
    """The times in a sentence, in order; where several patterns fit, the longest at each place."""
    found: list[Phrase] = []
    for pattern in patterns(words.code):
        for match in pattern.finditer(text):
            said = {name: piece for name, piece in match.groupdict().items() if piece}
            if any(name in said for name in _MEANT):
                found.append(Phrase(*match.span(), said))
    kept: list[Phrase] = []
    for each in sorted(found, key=lambda p: (p.start - p.end, p.start)):
        if not any(_meet(each, other) for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda p: p.start)


def _meet(one: Phrase, other: Phrase) -> bool:
    return one.start < other.end and other.start < one.end


def _vague(prose: Prose, text: str) -> Iterator[Found]:
    for sentence in prose.sentences:
        for words in () if sentence.asks else languages():
            match = words.marks["vague"].search(sentence.text)
            if match is None:
                continue
            phrase = Phrase(*match.span(), {})
            if _is_ours(sentence.text, phrase, [phrase], words):
                start, end = sentence.start + phrase.start, sentence.start + phrase.end
                yield Found(_words(text, sentence), text[start:end], (start, end), 0)
                return


# -- whose time it is -------------------------------------------------------------------------------------------


def _is_ours(text: str, phrase: Phrase, phrases: list[Phrase], words: Language) -> bool:
    """Whether the words that govern a time are a promise of ours."""
    clauses = _clauses(text, phrases, words)
    at = next(n for n, (start, end) in enumerate(clauses) if start <= phrase.start < end)
    start, end = clauses[at]
    if _conditional(text[start:end], words) or not (
        _clear(phrase) or _MEETS.search(text, start, phrase.start)
    ):
        return False
    marks = _marks(text, start, end, words)
    if words.code != "en" and any(kind == "never" for _, kind in marks):
        return False  # the denial may stand behind the time: "morgen nicht"
    before = [kind for place, kind in marks if place < phrase.start]
    if before or marks:
        return (before[-1] if before else marks[0][1]) == "ours"
    return _lent(text, clauses, at, words)


def _clear(phrase: Phrase) -> bool:
    """Whether a time is more than a number that may be an hour: "at 4"."""
    said = phrase.said.keys()
    return not said or not said.isdisjoint(set(_MEANT) - {"bare", "last"})


def _lent(text: str, clauses: list[tuple[int, int]], at: int, words: Language) -> bool:
    """Whether a clause that is only a time, "by Friday, ...", belongs to a promise beside it."""
    for n, last in ((at - 1, -1), (at + 1, 0)):
        if 0 <= n < len(clauses) and not _conditional(text[slice(*clauses[n])], words):
            marks = _marks(text, *clauses[n], words)
            if marks:
                return marks[last][1] == "ours"
    return False


def _conditional(clause: str, words: Language) -> bool:
    bare = _AND.match(clause)
    return words.marks["starts"].match(clause[bare.end() if bare else 0 :].lstrip(" ,;:(-")) is not None


def _marks(text: str, start: int, end: int, words: Language) -> list[tuple[int, str]]:
    """Where a clause begins to speak of us, of the customer, or of what is never promised, in order."""
    found = [
        (match.end(), kind)
        for kind in ("ours", "theirs", "never")
        for match in words.marks[kind].finditer(text, start, end)
    ]
    return sorted(found, key=lambda mark: (mark[0], mark[1] == "never"))


def _clauses(text: str, phrases: list[Phrase], words: Language) -> list[tuple[int, int]]:
    """A sentence cut into clauses, never within a time."""
    cuts = {m.end() for m in _CUT.finditer(text)} | {
        m.start()
        for m in words.marks["starts"].finditer(text)
        if m.start() and not text[m.start() - 1].isalnum()
    }
    good = sorted(c for c in cuts if 0 < c < len(text) and not any(p.start < c < p.end for p in phrases))
    edges = [0, *good, len(text)]
    return [(a, b) for a, b in pairwise(edges) if a < b]
