"""A full disk and a file that another process holds: said clearly, nothing half-written, nothing lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.clock import Clock

import store.database
from console import reply, triage
from console.session import Session
from store import drafts
from store.database import Database
from store.errors import DiskFullError, StoreBusyError
from store.home import Home


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("SKIPPED FOR WANT OF RIGHTS: a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no room."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return filler
    return filler


def keep_writing(session: Session) -> None:
    for size in range(1, 60):
        reply.save_draft(session, "acme/1", "More words. " * 1000 * size, "reply")


def test_a_full_disk_keeps_what_was_kept_and_goes_on_when_there_is_room(
    small_disk: Path, clock: Clock
) -> None:
    home = Home(small_disk / "home")
    home.make()
    session = Session.open(home, clock)
    assert triage.count(session, "") == 0  # the console is open: its readers have what they need
    reply.save_draft(session, "acme/1", "The first words.", "reply")
    filler = fill(small_disk)
    with pytest.raises(DiskFullError) as caught:
        keep_writing(session)
    assert "still on the screen" in caught.value.hint
    kept = reply.load_draft(session, "acme/1")
    assert kept is not None
    assert kept.text.startswith(("The first words.", "More words."))
    os.truncate(filler, 0)
    reply.save_draft(session, "acme/1", "All of the words.", "reply")
    found = reply.load_draft(session, "acme/1")
    assert found is not None
    assert found.text == "All of the words."
    session.close()


def test_a_held_file_is_waited_for_and_then_named(
    home: Home, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.database, "BUSY_MS", 100)
    database = Database(home, clock)
    holder = sqlite3.connect(home.local_db, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError) as caught:
        drafts.save(database, "acme/1", "words", mode="reply", low_water="", now=clock())
    assert "doctor" in caught.value.hint
    assert database.read(lambda r: drafts.load(r, "acme/1")) is None
    holder.execute("ROLLBACK")
    drafts.save(database, "acme/1", "words", mode="reply", low_water="", now=clock())
    holder.close()
    database.close()


def test_many_writers_queue_up_and_none_is_turned_away(home: Home, clock: Clock) -> None:
    databases = [Database(home, clock) for _ in range(4)]

    def write(number: int, database: Database) -> None:
        for n in range(25):
            drafts.save(database, f"acme/{number}-{n}", "words", mode="note", low_water="", now=clock())

    threads = [threading.Thread(target=write, args=(n, d)) for n, d in enumerate(databases)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(databases[0].read(drafts.all_drafts)) == 100
    for database in databases:
        database.close()
