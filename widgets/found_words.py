"""Where the words of a search stand in a text: without regard to capitals and accents, each from the beginning of a word. Pure."""

from __future__ import annotations

import re
import unicodedata

from store.letters import PLAIN

_BEFORE = 14  # characters that stand before a find
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def places(text: str, words: str) -> list[tuple[int, int]]:
    """The stretches of `text` that `words` found, in order and apart from each other."""
    folded, origin = _folded(text)
    covered: set[int] = set()
    for word in _WORD.findall(_folded(words)[0]):
        begins = "" if _UNSPACED.search(word) else r"(?<!\w)"
        for found in re.finditer(begins + re.escape(word), folded):
            covered.update(origin[found.start() : found.end()])
    for at, character in enumerate(text if covered else ""):
        if at - 1 in covered and unicodedata.combining(character):
            covered.add(at)  # a mark belongs to the letter before it
    return _runs(sorted(covered))


def around(text: str, words: str) -> str:
    """The text from shortly before the first of `words` on, so that a narrow line shows what was found."""
    found = places(text, words)
    start = max(found[0][0] - _BEFORE, 0) if found else 0
    if start:
        start = text.find(" ", start, found[0][0]) + 1 or start
    return f"…{text[start:]}" if start else text


def _folded(text: str) -> tuple[str, list[int]]:
    """Small letters without accents, and for each of them the character that it came from."""
    letters: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        for each in unicodedata.normalize("NFKD", character.casefold().translate(PLAIN)):
            if not unicodedata.combining(each):
                letters.append(each)
                origin.append(at)
    return "".join(letters), origin


def _runs(covered: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at in covered:
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs
