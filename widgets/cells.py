"""Cutting and wrapping text by terminal cells: wide characters, emoji and combining marks keep their columns."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells, set_cell_size

from widgets import spacing_marks

spacing_marks.widen()
_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
_PICTURES |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_PICTURES |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
# What joins pictures, or letters, into one: terminals disagree by up to six cells on how wide the result is, and a row
# that is wider than it was cut tears the whole screen. The parts alone are as wide everywhere.
_JOINED = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")
# Bars and trigrams that are one cell in some versions of Unicode and two in others.
_BARS = (*range(0x2630, 0x2638), *range(0x268A, 0x2690))
_FLAG_LETTERS = {0x1F1E6 + n: ord("A") + n for n in range(26)}
_PICTURES |= _FLAG_LETTERS
_PICTURES |= dict.fromkeys(_BARS, ord("≡"))


def visible(text: str) -> str:
    """Show control characters and lone surrogates as pictures, and joined pictures apart: the last guard.

    The result is as wide on every terminal as `cell_len` says.
    """
    if text.isascii():
        return text if text.isprintable() else text.translate(_PICTURES)
    return _JOINED.sub("", text).translate(_PICTURES)


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """Make `text` exactly `width` cells wide, with an ellipsis where it was cut."""
    text = visible(text)
    if text.isascii():
        if len(text) <= width:
            return text.ljust(width)
        return text[: width - 1] + ellipsis if width else ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + ellipsis if width else ""


def fit_right(text: str, width: int) -> str:
    """Like `fit`, pushed to the right edge: for figures."""
    return fit(text, width) if cell_len(text) >= width else " " * (width - cell_len(text)) + visible(text)


def wrap(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` cells, at spaces where there are any.

    Line breaks in the text stay; an empty text is one empty line.
    """
    width = max(width, 1)
    lines: list[str] = []
    for raw in text.split("\n"):
        line = visible(raw.expandtabs(4)).rstrip()
        if line.isascii():
            _wrap_ascii(line, width, lines)
        else:
            _wrap_wide(line, width, lines)
    return lines


def _wrap_ascii(line: str, width: int, out: list[str]) -> None:
    while len(line) > width:
        cut = line.rfind(" ", 1, width + 1)
        cut = width if cut <= 0 else cut
        out.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    out.append(line)


def _wrap_wide(line: str, width: int, out: list[str]) -> None:
    if cell_len(line) <= width:
        out.append(line)
        return
    held = ""
    for word in line.split(" "):
        joined = f"{held} {word}" if held else word
        if cell_len(joined) <= width:
            held = joined
            continue
        if held:
            out.append(held)
        *full, held = chop_cells(word, width) or [""]
        out.extend(full)
    out.append(held)
