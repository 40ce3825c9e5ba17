"""Arithmetic with colours written as "#rrggbb": how well one is read on another, and one that is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS = 40
_LINEAR, _GAMMA = 0.04045, 2.4
Rgb = tuple[float, float, float]


def rgb(colour: str) -> Rgb:
    """Return red, green and blue from 0 to 1; ValueError for what is no colour."""
    if HEX.fullmatch(colour) is None:
        raise ValueError(f"{colour!r} is not a colour")
    digits = colour[1:] if len(colour) == len("#rrggbb") else "".join(2 * d for d in colour[1:])
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def written(colour: Rgb) -> str:
    """Return a colour as "#rrggbb"."""
    return "#" + "".join(f"{round(min(max(each, 0), 1) * 255):02x}" for each in colour)


def mixed(below: str, above: str, share: float) -> str:
    """Return `above` laid on `below` so that `share` of it is seen, 0 to 1."""
    low, high = rgb(below), rgb(above)
    red, green, blue = (a + (b - a) * share for a, b in zip(low, high, strict=True))
    return written((red, green, blue))


def luminance(colour: str) -> float:
    """Return how bright a colour is, 0 to 1, as WCAG 2 reckons it."""
    red, green, blue = (
        each / 12.92 if each <= _LINEAR else ((each + 0.055) / 1.055) ** _GAMMA for each in rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 reckons it: 1 for the same, 21 for black on white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(letters: str, grounds: Iterable[str], least: float) -> str:
    """Return `letters`, moved towards white or black as little as it takes to reach the contrast `least` on every ground.

    Where no colour reaches it, the one that comes nearest.
    """
    papers = tuple(grounds)

    def worst(colour: str) -> float:
        return min(contrast(colour, paper) for paper in papers)

    if worst(letters) >= least:
        return letters
    end = max(("#ffffff", "#000000"), key=worst)
    for step in range(1, _STEPS):
        moved = mixed(letters, end, step / _STEPS)
        if worst(moved) >= least:
            return moved
    return end
