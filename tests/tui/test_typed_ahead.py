"""Keys that arrive before what the key before them brings is there: they wait for it, and act on nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from support.pilots import until
from textual import events

from console import outbox, reply
from store.drafts import all_drafts

Reads = Callable[..., Any]


def burst(app: Any, *keys: str) -> None:
    """Press them as a slow line brings them: all at once."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def made(office: Any) -> list[tuple[str, str]]:
    return [(o.ref, o.body or o.words()) for o in outbox.operations(office.session)]


def drafts(office: Any) -> dict[str, str]:
    return {draft.ref: draft.text for draft in office.session.db.read(all_drafts)}


async def test_a_key_after_enter_acts_on_the_ticket_that_was_opened(office: Any, reads: Reads) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        ref = app._triage.at_hand
        burst(app, "enter", "j", "a")
        await reads(pilot, "assignee=me")
        assert made(office) == [(ref, "assignee=Ana Silva")]


@pytest.mark.parametrize(
    ("keys", "told", "left"),
    [
        (("t", *"vip", "enter"), "+vip; u", "+vip"),
        (("A", *"Bo", "enter"), "assignee=Bo Berg; u", "assignee=Bo Berg"),
    ],
)
async def test_what_is_typed_before_a_list_is_there_goes_into_it(
    office: Any, reads: Reads, keys: tuple[str, ...], told: str, left: str
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        ref = app._triage.at_hand
        burst(app, *keys)
        await reads(pilot, told)
        assert made(office) == [(ref, left)]
        assert drafts(office) == {}


async def test_a_key_after_a_query_acts_on_the_tickets_that_it_finds(office: Any, reads: Reads) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        burst(app, "/", *"kettle-3", "enter", "a")
        await reads(pilot, "assignee=me")
        assert [ref for ref, _ in made(office)] == [app._triage.queue.row().ref]
        assert app._triage.queue.row().subject.startswith("Kettle 3 ")


async def test_words_after_the_key_for_the_next_ticket_are_for_that_one(office: Any, reads: Reads) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        before = app._triage.at_hand
        burst(app, "J", "r", *"Sorry")
        await reads(pilot, "Sorry")
        assert app._triage.composer.ref == app._triage.ref != before


async def test_keys_after_enter_in_the_outbox_do_nothing_to_what_waits_there(
    office: Any, reads: Reads
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        ref = app._triage.at_hand
        reply.note(office.session, ref, "Later", send_at=office.clock() + 10**12)
        await pilot.press("O")
        await reads(pilot, "Later")
        burst(app, "enter", "r", *"Dear", "escape")
        await reads(pilot, "Dear")
        assert made(office) == [(ref, "Later")]


async def test_words_typed_before_a_message_is_back_from_the_outbox_stand_below_it(
    office: Any, reads: Reads
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        reply.note(office.session, app._triage.at_hand, "Later", send_at=office.clock() + 10**12)
        await pilot.press("O")
        await reads(pilot, "Later")
        burst(app, "e", *"Dear")
        await reads(pilot, "LaterDear")
        assert app._triage.composer.text == "LaterDear"


async def test_keys_that_are_still_on_their_way_when_the_program_ends_do_nothing(
    office: Any, reads: Reads
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("r")
        await until(pilot, lambda: app._triage.composer.area.has_focus, "the focus")
        app._triage.composer.area.call_later(asyncio.sleep, 0.3)  # what was typed before is not done yet
        burst(app, "escape", "j")
        await asyncio.sleep(0.05)
    assert app._exception is None


@pytest.mark.parametrize("out", [("escape",), ("escape", "escape", "j"), ("ctrl+q",)])
@pytest.mark.parametrize("rest", ["", "rest"])
async def test_words_that_are_on_their_way_out_do_not_become_a_draft_again(
    office: Any, reads: Reads, out: tuple[str, ...], rest: str
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        ref = app._triage.at_hand
        burst(app, "n", *"Sorry", "ctrl+s", *rest, *out)
        await until(pilot, lambda: made(office) and app._triage._leaves is None, "the message")
        await pilot.press("ctrl+q")
    assert made(office) == [(ref, "Sorry")]
    assert drafts(office) == ({ref: rest} if rest else {})


async def test_enter_twice_in_the_palette_takes_one_action_and_ends_nothing(
    office: Any, reads: Reads
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press(":", *"priority")
        await reads(pilot, "Choose the priority.")
        await pilot.press("down")
        burst(app, "enter", "enter", "enter")
        await reads(pilot, gone="Choose the priority.")
        assert app.is_running
