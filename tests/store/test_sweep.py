"""What feeds do not tell: tickets that vanish, come back, or cannot be read; and a desk that loses too much at once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from support.clock import Clock
from support.desk import MemoryDesk

from console import history, reply, search, tail, triage
from console.desks import accept
from console.session import Session
from console.settings import DeskSettings, Settings
from store import quarantine
from store.errors import FeedStuckError, SuspiciousError
from store.remotes import Absent, BadRecord, Page
from store.sync import Cycle, Engine
from store.sync.doubt import accept as believe

NAME = "acme"


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, NAME, desk, clock)


def tickets(desk: MemoryDesk, number: int) -> list[str]:
    """So many tickets of one customer."""
    maria = desk.customer("Maria")
    return [desk.open(maria, f"Kettle {n}", "It leaks.") for n in range(number)]


async def quarter(engine: Engine, clock: Clock) -> Cycle:
    """A turn, more than a quarter of an hour later."""
    clock.tick(901)
    for _ in range(8):
        clock.tick(10)
        cycle = await engine.once()
        if cycle.error is not None:
            return cycle
    return cycle


def state(session: Session) -> str:
    """How the desk's sync stands, in one word."""
    found = session.db.read(lambda r: r.execute("SELECT state FROM local.desk_state").fetchone())
    return str(found[0])


def presence(session: Session, ref: str) -> str:
    return triage.ticket(session, ref).presence


async def test_what_vanishes_without_a_word_is_found_and_what_comes_back_too(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    first, second, _ = tickets(desk, 3)
    await quarter(engine, clock)
    gone = desk.tickets.pop(first)
    desk.absent[second] = Absent(second, "forbidden")
    await quarter(engine, clock)
    assert [presence(session, t) for t in (first, second)] == ["gone", "forbidden"]
    desk.tickets[first] = gone  # with its old version: no feed would tell
    desk.absent.clear()
    await quarter(engine, clock)
    assert [presence(session, t) for t in (first, second)] == ["present", "present"]


async def test_a_ticket_that_no_feed_ever_told_of_is_found_with_its_thread(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    tickets(desk, 2)
    await quarter(engine, clock)
    (hidden,) = tickets(desk, 1)
    desk.tickets[hidden] = replace(desk.tickets[hidden], version=1, updated=1)
    await quarter(engine, clock)
    assert [i.text for i in history.thread(session, f"{NAME}/{hidden}")] == ["It leaks."]


async def test_a_desk_that_loses_half_its_tickets_is_not_believed_until_a_person_does(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    known = tickets(desk, 50)
    await quarter(engine, clock)
    for each in known[:30]:
        del desk.tickets[each]
    cycle = await quarter(engine, clock)
    assert isinstance(cycle.error, SuspiciousError)
    assert triage.count(session, "") == 50
    assert state(session) == "suspicious"
    await engine.once()
    assert state(session) == "suspicious"
    assert believe(session.db, NAME) == 30
    assert believe(session.db, NAME) == 0
    await quarter(engine, clock)
    assert triage.count(session, "") == 20
    assert state(session) == "online"


async def test_tickets_that_are_back_end_the_doubt(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    tickets(desk, 30)
    await quarter(engine, clock)
    kept, desk.tickets = desk.tickets, {}
    assert isinstance((await quarter(engine, clock)).error, SuspiciousError)
    desk.tickets = kept
    assert (await quarter(engine, clock)).error is None
    assert state(session) == "online"


async def test_a_feed_that_shows_one_page_for_ever_does_not_hide_the_rest(
    session: Session, desk: MemoryDesk, engine: Engine
) -> None:
    first, second = tickets(desk, 2)
    desk.repeat = Page((desk.tickets[first],), cursor="1", more=True)
    cycle = await engine.once()
    assert isinstance(cycle.error, FeedStuckError)
    assert triage.ticket(session, second).row.subject == "Kettle 1"


async def test_a_thread_that_cannot_be_read_holds_up_no_other(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    bad, good = tickets(desk, 2)
    desk.unreadable.add(bad)
    for _ in range(3):
        clock.tick(10)
        assert (await engine.once()).error is None
    assert [i.text for i in history.thread(session, f"{NAME}/{good}")] == ["It leaks."]
    assert [q[1] for q in session.db.read(quarantine.listed)] == [bad]
    desk.unreadable.clear()
    clock.tick(3601)
    await engine.once()
    assert [i.text for i in history.thread(session, f"{NAME}/{bad}")] == ["It leaks."]
    assert session.db.read(quarantine.listed) == []


async def test_a_page_that_brings_a_ticket_again_does_not_ask_for_messages_that_cannot_be_read_again(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    bad, good = tickets(desk, 2)
    desk.unreadable.add(bad)
    asked: list[str] = []
    desk.told = asked.append
    await engine.once()
    for _ in range(3):
        clock.tick(10)
        desk.repeat = Page((desk.tickets[bad], desk.tickets[good]), cursor="1")
        await engine.once()
    assert asked.count(f"thread {bad}") == 2  # the first answer may have been a stranger's
    assert [q[1] for q in session.db.read(quarantine.listed)] == [bad]
    desk.unreadable.clear()
    desk.sets(bad, "a2", status="open")
    desk.repeat = Page((desk.tickets[bad],), cursor="1")
    await engine.once()
    assert [i.text for i in history.thread(session, f"{NAME}/{bad}")] == ["It leaks."]
    assert session.db.read(quarantine.listed) == []


async def test_a_change_of_a_far_year_hides_none_that_comes_after_it(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    (one,) = tickets(desk, 1)
    right = desk.tickets[one]
    far = 253_402_300_799_000_000
    desk.repeat = Page((replace(right, subject="?", version=far, updated=far),), cursor="1")
    await engine.once()
    assert [i.text for i in history.thread(session, f"{NAME}/{one}")] == ["It leaks."]
    desk.repeat = None
    clock.tick(10)
    desk.sets(one, "a2", status="open")
    await engine.once()
    row = triage.ticket(session, one).row
    assert (row.subject, row.status) == (right.subject, "open")


async def test_a_record_that_can_be_read_again_stands_apart_no_longer(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    (good,) = tickets(desk, 1)
    for _ in range(3):
        await engine.once()
        clock.tick(10)
    desk.repeat = Page((), cursor="1", bad=(BadRecord(good, "subject is a number"),))
    await engine.once()
    assert [q[1] for q in session.db.read(quarantine.listed)] == [good]
    desk.repeat = Page((desk.tickets[good],), cursor="1")
    await engine.once()
    assert session.db.read(quarantine.listed) == []


async def test_a_record_that_cannot_be_read_is_put_aside_and_said(
    session: Session, desk: MemoryDesk, engine: Engine
) -> None:
    (good,) = tickets(desk, 1)
    desk.repeat = Page((desk.tickets[good],), cursor="1", bad=(BadRecord("99", "subject is a number"),))
    assert (await engine.once()).error is None
    assert [q[1:3] for q in session.db.read(quarantine.listed)] == [("99", "subject is a number")]


async def test_a_reply_leaves_between_the_pages_of_a_long_pull(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    known = tickets(desk, 3)
    await quarter(engine, clock)
    for _ in range(10):
        clock.tick()
        tickets(desk, 1)
    reply.reply(session, f"{NAME}/{known[0]}", "Coming.", hold=False)
    order: list[str] = []
    reply_at = 3

    def between(what: str) -> None:
        order.append(what)
        if len(order) == reply_at:
            reply.reply(session, f"{NAME}/{known[1]}", "This one too.", hold=False)

    desk.told = between
    await engine.once()
    assert order[0] == "sent"
    assert "page" in order[order.index("sent", 1) :]


def test_accepting_what_was_never_doubted_says_so(session: Session) -> None:
    session.settings = Settings(desks={NAME: DeskSettings("demo", "demo:")})
    assert accept(session, NAME) == 0


DAY = 86_400


def shown(session: Session, ticket: str) -> tuple[int, int, int]:
    """In how many places the words of the leaking kettle are met: the thread, the story, the search."""
    customer = triage.ticket(session, ticket).row.requester_id
    ref = f"{NAME}/{ticket}"
    return (
        len([i for i in history.thread(session, ref) if "leaks" in i.text]),
        len([i for i in history.story(session, customer) if i.ref == ref and "leaks" in i.text]),
        len([h for h in search.search(session, "leaks") if h.ref == ref]),
    )


async def test_a_ticket_that_was_forbidden_and_is_then_deleted_is_deleted(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    hidden, kept, _ = tickets(desk, 3)
    await quarter(engine, clock)
    for each in (hidden, kept):
        desk.absent[each] = Absent(each, "forbidden")
    await quarter(engine, clock)
    desk.absent[hidden] = Absent(hidden, "gone")
    await quarter(engine, clock)
    assert [presence(session, t) for t in (hidden, kept)] == ["gone", "forbidden"]


async def test_the_words_of_a_ticket_that_we_may_not_see_are_hidden_after_a_day_and_show_again(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    hidden, other = tickets(desk, 2)
    await quarter(engine, clock)
    desk.absent[hidden] = Absent(hidden, "forbidden")
    await quarter(engine, clock)
    clock.tick(DAY - 3600)
    await quarter(engine, clock)
    assert shown(session, hidden) == (1, 1, 1)
    clock.tick(7200)
    await quarter(engine, clock)
    assert shown(session, hidden) == (0, 0, 0)
    assert not any("leaks" in e.new for e in tail.tail(session) if e.ref == f"{NAME}/{hidden}")
    assert shown(session, other) == (1, 1, 1)
    words = desk.messages[hidden]
    desk.messages[hidden] = []  # not by being read again alone
    desk.absent.clear()
    clock.tick(901)
    await engine._sweep.step()
    assert shown(session, hidden) == (1, 1, 1)
    desk.messages[hidden] = words
    await quarter(engine, clock)
    assert shown(session, hidden) == (1, 1, 1)


async def test_after_a_week_the_words_have_left_the_mirror_and_come_home_with_the_ticket(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    hidden, _ = tickets(desk, 2)
    await quarter(engine, clock)
    desk.absent[hidden] = Absent(hidden, "forbidden")
    for days in (0, 1, 7):
        clock.tick(days * DAY)
        await quarter(engine, clock)
    kept = session.db.read(lambda r: r.execute("SELECT body FROM message").fetchall())
    assert kept == [("It leaks.",)]
    with session.db.write("mirror") as connection:  # raises where index and messages are not one
        connection.execute("INSERT INTO message_fts (message_fts) VALUES ('integrity-check')")
    desk.absent[hidden] = Absent(hidden, "gone")
    await quarter(engine, clock)
    desk.absent.clear()
    await quarter(engine, clock)
    assert shown(session, hidden) == (1, 1, 1)
    with session.db.write("mirror") as connection:
        connection.execute("INSERT INTO message_fts (message_fts) VALUES ('integrity-check')")
        assert connection.execute("SELECT count(*) FROM cursor WHERE stream GLOB 'away:*'").fetchone() == (0,)
