"""Opening hours about a moment, the contact block, and a recap that the story itself can answer for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.clock import Clock
from support.desk import MemoryDesk

from console import blocks, hours, promises, remedies, reply
from console.heard import HeardSettings, advise
from console.history import story
from console.session import Session
from console.settings import load
from console.triage import queue_ids, rows
from store.errors import ConfigError, InvalidInputError
from store.home import Home
from store.sync import Engine

WEEK = hours.read(["mon-fri 9:00-12:00, 13:00-17:00", "sat 10-14"], ["2026-01-06", "12-25"])
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: object = UTC) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1_000_000  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-01-05T09:00", "today until 12:00"),  # a Monday
        ("2026-01-05T11:59", "today until 12:00"),
        ("2026-01-05T12:00", "today from 13:00 to 17:00"),
        ("2026-01-05T08:00", "today from 9:00 to 12:00"),
        ("2026-01-05T17:00", "on Wednesday from 9:00"),  # tomorrow is a holiday
        ("2026-01-06T10:00", "tomorrow from 9:00"),
        ("2026-01-09T18:00", "tomorrow from 10:00"),
        ("2026-01-10T14:00", "on Monday from 9:00"),
        ("2026-12-25T10:00", "tomorrow from 10:00"),
        ("2027-12-25T10:00", "on Monday from 9:00"),
    ],
)
def test_the_hours_of_a_moment_know_holidays(moment: str, told: str) -> None:
    assert hours.next_opening(WEEK, at(moment), UTC) == told


def test_the_hours_are_those_of_their_zone() -> None:
    assert hours.next_opening(WEEK, at("2026-01-05T16:30"), BERLIN) == "on Wednesday from 9:00"
    assert hours.next_opening(WEEK, at("2026-07-06T06:59"), BERLIN) == "today from 9:00 to 12:00"
    assert hours.next_opening(WEEK, at("2026-07-06T07:00"), BERLIN) == "today until 12:00"


def test_where_nobody_ever_answers_nothing_is_said() -> None:
    assert hours.next_opening(hours.Hours(), at("2026-01-05T09:00"), UTC) == ""
    far = hours.read(["mon 9-10"], [f"2026-01-{day:02}" for day in range(1, 32)])
    assert hours.next_opening(far, at("2026-01-05T09:00"), UTC) == "on 2 February from 9:00"


def test_days_may_go_round_the_week_and_hours_that_touch_are_one() -> None:
    made = hours.read(["sat-mon 9-12", "sun 12:00-14:30"])
    assert [len(day) for day in made.week] == [1, 0, 0, 0, 0, 1, 1]
    assert made.week[6] == ((540, 870),)


@pytest.mark.parametrize(
    "line", ["", "mon", "mon 9", "xyz 9-10", "mon 10-9", "mon 9-25", "mon 9:60-10", "mon 9-10;", "9-10"]
)
def test_hours_that_cannot_be_read_are_refused(line: str) -> None:
    with pytest.raises(InvalidInputError):
        hours.read([line])


@given(st.text(max_size=40), st.text(max_size=12))
def test_no_text_breaks_the_reading_of_hours(line: str, day: str) -> None:
    try:
        made = hours.read([line], [day])
    except InvalidInputError:
        return
    assert hours.next_opening(made, at("2026-01-05T09:00"), UTC)


# -- in a workspace -----------------------------------------------------------------------------------------------


@pytest.fixture
async def session(home: Home, clock: Clock, desk: MemoryDesk) -> AsyncIterator[Session]:
    """Maria's kettle: asked, answered, done."""
    home.config.write_text('[desks.acme]\nprovider = "demo"\n', encoding="utf-8")
    home.config.chmod(0o600)
    maria = desk.customer("Maria Lopez")
    ticket = desk.open(maria, "Kettle", "My kettle leaks and it is terrible! What can you do?")
    clock.tick(60)
    desk.says(
        ticket, "a1", "Hello Maria,\nI have sent a new kettle to you. Does the lid fit?\n> we have fixed it"
    )
    clock.tick(60)
    desk.says(ticket, "a2", "We have blamed nobody.", public=False)
    made = Session.open(home, clock)
    engine = Engine(made.db, "acme", desk, clock)
    for _ in range(2):
        clock.tick(10)
        await engine.once()
    yield made
    made.close()


def ref_of(session: Session) -> str:
    return rows(session, queue_ids(session, ""))[0].ref


def with_contact(session: Session, text: str) -> Session:
    path = session.home.config
    path.write_text(f'[desks.acme]\nprovider = "demo"\n[contact]\n{text}', encoding="utf-8")
    session.settings = load(session.home.root)
    return session


def test_the_contact_block_names_a_person_the_number_the_hours_and_the_reference(session: Session) -> None:
    told = 'name = "Ana Silva"\nphone = "030 123"\ntime_zone = "Europe/Berlin"\nhours = ["mon-fri 9-17"]\nholidays = ["01-01"]\n'
    assert blocks.contact(with_contact(session, told), ref_of(session)) == (
        "You can reach us: reply to this message or call 030 123 and ask for Ana Silva, tomorrow from 9:00.\n"
        f"Your reference: {ref_of(session).partition('/')[2]}"
    )


def test_without_settings_the_contact_block_claims_nothing(session: Session) -> None:
    assert blocks.contact(session, ref_of(session)).startswith("You can reach us: reply to this message.\n")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('time_zone = "Europe/Nowhere"\n', "contact.time_zone"),
        ('hours = ["always"]\n', "contact.hours"),
        ('holidays = ["easter"]\n', "contact.holidays"),
    ],
)
def test_contact_settings_that_cannot_be_used_are_named_with_their_line(
    session: Session, text: str, key: str
) -> None:
    with pytest.raises(ConfigError, match=f"line 4: {key}"):
        blocks.contact(with_contact(session, text), ref_of(session))


def test_the_recap_says_what_the_public_answers_say_was_done(session: Session) -> None:
    made = blocks.recap(session, ref_of(session), "Dear Maria, we have refunded the postage.")
    assert made.splitlines() == [
        "To recap:",
        "- What we did: I have sent a new kettle to you. Dear Maria, we have refunded the postage.",
        "- What happens next: [[what happens next, and when; or take this line out]]",
        "- How to reach us: reply to this message.",
    ]


def test_the_recap_has_granted_remedies_and_every_open_promise(
    session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    ref = ref_of(session)
    line = remedies.offer(session, ref, "refund", "49.90")
    clock.tick()
    text = f"{remedies.paragraph(session, ref, [line])} I will call you tomorrow at 10:00."
    reply.reply(session, ref, text, promises=promises.understand(session, ref, text).new())
    remedies.settle(session)
    made = blocks.recap(session, ref)
    assert "We offered you: refund of 49.90 EUR." in made
    assert "- What happens next: I will call you tomorrow at 10:00." in made
    assert "- By when: Friday 2 January, 10:00." in made


def test_a_recap_satisfies_the_engine(session: Session) -> None:
    ref = ref_of(session)
    made = blocks.recap(session, ref)
    person = rows(session, queue_ids(session, ""))[0].requester_id
    advice = advise(made, story(session, person), HeardSettings(), session.now(), ref=ref, solving=True)
    assert [check.name for check in advice.checks if check.name == "recap_missing"] == []
    assert [check.name for check in advice.checks if check.name == "unfilled_hole"] == ["unfilled_hole"]


def test_solving_lacks_a_recap_until_draft_or_answer_has_one(session: Session) -> None:
    ref = ref_of(session)
    assert blocks.solving(session, ref, "Your kettle is the one with the blue lid.") == blocks.Solving(
        lacking=True, required=False
    )
    assert not blocks.solving(session, ref, blocks.recap(session, ref)).lacking
    (session.home.root / "standards.toml").write_text('[default]\nstrict = ["recap_missing"]\n')
    (session.home.root / "standards.toml").chmod(0o600)
    assert blocks.solving(session, ref, "") == blocks.Solving(lacking=True, required=True)
    reply.reply(session, ref, blocks.recap(session, ref))
    assert blocks.solving(session, ref, "") == blocks.Solving(lacking=False, required=True)


def test_no_recap_is_made_of_a_recap(session: Session) -> None:
    ref = ref_of(session)
    first = blocks.recap(session, ref)
    assert blocks.recap(session, ref, first).count("I have sent a new kettle") == 1
