"""One ticket after the other on the screen: by score, in play mode, put off, taken, and looked at again."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from support.desk import BO
from support.pilots import until

from console import changes, nextup, outbox, snooze
from widgets.insight import InsightDialog


def remote(ref: str) -> str:
    return ref.partition("/")[2]


async def ready(pilot: Any, reads: Any) -> None:
    await reads(pilot, "Kettle 11")
    await reads(pilot, "reply")


async def test_the_next_ticket_is_the_one_with_the_highest_score_and_w_tells_why(
    office: Any, reads: Any
) -> None:
    app = office.app()
    first, second = [s.row.ref for s in nextup.next_up(office.session, most=2)]
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press("J")
        await until(pilot, lambda: app._triage.ref == first)
        await reads(pilot, "points; W tells the sum")
        await pilot.press("W")
        await reads(pilot, "nobody's")
        await pilot.press("J")
        await until(pilot, lambda: app._triage.ref == second)


async def test_in_play_mode_acting_brings_the_next_ticket(office: Any, reads: Any) -> None:
    app = office.app()
    order = [s.row.ref for s in nextup.next_up(office.session, "status:live -is:snoozed", most=12)]
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press(">")
        await reads(pilot, "playing: 12 left")
        assert app._triage.ref == order[0]
        await pilot.press("r", *"Sorry", "ctrl+s")
        await reads(pilot, "playing: 11 left")
        (operation,) = outbox.operations(office.session)
        assert (operation.ref, operation.kind) == (order[0], "reply")
        assert app._triage.ref == order[1]
        await pilot.press("s")
        await reads(pilot, "Status of acme/")
        await pilot.press(*"solv", "enter")
        await reads(pilot, "playing: 10 left")
        assert app._triage.ref == order[2]
        await pilot.press("Z")
        await reads(pilot, f"Put {order[2]} off until")
        await pilot.press("enter")
        await reads(pilot, "playing: 9 left")
        assert [s.ref for s in snooze.asleep(office.session)] == [order[2]]
        await pilot.press("escape")
        await reads(pilot, "Played Live: 3 tickets done.")
        assert app._triage.playing is None


async def test_who_asks_why_while_the_next_ticket_is_on_its_way_gets_both(office: Any, reads: Any) -> None:
    app = office.app()
    order = [s.row.ref for s in nextup.next_up(office.session, "status:live -is:snoozed", most=2)]
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press(">")
        await reads(pilot, "playing: 12 left")
        app._triage._done_with(order[0])
        app._triage.do_why_next()
        await until(pilot, lambda: app._triage.ref == order[1])


async def test_an_internal_note_and_another_assignee_do_not_bring_the_next(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press(">")
        await reads(pilot, "playing: 12 left")
        here = app._triage.ref
        await pilot.press("n", *"Hm", "ctrl+s")
        await reads(pilot, "Internal note on")
        await pilot.press("a")
        await until(pilot, lambda: len(outbox.operations(office.session)) == 2)
        assert (app._triage.ref, app._triage.playing.left) == (here, 12)


async def test_the_third_ticket_that_is_passed_over_needs_a_reason(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press(">")
        for left in (12, 11):
            await reads(pilot, f"playing: {left} left")
            await pilot.press("X")
        await reads(pilot, "playing: 10 left")
        third = app._triage.ref
        await pilot.press("X")
        await reads(pilot, f"Why is {third} passed over?")
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert app._triage.ref == third
        await pilot.press("X")
        await reads(pilot, f"Why is {third} passed over?")
        await pilot.press(*"courier", "enter")
        await reads(pilot, "playing: 9 left")
        assert app._triage.ref != third
        await pilot.press("escape", "escape")
        await reads(pilot, "Played Live: 0 tickets done.")


async def test_marked_tickets_are_put_off_together_and_wake_with_the_reason(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press("space", "space", "Z")
        await reads(pilot, "Put 2 marked tickets off until")
        await pilot.press(*"the customer", "enter")
        await reads(pilot, "2 tickets put off until the customer writes")
        await reads(pilot, "Live: 10 tickets")
        ref = snooze.asleep(office.session)[0].ref
        author = office.desk.tickets[remote(ref)].requester_id
        office.desk.says(remote(ref), author, "It burns now!")
        await office.sync()
        await reads(pilot, f"{ref} is back: ")
        await reads(pilot, "11 tickets")
        app._triage.open_ticket(ref)
        await reads(pilot, "since you looked: woke: ")
        await reads(pilot, "(woke: ")


async def test_a_snoozed_ticket_says_so_and_is_woken_with_the_same_key(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press("enter", "Z")
        ref = app._triage.ref
        await reads(pilot, f"Put {ref} off until")
        await pilot.press(*"2h", "enter")
        await reads(pilot, "(snoozed until ")
        await pilot.press("Z")
        await reads(pilot, "wake it now")
        await pilot.press("enter")
        await reads(pilot, f"{ref} is back.", gone="(snoozed until ")
        assert snooze.asleep(office.session) == []


async def test_undo_takes_a_snooze_back_and_not_the_change_before_it(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press("enter", "Z")
        ref = app._triage.ref
        changes.set_fields(office.session, ref, changes.parse(["priority=urgent"]))
        await reads(pilot, f"Put {ref} off until")
        await pilot.press(*"2h", "enter")
        await reads(pilot, "(snoozed until ")
        await pilot.press("u")
        await reads(pilot, "Taken back: snooze until ", gone="(snoozed until ")
        assert snooze.asleep(office.session) == []
        await pilot.press("u")
        await reads(pilot, f"Taken back: priority=urgent on {ref}.")


async def test_a_ticket_that_a_colleague_has_is_taken_over_only_when_that_is_confirmed(
    office: Any, reads: Any
) -> None:
    (ref, *_) = (s.row.ref for s in nextup.next_up(office.session))
    changes.set_fields(office.session, ref, changes.parse([f"assignee={BO.name}"]))
    await office.sync()
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        app._triage.open_ticket(ref)
        await pilot.press("alt+c")
        shown = await reads(
            pilot, f"{ref} is not yours: Bo Berg has it. In the queue and the story a takes it"
        )
        assert "heard set" not in shown
        await pilot.press("a")
        await reads(pilot, f"Bo Berg has {ref}.")
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert outbox.operations(office.session) == []
        await pilot.press("a")
        await reads(pilot, f"Bo Berg has {ref}.")
        await pilot.press(*"take", "enter")
        await until(pilot, lambda: outbox.operations(office.session))


async def test_a_colleague_who_was_quicker_is_named(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press("enter", "a")
        ref = app._triage.ref
        await until(pilot, lambda: outbox.operations(office.session))
        now = office.clock.tick(1)
        office.desk.tickets[remote(ref)] = replace(
            office.desk.tickets[remote(ref)], assignee_id=BO.id, updated=now, version=now, token=str(now)
        )
        await office.sync()
        await reads(pilot, f"Bo Berg was quicker: {ref} is not yours")


@pytest.mark.parametrize(
    ("choice", "sent", "kept"), [("enter", 0, "Sorry"), ("anyway", 1, ""), ("draft", 0, "Sorry")]
)
async def test_a_reply_that_a_colleague_was_quicker_with(
    office: Any, reads: Any, choice: str, sent: int, kept: str
) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press("enter", "r", *"Sorry")
        ref = app._triage.ref
        office.desk.says(remote(ref), BO.id, "A new kettle is on its way.")
        await office.sync()
        await reads(pilot, "A new kettle is on its way.")
        await pilot.press("ctrl+s")
        await reads(pilot, "Bo Berg replied on this ticket since you began", " s ago")
        await pilot.press(*(["enter"] if choice == "enter" else [*choice, "enter"]))
        await until(pilot, lambda: len(outbox.operations(office.session)) == sent)
        await pilot.pause(0.1)
        assert app._triage.composer.text == kept
        if choice == "enter":
            assert app._triage.focused is app._triage.timeline
            await pilot.press("r", "ctrl+s")
            await until(pilot, lambda: len(outbox.operations(office.session)) == 1)


async def test_what_changed_since_is_told_when_a_ticket_is_opened_again(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        ref = app._triage.ref or app._triage.at_hand
        office.desk.says(remote(ref), BO.id, "Nearly there.")
        await office.sync()
        await pilot.press("enter")
        await reads(pilot, "Nearly there.")
        await pilot.press("escape")
        await until(pilot, lambda: not app._triage.row_at_hand().unseen)
        office.desk.says(remote(ref), BO.id, "It is on its way.")
        await office.sync()
        await reads(pilot, "It is on its way.")
        await pilot.press("enter")
        await reads(pilot, f"{ref}, since you looked: 1 message.")


async def test_following_and_the_lists_of_the_palette(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press("f")
        await reads(pilot, "You follow acme/")
        await app.perform_id("followed")
        await reads(pilot, "Followed: 1 ticket")
        await pilot.press("f")
        await reads(pilot, "no more.")
        office.clock.tick(30 * 3_600)
        await app.perform_id("sweep")
        await until(pilot, lambda: isinstance(app.screen, InsightDialog))
        await reads(pilot, "the customer waits")
        ref = app.screen.entries[0].ref
        await pilot.press("enter")
        await until(pilot, lambda: app._triage.ref == ref)


async def test_likely_duplicates_are_listed_with_their_evidence(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await app.perform_id("dupes")
        await until(pilot, lambda: isinstance(app.screen, InsightDialog))
        first = app.screen.entries[0]
        await reads(pilot, f"merge {first.ref} into acme/")
        await pilot.press("enter")
        await until(pilot, lambda: app._triage.ref == first.ref)


async def test_a_note_that_names_me_is_in_the_inbox(office: Any, reads: Any) -> None:
    ref = nextup.next_up(office.session)[0].row.ref
    office.desk.says(remote(ref), BO.id, "@Ana can you?", public=False)
    await office.sync()
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await ready(pilot, reads)
        await pilot.press("@")
        await reads(pilot, "Mentions: 1 ticket")


async def test_a_time_that_cannot_be_read_is_answered_with_those_that_can(office: Any, reads: Any) -> None:
    async with office.app().run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("Z")
        await reads(pilot, "another time", "in 1 hour")
        await pilot.press(*"dinsdag")
        await reads(pilot, "type it: 9:30", gone="in 1 hour")
        await pilot.press("enter")
        await reads(pilot, "type it: 9:30")
        assert snooze.asleep(office.session) == []
        await pilot.press(*["backspace"] * 7, *"2d")
        await reads(pilot, "wakes ")
        await pilot.press("enter")
        await reads(pilot, "put off until", gone="another time")
        assert len(snooze.asleep(office.session)) == 1
