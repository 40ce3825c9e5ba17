"""A mirror of an older program: its newest texts are found at once, all others once it has been synced a while."""

from __future__ import annotations

import sqlite3

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import triage
from console.session import Session
from store import backlog, pairs
from store.database import Database
from store.remotes import MessageDoc, Page, Thread, TicketDoc
from store.sync import Engine
from store.threads import store_thread
from store.tickets import store_page

COUNT = 30


def ticket(number: int, subject: str = "") -> TicketDoc:
    return TicketDoc(
        str(number), subject, "open", "open", "none", "", "email", "7", None, None, None, number, number, number,
        str(number),
    )  # fmt: skip


def said(number: int, text: str) -> MessageDoc:
    return MessageDoc(str(number), str(number), public=True, author_id="7", created=number, text=text)


def read(c: sqlite3.Connection, number: int, *messages: MessageDoc) -> None:
    store_thread(c, "acme", Thread(str(number), messages, (), (), complete=True), 1)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is two texts."""
    monkeypatch.setattr(backlog, "PART", 12)


@pytest.fixture
def older(database: Database, small: None) -> Database:
    """Thirty messages and subjects, of which an upgrade has taken in the newest two of each."""
    del small
    with database.write("mirror") as c:
        store_page(c, "acme", Page(tuple(ticket(n, f"件名その{n:02}") for n in range(1, COUNT + 1))))
        for n in range(1, COUNT + 1):
            read(c, n, said(n, f"荷物です{n:02}"))
        backlog.begin(c, at_once=1)
    return database


def held(database: Database, index: pairs.Index) -> list[int]:
    sql = f"SELECT id FROM {index.table}_docsize ORDER BY id"
    return [n for (n,) in database.read(lambda r: r.execute(sql).fetchall())]


def step(database: Database) -> bool:
    with database.write("mirror") as connection:
        return backlog.step(connection)


def test_the_newest_are_taken_in_first_and_every_part_takes_older_ones(older: Database) -> None:
    assert held(older, pairs.MESSAGES) == [29, 30]
    assert step(older)
    assert held(older, pairs.MESSAGES) == [27, 28, 29, 30]
    assert older.read(backlog.behind)


def test_in_the_end_everything_is_in_and_nothing_is_noted(older: Database) -> None:
    steps = 1
    while step(older):
        steps += 1
    assert COUNT - 4 <= steps <= COUNT
    assert held(older, pairs.MESSAGES) == held(older, pairs.SUBJECTS) == list(range(1, COUNT + 1))
    assert not older.read(backlog.behind)
    assert not step(older)
    assert older.read(lambda r: r.execute("SELECT key FROM meta WHERE key GLOB 'unpaired*'").fetchall()) == []


def test_what_changes_comes_or_goes_meanwhile_is_in_once_with_its_newest_words(older: Database) -> None:
    with older.write("mirror") as c:
        store_page(c, "acme", Page((ticket(40, "新しい件"),)))
        read(c, 40, said(40, "新しい"))
        read(c, 5, said(5, "変わった"))  # not taken in yet
        read(c, 30, said(30, "これも変わった"))  # taken in
        read(c, 6)  # gone
        assert backlog.amiss(c) == 0
    while step(older):
        pass
    with older.write("mirror") as c:
        assert backlog.amiss(c) == 0
        places = "SELECT term, doc, offset FROM temp.places ORDER BY 1, 2, 3"
        c.execute("CREATE VIRTUAL TABLE temp.places USING fts5vocab('main', 'message_pairs_fts', 'instance')")
        found = c.execute(places).fetchall()
        backlog.rebuild(c)
        assert found == c.execute(places).fetchall()
        assert c.execute("SELECT count(*) FROM temp.places WHERE term = '変わ'").fetchone() == (2,)


async def test_the_sync_takes_in_the_rest(session: Session, small: None, clock: Clock) -> None:
    del small
    desk = MemoryDesk(clock)
    customer = desk.customer("Maria")
    for n in range(10):
        desk.open(customer, f"件名その{n:02}", f"荷物です{n:02}")
    engine = Engine(session.db, "acme", desk, clock)
    assert (await engine.once()).error is None
    with session.db.write("mirror") as c:
        backlog.begin(c, at_once=1)
    assert 0 < triage.count(session, "荷物") < 10
    for _ in range(8):
        clock.tick(10)
        assert (await engine.once()).error is None
    await engine.aclose()
    assert triage.count(session, "荷物") == triage.count(session, "件名") == 10
