"""Open the two files: readers that never wait for a writer, writers that never surprise each other.

Every write transaction is BEGIN IMMEDIATE, so that two processes queue instead of failing; local.db is written with
synchronous=FULL, so that an intent survives a power cut. No network call ever happens inside a transaction.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from store import schema
from store.errors import ConfigError, DiskFullError, HeardError, StoreBusyError, StoreDamagedError
from store.overlay import Overlay

T = TypeVar("T")
BUSY_MS = 5_000
READER_PRAGMAS = "PRAGMA busy_timeout=5000; PRAGMA cache_size=-32768; PRAGMA mmap_size=1073741824; PRAGMA trusted_schema=OFF;"


class Files(Protocol):
    """Where the two files lie (`store.home.Home` is one)."""

    @property
    def local_db(self) -> Path:
        """What exists nowhere else."""
        ...

    @property
    def mirror_db(self) -> Path:
        """What can be pulled again."""
        ...


class MirrorDamagedError(HeardError):
    """mirror.db cannot be read; `Database.read` rebuilds it, so nobody sees this unless that fails too."""

    exit_code = 13


@contextmanager
def translated(kind: schema.Kind) -> Iterator[None]:
    """Turn what SQLite says into an error that says what to do next."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _translate(error, kind) or error from error
    except OSError as error:
        if error.errno == 28:  # noqa: PLR2004  (ENOSPC)
            raise _disk_full() from error
        raise


def _disk_full() -> DiskFullError:
    return DiskFullError(
        "The disk is full; nothing half-written was kept.",
        "Free some space. What you typed is still on the screen and is saved as soon as there is room.",
    )


def _translate(error: sqlite3.DatabaseError, kind: schema.Kind) -> HeardError | None:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreBusyError(
            f"{kind}.db has been held by another process for {BUSY_MS // 1000} seconds.",
            "See which one with `heard doctor`; nothing was changed, so try again.",
        )
    if "disk is full" in text or "disk I/O" in text:
        return _disk_full()
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        if kind == "mirror":
            return MirrorDamagedError(
                f"mirror.db is damaged: {text}.", "It is rebuilt from the desk by `heard sync`."
            )
        return StoreDamagedError(
            f"local.db is damaged: {text}.",
            "It was left untouched. `heard doctor` shows what can be saved; copies are in the folder backup/.",
        )
    return None


class Database:
    """Both files of one workspace; safe to use from several threads, each of which gets a reader of its own."""

    def __init__(self, home: Files, now: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        self.home = home
        self.now = now
        self.rebuilt = ""  # says so when the mirror had to be made anew
        self._readers: list[sqlite3.Connection] = []
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._generation = 0
        os.umask(0o077)
        self._prepare()

    def _prepare(self) -> None:
        with translated("local"):
            _refuse_newer(self.home.local_db, "local")
            if not schema.is_current(self.home.local_db, "local"):
                schema.migrate(self.home.local_db, "local")
        try:
            with translated("mirror"):
                if not schema.is_current(self.home.mirror_db, "mirror"):
                    if self.home.mirror_db.exists():
                        self._set_aside("an older schema")
                    schema.migrate(self.home.mirror_db, "mirror")
        except MirrorDamagedError as error:
            self.rebuild_mirror(error.message)

    def rebuild_mirror(self, why: str) -> None:
        """Set the mirror aside and make an empty one; every cursor starts again because the epoch differs."""
        with self._lock:
            self._close_readers()
            self._set_aside(why)
            with translated("mirror"):
                schema.migrate(self.home.mirror_db, "mirror")
            self.rebuilt = (
                f"mirror.db was set aside ({why}) and is being pulled again; nothing of yours was in it."
            )

    def _set_aside(self, why: str) -> None:
        path = self.home.mirror_db
        suffix = ".old" if why == "an older schema" else f".corrupt-{self.now() // 1_000_000}"
        for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            if each.exists():
                each.rename(each.with_name(each.name + suffix))

    def read(self, work: Callable[[sqlite3.Connection], T], *, overlaid: bool = True) -> T:
        """Run `work` on this thread's reader, with the outbox laid over the tickets; a damaged mirror is rebuilt once.

        Without `overlaid` the overlay may be out of date: for what does not ask for tickets as people see them.
        """
        try:
            with translated("mirror"):
                return work(self._reader(overlaid=overlaid))
        except MirrorDamagedError as error:
            self.rebuild_mirror(error.message)
            with translated("mirror"):
                return work(self._reader(overlaid=overlaid))

    def _reader(self, *, overlaid: bool) -> sqlite3.Connection:
        mine = self._mine
        if getattr(mine, "generation", -1) != self._generation:
            with self._lock:
                mine.connection = open_reader(self.home)
                mine.overlay = Overlay(mine.connection)
                mine.generation = self._generation
                self._readers.append(mine.connection)
        if overlaid:
            mine.overlay.refresh()
        connection: sqlite3.Connection = mine.connection
        return connection

    @contextmanager
    def write(self, kind: schema.Kind) -> Iterator[sqlite3.Connection]:
        """One BEGIN IMMEDIATE transaction on one file: committed when the block ends, rolled back when it raises."""
        with translated(kind):
            connection = open_writer(self.home.local_db if kind == "local" else self.home.mirror_db, kind)
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.close()

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            self._close_readers()

    def _close_readers(self) -> None:
        for each in self._readers:
            each.close()
        self._readers.clear()
        self._generation += 1


def open_reader(home: Files) -> sqlite3.Connection:
    """Open the mirror with local.db attached as `local`, both read-only."""
    connection = sqlite3.connect(
        f"file:{home.mirror_db}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
    )
    connection.executescript(READER_PRAGMAS)
    connection.execute("ATTACH DATABASE ? AS local", (f"file:{home.local_db}?mode=ro",))
    return connection


def open_writer(path: Path, kind: schema.Kind) -> sqlite3.Connection:
    """Open one file for writing."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    connection.execute(f"PRAGMA synchronous={'FULL' if kind == 'local' else 'NORMAL'}")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def _refuse_newer(path: Path, kind: schema.Kind) -> None:
    if not path.exists():
        return
    connection = sqlite3.connect(path)
    try:
        found = schema.version(connection)
    finally:
        connection.close()
    if found > schema.HEADS[kind]:
        raise ConfigError(
            f"{path.name} was written by a newer heard (schema {found}, this one knows {schema.HEADS[kind]}).",
            "Update heard-console; the file was left untouched.",
        )
