"""How well typed letters fit a choice: the letters in order, better when they stand together or begin a word. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_TOGETHER = 5
_WORD_START = 8
_EXACT_START = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to take: what it stands for, what is read, and what is said beside it."""

    value: str
    label: str
    detail: str = ""


def score(typed: str, text: str) -> int | None:
    """Return how well `typed` fits `text`, more is better; None when it does not fit at all."""
    wanted, inside = typed.casefold().strip(), text.casefold()
    if not wanted:
        return 0
    found = inside.find(wanted)
    if found >= 0:
        starts = found == 0 or not inside[found - 1].isalnum()
        return 100 + (_EXACT_START if found == 0 else 0) + (_WORD_START if starts else 0) - min(found, 50)
    return _scattered(wanted, inside)


def _scattered(wanted: str, inside: str) -> int | None:
    points, at = 0, -1
    for letter in wanted:
        if letter == " ":
            continue
        found = inside.find(letter, at + 1)
        if found < 0:
            return None
        if found == at + 1:
            points += _TOGETHER
        elif not inside[found - 1].isalnum():
            points += _WORD_START
        at = found
    return points - len(inside) // 10


def best(typed: str, choices: Sequence[T], text: Callable[[T], str]) -> list[T]:
    """Return the choices that fit, the best first; equals keep their order."""
    scored = [(fits, choice) for choice in choices if (fits := score(typed, text(choice))) is not None]
    if typed.strip():
        scored.sort(key=lambda pair: -pair[0])
    return [choice for _, choice in scored]
