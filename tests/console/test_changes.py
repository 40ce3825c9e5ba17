"""Bulk changes and undo: what the preview says is what happens, and one undo takes it all back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.clock import Clock
from support.desk import BO, ME, MemoryDesk

from console import changes, outbox, reply, triage
from console.session import Session
from console.settings import DeskSettings, Settings
from console.undo import undo
from store.errors import ConflictError, InvalidInputError
from store.sync import Engine


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, "acme", desk, clock)


@pytest.fixture
async def three(desk: MemoryDesk, engine: Engine, clock: Clock) -> list[str]:
    """Three tickets of three customers, pulled."""
    made = [
        desk.open(desk.customer(n), f"{n}'s kettle", "It leaks.", tags=("late",))
        for n in ("Ada", "Bea", "Cas")
    ]
    await turn(engine, clock)
    return made


async def turn(engine: Engine, clock: Clock) -> None:
    for _ in range(3):
        clock.tick(10)
        assert (await engine.once()).error is None


async def test_a_preview_changes_nothing_and_apply_does_what_it_said(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    desk.sets(three[2], BO.id, status="pending")
    await turn(engine, clock)
    plan = changes.plan(session, "kettle", changes.parse(["status=pending", "+vip", "-late", "assignee=bo"]))
    assert (plan.changed, plan.skipped) == (3, 0)
    line = next(each for each in plan.lines if each.ref == f"acme/{three[0]}")
    assert line.before == {"status": "new", "assignee": "none", "tags": "late"}
    assert line.after == {"status": "pending", "assignee": "Bo Berg", "tags": "vip"}
    assert outbox.operations(session) == []
    changes.apply(session, plan)
    assert triage.count(session, "tag:vip status:pending") == 3
    await turn(engine, clock)
    assert {(t.status, t.assignee_id, t.tags) for t in desk.tickets.values()} == {("pending", "a2", ("vip",))}


async def test_what_is_already_so_is_skipped_with_a_reason(session: Session, three: list[str]) -> None:
    plan = changes.plan(session, "kettle", changes.parse(["+late"]))
    assert [line.skipped for line in plan.lines] == ["already so"] * len(three)
    with pytest.raises(InvalidInputError, match="Nothing would change"):
        changes.apply(session, plan)


async def test_an_unknown_agent_is_said_for_each_ticket(session: Session, three: list[str]) -> None:
    plan = changes.plan(session, "kettle", changes.parse(["assignee=zoe"]))
    assert {line.skipped for line in plan.lines} == {"the desk has no agent 'zoe'"}
    assert plan.skipped == len(three)


async def test_undo_before_sending_cancels_the_whole_bulk(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["status=solved"])))
    undone = undo(session)
    assert (undone.cancelled, undone.reversed) == (3, 0)
    await turn(engine, clock)
    assert {desk.tickets[t].status for t in three} == {"new"}


async def test_undo_after_sending_turns_the_bulk_round(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.apply(
        session, changes.plan(session, "kettle", changes.parse(["status=solved", "-late", "+done"]))
    )
    await turn(engine, clock)
    desk.sets(three[1], BO.id, status="open")
    await turn(engine, clock)
    undone = undo(session)
    assert (undone.reversed, len(undone.kept)) == (2, 1)
    assert "status has been changed since" in undone.kept[0]
    await turn(engine, clock)
    assert [desk.tickets[t].status for t in three] == ["new", "open", "new"]
    assert [desk.tickets[t].tags for t in three] == [("late",), ("done",), ("late",)]


async def test_undo_of_a_waiting_reply_gives_the_words_back(session: Session, three: list[str]) -> None:
    reply.reply(session, three[0], "Half a thought")
    undo(session)
    draft = reply.load_draft(session, f"acme/{three[0]}")
    assert draft is not None
    assert (draft.text, draft.mode) == ("Half a thought", "reply")


async def test_a_reply_that_has_left_cannot_be_undone(
    session: Session, engine: Engine, clock: Clock, three: list[str]
) -> None:
    reply.reply(session, three[0], "Gone")
    await turn(engine, clock)
    with pytest.raises(ConflictError, match="has left"):
        undo(session)


async def test_a_bulk_is_undone_to_its_end_before_an_older_change(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.set_fields(session, three[0], changes.parse(["priority=high"]))
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["status=solved"])))
    desk.faults = ["", "lost"]
    await engine.push()
    first = undo(session)
    assert (first.reversed, len(first.kept)) == (2, 1)
    assert "on its way" in first.kept[0]
    with pytest.raises(ConflictError, match="on its way"):
        undo(session)
    await turn(engine, clock)
    second = undo(session)
    assert (second.what, second.reversed) == (f"status=solved on {first.kept[0].split(':')[0]}", 1)
    await turn(engine, clock)
    assert {desk.tickets[t].status for t in three} == {"new"}
    assert undo(session).what == f"priority=high on acme/{three[0]}"


async def test_what_of_a_bulk_is_beyond_taking_back_does_not_stand_before_an_older_change(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.set_fields(session, three[0], changes.parse(["priority=high"]))
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["status=solved"])))
    await turn(engine, clock)
    desk.sets(three[1], BO.id, status="open")
    await turn(engine, clock)
    assert len(undo(session).kept) == 1
    assert undo(session).what == f"priority=high on acme/{three[0]}"


async def test_what_the_desk_has_and_the_mirror_not_yet_can_be_undone(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["assignee=bo", "+vip"])))
    await engine.push()
    assert undo(session).reversed == 3
    await turn(engine, clock)
    assert [(desk.tickets[t].assignee_id, desk.tickets[t].tags) for t in three] == [("", ("late",))] * 3


async def test_what_the_desk_has_and_the_mirror_not_yet_is_no_conflict_with_oneself(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["assignee=bo"])))
    await engine.push()
    made = changes.set_fields(session, three[0], changes.parse(["assignee=ana"]))
    assert made is not None
    assert made.base == {"assignee": BO.id}
    await turn(engine, clock)
    assert outbox.operations(session) == []
    assert [desk.tickets[t].assignee_id for t in three] == [ME.id, BO.id, BO.id]


async def test_what_is_in_conflict_is_told_without_what_has_gone_through(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.set_fields(session, three[0], changes.parse(["status=solved", "assignee=bo"]))
    changes.set_fields(session, three[1], changes.parse(["group=sales", "priority=low"]))
    desk.sets(three[0], BO.id, status="hold")
    desk.sets(three[1], BO.id, group_id="")
    await turn(engine, clock)
    told = [o.words() for o in outbox.operations(session, ("conflict", "done"))]
    assert sorted(told) == ["assignee=Bo Berg", "group=Sales", "priority=low", "status=solved"]


async def test_a_bulk_of_which_a_part_was_only_dropped_is_not_passed_over(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.set_fields(session, three[0], changes.parse(["priority=high"]))
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["status=solved"])))
    bulk = [o for o in outbox.operations(session) if o.bulk_id]
    outbox.drop(session, next(o.id for o in bulk if o.ref == f"acme/{three[2]}"))
    await turn(engine, clock)
    for each in three[:2]:
        desk.sets(each, BO.id, status="open")
    await turn(engine, clock)
    with pytest.raises(ConflictError, match="status has been changed since"):
        undo(session)
    assert desk.tickets[three[0]].priority == "high"


async def test_a_bulk_of_which_what_was_refused_is_undone_does_not_stand_before_an_older_change(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.set_fields(session, three[0], changes.parse(["priority=high"]))
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["status=solved"])))
    desk.faults = ["", "", "refused"]
    await turn(engine, clock)
    for each in [t for t in three if desk.tickets[t].status == "solved"]:
        desk.sets(each, BO.id, status="open")
    await turn(engine, clock)
    first = undo(session)
    assert (first.cancelled, len(first.kept)) == (1, 2)
    assert undo(session).what == f"priority=high on acme/{three[0]}"


async def test_undo_leaves_alone_what_no_longer_can_be_changed(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.apply(session, changes.plan(session, "kettle", changes.parse(["+vip"])))
    await turn(engine, clock)
    desk.sets(three[0], BO.id, status="closed")
    del desk.tickets[three[1]]
    clock.tick(1_000)
    await turn(engine, clock)
    undone = undo(session)
    assert undone.reversed == 1
    assert sorted(undone.kept) == [
        f"acme/{three[0]}: closed tickets cannot be changed",
        f"acme/{three[1]}: the desk shows it as gone",
    ]


async def test_undo_goes_back_one_change_at_a_time(session: Session, three: list[str]) -> None:
    changes.set_fields(session, three[0], changes.parse(["priority=high"]))
    changes.set_fields(session, three[0], changes.parse(["priority=urgent"]))
    assert triage.ticket(session, three[0]).row.priority == "urgent"
    undo(session)
    assert triage.ticket(session, three[0]).row.priority == "high"
    undo(session)
    assert triage.ticket(session, three[0]).row.priority == "normal"
    with pytest.raises(ConflictError, match="nothing to undo"):
        undo(session)


@pytest.mark.parametrize("word", ["status=opne", "statsu=open", "hello", "+", "-", "priority=7"])
def test_a_word_that_is_no_change_is_named(word: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        changes.parse([word])
    assert caught.value.hint


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["status=solved", "status=open"], "both 'solved' and 'open'"),
        (["group=Billing", "queue=Repairs"], "both 'Billing' and 'Repairs'"),
        (["+vip", "-vip"], "added and removed"),
        (["subject= \n"], "subject is empty"),
    ],
)
def test_words_of_which_one_would_be_dropped_are_refused(words: list[str], says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        changes.parse(words)
    assert changes.parse(["status=open", "status=open", "subject=one\nline"]).values["subject"] == "one line"


async def test_a_tag_is_removed_however_its_letters_are_written(session: Session, three: list[str]) -> None:
    changes.set_fields(session, three[0], changes.parse(["-LATE"]))
    assert triage.ticket(session, three[0]).row.tags.split() == []


@pytest.fixture
def small(session: Session) -> None:
    """The desk is one that keeps tags in small letters."""
    session.settings = Settings(desks={"acme": DeskSettings("zendesk", "https://acme.zendesk.com")})


@pytest.mark.usefixtures("small")
async def test_a_tag_that_the_desk_keeps_in_small_letters_is_asked_for_once(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    assert changes.set_fields(session, three[0], changes.parse(["+LATE"])) is None
    made = changes.set_fields(session, three[0], changes.parse(["+VIP", "+Vip"]))
    assert made is not None
    assert made.add_tags == ("vip",)
    assert changes.set_fields(session, three[0], changes.parse(["+VIP"])) is None
    await turn(engine, clock)
    assert changes.set_fields(session, three[0], changes.parse(["+VIP"])) is None
    undo(session)
    await turn(engine, clock)
    assert desk.tickets[three[0]].tags == ("late",)


@pytest.mark.usefixtures("small")
async def test_one_tag_in_two_spellings_is_not_added_and_removed_at_once(
    session: Session, three: list[str]
) -> None:
    with pytest.raises(InvalidInputError, match="vip cannot be added and removed at once"):
        changes.set_fields(session, three[0], changes.parse(["+VIP", "-vip"]))


async def test_a_tag_can_be_given_other_letters_where_the_desk_tells_them_apart(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    changes.set_fields(session, three[0], changes.parse(["+Late"]))
    assert sorted(triage.ticket(session, three[0]).row.tags.split()) == ["Late", "late"]
    changes.set_fields(session, three[0], changes.parse(["+late", "-Late"]))
    await turn(engine, clock)
    assert desk.tickets[three[0]].tags == ("late",)


@pytest.mark.parametrize(
    ("small", "value", "found"),
    [
        (False, "Ring, Lid", "Ring, Lid"),
        (False, "Ring,Big lid", "Ring, Big lid"),
        (False, "Ring Lid", ""),
        (False, "Ring, Nut", ""),
        (True, "Ring,Lid", "Ring Lid"),
        (True, "Ring Lid", "Ring Lid"),
    ],
)
def test_a_field_of_several_values_takes_more_than_one(value: str, found: str, *, small: bool) -> None:
    allowed = ("Ring", "Lid", "Big lid")
    lookup = changes.Lookup({}, "", {}, {"parts": allowed, "one": allowed}, frozenset({"parts"}), small)
    assert lookup.one_of("parts", value) == found
    assert lookup.one_of("one", value) == ""


async def test_a_custom_field_that_bears_a_standard_fields_name_is_never_taken_for_it(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    desk.tickets[three[0]] = replace(desk.tickets[three[0]], fields={"assignee": "nobody", "priority": "9"})
    desk.sets(three[0], BO.id, assignee_id=ME.id)
    await turn(engine, clock)
    line = changes.plan_refs(session, [three[0]], changes.parse(["assignee=bo"])).lines[0]
    assert line.before == {"assignee": "Ana Silva"}
    with pytest.raises(InvalidInputError, match="has no custom field priority; it has product"):
        changes.set_fields(session, three[0], changes.parse(["field.priority=high"]))
    with pytest.raises(InvalidInputError, match=r"did you mean field\.product\?"):
        changes.set_fields(session, three[0], changes.parse(["field.produkt=Alpha"]))


@given(st.lists(st.text(max_size=20), max_size=4))
def test_any_words_are_a_change_or_an_error(words: list[str]) -> None:
    try:
        made = changes.parse(words)
    except InvalidInputError:
        return
    assert str(made)


async def test_what_is_to_be_set_tomorrow_is_not_shown_as_set_today(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    ref = f"acme/{three[0]}"
    tomorrow = clock() + 86_400_000_000
    solved = changes.parse(["status=solved"])
    later = changes.set_fields(session, ref, solved, send_at=tomorrow)
    assert later is not None
    assert (triage.ticket(session, ref).row.status, triage.ticket(session, ref).row.pending) == ("new", 1)
    changes.set_fields(session, ref, changes.parse(["status=hold"]))
    assert triage.ticket(session, ref).row.status == "hold"
    await turn(engine, clock)
    assert (desk.tickets[three[0]].status, triage.ticket(session, ref).row.status) == ("hold", "hold")
    assert changes.set_fields(session, ref, solved) is not None
    await turn(engine, clock)
    assert desk.tickets[three[0]].status == "solved"


async def test_what_was_to_be_set_later_is_shown_as_set_once_it_is_sent_now(
    session: Session, clock: Clock, three: list[str]
) -> None:
    ref = f"acme/{three[0]}"
    made = changes.set_fields(session, ref, changes.parse(["+vip"]), send_at=clock() + 86_400_000_000)
    assert made is not None
    assert "vip" not in triage.ticket(session, ref).row.tags
    outbox.retry(session, made.id)
    assert "vip" in triage.ticket(session, ref).row.tags
