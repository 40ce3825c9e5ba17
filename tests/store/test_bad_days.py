"""A full disk and a file that another process holds: said clearly, nothing half-written, nothing lost."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import store_schemas
from faults.boundary import Boundaries
from faults.runs import dies
from support.clock import Clock
from support.desk import MemoryDesk

import store.database
from console import outbox, reply, tail, triage
from console.session import Session
from store import drafts
from store.database import Database
from store.errors import DiskFullError, HeardError, IoFaultError, StoreBusyError
from store.home import Home
from store.remotes import Outcome, Write
from store.sync import Engine


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
    assert "a command has to be given again" in caught.value.hint
    kept = reply.load_draft(session, "acme/1")
    assert kept is not None
    assert kept.text.startswith(("The first words.", "More words."))
    os.truncate(filler, 0)
    reply.save_draft(session, "acme/1", "All of the words.", "reply")
    found = reply.load_draft(session, "acme/1")
    assert found is not None
    assert found.text == "All of the words."
    session.close()


@pytest.fixture
def world(small_disk: Path, clock: Clock) -> Iterator[tuple[Session, Engine, MemoryDesk]]:
    """A workspace on the small disk, with one ticket, and its desk."""
    home = Home(small_disk / "home")
    home.make()
    session = Session.open(home, clock)
    desk = MemoryDesk(clock)
    desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    engine = Engine(session.db, "acme", desk, clock)
    asyncio.run(turns(engine, clock, 2))
    yield session, engine, desk
    session.close()


async def turns(engine: Engine, clock: Clock, count: int) -> HeardError | None:
    """Some turns of the engine; the last one's error."""
    error = None
    for _ in range(count):
        clock.tick(40)
        error = (await engine.once()).error
    return error


def checkpointed(home: Home) -> None:
    """Leave no room in the logs either: SQLite would write over what is in the file already."""
    for path in (home.local_db, home.mirror_db):
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def queued(session: Session, number: int) -> None:
    """Enqueue until there is no room, with nothing half of an operation."""
    for n in range(number):
        reply.reply(session, "acme/2", f"Reply {n}. " + "Words. " * 4000)


def test_an_intent_is_on_a_full_disk_whole_or_not_at_all(
    world: tuple[Session, Engine, MemoryDesk], small_disk: Path, clock: Clock
) -> None:
    session, engine, desk = world
    filler = fill(small_disk)
    with pytest.raises(DiskFullError, match="nothing half-written"):
        queued(session, 60)
    kept = outbox.operations(session)
    assert all(o.body.endswith("Words. ") or o.body.endswith("Words.") for o in kept)
    told = [e for e in tail.tail(session) if e.kind == "queued"]
    assert len(told) == len(kept)
    os.truncate(filler, 0)
    reply.reply(session, "acme/2", "There is room.")
    assert asyncio.run(turns(engine, clock, 2 * len(kept) + 4)) is None
    assert [m.text for m in desk.messages["2"]].count("There is room.") == 1
    assert len(desk.messages["2"]) == len(kept) + 2


@pytest.mark.parametrize("moment", ["before", "while sending"])
def test_a_disk_that_fills_up_before_or_while_something_is_sent_sends_it_once(
    world: tuple[Session, Engine, MemoryDesk],
    small_disk: Path,
    clock: Clock,
    moment: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A claim that cannot be kept sends nothing; an answer that cannot be kept is looked for afterwards."""
    session, engine, desk = world
    reply.reply(session, "acme/2", "Only once.")
    plain = desk.send
    fillers: list[Path] = []

    async def send(write: Write) -> Outcome:
        done = await plain(write)
        checkpointed(session.home)
        fillers.append(fill(small_disk))
        return done

    if moment == "before":
        checkpointed(session.home)
        fillers.append(fill(small_disk))
    else:
        monkeypatch.setattr(desk, "send", send)
    with pytest.raises(DiskFullError):  # the loop around it keeps on and says so
        asyncio.run(turns(engine, clock, 1))
    assert len(desk.writes) == (moment != "before")
    assert [o.state for o in outbox.operations(session)] == ["queued" if moment == "before" else "sending"]
    monkeypatch.undo()
    os.truncate(fillers[0], 0)
    clock.tick(60)
    again = Engine(session.db, "acme", desk, clock)
    assert asyncio.run(turns(again, clock, 4)) is None
    assert [m.text for m in desk.messages["2"]] == ["It leaks.", "Only once."]
    assert outbox.operations(session) == []


def test_a_pull_on_a_full_disk_goes_on_where_it_was(
    world: tuple[Session, Engine, MemoryDesk], small_disk: Path, clock: Clock
) -> None:
    session, engine, desk = world
    checkpointed(session.home)
    filler = fill(small_disk)
    for n in range(12):
        desk.open(desk.customer(f"Name{n} X"), f"Subject {n}", "Text. " * 2_000)
    with pytest.raises(DiskFullError):
        asyncio.run(turns(engine, clock, 3))
    before = triage.count(session, "")
    os.truncate(filler, 0)
    assert before < 13
    assert asyncio.run(turns(engine, clock, 4)) is None
    assert triage.count(session, "") == 13


def test_an_upgrade_on_a_full_disk_leaves_the_old_file_and_is_done_once_there_is_room(
    small_disk: Path, clock: Clock
) -> None:
    home = Home(small_disk / "home")
    home.make()
    store_schemas.load("local-1", home.local_db)
    with sqlite3.connect(home.local_db) as connection:
        connection.execute("INSERT INTO draft VALUES ('acme/9', 'note', ?, '', 5)", ("Words. " * 30_000,))
    connection.close()
    filler = fill(small_disk)
    with pytest.raises(DiskFullError):
        Database(home, clock)
    assert list(home.backup_dir.iterdir()) == []
    os.truncate(filler, 0)
    database = Database(home, clock)
    kept = database.read(lambda r: drafts.load(r, "acme/9"))
    assert kept is not None
    assert kept.text == "Words. " * 30_000
    database.close()


def test_a_full_disk_after_a_crash_keeps_nobody_from_reading(small_disk: Path, clock: Clock) -> None:
    home = Home(small_disk / "home")
    home.make()

    def crash(_boundary: Boundaries) -> None:
        database = Database(home, clock)
        database.read(drafts.all_drafts)
        drafts.save(database, "acme/1", "Kept.", mode="reply", low_water="", now=clock())
        os._exit(0)  # before it could close anything

    dies(crash, Boundaries())
    assert home.local_db.with_name("local.db-wal").stat().st_size
    filler = fill(small_disk)
    os.truncate(filler, filler.stat().st_size - 200_000)  # less than a copy of the files needs
    database = Database(home, clock)
    kept = database.read(lambda r: drafts.load(r, "acme/1"))
    assert kept is not None
    assert kept.text == "Kept."
    database.close()
    assert not list(home.root.glob("check-*"))


def test_a_fault_of_the_disk_is_not_called_a_full_one(home: Home, clock: Clock) -> None:
    database = Database(home, clock)
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE

    def write(error: Exception) -> None:
        with database.write("local") as connection:
            connection.execute("INSERT INTO seen VALUES ('acme/1', 1)")
            raise error

    for error in (fault, OSError(errno.EIO, "Input/output error")):
        with pytest.raises(IoFaultError, match="fault") as caught:
            write(error)
        assert caught.value.code == "io_fault"
    assert database.read(lambda r: r.execute("SELECT count(*) FROM local.seen").fetchone()) == (0,)
    database.close()


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
