"""The groups of a queue, made by hand."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate

from store.groups import Groups, begins, picked
from store.orders import RANKED

STATUSES = RANKED["status"]


def grouped(values: Sequence[int], names: Sequence[str] = STATUSES, by: str = "status") -> Groups:
    """Groups of a queue whose tickets have these values."""
    firsts = begins(array("I", values))
    found = picked(array("I", values), firsts)
    said = [names[value].encode() for value in found]
    return Groups(by, len(values), firsts, found, b"".join(said), array("I", accumulate(map(len, said))))
