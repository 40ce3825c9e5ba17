"""Where the state of the rate gates lies: one small SQLite file that all processes of a workspace share.

It is worth nothing after a minute, so it is never waited for and never asked twice: a damaged file is deleted and
made anew, and while it cannot be used at all each process goes on with what it remembers. One row holds all of one
desk, since one request changes most of it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from store.remotes.breaker import Standing
from store.remotes.budget import Bucket

VERSION = 1
BUSY_S = 0.2  # a turn takes a tenth of a millisecond: whoever holds the file for longer has been stopped
AGAIN_US = 30_000_000  # how long a file that cannot be used is left alone
TURNED_AWAY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DeskBudget:
    """All that is kept for one desk; `told` is the limit a minute that its newest headers name, 0 for none."""

    standing: Standing = field(default_factory=Standing)
    told: int = 0
    buckets: Mapping[str, Bucket] = field(default_factory=dict)


class Budgets(Protocol):
    """Keeps the state of desks. `update` runs `work` on a desk's state, alone, and keeps what it makes of it."""

    def update(self, desk: str, work: Callable[[DeskBudget], tuple[DeskBudget, T]]) -> T:
        """What `work` answers. `work` must have no effects: it may be run again, on another state."""
        ...

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        ...


class Remembered:
    """Keeps the state in this process alone."""

    def __init__(self) -> None:
        self._desks: dict[str, DeskBudget] = {}

    def update(self, desk: str, work: Callable[[DeskBudget], tuple[DeskBudget, T]]) -> T:
        """What `work` makes of the state."""
        self._desks[desk], told = work(self.last(desk))
        return told

    def last(self, desk: str) -> DeskBudget:
        """The state as it was left."""
        return self._desks.get(desk, DeskBudget())

    def close(self) -> None:
        """Nothing is open."""


class BudgetFile:
    """Keeps the state in the file at `path`; `now` in microseconds. Errors of the file never come out of here."""

    def __init__(self, path: Path, now: Callable[[], int]) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None
        self._inode = (0, 0)
        self._memory = Remembered()
        self._failed_at: int | None = None

    def update(self, desk: str, work: Callable[[DeskBudget], tuple[DeskBudget, T]]) -> T:
        """What `work` makes of the state in the file, or of what we remember where the file cannot be used."""
        with self._lock:
            if self._usable():
                try:
                    return self._turn(desk, work)
                except (sqlite3.Error, OSError, msgspec.MsgspecError) as error:
                    self._let_go()
                    if not _turned_away(error) and self._delete():
                        with suppress(sqlite3.Error, OSError, msgspec.MsgspecError):
                            return self._turn(desk, work)
                    self._let_go()
                    self._failed_at = self._now()
            return self._memory.update(desk, work)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        with self._lock:
            self._let_go()

    def _usable(self) -> bool:
        if self._failed_at is not None and 0 <= self._now() - self._failed_at < AGAIN_US:
            return False
        self._failed_at = None
        return True

    def _turn(self, desk: str, work: Callable[[DeskBudget], tuple[DeskBudget, T]]) -> T:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            row = connection.execute("SELECT state FROM budget WHERE desk = ?", (desk,)).fetchone()
            before = msgspec.json.decode(str(row[0]), type=DeskBudget) if row else self._memory.last(desk)
            after, told = work(before)
            if row is None or after is not before:
                connection.execute(
                    "INSERT INTO budget (desk, state) VALUES (?, ?)"
                    " ON CONFLICT (desk) DO UPDATE SET state = excluded.state",
                    (desk, msgspec.json.encode(after).decode()),
                )
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
        self._memory.update(desk, lambda _: (after, None))
        return told

    def _connection(self) -> sqlite3.Connection:
        """The open file, opened anew where another process has put a new one in its place."""
        if self._open is not None and _inode(self._path) == self._inode:
            return self._open
        self._let_go()
        self._open = _open(self._path)
        self._inode = _inode(self._path)
        return self._open

    def _let_go(self) -> None:
        if self._open is not None:
            with suppress(sqlite3.Error):
                self._open.close()
            self._open = None

    def _delete(self) -> bool:
        try:
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        except OSError:
            return False
        return True


def _turned_away(error: Exception) -> bool:
    """Whether the file is whole and somebody else's for now, or the disk is full: deleting it would help nobody."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in TURNED_AWAY


def _inode(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _open(path: Path) -> sqlite3.Connection:
    """Open the file, or make it: for its owner alone, and without waiting for the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(
        FileExistsError
    ):  # opening a file that is there, and closing it, would drop our own locks on it
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    with ExitStack() as undo:
        undo.callback(connection.close)
        _prepare(connection)
        undo.pop_all()
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN IMMEDIATE")
    with closing(connection.execute("PRAGMA user_version")) as found:
        version = found.fetchone()[0]
    if version == 0:
        connection.execute("CREATE TABLE budget (desk TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID")
        connection.execute(f"PRAGMA user_version={VERSION}")
    connection.execute("COMMIT")
    if version not in (0, VERSION):
        raise sqlite3.DatabaseError(f"version {version} is not ours")
