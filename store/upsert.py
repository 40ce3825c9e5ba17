"""Bulk writes: statements generated from the table's own columns, run inside the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

AT_ONCE = 100  # new rows in one statement: a fifth cheaper than one by one; SQLite takes 32,766 values


def upsert(
    connection: sqlite3.Connection,
    table: str,
    rows: Sequence[Mapping[str, object]],
    *,
    key: tuple[str, ...] = ("desk", "remote_id"),
    unless_older: str = "",
    at_first: Mapping[str, object] | None = None,
) -> None:
    """Insert or update rows that all have the same columns; with `unless_older` a row with a lower value is ignored.

    `at_first` are columns that a new row starts with and an update leaves alone.
    A row that would not change is not written, so that an idle cycle leaves the file untouched.
    """
    if rows:
        first = at_first or {}
        values = [(*row.values(), *first.values()) for row in rows]
        upsert_rows(
            connection, table, tuple(rows[0]), values, key=key, unless_older=unless_older, at_first=tuple(first)
        )  # fmt: skip


def upsert_rows(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
    *,
    key: tuple[str, ...] = ("desk", "remote_id"),
    unless_older: str = "",
    at_first: tuple[str, ...] = (),
) -> int:
    """The same for rows that come as tuples in the order of `columns` and then `at_first`, as large pages do.

    Returns how many were written: those that were new or differed.
    """
    if not rows:
        return 0
    return connection.executemany(_sql(table, columns, at_first, key, unless_older), rows).rowcount


def insert_rows(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
    *,
    key: tuple[str, ...] = ("desk", "remote_id"),
) -> None:
    """Insert rows that are new to the table; one whose `key` is there already is passed over.

    A failure leaves the rows before it, so that SQLite keeps no journal for each statement: for callers whose
    transaction ends with a failure, which is all of ours.
    """
    whole = len(rows) // AT_ONCE * AT_ONCE
    many = _insert(table, columns, key, AT_ONCE)
    for start in range(0, whole, AT_ONCE):
        connection.execute(many, [*chain.from_iterable(rows[start : start + AT_ONCE])])
    connection.executemany(_insert(table, columns, key, 1), rows[whole:])


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...], key: tuple[str, ...], count: int) -> str:
    places = ", ".join([f"({', '.join('?' * len(columns))})"] * count)
    return f"INSERT OR FAIL INTO {table} ({', '.join(columns)}) VALUES {places} ON CONFLICT ({', '.join(key)}) DO NOTHING"


@lru_cache(maxsize=64)
def _sql(
    table: str, columns: tuple[str, ...], first: tuple[str, ...], key: tuple[str, ...], unless_older: str
) -> str:
    places = ", ".join("?" * len(columns + first))
    changed = [c for c in columns if c not in key]
    sets = ", ".join(f"{c} = excluded.{c}" for c in changed)
    differs = " OR ".join(f"{table}.{c} IS NOT excluded.{c}" for c in changed)
    guard = f"excluded.{unless_older} >= {table}.{unless_older} AND " if unless_older else ""
    action = f"UPDATE SET {sets} WHERE {guard}({differs})" if changed else "NOTHING"
    return f"INSERT INTO {table} ({', '.join(columns + first)}) VALUES ({places}) ON CONFLICT ({', '.join(key)}) DO {action}"


def row_numbers(
    connection: sqlite3.Connection, table: str, desk: str, remote_ids: Iterable[str | None]
) -> dict[str, int]:
    """The row numbers of a desk's objects; an object not heard of yet gets an empty row to be filled in later."""
    wanted = {r for r in remote_ids if r}
    found = _known(connection, table, desk, wanted)
    missing = wanted - found.keys()
    if missing:
        rest = {"customer": ", '', 0, '', '', ''", "agent": ", '', '', 1, 0"}.get(table, ", ''")
        names = {
            "customer": ", name, organization_id, time_zone, locale, notes",
            "agent": ", name, email, active, is_me",
        }.get(table, ", name")
        connection.executemany(
            f"INSERT OR IGNORE INTO {table} (desk, remote_id{names}) VALUES (?, ?{rest})",
            [(desk, each) for each in sorted(missing)],
        )
        found |= _known(connection, table, desk, missing)
    return found


def last_row(connection: sqlite3.Connection, table: str) -> int:
    """The highest row number given so far: a row with a higher one is new."""
    return int(connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])


def _known(connection: sqlite3.Connection, table: str, desk: str, remote_ids: set[str]) -> dict[str, int]:
    return dict(
        connection.execute(
            f"SELECT t.remote_id, t.id FROM json_each(?2) each"
            f" CROSS JOIN {table} t ON t.desk = ?1 AND t.remote_id = each.value",
            (desk, json.dumps(sorted(remote_ids))),
        ).fetchall()
    )
