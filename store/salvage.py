"""Save the words out of a damaged local.db, and make a sound one with them.

What is saved is put, by id, into the newest sound copy in `backup/`, so that doing it again changes nothing. Nothing may
be sent twice by it. An operation that was being sent becomes unknown: the worker looks on the desk for it. One that
only the copy knows as waiting may have been sent since the copy was made, and one from a file whose log is damaged may
have been sent since its page was written: both go to review, and a person looks. Of two versions of one operation the
one that got further counts. The damaged file is kept.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from store import schema, soundness
from store.backup import copies, rows_of, sync, write_lines
from store.carve import image_of, rows
from store.carve_shapes import BY_TABLE, SHAPES, Row
from store.database import open_writer, salvaged, translated
from store.errors import StoreBusyError
from store.presence import Presence

FROM_COPY = "from an older copy of local.db: look on the desk whether it was sent"
FROM_DOUBT = "from a damaged local.db: look on the desk whether it was sent"
WAS_SENDING = "local.db was damaged while this was being sent"
IN_FLIGHT = ("sending", "unknown")
MAY_LEAVE = ("queued", *IN_FLIGHT)
DECIDED = tuple(shape.table for shape in SHAPES if shape.table not in ("op", "draft"))
FURTHER = ("queued", "conflict", "review", "sending", "unknown", "rejected", "cancelled", "done")


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was done. `copy` and `words` are "" where there was no copy, and where an earlier salvage was only finished."""

    damaged: str
    words: str = ""
    copy: str = ""
    operations: int = 0  # saved from the damaged file
    drafts: int = 0
    older: int = 0  # operations that only the copy had
    review: int = 0  # of all these, for a person to look at
    unknown: int = 0  # for the worker to look for


@dataclass(slots=True)
class Saved:
    """The rows read from the damaged file, by table and key."""

    tables: dict[str, dict[object, Row]]
    doubtful: bool

    def lines(self) -> Iterable[tuple[str, Row]]:
        """All of them, with their tables."""
        return ((table, row) for table, found in self.tables.items() for row in found.values())


def wrong_with(path: Path) -> str:
    """What is wrong with local.db as it lies there, "" where nothing; a thorough look that changes nothing."""
    if salvaged(path).exists():
        return "a salvage was interrupted"
    presence = Presence(path)
    alone = presence.alone
    presence.end()
    try:
        return (alone and _as_left(path)) or (path.exists() and _as_opened(path)) or ""
    except sqlite3.DatabaseError as error:
        return str(error)


def _as_left(path: Path) -> str:
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size and (wrong := soundness.left_behind(path)):
        return wrong
    return soundness.head(path) if path.exists() else ""


def _as_opened(path: Path) -> str:
    if schema.standing(path, "local") == "emptied":
        return "it was cut to nothing"
    return soundness.of_file(path, "local")


def salvage(path: Path, now: int) -> Salvaged:
    """Make a sound local.db out of a damaged one; the damaged one is kept beside it.

    Raises StoreBusyError while another process has the file open, DiskFullError where there is no room; then nothing
    has changed. An interrupted salvage is finished by the next one.
    """
    stamp = datetime.fromtimestamp(now // 1_000_000, UTC).strftime("%Y%m%dT%H%M%SZ")
    with _alone(path), translated("local", path):
        if salvaged(path).exists():
            return Salvaged(_exchange(path, stamp))
        saved = read(path)
        words = path.parent / "backup" / f"salvage-{stamp}.jsonl"
        words.parent.mkdir(mode=0o700, exist_ok=True)
        write_lines(words, saved.lines())
        copy = next((c for c in copies(path) if not soundness.of_file(c, "local")), None)
        done = _build(path, saved, copy)
        damaged = _exchange(path, stamp)
    return Salvaged(damaged, str(words), str(copy or ""), *done)


def read(path: Path) -> Saved:
    """Every operation, draft, conflict, event, and what people decided beside them, as far as it can be read; only reads.

    Operations are never deleted: where a hidden page has one that is not seen, what hides it has taken words with it.
    """
    image = image_of(path)
    saved = _gathered(rows(image.seen), image.doubtful)
    hidden = _gathered(rows(*image.hidden), image.doubtful)
    if saved.doubtful or hidden.tables["op"].keys() - saved.tables["op"].keys():
        return _gathered([*saved.lines(), *hidden.lines()], doubtful=True)
    return saved


def _gathered(found: Iterable[tuple[str, Row]], doubtful: bool) -> Saved:  # noqa: FBT001  (a field of what is made)
    tables: dict[str, dict[object, Row]] = {shape.table: {} for shape in SHAPES}
    for table, row in found:
        key = row[BY_TABLE[table].columns[0]]
        known = tables[table].get(key)
        tables[table][key] = row if known is None else _further(table, known, row)
    return Saved(tables, doubtful)


def _further(table: str, one: Row, other: Row) -> Row:
    return max(one, other, key=lambda row: _progress(table, row))


def _progress(table: str, row: Mapping[str, object]) -> tuple[int, int]:
    if table == "op":
        return FURTHER.index(str(row["state"])), int(str(row["attempts"]))
    return int(str(row[BY_TABLE[table].newest])), 0


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else may have the file open: they would go on writing to the damaged one."""
    presence = Presence(path)
    try:
        if not presence.alone and os.name == "posix":
            raise StoreBusyError(
                "Another heard has local.db open.", "End the console and every sync, then salvage."
            )
        yield
    finally:
        presence.end()


def _build(path: Path, saved: Saved, copy: Path | None) -> tuple[int, int, int, int, int]:
    """Make the sound file, whole and on the disk, under the name that the exchange looks for."""
    part = path.with_name(path.name + ".part")
    for each in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm")):
        each.unlink(missing_ok=True)
    try:
        if copy:
            shutil.copyfile(copy, part)
        schema.migrate(part, "local", copied=True)
        part.chmod(0o600)
        with closing(open_writer(part, "local")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            done = _put(connection, saved)
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sync(part)
        part.rename(salvaged(path))
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)
    return done


def _put(connection: sqlite3.Connection, saved: Saved) -> tuple[int, int, int, int, int]:
    """Put the saved rows into the copy; returns how many operations, drafts, older operations, for review, unknown."""
    here = {row["id"]: row for row in rows_of(connection, "op")}
    found = saved.tables["op"]
    for key, row in here.items():
        if key not in found and row["state"] in MAY_LEAVE:
            connection.execute("UPDATE op SET state = 'review', error = ? WHERE id = ?", (FROM_COPY, key))
    for key, row in sorted(found.items(), key=lambda item: str(item[0])):
        best = _further("op", here[key], row) if key in here else row
        _put_operation(connection, _decided(best, doubtful=saved.doubtful))
    for row in saved.tables["draft"].values():
        _put_draft(connection, row)
    for table in DECIDED:
        verb = (
            "INSERT OR IGNORE" if table == "event" else "INSERT OR REPLACE"
        )  # an event is never written again
        for row in saved.tables[table].values():
            _insert(connection, verb, table, row)
    _end_leases(connection)
    states = [r[0] for r in connection.execute("SELECT state FROM op")]
    older = sum(key not in found for key in here)
    return len(found), len(saved.tables["draft"]), older, states.count("review"), states.count("unknown")


def _decided(row: Row, *, doubtful: bool) -> Row:
    """The operation in a state in which nothing leaves twice."""
    if row["state"] == "sending":
        return row | {"state": "unknown", "not_before": 0, "error": WAS_SENDING}
    if row["state"] == "queued" and doubtful:
        return row | {"state": "review", "error": FROM_DOUBT}
    return row


def _put_operation(connection: sqlite3.Connection, row: Row) -> None:
    """Insert or replace one by its id; where its place in the lane is taken, it goes to the end, and to review if another is in flight."""
    connection.execute("DELETE FROM op WHERE id = ?", (row["id"],))
    flight = "SELECT 1 FROM op WHERE lane = ? AND state IN ('sending', 'unknown')"
    if row["state"] in IN_FLIGHT and connection.execute(flight, (row["lane"],)).fetchone():
        row = row | {"state": "review", "error": FROM_DOUBT}
    place = "SELECT 1 FROM op WHERE lane = ? AND seq = ?"
    if connection.execute(place, (row["lane"], row["seq"])).fetchone():
        (last,) = connection.execute("SELECT max(seq) FROM op WHERE lane = ?", (row["lane"],)).fetchone()
        row = row | {"seq": last + 1}
    _insert(connection, "INSERT", "op", row)


def _put_draft(connection: sqlite3.Connection, row: Row) -> None:
    known = connection.execute("SELECT updated FROM draft WHERE ref = ?", (row["ref"],)).fetchone()
    if known is None or int(known[0]) <= int(str(row["updated"])):
        _insert(connection, "INSERT OR REPLACE", "draft", row)


def _insert(connection: sqlite3.Connection, verb: str, table: str, row: Row) -> None:
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f'{verb} INTO "{table}" ({", ".join(row)}) VALUES ({places})', row)


def _end_leases(connection: sqlite3.Connection) -> None:
    """No worker of before may finish anything: the fence passes every operation's."""
    connection.execute(
        "UPDATE lease SET owner = '', expires = 0, fence = max(fence, (SELECT coalesce(max(fence), 0) FROM op)) + 1"
    )


def _exchange(path: Path, stamp: str) -> str:
    """Put the sound file in the place of the damaged one, which is kept; returns its new name. May be repeated at any point."""
    kept = path.with_name(f"{path.name}.damaged-{stamp}")
    if path.exists() and not kept.exists():
        try:
            kept.hardlink_to(path)
        except OSError:
            shutil.copyfile(path, kept)
        kept.chmod(0o600)
    log = path.with_name(path.name + "-wal")
    if log.exists():
        log.replace(kept.with_name(kept.name + "-wal"))
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    sync(path.parent)
    salvaged(path).replace(path)
    sync(path.parent)
    return str(kept)
