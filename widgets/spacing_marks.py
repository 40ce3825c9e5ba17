"""Vowel signs that stand beside their letter, as in Hindi, Bengali and Tamil: terminals give them a cell of their own.

Rich counts them as nothing, so that a row with some would be wider than it was cut, and push what stands beside it aside.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from rich import cells

if TYPE_CHECKING:
    from rich.cells import CellTable

_LAST = 0x1FFFF  # no such sign lies behind it
Range = tuple[int, int, int]  # first, last, cells


def widen() -> None:
    """Have Rich, and Textual with it, count these signs as terminals do; again changes nothing.

    Rich has no door for it. Where its tables lie elsewhere than in the version that was tested, its own count stands.
    """
    with suppress(ImportError):
        _widened()
        vars(cells)["load_cell_table"] = _widened  # the one place that all measuring goes through


@lru_cache(maxsize=4)
def _widened(version: str = "auto") -> CellTable:
    from rich._unicode_data import load  # noqa: PLC0415  (not a name that Rich promises to keep)

    table = load(version)
    widths = [
        part for each in table.widths for part in ([each] if each[2] or each[0] > _LAST else _parts(each))
    ]
    return table._replace(widths=widths)


def _parts(nothing: Range) -> Iterator[Range]:
    """A stretch of characters without a cell, but those that have one as stretches of their own."""
    start, last, _ = nothing
    for code in range(start, last + 1):
        if unicodedata.category(chr(code)) == "Mc":
            if start < code:
                yield (start, code - 1, 0)
            yield (code, code, 2 if unicodedata.east_asian_width(chr(code)) in "WF" else 1)
            start = code + 1
    if start <= last:
        yield (start, last, 0)
