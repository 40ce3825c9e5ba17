"""One ticket's draft in two consoles: whoever saves last, no words are dropped."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import outbox, reply
from console.session import Session
from console.undo import undo
from store.drafts import Mode
from store.sync import Engine

REF = "acme/1"


def draft(session: Session) -> str:
    found = reply.load_draft(session, REF)
    return found.text if found else ""


def aside(session: Session) -> list[str]:
    """The words that were put aside."""
    return [o.body for o in outbox.operations(session, ("cancelled",))]


def test_what_another_console_kept_is_put_aside_and_told(session: Session) -> None:
    reply.save_draft(session, REF, "Dear Maria,", "reply", "")
    told = reply.save_draft(session, REF, "Hello from the other side", "note", "")
    assert (draft(session), aside(session)) == ("Hello from the other side", ["Dear Maria,"])
    kept = outbox.find(session, told)
    assert (kept.kind, kept.state, kept.ref) == ("reply", "cancelled", REF)
    assert told[-6:] in reply.aside(REF, told)


@pytest.mark.parametrize("typed", ["Dear Maria, hello", ""])
def test_going_on_with_ones_own_draft_puts_nothing_aside(session: Session, typed: str) -> None:
    reply.save_draft(session, REF, "Dear Maria,", "reply", "")
    assert not reply.save_draft(session, REF, typed, "reply", "Dear Maria,")
    assert (draft(session), aside(session)) == (typed, [])


@pytest.mark.parametrize("stale", ["", "Dear", "Dear Maria"])
def test_a_console_that_only_holds_the_beginning_takes_nothing_away(session: Session, stale: str) -> None:
    reply.save_draft(session, REF, "Dear Maria, hello", "reply", "")
    assert not reply.save_draft(session, REF, stale, "reply", "Dear Maria")
    assert (draft(session), aside(session)) == ("Dear Maria, hello", [])


def test_what_was_typed_long_ago_gives_way_to_what_is_newer(session: Session) -> None:
    reply.save_draft(session, REF, "Dear Maria,", "reply", "")
    reply.save_draft(session, REF, "Hello!", "reply", "Dear Maria,")
    assert reply.save_draft(session, REF, "Dear Maria,", "reply", "Dear Maria,")
    assert (draft(session), aside(session)) == ("Hello!", ["Dear Maria,"])


def test_of_two_who_type_at_once_the_words_are_put_aside_once_each(session: Session) -> None:
    held = {"I": "", "You": ""}
    for more in ("", " wrote", " this", " here"):
        for who, before in held.items():
            held[who] = (before or who) + more
            reply.save_draft(session, REF, held[who], "reply", before)
    assert draft(session) == "You wrote this here"
    assert sorted(aside(session)) == ["I wrote this here", "You wrote this"]


def test_throwing_a_draft_away_leaves_another_consoles_words(session: Session) -> None:
    reply.save_draft(session, REF, "Theirs", "reply", "")
    reply.discard_draft(session, REF, "Mine", "reply", "Mine")
    assert draft(session) == "Theirs"
    reply.discard_draft(session, REF, "Theirs", "reply", "Theirs")
    assert not draft(session)


@pytest.mark.parametrize(("drafted", "sent"), [("note", "reply"), ("reply", "note")])
async def test_a_note_never_gets_into_a_public_reply_that_is_taken_back(
    session: Session, desk: MemoryDesk, clock: Clock, drafted: Mode, sent: Mode
) -> None:
    ref = f"acme/{desk.open(desk.customer('Ada'), 'Kettle', 'It leaks.')}"
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    write = reply.note if sent == "note" else reply.reply
    write(session, ref, "Sent too early.")
    reply.save_draft(session, ref, "Typed since.", drafted, "")
    undo(session)
    found = reply.load_draft(session, ref)
    assert found is not None
    assert (found.mode, found.text) == ("note", "Sent too early.\n\nTyped since.")
