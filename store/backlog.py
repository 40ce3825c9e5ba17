"""What an older mirror holds and the indexes of `store.pairs` do not have yet: the newest texts first, some at a time.

A million texts take minutes. An upgrade therefore takes in what some seconds allow, and each turn of the sync a part of the
rest. Up to which row an index still lacks texts stands in the mirror's `meta`, and is gone once it lacks none.
"""

from __future__ import annotations

import sqlite3

from store import pairs
from store.pairs import INDEXES, Index

PART = 500_000  # characters that are indexed together: about half a second
AT_ONCE = 2_000_000  # of each index, when a mirror is upgraded
_MARK = "unpaired:"


def begin(connection: sqlite3.Connection, at_once: int = AT_ONCE) -> None:
    """Make the indexes anew: empty ones, into which the newest texts are taken at once, and all others by `step`."""
    for index in INDEXES:
        connection.execute(f"INSERT INTO {index.table} ({index.table}) VALUES ('delete-all')")
        newest = connection.execute(f"{index.source} ORDER BY {index.row} DESC LIMIT 1").fetchone()
        _set_mark(connection, index, newest[0] if newest else 0)
        taken = 0
        while taken < at_once and _mark(connection, index):
            taken += _take(connection, index)


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the indexes anew from all that is stored."""
    begin(connection, at_once=1 << 62)


def behind(reader: sqlite3.Connection) -> bool:
    """Whether an index still lacks texts."""
    sql = "SELECT EXISTS (SELECT 1 FROM meta WHERE key GLOB ?)"
    return bool(reader.execute(sql, (f"{_MARK}*",)).fetchone()[0])


def step(connection: sqlite3.Connection) -> bool:
    """Take a part of what is lacking into its index; whether more is left."""
    index = next((each for each in INDEXES if _mark(connection, each)), None)
    if index:
        _take(connection, index)
    return behind(connection)


def amiss(connection: sqlite3.Connection) -> int:
    """How many texts are neither in their index nor still to be taken in, or stand there though they are gone."""
    wrong = 0
    for index in INDEXES:
        mark = _mark(connection, index)
        wanted = {number for number, text in connection.execute(index.source) if index.takes(text)}
        held = {number for (number,) in connection.execute(f"SELECT id FROM {index.table}_docsize")}
        wrong += len(held - wanted) + sum(number > mark for number in wanted - held)
    return wrong


def _take(connection: sqlite3.Connection, index: Index) -> int:
    """Index the newest that are lacking; how many characters that were."""
    found = connection.execute(
        f"{index.source} AND {index.row} <= ? AND NOT EXISTS (SELECT 1 FROM {index.table}_docsize d WHERE d.id = {index.row})"
        f" ORDER BY {index.row} DESC",
        (_mark(connection, index),),
    )
    part: list[tuple[int, str]] = []
    size = mark = 0
    for number, text in found:
        if index.takes(text):
            part.append((number, text))
            size += len(text)
            if size >= PART:
                mark = number - 1
                break
    found.close()
    pairs.put(connection, index, reversed(part))  # in the order of rows, or each would be written by itself
    _set_mark(connection, index, mark)
    return size


def _mark(connection: sqlite3.Connection, index: Index) -> int:
    """Rows up to this one may be lacking; 0: none is."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (_MARK + index.table,)).fetchone()
    return int(found[0]) if found else 0


def _set_mark(connection: sqlite3.Connection, index: Index, row: int) -> None:
    key = _MARK + index.table
    if row:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, str(row)))
    else:
        connection.execute("DELETE FROM meta WHERE key = ?", (key,))
