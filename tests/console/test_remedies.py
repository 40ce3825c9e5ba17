"""Remedies within authority: sums to the cent, approvals by others, and a ledger that the outbox keeps honest."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import outbox, remedies, reply, undo
from console.heard import HeardSettings, advise
from console.remedies_read import load
from console.remedies_table import BUILT_IN
from console.remedy_words import holds
from console.session import Session
from console.tail import tail
from console.triage import queue_ids, rows
from store.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
)
from store.home import Home
from store.remotes import Address
from store.sync import Engine

Ask = Callable[..., remedies.Remedy]


@pytest.fixture
async def session(home: Home, clock: Clock, desk: MemoryDesk) -> Iterator[Session]:
    """Maria has a ticket by mail and one under another record with the same address; Li has one."""
    home.config.write_text('[desks.acme]\nprovider = "demo"\n', encoding="utf-8")
    home.config.chmod(0o600)
    made = Session.open(home, clock)
    mail = Address("email", "maria@x.example")
    maria, again, li = desk.customer("Maria", mail), desk.customer("M. Lopez", mail), desk.customer("Li")
    for number, person in enumerate((maria, again, li)):
        clock.tick(60)
        desk.open(person, f"Kettle {number}", f"My kettle {number} leaks, I want my money back.")
    engine = Engine(made.db, "acme", desk, clock)
    for _ in range(2):
        clock.tick(10)
        await engine.once()
    yield made
    made.close()


@pytest.fixture
def refs(session: Session) -> list[str]:
    """Maria's ticket, the one of her other record, and Li's."""
    return sorted(
        (r.ref for r in rows(session, queue_ids(session, ""))), key=lambda r: int(r.partition("/")[2])
    )


def write(session: Session, text: str) -> None:
    path = session.home.root / "remedies.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def states(session: Session, ref: str) -> list[str]:
    return [line.state for line in remedies.ledger(session, ref)]


# -- the limit ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "state"), [("1,999.99", "offered"), ("2,000.00", "offered"), ("2,000.01", "asked")]
)
def test_equal_to_the_limit_is_allowed_and_one_cent_over_asks(
    session: Session, refs: list[str], amount: str, state: str
) -> None:
    assert remedies.offer(session, refs[0], "refund", amount).state == state


def test_offers_of_one_person_sum_over_tickets_and_records(session: Session, refs: list[str]) -> None:
    assert remedies.offer(session, refs[0], "refund", "1500").state == "offered"
    assert remedies.authority(session, refs[1]).left == 50_000
    assert remedies.offer(session, refs[1], "credit", "500.01").state == "asked"
    assert remedies.offer(session, refs[1], "credit", "500").state == "offered"
    assert remedies.authority(session, refs[2]).left == 200_000


def test_what_needs_no_money_never_needs_approval(session: Session, refs: list[str]) -> None:
    remedies.offer(session, refs[0], "refund", "2000")
    assert remedies.offer(session, refs[0], "replacement").state == "offered"


def test_each_currency_has_its_own_sum(session: Session, refs: list[str]) -> None:
    remedies.offer(session, refs[0], "refund", "2000")
    assert remedies.offer(session, refs[0], "refund", "2000 USD").state == "offered"
    assert remedies.offer(session, refs[0], "refund", "0.01 USD").state == "asked"
    assert remedies.authority(session, refs[0], "usd").used == 200_000


def test_roles_and_currencies_have_their_own_limits(session: Session, refs: list[str]) -> None:
    write(
        session,
        '[authority]\nlimit = "500.00"\nlimits = { USD = "600.00" }\n[authority.agents]\n"ana SILVA" = "junior"\n'
        '[authority.roles.junior]\nlimit = "200.00"\nlimits = { JPY = "30000" }\n',
    )
    found = {code: remedies.authority(session, refs[0], code) for code in ("EUR", "USD", "JPY")}
    assert [each.limit for each in found.values()] == [20_000, 20_000, 3_000_000]
    assert str(found["JPY"]) == "30,000 of 30,000 JPY left in this story"
    known = load(session.home.root)
    assert (known.limit("agent", "EUR"), known.limit("agent", "USD"), known.limit("agent", "GBP")) == (
        50_000,
        60_000,
        50_000,
    )


def offer_from_elsewhere(root: str, ref: str, gate: object) -> None:
    session = Session.open(Home(Path(root)))
    gate.wait()  # type: ignore[attr-defined]  # a barrier
    for _ in range(10):
        remedies.offer(session, ref, "refund", "150")
    session.close()


def test_processes_at_once_cannot_exceed_the_limit(session: Session, refs: list[str]) -> None:
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(2)
    others = [
        spawn.Process(target=offer_from_elsewhere, args=(str(session.home.root), refs[0], gate))
        for _ in range(2)
    ]
    for each in others:
        each.start()
    for each in others:
        each.join(60)
    assert [each.exitcode for each in others] == [0, 0]
    assert sorted(states(session, refs[0])) == ["asked"] * 7 + ["offered"] * 13
    assert remedies.authority(session, refs[0]).left == 5_000


# -- from the draft to the customer -------------------------------------------------------------------------------


def test_a_reply_that_holds_it_grants_it_and_names_the_operation(
    session: Session, refs: list[str], clock: Clock
) -> None:
    line = remedies.offer(session, refs[0], "refund", "760")
    clock.tick()
    sent = reply.reply(session, refs[0], f"Sorry. {remedies.paragraph(session, refs[0], [line])}")
    assert remedies.unsettled(session)
    assert [(each.state, each.op_id) for each in remedies.settle(session)] == [("granted", sent.id)]
    assert not remedies.unsettled(session)


def test_a_reply_without_the_words_frees_the_authority(
    session: Session, refs: list[str], clock: Clock
) -> None:
    remedies.offer(session, refs[0], "refund", "760")
    clock.tick()
    reply.reply(session, refs[0], "We look into it; case 17600.")
    remedies.settle(session, refs[0])
    assert states(session, refs[0]) == ["withdrawn"]
    assert remedies.authority(session, refs[0]).left == 200_000


def test_a_reply_beside_the_draft_that_still_holds_it_changes_nothing(
    session: Session, refs: list[str], clock: Clock
) -> None:
    remedies.offer(session, refs[0], "refund", "760")
    clock.tick()
    reply.reply(session, refs[0], "We look into it.")
    reply.save_draft(session, refs[0], "We can offer you a refund of 760 EUR.", "reply")
    assert remedies.settle(session) == []


def test_taking_back_frees_it_and_sending_again_counts_again(
    session: Session, refs: list[str], clock: Clock
) -> None:
    remedies.offer(session, refs[0], "refund", "1500")
    clock.tick()
    reply.reply(session, refs[0], "A refund of 1,500.00 EUR.")
    remedies.settle(session)
    undo.undo(session)
    remedies.settle(session)
    assert states(session, refs[0]) == ["withdrawn"]
    assert remedies.authority(session, refs[0]).left == 200_000
    clock.tick()
    reply.reply(session, refs[0], "A refund of 1,500.00 EUR.")
    remedies.settle(session)
    assert states(session, refs[0]) == ["granted"]


def test_taking_back_frees_it_before_anybody_looked(session: Session, refs: list[str], clock: Clock) -> None:
    remedies.offer(session, refs[0], "refund", "2000")
    clock.tick()
    reply.reply(session, refs[0], "A refund of 2,000.00 EUR.")
    undo.undo(session)
    assert remedies.authority(session, refs[1]).left == 200_000
    assert states(session, refs[0]) == ["withdrawn"]


def test_offered_anew_after_taking_back_it_counts_once(
    session: Session, refs: list[str], clock: Clock
) -> None:
    for _ in range(2):
        remedies.offer(session, refs[0], "refund", "760")
        clock.tick()
        sent = reply.reply(session, refs[0], "A refund of 760.00 EUR.")
        assert remedies.authority(session, refs[0]).used == 76_000
        outbox.drop(session, sent.id)
        clock.tick()
    remedies.offer(session, refs[0], "refund", "760")
    clock.tick()
    reply.reply(session, refs[0], "A refund of 760.00 EUR.")
    assert states(session, refs[0]) == ["withdrawn", "withdrawn", "granted"]


def test_sent_again_without_room_it_is_asked_for(session: Session, refs: list[str], clock: Clock) -> None:
    remedies.offer(session, refs[0], "refund", "1500")
    clock.tick()
    sent = reply.reply(session, refs[0], "A refund of 1,500.00 EUR.")
    remedies.settle(session)
    outbox.drop(session, sent.id)
    assert remedies.offer(session, refs[1], "refund", "1000").state == "offered"
    clock.tick()
    reply.reply(session, refs[0], "A refund of 1,500.00 EUR.")
    remedies.settle(session)
    assert states(session, refs[0]) == ["asked", "offered"]
    notes = [o for o in outbox.operations(session) if o.kind == "note"]
    assert ["500.00 EUR over" in note.body for note in notes] == [True]


def test_editing_a_waiting_reply_keeps_or_frees_what_it_says(
    session: Session, refs: list[str], clock: Clock
) -> None:
    remedies.offer(session, refs[0], "refund", "760")
    clock.tick()
    sent = reply.reply(session, refs[0], "A refund of 760.00 EUR.")
    remedies.settle(session)
    edited = outbox.edit(session, sent.id, "Dear Maria, a refund of 760 EUR.")
    remedies.settle(session)
    assert remedies.ledger(session, refs[0])[0].op_id == edited.id
    outbox.edit(session, edited.id, "Dear Maria, nothing.")
    remedies.settle(session)
    assert states(session, refs[0]) == ["withdrawn"]


def test_an_offer_in_no_draft_is_forgotten_after_a_day(
    session: Session, refs: list[str], clock: Clock
) -> None:
    remedies.offer(session, refs[0], "refund", "2000")
    clock.tick(86_000)
    assert remedies.settle(session) == []
    clock.tick(1_000)
    assert remedies.offer(session, refs[0], "refund", "2000").state == "offered"
    assert states(session, refs[0]) == ["withdrawn", "offered"]


def test_withdrawing_by_hand_frees_it_once(session: Session, refs: list[str]) -> None:
    line = remedies.offer(session, refs[0], "refund", "2000")
    assert remedies.withdraw(session, line.id[-6:], "she wants a new one").state == "withdrawn"
    assert remedies.authority(session, refs[0]).left == 200_000
    with pytest.raises(ConflictError):
        remedies.withdraw(session, line.id)


def test_what_a_draft_no_longer_says_is_freed_on_request(session: Session, refs: list[str]) -> None:
    first = remedies.offer(session, refs[0], "refund", "500")
    second = remedies.offer(session, refs[1], "refund", "600")
    other = remedies.offer(session, refs[0], "refund", "300")
    reply.save_draft(session, refs[1], "A refund of 600.00 EUR.", "reply")
    ids = {first.id, second.id}
    assert [each.id for each in remedies.free(session, ids, refs[0], "Dear Maria")] == [first.id]
    assert remedies.authority(session, refs[0]).used == second.cents + other.cents


def test_several_are_offered_together_or_not_at_all(session: Session, refs: list[str]) -> None:
    with pytest.raises(InvalidInputError):
        remedies.offer_all(session, refs[0], [("refund", "760"), ("credit", "-1")])
    assert states(session, refs[0]) == ["withdrawn"]


# -- approval -----------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(session: Session, refs: list[str]) -> remedies.Remedy:
    remedies.offer(session, refs[0], "refund", "1")
    return remedies.offer(session, refs[0], "refund", "2000", "she waited for a month")


def test_asking_writes_a_note_with_the_story_and_keeps_the_draft(session: Session, refs: list[str]) -> None:
    reply.save_draft(session, refs[0], "Dear Maria", "reply")
    line = remedies.offer(session, refs[0], "refund", "2000.01", "she waited for a month")
    note = outbox.operations(session)[0]
    assert (note.kind, note.ref) == ("note", refs[0])
    for words in ("Refund 2,000.01 EUR", "0.01 EUR over", "a month", "I want my money back", line.id[-6:]):
        assert words in note.body
    draft = reply.load_draft(session, refs[0])
    assert draft is not None
    assert draft.text == "Dear Maria"
    place = remedies.words(session, line)
    advice = advise(f"Dear Maria, {place}", (), HeardSettings(), session.now())
    assert [check.found for check in advice.checks if check.name == "unfilled_hole"] == [place]


def test_nobody_approves_his_own(session: Session, asked: remedies.Remedy) -> None:
    for by in ("", "ana silva"):
        with pytest.raises(RefusedError):
            remedies.approve(session, asked.id, "please", by)
    with pytest.raises(NotFoundError):
        remedies.approve(session, asked.id, "please", "Nobody Known")


def test_another_agent_approves_and_both_are_in_the_log(
    session: Session, refs: list[str], asked: remedies.Remedy
) -> None:
    done = remedies.approve(session, asked.id, "fine", "bo berg")
    assert (done.state, done.actor, done.decided_by) == ("approved", "Ana Silva", "Bo Berg")
    assert "2,000.00" in remedies.words(session, done)
    assert remedies.authority(session, refs[0]).used == 200_100
    told = [(e.actor, e.new) for e in tail(session) if e.kind == "remedy"]
    assert told[-2][0] == "Ana Silva"
    assert told[-1] == ("Bo Berg", "approved: refund 2000.00 EUR (fine)")
    with pytest.raises(ConflictError):
        remedies.refuse(session, asked.id, "too late", "Bo Berg")


def test_refusing_wants_a_reason_and_frees_nothing(
    session: Session, refs: list[str], asked: remedies.Remedy
) -> None:
    with pytest.raises(InvalidInputError):
        remedies.refuse(session, asked.id, " ", "Bo Berg")
    assert remedies.refuse(session, asked.id, "no", "Bo Berg").state == "refused"
    assert remedies.authority(session, refs[0]).used == 100


def test_roles_say_who_approves(session: Session, asked: remedies.Remedy) -> None:
    write(
        session,
        '[authority.agents]\n"Ana Silva" = "lead"\n"Bo Berg" = "junior"\n'
        "[authority.roles.lead]\napproves_own = true\n[authority.roles.junior]\napproves = false\n",
    )
    with pytest.raises(RefusedError):
        remedies.approve(session, asked.id, "fine", "Bo Berg")
    assert remedies.approve(session, asked.id, "fine").decided_by == "Ana Silva"


def test_what_was_approved_outlasts_a_reply_in_between(
    session: Session, refs: list[str], asked: remedies.Remedy, clock: Clock
) -> None:
    remedies.approve(session, asked.id, "fine", "Bo Berg")
    clock.tick()
    reply.reply(session, refs[0], "One moment.")
    remedies.settle(session)
    assert states(session, refs[0]) == ["withdrawn", "approved"]
    clock.tick()
    reply.reply(session, refs[0], "A refund of 2.000,00 EUR.")
    remedies.settle(session)
    assert states(session, refs[0])[1] == "granted"


# -- remedies.toml ------------------------------------------------------------------------------------------------


def test_remedies_are_offered_by_queue_theme_and_language(session: Session, refs: list[str]) -> None:
    write(
        session,
        '[remedies.all]\nlabel = "Gift"\ntext = "a gift of {amount}"\namount = "15.00 USD"\n'
        '[remedies.sales]\nlabel = "S"\ntext = "s"\nqueues = ["Sales"]\n'
        '[remedies.vip]\nlabel = "V"\ntext = "v"\nthemes = ["vip"]\n'
        '[remedies.german]\nlabel = "G"\ntext = "g"\nlanguages = ["de"]\n',
    )
    found = remedies.choices(session, refs[0])
    assert [(o.kind, o.amount, o.cents, o.currency) for o in found] == [("all", "fixed", 1_500, "USD")]
    assert remedies.words(session, remedies.offer(session, refs[0], "all")) == "a gift of 15.00 USD"
    with pytest.raises(NotFoundError):
        remedies.offer(session, refs[0], "sales")
    known = load(session.home.root)
    assert list(known.fitting("SALES", ["VIP"], "de")) == ["all", "sales", "vip", "german"]


def test_words_without_an_amount_are_found_by_half_of_them(session: Session, refs: list[str]) -> None:
    line = remedies.offer(session, refs[0], "replacement")
    text = BUILT_IN["replacement"].text
    assert holds(text, line, "We will gladly send you a replacement free of any cost, sent today.")
    assert not holds(text, line, "We look into it.")
