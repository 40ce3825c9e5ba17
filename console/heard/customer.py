"""What the customer's own text shows: a problem, upset, a question, thanks; and the words that are theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from console.heard import prose, rulebook
from console.heard.language import foreign

_MARKS = '"\u201c\u201d\u201e\u00ab\u00bb '  # a transcript stands in them, of which a sentence has only one
_OWN = 2  # words of the customer's own that make a sentence tell something
READ = 4_000  # characters of one message; what follows in a longer one is mostly a pasted log

_WORD = re.compile(r"[a-z\u00df-\u024f][a-z\u00df-\u024f']+|[a-z]*\d[a-z\d]*")
_SAYS_MORE = frozenset({"settled", "cheer", "calm", "trouble"})  # than a statement by itself
_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen)|bonjour|hola|beste)(?: [\w.'-]+){0,3}[,!] +(?=\S+ \S)",
    re.IGNORECASE,
)
_REASON = re.compile(r"\bwhy\b|\bhow come\b|\bwhat for\b|[!?]{2,}|!$")
_CAPITALS = re.compile(r"\b[A-Z]{4,}\b")
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "e")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the customer."""

    shows: frozenset[str]  # of problem, trouble, upset, settled, failed, new, cheer, calm, asked, why, tells
    words: frozenset[str]  # stems that are not everybody's
    topics: frozenset[str]  # clusters of words that mean the same, such as "late"
    quote: str  # the first sentence that shows a problem, or tells something; as the customer wrote it


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer's side of the present problem, and the last turn by itself."""

    known: bool = False  # False: there is no text of theirs to go by
    problem: bool = False  # there is something to solve
    trouble: bool = False  # something went wrong for them
    fault: bool = False  # and by their own words, rather than by all that they tell
    upset: bool = False
    asked: bool = False
    why: bool = False  # asks for a reason, which is mostly a complaint
    cheerful: bool = False  # only praises or enjoys: there is nothing to answer
    settled: bool = False  # the last turn only thanks, or says that it works
    foreign: bool = False  # the last turn is in a language that is not read
    words: frozenset[str] = field(default_factory=frozenset)
    topics: frozenset[str] = field(default_factory=frozenset)
    quote: str = ""


def customer(texts: tuple[str, ...], last: tuple[str, ...]) -> Customer:
    """Sum up the messages of the present problem; `last` are those since the agent's last message."""
    if not texts:
        return Customer()
    all_said, last_said = [said(text) for text in texts], [said(text) for text in last or texts[-1:]]
    shows = frozenset[str]().union(*(one.shows for one in all_said))
    now = frozenset[str]().union(*(one.shows for one in last_said))
    return Customer(
        known=True,
        problem=bool(shows & {"problem", "trouble"}),
        trouble="trouble" in shows or "tells" in all_said[0].shows,
        fault="trouble" in shows,
        upset="upset" in shows,
        asked="asked" in now,
        why="why" in now,
        cheerful="cheer" in shows and not shows & {"trouble", "problem", "upset", "asked"},
        settled=_settled(last_said, now),
        foreign=foreign(" ".join(last or texts[-1:])[:READ].lower()),
        words=frozenset[str]().union(*(one.words for one in all_said)),
        topics=frozenset[str]().union(*(one.topics for one in all_said)),
        quote=next((one.quote for one in all_said if one.shows & {"trouble", "problem"}), all_said[-1].quote),
    )


def _why(sentences: Iterable[prose.Sentence]) -> frozenset[str]:
    """Say "why" where a question asks for a reason, or a sentence ends as a cry."""
    return frozenset({"why"} if any(_REASON.search(one.text) for one in sentences) else ())


def _settled(turn: Sequence[Said], shows: frozenset[str]) -> bool:
    """Whether a turn, which `shows` all this, thanks or says that it works, raises nothing, and says nothing more after that."""
    if "settled" not in shows or shows & {"trouble", "asked", "failed", "upset"}:
        return False
    newest = next(one for one in reversed(turn) if "settled" in one.shows or len(one.words) >= _OWN)
    return "settled" in newest.shows


@lru_cache(maxsize=8192)
def said(text: str) -> Said:
    """Read one message of a customer."""
    part = text[:READ]
    read = prose.read(part)
    tried = rulebook.packaged()["customer"].rules
    kinds: dict[str, int] = {}
    for number, sentence in enumerate(read.sentences):
        opened = rulebook.opened(sentence.text)
        for rule in tried:
            if rule.kind not in kinds and rule.find(sentence.text, opened):
                kinds[rule.kind] = number
    if beside := _beside(part, read.sentences):
        kinds = {rule.kind: 0 for rule in tried if rule.find(beside, 0)} | kinds
    asked = any(sentence.asks for sentence in read.sentences)
    if (
        not asked
        and not kinds.keys() & _SAYS_MORE
        and any(map(_tells, read.sentences))
        and not foreign(read.low)
    ):
        kinds["tells"] = 0
    if _shouts(part):
        kinds["upset"] = kinds.get("upset", 0)
    wrong = next((kinds[kind] for kind in ("trouble", "problem") if kind in kinds), None)
    first = _telling(read.sentences, wrong or 0, told=wrong is not None)
    quoted = read.sentences[first] if read.sentences else None
    tokens = words(read.low)
    return Said(
        shows=frozenset(kinds) | ({"asked"} if asked else frozenset()) | _why(read.sentences),
        words=frozenset(stem(word) for word in tokens if own(word) or _counted(word)),
        topics=topics(tokens),
        quote=_without_greeting(part[quoted.start : quoted.end]) if quoted else "",
    )


def _beside(part: str, sentences: Sequence[prose.Sentence]) -> str:
    """What belongs to no sentence, such as a smiley behind the full stop."""
    ends, starts = [0, *(each.end for each in sentences)], [*(each.start for each in sentences), len(part)]
    return "".join(part[end:start] for end, start in zip(ends, starts, strict=True)).strip()


def _shouts(text: str) -> bool:
    """Whether an everyday word stands in capitals."""
    common = rulebook.packaged()["words"].lists["common"]
    return any(word.lower() in common for word in _CAPITALS.findall(text))


def _tells(sentence: prose.Sentence) -> bool:
    return sum(map(own, words(sentence.text.lower()))) >= _OWN


def _without_greeting(sentence: str) -> str:
    """The sentence without the "Dear team," that it begins with, and without quotation marks around it."""
    greeting = _GREETING.match(sentence)
    return (sentence[greeting.end() :] if greeting else sentence).strip(_MARKS)


def _telling(sentences: Sequence[prose.Sentence], best: int, *, told: bool) -> int:
    """The sentence `best`, unless it says as little as "Never again.": then the first with words of the customer's own, or the longest.

    Where something went wrong (`told`), thanks, a question or a telephone number do not stand in for it.
    """
    if not sentences or _tells(sentences[best]):
        return best
    strict = told and not sentences[best].asks
    fit = [n for n in range(len(sentences)) if n == best or not (strict and _beside_it(sentences[n]))]
    says = any(map(own, words(sentences[best].text.lower())))
    longest = max(fit, key=lambda n: len(sentences[n].text))
    return next((n for n in fit if _tells(sentences[n])), best if says else longest)


def _beside_it(sentence: prose.Sentence) -> bool:
    """Whether a sentence asks, thanks, or only gives or wishes something."""
    opened = rulebook.opened(sentence.text)
    light = rulebook.packaged()["customer"].of("settled", "calm")
    return sentence.asks or any(rule.find(sentence.text, opened) for rule in light)


def words(low: str) -> list[str]:
    """The words of a lower-case text, numbers and codes among them."""
    return [word.replace("'", "") for word in _WORD.findall(low)]


def own(word: str) -> bool:
    """Whether a word is rare enough to be the customer's own."""
    return len(word) > 2 and word not in rulebook.packaged()["words"].lists["common"]  # noqa: PLR2004  ("tv" is everybody's)


def _counted(word: str) -> bool:
    """Whether it is a number that can be told from others."""
    return word.isdigit() and len(word) > 1


def topics(tokens: Iterable[str]) -> frozenset[str]:
    """The clusters of meaning that some words belong to."""
    clusters = _clusters()
    return frozenset(clusters[word] for word in tokens if word in clusters)


@lru_cache(maxsize=1)
def _clusters() -> dict[str, str]:
    table = rulebook.packaged()["hear"].table
    return {word: name for name, members in table.items() for word in members.split()}


@lru_cache(maxsize=256)
def meanings(stems: frozenset[str]) -> frozenset[str]:
    """What some stems mean: one name for all words that mean the same, the stem itself for any other."""
    alike = _alike()
    return frozenset(alike.get(each, each) for each in stems)


@lru_cache(maxsize=1)
def _alike() -> dict[str, str]:
    lists = rulebook.packaged()["alike"].lists
    return {stem(word): f"={name}" for name, members in lists.items() for word in members}


def stem(word: str) -> str:
    """A word without its ending, so that "charged" meets "charges"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:  # noqa: PLR2004  (what is left must still be a word)
            return word.removesuffix(ending)
    return word
