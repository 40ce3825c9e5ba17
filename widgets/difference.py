"""Where two texts differ, line by line, told by signs and not by colours. Pure."""

from __future__ import annotations

from difflib import ndiff

from widgets.cells import visible

_INKS = {"- ": "accent", "+ ": "warn", "? ": "dim", "  ": "dim"}


def difference(mine: str, theirs: str, width: int) -> list[tuple[str, str]]:
    """Return lines with their inks: "-" is only in mine, "+" only in theirs, "?" points at what differs within a line.

    The pointing lines are left out where a line is wider than `width` cells or its letters are not all equally wide.
    """
    told = []
    for line in ndiff(visible_lines(mine), visible_lines(theirs)):
        sign, text = line[:2], line[2:].rstrip("\n")
        told.append((sign, text))
    plain = all(text.isascii() and len(text) < width - 2 for _, text in told)
    return [(sign + text, _INKS[sign]) for sign, text in told if plain or sign != "? "]


def visible_lines(text: str) -> list[str]:
    """The lines of a text as they are shown."""
    return [visible(line) for line in text.split("\n")]
