"""Several programs on one workspace: nobody is locked out, one worker sends, and a late one changes nothing."""

from __future__ import annotations

import asyncio
import fcntl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import outbox, reply, triage
from console.session import Session
from store.home import Home
from store.remotes import Outcome, Write
from store.sync import Engine
from store.sync.alive import Alive

NAME = "acme"
ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
import time
from store.database import Database
from store.home import Home
from store.outbox import NewOperation, enqueue
from pathlib import Path
database = Database(Home(Path(sys.argv[1])))
for n in range(150):
    enqueue(database, [NewOperation("acme", f"acme/{n % 3}", "note", body=f"{sys.argv[2]}-{n}")], sys.argv[2], 1_000_000)
    database.read(lambda r: r.execute("SELECT count(*) FROM local.op").fetchone())
"""


def test_four_programs_write_at_once_and_nobody_is_turned_away(home: Home, session: Session) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home.root), name], cwd=ROOT, stderr=subprocess.PIPE
        )
        for name in "abcd"
    ]
    told = [each.communicate(timeout=120)[1].decode() for each in started]
    assert told == [""] * 4
    found = outbox.operations(session, ("queued",))
    assert sorted(o.body for o in found) == sorted(f"{who}-{n}" for who in "abcd" for n in range(150))
    assert len({(o.ref, o.seq) for o in found}) == 600
    for who in "abcd":
        lane = [o for o in found if o.body.startswith(who) and o.ref == "acme/0"]
        assert [o.body for o in sorted(lane, key=lambda o: o.seq)] == [f"{who}-{n}" for n in range(0, 150, 3)]


def delete(home: Home) -> None:
    """As somebody does by hand who wants everything fetched again."""
    home.mirror_db.unlink()


def delete_with_its_log(home: Home) -> None:
    for each in home.root.glob("mirror.db*"):
        each.unlink()


def set_aside(home: Home) -> None:
    """As another program does that finds the file damaged, or of an older schema."""
    other = Session.open(home)
    other.db.rebuild_mirror("it is damaged")
    other.close()


def delete_and_look(home: Home) -> None:
    """Another program makes the file again as soon as it looks at it."""
    delete_with_its_log(home)
    Session.open(home).close()


AWAY = (delete, delete_with_its_log, set_aside, delete_and_look)


def stored(home: Home) -> tuple[list[str], int]:
    """The tickets that a program finds which begins now, and whether it knows who we are."""
    later = Session.open(home)
    subjects = [row.subject for row in triage.rows(later, triage.queue_ids(later, "", "oldest"))]
    me = later.db.read(
        lambda r: r.execute("SELECT count(*) FROM agent WHERE is_me AND name <> ''").fetchone()
    )
    later.close()
    return subjects, int(me[0])


def kettles(desk: MemoryDesk, clock: Clock, many: int) -> str:
    """That many tickets, a second apart; returns who opened them."""
    customer = desk.customer("Maria Lopez")
    for n in range(many):
        desk.open(customer, f"Kettle {n}", "It leaks.")
        clock.tick(1)
    return customer


@pytest.mark.parametrize("away", AWAY)
async def test_a_mirror_that_is_taken_away_from_a_program_at_work_is_fetched_whole(
    session: Session, desk: MemoryDesk, clock: Clock, away: Callable[[Home], None]
) -> None:
    engine = Engine(session.db, NAME, desk, clock)
    customer = kettles(desk, clock, 5)
    assert (await engine.once()).error is None
    away(session.home)
    desk.open(customer, "Kettle 5", "It leaks.")
    assert (await engine.once()).error is None
    assert stored(session.home) == ([f"Kettle {n}" for n in range(6)], 1)
    assert triage.count(session, "kettle") == 6


@pytest.mark.parametrize("away", AWAY)
async def test_a_mirror_that_is_taken_away_in_the_middle_of_a_pull_is_fetched_whole(
    session: Session, desk: MemoryDesk, clock: Clock, away: Callable[[Home], None]
) -> None:
    engine = Engine(session.db, NAME, desk, clock)
    kettles(desk, clock, 7)
    pages: list[str] = []

    def told(what: str) -> None:
        """Take it away while the desk is asked for its third page."""
        pages.append(what)
        if pages.count("page") == 3 and what == "page":
            away(session.home)

    desk.told = told
    assert (await engine.once()).error is None
    for _ in range(2):
        clock.tick(30)
        assert (await engine.once()).error is None
    assert stored(session.home) == ([f"Kettle {n}" for n in range(7)], 1)


class Slow(MemoryDesk):
    """A desk whose answer to the first write comes when the test says so."""

    async def send(self, write: Write) -> Outcome:
        """Take the write at once and answer late."""
        outcome = await super().send(write)
        if not self.jobs:
            self.jobs["held"] = ()
            await self.answer.wait()
        return outcome

    answer: asyncio.Event


async def test_a_worker_that_slept_through_its_lease_changes_nothing_when_it_wakes(
    session: Session, clock: Clock
) -> None:
    desk = Slow(clock)
    desk.answer = asyncio.Event()
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    first = Engine(session.db, NAME, desk, clock)
    clock.tick(10)
    await first.once()
    made = reply.reply(session, ticket, "A new one is on its way.", hold=False)
    sleeping = asyncio.create_task(first.once())
    await asyncio.sleep(0.2)
    assert outbox.find(session, made.id).state == "sending"
    clock.tick(31)
    second = Engine(session.db, NAME, desk, clock)
    for _ in range(2):
        clock.tick(10)
        assert (await second.once()).error is None
    assert outbox.find(session, made.id).state == "done"
    settled = outbox.find(session, made.id)
    desk.answer.set()
    await sleeping
    assert outbox.find(session, made.id) == settled
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "A new one is on its way."]
    assert (await first.once()).held


def test_a_commit_is_noticed_even_when_its_log_was_seen_too_early(session: Session) -> None:
    def note(text: str) -> None:
        with session.db.write("local") as connection:
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('test', ?)", (text,))

    session.db.read(lambda r: r.execute("SELECT 1").fetchone())  # as long as somebody reads, the log stays
    note("first")
    assert session.changed()
    note("second")
    session._stamp = session._watch()  # the log had grown by it at the last look, and could not be read yet
    end = time.monotonic() + 5
    while not session.changed():
        assert time.monotonic() < end
    time.sleep(1.1)
    assert [session.changed() for _ in range(3)] == [False] * 3


def test_a_commit_that_the_disk_took_long_to_confirm_is_noticed_too(session: Session) -> None:
    session.db.read(lambda r: r.execute("SELECT 1").fetchone())
    session.changed()
    time.sleep(1.5)  # longer than any look that follows a change
    with session.db.write("local") as connection:
        connection.execute("INSERT INTO meta (key, value) VALUES ('test', '')")
    session._stamp = session._watch()
    end = time.monotonic() + 5
    while not session.changed():
        assert time.monotonic() < end


HOLDER = """
import sys
import time
from collections.abc import Callable
from pathlib import Path
from store.clock import wall_clock
from store.database import Database
from store.home import Home
from store.sync import lease
from store.sync.alive import Alive
home = Home(Path(sys.argv[1]))
alive = Alive(home.run_dir, "other")
alive.show()
assert lease.take(Database(home), "acme", "other", int(sys.argv[2])) == 1
print("held", flush=True)
time.sleep(60)
"""


def test_the_lease_of_a_worker_that_was_killed_is_taken_at_once_and_of_one_that_lives_is_not(
    home: Home, session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    argv = [sys.executable, "-c", HOLDER, str(home.root), str(clock())]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        engine = Engine(session.db, NAME, desk, clock)
        assert asyncio.run(engine.once()).held
        other.kill()
        other.wait()
    assert not asyncio.run(engine.once()).held
    assert [each.name for each in home.run_dir.glob("worker-other*")] == []
    asyncio.run(engine.aclose())
    assert [*home.run_dir.glob("worker-*")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="there the lease alone counts")
def test_a_worker_is_never_taken_for_dead_while_it_begins_to_show_that_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease may bear its name already: the first time there was no room for its file."""
    ours, other = Alive(tmp_path, "ours"), Alive(tmp_path, "other")
    lock = fcntl.flock
    seen: list[bool] = []

    def late(file: int, how: int) -> None:
        """Let the other one look before the lock is there."""
        monkeypatch.setattr(fcntl, "flock", lock)
        seen.append(other.dead("ours"))
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    ours.show()
    assert seen == [False]
    assert not other.dead("ours")
    other.tidy()
    assert [each.name for each in tmp_path.iterdir()] == ["worker-ours.lock"]
    ours.end()
    assert [*tmp_path.iterdir()] == []
