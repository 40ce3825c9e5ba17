"""What needs a person: stale replies, conflicts, merged tickets; and what a person decides about them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.desk import BO
from support.one_ticket import NAME, A, B, C, Scene

from console import changes, outbox, reply, triage, undo
from store.errors import ConflictError, InvalidInputError
from store.remotes import Absent, Caps
from store.sync import Engine


async def test_a_reply_can_be_taken_back_for_ten_seconds_and_its_words_come_back(scene: Scene) -> None:
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Too hasty.")
    await scene.rounds(1, 9)
    assert scene.texts() == ["It leaks."]
    undo.undo(scene.session)
    await scene.rounds()
    assert scene.texts() == ["It leaks."]
    draft = reply.load_draft(scene.session, f"{NAME}/{scene.ticket}")
    assert draft is not None
    assert draft.text == "Too hasty."


async def test_what_is_to_leave_later_waits_for_its_time_and_holds_up_nothing(scene: Scene) -> None:
    await scene.begin()
    later = scene.clock() + 3_600_000_000
    reply.reply(scene.session, scene.ticket, "Is it still dry?", send_at=later)
    changes.set_fields(scene.session, scene.ticket, changes.parse(["status=pending"]))
    await scene.rounds()
    assert (scene.desk.tickets[scene.ticket].status, scene.texts()) == ("pending", ["It leaks."])
    scene.engine = Engine(scene.session.db, NAME, scene.desk, scene.clock)  # the program was started again
    await scene.rounds(2, 1795)
    assert scene.texts() == ["It leaks.", "Is it still dry?"]


async def test_a_reply_of_later_can_be_sent_now(scene: Scene) -> None:
    await scene.begin()
    made = reply.reply(scene.session, scene.ticket, "Now!", send_at=scene.clock() + 9_000_000_000)
    outbox.retry(scene.session, made.id)
    await scene.rounds(1)
    assert scene.texts()[-1] == "Now!"


@pytest.mark.parametrize("caps", [A, B, C], ids="ABC")
async def test_a_conflict_keeps_both_sides_and_lets_the_rest_through(scene: Scene, caps: Caps) -> None:
    scene.desk.caps = caps
    await scene.begin()
    changes.set_fields(scene.session, scene.ticket, changes.parse(["status=solved", "priority=high", "+vip"]))
    scene.desk.sets(scene.ticket, BO.id, status="hold")
    await scene.rounds()
    now = scene.desk.tickets[scene.ticket]
    assert (now.status, now.priority, now.tags) == ("hold", "high", ("vip",))
    held = scene.only()
    assert (held.state, held.changes) == ("conflict", {"status": "solved"})
    (field,) = outbox.disputed(scene.session, held.id)
    assert (field.base, field.mine, field.theirs, field.by) == ("new", "solved", "hold", "Bo Berg")
    assert field.at > 0


@pytest.mark.parametrize(("choice", "stands"), [("solved", "solved"), ("hold", "hold"), ("open", "open")])
async def test_a_conflict_is_settled_as_the_person_says(scene: Scene, choice: str, stands: str) -> None:
    await scene.begin()
    changes.set_fields(scene.session, scene.ticket, changes.parse(["status=solved"]))
    scene.desk.sets(scene.ticket, BO.id, status="hold")
    await scene.rounds()
    with pytest.raises(InvalidInputError):
        outbox.resolve(scene.session, scene.only().id, {})
    outbox.resolve(scene.session, scene.only().id, {"status": choice})
    await scene.rounds()
    assert scene.desk.tickets[scene.ticket].status == stands
    assert triage.ticket(scene.session, scene.ticket).row.status == stands
    assert outbox.operations(scene.session) == []


async def test_what_changes_after_the_decision_is_a_new_conflict(scene: Scene) -> None:
    await scene.begin()
    changes.set_fields(scene.session, scene.ticket, changes.parse(["status=solved"]))
    scene.desk.sets(scene.ticket, BO.id, status="hold")
    await scene.rounds()
    outbox.resolve(scene.session, scene.only().id, {"status": "solved"})
    scene.desk.sets(scene.ticket, BO.id, status="open")
    await scene.rounds()
    assert (scene.only().state, scene.desk.tickets[scene.ticket].status) == ("conflict", "open")


async def test_the_same_change_by_both_is_no_conflict(scene: Scene) -> None:
    await scene.begin()
    changes.set_fields(scene.session, scene.ticket, changes.parse(["status=solved"]))
    scene.desk.sets(scene.ticket, BO.id, status="solved")
    await scene.rounds()
    assert outbox.operations(scene.session) == []


async def test_words_for_a_merged_ticket_wait_and_go_where_the_person_sends_them(scene: Scene) -> None:
    await scene.begin()
    target = scene.desk.open(scene.desk.customer("Maria"), "Kettle again", "Hello?")
    await scene.rounds()
    reply.reply(scene.session, scene.ticket, "It is on its way.")
    scene.desk.absent[scene.ticket] = Absent(scene.ticket, "merged", target)
    await scene.rounds()
    held = scene.only()
    assert (held.state, held.body) == ("review", "It is on its way.")
    scene.desk.sets(target, BO.id, priority="high")
    await scene.engine._pull.newest(scene.ticket)
    outbox.retarget(scene.session, held.id)
    await scene.rounds()
    assert [m.text for m in scene.desk.messages[target]] == ["Hello?", "It is on its way."]
    assert outbox.operations(scene.session) == []


async def test_words_for_a_deleted_ticket_are_kept(scene: Scene) -> None:
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "It is on its way.")
    del scene.desk.tickets[scene.ticket]
    await scene.rounds()
    assert (scene.only().state, scene.only().body) == ("rejected", "It is on its way.")


async def test_other_words_take_the_place_of_those_that_wait(scene: Scene) -> None:
    await scene.begin()
    made = reply.reply(scene.session, scene.ticket, "It is on its wya.")
    edited = outbox.edit(scene.session, made.id, "It is on its way.")
    assert edited.replaces == made.id
    await scene.rounds()
    assert scene.texts() == ["It leaks.", "It is on its way."]
    with pytest.raises(ConflictError):
        outbox.edit(scene.session, edited.id, "Too late.")


async def test_an_operation_that_never_gets_a_clear_answer_is_shown_to_a_person(scene: Scene) -> None:
    scene.desk.caps = replace(B, settle_s=1)
    await scene.begin()
    scene.desk.faults = ["vanished"] * 20
    reply.reply(scene.session, scene.ticket, "Hello?")
    await scene.rounds(20)
    assert scene.only().state == "review"
    assert len(scene.desk.writes) == 8


async def test_a_token_that_is_newer_than_the_thread_on_the_screen_vouches_for_nothing(scene: Scene) -> None:
    await scene.begin()
    scene.desk.says(scene.ticket, BO.id, "A new one is on its way.")
    await scene.engine._pull.tickets()  # the ticket is at home, its newest message is not
    reply.reply(scene.session, scene.ticket, "Please send a photo.", hold=False)
    await scene.engine.push()
    assert (scene.only().state, scene.texts()[-1]) == ("review", "A new one is on its way.")


@pytest.mark.parametrize("caps", [A, B, C], ids="ABC")
async def test_other_words_written_after_a_colleague_answered_are_not_held_for_that_answer_again(
    scene: Scene, caps: Caps
) -> None:
    scene.desk.caps = caps
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Please send a photo.")
    scene.desk.says(scene.ticket, BO.id, "A new one is on its way.")
    await scene.rounds()
    outbox.edit(scene.session, scene.only().id, "As Bo says, it is on its way.")
    await scene.rounds()
    assert scene.texts() == ["It leaks.", "A new one is on its way.", "As Bo says, it is on its way."]


@pytest.mark.parametrize("caps", [A, B, C], ids="ABC")
async def test_a_reply_that_is_edited_keeps_its_place_before_a_later_one(scene: Scene, caps: Caps) -> None:
    scene.desk.caps = caps
    await scene.begin()
    first = reply.reply(scene.session, scene.ticket, "Frist.")
    reply.reply(scene.session, scene.ticket, "Second.")
    twice = outbox.edit(scene.session, first.id, "Firts.")
    outbox.edit(scene.session, twice.id, "First.")
    await scene.rounds(6)
    assert scene.texts() == ["It leaks.", "First.", "Second."]


async def test_other_words_agree_to_the_answer_that_was_read_and_to_no_later_one(scene: Scene) -> None:
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Please send a photo.")
    scene.desk.says(scene.ticket, BO.id, "A new one is on its way.")
    await scene.rounds()
    seen = outbox.newest(scene.session, f"{NAME}/{scene.ticket}")
    scene.desk.says(scene.ticket, BO.id, "And the old one is collected.")
    await scene.rounds()
    outbox.edit(scene.session, scene.only().id, "Keep the box.", seen)
    await scene.rounds()
    assert (scene.only().state, scene.texts()[-1]) == ("review", "And the old one is collected.")
    outbox.edit(scene.session, scene.only().id, "Keep the box.")
    await scene.rounds()
    assert scene.texts()[-1] == "Keep the box."


async def test_what_was_only_refused_for_a_newer_ticket_is_in_no_doubt(scene: Scene) -> None:
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Please send a photo.")
    scene.desk.says(scene.ticket, BO.id, "A new one is on its way.")
    await scene.rounds()
    assert (scene.only().state, scene.only().doubt) == ("review", 0)
    outbox.retry(scene.session, scene.only().id)
    outbox.drop(scene.session, scene.only().id)
    assert outbox.operations(scene.session) == []


async def test_a_change_for_a_later_time_waits_with_its_reply(scene: Scene) -> None:
    await scene.begin()
    later = scene.clock() + 3_600_000_000
    reply.reply(scene.session, scene.ticket, "Solved on Monday.", send_at=later)
    solved = changes.parse(["status=solved"])
    changes.set_fields(scene.session, scene.ticket, solved, send_at=later)
    await scene.rounds()
    assert scene.desk.tickets[scene.ticket].status == "new"
    await scene.rounds(seconds=1800)
    assert scene.texts()[-1] == "Solved on Monday."
    assert scene.desk.tickets[scene.ticket].status == "solved"


@pytest.mark.parametrize("state", ["done", "cancelled"])
async def test_what_is_over_is_not_said_to_be_on_its_way(scene: Scene, state: str) -> None:
    await scene.begin()
    made = reply.reply(scene.session, scene.ticket, "It is on its way.")
    if state == "done":
        await scene.rounds()
    else:
        outbox.drop(scene.session, made.id)
    for act in (outbox.drop, outbox.retry, outbox.take_back):
        with pytest.raises(ConflictError, match="already: reply on acme/2"):
            act(scene.session, made.id)


@pytest.mark.parametrize("settled", [True, False])
async def test_a_change_that_a_conflict_split_is_taken_back_at_once(scene: Scene, *, settled: bool) -> None:
    await scene.begin()
    changes.set_fields(
        scene.session, scene.ticket, changes.parse(["status=pending", "priority=high", "+vip"])
    )
    scene.desk.sets(scene.ticket, BO.id, status="hold")
    await scene.rounds(4)
    if settled:
        scene.clock.tick()
        outbox.resolve(scene.session, scene.only().id, {"status": "pending"})
        await scene.rounds(4)
    done = undo.undo(scene.session)
    assert (done.operations, done.kept) == (2, ())
    assert all(word in done.what for word in ("status=pending", "priority=high", "+vip"))
    await scene.rounds(4)
    now = scene.desk.tickets[scene.ticket]
    assert (now.status, now.priority, now.tags) == ("hold", "normal", ())
    with pytest.raises(ConflictError, match="nothing to undo"):
        undo.undo(scene.session)


async def test_what_cannot_be_taken_back_of_a_split_change_is_said_once_and_bars_no_older_one(
    scene: Scene,
) -> None:
    await scene.begin()
    changes.set_fields(scene.session, scene.ticket, changes.parse(["subject=Boiler"]))
    await scene.rounds(4)
    changes.set_fields(scene.session, scene.ticket, changes.parse(["status=pending", "priority=high"]))
    scene.desk.sets(scene.ticket, BO.id, status="hold")
    await scene.rounds(4)
    scene.desk.sets(scene.ticket, BO.id, priority="urgent")
    await scene.rounds(4)
    done = undo.undo(scene.session)
    assert (done.cancelled, done.kept) == (1, (f"{NAME}/{scene.ticket}: priority has been changed since",))
    assert "subject=Boiler" in undo.undo(scene.session).what


async def test_what_sync_split_is_no_newer_than_what_the_agent_did_after_it(scene: Scene) -> None:
    await scene.begin()
    changes.set_fields(scene.session, scene.ticket, changes.parse(["status=pending", "priority=high"]))
    scene.clock.tick()
    changes.set_fields(scene.session, scene.ticket, changes.parse(["subject=Boiler"]))
    scene.desk.sets(scene.ticket, BO.id, status="hold")
    await scene.rounds(4)
    assert undo.undo(scene.session).what == f"subject=Boiler on {NAME}/{scene.ticket}"


async def test_a_change_that_became_two_operations_is_undone_as_one_of_one_ticket(scene: Scene) -> None:
    await scene.begin()
    wanted = changes.parse(["status=pending", "priority=high"])
    changes.apply(scene.session, changes.plan_refs(scene.session, [scene.ticket], wanted))
    scene.desk.sets(scene.ticket, BO.id, status="hold")
    await scene.rounds(4)
    outbox.resolve(scene.session, scene.only().id, {"status": "pending"})
    await scene.rounds(4)
    assert undo.undo(scene.session).what.endswith(" on acme/2")
    await scene.rounds(4)
    assert (scene.desk.tickets[scene.ticket].status, scene.desk.tickets[scene.ticket].priority) == (
        "hold",
        "normal",
    )


@pytest.mark.parametrize("kind", ["reply", "note"])
async def test_a_desk_whose_clock_was_wrong_for_a_moment_keeps_nothing_waiting_for_a_day(
    scene: Scene, kind: str
) -> None:
    scene.desk.caps = B
    await scene.begin()
    (reply.note if kind == "note" else reply.reply)(scene.session, scene.ticket, "It is on its way.")
    scene.desk.faults, scene.desk.ahead = ["vanished"], 86_400_000_000
    await scene.rounds(2)
    scene.desk.ahead = 0
    assert scene.only().state == "unknown"
    await scene.rounds(8)  # no longer than the desk may take to answer late
    assert scene.texts() == ["It leaks."]
    await scene.rounds(6)
    assert scene.texts() == ["It leaks.", "It is on its way."]


async def test_a_bulk_of_a_wrong_clock_does_not_hide_what_others_set_afterwards(scene: Scene) -> None:
    await scene.begin()
    changes.apply(scene.session, changes.plan(scene.session, "kettle", changes.parse(["status=hold"])))
    scene.desk.ahead = 86_400_000_000
    await scene.engine.push()
    scene.desk.ahead = 0
    scene.desk.sets(scene.ticket, BO.id, status="solved")
    await scene.rounds()
    assert triage.ticket(scene.session, f"{NAME}/{scene.ticket}").row.status == "solved"


async def test_a_desk_whose_clock_fell_behind_for_a_moment_does_not_end_the_wait_early(scene: Scene) -> None:
    scene.desk.caps = B
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "It is on its way.")
    scene.desk.faults = ["vanished"]
    await scene.rounds(2)
    assert scene.only().state == "unknown"
    scene.desk.ahead = -86_400_000_000
    await scene.rounds(1)
    scene.desk.ahead = 0
    await scene.rounds(1)  # not yet: the request may still arrive
    assert (scene.only().state, scene.texts()) == ("unknown", ["It leaks."])
