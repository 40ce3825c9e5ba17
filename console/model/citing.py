"""Which sentences of a summary name their sources: the others are not shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from console.model.values import Sentence, Source, Summary

_MOST = 40  # sentences that are shown
_LABELS = r"\[\s*m[0-9]{1,5}(?:\s*[,;]\s*m[0-9]{1,5})*\s*\]"
# A label within a word is a piece of that word and cites nothing.
_CITED = re.compile(rf"{_LABELS}(?!\w)", re.IGNORECASE)
_ATTEMPT = re.compile(r"\[[^\[\]\n]{0,40}?\bm\s{0,3}[0-9][^\[\]\n]{0,40}\]", re.IGNORECASE)
_LABEL = re.compile(r"m[0-9]+", re.IGNORECASE)
_SHORT = re.compile(r"\b(?:[DdMm]r|Mrs|Ms|[Nn]o|[Nn]r|vs|e\.g|i\.e|approx|ca)\.$")
_LONGEST_SHORT = 12
# Possessive, so that ten thousand full stops are gone through once.
_STOP = re.compile(
    rf"[.!?\u2026]++[\"')\u201d\u2019]*+(?:\s*+{_LABELS})*+(?=\s|$)|[\u3002\uff01\uff1f](?:\s*+{_LABELS})*+",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013]|\d{1,2}[.)])\s+")


def cited(text: str, sources: Sequence[Source]) -> Summary:
    """The sentences of `text` that cite messages which were sent, and no others, and how many do not."""
    known = {each.label: each for each in sources}
    shown: list[Sentence] = []
    left_out = 0
    for sentence in sentences(text):
        found = _sources(sentence, known)
        if found and len(shown) < _MOST:
            shown.append(Sentence(sentence, found))
        else:
            left_out += 1
    return Summary(tuple(shown), left_out)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, labels that stand behind the full stop with them; a line always ends one."""
    for line in text.split("\n"):
        rest = _BULLET.sub("", line)
        begin = 0
        for stop in _STOP.finditer(rest):
            if not _SHORT.search(rest[max(begin, stop.end() - _LONGEST_SHORT) : stop.end()]):
                yield from _worth(rest[begin : stop.end()])
                begin = stop.end()
        yield from _worth(rest[begin:])


def _worth(piece: str) -> Iterator[str]:
    """The piece, if there are words in it beside labels."""
    if any(char.isalnum() for char in _ATTEMPT.sub("", piece)):
        yield piece.strip()


def _sources(sentence: str, known: Mapping[str, Source]) -> tuple[Source, ...]:
    """What a sentence cites; nothing when one of its labels is of no message that was sent, or cannot be read."""
    found: dict[str, Source] = {}
    read = _CITED.sub("", sentence)
    if _ATTEMPT.search(read):
        return ()
    for place in _CITED.finditer(sentence):
        for label in _LABEL.findall(place[0]):
            source = known.get(label.lower())
            if source is None:
                return ()
            found[source.label] = source
    return tuple(found.values())
