"""What to look at in a draft besides the steps: holes, attachments, tone, stock phrases, trade words, times."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from console.heard import rulebook
from console.heard.judge import Hit, judge
from console.heard.prose import Prose, Sentence, lower
from console.heard.values import Check, Span

_WORD = re.compile(r"[\w'&/#-]+")
_CAPITALS = re.compile(
    r"(?<!\w)[A-Z]{3,}(?:['\u2019][A-Z]+)?(?:[\s,]+[A-Z]{2,}(?:['\u2019][A-Z]+)?){1,30}(?!\w)"
)
_MARKS = re.compile(r"[{}\[\]<>%$]|__|xx|todo|tbd|fixme")  # without one of these no place is open
_LOUD = 4  # letters; a shorter word in capitals is an abbreviation more often than a shout
LONGEST_TERM = 4  # words
_ABBREVIATION = re.compile(
    r"\b(?:the|your|our|an?|this|that|any|no|new|old) (?P<word>[B-DF-HJ-NP-TV-XZ]{3,5}s?)(?=[\s,.;:!?)/-])(?! ?[A-Z]{2})(?: (?P<next>[a-z-]+))?"
)
_MEANS = re.compile(
    r" ?\((?!link\b)\w{3,} ?\w|,? (?:that is|i\.e\.|meaning|which (?:means|is)|short for|or rather)\b"
)
_BRACKET = re.compile(r"\((?:(?:the|an?|our|your|called|or|aka) ){0,2}$")
_NEAR = 16  # characters in which a bracket opens before its word


def holes(text: Prose) -> Iterator[Check]:
    """Places of a template that nobody filled."""
    if not _MARKS.search(text.low):
        return
    capitals = rulebook.packaged()["holes"].lists["capitals"]
    for rule in rulebook.packaged()["holes"].of("hole"):
        for match in rule.pattern.finditer(text.low):
            written = text.cased[slice(*match.span())]
            if match[0] not in capitals or written.isupper():
                yield Check("unfilled_hole", Span(*match.span()), rule.say, written)


def attachment(text: Prose, *, attached: bool) -> Iterator[Check]:
    """The first sentence that speaks of an attachment, where there is none."""
    for sentence, hit in [] if attached else _hits(text, "attachment")[:1]:
        yield Check("attachment_missing", _span(sentence, hit), hit.rule.say)


def tone(text: Prose) -> Iterator[Check]:
    """Our words that blame, sound impatient, or shout."""
    for sentence, hit in _hits(text, "tone"):
        yield Check("tone", _span(sentence, hit), hit.rule.say)
    names = rulebook.packaged()["tone"].lists["capitals"]
    for match in _CAPITALS.finditer(text.cased):
        words = [word for word in _WORD.findall(match[0]) if word not in names]
        if len(words) > 1 and any(len(word) >= _LOUD for word in words):
            yield Check("tone", Span(*match.span()), rulebook.packaged()["say"].table["shouting"])


def stock_phrases(text: Prose, own: Collection[str]) -> Iterator[Check]:
    """Phrases that are true of every customer: those of our lists in five languages, and the queue's `own`."""
    ours = [(_span(sentence, hit), hit.rule.say) for sentence, hit in _hits(text, "stock")]
    for span, say in ours:
        yield Check("stock_phrase", span, say)
    wanted = _any_of(tuple(sorted(own)))
    for match in wanted.finditer(" ".join(text.low.split("\n"))) if wanted else ():
        span = Span(*match.span())
        if not any(span.start < other.end and other.start < span.end for other, _say in ours):
            yield Check("stock_phrase", span, rulebook.packaged()["say"].table["stock_own"])


@lru_cache(maxsize=16)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """The longest of some phrases at each place, whatever their spaces."""
    whole = [r" +".join(map(re.escape, lower(phrase).split())) for phrase in phrases if phrase.strip()]
    longest = "|".join(sorted(whole, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{longest})(?!\w)") if whole else None


def times(text: Prose) -> Iterator[Check]:
    """When the next thing happens: every time that is promised, or else the first promise that only says "soon"."""
    say = rulebook.packaged()["say"].table
    proposed = _proposed(text)
    named = [
        (sentence, hit)
        for sentence, hit in _hits(text, "time")
        if not sentence.asks and not proposed and "contact" not in judge(sentence).acts
    ]
    for sentence, hit in named:
        span = _span(sentence, hit)
        found = text.cased[span.start : span.end].strip()
        yield Check("next_step_time", span, say["time"].replace("{found}", found), found)
    for sentence, hit in [] if named else [pair for pair in _hits(text, "vague") if not pair[0].asks][:1]:
        word = sentence.text[hit.start : hit.end]
        yield Check("vague_time", _span(sentence, hit), say["vague"].replace("{word}", word))


def _proposed(text: Prose) -> bool:
    """Whether the draft asks if a time suits: then nothing is settled yet."""
    rules = rulebook.packaged()["time"].of("offered")
    return any(
        rule.find(one.text, rulebook.opened(one.text), asks=True)
        for one in text.sentences
        if one.asks
        for rule in rules
    )


def vague_elsewhere(text: Prose) -> Iterator[Check]:
    """The first promise of a draft in German, French, Spanish or Dutch that only says "soon" in its language."""
    say = rulebook.packaged()["say"].table["vague"]
    rules = rulebook.packaged()["time"].of("vague_elsewhere")
    for sentence in text.sentences:
        opened = rulebook.opened(sentence.text)
        found = next(
            filter(None, (rule.find(sentence.text, opened, asks=sentence.asks) for rule in rules)), None
        )
        if found:
            span = Span(sentence.start + found.start(), sentence.start + found.end())
            yield Check("vague_time", span, say.replace("{word}", found[0]))
            return


def _hits(text: Prose, name: str) -> list[tuple[Sentence, Hit]]:
    return [(sentence, hit) for sentence in text.sentences for hit in judge(sentence).hits.get(name, ())]


def _span(sentence: Sentence, hit: Hit) -> Span:
    return Span(sentence.start + hit.start, sentence.start + hit.end)


def jargon(
    text: Prose, glossary: Mapping[str, str], customer: tuple[str, ...], *, english: bool = True
) -> Iterator[Check]:
    """Words of the trade, except those that the customer used first; `customer` are their lower-case texts.

    In another language than English only the words of `glossary` are looked for.
    """
    table, begins = _vocabulary(tuple(sorted(glossary.items())), english)
    lists = rulebook.packaged()["jargon"].lists
    if english:
        yield from _abbreviations(text, table, glossary, customer)
    if begins.isdisjoint(_WORD.findall(text.low)):
        return
    for sentence in text.sentences:
        words = _WORD.findall(sentence.text)
        if begins.isdisjoint(words):
            continue
        for word, span in _terms(sentence, table, begins):
            near = lists.get(f"near {word}", frozenset())
            meant = near.isdisjoint(words) and not any(
                _has(said, other) for said in customer for other in near
            )
            written = text.cased[span.start : span.end]
            if word in lists["capitals"] and word not in glossary and not written.isupper():
                continue
            if meant and not _explained(text.low, span) and not any(_has(said, word) for said in customer):
                yield Check("jargon", span, _plain(written, table[word]), table[word])


def _abbreviations(
    text: Prose, table: Mapping[str, str], glossary: Mapping[str, str], customer: tuple[str, ...]
) -> Iterator[Check]:
    """Abbreviations that nobody can speak as a word ("your RCD"), are not widely known, and that the customer did not use."""
    lists = rulebook.packaged()["jargon"].lists
    for match in _ABBREVIATION.finditer(text.cased):
        word = match["word"].lower().removesuffix("s")
        if word in table or word in lists["known"] or word in map(str.lower, glossary):
            continue
        span = Span(*match.span("word"))
        if match["next"] in lists["names"] or _explained(text.low, span):
            continue
        if not any(_has(said, word) or _has(said, f"{word}s") for said in customer):
            yield Check("jargon", span, _plain(match["word"], ""))


def _explained(low: str, span: Span) -> bool:
    """Whether the draft itself says what a word means, in brackets or right after it."""
    return _MEANS.match(low, span.end) is not None or (
        low[span.end : span.end + 1] == ")"
        and _BRACKET.search(low, max(span.start - _NEAR, 0), span.start) is not None
    )


@lru_cache(maxsize=16)
def _vocabulary(
    glossary: tuple[tuple[str, str], ...],
    english: bool,  # noqa: FBT001  (part of a cache key)
) -> tuple[Mapping[str, str], frozenset[str]]:
    """The words to avoid with the wording to use, ours and the queue's; and how they begin."""
    table = dict(rulebook.packaged()["jargon"].table) if english else {}
    for term, wording in glossary:
        key = " ".join(lower(term).split())
        table[key] = wording
        if not wording:
            del table[key]
    return table, frozenset(term.split(maxsplit=1)[0] for term in table if term.strip())


def _terms(
    sentence: Sentence, table: Mapping[str, str], begins: frozenset[str]
) -> Iterator[tuple[str, Span]]:
    """The terms of `table` in a sentence, at each place the longest one."""
    words = list(_WORD.finditer(sentence.text))
    done = 0
    for number, first in enumerate(words):
        if first[0] not in begins or first.start() < done:
            continue
        for last in reversed(words[number : number + LONGEST_TERM]):
            term = sentence.text[first.start() : last.end()]
            if term in table:
                yield term, Span(sentence.start + first.start(), sentence.start + last.end())
                done = last.end()
                break


def _has(said: str, word: str) -> bool:
    return word in said and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) is not None


def _plain(word: str, wording: str) -> str:
    say = rulebook.packaged()["say"].table["jargon" if wording else "jargon_explain"]
    return say.replace("{word}", word).replace("{wording}", wording)
