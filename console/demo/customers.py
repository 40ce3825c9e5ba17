"""Living customers: while the console is open they keep writing, and a colleague now and then lends a hand."""

from __future__ import annotations

import asyncio
import sqlite3
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from console.demo.chance import likely
from console.demo.database import Database, Row
from console.demo.edits import Edit, about_of
from console.demo.lines import content
from console.demo.reactions import react
from console.demo.recall import assignee_of, colleague_for, customer_of, last_said, story_of, talk_on
from console.demo.scenario_files import draw_file
from console.demo.scenario_foreign import foreign_line, foreign_opening, foreign_subject
from console.demo.scenario_plan import draw_channel, draw_mood, new_case
from console.demo.scenario_ratings import draw_rating
from console.demo.scenario_values import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    About,
    Agent,
    Customer,
    DemoChannel,
    Plain,
)
from console.demo.scenario_words import Talk, agent_line, customer_line, make_talk, opening, subject
from console.demo.writes import customer_opens, customer_rates, customer_writes, edit_ticket, rule_sets

Kind = Literal["answer", "new", "follow-up", "reopen", "taken", "colleague", "rating"]
PACE = 6.0  # seconds between two events, on average
_QUICKEST, _SPREAD = 20 * SECOND, 70  # an answer comes 20 to 90 seconds after ours
_PATIENCE = 30 * MINUTE
_SILENT = 8  # in a hundred answers, so many never come
_MOODS = ("new", "follow-up", "colleague", "reopen", "rating")
_WEIGHTS = (40, 22, 28, 10, 6)
_LIVE = "deleted_at IS NULL AND json_extract(about, '$.theme') <> 'praise'"  # whoever praises is content
_AFTER: dict[str, str] = {"fix": "solved", "ask": "pending", "promise": "pending"}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened on the desk."""

    kind: Kind
    ticket_id: int


def step(db: Database, rng: Random, now: int) -> Happening | None:
    """Let one thing happen; None when nobody has anything to say.

    Whoever was answered a minute ago answers first. The same file, source and sequence of `now` give the same events.
    """
    waiting = _due(db, now)
    if waiting is not None:
        return _answer(db, waiting, rng, now)
    kind = rng.choices(_MOODS, _WEIGHTS)[0]
    if kind == "follow-up":
        return _follow_up(db, rng, now) or _new(db, rng, now)
    if kind == "colleague":
        return _colleague(db, rng, now) or _new(db, rng, now)
    if kind == "reopen":
        return _reopen(db, rng, now) or _new(db, rng, now)
    if kind == "rating":
        return _rate(db, rng, now) or _new(db, rng, now)
    return _new(db, rng, now)


async def live(
    db: Database,
    *,
    seed: int,
    clock: Callable[[], int],
    pace: float = PACE,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Let things happen every `pace` seconds on average, until cancelled; a pace of 0 lets nothing happen."""
    rng = Random(f"{seed}/{db.meta('next_id')}")  # another day in the same company brings other letters
    while pace > 0:
        await sleep(min(rng.expovariate(1 / pace), 4 * pace))
        # Another process may hold the file: nobody minds a late customer.
        with suppress(sqlite3.OperationalError):
            step(db, rng, clock())


def _due(db: Database, now: int) -> Row | None:
    """The ticket whose customer answers now, the longest waiting first."""
    rows = db.rows(
        "SELECT * FROM tickets WHERE last_by = 'agent' AND last_at BETWEEN ? AND ? "
        "AND deleted_at IS NULL AND status <> 'closed' "
        "AND requester_id IN (SELECT id FROM users WHERE role = 'end-user') ORDER BY last_at, id",
        *(now - _PATIENCE, now - _QUICKEST),
    )
    for row in rows:
        mark = zlib.crc32(f"{row['id']}/{row['last_at']}".encode())
        if mark % 100 >= _SILENT and row["last_at"] + _QUICKEST + mark // 100 % _SPREAD * SECOND <= now:
            return row
    return None


def _answer(db: Database, row: Row, rng: Random, now: int) -> Happening:
    """The customer answers what an agent wrote last."""
    talk = talk_on(db, row)
    solved = row["status"] == "solved"
    reaction = react(talk, last_said(db, row["id"]), story_of(db, row["requester_id"]), rng, solved=solved)
    files = (draw_file(rng, photo=True),) if reaction.photo else ()
    customer_writes(db, row["id"], reaction.text, now, files=files)
    if solved and reaction.content:
        rule_sets(db, row["id"], "Thanks keep a ticket solved", {"status": "solved"}, now)
    return Happening("answer", row["id"])


def _new(db: Database, rng: Random, now: int) -> Happening | None:
    """Somebody opens a ticket: about something new, or once more about an old matter on another channel."""
    count = db.row("SELECT count(*) AS n FROM users WHERE role = 'end-user'")
    if count is None or not count["n"]:
        return None
    place = rng.randrange(count["n"])
    row = db.row("SELECT * FROM users WHERE role = 'end-user' ORDER BY id LIMIT 1 OFFSET ?", place)
    if row is None:
        return None
    customer = customer_of(db, row)
    old = db.row(f"SELECT * FROM tickets WHERE requester_id = ? AND {_LIVE} ORDER BY id DESC", customer.id)
    about, channel = _matter(customer, old if likely(rng, 0.25) else None, rng)
    talk = make_talk(content(), customer, about, channel)
    text, told = (foreign_opening if talk.language else opening)(talk, rng)
    head = (foreign_subject if talk.language else subject)(talk, rng)
    group = db.row("SELECT id FROM groups WHERE name = ?", _group_name(talk)) if likely(rng, 0.7) else None
    fields: dict[str, Plain] = {
        "tags": tuple(sorted({*talk.theme.tags, *(("repeat",) if about.contact > 1 else ())})),
        "group_id": group["id"] if group else None,
        "priority": "high" if talk.theme.urgent else rng.choice((None, "normal")),
        "order_no": about.order if told else None,
        "product": about.product if told else None,
    }
    return Happening(
        "new", customer_opens(db, customer.id, channel, head, text, now, about=about, fields=fields)
    )


def _follow_up(db: Database, rng: Random, now: int) -> Happening | None:
    """Somebody who has waited for a while loses patience."""
    sql = f"SELECT * FROM tickets WHERE {_LIVE} AND status IN ('new', 'open') AND waiting_since < ? AND last_at < ? ORDER BY id"
    rows = db.rows(sql, now - 25 * MINUTE, now - 15 * MINUTE)
    return _says(db, rows, ("chase", "chase", "angry", "more"), rng, now, kind="follow-up")


def _reopen(db: Database, rng: Random, now: int) -> Happening | None:
    """Something that was solved in the last days is broken again."""
    sql = f"SELECT * FROM tickets WHERE {_LIVE} AND status = 'solved' AND last_at BETWEEN ? AND ? ORDER BY id"
    return _says(db, db.rows(sql, now - 3 * DAY, now - HOUR), ("later",), rng, now, kind="reopen")


def _rate(db: Database, rng: Random, now: int) -> Happening | None:
    """Somebody whose ticket was solved lately says how it was."""
    sql = f"SELECT * FROM tickets WHERE {_LIVE} AND status = 'solved' AND rating IS NULL AND last_at > ? ORDER BY id"
    rows = db.rows(sql, now - 3 * DAY)
    if not rows:
        return None
    row = rng.choice(rows)
    given = draw_rating(about_of(row), assignee_of(db, row), content().voices.rating, rng)
    customer_rates(
        db, row["id"], given if row["language"] == "en" else replace(given, comment="", reason=""), now
    )
    return Happening("rating", row["id"])


def _says(
    db: Database, rows: list[Row], lines: tuple[str, ...], rng: Random, now: int, *, kind: Kind
) -> Happening | None:
    """One of these customers writes one of these lines; None when there is no such customer."""
    if not rows:
        return None
    row, line = rng.choice(rows), rng.choice(lines)
    talk = talk_on(db, row)
    text = foreign_line(line, talk, _stranger(), rng) if talk.language else customer_line(line, talk, rng)
    customer_writes(db, row["id"], text, now)
    return Happening(kind, row["id"])


def _colleague(db: Database, rng: Random, now: int) -> Happening | None:
    """An agent who is not the admin takes a waiting ticket or answers it; the admin's own are left alone."""
    sql = f"""SELECT * FROM tickets WHERE {_LIVE} AND status IN ('new', 'open') AND waiting_since IS NOT NULL AND last_at < ?
        AND (assignee_id IS NULL OR assignee_id IN (SELECT id FROM users WHERE role = 'agent')) ORDER BY id"""
    rows = db.rows(sql, now - 2 * MINUTE)
    if not rows:
        return None
    row = rng.choice(rows)
    agent = colleague_for(db, row, rng)
    fields: dict[str, Plain] = {"assignee_id": agent.id, "group_id": agent.group_id}
    if row["priority"] is None:
        fields["priority"] = "normal"
    if row["assignee_id"] is None and likely(rng, 0.6):
        edit_ticket(db, row["id"], agent.id, Edit(fields={**fields, "status": "open"}, way="web"), now)
        return Happening("taken", row["id"])
    talk, kind = talk_on(db, row, agent.name), rng.choice(("fix", "fix", "ask", "promise"))
    asks = [question for question in content().voices.question if question.fits(talk.theme.key)]
    question = rng.choice(asks) if kind == "ask" else None
    text = (
        foreign_line(kind, talk, agent, rng)
        if talk.language
        else agent_line(kind, talk, agent, rng, question)
    )
    edit = Edit(text=text, fields={**fields, "status": _AFTER[kind]}, way="web")
    edit_ticket(db, row["id"], agent.id, edit, now)
    return Happening("colleague", row["id"])


def _matter(customer: Customer, old: Row | None, rng: Random) -> tuple[About, DemoChannel]:
    """What a new ticket is about and where it comes in."""
    known = about_of(old) if old is not None else None
    if old is None or known is None or known.theme not in content().themes:
        case = new_case(customer, 0.0, content(), rng)
        mood = draw_mood(case.theme, 1, rng)
        return case.about(mood, 1, rng.randrange(len(case.theme.opens))), draw_channel(customer, rng)
    contact = known.contact + 1
    mood = draw_mood(content().themes[known.theme], contact, rng)
    return replace(known, contact=contact, mood=mood), draw_channel(customer, rng, old["channel"])


def _stranger() -> Agent:
    """An agent without a name, for lines in which the agent does not matter."""
    return Agent(0, "", "", "agent", 0, 0.5, 0.5)


def _group_name(talk: Talk) -> str:
    """The name of the group that the theme belongs to."""
    return next(group.name for group in talk.content.company.group if group.key == talk.theme.group)
