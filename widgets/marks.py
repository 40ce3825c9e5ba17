"""Places in a draft that stand out, and how: a style of letters for each step, so that no colour is needed to tell them.

Pure. A place is (row, column) in characters; spans of the engine count characters of the whole draft.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rich.style import Style

Place = tuple[int, int]

CHECK = "check"
STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "hear": Style(underline=True),
        "empathize": Style(underline=True, italic=True),
        "apologize": Style(underline=True, bold=True),
        "resolve": Style(underline=True, bold=True, italic=True),
        "diagnose": Style(underline2=True),
        CHECK: Style(reverse=True),
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Some words of a draft, and the name of the style in which they stand."""

    start: Place
    end: Place
    name: str


def marks(text: str, spans: Iterable[tuple[int, int, str]]) -> tuple[Mark, ...]:
    """The marks for spans (start, end, name) of `text`."""
    wanted = sorted(spans)
    if not wanted:
        return ()
    last = max(end for _, end, _ in wanted)
    lines = _line_starts(text, last)
    return tuple(
        Mark(_place(lines, start), _place(lines, end), name) for start, end, name in wanted if end > start
    )


def moved(old: Sequence[Mark], top: Place, bottom: Place, end: Place) -> tuple[Mark, ...]:
    """The marks after what stood from `top` to `bottom` was replaced by words that reach to `end`.

    What stands behind moves along; a mark whose own words were changed is gone until there is new advice.
    """
    kept: list[Mark] = []
    for mark in old:
        if mark.end <= top:
            kept.append(mark)
        elif mark.start >= bottom:
            kept.append(Mark(_shifted(mark.start, bottom, end), _shifted(mark.end, bottom, end), mark.name))
    return tuple(kept)


def _shifted(place: Place, bottom: Place, end: Place) -> Place:
    if place[0] == bottom[0]:
        return end[0], end[1] + place[1] - bottom[1]
    return place[0] + end[0] - bottom[0], place[1]


def _line_starts(text: str, last: int) -> list[int]:
    starts = [0]
    at = text.find("\n", 0, last)
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1, last)
    return starts


def _place(starts: Sequence[int], index: int) -> Place:
    row = bisect_right(starts, index) - 1
    return row, index - starts[row]
