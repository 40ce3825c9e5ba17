"""Sequences that the machine found, or that were found by thinking about it, and that once broke a promise."""

from __future__ import annotations

import pytest
from faults.desk import Class

from console import outbox, triage
from model.scenarios import OTHER, scene
from model.world import DESK


@pytest.mark.parametrize("cls", ["A", "B"])
def test_a_change_behind_a_conflict_is_based_on_what_the_desk_holds(cls: Class) -> None:
    with scene(cls) as s:
        s.agent.change(OTHER, "status=solved")
        s.others.sets(OTHER, status="hold")
        s.turns(11)
        assert [o.state for o in s.world.ops().values()] == ["conflict"]
        seen = triage.ticket(s.world.session, f"{DESK}/{OTHER}").row.status
        s.agent.change(OTHER, "status=open")
        (later,) = outbox.operations(s.world.session, ("queued",))
        assert (seen, later.base["status"]) == ("hold", "hold")  # he overwrites what he has before his eyes


@pytest.mark.parametrize("cls", ["A", "B"])
def test_what_is_found_on_the_desk_passes_no_token_on(cls: Class) -> None:
    with scene(cls) as s:
        s.world.desk.armed = ["lost"]
        s.agent.change(OTHER, "priority=high")
        s.agent.change(OTHER, "status=pending")
        s.turns(1)
        s.others.sets(OTHER, status="solved")
        s.turns(11)
        assert s.world.desk.tickets[OTHER].status == "solved"


def test_what_is_already_so_passes_no_token_on() -> None:
    with scene("A") as s:
        s.agent.change(OTHER, "priority=high")
        s.agent.change(OTHER, "status=pending")
        s.others.sets(OTHER, status="solved", priority="high")
        s.turns(11)
        assert s.world.desk.tickets[OTHER].status == "solved"


def test_what_is_tried_again_waits_for_a_later_one_in_flight() -> None:
    with scene("B") as s:
        s.world.desk.armed = ["refused", "vanished"]
        first = s.agent.reply(OTHER)
        s.agent.note(OTHER)
        s.turns(11)
        outbox.retry(s.world.session, first)
        s.turns(1)
        s.rest()


def test_trying_again_looks_for_what_may_have_been_sent() -> None:
    with scene("B") as s:
        s.world.desk.armed = ["lost"]
        op_id = s.agent.reply(OTHER)
        s.turns(11)
        s.others.hide(OTHER, "forbidden")
        s.turns(11)
        assert "may have been sent" in s.world.operation(op_id).error
        s.others.restore(OTHER, told=True)
        s.turns(11)
        outbox.retry(s.world.session, op_id)
        s.turns(11)
        s.rest()


def test_a_refusal_after_a_doubt_is_not_the_end() -> None:
    with scene("A") as s:
        s.world.desk.armed = ["late:60", "refused"]
        op_id = s.agent.reply(OTHER)
        s.turns(11, 6, 60, 100)
        assert s.world.desk.taken[op_id]
        assert s.world.operation(op_id).state == "done"


def test_what_may_still_arrive_cannot_be_cancelled() -> None:
    with scene("A") as s:
        s.world.desk.armed = ["late:60", "throttled"]
        op_id = s.agent.reply(OTHER)
        s.turns(11, 6)
        s.agent.cancel(op_id)
        s.turns(60)
        assert s.world.operation(op_id).state != "cancelled" or not s.world.desk.taken.get(op_id)
