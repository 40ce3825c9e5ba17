"""Tickets that the desk shows us no more: their words are hidden after a day, and leave the mirror after a week.

Hidden messages stand at the negative number of their ticket and customer, where no reader looks. A ticket that comes
back shows all of them at once; those that have left the mirror are read again (sync design, 4.2).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from store import pairs

STREAM = "away:"  # beside the cursors: since when we may not see a ticket, and what became of its words
DAY_US = 86_400_000_000
WEEK_US = 7 * DAY_US

ANY = "SELECT EXISTS (SELECT 1 FROM cursor WHERE stream GLOB 'away:*')"
SINCE = "SELECT substr(stream, 6) FROM cursor WHERE desk = ? AND stream GLOB 'away:*' AND value = ? AND updated <= ?"
BACK = "SELECT substr(stream, 6) FROM cursor WHERE desk = ? AND stream GLOB 'away:*' AND substr(stream, 6) IN (SELECT value FROM json_each(?))"
NUMBERS = "SELECT id FROM ticket WHERE desk = ? AND remote_id IN (SELECT value FROM json_each(?))"
TURN = "UPDATE message SET ticket_id = -ticket_id, customer_id = -customer_id WHERE ticket_id IN (SELECT value FROM json_each(?))"
HIDDEN = "message WHERE ticket_id IN (SELECT value FROM json_each(?))"
FILES = f"SELECT id, name FROM attachment WHERE message_id IN (SELECT id FROM {HIDDEN})"


def forbid(connection: sqlite3.Connection, desk: str, remote_id: str, now: int) -> None:
    """From `now` on we may not see this ticket; where that is known already nothing changes."""
    connection.execute(
        "INSERT OR IGNORE INTO cursor (desk, stream, value, updated)"
        " SELECT desk, ?1 || remote_id, '', ?2 FROM ticket WHERE desk = ?3 AND remote_id = ?4",
        (STREAM, now, desk, remote_id),
    )


def welcome(connection: sqlite3.Connection, desk: str, ids: Iterable[str]) -> None:
    """We see these tickets: what was hidden of them shows again, and what was said meanwhile is to be read."""
    if not connection.execute(ANY).fetchone()[0]:
        return
    back = [i for (i,) in connection.execute(BACK, (desk, json.dumps(list(ids))))]
    if back:
        numbers = _numbers(connection, desk, back)
        connection.execute(TURN, (json.dumps([-n for n in numbers]),))
        connection.executemany("UPDATE ticket SET thread_version = 0 WHERE id = ?", [(n,) for n in numbers])
        _note(connection, "DELETE FROM cursor WHERE desk = ? AND stream = ?", desk, back)


def due(reader: sqlite3.Connection, desk: str, now: int) -> bool:
    """Whether the words of a ticket are to be hidden or to leave; asks without writing."""
    found = [reader.execute(SINCE, values).fetchone() for values in _ages(desk, now)]
    return any(found)


def fade(connection: sqlite3.Connection, desk: str, now: int) -> None:
    """Hide the words of tickets that we may not see for a day, and let go of those that we may not see for a week."""
    to_hide, to_drop = ([i for (i,) in connection.execute(SINCE, values)] for values in _ages(desk, now))
    if to_hide:
        connection.execute(TURN, (json.dumps(_numbers(connection, desk, to_hide)),))
        _note(connection, "UPDATE cursor SET value = 'hidden' WHERE desk = ? AND stream = ?", desk, to_hide)
    if to_drop:
        _drop(connection, desk, to_drop)
        _note(connection, "UPDATE cursor SET value = 'dropped' WHERE desk = ? AND stream = ?", desk, to_drop)


def _ages(desk: str, now: int) -> tuple[tuple[str, str, int], tuple[str, str, int]]:
    return (desk, "", now - DAY_US), (desk, "hidden", now - WEEK_US)


def _numbers(connection: sqlite3.Connection, desk: str, ids: list[str]) -> list[int]:
    return [n for (n,) in connection.execute(NUMBERS, (desk, json.dumps(ids)))]


def _note(connection: sqlite3.Connection, sql: str, desk: str, ids: list[str]) -> None:
    connection.executemany(sql, [(desk, STREAM + each) for each in ids])


def _drop(connection: sqlite3.Connection, desk: str, ids: list[str]) -> None:
    hidden = (json.dumps([-n for n in _numbers(connection, desk, ids)]),)
    connection.execute(
        f"INSERT INTO message_fts (message_fts, rowid, body) SELECT 'delete', id, body FROM {HIDDEN}", hidden
    )
    pairs.drop(connection, pairs.MESSAGES, connection.execute(f"SELECT id, body FROM {HIDDEN}", hidden))
    pairs.drop(connection, pairs.FILES, connection.execute(FILES, hidden))
    connection.execute(f"DELETE FROM attachment WHERE message_id IN (SELECT id FROM {HIDDEN})", hidden)
    connection.execute(f"DELETE FROM {HIDDEN}", hidden)
