"""Where one desk's sync stands, as every process can read it: cursor, state in words, and the error behind it."""

from __future__ import annotations

import sqlite3

from store.database import Database
from store.errors import AuthError, HeardError, OfflineError, SuspiciousError, ThrottledError


def load_cursor(database: Database, desk: str, stream: str) -> str | None:
    """Where the next pull starts; None from the beginning."""
    return database.read(lambda r: cursor_in(r, desk, stream), overlaid=False)


def cursor_in(connection: sqlite3.Connection, desk: str, stream: str) -> str | None:
    """The same, of the mirror that this connection is to."""
    sql = "SELECT value FROM cursor WHERE desk = ? AND stream = ?"
    found = connection.execute(sql, (desk, stream)).fetchone()
    return str(found[0]) if found else None


def save_cursor(connection: sqlite3.Connection, desk: str, stream: str, value: str, now: int) -> None:
    """Remember where the next pull starts, in the mirror's transaction that keeps the rows before it."""
    connection.execute(
        "INSERT INTO cursor (desk, stream, value, updated) VALUES (?, ?, ?, ?) ON CONFLICT (desk, stream)"
        " DO UPDATE SET value = excluded.value, updated = excluded.updated WHERE value <> excluded.value",
        (desk, stream, value, now),
    )


def state_of(error: HeardError) -> str:
    """The word that the status strip shows for an error."""
    if isinstance(error, AuthError):
        return "needs_login"
    if isinstance(error, SuspiciousError):
        return "suspicious"
    return "offline" if isinstance(error, OfflineError | ThrottledError) else "error"


def said(error: HeardError) -> str:
    """What happened and what to do next, as one text."""
    return f"{error.message} {error.hint}".strip()


def save_state(
    database: Database, desk: str, state: str, *, detail: str = "", code: str = "", now: int = 0
) -> None:
    """Keep the state of a desk; the time of the last sync moves only when it is online, at most once in 5 seconds."""
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO desk_state (name, state, detail, error, promise, me, last_sync, clock_offset)"
            " VALUES (?1, ?2, ?3, ?4, '', '', ?5, 0) ON CONFLICT (name) DO UPDATE SET state = ?2, detail = ?3, error = ?4,"
            " last_sync = CASE WHEN ?2 = 'online' THEN ?5 ELSE last_sync END WHERE state IS NOT ?2 OR detail IS NOT ?3"
            " OR (?2 = 'online' AND ?5 > last_sync + 5000000)",
            (desk, state, detail, code, now if state == "online" else 0),
        )


def me_on(database: Database, desk: str) -> str:
    """The desk's id of the agent whose credentials we hold; "" until it is known."""
    sql = "SELECT me FROM local.desk_state WHERE name = ?"
    found = database.read(lambda r: r.execute(sql, (desk,)).fetchone(), overlaid=False)
    return str(found[0]) if found else ""


def save_identity(database: Database, desk: str, *, me: str, promise: str) -> None:
    """Keep who we are on the desk and what it promises about replies."""
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO desk_state (name, state, detail, error, promise, me, last_sync, clock_offset)"
            " VALUES (?1, 'new', '', '', ?2, ?3, 0, 0) ON CONFLICT (name) DO UPDATE SET promise = ?2, me = ?3"
            " WHERE promise IS NOT ?2 OR me IS NOT ?3",
            (desk, promise, me),
        )
