"""What the mirror holds already, as long as nobody else writes to it: most people and groups come with every page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Protocol, TypeVar

from store.upsert import row_numbers

MOST = 10_000  # of one kind; what a pull remembers does not grow with the desk
NAMES = {
    "customer": "person",
    "agent": "person",
}  # table -> the kind of document that fills it, where they differ


class Named(Protocol):
    """A document with the desk's id."""

    @property
    def id(self) -> str:
        """The desk's id."""
        ...


D = TypeVar("D", bound=Named)


class Known:
    """What one pull of one desk has written or looked up. Forget it when the file may have changed or a transaction failed."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}
        self._documents: dict[str, dict[str, Named]] = {}
        self._values: dict[str, set[str]] = {}

    def forget(self) -> None:
        """Know nothing."""
        self._numbers.clear()
        self._documents.clear()
        self._values.clear()

    def numbers(
        self, connection: sqlite3.Connection, table: str, desk: str, remote_ids: Iterable[str | None]
    ) -> dict[str, int]:
        """The row numbers of these objects, and of others; an object not heard of yet gets an empty row."""
        found = self._numbers.setdefault(table, {})
        wanted = {each for each in remote_ids if each}
        if missing := wanted - found.keys():
            if len(found) > MOST:
                found.clear()
                missing = wanted
            found.update(row_numbers(connection, table, desk, missing))
            documents = self._documents.get(NAMES.get(table, table), {})
            for each in missing:
                documents.pop(each, None)  # its row may be an empty one, made just now
        return found

    def unlike(self, kind: str, documents: Iterable[D]) -> list[D]:
        """Those that are not known to be stored just so."""
        known = self._documents.get(kind, {})
        return [each for each in documents if known.get(each.id) != each]

    def stored(self, kind: str, documents: Iterable[Named]) -> None:
        """These are stored, every row of them."""
        known = self._documents.setdefault(kind, {})
        if len(known) > MOST:
            known.clear()
        known.update((each.id, each) for each in documents)

    def new_values(self, kind: str, values: Iterable[str]) -> list[str]:
        """The words that are not known to be stored, in order; from now on they are."""
        known = self._values.setdefault(kind, set())
        if len(known) > MOST:
            known.clear()
        new = set(values) - known
        known |= new
        return sorted(new)
