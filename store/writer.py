"""A connection for many transactions on one file: what a pull writes page by page, without opening the file for each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

FileId = tuple[int, int]  # of a file system, and of a file in it


class Writer:
    """Writes the file at `path`, which `connect` opens, transaction by transaction; for one thread at a time."""

    def __init__(self, path: Path, connect: Callable[[], sqlite3.Connection]) -> None:
        self._path = path
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._file: FileId | None = None
        self._version = -1
        self.undisturbed = False  # in a transaction: nobody else has written since this writer's last one

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One BEGIN IMMEDIATE transaction: committed when the block ends, rolled back when it raises."""
        connection = self._open()
        with ExitStack() as undo:
            undo.callback(self.close)
            connection.execute("BEGIN IMMEDIATE")
            version = int(connection.execute("PRAGMA data_version").fetchone()[0])
            self.undisturbed = version == self._version
            self._version = version
            yield connection
            connection.execute("COMMIT")
            undo.pop_all()

    def _open(self) -> sqlite3.Connection:
        """The connection, to the file that stands at the path now: a mirror may have been set aside for a new one."""
        if self._connection is None or self._file != file_at(self._path):
            self.close()
            self._connection = self._connect()
            self._file = file_at(self._path)
        return self._connection

    def close(self) -> None:
        """Close the connection and roll back what was not committed; the next transaction opens it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._version, self.undisturbed = None, -1, False


def file_at(path: Path) -> FileId | None:
    """Which file stands at the path, whatever its name was; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
