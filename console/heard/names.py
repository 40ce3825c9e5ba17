"""Whether a draft greets the customer by somebody else's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from console.heard import rulebook
from console.heard.prose import Prose
from console.heard.thread import from_customer
from console.heard.values import Check, Span
from store.rows import Item

_READ = 200  # characters in which a letter has greeted, or does not greet at all
_INTRODUCES = 2_000  # characters of a message in which its writer says who he is
_SIGNED = 300  # characters at the end of a message in which its writer signs
_BEFORE = 30  # characters before a name that may greet
_SHORT = 2  # letters by which a short name is known as the beginning of a longer one
_NAME = r"[^\W\d_][\w'\u2019-]*"
_LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SPELT = str.maketrans(
    {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00e5": "aa", "\u00f8": "oe", "\u00e6": "ae"}
)
_INTRODUCED = re.compile(
    rf"\b(?:[Mm]y name(?:'s| is)|[Ii] am called|[Mm]ein Name ist|[Ii]ch hei\u00dfe|[Jj]e m'appelle|[Mm]e llamo)\s+({_NAME}(?: {_NAME})?)"
    rf"|\b(?:I'm|I am|[Tt]his is|[Ii]t's)\s+([A-Z]{_NAME}(?: [A-Z]{_NAME})?)(?=\s*(?:[,.!(]|\n|$| and\b| from\b| here\b))"
)
_SIGNATURE = re.compile(
    r"(?:\n|\b(?i:thanks|thank you|thx|cheers|regards|best|sincerely|yours|gr\u00fc\u00dfe|gru\u00df|merci|cordialement|gracias|saludos|groeten),?\s)"
    rf"[ \t-]*({_NAME}(?:[ ]{_NAME}){{0,2}})[ \t]*\.?\s*(?=\n|\Z)"
)


def wrong_name(text: Prose, story: Sequence[Item]) -> Iterator[Check]:
    """The name in the greeting of a draft, where the customer is known by another one.

    A short form of the name is the name; so is whatever else the customer calls himself.
    """
    match = _greeting().match(text.cased[:_READ])
    if match is None:
        return
    greeted = _LETTERS.findall(match["name"])
    if not greeted or not all(map(_could_be_a_name, greeted)):
        return
    items = [item for item in story if from_customer(item)]
    names = tuple(dict.fromkeys(filter(None, map(_full_name, (item.author for item in items)))))
    called = [*names, *(name for item in items for name in called_himself(item.text))]
    tokens = {each for name in called for word in _LETTERS.findall(name) for each in _spellings(word)}
    written = {each for word in greeted for each in _spellings(word)}
    if not tokens or any(_same(one, token) for one in written for token in tokens):
        return
    if any(_mentions(item.text, word) for item in items for word in greeted):
        return
    found = called[-1] if not names else names[-1]
    say = rulebook.packaged()["say"].table["wrong_name"].replace("{found}", found)
    yield Check("wrong_name", Span(match.start("name"), match.end("name")), say, found)


@cache
def _greeting() -> re.Pattern[str]:
    """Greeting words, titles, one to three names with a capital, and then a mark or the end of the line."""
    lists = rulebook.packaged()["words"].lists
    greets = "|".join(map(re.escape, sorted(lists["greeting"])))
    titles = "|".join(map(re.escape, sorted(lists["title"])))
    return re.compile(
        rf"\W*(?i:(?:{greets})(?:\s+(?:{greets}))*)[ ,]+(?:(?i:{titles})\.? +)*"
        rf"(?P<name>{_NAME}(?: {_NAME}){{0,2}})\s*(?=[,!:;.\n\u2013\u2014-]|\Z)"
    )


def _could_be_a_name(word: str) -> bool:
    lists = rulebook.packaged()["words"].lists
    low = word.lower()
    nobody = lists["nobody"] | lists["title"] | lists["greeting"]  # "Guten Tag" greets nobody by name
    return word[0].isupper() and low not in lists["common"] and low not in nobody


def _full_name(author: str) -> str:
    """The name that a message is filed under; "" where that is an address, a number, a handle or a company."""
    words = _LETTERS.findall(author)
    company = rulebook.packaged()["words"].lists["company"]
    if not words or any(c.isdigit() or c in "@_" for c in author) or not author[0].isupper():
        return ""
    return "" if any(word.lower() in company for word in words) else author


@lru_cache(maxsize=1024)
def called_himself(text: str) -> tuple[str, ...]:
    """The names that one message gives its writer: in so many words, or below it."""
    found = [match[1] or match[2] for match in _INTRODUCED.finditer(text[:_INTRODUCES])]
    found += _SIGNATURE.findall(text[-_SIGNED:])
    return tuple(name for name in found if all(map(_could_be_a_name, name.split())))


def _same(greeted: str, name: str) -> bool:
    """Whether one is the other, the beginning of it, or a short form of it."""
    if greeted == name:
        return True
    shorter, longer = sorted((greeted, name), key=len)
    if len(shorter) >= _SHORT and longer.startswith(shorter):
        return True
    short_forms = rulebook.packaged()["words"].table
    return greeted in short_forms.get(name, "").split() or name in short_forms.get(greeted, "").split()


def _mentions(text: str, word: str) -> bool:
    """Whether a message names this person other than in its own greeting."""
    if word not in text:
        return False
    greeting = rulebook.packaged()["words"].lists["greeting"]
    for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
        before = text[max(0, match.start() - _BEFORE) : match.start()].split()[-1:]
        if not before or before[0].strip(",").lower() not in greeting:
            return True
    return False


def _spellings(word: str) -> Iterator[str]:
    """A name without its accents, and as it is written where there are none: Muller and Mueller for M\u00fcller."""
    yield _folded(word)
    yield _folded(word.casefold().translate(_SPELT))


def _folded(word: str) -> str:
    """A name without capitals and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
