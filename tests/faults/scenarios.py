"""What people do before the process dies: each scenario prepares a desk and then acts on an open workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from support.desk import BO

from console import changes, reply, triage
from console.session import Session
from faults.desk import FaultyDesk
from store import outbox
from store.outbox import NewOperation
from store.rows import Operation

DESK = "acme"


@dataclass(frozen=True, slots=True)
class Scenario:
    """`prepare` happens before the workspace knows the desk, `act` in the process that will die."""

    name: str
    prepare: Callable[[FaultyDesk], None]
    act: Callable[[Session, FaultyDesk], None]
    writes: bool = True  # whether the network's faults can matter


def answer(
    session: Session, desk: FaultyDesk, ref: str, text: str, kind: Literal["reply", "note"] = "reply"
) -> None:
    """Type, keep a draft, send; the journal says what the workspace had promised, and when."""
    reply.save_draft(session, ref, text, kind)
    desk.log("typed", text=text)
    made = (reply.reply if kind == "reply" else reply.note)(session, ref, text)
    desk.log("accepted", op=made.id, text=text)


def change(session: Session, desk: FaultyDesk, ref: str, *words: str) -> None:
    """Change a ticket and note that the workspace took it."""
    made: Operation | None = changes.set_fields(session, ref, changes.parse(words))
    if made is not None:
        desk.log("accepted", op=made.id, text="")


def one_ticket(desk: FaultyDesk) -> None:
    """One customer with one question."""
    desk.open(desk.customer("Maria Lopez"), "Kettle leaks", "My kettle leaks.", tags=("late",))


def _replies(session: Session, desk: FaultyDesk) -> None:
    ref = f"{DESK}/2"
    answer(session, desk, ref, "Thank you for telling us.")
    answer(session, desk, ref, "A new kettle leaves today.")
    answer(session, desk, ref, "Here is its number.")
    change(session, desk, ref, "priority=high")


def _reply_and_status(session: Session, desk: FaultyDesk) -> None:
    """Both in one commit: neither without the other."""
    found = triage.ticket(session, f"{DESK}/2")
    known = NewOperation(
        desk=DESK, ref=found.row.ref, kind="set", base_token=found.token, low_water=found.low_water
    )
    text = "It is solved, we believe."
    reply.save_draft(session, found.row.ref, text, "reply")
    desk.log("typed", text=text)
    made = outbox.enqueue(
        session.db,
        [
            replace(known, kind="reply", body=text),
            replace(known, changes={"status": "pending"}, base={"status": found.row.status}),
        ],
        session.actor,
        session.now(),
    )
    desk.log("accepted", op=made[0], text=text)
    desk.log("accepted", op=made[1], text="")


def _note_and_tags(session: Session, desk: FaultyDesk) -> None:
    answer(session, desk, f"{DESK}/2", "She called twice already.", "note")
    change(session, desk, f"{DESK}/2", "+vip", "-late")


def _conflict(session: Session, desk: FaultyDesk) -> None:
    """A colleague is quicker with the same field."""
    change(session, desk, f"{DESK}/2", "status=solved")
    answer(session, desk, f"{DESK}/2", "Solved by a new gasket.", "note")
    desk.sets("2", BO.id, status="hold")


def _stale(session: Session, desk: FaultyDesk) -> None:
    """A colleague is quicker with an answer."""
    answer(session, desk, f"{DESK}/2", "Please send it in.")
    desk.says("2", BO.id, "You may keep it.")


def _bulk(session: Session, desk: FaultyDesk) -> None:
    """One change to all five tickets, which a desk may do in jobs of three."""
    plan = changes.plan(session, "tag:kettle", changes.parse(["+vip", "-kettle"]))
    changes.apply(session, plan)
    for each in session.db.read(lambda r: outbox.operations(r, ("queued",))):
        desk.log("accepted", op=each.id, text="")


def three_pages(desk: FaultyDesk) -> None:
    """Five customers: a page holds two tickets."""
    for name in ("Maria", "Noor", "Olga", "Pavel", "Quinn"):
        desk.open(desk.customer(name), f"{name}'s kettle", "It leaks.", tags=("kettle",))


def _news(_session: Session, desk: FaultyDesk) -> None:
    """Five tickets get an answer and a change of status, and a sixth comes in: three pages."""
    for ticket in [*desk.tickets]:
        desk.says(ticket, BO.id, "We are looking into it.")
        desk.sets(ticket, BO.id, status="open")
    desk.open(desk.customer("Rosa"), "A late one", "Hello?")


SCENARIOS = {
    s.name: s
    for s in (
        Scenario("replies", one_ticket, _replies),
        Scenario("reply-status", one_ticket, _reply_and_status),
        Scenario("note-tags", one_ticket, _note_and_tags),
        Scenario("conflict", one_ticket, _conflict),
        Scenario("stale", one_ticket, _stale),
        Scenario("bulk", three_pages, _bulk),
        Scenario("pull", three_pages, _news, writes=False),
    )
}
