"""Where the groups of a sorted queue begin, and what they are called: numbers in arrays, with no object for each ticket or group."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import compress, count
from operator import ne

AT_ONCE = 20_000  # numbers that a thread may look through before another has its turn


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The groups of a queue of `total` tickets that are put together by the field `by`; none of them is empty.

    `firsts` are the rows that they begin at, `values` the numbers that they go by in the store, `names` their names side
    by side in UTF-8, and `ends` where in it each name ends.
    """

    by: str
    total: int
    firsts: array[int]
    values: array[int]
    names: bytes
    ends: array[int]

    def __len__(self) -> int:
        """How many groups there are."""
        return len(self.firsts)

    def at(self, row: int) -> int:
        """The group that the ticket in this row belongs to."""
        return bisect_right(self.firsts, row) - 1

    def end(self, group: int) -> int:
        """The row after the last one of a group."""
        return self.firsts[group + 1] if group + 1 < len(self.firsts) else self.total

    def count(self, group: int) -> int:
        """How many tickets a group has."""
        return self.end(group) - self.firsts[group]

    def name(self, group: int) -> str:
        """What the store calls a group; "" where nobody and nothing is meant, or no name is known."""
        return self.encoded(group).decode("utf-8", "replace")

    def first(self, most: int) -> Groups:
        """The groups of the first `most` tickets."""
        if most >= self.total:
            return self
        kept = self.at(most - 1) + 1 if most else 0
        end = self.ends[kept - 1] if kept else 0
        return Groups(
            self.by, most, self.firsts[:kept], self.values[:kept], self.names[:end], self.ends[:kept]
        )

    def encoded(self, group: int) -> bytes:
        """The same in UTF-8."""
        start = self.ends[group - 1] if group else 0
        return self.names[start : self.ends[group]]


def begins(values: array[int]) -> array[int]:
    """The places at which another value begins, the first one with them."""
    found = array("I", [0] if values else [])
    for start in range(0, len(values) - 1, AT_ONCE):
        part = values[start : start + AT_ONCE + 1]
        found.extend(compress(count(start + 1), map(ne, part, part[1:])))
    return found


def picked(values: array[int], places: array[int]) -> array[int]:
    """The values at these places."""
    found = array("I")
    for start in range(0, len(places), AT_ONCE):
        found.extend(map(values.__getitem__, places[start : start + AT_ONCE]))
    return found
