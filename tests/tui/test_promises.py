"""Promises on the screens: confirmed before a reply leaves, on the board until they are kept, spoken of before they are due."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.clock import SECOND

from console import changes, outbox, promises, reply

HOUR = 3_600 * SECOND
TUESDAY = 1_773_155_400 * SECOND  # 2026-03-10 15:10 UTC
WEDNESDAY_17 = 1_773_248_400 * SECOND

pytestmark = pytest.mark.usefixtures("greenwich")


@pytest.fixture
async def office(office: Any) -> Any:
    """The same desk, on a Tuesday afternoon."""
    office.clock.now = TUESDAY
    await office.sync()
    office.clock.now = TUESDAY
    return office


async def write(pilot: Any, reads: Any, words: str) -> str:
    """A reply on the first ticket, and the key that sends it; the ticket's ref."""
    await reads(pilot, "We look at kettle 11.")
    await pilot.press("r")
    pilot.app._triage.composer.put(words)
    await pilot.press("ctrl+s")
    return str(pilot.app._triage.ref)


def promised(office: Any, ref: str, text: str) -> Any:
    """A reply from elsewhere with what it promises."""
    made = promises.understand(office.session, ref, text).new()
    return reply.reply(office.session, ref, text, promises=made)


@pytest.mark.parametrize("size", [(80, 24), (150, 45)])
async def test_what_a_reply_promises_is_shown_and_kept_with_it(
    office: Any, reads: Any, size: tuple[int, int]
) -> None:
    app = office.app()
    async with app.run_test(size=size) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("enter")
        ref = await write(pilot, reads, "I will call you by tomorrow afternoon.")
        await reads(pilot, "Your reply promises", "Wed 11 Mar 17:00")
        assert outbox.operations(office.session) == []
        await pilot.press("enter")
        await reads(pilot, f"Reply on {ref}")
        if size[0] > 80:  # there the card has its three lines
            await reads(pilot, f"promised by Wed 11 Mar 17:00 on {ref}")
    (made,) = promises.opened(office.session)
    (sent,) = outbox.operations(office.session)
    assert (made.op_id, made.due, made.phrase) == (sent.id, WEDNESDAY_17, "by tomorrow afternoon")


async def test_a_reply_that_promises_nothing_asks_nothing(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await write(pilot, reads, "Please reply by Friday.")
        await reads(pilot, f"Reply on {ref}", gone="Your reply promises")
    assert promises.opened(office.session) == []


async def test_a_setting_switches_the_question_off(office: Any, reads: Any) -> None:
    settings = office.session.settings
    office.session.settings = replace(settings, heard=replace(settings.heard, promises=False))
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await write(pilot, reads, "I will call you tomorrow.")
        await reads(pilot, f"Reply on {ref}")
    assert promises.opened(office.session) == []


async def test_x_drops_one_and_e_gives_another_time(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await write(pilot, reads, "I will call you tomorrow, and we will send the lid on Friday.")
        await reads(pilot, "2 kept")
        await pilot.press("x")
        await reads(pilot, "1 kept")
        await pilot.press("j", "e")
        await reads(pilot, "When is 'on Friday'?")
        await pilot.press(*"12 march 9:00")
        await reads(pilot, "due Thu 12 Mar 09:00")
        await pilot.press("enter")
        await reads(pilot, "Thu 12 Mar 09:00", gone="When is")
        await pilot.press("enter")
        await reads(pilot, "leaves in 10 s")
    (made,) = promises.opened(office.session)
    assert (made.phrase, made.due) == ("on Friday", 1_773_306_000 * SECOND)


async def test_a_promise_without_a_time_wants_one_and_is_not_kept_without(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await write(pilot, reads, "We will get back to you soon.")
        await reads(pilot, "No time to come is said")
        await pilot.press("enter")
        await reads(pilot, "leaves in 10 s")
    assert promises.opened(office.session) == []


async def test_escape_goes_back_to_writing_and_sends_nothing(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await write(pilot, reads, "I will call you tomorrow.")
        await reads(pilot, "Your reply promises")
        await pilot.press("escape")
        await reads(pilot, "I will call you tomorrow.", gone="Your reply promises")
        await pilot.press("ctrl+end", "!", "ctrl+s")
        await reads(pilot, "Your reply promises")
        await pilot.press("enter")
        await reads(pilot, "leaves in 10 s")
    assert [o.body for o in outbox.operations(office.session)] == ["I will call you tomorrow.!"]


async def test_what_comes_while_the_question_stands_has_not_been_read(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await write(pilot, reads, "I will call you tomorrow.")
        await reads(pilot, "Your reply promises")
        newest = app._triage.looked.ticket.low_water
        office.desk.says(ref.partition("/")[2], "a2", "I have sent a new kettle.")
        await office.sync()
        app._triage.changed()
        await pilot.pause(0.3)
        await pilot.press("enter")
        await reads(pilot, "leaves in 10 s")
    assert [o.low_water for o in outbox.operations(office.session)] == [newest]


async def test_u_takes_reply_and_promise_back(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await write(pilot, reads, "I will call you tomorrow.")
        await reads(pilot, "Your reply promises")
        await pilot.press("enter")
        await reads(pilot, "leaves in 10 s")
        await pilot.press("u")
        await reads(pilot, "Taken back")
    assert [p.state for p in promises.closed(office.session)] == ["dropped"]
    assert promises.opened(office.session) == []


async def test_the_board_shows_what_is_late_due_today_and_kept(office: Any, reads: Any) -> None:
    first, second, third, fourth = [f"acme/{number}" for number in office.desk.tickets][:4]
    promised(office, first, "We will answer within 2 hours.")
    promised(office, second, "I will call you by 16:00.")
    promised(office, third, "I will write on Friday.")
    promises.keep(office.session, promised(office, fourth, "I will call you tomorrow.").id + "-1")
    office.clock.now = TUESDAY + HOUR
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("P")
        shown = await reads(pilot, "0 of 1 kept in time")
        lines = [line for line in shown.splitlines() if "acme/" in line][:4]
        told = [(second, "late"), (first, "today"), (third, "to come"), (fourth, "kept")]
        assert all(
            ref in line and section in line for (ref, section), line in zip(told, lines, strict=True)
        ), shown
        await pilot.press("K")
        await reads(pilot, "'by 16:00' was kept")
        await pilot.press("enter")
        await reads(pilot, "PUBLIC REPLY")


async def test_a_promise_is_moved_and_dropped_with_a_reason(office: Any, reads: Any) -> None:
    promised(office, f"acme/{next(iter(office.desk.tickets))}", "We will answer within 2 hours.")
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("P")
        await reads(pilot, "within 2 hours")
        await pilot.press("m")
        await reads(pilot, "When instead of")
        await pilot.press(*"friday 9:00")
        await reads(pilot, "due Fri 13 Mar 09:00")
        await pilot.press("enter")
        await reads(pilot, "due Fri 13 Mar 09:00 now")
        await pilot.press("x")
        await reads(pilot, "Why is 'friday 9:00' dropped?")
        await pilot.press("enter")
        await reads(pilot, "dropped, not needed any more; u takes it back")
    states = [(p.state, p.kept_by) for p in promises.closed(office.session)]
    assert ("dropped", "not needed any more") in states
    assert len(states) == 2


async def test_u_takes_back_what_was_said_of_a_promise_and_no_other_change(office: Any, reads: Any) -> None:
    ref = f"acme/{next(iter(office.desk.tickets))}"
    promised(office, ref, "We will answer within 2 hours.")
    changes.apply(office.session, changes.plan_refs(office.session, [ref], changes.parse(["priority=high"])))
    await office.sync()
    before = promises.opened(office.session)
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("P")
        await reads(pilot, "within 2 hours", "K kept")
        await pilot.press("K")
        await reads(pilot, "was kept; u takes it back", "said by", gone="K kept")
        await pilot.press("u")
        await reads(pilot, "Taken back: promise kept on", "K kept")
        assert promises.opened(office.session) == before
        await pilot.press("x")
        await reads(pilot, "Why is 'within 2 hours' dropped?")
        await pilot.press("enter")
        await reads(pilot, "dropped, not needed any more")
        await pilot.press("u")
        await reads(pilot, "Taken back: promise dropped on", "within 2 hours")
        await pilot.press("m")
        await reads(pilot, "When instead of")
        await pilot.press(*"friday 9:00", "enter")
        await reads(pilot, "due Fri 13 Mar 09:00 now")
        await pilot.press("u")
        await reads(pilot, "Taken back: promise moved on")
        assert promises.opened(office.session) == before
        await pilot.press("u")
        await reads(pilot, "Taken back: priority=high")


async def test_before_it_is_due_one_key_drafts_an_honest_update(office: Any, reads: Any) -> None:
    ref = f"acme/{next(iter(office.desk.tickets))}"
    sent = promised(office, ref, "We will answer within 2 hours.")
    await office.sync()
    office.clock.now = TUESDAY + 2 * HOUR - 600 * SECOND
    app = office.app()
    async with app.run_test(size=(150, 45)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.pause(0.3)
        app._triage.tick()
        await reads(pilot, f"{ref}: promised 'within 2 hours', due in 10m, nothing sent")
        await pilot.press("U")
        await reads(pilot, "Wed 11 March 17:10.")
        assert [o.id for o in outbox.operations(office.session)] == []
        await pilot.press("ctrl+s")
        await reads(pilot, "This moves what you promised")
        await pilot.press("enter")
        await reads(pilot, "leaves in 10 s")
    (now,) = promises.opened(office.session)
    (old,) = promises.closed(office.session)
    assert (old.op_id, old.state, now.replaces) == (sent.id, "moved", old.id)
    assert now.due == WEDNESDAY_17 + 600 * SECOND


async def test_an_honest_update_comes_above_what_is_being_written(office: Any, reads: Any) -> None:
    ref = f"acme/{list(office.desk.tickets)[-1]}"
    promised(office, ref, "We will answer within 2 hours.")
    await office.sync()
    office.clock.now = TUESDAY + 2 * HOUR - 600 * SECOND
    app = office.app()
    async with app.run_test(size=(150, 45)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("r", *"My words", "escape")
        await reads(pilot, "My words")
        await pilot.press("escape", "P")
        await reads(pilot, "within 2 hours", "due")
        await pilot.press("U")
        await reads(pilot, "17:10.", "My words")
        assert "17:10." in app._triage.composer.text
