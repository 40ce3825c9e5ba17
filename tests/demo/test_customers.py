"""Living customers: they answer what was asked, come back, and do the same again on the same seed."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from demo.client import NOW, Demo
from support.clock import SECOND, Clock

from console.demo.customers import live, step
from console.demo.database import Database, Row
from console.demo.edits import Edit, MissingError, about_of
from console.demo.lines import content
from console.demo.reactions import asked_in
from console.demo.scenario_values import Rating
from console.demo.setup import DemoDesk
from console.demo.writes import (
    NewTicket,
    customer_opens,
    customer_rates,
    customer_writes,
    edit_ticket,
    open_ticket,
)

ME = 380000000101


@pytest.fixture
def file(made: DemoDesk) -> Iterator[Database]:
    with Database(made.path) as database:
        yield database


def ticket(db: Database, number: int) -> Row:
    row = db.row("SELECT * FROM tickets WHERE id = ?", number)
    assert row is not None
    return row


def said(db: Database, number: int) -> list[str]:
    rows = db.rows("SELECT body FROM audits WHERE ticket_id = ? AND spoken = 'public' ORDER BY id", number)
    return [
        next(e["body"] for e in msgspec.json.decode(r["body"])["events"] if e["type"] == "Comment")
        for r in rows
    ]


def english(db: Database, where: str = "status = 'open'") -> Row:
    """A ticket about something, in English, whose customer is not a hostile one."""
    row = db.row(
        f"""SELECT tickets.* FROM tickets JOIN users ON users.id = requester_id WHERE {where} AND about IS NOT NULL
        AND tickets.language = 'en' AND users.name NOT LIKE '%[%' AND json_extract(about, '$.theme') <> 'praise'
        ORDER BY tickets.id DESC"""
    )
    assert row is not None
    return row


def answer_to(db: Database, number: int, text: str, *, status: str = "pending", seed: int = 1) -> str:
    """What the customer writes within two minutes of our reply; empty when they stay silent."""
    edit_ticket(db, number, ME, Edit(text=text, fields={"status": status}), NOW)
    before = len(said(db, number))
    rng = Random(seed)
    for second in range(0, 125, 5):
        step(db, rng, NOW + second * SECOND)
    return "\n".join(said(db, number)[before:])


def talkative(
    db: Database, text: str, status: str = "pending", where: str = "status = 'open'"
) -> tuple[Row, str]:
    """The first ticket whose customer does not stay silent, and what they answer."""
    tried: list[int] = []
    for _ in range(6):
        row = english(db, f"{where} AND tickets.id NOT IN ({','.join(map(str, [0, *tried]))})")
        reply = answer_to(db, row["id"], text, status=status)
        if reply:
            return row, reply
        tried.append(row["id"])
    pytest.fail("six customers in a row stayed silent")


def test_the_same_seed_and_clock_give_the_same_events(made: DemoDesk, tmp_path: Path) -> None:
    ends = []
    for name in ("one.db", "two.db"):
        path = tmp_path / name
        shutil.copyfile(made.path, path)
        with Database(path) as db:
            rng = Random("seed")
            events = [step(db, rng, NOW + n * 6 * SECOND) for n in range(80)]
            audits = [tuple(row) for row in db.rows("SELECT * FROM audits ORDER BY id")]
            ends.append((events, audits))
    assert ends[0] == ends[1]
    assert len({event.kind for event in ends[0][0] if event}) >= 5


def test_a_question_for_the_order_number_is_answered_with_it(file: Database) -> None:
    row, reply = talkative(file, "Could you give me your order number, please?")
    about = about_of(row)
    assert about is not None
    assert about.order in reply


def test_a_customer_who_has_told_it_before_says_so(file: Database) -> None:
    row = english(file)
    about = about_of(row)
    assert about is not None
    customer_writes(file, row["id"], f"My order number is {about.order}.", NOW - 600 * SECOND)
    lines = next(q for q in content().voices.question if q.key == "order").again
    replies = [answer_to(file, row["id"], "May I ask for your order number?", seed=1)]
    assert any(
        line.format(order=about.order).lower()[:12] in reply.lower() for reply in replies for line in lines
    )


def test_a_photo_comes_with_an_attachment(file: Database) -> None:
    row, _ = talkative(file, "Could you send me a photo of it?")
    found = file.row("SELECT max(files) AS files FROM audits WHERE ticket_id = ? AND at >= ?", row["id"], NOW)
    assert found is not None
    assert found["files"] == 1


def test_a_promise_is_waited_for(file: Database) -> None:
    row, reply = talkative(file, "I will call you tomorrow before noon.")
    assert any(line[:12].lower() in reply.lower() for line in content().voices.reaction.wait)
    assert ticket(file, row["id"])["last_by"] == "customer"


def test_an_empty_phrase_makes_people_angry(file: Database) -> None:
    _, reply = talkative(file, "We appreciate your patience and will be in touch shortly.")
    assert any(
        line.split("{", maxsplit=1)[0][:15].lower() in reply.lower()
        for line in content().voices.customer.angry
    )


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Hello. Could you give me your order number?", "order"),
        ("Please send me a picture of the door.", "photo"),
        ("I have booked a visit for tomorrow at your address.", None),
        ("On which phone number can I reach you?", "phone"),
        ("Did that help?", "solved"),
        ("Your order number is on the invoice.", None),
    ],
)
def test_questions_are_told_from_statements(words: str, key: str | None) -> None:
    found = asked_in(words, content())
    assert (found.key if found else None) == key


def test_agents_who_opened_a_ticket_themselves_do_not_answer_themselves(file: Database) -> None:
    made = open_ticket(file, NewTicket(ME, ME, "A reminder", "Order more labels."), NOW - 60 * SECOND)
    edit_ticket(file, made.ticket_id, ME + 1, Edit(text="Did that help?"), NOW - 50 * SECOND)
    for second in range(0, 125, 5):
        step(file, Random(second), NOW + second * SECOND)
    assert said(file, made.ticket_id) == ["Order more labels.", "Did that help?"]


def test_nobody_answers_before_twenty_seconds_have_passed(file: Database) -> None:
    row = english(file)
    edit_ticket(file, row["id"], ME, Edit(text="Did that help?"), NOW)
    for second in range(19):
        step(file, Random(second), NOW + second * SECOND)
    assert ticket(file, row["id"])["last_by"] == "agent"


@pytest.mark.parametrize("resting", ["pending", "hold", "solved"])
def test_a_resting_ticket_is_opened_again_when_its_customer_writes(file: Database, resting: str) -> None:
    row = english(file)
    edit_ticket(file, row["id"], ME, Edit(text="Done.", fields={"status": resting}), NOW)
    assert customer_writes(file, row["id"], "Not quite.", NOW + SECOND) == row["id"]
    after = ticket(file, row["id"])
    assert (after["status"], after["waiting_since"]) == ("open", NOW + SECOND)


def test_writing_to_a_closed_ticket_opens_another_one(file: Database) -> None:
    row = english(file, "status = 'closed'")
    follow = customer_writes(file, row["id"], "It is broken again.", NOW)
    assert follow != row["id"]
    made = ticket(file, follow)
    assert (made["requester_id"], made["status"], made["subject"]) == (
        row["requester_id"],
        "new",
        f"Re: {row['subject']}",
    )
    assert ticket(file, row["id"])["status"] == "closed"


def test_thanks_leave_a_solved_ticket_solved(file: Database) -> None:
    remedy = "I have sent you a replacement, it is on its way."
    solved: Counter[tuple[bool, str]] = Counter()
    for _ in range(8):
        row = english(file)
        reply = answer_to(file, row["id"], remedy, status="solved")
        thanked = any(
            word in reply.lower() for word in ("thank", "cheers", "great", "content", "better", "fine")
        )
        if reply:
            solved[thanked, ticket(file, row["id"])["status"]] += 1
    assert solved[True, "solved"] > 0
    assert solved[False, "solved"] == solved[True, "open"] == 0


def test_a_customer_opens_a_ticket_on_any_channel(file: Database) -> None:
    customer = english(file)["requester_id"]
    for channel, name in (
        ("email", "email"),
        ("phone", "voice"),
        ("social", "twitter"),
        ("messaging", "native_messaging"),
    ):
        number = customer_opens(file, customer, channel, "Subject", "Words", NOW)  # type: ignore[arg-type]
        assert msgspec.json.decode(ticket(file, number)["via"])["channel"] == name
    with pytest.raises(MissingError):
        customer_opens(file, 5, "email", "Subject", "Words", NOW)


def test_colleagues_leave_the_admins_own_tickets_alone(file: Database) -> None:
    row = english(file)
    edit_ticket(file, row["id"], ME, Edit(fields={"assignee_id": ME}), NOW)
    rng = Random(5)
    for n in range(150):
        step(file, rng, NOW + n * 6 * SECOND)
    touched = file.rows(
        "SELECT DISTINCT author_id FROM audits WHERE ticket_id = ? AND at > ?", row["id"], NOW + SECOND
    )
    assert {r["author_id"] for r in touched} <= {row["requester_id"], -1}
    assert ticket(file, row["id"])["assignee_id"] == ME


def test_much_life_leaves_no_contradiction(file: Database) -> None:
    rng = Random(11)
    kinds = Counter(event.kind for n in range(400) if (event := step(file, rng, NOW + n * 6 * SECOND)))
    assert kinds.keys() == {"answer", "new", "follow-up", "reopen", "taken", "colleague", "rating"}
    for row in file.rows("SELECT * FROM tickets"):
        last = file.row("SELECT max(at) AS at FROM audits WHERE ticket_id = ?", row["id"])
        assert last is not None
        assert last["at"] == row["updated"]
        if row["status"] in ("solved", "closed", "pending"):
            assert row["waiting_since"] is None, row["id"]


async def test_a_desk_without_customers_stays_quiet(tmp_path: Path) -> None:
    from console.demo.setup import prepare  # noqa: PLC0415  (only here)

    with Database(prepare(tmp_path, 1, 0, NOW).path) as db:
        db.run("DELETE FROM identities WHERE user_id IN (SELECT id FROM users WHERE role = 'end-user')")
        db.run("DELETE FROM users WHERE role = 'end-user'")
        assert step(db, Random(1), NOW) is None


async def test_life_goes_on_at_the_pace_that_was_set_until_it_is_cancelled(demo: Demo) -> None:
    naps: list[float] = []
    clock = Clock(NOW)

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        clock.tick(seconds)
        if len(naps) > 300:
            raise asyncio.CancelledError

    before = demo.db.row("SELECT count(*) AS n FROM audits")
    with pytest.raises(asyncio.CancelledError):
        await live(demo.db, seed=1, clock=clock, pace=6, sleep=nap)
    after = demo.db.row("SELECT count(*) AS n FROM audits")
    assert 5 < sum(naps) / len(naps) < 7
    assert before is not None
    assert after is not None
    assert after["n"] >= before["n"] + 300
    await live(demo.db, seed=1, clock=clock, pace=0, sleep=nap)


def test_a_rating_stands_on_the_ticket_and_in_its_audits_and_leaves_the_status_alone(file: Database) -> None:
    row = english(file, "status = 'solved' AND rating IS NULL")
    customer_rates(file, row["id"], Rating("bad", "Nobody called.", "It took too long"), NOW)
    customer_rates(file, row["id"], Rating("good"), NOW)
    now = ticket(file, row["id"])
    assert msgspec.json.decode(now["rating"])["score"] == "good"
    assert (now["status"], now["updated"] > row["updated"], now["stamp"] > row["stamp"]) == (
        "solved",
        True,
        True,
    )
    audits = file.rows("SELECT body FROM audits WHERE ticket_id = ? ORDER BY id DESC LIMIT 2", row["id"])
    said = [event for audit in reversed(audits) for event in msgspec.json.decode(audit["body"])["events"]]
    assert [(e.get("previous_value"), e.get("value"), e.get("score"), e.get("body")) for e in said] == [
        ("offered", "bad", None, None),
        (None, None, "bad", "Nobody called."),
        ("bad", "good", None, None),
        (None, None, "good", ""),
    ]


def test_living_customers_rate_what_was_solved(file: Database) -> None:
    rng = Random(3)
    happened = [step(file, rng, NOW + n * SECOND) for n in range(120)]
    rated = [each.ticket_id for each in happened if each is not None and each.kind == "rating"]
    assert rated
    assert all(ticket(file, number)["rating"] for number in rated)
