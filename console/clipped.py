"""Text that is cut to the cells of a terminal's line: its beginning, its end, or the part around a place."""

from __future__ import annotations

from store.errors import QueryError
from store.text import clean, width

ELLIPSIS = "…"
LINE = 80  # cells of a line where nobody knows how wide the terminal is
_LEAST = 6  # cells; around a place nothing less makes sense


def beginning(text: str, room: int) -> str:
    """At most `room` cells of the text, the ellipsis included; a letter keeps the marks that belong to it."""
    if width(text) <= room:
        return text
    taken = 0
    for at, char in enumerate(text):
        taken += width(char)
        if taken > room - 1:
            return text[:at].rstrip(" \u200c\u200d") + ELLIPSIS
    return text


def end(text: str, room: int) -> str:
    """The end of the text in at most `room` cells, the ellipsis included; no mark stands there without its letter."""
    if width(text) <= room:
        return text
    at, taken = len(text), 0
    while (taken := taken + width(text[at - 1])) < room:
        at -= 1
    while width(text[at : at + 1]) == 0 and at < len(text):
        at += 1
    return ELLIPSIS + text[at:]


def mistake(error: QueryError, room: int = LINE) -> tuple[str, str]:
    """The query around its mistake, and a caret under the place; neither is wider than `room` cells."""
    room = max(room, _LEAST)
    before, after = _flat(error.query[: error.at]), _flat(error.query[error.at :])
    if width(before) + width(after) > room:
        before = end(before, max(room - max(width(after), 1), room * 2 // 3))
        after = beginning(after, room - width(before))
    return before + after, " " * width(before) + "^"


def _flat(text: str) -> str:
    """One line that keeps its places, so that a caret can point into it."""
    return clean(text).replace("\n", " ").replace("\t", " ")
