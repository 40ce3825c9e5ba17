"""Reading from a real Request Tracker."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from desks.rt_server import RtServer, plain

from store.errors import AuthError, NotFoundError, RefusedError
from store.remotes import Absent, Page, TicketDoc
from store.remotes.rt import RtRemote

pytestmark = pytest.mark.desk

MAIL = """From: "Nadia Petrova" <nadia@example.com>
To: support@desk.example
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
Message-ID: <heard-1@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

Mein Paket ist weg.
--inner
Content-Type: text/html; charset=utf-8

<p>Mein Paket ist <b>weg</b>.</p>
--inner--
--outer
Content-Type: text/plain; charset=x-nobody-knows; name="log.txt"
Content-Disposition: attachment; filename="log.txt"
Content-Transfer-Encoding: base64

/////gABAg==
--outer
Content-Type: image/png; name="p.png"
Content-Disposition: inline; filename="p.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--outer--
"""


class Counting(httpx.AsyncHTTPTransport):
    """The network, and how often it was used."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path.removeprefix("/REST/2.0"))
        return await super().handle_async_request(request)


@pytest.fixture
def network() -> Counting:
    return Counting()


@pytest.fixture
async def agent(rt: RtServer, network: Counting) -> AsyncIterator[RtRemote]:
    remote = rt.remote("agent1", transport=network)
    yield remote
    await remote.aclose()


@pytest.fixture
async def root(rt: RtServer) -> AsyncIterator[RtRemote]:
    remote = rt.remote("root")
    yield remote
    await remote.aclose()


async def pull(remote: RtRemote, cursor: str | None = None) -> list[Page]:
    return [page async for page in remote.feed(cursor)]


def tickets(pages: list[Page]) -> dict[str, TicketDoc]:
    return {ticket.id: ticket for page in pages for ticket in page.tickets}


async def test_we_learn_who_we_are_from_the_token(agent: RtRemote, root: RtRemote) -> None:
    me, admin = await agent.whoami(), await root.whoami()
    assert (me.name, me.email, me.admin) == ("Agent 1", "agent1@desk.example", False)
    assert admin.admin


async def test_a_customer_and_a_wrong_token_are_no_agents(rt: RtServer) -> None:
    email = rt.customer("ada@example.com")
    for remote in (
        RtRemote(rt.url, f"not-a-secret-{email}", user=email),
        RtRemote(rt.url, "1-40-0123456789abcdef0123456789abcdef"),
    ):
        with pytest.raises(AuthError):
            await remote.whoami()
        await remote.aclose()


async def test_an_agent_sees_agents_queues_and_fields_without_the_rights_of_an_administrator(
    agent: RtRemote, root: RtRemote
) -> None:
    assert agent.caps.promise == "C"  # nothing is promised before it is known
    seen, all_ = await agent.schema(), await root.schema()
    names = {person.name for person in seen.agents}
    assert {"Agent 1", "Agent 2", "Agent 3"} <= names
    assert names == {person.name for person in all_.agents}
    assert {group.name for group in seen.groups} == {"Support", "Billing"}
    assert {group.name for group in all_.groups} == {"Support", "Billing", "General", "Restricted"}
    keys = {field.key for field in seen.fields}  # those of other tests may stand there too
    assert "product" in keys
    assert not keys & {"tags", "tags_field", "clientkey"}
    assert {field.key: field.options for field in all_.fields}["product"] == ("Alpha", "Beta", "Gamma")
    assert (agent.caps.promise, agent.caps.marker, agent.caps.tags) == ("B", "field", "replace")


async def test_the_feed_brings_a_new_ticket_with_its_people_in_two_requests(
    rt: RtServer, agent: RtRemote, network: Counting
) -> None:
    rt.open_ticket("Before", "text")
    cursor = rt.newest_place()
    rt.customer("grace@example.com", "Grace H")
    number = rt.open_ticket(
        "Invoice", "Too high", "grace@example.com", "Billing", CustomFields={"Tags": ["x y"]}
    )
    network.asked.clear()
    pages = await pull(agent, cursor)
    assert network.asked == ["/tickets", "/transactions"]
    doc = tickets(pages)[number]
    assert (doc.subject, doc.status, doc.priority, doc.tags) == ("Invoice", "new", "low", ("x y",))
    people = {person.id: person for page in pages for person in page.people}
    asker = people[doc.requester_id or ""]
    assert (asker.name, asker.role, asker.addresses[0].value) == ("Grace H", "customer", "grace@example.com")
    assert "Billing" in {group.name for page in pages for group in page.groups if group.id == doc.group_id}


async def test_who_else_gets_a_reply_is_told_the_same_by_the_feed_and_by_the_ticket(
    rt: RtServer, agent: RtRemote
) -> None:
    for address in ("ada@example.com", "bea@example.com", "cas@example.com"):
        rt.customer(address)
    ticket = rt.open_ticket("A kettle", "It leaks.")
    rt.call("PUT", f"/ticket/{ticket}", body={
        "Requestor": ["ada@example.com", "bea@example.com"], "Cc": ["cas@example.com", "ada@example.com"],
    })  # fmt: skip
    listed = [doc async for page in agent.feed(None) for doc in page.tickets if doc.id == ticket]
    alone = await agent.ticket(ticket)
    assert isinstance(alone, TicketDoc)
    assert {*listed[-1].copied} == {"bea@example.com", "cas@example.com"}
    assert alone.copied == listed[-1].copied


async def test_a_pull_without_news_costs_two_requests_and_brings_nothing_old(
    rt: RtServer, agent: RtRemote, network: Counting
) -> None:
    rt.open_ticket("Old", "news")
    cursor = rt.newest_place(idle=3600)
    network.asked.clear()
    pages = await pull(agent, cursor)
    assert tickets(pages) == {}
    assert network.asked == ["/tickets", "/transactions"]
    assert tickets(await pull(agent, pages[-1].cursor)) == {}


async def test_a_thread_has_every_message_with_its_author_in_two_requests(
    rt: RtServer, agent: RtRemote, network: Counting
) -> None:
    number = rt.open_ticket("Thread", "one")
    rt.call("POST", f"/ticket/{number}/correspond", "agent2", plain("two"))
    rt.call("POST", f"/ticket/{number}/comment", "agent2", plain("three"))
    rt.writes(number, "four\r\n  five")
    network.asked.clear()
    thread = await agent.thread(number)
    assert network.asked == [f"/ticket/{number}/history", "/attachments"]
    assert [(m.public, m.text) for m in thread.messages] == [
        (True, "one"), (True, "two"), (False, "three"), (True, "four\n  five")]  # fmt: skip
    customer, agent2 = thread.messages[0].author_id, thread.messages[1].author_id
    assert [m.author_id for m in thread.messages] == [customer, agent2, agent2, customer]
    roles = {person.id: person.role for person in await agent.people((customer or "", agent2 or ""))}
    assert roles == {customer: "customer", agent2: "agent"}
    assert [(c.field, c.old, c.new, c.actor_id) for c in thread.changes] == [("status", "new", "open", None)]


async def test_a_mail_keeps_its_text_and_its_files(rt: RtServer, agent: RtRemote) -> None:
    rt.customer("nadia@example.com")
    rt.mail(MAIL)
    (message,) = (await agent.thread(rt.newest())).messages
    assert message.text == "Mein Paket ist weg."
    assert [(file.name, file.size) for file in message.attachments] == [("log.txt", 7), ("p.png", 8)]
    contents = [b"".join([piece async for piece in agent.attachment(file)]) for file in message.attachments]
    assert contents == [b"\xff\xff\xff\xfe\x00\x01\x02", b"\x89PNG\r\n\x1a\n"]


async def test_no_words_of_a_mail_are_lost_between_its_parts(rt: RtServer, agent: RtRemote) -> None:
    rt.customer("nadia@example.com")
    head, _, _ = MAIL.partition("\n--outer\n")
    parts = (
        "text/html\n\n<p>My parcel is gone.</p>",
        'image/png; name="p.png"\n\nx',
        "text/html\n\n<p>Help!</p>",
        "text/plain\n\n-- list",
    )
    rt.mail("\n--outer\nContent-Type: ".join((head, *parts)) + "\n--outer--\n")
    (message,) = (await agent.thread(rt.newest())).messages
    assert message.text == "My parcel is gone.\n\nHelp!\n\n-- list"
    assert [file.name for file in message.attachments] == ["p.png"]


async def test_text_in_html_alone_is_kept_as_html(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("Html", "<p>Hello <b>there</b></p>", ContentType="text/html")
    (message,) = (await agent.thread(number)).messages
    assert (message.text, message.html) == ("", "<p>Hello <b>there</b></p>")


async def test_a_thread_longer_than_a_page_is_read_to_its_first_entry(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("Long", "the first")
    for n in range(110):
        rt.call("POST", f"/ticket/{number}/comment", "agent1", plain(f"note {n}"))
    messages = (await agent.thread(number)).messages
    assert [m.text for m in messages] == ["the first", *[f"note {n}" for n in range(110)]]


async def test_changes_of_fields_are_told_in_our_words(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("Changes", "text")
    wanted = {
        "Status": "stalled", "Priority": "100", "Owner": "agent2", "Subject": "New words", "Queue": "Billing",
        "CustomFields": {"Tags": ["red"], "Product": "Beta", "ClientKey": "k"},
    }  # fmt: skip
    rt.call("PUT", f"/ticket/{number}", "agent1", wanted)
    thread = await agent.thread(number)
    agent2 = next(a.id for a in (await agent.schema()).agents if a.name == "Agent 2")
    groups = {group.name: group.id for group in (await agent.schema()).groups}
    assert {c.field: (c.old, c.new) for c in thread.changes} == {
        "status": ("new", "pending"), "priority": ("low", "high"), "assignee": ("", agent2),
        "subject": ("Changes", "New words"), "group": (groups["Support"], groups["Billing"]),
        "tags": ("", "red"), "product": ("", "Beta"),
    }  # fmt: skip


async def test_a_queue_without_rights_is_out_of_sight(rt: RtServer, agent: RtRemote) -> None:
    hidden = str(
        rt.call("POST", "/ticket", body={"Queue": "Restricted", "Subject": "Secret", **plain("x")})["id"]
    )
    cursor = rt.newest_place()
    assert hidden not in tickets(await pull(agent))
    assert await agent.ticket(hidden) == Absent(hidden, "forbidden")
    with pytest.raises(RefusedError):
        await agent.thread(hidden)
    moved = rt.open_ticket("Moved", "away")
    rt.call("PUT", f"/ticket/{moved}", body={"Queue": "Restricted"})
    assert await agent.ticket(moved) == Absent(moved, "forbidden")
    assert moved not in tickets(await pull(agent, cursor))


async def test_what_does_not_exist_is_gone(agent: RtRemote) -> None:
    for number in ("99999999", "nonsense", "../user/root"):
        assert await agent.ticket(number) == Absent(number, "gone")
        with pytest.raises(NotFoundError):
            await agent.thread(number)


async def test_deleted_and_merged_tickets_come_with_the_feed(rt: RtServer, agent: RtRemote) -> None:
    source, target, doomed = (rt.open_ticket(name, name) for name in ("source", "target", "doomed"))
    for number in (source, target, doomed):
        rt.stamp([number], "2026-01-02 00:00:00")
    cursor = rt.newest_place()
    rt.call("PUT", f"/ticket/{source}", body={"MergeInto": target})
    rt.call("PUT", f"/ticket/{doomed}", body={"Status": "deleted"})
    pages = await pull(agent, cursor)
    found = tickets(pages)
    assert {n: (found[n].presence, found[n].merged_into) for n in (source, target, doomed)} == {
        source: ("merged", target), target: ("present", None), doomed: ("gone", None)}  # fmt: skip
    assert found[doomed].requester_id == found[target].requester_id
    again = tickets(await pull(agent, pages[-1].cursor))
    assert not again.keys() & {source, doomed}
    assert await agent.ticket(source) == Absent(source, "merged", target)
    assert await agent.ticket(doomed) == Absent(doomed, "gone")


async def test_the_messages_of_a_merged_ticket_are_told_by_the_one_it_went_into(
    rt: RtServer, agent: RtRemote
) -> None:
    source, target = rt.open_ticket("source", "from source"), rt.open_ticket("target", "from target")
    rt.call("PUT", f"/ticket/{source}", body={"MergeInto": target})
    left, kept = await agent.thread(source), await agent.thread(target)
    assert left.messages == ()
    assert [(c.field, c.old, c.new) for c in left.changes] == [("merged", source, target)]
    assert {m.text for m in kept.messages} == {"from source", "from target"}
    assert {m.ticket_id for m in kept.messages} == {target}


async def test_a_token_from_the_feed_and_one_from_the_ticket_stand_for_the_same_state(
    rt: RtServer, agent: RtRemote
) -> None:
    cursor = rt.newest_place()
    number = rt.open_ticket("Token", "text", CustomFields={"Product": "Alpha"}, Owner="agent3", Priority="75")
    listed, alone = tickets(await pull(agent, cursor))[number], await agent.ticket(number)
    assert isinstance(alone, TicketDoc)
    assert alone.token.isdigit()
    for name in (
        "subject",
        "status",
        "priority_raw",
        "requester_id",
        "assignee_id",
        "group_id",
        "fields",
        "version",
    ):
        assert getattr(listed, name) == getattr(alone, name)
