"""The demo desk's own SQLite file: its tables, its connection, and the stamps that keep exports complete.

Times are integer microseconds in whole seconds, since the desk knows no finer ones. `stamp` is the second by which the
exports sort; it is never smaller than one that has been handed out already, even if the clock is set back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from console.demo.scenario_values import SECOND

Row = sqlite3.Row
Value = str | int | float | bytes | None

SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE groups(id INTEGER PRIMARY KEY, name TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE organizations(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, domain TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE users(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, email TEXT, phone TEXT,
  role TEXT NOT NULL, group_id INTEGER, organization_id INTEGER, locale TEXT NOT NULL, language TEXT NOT NULL,
  zone TEXT NOT NULL, city TEXT NOT NULL, street TEXT NOT NULL, notes TEXT, warmth REAL, craft REAL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, stamp INTEGER NOT NULL);
CREATE INDEX users_by_stamp ON users(stamp, id);
CREATE INDEX users_by_email ON users(email);
CREATE TABLE identities(
  id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users(id), type TEXT NOT NULL, value TEXT NOT NULL,
  main INTEGER NOT NULL, verified INTEGER NOT NULL, created INTEGER NOT NULL);
CREATE INDEX identities_by_user ON identities(user_id, id);
CREATE INDEX identities_by_value ON identities(value);
CREATE TABLE tokens(token TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users(id)) WITHOUT ROWID;
CREATE TABLE tickets(
  id INTEGER PRIMARY KEY, subject TEXT, description TEXT NOT NULL, channel TEXT NOT NULL, via TEXT NOT NULL,
  status TEXT NOT NULL, priority TEXT, requester_id INTEGER NOT NULL, submitter_id INTEGER NOT NULL,
  assignee_id INTEGER, organization_id INTEGER, group_id INTEGER, tags TEXT NOT NULL, order_no TEXT, product TEXT,
  plan TEXT, type TEXT, external_id TEXT, recipient TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  stamp INTEGER NOT NULL, waiting_since INTEGER, replied INTEGER NOT NULL, last_at INTEGER NOT NULL,
  last_by TEXT NOT NULL, deleted_at INTEGER, deleted_by INTEGER, language TEXT NOT NULL, about TEXT,
  rating TEXT, copied TEXT NOT NULL DEFAULT '[]');
CREATE INDEX tickets_by_stamp ON tickets(stamp, id);
CREATE INDEX tickets_by_updated ON tickets(updated, id);
CREATE INDEX tickets_by_last ON tickets(last_by, last_at);
CREATE INDEX tickets_by_requester ON tickets(requester_id, id);
CREATE INDEX tickets_live ON tickets(status, id) WHERE status <> 'closed';
CREATE INDEX tickets_by_external ON tickets(external_id) WHERE external_id IS NOT NULL;
CREATE INDEX tickets_deleted ON tickets(deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE audits(
  id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES tickets(id), at INTEGER NOT NULL,
  author_id INTEGER NOT NULL, spoken TEXT NOT NULL, files INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX audits_by_ticket ON audits(ticket_id, id);
CREATE TABLE attachments(
  id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, name TEXT NOT NULL, mime TEXT NOT NULL, size INTEGER NOT NULL);
CREATE TABLE creates(key TEXT PRIMARY KEY, sha BLOB NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE jobs(
  id TEXT PRIMARY KEY, at INTEGER NOT NULL, asked INTEGER NOT NULL, total INTEGER NOT NULL, results BLOB NOT NULL
) WITHOUT ROWID;
"""
FORMAT = "3"  # raised when the tables change, so that an older file is made anew


class Database:
    """An open desk file. One thread at a time; any number of processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = connect(path)
        if not self._has_copied():
            self._add_copied()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _has_copied(self) -> bool:
        return self.row("SELECT 1 FROM pragma_table_info('tickets') WHERE name = 'copied'") is not None

    def _add_copied(self) -> None:
        """A desk that was made before anybody was in copy goes on with all that was done on it."""
        with self.writing():
            if not self._has_copied():  # another process may have been quicker
                self.run("ALTER TABLE tickets ADD COLUMN copied TEXT NOT NULL DEFAULT '[]'")

    def rows(self, sql: str, *values: Value) -> list[Row]:
        """All rows of a query."""
        return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Value) -> Row | None:
        """The first row of a query, or None."""
        row: Row | None = self.connection.execute(sql, values).fetchone()
        return row

    def run(self, sql: str, *values: Value) -> None:
        """One statement without an answer."""
        self.connection.execute(sql, values)

    def meta(self, key: str) -> str:
        """A setting of the file; empty when it has not been set."""
        row = self.row("SELECT value FROM meta WHERE key = ?", key)
        return row["value"] if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting."""
        self.run(
            "INSERT INTO meta VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key, value
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that holds the write lock from its start, so that what it reads stays true.

        Inside another one it is a part of that: both are kept or neither.
        """
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        with ExitStack() as undo:
            undo.callback(self.connection.execute, "ROLLBACK")
            yield
            undo.pop_all()
        self.connection.execute("COMMIT")

    def reserve(self, count: int) -> int:
        """The first of `count` fresh ids for audits and events; call inside `writing`."""
        first = int(self.meta("next_id"))
        self.set_meta("next_id", str(first + count))
        return first

    def next_stamp(self, table: str, now: int, before: int = 0) -> int:
        """A stamp for a row that changes now: beyond its own last one and all that were handed out already."""
        sealed = int(self.meta(f"sealed_{table}") or 0)
        return max(now // SECOND, sealed + 1, before + 1)

    def seal(self, table: str, stamp: int) -> None:
        """Remember that rows up to `stamp` have been handed out; call inside `writing`."""
        if stamp > int(self.meta(f"sealed_{table}") or 0):
            self.set_meta(f"sealed_{table}", str(stamp))

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, with rows by name."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32000")
    return connection


def whole(now: int) -> int:
    """`now` in whole seconds, still in microseconds."""
    return now - now % SECOND
