"""Chats out of a ticket's audits: each line once, by whoever said it, when he said it."""

from __future__ import annotations

from typing import Any

import pytest
from remotes.zendesk_scene import Account, thread_of
from support.clock import Clock

from console import history
from console.session import Session

MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def line(second: float, who: str, text: str | None, **more: Any) -> dict[str, Any]:
    actors = {
        "Ada": {"actor_id": 5, "actor_name": "Ada Lovelace", "actor_type": "end-user"},
        "Ana": {"actor_id": 9, "actor_name": "Ana Silva", "actor_type": "agent"},
        "bot": {"actor_id": "-1", "actor_name": "Answer Bot", "actor_type": "system"},
    }
    told = {"type": "ChatMessage", "timestamp": MS + int(second * 1000), "message": text}
    return {**told, **actors[who], **more}


def chat(
    *lines: Any, told: str = "ChatStartedEvent", ident: str = "2109.1.Sju", **more: Any
) -> dict[str, Any]:
    return {"type": told, "value": {"chat_id": ident, "visitor_id": "1-16E", "history": [*lines]}, **more}


def audit(*events: dict[str, Any], ident: int = 40, via: str = "chat") -> dict[str, Any]:
    told = [{"id": ident + n, **event} for n, event in enumerate(events, 1)]
    at = "2026-01-01T00:05:00Z"
    return {"id": ident, "created_at": at, "author_id": -1, "via": {"channel": via}, "events": told}


def numbered(*lines: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"chat_index": n, **each} for n, each in enumerate(lines)]


async def test_a_chat_stands_in_the_story_line_by_line_with_who_and_when(
    session: Session, clock: Clock
) -> None:
    desk = Account(clock)
    desk.ticket(7, via={"channel": "chat"})
    lines = numbered(
        line(0, "Ada", None, type="ChatJoin"),
        line(0.2, "bot", "An agent will be with you."),
        line(1, "Ada", "My kettle \x1b[31mleaks"),
        line(2, "Ana", "Which one is it?"),
        line(3, "Ada", "ok"),
        line(3, "Ada", "the blue one"),
        line(4, "Ada", None, type="ChatLeave"),
    )
    desk.audit(
        7, {"type": "Comment", "body": "Conversation with Ada", "public": False}, chat(*lines), via="chat"
    )
    story = await desk.story(session)
    said = [(i.kind, i.role, i.author, i.channel, i.text) for i in story if i.text != "Conversation with Ada"]
    assert said == [
        ("message", "system", "Answer Bot", "chat", "An agent will be with you."),
        ("message", "customer", "Ada Lovelace", "chat", "My kettle \u241b[31mleaks"),
        ("message", "agent", "Ana Silva", "chat", "Which one is it?"),
        ("message", "customer", "Ada Lovelace", "chat", "ok"),
        ("message", "customer", "Ada Lovelace", "chat", "the blue one"),
    ]
    (card,) = history.find_customers(session, "acme/5")
    assert history.portrait(session, card).beside.contacts == 1, "a chat of many lines is one contact"
    assert [i.at for i in story if i.role == "agent" and i.kind == "message"] == [(MS + 2000) * 1000]
    again = await desk.story(session)
    assert again == story


async def test_a_chat_that_goes_on_keeps_its_lines_and_gains_new_ones(session: Session, clock: Clock) -> None:
    desk = Account(clock)
    desk.ticket(7)
    desk.audit(7, chat(*numbered(line(0, "Ada", "Hello"))))
    (first,) = await desk.story(session)
    clock.tick(60)
    whole = numbered(line(0, "Ada", "Hello"), line(9, "Ana", "Hi Ada"))
    desk.audits[7][0]["events"][0]["value"]["history"] = whole
    desk.audit(7, chat(*whole, told="ChatEndedEvent"))
    story = await desk.story(session)
    assert [i.text for i in story] == ["Hello", "Hi Ada"]
    assert story[0] == first
    told = session.db.read(
        lambda r: r.execute("SELECT count(*) FROM local.event WHERE kind = 'message'").fetchone()
    )
    assert told == (2,), "each line is one event, however often it is told"


async def test_words_that_were_redacted_on_the_desk_vanish(session: Session, clock: Clock) -> None:
    desk = Account(clock)
    desk.ticket(7)
    lines = numbered(
        line(0, "Ada", "My card is 4111"),
        line(
            1,
            "Ada",
            None,
            type="ChatFileAttachment",
            filename="card.jpg",
            url="https://x.example/card.jpg",
            size=9,
        ),
    )
    desk.audit(7, chat(*lines))
    before = await desk.story(session)
    assert (before[0].text, before[1].attachments) == ("My card is 4111", ("card.jpg",))
    clock.tick(60)
    lines[0]["message"] = "My card is ▇▇▇▇"
    lines[1] |= {"filename": "redacted.txt", "url": None}
    desk.ticket(7)
    after = await desk.story(session)
    assert [(i.id, i.text, i.attachments) for i in after] == [
        (before[0].id, "My card is ▇▇▇▇", ()),
        (before[1].id, "redacted.txt", ()),
    ]


@pytest.mark.parametrize("own", [{}, {"chat_index": 4}, {"message_id": "65fa"}])
async def test_words_that_were_redacted_at_the_beginning_do_not_come_back_with_the_end(
    own: dict[str, Any],
) -> None:
    begun = chat(line(0, "Ada", "My card is ▇▇▇▇", message_id="65fa"))
    ended = chat(line(0, "Ada", "My card is 4111", **own), line(5, "Ana", "Thank you"), told="ChatEndedEvent")
    thread = await thread_of(audit(begun), audit(ended, ident=50))
    assert [message.text for message in thread.messages] == ["My card is ▇▇▇▇", "Thank you"]


async def test_what_only_the_end_tells_is_told_whole() -> None:
    ended = chat(*numbered(line(0, "Ada", "ok"), line(0, "Ada", "the blue one")), told="ChatEndedEvent")
    thread = await thread_of(audit(chat(), ident=30), audit(ended))
    assert [message.text for message in thread.messages] == ["ok", "the blue one"]


async def test_conversations_are_told_apart_from_chats_and_by_the_lines_own_ids() -> None:
    begun = line(0, "Ada", "Hi", message_id="65fa")
    ended = line(0, "Ada", "Hi", message_id="65fa", chat_index=4)
    again = line(50, "Ada", "Hi", message_id="65fb")
    thread = await thread_of(
        audit(chat(begun), via="native_messaging"),
        audit(chat(ended, told="ChatEndedEvent"), ident=50, via="rule"),
        audit(chat(again, ident="2109.1.Next"), ident=60, via="rule"),
    )
    assert [(m.id, m.channel, m.public) for m in thread.messages] == [
        ("2109.1.Sju.65fa", "messaging", True),
        ("2109.1.Next.65fb", "messaging", True),
    ]


@pytest.mark.parametrize("when", [{"timestamp": None}, {"timestamp": "soon"}, {"timestamp": 10**400}])
async def test_lines_without_a_time_stand_where_their_audit_does_in_their_order(when: dict[str, Any]) -> None:
    thread = await thread_of(audit(chat(line(0, "Ada", "ok", **when), line(0, "Ada", "ok", **when))))
    assert [(m.created, m.text) for m in thread.messages] == [((MS + 300_000) * 1000, "ok")] * 2
    assert len({m.id for m in thread.messages}) == 2


async def test_an_agent_whom_the_desk_no_longer_knows_is_no_customer(session: Session, clock: Clock) -> None:
    desk = Account(clock)
    desk.ticket(7)
    gone = {"actor_id": 77, "actor_name": "Zoe", "actor_type": "agent"}
    nameless = {"actor_id": "visitor:12", "actor_name": "Visitor 12", "actor_type": "end-user"}
    desk.audit(7, chat(line(0, "Ada", "Hm", **nameless), line(1, "Ana", "Hello", **gone)))
    story = await desk.story(session)
    assert [(i.role, i.author) for i in story] == [("customer", "Visitor 12"), ("agent", "Zoe")]


@pytest.mark.parametrize(
    "odd",
    [
        {"value": {"chat_id": "c", "history": "lost"}},
        {"value": "lost"},
        {
            "value": {
                "chat_id": "c",
                "history": [{"type": "ChatMessage", "message": ["lost"]}, {"type": ["lost"]}],
            }
        },
        {"value": {"chat_id": ["c"], "history": ["lost", line(1, "Ada", "there")]}},
        {
            "value": {
                "chat_id": "c",
                "history": [line(0, "Ada", None, message={"a": 1}), line(1, "Ada", "there")],
            }
        },
    ],
)
async def test_what_cannot_be_read_in_a_chat_is_left_out_and_the_thread_says_so(odd: dict[str, Any]) -> None:
    said = {"type": "Comment", "body": "Good morning", "author_id": 5, "public": True}
    thread = await thread_of(audit({"type": "ChatStartedEvent", **odd}, said))
    assert not thread.complete
    assert {m.text for m in thread.messages} <= {"Good morning", "there"}
    assert "Good morning" in [m.text for m in thread.messages]


@pytest.mark.parametrize(
    "value", [None, {}, {"history": None}, {"history": []}, {"chat_id": "c", "tags": ["a"]}]
)
async def test_a_session_without_a_history_is_no_fault(value: object) -> None:
    thread = await thread_of(audit({"type": "ChatEndedEvent", "value": value}))
    assert (thread.messages, thread.complete) == ((), True)


async def test_a_chat_that_cannot_be_read_is_not_asked_for_at_every_turn(
    session: Session, clock: Clock
) -> None:
    desk = Account(clock)
    desk.ticket(7)
    desk.audit(7, chat(line(0, "Ada", "there"), line(1, "Ada", None, message={"a": 1})))
    clock.tick(300)
    desk.ticket(8)  # from now on the desk does not tell of the other one
    for _ in range(4):
        await desk.pulled(session)
        clock.tick(60)
    assert desk.asked.count("/tickets/7/audits.json") == 1
    clock.tick(3600)
    await desk.pulled(session)
    assert desk.asked.count("/tickets/7/audits.json") == 2, "once an hour it is tried"
    desk.audit(7, chat(line(9, "Ada", "and here"), ident="2109.1.Next"))
    assert [item.text for item in await desk.story(session)] == ["there", "and here"], (
        "what is new comes at once"
    )
