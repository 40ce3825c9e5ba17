"""Where one desk's sync stands, as every process can read it: cursor, state in words, and the error behind it."""

from __future__ import annotations

import sqlite3

from store.database import Database
from store.errors import AuthError, HeardError, OfflineError, SuspiciousError, ThrottledError


def load_cursor(database: Database, desk: str, stream: str) -> str | None:
    """Where the next pull starts; None when there is no cursor or the mirror was made anew since."""

    def work(reader: sqlite3.Connection) -> str | None:
        found = reader.execute(
            "SELECT c.value FROM local.cursor c JOIN meta m ON m.key = 'epoch' AND m.value = c.epoch"
            " WHERE c.desk = ? AND c.stream = ?",
            (desk, stream),
        ).fetchone()
        return str(found[0]) if found else None

    return database.read(work)


def save_cursor(database: Database, desk: str, stream: str, value: str, now: int) -> None:
    """Remember where the next pull starts; called after the rows before it are in the mirror."""
    if load_cursor(database, desk, stream) == value:
        return
    epoch = database.read(lambda r: r.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()[0])
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO cursor (desk, stream, value, epoch, updated) VALUES (?, ?, ?, ?, ?) ON CONFLICT (desk, stream)"
            " DO UPDATE SET value = excluded.value, epoch = excluded.epoch, updated = excluded.updated",
            (desk, stream, value, epoch, now),
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


def save_identity(database: Database, desk: str, *, me: str, promise: str) -> None:
    """Keep who we are on the desk and what it promises about replies."""
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO desk_state (name, state, detail, error, promise, me, last_sync, clock_offset)"
            " VALUES (?1, 'new', '', '', ?2, ?3, 0, 0) ON CONFLICT (name) DO UPDATE SET promise = ?2, me = ?3"
            " WHERE promise IS NOT ?2 OR me IS NOT ?3",
            (desk, promise, me),
        )
