"""SQLModel sessions for single objects: what the sync worker reads, decides on, and writes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from store.database import BUSY_MS, translated

if TYPE_CHECKING:
    from store.database import Database
    from store.schema import Kind


def make_engine(path: Path, kind: Kind) -> Engine:
    """An engine whose every transaction is BEGIN IMMEDIATE, as durable as `kind` asks for."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _pragmas(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None
        raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        raw.execute(f"PRAGMA synchronous={'FULL' if kind == 'local' else 'NORMAL'}")
        raw.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def _immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@contextmanager
def local_session(database: Database) -> Iterator[Session]:
    """One transaction on local.db as objects: committed when the block ends, rolled back when it raises."""
    with translated("local"), Session(database.engine("local"), expire_on_commit=False) as session:
        try:
            yield session
            session.commit()
        except DatabaseError as error:
            if isinstance(error.orig, sqlite3.DatabaseError):
                raise error.orig from error
            raise
