"""A snooze, a waking and a changed time stand among the other changes that undo takes back, one at a time."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import MemoryDesk
from support.undoing import HOURS, TWO_HOURS, Turn, asleep, change

from console import outbox, snooze, tail, undo
from console.session import Session
from console.snooze import Until
from store.errors import ConflictError


async def test_undo_takes_back_the_snooze_and_only_that(session: Session, refs: list[str]) -> None:
    change(session, refs[1], "priority=high")
    snooze.put_off(session, [refs[0]], TWO_HOURS, "the {courier} comes")
    assert undo.preview(session).what == undo.preview(session).what, "a look changes nothing"
    done = undo.undo(session)
    assert done.what.startswith("snooze until ")
    assert done.what.endswith(f"(the {{courier}} comes) on {refs[0]}")
    assert (done.local, done.operations, done.kept) == (1, 0, ())
    assert asleep(session) == []
    assert len(outbox.operations(session)) == 1
    assert [e.new for e in tail.tail(session, query=f"ref:{refs[0]}")][-1] == "the snooze was taken back"
    assert undo.undo(session).what == f"priority=high on {refs[1]}"


async def test_several_tickets_that_were_put_off_at_once_are_taken_back_at_once(
    session: Session, refs: list[str]
) -> None:
    snooze.put_off(session, refs, TWO_HOURS)
    done = undo.undo(session)
    assert (done.what.partition(" on ")[2], done.local) == ("3 tickets", 3)
    assert asleep(session) == []


async def test_undo_after_waking_puts_the_ticket_to_sleep_as_it_was(
    session: Session, clock: Clock, refs: list[str]
) -> None:
    snooze.put_off(session, [refs[0]], TWO_HOURS)
    before = snooze.asleep(session)
    clock.tick(60)
    snooze.wake(session, [refs[0]])
    assert undo.undo(session).what == f"waking on {refs[0]}"
    assert snooze.asleep(session) == before
    clock.tick(60)
    snooze.wake(session, [refs[0]])
    assert [e.kind for e in tail.tail(session, query=f"ref:{refs[0]}")][-2:] == ["snoozed", "woke"]


async def test_a_changed_time_goes_back_to_the_one_before(
    session: Session, clock: Clock, refs: list[str]
) -> None:
    snooze.put_off(session, [refs[0]], TWO_HOURS)
    before = snooze.asleep(session)
    clock.tick(60)
    snooze.put_off(session, [refs[0]], Until("reply"))
    undo.undo(session)
    assert snooze.asleep(session) == before
    undo.undo(session)
    assert asleep(session) == []


async def test_a_snooze_that_is_over_is_said_and_the_next_undo_goes_on(
    session: Session, clock: Clock, refs: list[str]
) -> None:
    change(session, refs[1], "priority=high")
    snooze.put_off(session, [refs[0]], TWO_HOURS)
    clock.tick(3 * HOURS)
    snooze.settle(session)
    for look in (undo.preview, undo.preview, undo.undo):
        with pytest.raises(ConflictError, match=r"cannot be undone: acme/\d+: it has woken already \(it is "):
            look(session)
    assert undo.undo(session).what == f"priority=high on {refs[1]}"


async def test_of_several_those_that_woke_are_said(
    session: Session, desk: MemoryDesk, turn: Turn, refs: list[str]
) -> None:
    snooze.put_off(session, refs, Until("time", "9d"))
    desk.says(refs[0].partition("/")[2], desk.customer("Ada"), "It burns now!")
    await turn()
    snooze.settle(session)
    done = undo.undo(session)
    assert (done.local, done.kept) == (2, (f"{refs[0]}: it has woken already (Ada wrote)",))
    assert snooze.state(session, refs[0]).woken_by == "Ada wrote"  # type: ignore[union-attr]


async def test_waking_whose_time_has_come_since_is_not_undone(
    session: Session, clock: Clock, refs: list[str]
) -> None:
    snooze.put_off(session, [refs[0]], TWO_HOURS)
    snooze.wake(session, [refs[0]])
    clock.tick(3 * HOURS)
    with pytest.raises(ConflictError, match="the time until which it slept has come"):
        undo.undo(session)
    assert asleep(session) == []


async def test_what_woke_by_itself_is_nothing_that_undo_takes_back(
    session: Session, clock: Clock, refs: list[str]
) -> None:
    snooze.put_off(session, [refs[0]], TWO_HOURS)
    clock.tick(3 * HOURS)
    snooze.settle(session)
    change(session, refs[1], "priority=high")
    assert undo.undo(session).what == f"priority=high on {refs[1]}"


async def test_two_programs_of_one_workspace_share_what_can_be_undone(
    session: Session, other: Session, refs: list[str]
) -> None:
    change(session, refs[1], "priority=high")
    snooze.put_off(other, [refs[0]], TWO_HOURS)
    snooze.put_off(session, [refs[0]], Until("reply"))
    assert "until the customer writes" in undo.undo(other).what
    assert "snooze until" in undo.undo(session).what
    assert undo.undo(other).what == f"priority=high on {refs[1]}"


async def test_undo_that_another_program_was_quicker_with_takes_nothing_else_back(
    session: Session, other: Session, refs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(session, refs[1], "priority=high")
    snooze.put_off(session, [refs[0]], TWO_HOURS)
    look = undo._newest

    def slow(session: Session, past: list[str]) -> object:
        found = look(session, past)
        monkeypatch.setattr(undo, "_newest", look)
        undo.undo(other)
        return found

    monkeypatch.setattr(undo, "_newest", slow)
    with pytest.raises(ConflictError, match="taken back just now by another program"):
        undo.undo(session)
    assert len(outbox.operations(session)) == 1


async def test_the_clock_put_back_changes_no_order(session: Session, clock: Clock, refs: list[str]) -> None:
    change(session, refs[1], "priority=high")
    clock.now -= 5 * HOURS * 1_000_000
    snooze.put_off(session, [refs[0]], TWO_HOURS)
    change(session, refs[2], "priority=low")
    told = [each.what.partition(" ")[0] for each in undo.several(session, 9, really=False).done]
    assert told == ["priority=low", "snooze", "priority=high"]


async def test_what_another_person_did_is_not_mine_to_take_back(
    session: Session, other: Session, refs: list[str]
) -> None:
    other.actor = "bo"
    snooze.put_off(other, [refs[0]], TWO_HOURS)
    with pytest.raises(ConflictError, match="nothing to undo"):
        undo.undo(session)
