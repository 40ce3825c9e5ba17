"""After sending: the seconds in which a reply can be taken back, and replies that leave at a chosen time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.pilots import until

from console import changes, outbox, reply
from screens import times_offered
from screens.app import HeardApp
from store.sync.state import save_state

HOUR = 3_600_000_000
SATURDAY = 1_795_258_800_000_000  # 2026-11-21 11:00 UTC


pytestmark = pytest.mark.usefixtures("greenwich")


async def write(pilot: Any, reads: Any, words: str = "Sorry") -> str:
    """A reply typed on the first ticket, not sent yet; its ref."""
    await reads(pilot, "We look at kettle 11.")
    await pilot.press("r", *words)
    return str(pilot.app._triage.ref)


@pytest.mark.parametrize("size", [(80, 24), (130, 40)])
async def test_a_countdown_shows_until_the_reply_leaves(
    office: Any, reads: Any, size: tuple[int, int]
) -> None:
    app = office.app()
    async with app.run_test(size=size) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("enter")
        ref = await write(pilot, reads)
        await pilot.press("ctrl+s")
        await reads(pilot, f"Reply to {ref} leaves in 10 s · u takes it back")
        looked: list[str] = []
        app._triage.refresh_status = lambda: looked.append("looked")
        office.clock.tick(1)
        await reads(pilot, f"Reply to {ref} leaves in 9 s · u takes it back")
        assert looked == []
        office.clock.tick(9)
        await reads(pilot, gone="takes it back ")
    assert [o.state for o in outbox.operations(office.session)] == ["queued"]


async def test_u_takes_it_back_and_the_words_into_the_composer(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await write(pilot, reads)
        await pilot.press("ctrl+s")
        await reads(pilot, f"Reply to {ref} leaves in 10 s")
        await pilot.press("n")
        await reads(pilot, "leaves in 10 s · esc, then u takes it back")
        await pilot.press("escape", "u")
        await reads(pilot, "┃ Sorry", gone="leaves in 10 s")
    assert outbox.operations(office.session) == []
    await office.sync()
    assert office.desk.writes == []


async def test_a_click_takes_back_the_reply_that_the_line_names(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await write(pilot, reads)
        await pilot.press("ctrl+s")
        await reads(pilot, f"Reply to {ref} leaves in 10 s")
        changes.set_fields(office.session, "acme/4", changes.parse(["priority=high"]))
        await reads(pilot, "D in the outbox (O) takes it back")
        await pilot.click("HeldLine", offset=(5, 0))
        await reads(pilot, f"Taken back: reply on {ref}")
    assert [o.words() for o in outbox.operations(office.session)] == ["priority=high"]


async def test_several_held_replies_are_counted_and_survive_a_restart(office: Any, reads: Any) -> None:
    first, second, third = [f"acme/{number}" for number in office.desk.tickets][:3]
    for ref in (first, second, third):
        reply.reply(office.session, ref, f"Sorry about {ref}")
        office.clock.tick(1)
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, f"Reply to {third} leaves in 9 s · u takes it back (+2)")
        await pilot.press("u")
        await reads(pilot, f"Reply to {second} leaves in 8 s · u takes it back (+1)")
        await pilot.press("q")
    again: HeardApp = office.app()
    async with again.run_test(size=(130, 40)) as pilot:
        await reads(pilot, f"Reply to {second} leaves in 8 s · u takes it back (+1)")
    kept = reply.load_draft(office.session, third)
    assert kept is not None
    assert kept.text == f"Sorry about {third}"


async def test_without_the_seconds_nothing_is_counted(office: Any, reads: Any) -> None:
    settings = office.session.settings
    office.session.settings = replace(settings, sync=replace(settings.sync, undo_send=0))
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await write(pilot, reads)
        await pilot.press("ctrl+s")
        shown = await reads(pilot, "leaves now")
        assert "takes it back (" not in shown
        assert app._triage._held_line is None
    await office.engine.once()
    assert [w.body for w in office.desk.writes] == ["Sorry"]


async def test_what_the_agent_had_read_goes_with_the_reply(office: Any, reads: Any) -> None:
    """The newest message on the screen, not the newest that the store knows by the time of sending."""
    office.desk.caps = replace(office.desk.caps, cas="none", cas_on_reply=False)  # it is looked at first
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await write(pilot, reads)
        seen = [i.id for i in app._triage.timeline.window.items if i.ref == ref and i.kind != "outbox"][-1]
        app._triage.changed = lambda: None  # the screen does not hear of what comes now
        office.desk.says(ref.partition("/")[2], "a2", "I have sent a new kettle.")
        await office.sync()
        await pilot.press("ctrl+s")
        found = await until(pilot, lambda: outbox.operations(office.session), "the reply")
        assert [o.low_water for o in found] == [seen]
    office.clock.tick(20)
    await office.sync()
    assert [o.state for o in outbox.operations(office.session)] == ["review"]


async def test_a_reply_can_be_sent_later(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        ref = await write(pilot, reads)
        await pilot.press("ctrl+l", *"9:30", "enter")  # typed ahead of the window
        await reads(pilot, "leaves Thu 1 Jan 09:30; u takes it back")
        (waiting,) = outbox.operations(office.session)
        assert (waiting.ref, waiting.body) == (ref, "Sorry")
        await pilot.press("O")
        shown = await reads(pilot, "queued: leaves Thu 1 Jan 09:30")
        assert "leaves in" not in shown
    await office.sync()
    assert office.desk.writes == []
    office.clock.now = waiting.send_at
    await office.sync()
    assert [w.body for w in office.desk.writes] == ["Sorry"]


async def test_a_time_that_makes_no_sense_is_not_taken(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("enter")
        await write(pilot, reads)
        await pilot.press("ctrl+l")
        await reads(pilot, "in 1 hour", "this afternoon 14:00")
        await pilot.press(*"9:61", "enter", "escape")
        await reads(pilot, "Sorry", gone="in 1 hour")
    assert outbox.operations(office.session) == []


def test_the_offered_times_are_still_to_come() -> None:
    offered = {c.label: c.detail for c in times_offered.offered(SATURDAY, 14)}
    assert offered["in 1 hour"] == "Sat 21 Nov 12:00"
    assert offered["this afternoon 14:00"] == "Sat 21 Nov 14:00"
    assert offered["tomorrow 9:00"] == "Sun 22 Nov 09:00"
    assert offered["Monday 9:00"] == "Mon 23 Nov 09:00"
    evening = [c.label for c in times_offered.offered(SATURDAY + 4 * HOUR, 14)]
    assert "this afternoon 14:00" not in evening
    assert times_offered.meaning("leaves", "9:30", SATURDAY) == "leaves Sun 22 Nov 09:30"
    assert times_offered.meaning("leaves", "yesterday", SATURDAY) == ""


async def test_a_desk_that_is_not_believed_says_so(office: Any, reads: Any) -> None:
    app = office.app()
    save_state(
        office.session.db, "acme", "suspicious", detail="12 of 12 tickets vanished.", code="suspicious"
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await reads(pilot, "list looks wrong; see heard doctor")
        await pilot.press("exclamation_mark")
        await reads(pilot, "12 of 12 tickets vanished.")
