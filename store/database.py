"""Open the two files: readers that never wait for a writer, writers that never surprise each other.

Every write transaction is BEGIN IMMEDIATE, so that two processes queue instead of failing; local.db is written with
synchronous=FULL, so that an intent survives a power cut. No network call ever happens inside a transaction.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from store import schema, soundness
from store.barred import refusal
from store.errors import (
    ConfigError,
    DiskFullError,
    HeardError,
    IoFaultError,
    StoreBusyError,
    StoreDamagedError,
)
from store.overlay import Overlay
from store.presence import Presence
from store.reader import Reader
from store.turnstile import Turnstile
from store.writer import FileId, Writer, file_at

T = TypeVar("T")
BUSY_MS = 5_000
ROOM = 256 * 1024  # bytes: with less than this left, an I/O error is a full disk
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
DAMAGE_WORDS = (
    "no such table",
    "no such column",
    "Could not decode",
    "unsupported file format",
)
# What work may raise on a row that is none of ours, and on a table that has lost a column.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, sqlite3.OperationalError)
# For much at once: indexes stay in memory, and a page that changes again and again is copied into the file less often.
WRITER_PRAGMAS = "PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=4000;"
SAME_ROWS = 2  # mirrors from this schema on differ in their indexes alone: to make these beats pulling everything again
# A small cache and no memory map: what is walked through once need not stay, and every thread has a reader.
READER_PRAGMAS = (
    "PRAGMA busy_timeout=5000; PRAGMA cache_size=-2048; PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF;"
)


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
def translated(kind: schema.Kind, path: Path) -> Iterator[None]:
    """Turn what SQLite says of the file at `path` into an error that says what to do next."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise refusal(error, path.parent) or _translate(error, kind, path) or error from error
    except OSError as error:
        if barring := refusal(error, path.parent):
            raise barring from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full() from error
        if error.errno == errno.EIO:
            raise _fault(kind, str(error)) from error
        raise


def _disk_full() -> DiskFullError:
    return DiskFullError(
        "The disk is full; nothing half-written was kept.",
        "Free some space. What you typed is still on the screen and is saved as soon as there is room; a command has to be given again.",
    )


def _fault(kind: schema.Kind, text: str) -> IoFaultError:
    return IoFaultError(
        f"{kind}.db could not be read or written: the disk reports a fault ({text}).",
        "Nothing half-written was kept. Copy the workspace to another disk and look at what the system says of this one.",
    )


def _translate(error: sqlite3.DatabaseError, kind: schema.Kind, path: Path) -> HeardError | None:
    text = str(error)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusyError(
            f"{kind}.db has been held by another process for {BUSY_MS // 1000} seconds.",
            "See which one with `heard doctor`; nothing was changed, so try again.",
        )
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _no_room(path.parent)):
        return _disk_full()
    if code == sqlite3.SQLITE_IOERR:
        return _fault(kind, text)
    if code == sqlite3.SQLITE_READONLY and os.access(path, os.W_OK):
        return damaged(kind, "its head says that it may not be written")
    if code in DAMAGE or (any(words in text for words in DAMAGE_WORDS) and soundness.of_file(path, kind)):
        return damaged(kind, text)
    return None


def _no_room(folder: Path) -> bool:
    """Whether what SQLite calls an I/O error is a full disk: it says so where its shared memory cannot grow."""
    import shutil  # noqa: PLC0415  (seldom, and it loads what unpacks archives)

    return shutil.disk_usage(folder).free < ROOM


def damaged(kind: schema.Kind, text: str) -> HeardError:
    """The error that says that a file is damaged, and how."""
    if kind == "mirror":
        return MirrorDamagedError(f"mirror.db is damaged: {text}.", "`heard sync` fetches everything again.")
    return StoreDamagedError(
        f"local.db is damaged: {text}.",
        "It was left untouched. `heard doctor --salvage` saves every word that can be read and puts it into the newest copy in backup/.",
    )


class ReadStoppedError(HeardError):
    """`Database.stop` has ended this read: nobody waits for it any more."""


class Database:
    """Both files of one workspace; safe to use from several threads, each of which gets a reader of its own."""

    def __init__(self, home: Files, now: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        self.home = home
        self.now = now
        self._frozen: ConfigError | None = None  # why nothing may be written: local.db is a newer program's
        self.rebuilt = ""  # says so when the mirror had to be made anew
        self._readers: list[sqlite3.Connection] = []
        self._at_work: dict[int, sqlite3.Connection] = {}  # readers by the number of their thread
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._whole: FileId | None = None  # the mirror that was looked at
        self._reading = Turnstile()
        self._generation = 0
        os.umask(0o077)
        self._presence = Presence(home.local_db)
        with ExitStack() as undo:
            undo.callback(self._presence.end)
            self._prepare()
            self._presence.share()
            undo.pop_all()

    def _prepare(self) -> None:
        with translated("local", self.home.local_db):
            self._open_local()
        try:
            with translated("mirror", self.home.mirror_db):
                self._open_mirror()
        except MirrorDamagedError as error:
            self.rebuild_mirror(error.message)

    def _open_local(self) -> None:
        path = self.home.local_db
        if salvaged(path).exists():
            raise StoreDamagedError(
                "A salvage of local.db was interrupted.", "Run `heard doctor --salvage` again."
            )
        unclean = self._presence.alone and soundness.has(path.with_name(path.name + "-wal"))
        if unclean and (wrong := soundness.left_behind(path)):
            raise damaged("local", wrong)
        if self._presence.alone and path.exists() and (wrong := soundness.head(path)):
            raise damaged("local", wrong)
        found = schema.standing(path, "local")
        if found == "emptied":
            raise damaged("local", "it was cut to nothing")
        if found == "newer":
            raise _newer(path)
        if found in ("missing", "older"):
            schema.migrate(path, "local")
        elif wrong := soundness.at_start(path):
            raise damaged("local", wrong)
        self._frozen = _newer(path) if found == "readable" else None

    def _open_mirror(self) -> None:
        path = self.home.mirror_db
        found = schema.standing(path, "mirror")
        old = found == "older" and schema.made(path) and schema.needed(path)[0] < SAME_ROWS
        if old or found == "newer":
            self._set_aside("an older schema")
        if found in ("missing", "older", "newer"):
            schema.migrate(path, "mirror")

    def _mirror(self) -> FileId | None:
        """Which file the mirror is; one that was deleted, or that another program makes anew, is whole when this returns."""
        file = file_at(self.home.mirror_db)
        if file is None or file != self._whole:
            with self._making:
                self._open_mirror()
                file = self._whole = file_at(self.home.mirror_db)
        return file

    def rebuild_mirror(self, why: str) -> None:
        """Set the mirror aside and make an empty one; every cursor starts again because the epoch differs."""
        with self._reading.alone(), self._lock:
            self._close_readers()
            self._set_aside(why)
            with translated("mirror", self.home.mirror_db):
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
            return self._attempt(work, overlaid=overlaid)
        except MirrorDamagedError as error:
            self._blame_local()
            self.rebuild_mirror(error.message)
        except UNREADABLE as error:
            self._blame_local()
            wrong = soundness.of_file(self.home.mirror_db, "mirror")
            if not wrong:
                raise  # a fault of ours, not of the files
            self.rebuild_mirror(f"mirror.db is damaged: {wrong}; {error}")
        return self._attempt(work, overlaid=overlaid)

    def _attempt(self, work: Callable[[sqlite3.Connection], T], *, overlaid: bool) -> T:
        with translated("mirror", self.home.mirror_db), self._reading.inside():
            reader = self._reader(overlaid=overlaid)
            with self._stoppable(reader):
                return work(reader)

    @contextmanager
    def _stoppable(self, reader: sqlite3.Connection) -> Iterator[None]:
        """From here on `stop` may end what the reader does; laying the outbox over it must be done to the end."""
        thread = threading.get_ident()
        self._at_work[thread] = reader
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                self._mine.file = None  # what is still held would stop the next
                raise ReadStoppedError("This was not looked up to the end.", "Ask again.") from error
            raise
        finally:
            with self._lock:  # whoever stops it now is done before its next query begins
                self._at_work.pop(thread, None)

    def _blame_local(self) -> None:
        """Raise StoreDamagedError where it is local.db that is damaged: a reader has both files open."""
        with translated("local", self.home.local_db):
            wrong = soundness.of_file(self.home.local_db, "local")
        if wrong:
            raise damaged("local", wrong)

    def _reader(self, *, overlaid: bool) -> sqlite3.Connection:
        mine = self._mine
        known = getattr(mine, "generation", -1) == self._generation
        file = mine.file if known and self._reading.nested else self._mirror()
        if not (known and mine.file == file):
            with self._lock:
                if known:
                    self._readers.remove(mine.connection)
                    mine.connection.close()
                mine.file = file
                mine.connection = open_reader(self.home)
                mine.overlay = Overlay(mine.connection)
                mine.generation = self._generation
                self._readers.append(mine.connection)
        if overlaid:
            mine.overlay.refresh()
        return mine.connection  # type: ignore[no-any-return]  # a thread's own values have no type

    def stop(self, thread: int) -> None:
        """End the query that the thread of this number is at, which then raises ReadStoppedError; none, and all is well."""
        with self._lock:
            if reader := self._at_work.get(thread):
                reader.interrupt()

    @property
    def read_only(self) -> str:
        """Why nothing may be written, "" where all may: local.db belongs to a newer program that lets this one only read."""
        return self._frozen.message if self._frozen else ""

    def writer(self, kind: schema.Kind, pragmas: str = WRITER_PRAGMAS) -> Writer:
        """For many transactions in a row, each of them by `write`; whoever asks for it closes it."""
        path = self._path(kind)

        def connect() -> sqlite3.Connection:
            connection = open_writer(path, kind)
            connection.executescript(pragmas)
            return connection

        return Writer(path, connect)

    @contextmanager
    def write(self, kind: schema.Kind, by: Writer | None = None) -> Iterator[sqlite3.Connection]:
        """One BEGIN IMMEDIATE transaction on one file: committed when the block ends, rolled back when it raises.

        `by` is a writer of that file, whose connection is used. Raises ConfigError, which names the schema that is
        needed, where a newer program lets this one only read.
        """
        if self._frozen is not None:
            raise ConfigError(self._frozen.message, self._frozen.hint)
        try:
            with translated(kind, self._path(kind)), closing(self.writer(kind, pragmas="")) as once:
                if kind == "mirror":
                    self._mirror()
                with (by or once).transaction() as connection:
                    yield connection
        except MirrorDamagedError as error:
            self.rebuild_mirror(error.message)  # what was to be written is fetched again
            raise

    def _path(self, kind: schema.Kind) -> Path:
        return self.home.local_db if kind == "local" else self.home.mirror_db

    def close(self) -> None:
        """Close every connection; a read that is under way is ended first."""
        with self._lock:
            for reader in self._at_work.values():
                reader.interrupt()
        with self._reading.alone(), self._lock:
            self._close_readers()
        for path in (self.home.local_db, self.home.mirror_db):
            soundness.tidy(path)
        self._presence.end()

    def _close_readers(self) -> None:
        for each in self._readers:
            each.close()
        self._readers.clear()
        self._generation += 1


def open_reader(home: Files) -> sqlite3.Connection:
    """Open the mirror with local.db attached as `local`, both read-only."""
    connection = sqlite3.connect(
        f"{home.mirror_db.absolute().as_uri()}?mode=ro",
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        factory=Reader,
    )
    connection.executescript(READER_PRAGMAS)
    connection.execute("ATTACH DATABASE ? AS local", (f"{home.local_db.absolute().as_uri()}?mode=ro",))
    return connection


def open_writer(path: Path, kind: schema.Kind) -> sqlite3.Connection:
    """Open one file for writing."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    connection.execute(f"PRAGMA synchronous={'FULL' if kind == 'local' else 'NORMAL'}")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def salvaged(path: Path) -> Path:
    """Where a salvage puts the file that is to take the place of the damaged one."""
    return path.with_name(path.name + ".salvaged")


def _newer(path: Path) -> ConfigError:
    found, needed = schema.needed(path)
    return ConfigError(
        f"{path.name} was written by a newer heard (schema {found}); to write it, a heard that knows schema {needed}"
        f" is needed, and this one knows {schema.HEADS['local']}.",
        "Update heard-console; the file was left untouched.",
    )
