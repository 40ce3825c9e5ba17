"""What the mirror holds already, as long as nobody else writes to it: most people and groups come with every page."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from store.upsert import row_numbers

MOST = 10_000  # of one kind; what a pull remembers does not grow with the desk
NAMES = {"customer": "person", "agent": "person"}  # table -> the kind of document that fills it, where they differ


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
        self._values: set[Hashable] = set()

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
            numbers, made = row_numbers(connection, table, desk, missing)
            found.update(numbers)
            documents = self._documents.get(NAMES.get(table, table), {})
            for each in made:
                documents.pop(each, None)  # its row is still to be filled
        return found

    def new_documents(self, kind: str, documents: Iterable[D]) -> list[D]:
        """Those that are not known to be stored just so; from now on they are."""
        known = self._documents.setdefault(kind, {})
        if len(known) > MOST:
            known.clear()
        new = [each for each in documents if known.get(each.id) != each]
        known.update((each.id, each) for each in new)
        return new

    def new_values(self, values: Iterable[Sequence[object]]) -> list[Sequence[object]]:
        """The rows that are not known to be stored; from now on they are."""
        if len(self._values) > MOST:
            self._values.clear()
        new = set(values) - self._values
        self._values |= new
        return sorted(new)
