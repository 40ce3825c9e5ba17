"""Putting tickets off, what brings them back, what changed meanwhile, and notes that name me."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import SECOND, START, Clock
from support.desk import BO, ME, MemoryDesk

from console import (
    board,
    changes,
    claim,
    mentions,
    nextup,
    outbox,
    promises,
    reply,
    seen,
    snooze,
    tail,
    triage,
    views,
)
from console.session import Session
from console.snooze import Until, reason_to_wake
from store.errors import ConflictError, InvalidInputError, NotFoundError
from store.seen import News
from store.snooze import Sign, Snooze
from store.sync import Engine

LIVE = "status:live -is:snoozed"
HOUR = 3_600 * SECOND
SLEEPS = Sign(Snooze("a/1", 0, "reply", "", "", "me", START), START, "", "", "", 0, "")


class Office:
    """Three tickets of two customers, in a workspace that has pulled them."""

    def __init__(self, session: Session, desk: MemoryDesk, clock: Clock) -> None:
        self.session, self.desk, self.clock = session, desk, clock
        self.engine = Engine(session.db, "acme", desk, clock)
        self.maria, self.li = desk.customer("Maria Lopez"), desk.customer("Li")
        self.refs: list[str] = []

    async def sync(self) -> None:
        for _ in range(2):
            self.clock.tick(10)
            cycle = await self.engine.once()
            assert cycle.error is None

    def live(self) -> list[str]:
        ids = triage.queue_ids(self.session, LIVE, "created")
        found = [row.ref for row in triage.rows(self.session, ids)]
        assert len(found) == triage.count(self.session, LIVE), "a list and its count differ"
        return found


@pytest.fixture
async def office(session: Session, desk: MemoryDesk, clock: Clock) -> Office:
    made = Office(session, desk, clock)
    for n, who in enumerate((made.maria, made.li, made.maria)):
        clock.tick(60)
        made.refs.append("acme/" + desk.open(who, f"Kettle {n}", f"Kettle {n} leaks."))
    await made.sync()
    return made


def number(ref: str) -> str:
    return ref.partition("/")[2]


async def test_a_snoozed_ticket_leaves_the_live_views_and_not_the_supervisors_counts(office: Office) -> None:
    session, (first, *_rest) = office.session, office.refs
    before = board.board(session, session.now()).by_status
    snooze.put_off(session, [first], Until("time", "2h"), "the courier comes")
    assert first not in office.live()
    assert len(office.live()) == 2
    assert views.view_counts(session)["Live"] == 2
    assert first not in [s.row.ref for s in nextup.next_up(session)]
    after = board.board(session, session.now())
    assert after.by_status == before
    assert {f.label: f.value for f in after.figures}["snoozed"] == "1"
    assert triage.count(session, "is:snoozed") == 1
    assert triage.count(session, "status:live") == 3


async def test_time_wakes_it_with_the_reason_and_as_not_yet_looked_at(office: Office) -> None:
    session, ref = office.session, office.refs[0]
    triage.mark_seen(session, ref)
    snooze.put_off(session, [ref], Until("time", "2h"), "the courier comes")
    office.clock.tick(2 * 3_600 - 1)
    assert snooze.settle(session) == []
    office.clock.tick(1)
    ((woken, why),) = snooze.settle(session)
    assert (woken, why.startswith("it is ")) == (ref, True)
    assert snooze.settle(session) == []
    assert ref in office.live()
    assert triage.ticket(session, ref).row.unseen
    assert triage.count(session, f"is:unseen ref:{ref}") == 1, "a list differs from the mark of its row"
    assert [e.kind for e in tail.tail(session, query=f"ref:{ref}")][-2:] == ["snoozed", "woke"]
    assert seen.look(session, ref) == f"since you looked: woke: {why}"
    assert not triage.ticket(session, ref).row.unseen


@pytest.mark.parametrize("until", [Until("reply"), Until("time", "9d")])
async def test_a_customer_who_writes_wakes_it_whatever_it_waits_for(office: Office, until: Until) -> None:
    session, ref = office.session, office.refs[0]
    snooze.put_off(session, [ref], until)
    office.desk.says(number(ref), BO.id, "We look at it.")
    await office.sync()
    assert snooze.settle(session) == []
    office.desk.says(number(ref), office.maria, "It burns now!")
    await office.sync()
    assert snooze.settle(session) == [(ref, "Maria Lopez wrote")]


async def test_a_message_that_was_not_here_yet_wakes_it_as_well(office: Office) -> None:
    """The customer wrote before the agent put the ticket off, and the agent did not know."""
    session, ref = office.session, office.refs[0]
    office.desk.says(number(ref), office.maria, "It burns now!")
    office.clock.tick(5)
    snooze.put_off(session, [ref], Until("time", "9d"))
    await office.sync()
    assert snooze.settle(session) == [(ref, "Maria Lopez wrote")]


async def test_another_ticket_that_is_solved_wakes_it(office: Office) -> None:
    session, (first, second, _third) = office.session, office.refs
    snooze.put_off(session, [first], Until("ticket", number(second)))
    assert snooze.settle(session) == []
    office.desk.tickets[number(second)] = replace_ticket(office, number(second), status="solved")
    await office.sync()
    assert snooze.settle(session) == [(first, f"{second} is solved")]


async def test_tickets_never_wait_for_each_other(office: Office) -> None:
    session, (first, second, third) = office.session, office.refs
    assert snooze.put_off(session, [first], Until("ticket", second)).done
    assert snooze.put_off(session, [second], Until("ticket", third)).done
    for ref in (second, third):
        assert "neither would wake" in snooze.put_off(session, [ref], Until("ticket", first)).left[0][1]
    snooze.wake(session, [first])
    assert snooze.put_off(session, [third], Until("ticket", first)).done


def replace_ticket(office: Office, ticket_id: str, **over: object) -> object:
    from msgspec.structs import replace as changed  # noqa: PLC0415  (the desk's values are structs)

    now = office.clock.tick(1)
    return changed(office.desk.tickets[ticket_id], updated=now, version=now, token=str(now), **over)


async def test_a_promise_wakes_it_when_it_is_due(office: Office) -> None:
    session, ref = office.session, office.refs[0]
    words = "I will call you tomorrow at 15:00."
    understood = promises.understand(session, ref, words, 0)
    reply.reply(session, ref, words, promises=understood.new(understood.found))
    (due,) = [p.due for p in promises.opened(session)]
    slept = snooze.put_off(session, office.refs[:2], Until("promise"))
    assert [s.ref for s in slept.done] == [ref]
    assert slept.left == ((office.refs[1], f"Nothing is promised on {office.refs[1]}."),)
    office.clock.now = due - 1
    assert snooze.settle(session) == []
    moved = promises.move(session, promises.opened(session)[0].id, "+5d")
    office.clock.now = due + 1
    assert snooze.settle(session) == [], "the promise was moved, and what waits for it waits longer"
    office.clock.now = moved.due
    snooze.settle(session)
    assert snooze.state(session, ref).woken_by == "its promise is due"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("sign", "why"),
    [
        (SLEEPS, ""),
        (replace(SLEEPS, writer="\x1f"), "the customer wrote"),
        (replace(SLEEPS, writer="Ana\x1f"), "Ana wrote"),
        (replace(SLEEPS, snooze=replace(SLEEPS.snooze, kind="ticket", awaits="a/2")), ""),
        (replace(SLEEPS, other="open", snooze=replace(SLEEPS.snooze, kind="ticket", awaits="a/2")), ""),
        (
            replace(SLEEPS, other="merged", snooze=replace(SLEEPS.snooze, kind="ticket", awaits="a/2")),
            "a/2 is merged",
        ),
        (
            replace(SLEEPS, promise="kept", snooze=replace(SLEEPS.snooze, kind="promise")),
            "its promise was kept",
        ),
    ],
)
def test_what_wakes(sign: Sign, why: str) -> None:
    """A ticket that the mirror does not have, while it is made anew, wakes nothing."""
    assert reason_to_wake(sign, START + HOUR) == why


async def test_it_is_woken_by_hand_once_and_can_sleep_anew(office: Office) -> None:
    session, ref = office.session, office.refs[0]
    snooze.put_off(session, [ref], Until("reply"))
    assert "snoozed until the customer writes" in snooze.told(session, ref)
    assert snooze.wake(session, [ref]) == [ref]
    with pytest.raises(NotFoundError):
        snooze.wake(session, [ref])
    office.clock.tick(5)
    snooze.put_off(session, [ref], Until("time", "1h"))
    assert [s.ref for s in snooze.asleep(session)] == [ref]


async def test_what_cannot_be_put_off_is_left_with_its_reason(office: Office) -> None:
    session, (first, second, _third) = office.session, office.refs
    with pytest.raises(InvalidInputError):
        snooze.put_off(session, [first], Until("time", "yesterday"))
    assert (
        snooze.put_off(session, [first], Until("ticket", first))
        .left[0][1]
        .endswith("cannot wait for itself.")
    )
    changes.set_fields(session, second, changes.parse(["status=solved"]))
    assert "nothing to put off" in snooze.put_off(session, [second], Until("reply")).left[0][1]
    assert snooze.asleep(session) == []


# -- claims -----------------------------------------------------------------------------------------------------


async def test_a_ticket_is_taken_and_what_a_colleague_has_is_left_to_him(office: Office) -> None:
    session, (first, second, _third) = office.session, office.refs
    assert claim.claim(session, first) is not None
    assert claim.claim(session, first) is None
    office.desk.tickets[number(second)] = replace_ticket(office, number(second), assignee_id=BO.id)
    await office.sync()
    with pytest.raises(ConflictError, match="Bo Berg has it"):
        claim.claim(session, second)
    assert claim.holder(session, second) == BO.name
    office.desk.tickets[number(second)] = replace_ticket(office, number(second), status="closed")
    await office.sync()
    with pytest.raises(InvalidInputError, match="nothing to take"):
        claim.claim(session, second)
    assert claim.holder(session, first) == ""


async def test_a_colleague_who_was_quicker_on_the_desk_keeps_it(office: Office) -> None:
    session, ref = office.session, office.refs[0]
    taken, operation = claim.claim_next(session)
    assert taken == ref
    office.desk.tickets[number(ref)] = replace_ticket(office, number(ref), assignee_id=BO.id)
    await office.sync()
    operation = outbox.find(session, operation.id)
    assert operation.state == "conflict"
    assert claim.beaten(session) == [(operation.id, ref, BO.name)]
    assert claim.lost(session, operation) == BO.name
    assert claim.beaten(session) == []
    await office.sync()
    assert triage.ticket(session, ref).row.assignee == BO.name
    assert claim.claim_next(session)[0] == office.refs[2], "his second ticket: he came back"


# -- seen, followed, mentioned ----------------------------------------------------------------------------------


def news(kind: str, actor: str = "Bo", old: str = "", new: str = "", role: str = "agent") -> News:
    return News(kind, role, actor, old, new, START)


def test_what_changed_is_summed_up_and_what_i_did_is_not_news() -> None:
    told = [
        news("message", "Ana", role="customer"),
        news("message"),
        news("note", "me"),
        news("status", old="open", new="pending"),
        news("status", old="pending", new="hold"),
        news("priority", old="low", new="high"),
        news("priority", old="high", new="low"),
        news("assignee", new="Bo"),
        news("sent", "me"),
    ]
    assert (
        seen.summed_up(told, START, {"me"}).words() == "2 messages, status open -> hold, assignee none -> Bo"
    )
    assert seen.summed_up([], START, {"me"}).words() == ""


async def test_the_first_look_tells_nothing_and_the_next_what_changed(office: Office) -> None:
    session, ref = office.session, office.refs[0]
    office.desk.says(number(ref), office.maria, "Hello?")
    await office.sync()
    assert seen.look(session, ref) == ""
    office.desk.says(number(ref), BO.id, "We look at it.")
    office.clock.tick(1)
    office.desk.says(number(ref), BO.id, "Do not tell.", public=False)
    await office.sync()
    assert seen.since_seen(session, ref).words() == "1 message, 1 note"  # type: ignore[union-attr]
    assert seen.look(session, ref) == "since you looked: 1 message, 1 note"
    assert seen.look(session, ref) == ""


async def test_followed_tickets_are_found(office: Office) -> None:
    session, (first, second, _third) = office.session, office.refs
    assert seen.toggle(session, [first, second])
    assert triage.count(session, "is:followed") == 2
    assert not seen.toggle(session, [second])
    assert [each.ref for each in seen.followed(session)] == [first]


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("@Ana Silva can you?", True),
        ("please look, @ana.", True),
        ("(@ANA)", True),
        ("@anabel can you?", False),
        ("write to x@ana.example", False),
        ("Ana can you?", False),
        ("@Bo can you?", False),
    ],
)
async def test_a_note_that_names_me(office: Office, note: str, *, named: bool) -> None:
    session, ref = office.session, office.refs[1]
    office.desk.says(number(ref), BO.id, note, public=False)
    await office.sync()
    assert triage.count(session, "is:mentioned") == named
    assert [(m.ref, m.author, m.fresh) for m in mentions.mentions(session)] == (
        [(ref, BO.name, True)] if named else []
    )


async def test_my_own_notes_and_public_words_are_no_mentions(office: Office) -> None:
    session, ref = office.session, office.refs[1]
    office.desk.says(number(ref), ME.id, "@ana remember", public=False)
    office.desk.says(number(ref), BO.id, "@ana hello", public=True)
    await office.sync()
    assert mentions.mentions(session) == []


async def test_a_mention_is_old_once_its_ticket_was_looked_at(office: Office) -> None:
    session, ref = office.session, office.refs[1]
    office.desk.says(number(ref), BO.id, "@ana?", public=False)
    await office.sync()
    seen.look(session, ref)
    assert [m.fresh for m in mentions.mentions(session)] == [False]
