"""Reads that nobody waits for any more are stopped, and nothing else with them."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from store.database import Database, ReadStoppedError


def test_a_read_that_was_stopped_with_another_query_still_open_stops_no_later_one(database: Database) -> None:
    held, begun, told = [], threading.Event(), []

    def work(reader: sqlite3.Connection) -> None:
        held.append(reader.execute("SELECT value FROM json_each('[1, 2, 3]')"))
        held[0].fetchone()
        begun.set()
        reader.execute(
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1e12) SELECT count(*) FROM c"
        )

    def twice() -> None:
        with pytest.raises(ReadStoppedError):
            database.read(work)
        told.append(database.read(lambda r: r.execute("SELECT 1").fetchone()))

    thread = threading.Thread(target=twice)
    thread.start()
    assert begun.wait(20)
    while thread.is_alive() and not told:
        database.stop(thread.ident or 0)
        thread.join(0.05)
    assert told == [(1,)]
