"""What a person did on this machine alone, kept so that undo knows it: the rows that it changed, before and after.

A deed is written in the transaction of the change itself. It remembers the newest operation of that moment, so that deeds
and operations have one order even where the clock was put back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from store.database import Database
from store.outbox import new_id

Row: TypeAlias = dict[str, object]
KEPT_US = 30 * 86_400_000_000  # how long it can be taken back: words thrown away do not stay for good
MOST = 1_000  # deeds
FILE = "file"  # the kind of deeds whose rows are files of the workspace: {"text": ...}
KEYS = {
    "snooze": "ref",
    "follow": "ref",
    "draft": "ref",
    "skip": "id",
    "promise": "id",
    "fact_edit": "id",
    "identity_link": "id",
}
BY_REF = ("snooze", "follow", "draft")  # their words are told with the tickets


@dataclass(frozen=True, slots=True)
class Image:
    """One row, by its key, as it was before and after; None where there was none."""

    key: str
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done; `at` is the row of the newest operation at that time."""

    id: str
    kind: str
    what: str
    images: tuple[Image, ...]
    created: int
    at: int


@contextmanager
def doing(
    connection: sqlite3.Connection, kind: str, keys: Sequence[object], *, what: str, actor: str, now: int
) -> Iterator[None]:
    """Keep what the block does to these rows as one deed, in the caller's transaction on local.db.

    Without keys: to any row of the table. What changes nothing is none.
    """
    before = _rows(connection, kind, keys)
    yield
    after = _rows(connection, kind, keys)
    images = [Image(key, before.get(key), after.get(key)) for key in before | after]
    changed = [each for each in images if each.before != each.after]
    _keep(connection, kind, changed, what=what, actor=actor, now=now)


@contextmanager
def doing_files(database: Database, folder: Path, *, what: str, actor: str, now: int) -> Iterator[None]:
    """Keep what the block does to the settings in one of the workspace's folders (*.toml) as one deed."""
    before = _files(database, folder)
    yield
    after = _files(database, folder)
    images = [Image(key, before.get(key), after.get(key)) for key in before | after]
    changed = [each for each in images if each.before != each.after]
    if changed and not database.read_only:
        with database.write("local") as connection:
            _keep(connection, FILE, changed, what=what, actor=actor, now=now)


def _files(database: Database, folder: Path) -> dict[str, Row]:
    root = database.home.local_db.parent
    found = {path: file_row(path) for path in sorted(folder.glob("*.toml"))}
    return {path.relative_to(root).as_posix(): row for path, row in found.items() if row}


def file_row(path: Path) -> Row | None:
    """A file as a row; None where there is none that can be read."""
    try:
        return {"text": path.read_bytes().decode("utf-8", "replace")}
    except OSError:
        return None


def keep_added(
    connection: sqlite3.Connection, kind: str, key: object, *, what: str, actor: str, now: int
) -> None:
    """Keep that this row was added, in the caller's transaction on local.db."""
    images = [Image(each, None, row) for each, row in _rows(connection, kind, [key]).items()]
    _keep(connection, kind, images, what=what, actor=actor, now=now)


def _keep(
    connection: sqlite3.Connection, kind: str, images: Sequence[Image], *, what: str, actor: str, now: int
) -> None:
    if not images:
        return
    if kind in BY_REF:
        what = f"{what} on {images[0].key if len(images) == 1 else f'{len(images)} tickets'}"
    kept = json.dumps([[i.key, i.before, i.after] for i in images], ensure_ascii=False)
    connection.execute(
        "INSERT INTO deed (id, kind, what, images, behind, actor, created, undone) VALUES (?, ?, ?, ?,"
        " coalesce((SELECT id FROM op ORDER BY rowid DESC LIMIT 1), ''), ?, ?, 0)",
        (new_id(now), kind, what, kept, actor, now),
    )
    connection.execute(
        "DELETE FROM deed WHERE created < ? OR rowid <= (SELECT max(rowid) FROM deed) - ?",
        (now - KEPT_US, MOST),
    )


def _rows(connection: sqlite3.Connection, kind: str, keys: Sequence[object]) -> dict[str, Row]:
    where = f" WHERE {KEYS[kind]} IN (SELECT value FROM json_each(?))" if keys else ""
    found = connection.execute(f"SELECT * FROM {kind}{where}", (json.dumps(keys),) if keys else ())
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return {str(row[KEYS[kind]]): row for row in rows}


def newest(reader: sqlite3.Connection, actor: str, past: Sequence[str] = ()) -> Deed | None:
    """The newest deed of this person that stands, but for those that are `past`; None where there is none."""
    found = reader.execute(
        "SELECT id, kind, what, images, created, coalesce((SELECT o.rowid FROM local.op o WHERE o.id = d.behind), 0)"
        " FROM local.deed d WHERE actor = ? AND undone = 0 AND id NOT IN (SELECT value FROM json_each(?))"
        " ORDER BY d.rowid DESC LIMIT 1",
        (actor, json.dumps(list(past))),
    ).fetchone()
    if found is None:
        return None
    deed_id, kind, what, images, created, at = found
    return Deed(deed_id, kind, what, tuple(Image(*each) for each in json.loads(images)), created, at)


def close(connection: sqlite3.Connection, deed: Deed, now: int) -> bool:
    """Count a deed as taken back, in the caller's transaction; False where somebody was quicker."""
    done = connection.execute("UPDATE deed SET undone = ? WHERE id = ? AND undone = 0", (now, deed.id))
    return bool(done.rowcount)


def over(connection: sqlite3.Connection, keys: Sequence[str], now: int) -> None:
    """Count the deeds as taken back that made these rows, told by their ids: what they did has been taken back by itself."""
    connection.executemany(
        "UPDATE deed SET undone = ? WHERE undone = 0 AND instr(images, json_quote(?)) > 0",
        [(now, key) for key in keys],
    )


def present(connection: sqlite3.Connection, kind: str, key: str, root: Path) -> Row | None:
    """How a row or file is now; None where there is none."""
    if kind == FILE:
        return file_row(root / key)
    return _rows(connection, kind, [key]).get(key)
