"""The physical limit: pages in memory, parsed into typed values, and the same rows written with bare sqlite3."""

from __future__ import annotations

import gc
import sqlite3
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from store.database import Database, open_writer
from store.remotes import zendesk_wire as wire
from store.schema import migrate

TABLES = {  # what our path writes -> how its rows are read back
    "ticket": "SELECT * FROM ticket",
    "customer": "SELECT * FROM customer",
    "address": "SELECT * FROM address",
    "agent": "SELECT * FROM agent",
    "organization": "SELECT * FROM organization",
    "grp": "SELECT * FROM grp",
    "ticket_fts": "SELECT id AS rowid, subject FROM ticket",
    "customer_fts": "SELECT rowid, names FROM customer_fts",
}
BY_REMOTE_ID = frozenset({"ticket", "customer", "agent", "organization", "grp"})


@dataclass
class Held:
    """The pages as bytes, and the rows that came of them."""

    pages: list[bytes]
    fields: bytes
    rows: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = field(default_factory=dict)

    @property
    def tickets(self) -> int:
        return len(self.rows["ticket"][1])

    def take(self, database: Database) -> None:
        """Keep what our path has written."""

        def look(reader: sqlite3.Connection) -> None:
            for table, sql in TABLES.items():
                found = reader.execute(sql)
                columns = tuple(column[0] for column in found.description)
                self.rows[table] = (columns, found.fetchall())

        database.read(look)


def limit(folder: Path, held: Held) -> float:
    """CPU seconds to parse the pages and to upsert the rows, one transaction a page."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        path = Path(name) / "mirror.db"
        migrate(path, "mirror")
        connection = open_writer(path, "mirror")
        gc.collect()
        start = time.process_time()
        for number, body in enumerate(held.pages):
            msgspec.json.decode(body, type=wire.Listing)
            connection.execute("BEGIN IMMEDIATE")
            for table, (columns, rows) in held.rows.items():
                share = slice(*(len(rows) * n // len(held.pages) for n in (number, number + 1)))
                connection.executemany(_sql(table, columns), rows[share])
            connection.execute("COMMIT")
        took = time.process_time() - start
        connection.close()
    return took


def _sql(table: str, columns: tuple[str, ...]) -> str:
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    if table not in BY_REMOTE_ID:
        return insert
    sets = ", ".join(f"{c} = excluded.{c}" for c in columns if c != "id")
    return f"{insert} ON CONFLICT (desk, remote_id) DO UPDATE SET {sets}"
