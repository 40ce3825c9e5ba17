"""What every adapter must do, whatever desk is behind it. Capabilities decide which promises are put to the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from remotes.contract import DESKS, PARAMETERS, UnderTest
from support.clock import Clock

from console.demo.desk import create_app
from console.demo.setup import prepare
from console.demo.writes import customer_opens, customer_writes, delete_ticket
from store.errors import AuthError, NotFoundError
from store.remotes import Absent, Address, Outcome
from store.remotes.zendesk import ZendeskRemote

MISSING = "999999999"


async def demo(folder: Path, clock: Clock, *, admin: bool) -> AsyncIterator[UnderTest]:
    """The demo desk in this process, seen by an admin (who reads the export) or by an agent (who reads the listing)."""
    made = prepare(folder, size=12, now=clock())
    app = create_app(made.path, clock=clock)
    database = app.state.database
    customer = database.row("SELECT id FROM users WHERE role = 'end-user' AND email IS NOT NULL ORDER BY id")[
        "id"
    ]
    email = made.admin_email if admin else made.agent_email

    def remote(secret: str) -> ZendeskRemote:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        return ZendeskRemote("http://localhost", secret, user=email, transport=transport, now=clock)

    async def opens(subject: str, text: str) -> str:
        return str(customer_opens(database, customer, "email", subject, text, clock()))

    async def writes(ticket_id: str, text: str) -> None:
        customer_writes(database, int(ticket_id), text, clock())

    async def tick() -> None:
        clock.tick()

    async def deletes(ticket_id: str) -> None:
        agent = database.row("SELECT id FROM users WHERE role = 'admin'")["id"]
        delete_ticket(database, int(ticket_id), agent, clock())

    ours, stranger = remote(made.admin_token if admin else made.agent_token), remote("wrong-secret")
    yield UnderTest(ours, stranger, opens, writes, tick, deletes)
    await ours.aclose()
    await stranger.aclose()
    database.close()


@pytest.fixture
async def demo_under_test(tmp_path: Path, clock: Clock) -> AsyncIterator[UnderTest]:
    async for made in demo(tmp_path, clock, admin=True):
        yield made


@pytest.fixture
async def demo_agent_under_test(tmp_path: Path, clock: Clock) -> AsyncIterator[UnderTest]:
    async for made in demo(tmp_path, clock, admin=False):
        yield made


@pytest.fixture(params=PARAMETERS)
def desk(request: pytest.FixtureRequest) -> UnderTest:
    try:
        return request.getfixturevalue(DESKS[request.param])
    except pytest.FixtureLookupError:
        pytest.skip(f"SKIPPED FOR WANT OF A DESK: no fixture {DESKS[request.param]} for {request.param}")


def applied(outcome: Outcome) -> Outcome:
    assert outcome.kind == "applied", outcome
    return outcome


async def test_we_are_somebody_and_among_the_agents(desk: UnderTest) -> None:
    me = await desk.remote.whoami()
    schema = await desk.remote.schema()
    assert me.id
    assert me.name
    assert me.id in {agent.id for agent in schema.agents}
    assert {agent.role for agent in schema.agents} == {"agent"}


async def test_a_wrong_secret_is_an_error_for_reads_and_an_outcome_for_writes(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Lost parcel", "Where is it?")
    with pytest.raises(AuthError) as caught:
        await desk.stranger.whoami()
    assert caught.value.hint
    assert (await desk.stranger.send(desk.write("reply", ticket, body="Hello"))).kind == "auth"
    assert len(await desk.texts(ticket)) == 1


async def test_a_pull_from_the_beginning_reaches_every_ticket(desk: UnderTest) -> None:
    opened = {await desk.open_ticket(f"Case {n}", f"text {n}") for n in range(3)}
    pages = await desk.pull()
    found = {ticket.id: ticket for page in pages for ticket in page.tickets}
    assert opened <= set(found)
    assert not pages[-1].more
    assert pages[-1].cursor
    assert all(found[i].requester_id and found[i].created and found[i].presence == "present" for i in opened)


async def test_the_listing_names_every_ticket_once_in_ascending_order_with_its_version(
    desk: UnderTest,
) -> None:
    opened = [await desk.open_ticket(f"Case {n}", f"text {n}") for n in range(3)]
    await desk.tick()
    await desk.customer_writes(opened[1], "news")
    listed = [each for page in await desk.listed() for each in page.tickets]
    numbers = [int(each.id) for each in listed]
    assert numbers == sorted(set(numbers))
    versions = {each.id: each.version for each in listed}
    assert {i: versions[i] for i in opened} == {i: (await desk.now(i)).version for i in opened}


async def test_a_deleted_ticket_is_not_listed(desk: UnderTest) -> None:
    if desk.delete is None:
        pytest.skip("nobody can delete on this desk")
    kept, doomed = await desk.open_ticket("Kept", "text"), await desk.open_ticket("Doomed", "text")
    await desk.delete(doomed)
    listed = {each.id for page in await desk.listed() for each in page.tickets}
    assert kept in listed
    assert doomed not in listed


async def test_a_pull_from_the_last_cursor_brings_what_changed_since(desk: UnderTest) -> None:
    first = await desk.open_ticket("First", "one")
    cursor = (await desk.pull())[-1].cursor
    await desk.tick()
    second = await desk.open_ticket("Second", "two")
    await desk.customer_writes(first, "one more thing")
    changed = {ticket.id for page in await desk.pull(cursor) for ticket in page.tickets}
    assert {first, second} <= changed


async def test_a_version_grows_with_every_change_and_is_the_same_wherever_it_is_read(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Version", "text")
    before = await desk.now(ticket)
    await desk.tick()
    await desk.customer_writes(ticket, "news")
    after = await desk.now(ticket)
    assert after.version > before.version
    assert after.token != before.token
    assert (await desk.now(ticket)).version == after.version


async def test_a_ticket_reads_as_its_customer_wrote_it(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Größe & Maß <b>", "Zeile 1\nZeile 2 / 日本語 🎉")
    doc = await desk.now(ticket)
    assert (doc.id, doc.subject, doc.status) == (ticket, "Größe & Maß <b>", "new")
    (message,) = (await desk.thread(ticket)).messages
    assert message.public
    assert message.text.strip() == "Zeile 1\nZeile 2 / 日本語 🎉"
    assert message.author_id == doc.requester_id


async def test_the_requester_is_a_customer_with_an_address(desk: UnderTest) -> None:
    ticket = await desk.now(await desk.open_ticket("Who", "am I"))
    assert ticket.requester_id
    (person,) = await desk.remote.people((ticket.requester_id, MISSING))
    assert (person.id, person.role) == (ticket.requester_id, "customer")
    assert any(address.kind == "email" and "@" in address.value for address in person.addresses)


async def test_a_thread_runs_from_old_to_new_and_tells_notes_from_replies(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Order", "question")
    await desk.tick()
    applied(await desk.remote.send(desk.write("note", ticket, body="between us")))
    await desk.tick()
    applied(await desk.remote.send(desk.write("reply", ticket, body="an answer")))
    await desk.tick()
    await desk.customer_writes(ticket, "thanks")
    thread = await desk.thread(ticket)
    assert [(m.public, m.text.strip()) for m in thread.messages] == [
        (True, "question"), (False, "between us"), (True, "an answer"), (True, "thanks")]  # fmt: skip
    assert [m.created for m in thread.messages] == sorted(m.created for m in thread.messages)
    me = await desk.remote.whoami()
    assert [m.author_id == me.id for m in thread.messages] == [False, True, True, False]
    assert thread.complete


async def test_a_reply_is_said_once_and_can_be_found_again(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Reply", "question")
    low_water = (await desk.thread(ticket)).messages[-1].id
    write = desk.write("reply", ticket, body="Dear customer,\n\nit is on its way. 📦", low_water=low_water)
    told = applied(await desk.remote.send(write))
    thread = await desk.thread(ticket)
    ours = [m for m in thread.messages if m.id == told.remote_id]
    assert [(m.public, m.text.strip()) for m in ours] == [(True, write.body)]
    assert len(thread.messages) == 2
    effect = await desk.remote.find_effect(write)
    if desk.remote.caps.marker == "none":
        assert effect.kind in {"found", "cannot_tell"}
        return
    assert ours[0].marker == write.op_id
    assert (effect.kind, effect.remote_id) == ("found", told.remote_id)


async def test_a_reply_that_was_never_sent_is_not_found(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Never", "question")
    low_water = (await desk.thread(ticket)).messages[-1].id
    effect = await desk.remote.find_effect(
        desk.write("reply", ticket, body="never sent", low_water=low_water)
    )
    assert effect.kind in ({"absent", "cannot_tell"} if desk.remote.caps.marker == "none" else {"absent"})


@pytest.mark.parametrize("status", ["open", "pending", "hold", "solved"])
async def test_a_status_can_be_set_and_the_thread_tells_of_it(desk: UnderTest, status: str) -> None:
    if status not in desk.remote.caps.statuses:
        pytest.skip(f"this desk has no status {status}")
    ticket = await desk.open_ticket("Status", "text")
    applied(await desk.remote.send(desk.write("set", ticket, changes={"status": status})))
    assert (await desk.now(ticket)).status == status
    (change,) = [c for c in (await desk.thread(ticket)).changes if c.field == "status"]
    assert (change.old, change.new) == ("new", status)
    assert change.actor_id == (await desk.remote.whoami()).id


async def test_a_priority_can_be_set(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Priority", "text")
    for priority in ("high", "low"):
        if priority in desk.remote.caps.priorities:
            applied(await desk.remote.send(desk.write("set", ticket, changes={"priority": priority})))
            assert (await desk.now(ticket)).priority == priority


async def test_a_ticket_can_be_taken_and_given_back(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Mine", "text")
    me = (await desk.remote.whoami()).id
    assert (await desk.now(ticket)).assignee_id is None
    applied(await desk.remote.send(desk.write("set", ticket, changes={"assignee": me})))
    assert (await desk.now(ticket)).assignee_id == me
    applied(await desk.remote.send(desk.write("set", ticket, changes={"assignee": ""})))
    assert (await desk.now(ticket)).assignee_id is None


async def test_tags_are_added_and_removed_without_touching_others(desk: UnderTest) -> None:
    if desk.remote.caps.tags == "none":
        pytest.skip("this desk has no tags")
    ticket = await desk.open_ticket("Tags", "text")
    applied(await desk.remote.send(desk.write("set", ticket, add_tags=("one", "two"))))
    applied(await desk.remote.send(desk.write("set", ticket, add_tags=("three",))))
    applied(await desk.remote.send(desk.write("set", ticket, remove_tags=("one",))))
    write = desk.write("set", ticket, changes={"priority": "high"}, add_tags=("four",), remove_tags=("two",))
    applied(await desk.remote.send(write))
    doc = await desk.now(ticket)
    assert (set(doc.tags), doc.priority) == ({"three", "four"}, "high")
    assert (await desk.remote.find_effect(write)).kind == "found"


async def test_a_reply_may_change_the_status_in_the_same_request(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Both", "text")
    applied(await desk.remote.send(desk.write("reply", ticket, body="done", changes={"status": "solved"})))
    assert (await desk.now(ticket)).status == "solved"
    assert (True, "done") in await desk.texts(ticket)


async def test_a_change_based_on_an_old_state_is_a_conflict_and_changes_nothing(desk: UnderTest) -> None:
    if desk.remote.caps.cas == "none":
        pytest.skip("this desk takes unconditional writes only")
    ticket = await desk.open_ticket("Race", "text")
    seen = (await desk.now(ticket)).token
    await desk.tick()
    await desk.customer_writes(ticket, "changed my mind")
    late = await desk.remote.send(desk.write("set", ticket, changes={"status": "solved"}, token=seen))
    assert late.kind == "conflict"
    assert (await desk.now(ticket)).status != "solved"
    fresh = (await desk.now(ticket)).token
    applied(await desk.remote.send(desk.write("set", ticket, changes={"status": "solved"}, token=fresh)))


async def test_a_reply_based_on_an_old_state_is_not_said(desk: UnderTest) -> None:
    if not desk.remote.caps.cas_on_reply:
        pytest.skip("this desk takes unconditional replies only")
    ticket = await desk.open_ticket("Race", "text")
    seen = (await desk.now(ticket)).token
    await desk.tick()
    await desk.customer_writes(ticket, "wait")
    assert (await desk.remote.send(desk.write("reply", ticket, body="late", token=seen))).kind == "conflict"
    assert [text for _, text in await desk.texts(ticket)] == ["text", "wait"]


async def test_the_token_of_one_write_is_good_for_the_next(desk: UnderTest) -> None:
    if desk.remote.caps.cas == "none":
        pytest.skip("this desk takes unconditional writes only")
    ticket = await desk.open_ticket("Chain", "text")
    token: str | None = (await desk.now(ticket)).token
    for status in ("open", "solved"):
        await desk.tick()
        token = applied(
            await desk.remote.send(desk.write("set", ticket, changes={"status": status}, token=token))
        ).token
        assert token == (await desk.now(ticket)).token


async def test_a_ticket_that_does_not_exist_is_gone_in_every_way(desk: UnderTest) -> None:
    found = await desk.remote.ticket(MISSING)
    assert isinstance(found, Absent)
    assert (found.id, found.presence) == (MISSING, "gone")
    with pytest.raises(NotFoundError):
        await desk.remote.thread(MISSING)
    assert (await desk.remote.send(desk.write("reply", MISSING, body="hello?"))).kind == "gone"
    assert (await desk.remote.send(desk.write("set", MISSING, changes={"status": "open"}))).kind == "gone"


async def test_opening_a_ticket_twice_with_one_key_opens_one(desk: UnderTest) -> None:
    if not desk.remote.caps.create_key_s:
        pytest.skip("this desk knows no keys")
    write = desk.write(
        "create", "", body="We found your umbrella.", changes={"subject": "Umbrella"},
        requester=Address("email", "umbrella@example.com"),
    )  # fmt: skip
    assert (await desk.remote.find_effect(write)).kind != "found"
    first, second = applied(await desk.remote.send(write)), applied(await desk.remote.send(write))
    assert first.remote_id == second.remote_id
    effect = await desk.remote.find_effect(write)
    assert (effect.kind, effect.remote_id) == ("found", first.remote_id)
    assert await desk.texts(first.remote_id or "") == [(True, "We found your umbrella.")]


async def test_many_tickets_change_in_one_job(desk: UnderTest) -> None:
    if desk.remote.caps.bulk != "job":
        pytest.skip("this desk has no jobs")
    tickets = [await desk.open_ticket(f"Bulk {n}", "text") for n in range(3)]
    writes = tuple(desk.write("set", t, changes={"status": "pending"}, add_tags=("bulk",)) for t in tickets)
    outcome, job = await desk.remote.send_bulk(writes)
    applied(outcome)
    for _ in range(20):
        status = await desk.remote.job(job)
        if status.state in {"completed", "failed"}:
            break
        await desk.tick()
    assert (status.state, status.done, status.failed) == ("completed", 3, {})
    docs = [await desk.now(t) for t in tickets]
    assert [(doc.status, "bulk" in doc.tags) for doc in docs] == [("pending", True)] * 3


async def test_a_ticket_has_a_page_for_people(desk: UnderTest) -> None:
    ticket = await desk.open_ticket("Page", "text")
    url = urlsplit(desk.remote.web_url(ticket))
    assert url.scheme in {"http", "https"}
    assert ticket in url.geturl()
