"""One story: stretches of any length, what was changed between the messages, an organization, and what may be shown."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import history
from console.history import Place, Stretch
from console.session import Session
from store.errors import InvalidInputError, NotFoundError
from store.events import NewEvent, record
from store.remotes import Absent, Address
from store.stretch import words
from store.sync import Engine
from store.tickets import mark_absent


async def synced(session: Session, desk: MemoryDesk, clock: Clock) -> Session:
    for _ in range(3):
        clock.tick(10)
        await Engine(session.db, "acme", desk, clock).once()
    return session


@pytest.fixture
async def long(session: Session, desk: MemoryDesk, clock: Clock) -> Session:
    """Ada's two tickets of thirty messages, the second with one change of status."""
    ada = desk.customer("Ada")
    for _ in range(2):
        ticket = desk.open(ada, "Kettle", "0")
        for n in range(1, 30):
            clock.tick(60)
            desk.says(ticket, ada, str(n))
    clock.tick(60)
    desk.sets(ticket, "a1", status="pending")
    return await synced(session, desk, clock)


def part(session: Session, place: Place, limit: int = 10, *, changes: bool = False) -> Stretch:
    return history.stretch(session, history.of_person(session, 1), limit, place, changes=changes)


def texts(found: Stretch) -> list[str]:
    return [item.text for item in found.items]


def refs(session: Session) -> list[str]:
    return list(dict.fromkeys(item.ref for item in history.story(session, 1)))


def test_a_stretch_is_full_wherever_it_is_and_says_what_lies_beyond(long: Session) -> None:
    first, second = refs(long)
    everything = history.story(long, 1)
    end = part(long, Place(second))
    assert texts(end) == [item.text for item in everything[-10:]]
    assert (end.earlier, end.later) == (50, 0)
    begin = part(long, Place(first=True))
    assert texts(begin) == [item.text for item in everything[:10]]
    assert (begin.earlier, begin.later) == (0, 50)
    middle = part(long, Place(first, everything[20].id))
    assert everything[20] in middle.items
    assert (middle.earlier, middle.later, len(middle.items)) == (16, 34, 10)
    older = part(long, Place(first))
    assert everything[29] in older.items, "the newest message of the ticket that was asked for"


def test_stretches_laid_end_to_end_are_the_whole_story(long: Session) -> None:
    """Reading on from the first item of each stretch reaches the beginning, and every message on the way."""
    found = part(long, Place())
    seen = {item.id for item in found.items}
    for _ in range(20):
        if not found.earlier:
            break
        found = part(long, Place(found.items[0].ref, found.items[0].id))
        seen |= {item.id for item in found.items}
    assert not found.earlier
    assert seen == {item.id for item in history.story(long, 1)}


def test_a_short_story_is_whole_from_everywhere(long: Session) -> None:
    for place in (Place(), Place(first=True), Place(refs(long)[0]), Place("acme/404", "m404")):
        found = part(long, place, 60)
        assert (len(found.items), found.earlier, found.later) == (60, 0, 0)


def test_messages_of_one_moment_are_all_reached(session: Session) -> None:
    """An import gives a thousand messages one time."""
    with session.db.write("mirror") as c:
        c.execute(
            "INSERT INTO ticket (id, ref, desk, remote_id, requester_id, presence, fields, tags, subject, status, status_raw, priority,"
            " priority_raw, channel, assignee_id, group_id, organization_id, created, updated, version, token, merged_into, sla_due,"
            " url, waiting_since, messages, low_water, thread_version) VALUES (1, 'acme/1', 'acme', '1', 7, 'present', '{}', '', '', 'new',"
            " '', '', '', 'email', 0, 0, 0, 1, 1, 1, '', '', 0, '', 0, 40, '', 1)"
        )
        c.executemany(
            "INSERT INTO message (desk, remote_id, ticket_id, customer_id, kind, channel, role, author, author_ref, created, body,"
            " marker, files) VALUES ('acme', ?, 1, 7, 'message', 'email', 'customer', '', '', 5, ?, '', 0)",
            [(f"m{n}", str(n)) for n in range(40)],
        )
    found = history.stretch(session, history.Scope(people=(7,)), 10)
    for _ in range(20):
        found = history.stretch(session, history.Scope(people=(7,)), 10, Place("acme/1", found.items[0].id))
    assert texts(found)[0] == "0"


def test_what_was_changed_stands_between_the_messages(long: Session) -> None:
    found = part(long, Place(), 60, changes=True)
    assert texts(found)[-1] == "status new -> pending"
    assert found.items[-1].kind == "change"
    times = [item.at for item in found.items]
    assert times == sorted(times)
    assert not any(item.kind == "change" for item in part(long, Place(), 60).items)


def test_changes_belong_to_the_stretch_that_they_happened_in(long: Session) -> None:
    assert "status new -> pending" not in texts(part(long, Place(first=True), changes=True))


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("assignee", "", "Bo", "assigned to Bo"),
        ("assignee", "Bo", "", "assigned to nobody, was Bo"),
        ("status", "new", "open", "status new -> open"),
        ("field", "order_number=", "order_number=A-1", "order_number none -> A-1"),
        ("rating", "", "good: thank you", "rated good: thank you"),
        ("merged", "", "acme/9", "merged acme/9"),
        ("waived", "", "apologize: spam", "waived apologize: spam"),
    ],
)
def test_a_change_is_said_in_one_line(kind: str, old: str, new: str, told: str) -> None:
    assert words(kind, old, new) == told


def test_a_rating_stands_in_the_story_and_on_the_card(long: Session, clock: Clock) -> None:
    ref = refs(long)[1]
    with long.db.write("local") as c:
        rated = NewEvent("r:1", ref, "rating", "customer", "Ada", clock(), new="bad: still leaks")
        record(c, [rated], clock())
    assert "rated bad: still leaks" in texts(part(long, Place(), 60, changes=True))
    shown = history.portrait(long, history.card(long, 1))
    assert (shown.beside.rating, shown.beside.rated) == ("bad: still leaks", clock())
    assert shown.beside.contacts == 60
    clock.tick(31 * 86_400)
    assert history.portrait(long, history.card(long, 1)).beside.contacts == 0


@pytest.fixture
async def firm(session: Session, desk: MemoryDesk, clock: Clock) -> Session:
    """Ada and Bea of Acme Kettles, Cy of nobody."""
    for name in ("Ada", "Bea", "Cy"):
        desk.open(desk.customer(name), f"{name}'s kettle", f"It is {name}.")
        clock.tick(60)
    await synced(session, desk, clock)
    with session.db.write("mirror") as c:
        c.execute(
            "INSERT INTO organization (id, desk, remote_id, name) VALUES (1, 'acme', 'o1', 'Acme Kettles')"
        )
        c.execute(
            "INSERT INTO organization (id, desk, remote_id, name) VALUES (2, 'acme', 'o2', 'Acme Pans')"
        )
        c.execute("UPDATE customer SET organization_id = 1 WHERE name IN ('Ada', 'Bea')")
    return session


def test_everybody_of_an_organization_is_one_story_that_says_who(firm: Session) -> None:
    scope, name = history.of_organization(firm, 1)
    found = history.stretch(firm, scope, changes=False)
    assert name == "Acme Kettles"
    assert texts(found) == ["It is Ada.", "It is Bea."]
    assert [found.people[item.ref] for item in found.items] == ["Ada", "Bea"]
    assert history.organization_named(firm, "acme kettles")[0].people == scope.people
    assert history.organization_named(firm, "kett")[0].people == scope.people


def test_an_organization_that_is_not_known_is_said(firm: Session) -> None:
    with pytest.raises(InvalidInputError, match="no organization"):
        history.of_organization(firm, 3)
    with pytest.raises(NotFoundError):
        history.organization_named(firm, "Nobody Ltd")
    with pytest.raises(NotFoundError):
        history.organization_named(firm, "Acme Pans")
    with pytest.raises(InvalidInputError) as error:
        history.organization_named(firm, "acme")
    assert "Acme Pans" in error.value.hint


async def test_a_plan_is_read_from_the_newest_ticket_that_names_one(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    ada = desk.customer("Ada")
    for _ in range(2):
        desk.open(ada, "Kettle", "It leaks.")
        clock.tick(60)
    await synced(session, desk, clock)
    with session.db.write("mirror") as c:
        c.execute(
            "INSERT INTO custom_field (desk, remote_id, key, title, kind, options) VALUES ('acme', 'f9', 'care_plan', 'Care plan', 'text', '[]')"
        )
        c.execute('UPDATE ticket SET fields = \'{"care_plan": "gold"}\' WHERE id = 1')
        c.execute('UPDATE ticket SET fields = \'{"care_plan": "none", "planet": "x"}\' WHERE id = 2')
    assert history.portrait(session, history.card(session, 1)).beside.plan == "Care plan: gold"


async def test_only_what_the_list_allows_is_on_the_card(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    desk.open(desk.customer("Ada", Address("email", "ada@x.example")), "Kettle", "It leaks.")
    await synced(session, desk, clock)
    card = history.card(session, 1)
    everything = history.portrait(session, card, ["by noon"])
    assert (everything.card, everything.promised, everything.hidden) == (card, ("by noon",), frozenset())
    little = history.allowed(everything, ["tickets"])
    assert (little.card.name, little.card.tickets) == ("Ada", 1)
    assert (little.card.contacts, little.card.channels, little.card.since) == ((), (), 0)
    assert (little.promised, little.beside.contacts) == ((), 0)
    assert "tickets" not in little.hidden
    assert "lookups" in little.hidden


async def test_the_words_of_a_ticket_that_was_merged_into_another_persons_stay_in_the_own_story(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    """As Request Tracker does it: the messages move along, and the ticket that is left has the other requester."""
    ada, bob, cyd = (desk.customer(name) for name in ("Ada", "Bob", "Cyd"))
    old, kept, last = (
        desk.open(ada, "Kettle", "Mine leaks"),
        desk.open(bob, "Tap", "So does mine"),
        desk.open(cyd, "Pot", "Hm"),
    )
    await synced(session, desk, clock)
    for one, other in ((old, kept), (kept, last)):
        clock.tick(60)
        desk.messages[other] += desk.messages.pop(one)
        del desk.tickets[one]
        with session.db.write("mirror") as c:
            mark_absent(c, "acme", Absent(one, "merged", other), clock())
        desk.sets(other, "a1", status="open")
        desk.says(other, "a2", "One for all")
        await synced(session, desk, clock)
    people = {name: history.find_customers(session, name)[0].id for name in ("Ada", "Bob", "Cyd")}
    stories = {
        name: [item.text for item in history.story(session, number)] for name, number in people.items()
    }
    assert stories == {
        "Ada": ["Mine leaks"],
        "Bob": ["So does mine"],
        "Cyd": ["Mine leaks", "So does mine", "Hm", "One for all", "One for all"],
    }
    found = history.stretch(session, history.of_person(session, people["Ada"]))
    assert [(i.ref, i.text) for i in found.items if i.kind == "message"] == [(f"acme/{last}", "Mine leaks")]
    assert "status new -> open" in texts(found)
