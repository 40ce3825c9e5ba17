"""The tickets of a query as they stand: worked out beside the screen, ready to be shown. No Textual here."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from store.groups import AT_ONCE, Groups


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tickets of a query as they stand, ready to be shown: made beside the screen, since a million take their time.

    `place` is where the ticket `pinned` stands, -1 where it does not; `gone` are the marked ones that have left.
    `more` says that these are only the first: the others are on their way. `groups` are those of a grouped queue.
    """

    ids: array[int]
    pinned: int = -1
    place: int = -1
    gone: frozenset[int] = frozenset()
    more: bool = False
    groups: Groups | None = None


def snapshot(
    ids: array[int], pinned: int = -1, marked: Iterable[int] = (), groups: Groups | None = None
) -> Snapshot:
    """Find where the ticket `pinned` stands, and which of the marked ones have left."""
    gone = set(marked)
    for start in range(0, len(ids) if gone else 0, AT_ONCE):
        gone.difference_update(ids[start : start + AT_ONCE])
    return Snapshot(ids, pinned, find(ids, pinned), frozenset(gone), groups=groups)


def find(ids: array[int], wanted: int, begin: int = 0, end: int | None = None) -> int:
    """Return where `wanted` stands from `begin` to before `end`, -1 where it does not.

    It is looked for as bytes, which makes no object of each number.
    """
    if wanted < 0:
        return -1
    size = ids.itemsize
    needle = array(ids.typecode, [wanted]).tobytes()
    end = len(ids) if end is None else end
    for start in range(begin, end, AT_ONCE):
        part = ids[start : min(start + AT_ONCE, end)].tobytes()
        at = part.find(needle)
        while at >= 0:
            if at % size == 0:
                return start + at // size
            at = part.find(needle, at + 1)
    return -1
