"""Accounts with a past: what was taken away is gone, people are who they were, and every word stands with its person."""

from __future__ import annotations

from typing import Any

import pytest
from remotes.zendesk_scene import Account, stamp
from support.clock import Clock

from console import attachments, history, search, triage
from console.session import Session


@pytest.fixture
def desk(clock: Clock) -> Account:
    made = Account(clock)
    made.ticket(7)
    return made


def comment(text: str, author: int = 5, **more: Any) -> dict[str, Any]:
    return {"type": "Comment", "body": text, "author_id": author, "public": True, **more}


def file(number: int, name: str) -> dict[str, Any]:
    address = f"https://example.zendesk.com/attachments/{number}"
    return {"id": number, "file_name": name, "content_url": address, "content_type": "image/jpeg", "size": 3}


async def test_a_file_that_was_redacted_on_the_desk_is_gone(
    desk: Account, session: Session, clock: Clock
) -> None:
    desk.audit(7, comment("my papers", attachments=[file(1, "passport.jpg"), file(3, "kettle.jpg")]))
    await desk.pulled(session)
    assert search.search(session, "passport")
    clock.tick(60)
    desk.audits[7][0]["events"][0]["attachments"][0] = file(2, "redacted.txt")
    desk.ticket(7)
    (told,) = await desk.story(session)
    assert told.attachments == ("kettle.jpg", "redacted.txt")
    assert [each.name for each in attachments.attachments(session, "acme/7")] == [
        "kettle.jpg",
        "redacted.txt",
    ]
    assert not search.search(session, "passport")


async def test_a_ticket_of_another_person_takes_its_words_along_at_once(
    desk: Account, session: Session, clock: Clock
) -> None:
    """Also where its messages cannot be read again: two people were made one on the desk, or the line is down."""
    desk.people[6] = {"id": 6, "name": "Grace", "email": "grace@x.example", "role": "end-user"}
    desk.audit(7, comment("My kettle leaks"))
    assert [item.text for item in await desk.story(session)] == ["My kettle leaks"]
    clock.tick(60)
    desk.tickets[7]["requester_id"] = 6  # and no new stamp: nothing was said
    assert [item.text for item in await desk.story(session, "acme/6")] == ["My kettle leaks"]
    assert await desk.story(session, "acme/5") == []


async def test_what_was_said_until_a_ticket_was_merged_is_read(
    desk: Account, session: Session, clock: Clock
) -> None:
    desk.audit(7, comment("My kettle leaks"))
    desk.ticket(8, subject="Pot")
    desk.audit(8, comment("And my pot"))
    await desk.pulled(session)
    clock.tick(60)
    desk.audit(7, comment("I have moved to 4 Elm Road"))
    clock.tick(5)
    via = {"channel": "web", "source": {"rel": "merge", "to": {"ticket_id": 8}}}
    desk.audit(7, comment("Merged into #8", 9, public=False, via=via), author=9)
    desk.ticket(7, status="closed", tags=["closed_by_merge"])
    told = [item.text for item in await desk.story(session)]
    assert told == ["My kettle leaks", "And my pot", "I have moved to 4 Elm Road", "Merged into #8"]
    found = history.stretch(session, history.of_person(session, 1))
    assert "merged 8" in [item.text for item in found.items if item.kind == "change"]
    clock.tick(60)
    del desk.audits[7]
    desk.tickets[7]["updated_at"] = stamp(
        clock()
    )  # it moved once more, and is not shown by itself any longer
    assert [item.text for item in await desk.story(session)] == told
    assert triage.ticket(session, "acme/7").presence == "merged"


async def test_somebody_of_many_addresses_is_found_by_each_and_keeps_them(
    desk: Account, session: Session, clock: Clock
) -> None:
    desk.people[5]["identities"] = [
        {"type": "email", "value": "ada@home.example"},
        {"type": "phone_number", "value": "+44 20 7946 0999"},
        {"type": "twitter", "value": "AdaL"},
    ]
    desk.audit(7, comment("My kettle leaks"))
    await desk.pulled(session)
    desk.ticket(8, subject="A second one")  # tells her first address only
    for _ in range(2):
        await desk.pulled(session)
        for address in ("ada@x.example", "ada@home.example", "+442079460999", "adal"):
            assert [card.name for card in history.find_customers(session, address)] == ["Ada Lovelace"]
        clock.tick(60)
    desk.people[5] |= {"email": "ada@new.example", "identities": []}
    desk.audit(8, comment("I moved"))
    await desk.pulled(session)
    (card,) = history.find_customers(session, "acme/5")
    assert [each.value for each in card.contacts] == ["ada@new.example"]


@pytest.mark.parametrize("status", [403, 404, 429, 503])
async def test_words_do_not_wait_for_more_addresses(
    desk: Account, session: Session, clock: Clock, status: int
) -> None:
    desk.people[5]["identities"] = [{"type": "email", "value": "ada@home.example"}]
    desk.audit(7, comment("My kettle leaks"))
    desk.closed["users/show_many"] = status
    assert [item.text for item in await desk.story(session)] == ["My kettle leaks"]
    assert history.find_customers(session, "ada@home.example") == []
    desk.closed.clear()
    clock.tick(3600)
    desk.audit(7, comment("Still"))
    await desk.pulled(session)
    assert len(history.find_customers(session, "ada@home.example")) == 1


async def test_one_number_at_two_services_is_not_one_person(
    desk: Account, session: Session, clock: Clock
) -> None:
    desk.people[5]["identities"] = [{"type": "facebook", "value": "4242"}]
    desk.people[6] = {"id": 6, "name": "Bob", "role": "end-user"}
    desk.people[6]["identities"] = [{"type": "any_channel", "value": "4242"}]
    desk.audit(7, comment("Ada's words"))
    desk.ticket(8, requester=6)
    desk.audit(8, comment("Bob's words", 6), author=6)
    assert [item.text for item in await desk.story(session, "acme/5")] == ["Ada's words"]
    clock.tick(1)
    assert [item.text for item in await desk.story(session, "acme/6")] == ["Bob's words"]


async def test_who_had_the_ticket_was_an_agent_whatever_the_desk_calls_him_now(
    desk: Account, session: Session, clock: Clock
) -> None:
    desk.people[11] = {"id": 11, "name": "Zoe", "role": "end-user", "active": False, "suspended": True}
    desk.people[12] = {"id": 12, "name": "Bob", "email": "bob@x.example", "role": "end-user"}
    desk.audit(7, comment("My kettle leaks"))
    clock.tick(60)
    taken = {"type": "Change", "field_name": "assignee_id", "previous_value": None, "value": "11"}
    desk.audit(7, comment("Which one?", 11), taken, author=11)
    clock.tick(60)
    desk.audit(7, comment("Mine too", 12), author=12)
    story = await desk.story(session)
    assert [(i.role, i.author) for i in story] == [
        ("customer", "Ada Lovelace"),
        ("agent", "Zoe"),
        ("customer", "Bob"),
    ]


@pytest.mark.parametrize(
    ("body", "more", "shown"),
    [
        ("Call from: +1 23", {}, "Call from: +1 23\n\nIt leaks"),
        ("Call from: +1 23\nIt leaks", {}, "Call from: +1 23\nIt leaks"),
        ("", {"transcription_visible": True}, "It leaks"),
        ("Call from: +1 23", {"transcription_visible": False}, "Call from: +1 23"),
    ],
)
async def test_a_call_says_what_was_said_in_it(
    desk: Account, session: Session, body: str, more: dict[str, Any], shown: str
) -> None:
    call = {"type": "VoiceComment", "data": {"transcription_text": "It leaks", "call_duration": 40}, **more}
    desk.audit(7, comment(body) | call)
    assert [(i.channel, i.text) for i in await desk.story(session)] == [("phone", shown)]
