"""What is changed in every line before it is painted: no colours for who asked for none, plain signs for old terminals."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_FRAMES = str.maketrans(
    {
        **dict.fromkeys("╭╮╰╯┏┓┗┛╔╗╚╝┌┐└┘", "+"),
        **dict.fromkeys("─━═▔▁▀▄", "-"),
        **dict.fromkeys("│┃║▏▎▌▐▕", "|"),
        "█": "#",
        "🔎": "> ",
    }
)


class Colourless(LineFilter):
    """Takes every colour out and leaves bold, underline and reverse."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the same letters without colour."""
        del background
        return [Segment(text, style and _colourless(style), control) for text, style, control in segments]


class PlainFrames(LineFilter):
    """Draws frames, bars and the sign of the palette with signs that every terminal has; letters stay what they are."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the same line, as wide as before."""
        del background
        return [
            each if each.text.isascii() else Segment(each.text.translate(_FRAMES), each.style, each.control)
            for each in segments
        ]


@lru_cache(maxsize=1_000)
def _colourless(style: Style) -> Style:
    return Style(bold=style.bold, underline=style.underline, reverse=style.reverse, italic=style.italic)
