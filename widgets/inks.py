"""The few styles that every line is drawn with, made once from a theme's colours.

Textual could give each widget a component class for each of these; applying fifteen style rules to every list is a
third of the time until the first paint, so the theme's colours are taken as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from rich.style import Style
from textual.color import Color, ColorParseError

from console.colours import mixed, readable

Inks = Mapping[str, Style]
LEAST = 4.5  # the contrast of letters on their ground where a theme says nothing
_DIM, _FAINT, _RAISED = 0.6, 0.3, 0.1
CONTRAST = "ink-contrast"  # the theme's variable that says how well letters are to be read on their ground
_COLORS = (
    "foreground", "background", "surface", "primary-muted", "text-accent", "text-success", "text-warning", "text-error",
    CONTRAST,
)  # fmt: skip


def inks_of(variables: Mapping[str, str], *, ground: str, color: bool, ansi: bool) -> Inks:
    """Return the styles for a theme's `variables` on the ground colour of that name ("background" or "surface").

    Letters that a theme would make hard to read are drawn lighter or darker, so that every ink keeps its contrast on
    every ground. Without `color` there are none, and reverse, bold and underline tell things apart; with `ansi` the terminal's own.
    """
    if not color:
        return PLAIN
    values = tuple(variables.get(name, "") for name in _COLORS)
    return _ansi(values) if ansi else _true(values, ground)


def _plain() -> Inks:
    bold, reverse = Style(bold=True), Style(reverse=True)
    marked = dict.fromkeys(("strong", "bad", "note", "reply", "cursor"), bold)
    lines = {
        "title": Style(underline=True),
        "heads": Style(underline=True),
        "title-on": reverse,
        "cursor-on": reverse,
    }
    rest = dict.fromkeys(("text", "dim", "accent", "good", "warn", "bar"), Style.null())
    return MappingProxyType({**rest, **marked, **lines})


PLAIN = _plain()


@lru_cache(maxsize=8)
def _true(values: tuple[str, ...], ground: str) -> Inks:
    *colours, wanted = values
    text, *grounds, accent, good, warn, bad = (_opaque(value, "#808080") for value in colours)
    background, surface, chosen = grounds
    under = surface if ground == "surface" else background
    raised = mixed(under, text, _RAISED)
    papers = (under, raised, chosen, surface)  # letters of every ink stand on each of them
    least = float(wanted or LEAST)

    def ink(letters: str, on: str = under, *, bold: bool = False, underline: bool = False) -> Style:
        """The style of these letters, readable on every paper."""
        colour = readable(letters, papers, least)
        style = Style(color=colour, bgcolor=on, bold=bold)
        return style + Style(underline=True) if underline else style

    return MappingProxyType(
        {
            "text": ink(text),
            "dim": ink(mixed(under, text, _DIM)),
            "strong": ink(text, bold=True),
            "accent": ink(accent),
            "good": ink(good),
            "warn": ink(warn),
            "bad": ink(bad, bold=True),
            "note": ink(warn, bold=True),
            "reply": ink(good, bold=True),
            "title": ink(mixed(surface, text, 0.7), surface),
            "title-on": ink(text, chosen, bold=True),
            "heads": ink(mixed(under, text, _DIM), underline=True),
            "cursor": ink(text, raised),
            "cursor-on": ink(text, chosen, bold=True),
            "bar": Style(color=mixed(under, text, _FAINT), bgcolor=under),
        }
    )


@lru_cache(maxsize=8)
def _ansi(values: tuple[str, ...]) -> Inks:
    accent, good, warn, bad = (_color(value, "ansi_default").rich_color for value in values[-5:-1])
    return MappingProxyType(
        {
            **PLAIN,
            "dim": Style(dim=True),
            "bar": Style(dim=True),
            "accent": Style(color=accent),
            "good": Style(color=good),
            "warn": Style(color=warn),
            "bad": Style(color=bad, bold=True),
            "note": Style(color=warn, bold=True),
            "reply": Style(color=good, bold=True),
        }
    )


def _opaque(value: str, fallback: str) -> str:
    return _color(value, fallback).hex6.lower()


def _color(value: str, fallback: str) -> Color:
    try:
        return Color.parse(value)
    except ColorParseError:
        return Color.parse(fallback)
