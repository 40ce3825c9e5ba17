"""Promises from the reply that makes them to the answer that keeps them, or the update that moves them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as struct_replace
from support.clock import SECOND, Clock
from support.desk import MemoryDesk

from console import outbox, promises, reply, tail, triage
from console.promises import Rate
from console.session import Session
from console.settings_values import DeskHours, HoursSettings
from console.undo import undo
from store.errors import ConflictError, InvalidInputError, NotFoundError
from store.remotes import Absent
from store.rows import Operation
from store.sync import Engine

TUESDAY = 1_773_155_400 * SECOND  # 2026-03-10 15:10 UTC, 16:10 in Berlin
HOUR = 3_600 * SECOND
WEDNESDAY_17 = 1_773_244_800 * SECOND  # in Berlin
AFTERNOON = "I will call you by tomorrow afternoon."


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, "acme", desk, clock)


@pytest.fixture
async def ref(desk: MemoryDesk, engine: Engine, clock: Clock) -> str:
    """A ticket of a customer in Berlin, pulled on a Tuesday afternoon."""
    clock.now = TUESDAY
    who = desk.customer("Ada Lang")
    desk.customers[who] = struct_replace(desk.customers[who], time_zone="Europe/Berlin", locale="de-DE")
    number = desk.open(who, "Kettle", "It leaks.")
    await turn(engine, clock)
    clock.now = TUESDAY
    return f"acme/{number}"


async def turn(engine: Engine, clock: Clock) -> None:
    for _ in range(3):
        clock.tick(10)
        assert (await engine.once()).error is None


def say(session: Session, ref: str, text: str) -> Operation:
    """A reply with everything that it promises."""
    return reply.reply(session, ref, text, promises=promises.understand(session, ref, text).new())


def states(session: Session) -> list[tuple[str, str]]:
    """Every promise as its phrase and state, open ones first."""
    return [(p.phrase, p.state) for p in [*promises.opened(session), *promises.closed(session)]]


async def test_a_promise_is_kept_with_its_reply_in_the_customers_zone(session: Session, ref: str) -> None:
    made = say(session, ref, AFTERNOON)
    (found,) = promises.opened(session)
    assert (found.due, found.zone, found.owner, found.op_id) == (WEDNESDAY_17, "Europe/Berlin", "me", made.id)
    assert found.words == AFTERNOON
    assert found.person.startswith("acme/")


async def test_where_the_zone_is_not_known_ours_is_meant_and_said(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    clock.now = TUESDAY
    number = desk.open(desk.customer("Bea"), "Kettle", "It leaks.")
    await turn(engine, clock)
    understood = promises.understand(session, f"acme/{number}", AFTERNOON)
    assert str(understood.zone) == "Asia/Tokyo, our time: the customer's zone is not known"
    assert understood.zone.clock(understood.found[0].due) == "Thu 12 Mar 17:00"


async def test_a_reply_that_leaves_later_promises_from_then_on(session: Session, ref: str) -> None:
    understood = promises.understand(session, ref, AFTERNOON, TUESDAY + 48 * HOUR)
    assert understood.found[0].due == WEDNESDAY_17 + 48 * HOUR


async def test_what_takes_the_reply_back_drops_its_promises(session: Session, ref: str) -> None:
    say(session, ref, AFTERNOON)
    undo(session)
    assert states(session) == [("by tomorrow afternoon", "dropped")]
    outbox.drop(session, say(session, ref, "I will call you on Friday.").id)
    assert promises.opened(session) == []


async def test_other_words_make_other_promises(session: Session, ref: str) -> None:
    made = say(session, ref, AFTERNOON)
    edited = outbox.edit(session, made.id, "I will call you on Friday.")
    assert states(session) == [("on Friday", "open"), ("by tomorrow afternoon", "dropped")]
    assert promises.opened(session)[0].op_id == edited.id


async def test_the_next_public_answer_keeps_it_and_a_note_does_not(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, ref: str
) -> None:
    say(session, ref, AFTERNOON)
    clock.tick(20)
    await turn(engine, clock)
    number = ref.partition("/")[2]
    assert promises.settle(session) == 0  # the message that promised does not keep it
    desk.says(number, "a2", "She wants it soon.", public=False)
    await turn(engine, clock)
    assert promises.settle(session) == 0
    desk.says(number, "a2", "The new kettle is on its way.")
    await turn(engine, clock)
    assert promises.settle(session) == 1
    (kept,) = promises.closed(session)
    assert (kept.state, kept.late(clock.now)) == ("kept", False)
    assert kept.kept_by.startswith("message ")


async def test_an_answer_before_our_words_have_left_keeps_nothing(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, ref: str
) -> None:
    text = AFTERNOON
    made = promises.understand(session, ref, text).new()
    reply.reply(session, ref, text, promises=made, send_at=TUESDAY + 5 * HOUR)
    desk.says(ref.partition("/")[2], "a2", "We are on it.")
    await turn(engine, clock)
    assert promises.settle(session) == 0


async def test_an_answer_after_its_time_keeps_it_late(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, ref: str
) -> None:
    say(session, ref, "I will call you within 2 hours.")
    clock.tick(3 * 3_600)
    assert [p.late(clock.now) for p in promises.opened(session)] == [True]
    await turn(engine, clock)
    desk.says(ref.partition("/")[2], "a1", "Sorry, here is what we found.")
    await turn(engine, clock)
    promises.settle(session)
    assert [(p.state, p.late(clock.now)) for p in promises.closed(session)] == [("kept", True)]


async def test_no_news_moves_a_promise_and_does_not_keep_it(
    session: Session, engine: Engine, clock: Clock, ref: str
) -> None:
    say(session, ref, "I will write to you within 2 hours.")
    await turn(engine, clock)
    (first,) = promises.opened(session)
    place, words = promises.update_words(session, first.id)
    assert words.startswith("Guten Tag Ada,")
    promises.draft_update(session, place, words)
    assert promises.opened(session) == [first]  # a draft moves nothing
    draft = reply.load_draft(session, ref)
    assert draft is not None
    update = say(session, ref, draft.text)
    (second,) = promises.opened(session)
    assert (second.replaces, second.op_id) == (first.id, update.id)
    assert [(p.id, p.state) for p in promises.closed(session)] == [(first.id, "moved")]
    clock.tick(20)
    await turn(engine, clock)
    assert promises.settle(session) == 0


async def test_an_update_taken_back_opens_what_it_moved(
    session: Session, engine: Engine, clock: Clock, ref: str
) -> None:
    say(session, ref, "I will write to you within 2 hours.")
    clock.tick(20)
    await turn(engine, clock)
    update = say(session, ref, "No news yet; I will write again by tomorrow 10:00.")
    outbox.edit(session, update.id, "No news yet; I will write again on Friday.")
    assert [(p.phrase, bool(p.replaces)) for p in promises.opened(session)] == [("on Friday", True)]
    undo(session)
    assert [p.phrase for p in promises.opened(session)] == ["within 2 hours"]


async def test_a_promise_moved_by_hand_goes_with_its_reply(session: Session, ref: str) -> None:
    said = say(session, ref, AFTERNOON).id
    promises.move(session, f"{said}-1", "friday 9:00")
    outbox.take_back(session, said)
    assert promises.opened(session) == []


async def test_what_was_dropped_or_moved_counts_neither_for_nor_against_the_team(
    session: Session, clock: Clock, ref: str
) -> None:
    promises.drop(session, say(session, ref, "We will write within 2 hours.").id + "-1", "called")
    promises.move(session, say(session, ref, "We will write within 2 hours.").id + "-1", "friday 9:00")
    clock.tick(3 * 3_600)
    assert promises.rate(session) == Rate(0, 0, 0)


async def test_a_colleagues_no_news_keeps_nothing(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, ref: str
) -> None:
    say(session, ref, AFTERNOON)
    clock.tick(20)
    await turn(engine, clock)
    desk.says(ref.partition("/")[2], "a2", "Still waiting for the courier.")
    await turn(engine, clock)
    assert promises.settle(session) == 0


async def test_a_person_keeps_drops_and_moves(session: Session, ref: str) -> None:
    one, two, three = (f"{say(session, ref, AFTERNOON).id}-1" for _ in range(3))
    assert promises.keep(session, one[-8:]).kept_by == "said by me"
    assert promises.drop(session, two, "a colleague\nhas called").kept_by == "a colleague has called"
    moved = promises.move(session, three, "friday 9:00")
    assert (moved.state, moved.replaces, moved.due) == ("open", three, 1_773_388_800 * SECOND)
    assert promises.find(session, three).kept_by == moved.id
    with pytest.raises(ConflictError, match="kept"):
        promises.drop(session, one)
    with pytest.raises(InvalidInputError, match="not a time to come"):
        promises.move(session, moved.id, "yesterday")
    with pytest.raises(NotFoundError, match="no promise nothing"):
        promises.find(session, "nothing")
    kinds = [e.kind for e in tail.tail(session) if e.kind in ("promised", "kept", "moved", "dropped")]
    assert kinds == ["promised", "promised", "promised", "kept", "dropped", "moved", "promised"]


async def test_a_merged_ticket_is_shown_as_the_one_that_it_is_part_of(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, ref: str
) -> None:
    say(session, ref, AFTERNOON)
    clock.tick(20)
    await turn(engine, clock)
    other = desk.open(desk.customer("Ada Lang"), "Kettle again", "It leaks.")
    number = ref.partition("/")[2]
    desk.absent[number] = Absent(number, "merged", other)
    desk.caps = replace(
        desk.caps, cas="none", cas_on_reply=False
    )  # a ticket is looked at before a reply leaves
    reply.reply(session, ref, "One thing more.", hold=False)
    await turn(engine, clock)
    assert triage.ticket(session, ref).merged_into == other
    (shown,) = promises.shown(session, promises.opened(session))
    assert (shown.ref, shown.subject) == (f"acme/{other}", "Kettle again")
    desk.says(other, "a1", "We have sent a new one.")
    await turn(engine, clock)
    assert promises.settle(session) == 1


async def test_the_board_goes_from_late_to_kept_and_counts_for_the_team(
    session: Session, clock: Clock, ref: str
) -> None:
    say(session, ref, "We will write within 2 hours.")
    say(session, ref, "We will write within 3 hours.")
    say(session, ref, "We will write on Friday.")
    promises.keep(session, say(session, ref, "We will write within 4 hours.").id + "-1")
    clock.tick(2 * 3_600 + 1)
    board = promises.board(session)
    assert [line.section for line in board.lines] == ["late", "today", "to come", "kept"]
    assert str(board.rate) == "0 of 1 kept in time (0.0 %), 0 late, 1 overdue"
    clock.tick(3 * 3_600)
    assert promises.rate(session) == Rate(1, 0, 2)


def test_the_rate_of_the_case_in_the_design_is_never_a_lone_number() -> None:
    """5 kept in time, 1 kept late, 1 overdue; the one that is not due yet is in no count."""
    assert str(Rate(5, 1, 1)) == "5 of 7 kept in time (71.4 %), 1 late, 1 overdue"
    assert str(Rate(0, 0, 0)) == "no promise has come due"


async def test_half_an_hour_before_it_is_due_it_presses_unless_an_answer_is_on_its_way(
    session: Session, engine: Engine, clock: Clock, ref: str
) -> None:
    say(session, ref, "We will write within 2 hours.")
    await turn(engine, clock)
    assert promises.pressing(session) == []
    clock.tick(5_400)
    assert len(promises.pressing(session)) == 1
    reply.reply(session, ref, "Here is your answer.")
    assert promises.pressing(session) == []


async def test_the_query_knows_late_open_and_none(session: Session, clock: Clock, ref: str) -> None:
    say(session, ref, "We will write within 2 hours.")
    found = {word: triage.count(session, f"promise:{word}") for word in ("open", "late", "none")}
    assert found == {"open": 1, "late": 0, "none": 0}
    clock.tick(3 * 3_600)
    assert triage.count(session, "promise:late") == 1
    assert triage.count(session, "-promise:late") == 0


async def test_the_setting_keeps_new_words_from_being_read(session: Session, ref: str) -> None:
    made = say(session, ref, AFTERNOON)
    settings = session.settings
    session.settings = replace(settings, heard=replace(settings.heard, promises=False))
    outbox.edit(session, made.id, "I will call you on Friday.")
    assert promises.opened(session) == []


async def test_a_desk_with_hours_of_its_own_promises_and_moves_with_them(session: Session, ref: str) -> None:
    session.settings = replace(session.settings, desk_hours={"acme": DeskHours(closes="19:30")})
    say(session, ref, "I will call you tomorrow.")
    (found,) = promises.opened(session)
    assert found.due == WEDNESDAY_17 + 5 * HOUR // 2
    moved = promises.move(session, found.id, "thursday")
    assert moved.due == found.due + 24 * HOUR
    assert promises.shown(session, [moved])[0].zone.hours.close.hour == 19
    session.settings = replace(session.settings, desk_hours={"other": DeskHours(closes="19:30")})
    assert promises.understand(session, ref, "I will call you tomorrow.").found[0].due == WEDNESDAY_17


async def test_an_honest_update_names_a_day_on_which_we_work(session: Session, ref: str) -> None:
    session.settings = replace(session.settings, hours=HoursSettings(holidays=("2026-03-12", "03-13")))
    say(session, ref, AFTERNOON)
    (found,) = promises.opened(session)
    assert "16. M\u00e4rz" in promises.update_words(session, found.id)[1]
