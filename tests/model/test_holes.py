"""Sequences that break a promise as things stand; each mark goes when the engine keeps it."""

from __future__ import annotations

import pytest
from faults.desk import Class

from console import outbox
from model.scenarios import OTHER, scene


def broken(why: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, reason=why)


@broken("I5: the base of a change is what the conflict would have set, with the token of what the desk holds")
@pytest.mark.parametrize("cls", ["A", "B"])
def test_a_change_behind_a_conflict_does_not_overwrite_the_colleague(cls: Class) -> None:
    with scene(cls) as s:
        s.agent.change(OTHER, "status=solved")
        s.others.sets(OTHER, status="hold")
        s.turns(11)
        assert [o.state for o in s.world.ops().values()] == ["conflict"]
        s.agent.change(OTHER, "status=open")
        s.turns(11)
        assert s.world.desk.tickets[OTHER].status == "hold"


@broken("I5: the token of what was found later is passed on to changes that were based on an older screen")
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


@broken("I5: a change that somebody else has made already passes the token of his change on")
def test_what_is_already_so_passes_no_token_on() -> None:
    with scene("A") as s:
        s.agent.change(OTHER, "priority=high")
        s.agent.change(OTHER, "status=pending")
        s.others.sets(OTHER, status="solved", priority="high")
        s.turns(11)
        assert s.world.desk.tickets[OTHER].status == "solved"


@broken("I11: a second request for a ticket is refused by the database, which ends the whole turn")
def test_what_is_tried_again_waits_for_a_later_one_in_flight() -> None:
    with scene("B") as s:
        s.world.desk.armed = ["refused", "vanished"]
        first = s.agent.reply(OTHER)
        s.agent.note(OTHER)
        s.turns(11)
        outbox.retry(s.world.session, first)
        s.turns(1)
        s.rest()


@broken("I2: trying again forgets that the first request may have arrived, and nobody looks")
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


@broken("I1: a refusal of the second request says nothing about the first")
def test_a_refusal_after_a_doubt_is_not_the_end() -> None:
    with scene("A") as s:
        s.world.desk.armed = ["late:60", "refused"]
        op_id = s.agent.reply(OTHER)
        s.turns(11, 6, 60, 100)
        assert s.world.desk.taken[op_id]
        assert s.world.operation(op_id).state == "done"


@broken("I1: what waits to be sent again can be cancelled, and then arrives")
def test_what_may_still_arrive_cannot_be_cancelled() -> None:
    with scene("A") as s:
        s.world.desk.armed = ["late:60", "throttled"]
        op_id = s.agent.reply(OTHER)
        s.turns(11, 6)
        s.agent.cancel(op_id)
        s.turns(60)
        assert s.world.operation(op_id).state != "cancelled" or not s.world.desk.taken.get(op_id)
