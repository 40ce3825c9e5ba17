"""Writing to a real Request Tracker: once, whole or not at all, and never to the wrong ticket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from desks.rt_server import RtServer, next_second, plain

from store.remotes import Address, MessageDoc, TicketDoc, Write
from store.remotes.rt import RtRemote

pytestmark = pytest.mark.desk


@pytest.fixture
async def agent(rt: RtServer) -> AsyncIterator[RtRemote]:
    remote = rt.remote("agent1")
    await remote.schema()
    yield remote
    await remote.aclose()


@pytest.fixture
async def root(rt: RtServer) -> AsyncIterator[RtRemote]:
    remote = rt.remote("root")
    yield remote
    await remote.aclose()


def fresh() -> str:
    """An operation id that no earlier run on this desk has used."""
    return f"01{time.time_ns():024d}"


async def messages(remote: RtRemote, number: str) -> list[MessageDoc]:
    return list((await remote.thread(number)).messages)


async def now(remote: RtRemote, number: str) -> TicketDoc:
    found = await remote.ticket(number)
    assert isinstance(found, TicketDoc)
    return found


async def test_a_reply_reaches_the_customer_once_and_is_found_by_its_marker(
    rt: RtServer, agent: RtRemote
) -> None:
    number = rt.open_ticket("Reply", "question")
    low_water = (await messages(agent, number))[-1].id
    write = Write("01REPLY", "reply", number, body="Sent today 📦", low_water=low_water)
    assert (await agent.find_effect(write)).kind == "absent"
    outcome = await agent.send(write)
    assert outcome.kind == "applied"
    said = (await messages(agent, number))[1:]
    assert [(m.id, m.text, m.public, m.marker) for m in said] == [
        (outcome.remote_id, "Sent today 📦", True, "01REPLY")
    ]
    assert (await agent.find_effect(write)).remote_id == outcome.remote_id


async def test_a_note_stays_inside(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("Note", "question")
    outcome = await agent.send(Write("01NOTE", "note", number, body="Ask the depot"))
    assert outcome.kind == "applied"
    assert [(m.text, m.public) for m in await messages(agent, number)] == [
        ("question", True),
        ("Ask the depot", False),
    ]


async def test_a_reply_of_one_zero_is_not_sent_empty(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("How many left?", "How many?")
    assert (await agent.send(Write("01ZERO", "reply", number, body="0"))).kind == "applied"
    assert (await messages(agent, number))[-1].text.strip() == "0"
    assert (await agent.send(Write("01BLANK", "reply", number, body=" \n"))).kind == "refused"


async def test_without_the_custom_field_a_reply_is_found_by_author_and_text(
    rt: RtServer, root: RtRemote
) -> None:
    made = rt.call("POST", "/ticket", body={"Queue": "General", "Subject": "No field", **plain("question")})
    number = str(made["id"])
    low_water = (await messages(root, number))[-1].id
    write = Write("01PLAIN", "reply", number, body="An  answer\n\nin two lines ", low_water=low_water)
    outcome = await root.send(write)
    assert outcome.kind == "applied"
    effect = await root.find_effect(write)
    assert (effect.kind, effect.remote_id) == ("found", outcome.remote_id)
    blind = Write("01PLAIN", "reply", number, body=write.body)
    assert (await root.find_effect(blind)).kind == "cannot_tell"  # it may be an older one of the same words
    assert root.caps.promise == "B"  # on the other queues
    unsaid = Write("01OTHER", "reply", number, body="never said", low_water=low_water)
    assert (await root.find_effect(unsaid)).kind == "cannot_tell"  # this queue cannot keep the promise


async def test_a_message_whose_marker_was_lost_is_still_found(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("Lost marker", "question")
    low_water = (await messages(agent, number))[-1].id
    rt.call("POST", f"/ticket/{number}/correspond", "agent2", plain("the answer"))
    write = Write("01LOST", "reply", number, body="the answer", low_water=low_water)
    assert (await agent.find_effect(write)).kind == "absent"  # a colleague's words are not ours
    rt.call("POST", f"/ticket/{number}/correspond", "agent1", plain("the answer"))
    assert (await agent.find_effect(write)).kind == "found"


async def test_all_fields_change_in_one_request(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("Set", "text", CustomFields={"Tags": ["old one", "keep"]})
    schema = await agent.schema()
    billing = next(group.id for group in schema.groups if group.name == "Billing")
    someone = next(a.id for a in schema.agents if a.name == "Agent 2")
    changes = {
        "status": "pending", "priority": "high", "assignee": someone, "group": billing, "subject": "Other words",
        "product": "Gamma",
    }  # fmt: skip
    write = Write("01SET", "set", number, changes=changes, add_tags=("new",), remove_tags=("old_one",))
    assert (await agent.find_effect(write)).kind == "absent"
    outcome = await agent.send(write)
    assert outcome.kind == "applied", outcome
    doc = await now(agent, number)
    assert (doc.status, doc.priority, doc.assignee_id, doc.group_id, doc.subject, doc.fields, set(doc.tags)) == (
        "pending", "high", someone, billing, "Other words", {"product": "Gamma"}, {"new", "keep"})  # fmt: skip
    assert outcome.token == doc.token
    assert (await agent.find_effect(write)).kind == "found"
    cleared = await agent.send(Write("01CLEAR", "set", number, changes={"product": "", "assignee": ""}))
    assert cleared.kind == "applied"
    assert ((await now(agent, number)).fields, (await now(agent, number)).assignee_id) == ({}, None)


async def test_a_field_of_several_values_takes_more_and_loses_none(rt: RtServer, agent: RtRemote) -> None:
    rt.field("Parts", most=0)
    number = rt.open_ticket("Parts", "text", CustomFields={"Parts": ["Lid"]})
    for step, value in enumerate(("Ring, Lid", "Base", "Base, Ring", "")):
        outcome = await agent.send(Write(f"01PARTS{step}", "set", number, changes={"parts": value}))
        assert outcome.kind == "applied", outcome
        stand = (await now(agent, number)).fields.get("parts", "")
        assert sorted(stand.split(", ")) == sorted(value.split(", "))


async def test_what_rt_refuses_in_a_sentence_is_refused(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("Partly", "text")
    write = Write("01PART", "set", number, changes={"status": "open", "product": "Nonsense"})
    outcome = await agent.send(write)
    assert (outcome.kind, outcome.code) == ("refused", "partial")
    assert "product" in outcome.detail
    assert "Invalid value" in outcome.detail
    assert (await now(agent, number)).status == "open"  # RT had done this much
    whole = await agent.send(Write("01WHOLE", "set", number, changes={"assignee": "99999999"}))
    assert (whole.kind, whole.code) == ("refused", "")
    assert (await agent.send(Write("01HOLD", "set", number, changes={"status": "hold"}))).kind == "refused"
    assert (await agent.send(Write("01KEY", "set", number, changes={"no_such_field": "1"}))).kind == "refused"


@pytest.mark.parametrize("source", ["ticket", "feed"])
async def test_a_stale_token_of_either_kind_changes_nothing(
    rt: RtServer, agent: RtRemote, source: str
) -> None:
    number = rt.open_ticket("Stale", "text")
    token = (await now(agent, number)).token
    if source == "feed":
        listed = [t async for page in agent.feed(None) for t in page.tickets if t.id == number]
        token = listed[-1].token
    rt.call("PUT", f"/ticket/{number}", "agent2", {"Priority": "50"})  # in the same second
    late = await agent.send(Write("01LATE", "set", number, changes={"status": "solved"}, token=token))
    assert late.kind == "conflict"
    assert (await now(agent, number)).status == "new"
    fresh = (await now(agent, number)).token
    again = Write("01AGAIN", "set", number, changes={"status": "solved"}, token=fresh)
    assert (await agent.send(again)).kind == "applied"


async def test_a_token_from_the_feed_is_good_while_nothing_changes(rt: RtServer, agent: RtRemote) -> None:
    number = rt.open_ticket("Fresh", "text")
    listed = [t async for page in agent.feed(None) for t in page.tickets if t.id == number]
    write = Write("01FEED", "set", number, changes={"status": "open"}, token=listed[-1].token)
    assert (await agent.send(write)).kind == "applied"


async def test_nothing_is_written_to_a_ticket_that_was_merged_deleted_or_hidden(
    rt: RtServer, agent: RtRemote
) -> None:
    source, target, doomed, moved = (
        rt.open_ticket(name, name) for name in ("source", "target", "doomed", "moved")
    )
    rt.call("PUT", f"/ticket/{source}", body={"MergeInto": target})
    rt.call("PUT", f"/ticket/{doomed}", body={"Status": "deleted"})
    rt.call("PUT", f"/ticket/{moved}", body={"Queue": "Restricted"})
    for number, kind in ((source, "merged"), (doomed, "gone"), (moved, "forbidden"), ("99999999", "gone")):
        for write in (
            Write("01R", "reply", number, body="hello"),
            Write("01N", "note", number, body="hello"),
            Write("01S", "set", number, changes={"status": "open"}),
        ):
            outcome = await agent.send(write)
            assert outcome.kind == kind
            assert outcome.merged_into == (target if kind == "merged" else None)
    assert "hello" not in {m.text for m in await messages(agent, target)}


async def test_a_reply_may_carry_a_status_and_tags_but_says_what_was_refused(
    rt: RtServer, agent: RtRemote
) -> None:
    number = rt.open_ticket("Both", "text")
    both = Write("01BOTH", "reply", number, body="Done.", changes={"status": "solved"}, add_tags=("done",))
    assert (await agent.send(both)).kind == "applied"
    doc = await now(agent, number)
    assert (doc.status, doc.tags) == ("solved", ("done",))
    part = await agent.send(Write("01P", "reply", number, body="Hm.", changes={"product": "Nonsense"}))
    assert (part.kind, part.code) == ("applied", "partial")
    assert (
        await agent.send(Write("01Q", "reply", number, body="?", changes={"priority": "low"}))
    ).kind == "refused"
    assert [m.text for m in await messages(agent, number)] == ["text", "Done.", "Hm."]


async def test_a_new_ticket_is_found_again_by_its_key(agent: RtRemote) -> None:
    write = Write(
        fresh(), "create", "", body="We found your umbrella.", requester=Address("email", "new@example.com"),
        changes={"subject": "It's \\ yours", "priority": "high", "product": "Beta"}, add_tags=("lost",),
    )  # fmt: skip
    assert (await agent.find_effect(write)).kind == "absent"
    outcome = await agent.send(write)
    assert (outcome.kind, outcome.detail) == ("applied", "")
    doc = await now(agent, outcome.remote_id or "")
    assert (doc.subject, doc.priority, doc.tags, doc.fields) == (
        "It's \\ yours", "high", ("lost",), {"product": "Beta"})  # fmt: skip
    (asker,) = await agent.people((doc.requester_id or "",))
    assert (asker.addresses[0].value, asker.role) == ("new@example.com", "customer")
    effect = await agent.find_effect(write)
    assert (effect.kind, effect.remote_id) == ("found", doc.id)


async def test_without_a_key_nobody_can_tell_whether_a_ticket_was_made(root: RtRemote) -> None:
    general = next(g.id for g in (await root.schema()).groups if g.name == "General")
    write = Write(
        fresh(), "create", "", body="text", requester=Address("email", "new@example.com"),
        changes={"subject": f"Without a key {time.time_ns()}", "group": general},
    )  # fmt: skip
    assert (await root.find_effect(write)).kind == "absent"
    assert (await root.send(write)).kind == "applied"
    assert (await root.find_effect(write)).kind == "cannot_tell"
    nobody = Write("01NOBODY", "create", "", body="text", changes={"subject": "x"})
    assert (await root.send(nobody)).kind == "refused"


async def test_a_wrong_token_and_a_server_that_is_away_are_told_apart(rt: RtServer) -> None:
    number = rt.open_ticket("Away", "text")
    stranger = RtRemote(rt.url, "1-40-00000000000000000000000000000000")
    assert (await stranger.send(Write("01X", "reply", number, body="hello"))).kind == "auth"
    away = RtRemote("http://127.0.0.1:9", rt.tokens["agent1"])
    assert (await away.send(Write("01X", "reply", number, body="hello"))).kind == "not_sent"
    for remote in (stranger, away):
        await remote.aclose()
    await asyncio.sleep(next_second())
