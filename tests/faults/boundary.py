"""Where a process may die: around each commit and each request; with `every`, before each single statement.

Between two commits the files do not change, so that dying before any of the statements there leaves the same disk:
one boundary stands for them all. `every` takes nothing on trust and counts each of them.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sqlite3.dbapi2
from collections.abc import Callable
from pathlib import Path
from typing import Any

READS = ("SELECT", "PRAGMA", "WITH", "--")
Opened = Callable[[sqlite3.Connection], None]


class Boundaries:
    """Counts, and kills this very process at number `at` (0: never)."""

    def __init__(
        self, at: int = 0, *, every: bool = False, opened: Opened = lambda _connection: None
    ) -> None:
        self.at = at
        self.passed = 0
        self._every = every
        self._opened = opened
        self._fresh = True  # the disk, or the desk, may have changed since the last boundary

    def moment(self, _what: str) -> None:
        """One boundary of the network or of the file system."""
        self._pass()
        self._fresh = True

    def statement(self, sql: str, *, in_transaction: bool) -> None:
        """One statement that is about to run."""
        word = sql.lstrip().split(maxsplit=1)[0].upper()
        commits = word == "COMMIT" or not (in_transaction or word == "BEGIN" or word.startswith(READS))
        commits = commits and "overlay" not in sql  # a temporary table of a reader lies on no disk
        if self._every or self._fresh or commits:
            self._pass()
        self._fresh = commits

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(self, path: Path) -> None:
        """Tell the parent how many there were."""
        path.write_text(str(self.passed))

    def install(self) -> None:
        """Watch every connection that this process opens from now on; meant for a child that will not live long."""
        plain = sqlite3.connect

        def connect(*args: Any, **keywords: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = plain(*args, **keywords)
            self._opened(connection)
            connection.set_trace_callback(
                lambda sql: self.statement(sql, in_transaction=connection.in_transaction)
            )
            return connection

        # SQLAlchemy finds the function in the one module, the store in the other.
        sqlite3.connect = connect  # type: ignore[assignment]  # the overloads do not matter here
        sqlite3.dbapi2.connect = connect  # type: ignore[assignment]  # the same
