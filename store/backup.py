"""Copies of local.db in `backup/`: the file whole, and beside it the waiting words as lines of JSON that need no program."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

WEEK_US = 7 * 86_400 * 1_000_000
KEPT = 5  # copies; older ones go
OPEN = "state NOT IN ('done', 'cancelled')"


def back_up(path: Path) -> Path:
    """Copy a consistent snapshot into `backup/` beside the file, durably, and keep the newest five; returns the copy."""
    folder = path.parent / "backup"
    folder.mkdir(mode=0o700, exist_ok=True)
    source = sqlite3.connect(path)
    try:
        version = source.execute("PRAGMA user_version").fetchone()[0]
        target = folder / f"{path.stem}-{version}-{os.urandom(4).hex()}.db"
        part = target.with_suffix(".part")
        try:
            source.execute("VACUUM INTO ?", (str(part),))
            _settle(part, target)
        finally:
            part.unlink(missing_ok=True)
        _export(source, target.with_suffix(".jsonl"))
    finally:
        source.close()
    for each in copies(path)[KEPT:]:
        each.unlink(missing_ok=True)
        each.with_suffix(".jsonl").unlink(missing_ok=True)
    return target


def back_up_weekly(path: Path, now: int) -> Path | None:
    """Copy the file if its newest copy is older than a week (`now` in microseconds); the new copy, or None."""
    newest = next(iter(copies(path)), None)
    if newest is not None and now - newest.stat().st_mtime_ns // 1_000 < WEEK_US:
        return None
    return back_up(path)


def copies(path: Path) -> list[Path]:
    """The copies of a file, the newest first."""
    found = (path.parent / "backup").glob(f"{path.stem}-*.db")
    return sorted(found, key=lambda each: each.stat().st_mtime_ns, reverse=True)


def write_lines(target: Path, rows: Iterable[tuple[str, Mapping[str, object]]]) -> int:
    """Write rows as lines of JSON ({"table", "row"}) for the owner alone, durably, whole or not at all; returns how many."""
    part = target.with_suffix(".part")
    count = 0
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            for table, row in rows:
                file.write(json.dumps({"table": table, "row": dict(row)}) + "\n")
                count += 1
        _settle(part, target)
    finally:
        part.unlink(missing_ok=True)
    return count


def _settle(part: Path, target: Path) -> None:
    """Give a finished file its name once it is on the disk."""
    part.chmod(0o600)
    sync(part)
    part.rename(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; elsewhere than on POSIX a folder cannot be waited for."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _export(source: sqlite3.Connection, target: Path) -> None:
    """What waits in the outbox, and every draft."""
    names = {found[0] for found in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    wanted = [(t, w) for t, w in (("op", OPEN), ("draft", "1")) if t in names]
    write_lines(target, ((t, row) for t, where in wanted for row in rows_of(source, t, where)))


def rows_of(connection: sqlite3.Connection, table: str, where: str = "1") -> Iterable[dict[str, object]]:
    """The rows of one of our tables, by the names of its columns."""
    found = connection.execute(f"SELECT * FROM {table} WHERE {where}")
    names = [column[0] for column in found.description]
    for row in found:
        yield dict(zip(names, row, strict=True))
