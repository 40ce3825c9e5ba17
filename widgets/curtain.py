"""The queue as plain escape codes, for the moment before Textual is there. No Textual here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from store.rows import TicketRow
from widgets import headed, ticket_row
from widgets.cells import fit
from widgets.terminal import Glyphs, Terminal

UNDER_ANOTHER = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J"  # the terminal's other screen, no cursor, empty
AND_BACK = "\x1b[?25h\x1b[?1049l"
_FOOT = 2  # lines that the keys and the state take
_INKS = {
    "dim": "2",
    "strong": "1",
    "accent": "32",
    "good": "32",
    "warn": "33",
    "bad": "1;31",
    "heads": "4",
    "title": "7",
}
_COLOURLESS = {"strong": "1", "bad": "1", "heads": "4", "title": "7"}

Span = tuple[str, str]
Headings = Mapping[int, tuple[str, str]]
_NONE: Headings = MappingProxyType({})


def drawn(
    title: tuple[str, str],
    rows: Sequence[TicketRow],
    size: tuple[int, int],
    now: int,
    terminal: Terminal,
    *,
    tall: int = 1,
    headings: Headings = _NONE,
) -> str:
    """Return the views' line, the title with its count and as many rows as fit, as the queue draws them later.

    A ticket takes `tall` lines, one or two; `headings` are name and count of each group, by the row that it begins at.
    """
    width, height = size
    listed = _listed(rows, headings, width, now, terminal.glyphs, tall=tall)
    lines = [*_heads(title, width, terminal.glyphs), *listed][: height - _FOOT]
    inks = _INKS if terminal.color else _COLOURLESS
    return UNDER_ANOTHER + "\r\n".join(_coloured(line, inks) for line in lines)


def _heads(title: tuple[str, str], width: int, glyphs: Glyphs) -> Iterator[Iterable[Span]]:
    name, count = title
    yield [(" HEARD", "strong"), (fit("  reading your tickets", max(width - 6, 0)), "dim")]
    yield [(f"{glyphs.cursor}{fit(name, max(width - len(count) - 3, 0))} {count} ", "title")]
    yield [(ticket_row.head(width - 1)[:width], "heads")]


def _listed(
    rows: Sequence[TicketRow], headings: Headings, width: int, now: int, glyphs: Glyphs, *, tall: int
) -> Iterator[Iterable[Span]]:
    for n, row in enumerate(rows):
        if found := headings.get(n):
            yield from [[("", "text")]] * (tall - 1 if n else 0)
            yield headed.heading(*found, width, glyphs)
        signs = ticket_row.gutter(row, glyphs, on=n == 0, marked=False)
        *cells, (text, ink) = ticket_row.tell(row, width - 1, now, glyphs)
        yield [*signs, *cells, (text[:-1], ink)]
        if tall > 1:
            yield ticket_row.below(row, width - 1, glyphs)


def _coloured(line: Iterable[Span], inks: dict[str, str]) -> str:
    return "".join(f"\x1b[{inks[ink]}m{text}\x1b[m" if ink in inks else text for text, ink in line)
