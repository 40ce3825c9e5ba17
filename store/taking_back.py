"""Taking back what was done on this machine alone: the rows of before, where they still are as the deed left them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from store import promises, whole
from store.database import Database
from store.deeds import BY_REF, FILE, KEYS, Deed, Image, Row, close, present
from store.errors import ConflictError
from store.events import NewEvent, record

SINCE = "has been changed since"
WITH_OTHERS = {"snooze": {"until", "awaits"}}  # columns that follow a promise which was moved
WHOLE = ("promise", "identity_link")  # all of their rows go back, or none
Rows = Mapping[tuple[str, str], Row | None]  # rows as they would be, by table and key


@dataclass(frozen=True, slots=True)
class Looked:
    """One row of a deed, and why it is left alone; "" where it is taken back."""

    image: Image
    why: str


def look(database: Database, deed: Deed, now: int, as_if: Rows | None = None) -> list[Looked]:
    """What would become of each row; `as_if` are rows that count as being so already. Changes nothing."""

    def work(reader: sqlite3.Connection) -> list[Looked]:
        return _look(reader, deed, database.home.local_db.parent, now, as_if or {})

    return database.read(work)


def take_back(database: Database, deed: Deed, actor: str, now: int) -> list[Looked]:
    """Put the rows of before back, in one transaction; what has gone on since is left alone. The deed is over either way.

    Raises ConflictError where another program was quicker.
    """
    root = database.home.local_db.parent
    with database.write("local") as connection:
        if not close(connection, deed, now):
            raise ConflictError(f"{deed.what} has been taken back just now by another program.", "")
        found = _look(connection, deed, root, now, {})
        for each in found:
            if not each.why:
                _put(connection, deed.kind, each.image, root, actor=actor, now=now)
    return found


def _look(connection: sqlite3.Connection, deed: Deed, root: Path, now: int, as_if: Rows) -> list[Looked]:
    found = []
    for image in deed.images:
        place = (deed.kind, image.key)
        is_now = as_if[place] if place in as_if else present(connection, deed.kind, image.key, root)
        found.append(Looked(image, _why_not(deed.kind, image, is_now, now)))
    first = next((each.why for each in found if each.why), "")
    return [Looked(each.image, first) for each in found] if deed.kind in WHOLE else found


def _why_not(kind: str, image: Image, is_now: Row | None, now: int) -> str:
    if _told(kind, is_now) != _told(kind, image.after):
        why = _woke(image, is_now) if kind == "snooze" else SINCE
        return f"{image.key}: {why}" if kind in (*BY_REF, FILE) else f"it {why}"
    before = image.before
    if kind == "snooze" and before and not before["woken"] and 0 < int(str(before["until"])) <= now:
        return f"{image.key}: the time until which it slept has come"
    return ""


def _told(kind: str, row: Row | None) -> Row | None:
    return row and {name: value for name, value in row.items() if name not in WITH_OTHERS.get(kind, ())}


def _woke(image: Image, is_now: Row | None) -> str:
    same = is_now and image.after and is_now["created"] == image.after["created"]
    return f"it has woken already ({is_now['woken_by']})" if same and is_now and is_now["woken"] else SINCE


def _put(
    connection: sqlite3.Connection, kind: str, image: Image, root: Path, *, actor: str, now: int
) -> None:
    key, before = image.key, image.before
    if kind == FILE:
        _put_file(root / key, before)
    elif kind == "promise":  # what was promised stays in the record, with what became of it
        promises.as_before(connection, key, actor, now)
    elif before is not None:
        if kind == "draft":  # the screens take up what was written since they emptied the composer
            before = before | {"updated": now}
        names, places = ", ".join(before), ", ".join(f":{name}" for name in before)
        connection.execute(f"INSERT OR REPLACE INTO {kind} ({names}) VALUES ({places})", before)
    elif kind == "identity_link":  # and so does what was said of two records
        ended = "UPDATE identity_link SET undone = ?, undone_by = ? WHERE id = ?"
        connection.execute(ended, (now, actor, key))
    else:
        connection.execute(f"DELETE FROM {kind} WHERE {KEYS[kind]} = ?", (key,))
    if kind == "snooze":
        _tell_snooze(connection, image, actor, now)


def _put_file(path: Path, before: Row | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole.write(path, str(before["text"]))


def _tell_snooze(connection: sqlite3.Connection, image: Image, actor: str, now: int) -> None:
    before = image.before
    asleep = before is not None and not before["woken"]
    kind, told = ("snoozed", "as before") if asleep else ("woke", "the snooze was taken back")
    event = NewEvent(f"snooze:{image.key}:undone:{now}", image.key, kind, "agent", actor, now, new=told)
    record(connection, [event], now)
