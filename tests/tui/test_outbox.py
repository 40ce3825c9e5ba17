"""The outbox: how each operation stands, and what a person does about it."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from console import changes, history, outbox, reply, triage
from console.session import Session
from store.remotes import Absent
from widgets.dispute import DisputeDialog

HOUR = 3_600_000_000
NOW = 1_772_000_000_000_000  # Wed 25 Feb 2026, 06:13 UTC


def refs(office: Any) -> list[str]:
    return [f"acme/{number}" for number in office.desk.tickets]


def states(office: Any) -> list[tuple[str, str, str]]:
    return [(o.ref, o.state, o.body) for o in outbox.operations(office.session)]


async def stale(office: Any, answer: str = "I have sent a new kettle.") -> str:
    """A reply that is held back because Bo was quicker; its ref."""
    ref = refs(office)[0]
    reply.reply(office.session, ref, "We look into it.", hold=False)
    office.desk.says(ref.partition("/")[2], "a2", answer)
    await office.sync()
    assert states(office) == [(ref, "review", "We look into it.")]
    return ref


async def test_each_row_says_in_words_when_it_leaves(office: Any, reads: Any) -> None:
    first, second, third = refs(office)[:3]
    reply.reply(office.session, first, "soon")
    reply.reply(office.session, second, "later", send_at=office.session.now() + 30 * HOUR)
    office.desk.down = True
    changes.set_fields(office.session, third, changes.parse(["priority=high"]))
    office.clock.tick(3)
    await office.engine.once()
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press("O")
        await reads(pilot, "leaves in 7 s", "leaves Fri 2 Jan ", "waits for the desk: ")
        office.clock.tick(1)
        await reads(pilot, "leaves in 6 s", gone="leaves in 7 s")
        office.clock.tick(6)
        await reads(pilot, "leaves by itself", gone="leaves in 1 s")


async def test_send_now_does_not_wait_for_the_countdown(office: Any, reads: Any) -> None:
    ref = refs(office)[0]
    reply.reply(office.session, ref, "Sorry")
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press("O")
        await reads(pilot, "r send now")
        await pilot.press("r")
        await reads(pilot, "is sent now", gone="leaves in")
    await office.engine.once()
    assert office.desk.messages[ref.partition("/")[2]][-1].text == "Sorry"


async def test_send_now_promises_nothing_while_the_desk_is_offline(office: Any, reads: Any) -> None:
    ref = refs(office)[0]
    reply.reply(office.session, ref, "Sorry")
    office.desk.down = True
    office.clock.tick(3)
    await office.engine.once()
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press("O")
        await reads(pilot, "r send now")
        await pilot.press("r")
        await reads(pilot, "leaves as soon as acme is online again")


async def test_a_reply_held_back_shows_the_answer_it_missed_and_can_be_sent_anyway(
    office: Any, reads: Any
) -> None:
    ref = await stale(office)
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        shown = await reads(pilot, "I have sent a new kettle.", "Bo Berg answered", "r send anyway")
        assert shown.index("I have sent a new kettle.") < shown.index("We look into it.")
        await pilot.press("r")
        await reads(pilot, "is queued again")
    await office.sync()
    assert states(office) == []
    assert office.desk.messages[ref.partition("/")[2]][-1].text == "We look into it."


async def test_edit_takes_the_words_back_into_the_composer(office: Any, reads: Any) -> None:
    ref = await stale(office)
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await pilot.press("O")
        await reads(pilot, "send anyway")
        await pilot.press("e")
        await reads(pilot, "┃ We look into it.", f"The reply on {ref} is a draft again.")
        assert outbox.operations(office.session) == []
        await pilot.press(*" Bo is right.", "ctrl+s")
        await reads(pilot, f"Reply to {ref} leaves in 10 s")
    assert states(office) == [(ref, "queued", "We look into it. Bo is right.")]


async def test_a_reply_is_not_sent_anyway_before_the_answer_stands_on_the_screen(
    office: Any, reads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await stale(office)
    shown, thread = Event(), history.thread

    def slow(session: Session, ref: str) -> Any:
        """Read the thread once it may be read."""
        assert shown.wait(20)
        return thread(session, ref)

    monkeypatch.setattr(history, "thread", slow)
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await pilot.press("O")
        await reads(pilot, "NEEDS YOU")
        await pilot.press("r")
        await reads(pilot, "still being read")
        assert states(office) == [(ref, "review", "We look into it.")]
        shown.set()
        await reads(pilot, "I have sent a new kettle.")
        await pilot.press("r")
        await reads(pilot, "is queued again")


async def test_edit_never_costs_another_draft(office: Any, reads: Any) -> None:
    ref = await stale(office)
    reply.save_draft(office.session, ref, "something else", "note")
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await pilot.press("O")
        await reads(pilot, "send anyway")
        await pilot.press("e")
        await reads(pilot, "has a draft already")
        await pilot.press("D")
        await reads(pilot, "has these words")
    kept = reply.load_draft(office.session, ref)
    assert kept is not None
    assert (kept.text, kept.mode) == ("something else", "note")
    assert states(office) == []


async def test_dropping_a_message_keeps_its_words_as_a_draft_on_the_screen_too(
    office: Any, reads: Any
) -> None:
    app = office.app()
    async with app.run_test(size=(200, 50)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("r", *"Sorry", "ctrl+s")
        await reads(pilot, "NOT SENT YET")
        office.clock.tick(2)
        await pilot.press("O")
        await reads(pilot, "leaves in 8 s")
        await pilot.press("D")
        await reads(pilot, "draft again")
        await pilot.press("T")
        await reads(pilot, "┃ Sorry")
        await pilot.press("r", "!")
        assert app._triage.composer.text == "Sorry!"


async def test_what_cannot_be_done_says_why(office: Any, reads: Any) -> None:
    changes.set_fields(office.session, refs(office)[0], changes.parse(["priority=high"]))
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press("O")
        await reads(pilot, "priority=high")
        for key, why in (("e", "has words to edit"), ("c", "nobody else"), ("m", "was not merged")):
            await pilot.press(key)
            await reads(pilot, why)
        await pilot.press("D")
        await reads(pilot, "Everything has reached the desk")
        await pilot.press("D")
        await reads(pilot, "the outbox is empty")


async def test_a_message_for_a_merged_ticket_goes_to_the_other_one(office: Any, reads: Any) -> None:
    ref, other = refs(office)[:2]
    reply.reply(office.session, ref, "Sorry", hold=False)
    number, target = ref.partition("/")[2], other.partition("/")[2]
    office.desk.absent[number] = Absent(number, "merged", target)
    office.desk.caps = replace(office.desk.caps, cas="none", cas_on_reply=False)  # it is looked at first
    await office.sync()
    assert [o.state for o in outbox.operations(office.session)] == ["review"]
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press("O")
        await reads(pilot, "m send elsewhere")
        await pilot.press("m")
        await reads(pilot, f"goes to {other} now")
    await office.sync()
    assert office.desk.messages[target][-1].text == "Sorry"


async def test_long_words_can_be_scrolled(office: Any, reads: Any) -> None:
    words = "\n".join(f"line {n} of the answer" for n in range(40))
    reply.reply(office.session, refs(office)[0], words)
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await reads(pilot, "line 2 of the answer")
        await pilot.press("tab", "G")
        await reads(pilot, "line 39 of the answer")
        await pilot.press("g", "g", "enter")
        await reads(pilot, "Kettle 0 leaks")


# -- conflicts ------------------------------------------------------------------------------------------------


async def quarrel(office: Any, ours: list[str], **theirs: str) -> str:
    """A change that meets one of Bo's; its ref."""
    ref = refs(office)[0]
    changes.set_fields(office.session, ref, changes.parse(ours))
    office.clock.tick(1)
    office.desk.sets(ref.partition("/")[2], "a2", **theirs)
    await office.sync()
    assert [o.state for o in outbox.operations(office.session)] == ["conflict"]
    return ref


def now_on_the_desk(office: Any, ref: str) -> tuple[str, str]:
    held = office.desk.tickets[ref.partition("/")[2]]
    return held.status, held.priority


@pytest.mark.parametrize(
    ("keys", "told", "wanted"),
    [
        (
            ["m", "down", "right", "enter"],
            "priority: yours, urgent; status: theirs, solved",
            ("solved", "urgent"),
        ),
        (["T", "enter"], "priority: theirs, low; status: theirs, solved", ("solved", "low")),
        (["t", "M", "enter"], "priority: yours, urgent; status: yours, pending", ("pending", "urgent")),
    ],
)
async def test_a_conflict_is_settled_field_by_field(
    office: Any, reads: Any, keys: list[str], told: str, wanted: tuple[str, str]
) -> None:
    ref = await quarrel(office, ["status=pending", "priority=urgent"], status="solved", priority="low")
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await reads(pilot, "NEEDS YOU")
        await pilot.press("enter", *keys)
        await reads(pilot, told, gone="t theirs")
    await office.sync()
    assert states(office) == []
    assert now_on_the_desk(office, ref) == wanted
    row = triage.ticket(office.session, ref).row
    assert (row.status, row.priority) == wanted


async def test_nothing_is_decided_for_the_person(office: Any, reads: Any) -> None:
    await quarrel(office, ["status=pending", "priority=urgent"], status="solved", priority="low")
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await reads(pilot, "NEEDS YOU")
        await pilot.press("c")
        shown = await reads(pilot, "2 to decide")
        assert "[x]" not in shown
        for word in (
            "[ ] pending",
            "[ ] solved",
            "[ ] urgent",
            "[ ] low",
            "Bo Berg,",
            "priority was",
            "m yours  t theirs",
            "esc later",
        ):
            assert word in shown
        await pilot.press("enter")
        await reads(pilot, "Decide about priority and status first")
        await pilot.press("m", "enter")
        await reads(pilot, "Decide about status first")
        await pilot.press("escape")
        await reads(pilot, "waits for you")
    assert [o.state for o in outbox.operations(office.session)] == ["conflict"]


async def test_a_third_value_settles_a_conflict_too(office: Any, reads: Any) -> None:
    ref = await quarrel(office, ["status=pending"], status="solved")
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await reads(pilot, "NEEDS YOU")
        await pilot.press("enter", "e", *"on-ho", "enter")
        await reads(pilot, "all decided", "[x] on-hold")
        await pilot.press("enter")
        await reads(pilot, "status: on-hold")
    await office.sync()
    assert now_on_the_desk(office, ref)[0] == "hold"


async def test_a_value_is_taken_with_the_mouse(office: Any, reads: Any) -> None:
    await quarrel(office, ["status=pending"], status="solved")
    app = office.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("O")
        await reads(pilot, "NEEDS YOU")
        await pilot.press("c")
        shown = await reads(pilot, "1 to decide")
        y = next(n for n, line in enumerate(shown.split("\n")) if "[ ] pending" in line)
        await pilot.click(offset=(shown.split("\n")[y].index("[ ] solved") + 2, y))
        await reads(pilot, "all decided", "[ ] pending", "[x] solved")


async def test_long_values_are_compared_letter_by_letter(toy: Any, now: int) -> None:
    mine, theirs = (
        "The kettle leaks at the lid and at the spout",
        "The kettle leaks at the lid and at the base",
    )
    disputed = outbox.Disputed("subject", "Kettle", mine, theirs, "Bo Berg", now - 180_000_000, mine, theirs)
    app = toy(pane="queue")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(DisputeDialog("acme/1", [disputed], {}, now=now))
        await pilot.pause(0.1)
        shown = app.text()
        assert f"- {mine}" in shown
        assert f"+ {theirs}" in shown
        assert "Bo Berg, 3m ago" in shown
        assert all(len(line) == 80 for line in app.lines())
