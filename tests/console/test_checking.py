"""A draft for a ticket: the story of the person, the queue's standards, and what the outbox says about it."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import BO, MemoryDesk

from console import changes
from console.checking import Checked, Going, check_reply
from console.reply import save_draft
from console.session import Session
from console.standards import Standards
from console.standards_table import Standard
from store.errors import InvalidInputError, NotFoundError
from store.sync import Engine


@pytest.fixture
async def refs(session: Session, desk: MemoryDesk, clock: Clock) -> list[str]:
    """Ada told her order number on one ticket, Bo apologised there; the other is her second contact."""
    ada = desk.customer("Ada Abel")
    one = desk.open(ada, "Kettle", "My kettle is broken. The order number is A-10427.")
    clock.tick(60)
    desk.says(one, BO.id, "I am sorry that your kettle is broken.")
    clock.tick(60)
    two = desk.open(ada, "Kettle again", "The kettle is still broken and I am angry.")
    engine = Engine(session.db, "acme", desk, clock)
    for _ in range(3):
        clock.tick(10)
        assert (await engine.once()).error is None
    return [f"acme/{one}", f"acme/{two}"]


def names(checked: Checked) -> list[str]:
    return [one.name for one in checked.advice.checks]


def check(
    session: Session,
    ref: str,
    draft: str | None = "Hello.",
    standards: Standards | None = None,
    *,
    solving: bool = False,
) -> Checked:
    return check_reply(session, standards or Standards(), ref, draft, going=Going(solving=solving))


async def test_what_was_told_on_another_ticket_is_not_asked_again(session: Session, refs: list[str]) -> None:
    (asked,) = check(session, refs[1], "Could you send us your order number?").advice.checks
    assert (asked.name, asked.found) == ("reask", "A-10427")


async def test_an_earlier_apology_holds_for_its_own_ticket(session: Session, refs: list[str]) -> None:
    states = [check(session, ref, "Which colour is it?").advice.step("apologize").state for ref in refs]
    assert states == ["seen", "not_seen"]


async def test_the_customers_name_is_known(session: Session, refs: list[str]) -> None:
    (wrong,) = check(session, refs[0], "Hi Bea,\nthe kettle left today.").advice.checks
    assert (wrong.name, wrong.found) == ("wrong_name", "Ada Abel")
    assert names(check(session, refs[0], "Hi Ada,\nthe kettle left today.")) == []


async def test_the_group_of_the_ticket_is_its_queue(session: Session, refs: list[str]) -> None:
    strict = Standards(queues={"support": Standard(strict=("unfilled_hole",))})
    checked = check(session, refs[0], "Hi {{name}}.", strict)
    assert (checked.queue, checked.missed) == ("Support", ("unfilled_hole",))


async def test_the_saved_draft_is_taken_where_none_is_given(session: Session, refs: list[str]) -> None:
    save_draft(session, refs[0], "It is with T2.", "reply")
    assert names(check(session, refs[0], None)) == ["jargon"]


async def test_a_note_or_no_draft_at_all_is_said(session: Session, refs: list[str]) -> None:
    save_draft(session, refs[0], "It is with T2.", "note")
    with pytest.raises(InvalidInputError, match="internal note"):
        check(session, refs[0], None)
    with pytest.raises(NotFoundError, match="no draft"):
        check(session, refs[1], None)


async def test_a_ticket_that_is_being_solved_wants_a_recap(session: Session, refs: list[str]) -> None:
    draft = "Where did you buy it?"
    assert names(check(session, refs[0], draft)) == []
    assert names(check(session, refs[0], draft, solving=True)) == ["recap_missing"]
    changes.set_fields(session, refs[0], changes.parse(["status=solved"]))
    assert names(check(session, refs[0], draft)) == ["recap_missing"]
    assert names(check(session, refs[1], draft)) == []
