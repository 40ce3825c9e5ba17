"""A ticket's draft that another console goes on with: whatever is done here, no words of it are dropped."""

from __future__ import annotations

from typing import Any

import pytest

from console import outbox, reply


async def begun(office: Any, reads: Any, pilot: Any) -> str:
    """Open the newest ticket, type "Sorry" and let it be kept; returns the ticket."""
    await reads(pilot, "We look at kettle 11.")
    await pilot.press("r", *"Sorry", "escape")
    await reads(pilot, "Sorry")
    await pilot.press("escape")
    ref = str(pilot.app._triage.composer.ref)
    await pilot.app.loads.write(lambda: None)
    assert draft(office, ref) == "Sorry"
    return ref


def draft(office: Any, ref: str) -> str:
    found = reply.load_draft(office.session, ref)
    return found.text if found else ""


def aside(office: Any) -> list[str]:
    return [o.body for o in outbox.operations(office.session, ("cancelled",))]


async def test_typing_on_puts_the_words_of_another_console_aside_and_says_so(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await begun(office, reads, pilot)
        reply.save_draft(office.session, ref, "Dear Maria", "reply", "Sorry")
        await pilot.press("r", *" again", "escape")
        await reads(pilot, "Another console kept other words")
        assert (draft(office, ref), aside(office)) == ("Sorry again", ["Dear Maria"])


async def test_sending_leaves_the_draft_of_another_console(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await begun(office, reads, pilot)
        reply.save_draft(office.session, ref, "Sorry, and what we do is this", "reply", "Sorry")
        await pilot.press("r", "ctrl+s")
        await reads(pilot, "NOT SENT YET")
        assert [o.body for o in outbox.operations(office.session)] == ["Sorry"]
        assert draft(office, ref) == "Sorry, and what we do is this"


@pytest.mark.parametrize("key", ["ctrl+q", "j"])
async def test_leaving_does_not_bring_back_what_is_older(office: Any, reads: Any, key: str) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await begun(office, reads, pilot)
        reply.save_draft(office.session, ref, "Sorry, and what we do is this", "reply", "Sorry")
        await pilot.press("h", key)
        await pilot.pause()
    assert draft(office, ref) == "Sorry, and what we do is this"


async def test_leaving_makes_no_draft_of_what_another_console_has_sent(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await begun(office, reads, pilot)
        reply.reply(office.session, ref, "Sorry")
        await pilot.press("h", "ctrl+q")
    assert not draft(office, ref)


async def test_an_empty_console_does_not_throw_anothers_draft_away(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("r")
        await reads(pilot, "PUBLIC REPLY")
        ref = str(app._triage.composer.ref)
        reply.save_draft(office.session, ref, "Dear Maria", "reply", "")
        await pilot.press("ctrl+q")
    assert draft(office, ref) == "Dear Maria"


async def test_words_that_another_console_has_sent_are_not_sent_twice_unasked(
    office: Any, reads: Any
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await begun(office, reads, pilot)
        reply.reply(office.session, ref, "Sorry")
        app.screen.changed()
        await reads(pilot, "NOT SENT YET")
        await pilot.press("r", "ctrl+s")
        await reads(pilot, "Send them twice?")
        await pilot.press("enter")
        await reads(pilot, gone="Send them twice?")
        assert [o.body for o in outbox.operations(office.session)] == ["Sorry"]
