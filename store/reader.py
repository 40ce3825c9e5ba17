"""A reader's connection that remembers what it has found, for as long as the files stay as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
_MOST = 64


class Reader(sqlite3.Connection):
    """One thread's connection to the store."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  (whatever sqlite3.connect gives)
        super().__init__(*arguments, **named)
        self.found: dict[Hashable, Any] = {}


def versions(reader: sqlite3.Connection) -> tuple[int, int]:
    """Numbers that differ once the mirror, or local.db, was written to by anybody else."""
    one, two = (reader.execute(f"PRAGMA {name}.data_version").fetchone()[0] for name in ("main", "local"))
    return int(one), int(two)


def remembered(reader: sqlite3.Connection, key: Hashable, find: Callable[[], T], *, local: bool = True) -> T:
    """What `find` returns, asked again only once a file has changed; without `local` only the mirror counts."""
    if not isinstance(reader, Reader):
        return find()
    now = versions(reader)
    version = now if local else now[:1]
    kept = reader.found.get(key)
    if kept is not None and kept[0] == version:
        found: T = kept[1]
        return found
    if len(reader.found) > _MOST:
        reader.found.clear()
    found = find()
    reader.found[key] = version, found
    return found


def forget(reader: sqlite3.Connection) -> None:
    """Remember nothing."""
    if isinstance(reader, Reader):
        reader.found.clear()
