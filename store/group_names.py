"""What the groups of a queue are called: looked up for each group once, a few thousand at a time."""

from __future__ import annotations

import json
import sqlite3
import sys
from array import array
from collections.abc import Iterator
from itertools import accumulate

from store.filters import DESKS
from store.groups import AT_ONCE, Groups, begins, picked
from store.orders import RANKED

TABLES = {"assignee": "agent", "group": "grp", "requester": "customer", "org": "organization"}
_LONGEST = 120  # characters of a name
_NAMES = (
    "SELECT CAST(group_concat(name, '') AS BLOB), group_concat(printf('%04x', length(CAST(name AS BLOB))), '') FROM"
    f" (SELECT CASE WHEN coalesce(x.name, '') = '' THEN '' ELSE substr(x.name, 1, {_LONGEST})"
    " || CASE WHEN ? THEN ' (' || x.desk || ')' ELSE '' END END AS name"
    " FROM json_each(?) j LEFT JOIN {table} x ON x.id = j.value ORDER BY j.key)"
)


def groups_of(reader: sqlite3.Connection, by: str, values: array[int]) -> Groups:
    """The groups of a queue from the value of each of its tickets; with several desks a name says whose it is."""
    firsts = begins(values)
    found = picked(values, firsts)
    parts = list(_ranked(by, found) if by in RANKED else _looked_up(reader, by, found))
    ends = array("I")
    for _, lengths in parts:
        ends.extend(accumulate(lengths[1:], initial=lengths[0] + (ends[-1] if ends else 0)))
    return Groups(by, len(values), firsts, found, b"".join(names for names, _ in parts), ends)


def _ranked(by: str, values: array[int]) -> Iterator[tuple[bytes, array[int]]]:
    for value in values:
        name = RANKED[by][value].encode()
        yield name, array("H", [len(name)])


def _looked_up(reader: sqlite3.Connection, by: str, values: array[int]) -> Iterator[tuple[bytes, array[int]]]:
    several = len(reader.execute(DESKS).fetchall()) > 1
    sql = _NAMES.replace("{table}", TABLES[by])
    for start in range(0, len(values), AT_ONCE):
        wanted = json.dumps(values[start : start + AT_ONCE].tolist())
        names, lengths = reader.execute(sql, (several, wanted)).fetchone()
        sizes = array("H", bytes.fromhex(lengths))
        if sys.byteorder == "little":
            sizes.byteswap()
        yield names, sizes
