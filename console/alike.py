"""Which words a text is about, how much two texts share of them, and sentences that say the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from console.heard import rulebook
from console.heard.customer import own, stem, words
from console.heard.facts import told
from console.heard.prose import blank, lower

READ = 1_500  # characters of a text that are looked at
_READABLE = 0.5  # of the letters of a text that are in words we can tell apart
_SAME = 0.5  # of the words of two sentences that say the same
_WITHIN = 0.8  # of the words of the shorter one
_LEAST = 3  # words, so that one sentence can lie within another
_DIGITS = 4  # a longer number is somebody's own: an order, an account
_MASKED = frozenset({"order", "account", "email", "phone", "address", "amount", "date"})
_GREETING = re.compile(r"^(?:hi|hello|hey|hiya|dear)\b[^,.!?]{0,30}[,.!]+\s+(?=\S)", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w/.-])(?=[\w-]*\d[\w-]*\d[\w-]*\d[\w-]*\d)\w[\w-]*(?![\w/.-]*/)")
_NAME = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that say the same, of several tickets: the words of the first, and where each was said."""

    words: str
    places: tuple[int, ...]


@lru_cache(maxsize=4096)
def about(text: str) -> tuple[str, ...]:
    """The words of a text that are not everybody's, in their order, each once; quoted history and numbers left out."""
    low = lower(blank(text[:READ]))
    tokens = words(low)
    letters = sum(map(str.isalpha, low))
    if sum(map(len, tokens)) < letters * _READABLE:
        return ()  # in another script: the few Latin words in it are names of products
    return tuple(dict.fromkeys(filter(_counts, tokens)))


@lru_cache(maxsize=8192)
def stems(text: str) -> frozenset[str]:
    """The same words without their endings, as a set."""
    return frozenset(stem(word) for word in about(text))


def words_of(text: str) -> list[str]:
    """Every word of a text in lower case."""
    return words(lower(text[:READ]))


def share(mine: Mapping[str, float], theirs: frozenset[str]) -> float:
    """How much of the weight of `mine` is in `theirs`, 0 to 1."""
    total = sum(mine.values())
    return sum(weight for word, weight in mine.items() if word in theirs) / total if total else 0.0


def grouped(said: Iterable[tuple[int, str]]) -> list[Group]:
    """Put sentences together that say the same; a place counts once. The most frequent first, then the first said."""
    found: list[tuple[frozenset[str], str, list[int]]] = []
    for place, sentence in said:
        key = stems(sentence)
        if not key:
            continue
        group = next((one for one in found if _alike(one[0], key)), None)
        if group is None:
            found.append((key, sentence, [place]))
        elif place not in group[2]:
            group[2].append(place)
    groups = [Group(sentence, tuple(places)) for _key, sentence, places in found]
    return sorted(groups, key=lambda group: -len(group.places))


def masked(sentence: str, names: Sequence[str] = ()) -> str:
    """The sentence without its greeting, with holes such as "[[order]]" for what belongs to whom it was said."""
    sentence = _GREETING.sub("", sentence)
    for fact in told(sentence):
        if fact.kind in _MASKED:
            sentence = sentence.replace(fact.value, f"[[{fact.kind}]]")
    for rule in rulebook.packaged()["time"].of("time"):
        sentence = _without(rule.pattern, sentence, "time")
    sentence = _CODE.sub("[[number]]", sentence)
    theirs = {part.casefold() for name in names for part in _NAME.findall(name)}
    return _NAME.sub(
        lambda m: "[[name]]" if m[0].casefold() in theirs and m[0][0].isupper() else m[0], sentence
    )


def _without(pattern: re.Pattern[str], sentence: str, hole: str) -> str:
    for match in reversed(list(pattern.finditer(lower(sentence)))):
        sentence = f"{sentence[: match.start()]}[[{hole}]]{sentence[match.end() :]}"
    return sentence


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    least = min(len(one), len(other))
    return both >= _SAME * len(one | other) or (least >= _LEAST and both >= _WITHIN * least)


def _counts(word: str) -> bool:
    """Whether a word is rare in any of its forms, and no number or address."""
    return own(word) and own(stem(word)) and word != "link" and not _is_number(word)


def _is_number(word: str) -> bool:
    return sum(letter.isdigit() for letter in word) >= _DIGITS
