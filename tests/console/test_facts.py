"""The Hear fields of a person: found in all the tickets, corrected or put away for good, used by every check."""

from __future__ import annotations

import tomllib

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import facts, history, muting, tail, triage, waiving
from console.checking import Going, check_reply
from console.session import Session
from console.standards import Standards, load
from store.errors import ConfigError, InvalidInputError, NotFoundError
from store.sync import Engine

ASKS = "What is your order number?"


@pytest.fixture
async def person(session: Session, desk: MemoryDesk, clock: Clock) -> int:
    """Ada told two order numbers on two tickets; returns her row number."""
    ada = desk.customer("Ada Abel")
    for text in (
        "My kettle is broken. The order number is A-10427.",
        "Order B-20000 is late. I want a refund for it.",
    ):
        desk.open(ada, "Kettle", text)
        clock.tick(60)
    engine = Engine(session.db, "acme", desk, clock)
    for _ in range(3):
        clock.tick(10)
        assert (await engine.once()).error is None
    return triage.rows(session, triage.queue_ids(session, ""))[0].requester_id


def found(session: Session, person: int) -> dict[str, facts.Field]:
    """The fields by what the messages say."""
    made = facts.fields(history.story(session, person), facts.edits(session, person))
    return {field.fact.value: field for field in made}


def reasked(session: Session) -> list[str]:
    """What a question for the order number is answered with, as `heard check` sees it."""
    ref = triage.rows(session, triage.queue_ids(session, ""))[0].ref
    checked = check_reply(session, Standards(), ref, ASKS, going=Going())
    return [check.found for check in checked.advice.checks if check.name == "reask"]


async def test_fields_come_from_all_tickets_the_newest_of_each_kind_first(
    session: Session, person: int
) -> None:
    values = list(found(session, person))
    assert values.index("B-20000") < values.index("I want a refund for it") < values.index("A-10427")
    assert found(session, person)["A-10427"].fact.ref != found(session, person)["B-20000"].fact.ref


async def test_a_correction_holds_for_the_person_and_says_who_made_it(session: Session, person: int) -> None:
    fact = found(session, person)["B-20000"].fact
    assert facts.correct(session, person, fact, "  B-20001\n ") == "B-20001"
    field = found(session, person)["B-20000"]
    assert (field.value, field.corrected, field.away) == ("B-20001", True, False)
    assert reasked(session) == ["B-20001"]
    kept = session.db.read(
        lambda r: r.execute(
            "SELECT person, kind, message_id, actor, created > 0 FROM local.fact_edit"
        ).fetchall()
    )
    assert kept == [(kept[0][0], "order", fact.message_id, session.actor, 1)]
    assert kept[0][0].startswith("acme/")


async def test_a_fact_put_away_stands_at_the_end_until_it_is_brought_back(
    session: Session, person: int
) -> None:
    fact = found(session, person)["B-20000"].fact
    facts.put_away(session, person, fact)
    assert list(found(session, person).values())[-1].away
    assert reasked(session) == ["A-10427"]
    facts.bring_back(session, person, fact)
    assert not found(session, person)["B-20000"].away
    assert reasked(session) == ["B-20000"]


async def test_what_cannot_be_kept_is_refused(session: Session, person: int) -> None:
    fact = found(session, person)["B-20000"].fact
    with pytest.raises(InvalidInputError, match="empty"):
        facts.correct(session, person, fact, " \n ")
    with pytest.raises(InvalidInputError, match="at most"):
        facts.correct(session, person, fact, "x" * 401)
    with pytest.raises(NotFoundError, match="no customer"):
        facts.correct(session, 0, fact, "B-1")
    with pytest.raises(NotFoundError, match="no customer"):
        facts.put_away(session, 999_999, fact)
    assert facts.edits(session, 0) == facts.edits(session, 999_999) == ()


# -- muted and left out ---------------------------------------------------------------------------------------


def test_muting_for_me_keeps_what_was_typed_in_the_file(session: Session) -> None:
    config = session.home.config
    config.write_text("# mine\n[heard]\nmuted = ['tone'] # since May\n[ui]\nmouse = false\n")
    config.chmod(0o600)
    muting.for_me(session, "jargon", on=True)
    assert session.settings.heard.muted == ("tone", "jargon")
    assert "# mine" in config.read_text()
    assert tomllib.loads(config.read_text())["ui"] == {"mouse": False}
    muting.for_me(session, "tone", on=False)
    assert session.settings.heard.muted == ("jargon",)


def test_a_queue_keeps_what_the_default_mutes_and_nothing_strict_is_muted(session: Session) -> None:
    path = session.home.root / "standards.toml"
    assert not muting.has_standards(session)
    path.write_text('# ours\n[default]\nmuted = ["tone"]\n[queues.Billing]\nstrict = ["apologize"]\n')
    muting.for_queue(session, "billing", "jargon", on=True)
    muting.for_queue(session, "Höhe 7", "reask", on=True)
    assert muting.of_queue(session, "BILLING") == ("tone", "jargon")
    assert muting.of_queue(session, "höhe 7") == ("tone", "reask")
    assert load(session.home.root).of("Billing").strict == ("apologize",)
    assert path.read_text().startswith("# ours\n")
    with pytest.raises(InvalidInputError, match="strict"):
        muting.for_queue(session, "Billing", "apologize", on=True)
    muting.for_queue(session, "Billing", "jargon", on=False)
    assert muting.of_queue(session, "Billing") == ("tone",)


def test_a_file_that_cannot_be_read_is_not_written(session: Session) -> None:
    path = session.home.root / "standards.toml"
    path.write_text("[default\n")
    with pytest.raises(ConfigError):
        muting.for_queue(session, "Billing", "jargon", on=True)
    assert path.read_text() == "[default\n"


def test_what_may_be_left_out_is_said_by_the_standards(session: Session) -> None:
    path = session.home.root / "standards.toml"
    path.write_text(
        '[default]\nstrict = ["hear", "tone"]\n[queues.A]\nwaive = ["tone"]\n[queues.B]\nwaive = []\n'
    )
    standards = load(session.home.root)
    assert [standards.of(name).waive for name in ("", "A", "b")] == [("hear", "tone"), ("tone",), ()]


def test_leaving_a_step_out_needs_a_reason_and_is_logged(session: Session) -> None:
    with pytest.raises(InvalidInputError, match="no reason"):
        waiving.leave_out(session, "acme/1", ["hear"], " \n")
    assert waiving.leave_out(session, "acme/1", ["hear", "tone"], " on the\nphone") == "on the phone"
    (event,) = tail.tail(session)
    assert (event.kind, event.new, event.actor) == ("waived", "hear, tone: on the phone", session.actor)
