"""What the desk's file tells about a conversation: who speaks, about what, and what was said."""

from __future__ import annotations

from random import Random
from typing import cast

import msgspec

from console.demo.database import Database, Row
from console.demo.edits import about_of
from console.demo.lines import content
from console.demo.scenario_values import About, Agent, Customer, DemoChannel, IdentityKind
from console.demo.scenario_words import Talk, make_talk


class _Event(msgspec.Struct):
    """As much of an event as is needed to find what was said."""

    type: str
    body: str = ""


class _Audit(msgspec.Struct):
    """As much of an audit as is needed to find what was said."""

    events: list[_Event]


def talk_on(db: Database, row: Row, agent: str = "") -> Talk:
    """The conversation on a ticket; where nobody knows what it is about, a calm question stands in."""
    person = db.row("SELECT * FROM users WHERE id = ?", row["requester_id"])
    product = content().company.product[0]
    order = row["order_no"] or "MP-100200"
    about = about_of(row) or About("how_to", "calm", product.name, product.parts[0], order, "OV1000000")
    customer = customer_of(db, person) if person is not None else None
    if customer is None:
        message = f"ticket {row['id']} has no requester"
        raise LookupError(message)
    return make_talk(content(), customer, about, cast("DemoChannel", row["channel"]), agent)


def customer_of(db: Database, row: Row) -> Customer:
    """A customer as the scenario knows them."""
    known = db.rows("SELECT type, value FROM identities WHERE user_id = ? ORDER BY id", row["id"])
    return Customer(
        id=row["id"],
        first=row["first"],
        last=row["last"],
        name=row["name"],
        identities=tuple((cast("IdentityKind", each["type"]), each["value"]) for each in known),
        organization_id=row["organization_id"],
        locale=row["locale"],
        language=row["language"],
        zone=row["zone"],
        city=row["city"],
        street=row["street"],
        notes=row["notes"],
        created=row["created"],
    )


def colleague_for(db: Database, row: Row, rng: Random) -> Agent:
    """The assignee, else somebody from the ticket's group, else anybody but the admin."""
    rows = db.rows("SELECT * FROM users WHERE role = 'agent' ORDER BY id")
    mine = [each for each in rows if each["id"] == row["assignee_id"]]
    team = [each for each in rows if each["group_id"] == row["group_id"]]
    return _agent(rng.choice(mine or team or rows))


def assignee_of(db: Database, row: Row) -> Agent | None:
    """Whoever has a ticket; None for nobody."""
    found = db.row("SELECT * FROM users WHERE id = ? AND role <> 'end-user'", row["assignee_id"])
    return _agent(found) if found is not None else None


def _agent(row: Row) -> Agent:
    """An agent as the scenario knows them."""
    return Agent(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        role=row["role"],
        group_id=row["group_id"],
        warmth=row["warmth"],
        craft=row["craft"],
    )


def last_said(db: Database, ticket_id: int) -> str:
    """The words of the newest public message on a ticket."""
    sql = "SELECT body FROM audits WHERE ticket_id = ? AND spoken = 'public' ORDER BY id DESC"
    row = db.row(sql, ticket_id)
    return _words(row) if row else ""


def story_of(db: Database, customer_id: int) -> str:
    """Everything that a customer wrote lately, on all tickets."""
    sql = """SELECT body FROM audits WHERE spoken = 'public' AND author_id = ? AND ticket_id IN
        (SELECT id FROM tickets WHERE requester_id = ? ORDER BY id DESC LIMIT 5)"""
    return "\n".join(_words(row) for row in db.rows(sql, customer_id, customer_id))


def _words(row: Row) -> str:
    """The words in an audit."""
    events = msgspec.json.decode(row["body"], type=_Audit).events
    return next((event.body for event in events if event.type == "Comment"), "")
