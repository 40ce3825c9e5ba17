"""The order in which groups stand that have names: as a person looks for them in a list, not as they came into the store.

Small and capital letters count the same, an accent only where all letters do. Nobody comes first, those without a name last.
"""

from __future__ import annotations

import sqlite3
import sys
import unicodedata
from array import array
from collections.abc import Sequence
from itertools import accumulate

from store.group_names import TABLES
from store.groups import Groups
from store.letters import plain
from store.orders import Key, Order
from store.reader import remembered

SIZE = 4  # bytes of a place
BY_NAME = frozenset({"assignee", "group", "org"})
# Requesters too, in a queue of no more tickets than that: to sort tens of thousands of names costs more than the query.
FEW_BY_NAME = frozenset({"requester"})
FEW = 10_000


def collated(name: str) -> str:
    """What a name is sorted by: its letters alone, then with their accents, then as it is written."""
    if name.isascii():
        return f"{name.lower()}\0\0{name}"
    apart = unicodedata.normalize("NFKD", plain(name).casefold())
    letters = "".join(c for c in apart if not unicodedata.combining(c))
    return f"{letters}\0{unicodedata.normalize('NFC', name.casefold())}\0{name}"


def places(reader: sqlite3.Connection, by: str) -> bytes:
    """Four bytes for each row number of those that tickets are grouped `by`: the greater, the earlier it stands.

    They are zeros where there is no name, and none beyond the last row that has one; b"" where names do not count.
    """
    if by not in BY_NAME:
        return b""
    return remembered(reader, ("places", by), lambda: _places(reader, TABLES[by]), local=False)


def _places(reader: sqlite3.Connection, table: str) -> bytes:
    found = reader.execute(f"SELECT id, name, desk FROM {table} WHERE name <> '' AND id > 0").fetchall()
    named = sorted((f"{collated(name)}\0{desk}", number) for number, name, desk in found)
    made = array("I", bytes(SIZE * (1 + max((number for _, number in named), default=0))))
    made[0] = len(named) + 1
    for place, (_, number) in enumerate(reversed(named), 1):
        made[number] = place
    if sys.byteorder == "little":
        made.byteswap()  # so that bytes compare as the numbers do
    return made.tobytes()


def by_place(order: Order) -> Order:
    """The order with the places before the row number that it begins with: their bytes are its first parameter."""
    place = f"substr(?, {order.keys[0].sql} * {SIZE} + 1, {SIZE})"
    return Order((Key(place, down=True), *order.keys), "")


def placed(groups: Groups, found: bytes) -> list[int]:
    """The groups, which stand in the order of their row numbers, in that of the places `found`, as `by_place` has them."""
    starts = [number * SIZE for number in groups.values]
    return sorted(range(len(groups)), key=lambda g: found[starts[g] : starts[g] + SIZE], reverse=True)


def named(groups: Groups) -> list[int]:
    """The same in the order of the names that they have."""

    def key(group: int) -> tuple[bool, bool, str, int]:
        name, number = groups.name(group), groups.values[group]
        return bool(number), not name, collated(name), number

    return sorted(range(len(groups)), key=key)


def arranged(ids: array[int], groups: Groups, order: Sequence[int]) -> tuple[array[int], Groups]:
    """The tickets with their groups put into another order: each group is moved as a whole."""
    moved, names = array(ids.typecode), []
    for group in order:
        moved.extend(ids[groups.firsts[group] : groups.end(group)])
        names.append(groups.encoded(group))
    firsts = array("I", accumulate([0, *map(groups.count, order)][:-1]))
    values = array("I", [groups.values[group] for group in order])
    ends = array("I", accumulate(map(len, names)))
    return moved, Groups(groups.by, groups.total, firsts, values, b"".join(names), ends)
