"""On which line each ticket of a grouped queue stands: a heading a group, and of a folded group one ticket. No Textual here.

Nothing is kept for each line or group: both ways are sums over where the groups begin and what the folded ones hide.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate

from rich.cells import cell_len

from store.groups import Groups
from widgets.cells import fit
from widgets.terminal import Glyphs

_RULE = 3  # cells of the rule behind a heading's words, at least


def heading(
    name: str, count: str, width: int, glyphs: Glyphs, *, folded: bool = False
) -> list[tuple[str, str]]:
    """A heading of `width` cells: where there is little room, its name is cut and its count is not."""
    lead, said = f"{'+' if folded else glyphs.rule}{glyphs.rule} ", f", {count}{', folded' if folded else ''}"
    room = max(width - cell_len(lead + said) - _RULE - 1, 1)
    words = fit(name, room, glyphs.ellipsis).rstrip() + said
    rule = " " + glyphs.rule * max(width - cell_len(lead + words) - 1, 0)
    return [(lead, "dim"), (words, "strong"), (rule, "dim")]


class Lines:
    """The lines of a grouped queue; `folded` are groups, each with the one row that is still shown of it."""

    def __init__(self, groups: Groups, folded: dict[int, int] | None = None) -> None:
        self.groups = groups
        kept = sorted((folded or {}).items())
        self._folded = array("I", [group for group, _ in kept])
        self._kept = array("I", [row for _, row in kept])
        hidden = (groups.count(group) - 1 for group in self._folded)
        self._hidden = array("I", accumulate(hidden, initial=0))  # rows, in the folded groups before each

    @property
    def total(self) -> int:
        """How many lines there are."""
        return self.groups.total + len(self.groups) - self._hidden[-1]

    def folded(self, group: int) -> bool:
        """Whether a group is folded."""
        return self._shown(group) >= 0

    def _shown(self, group: int) -> int:
        """The row that is shown of a folded group, -1 of others."""
        at = bisect_left(self._folded, group)
        return self._kept[at] if at < len(self._folded) and self._folded[at] == group else -1

    def heading(self, group: int) -> int:
        """The line of a group's heading."""
        return self.groups.firsts[group] + group - self._hidden[bisect_left(self._folded, group)]

    def group(self, line: int) -> int:
        """The group that a line belongs to."""
        return bisect_right(range(len(self.groups)), line, key=self.heading) - 1

    def row(self, line: int) -> int:
        """The row of the ticket on a line, -1 for a heading."""
        group = self.group(line)
        below = line - self.heading(group) - 1
        if below < 0:
            return -1
        shown = self._shown(group)
        return self.groups.firsts[group] + below if shown < 0 else shown

    def line(self, row: int) -> int:
        """The line that a ticket stands on; in a folded group that of the one ticket which is shown of it."""
        group = self.groups.at(row)
        below = 0 if self.folded(group) else row - self.groups.firsts[group]
        return self.heading(group) + 1 + below

    def rows(self, start: int, end: int) -> Iterator[range]:
        """The rows of the tickets on the lines from `start` to before `end`, in runs."""
        start, end = max(start, 0), min(end, self.total)
        group = self.group(start)
        while start < end:
            first, shown = self.heading(group) + 1, self._shown(group)
            row = self.groups.firsts[group] if shown < 0 else shown
            after = first + (self.groups.count(group) if shown < 0 else 1)
            if (low := max(start, first)) < (high := min(end, after)):
                yield range(row + low - first, row + high - first)
            start, group = after, group + 1
