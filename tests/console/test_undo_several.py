"""Several changes are taken back one after the other, as a dry run of them says."""

from __future__ import annotations

import pytest
from support.desk import MemoryDesk
from support.undoing import TWO_HOURS, Turn, asleep, change

from console import changes, outbox, reply, snooze, undo
from console.session import Session
from store.errors import ConflictError


async def test_a_dry_run_of_several_says_what_several_do(
    session: Session, desk: MemoryDesk, turn: Turn, refs: list[str]
) -> None:
    """The same field twice, a bulk, a snooze that was woken and what the desk has not got yet."""
    number = refs[0].partition("/")[2]
    before = desk.tickets[number]
    change(session, refs[0], "status=pending")
    await turn()
    change(session, refs[0], "status=solved")
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["+vip"])))
    await turn()
    change(session, refs[0], "status=open")
    snooze.put_off(session, [refs[0]], TWO_HOURS)
    snooze.wake(session, [refs[0]])
    told = undo.several(session, 50, really=False)
    assert [each.what.partition(" ")[0] for each in told.done] == [
        *("waking", "snooze", "status=open", "+vip", "status=solved", "status=pending")
    ]
    assert told == undo.several(session, 50, really=False)
    assert undo.several(session, 50, really=True) == told
    assert asleep(session) == []
    await turn()
    now = desk.tickets[number]
    assert (now.status, now.tags) == (before.status, before.tags)
    assert outbox.operations(session, ("conflict", "review", "queued")) == []
    with pytest.raises(ConflictError, match="nothing to undo"):
        undo.several(session, 1, really=True)


async def test_no_more_than_asked_for_is_taken_back(session: Session, refs: list[str]) -> None:
    for priority in ("high", "low", "urgent"):
        change(session, refs[0], f"priority={priority}")
    assert len(undo.several(session, 2, really=True).done) == 2
    assert undo.preview(session).what == f"priority=high on {refs[0]}"


async def test_several_stop_at_what_cannot_be_taken_back(
    session: Session, turn: Turn, refs: list[str]
) -> None:
    change(session, refs[1], "priority=high")
    reply.reply(session, refs[0], "Gone")
    await turn()
    change(session, refs[2], "priority=high")
    for really in (False, True):
        found = undo.several(session, 3, really=really)
        assert [each.what for each in found.done] == [f"priority=high on {refs[2]}"]
        assert "a message that has left cannot be taken back" in str(found.stopped)
    with pytest.raises(ConflictError, match="has left"):
        undo.several(session, 3, really=True)
