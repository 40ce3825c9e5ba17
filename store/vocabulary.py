"""The names that the mirror knows, for whoever types a query: people, groups, tags, fields and their values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from store.filters import DESKS

_MOST = 2_000
Names = list[tuple[str, str]]


def fields(reader: sqlite3.Connection) -> Names:
    """Key and title of every custom field."""
    return reader.execute(
        "SELECT DISTINCT key, title FROM custom_field WHERE key <> '' ORDER BY key"
    ).fetchall()


def options(reader: sqlite3.Connection, key: str) -> Names:
    """The values that a custom field allows."""
    found = reader.execute("SELECT options FROM custom_field WHERE lower(key) = ?", (key,))
    return [(str(value), "") for row in found for value in json.loads(row[0]) if value]


def _agents(reader: sqlite3.Connection) -> Names:
    return reader.execute(
        "SELECT DISTINCT name, email FROM agent WHERE active = 1 AND name <> '' ORDER BY name LIMIT ?",
        (_MOST,),
    ).fetchall()


def _named(table: str) -> Callable[[sqlite3.Connection], Names]:
    sql = f"SELECT DISTINCT name, '' FROM {table} WHERE name <> '' ORDER BY name LIMIT ?"
    return lambda reader: reader.execute(sql, (_MOST,)).fetchall()


def _desks(reader: sqlite3.Connection) -> Names:
    return [(str(row[0]), "") for row in reader.execute(DESKS)]


BY_FIELD: dict[str, Callable[[sqlite3.Connection], Names]] = {
    "assignee": _agents,
    "group": _named("grp"),
    "org": _named("organization"),
    "tag": _named("tag"),
    "desk": _desks,
}
