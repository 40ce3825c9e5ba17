"""A closed ticket takes nothing more: its refusal offers a follow-up ticket, and no word is lost on the way there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from remotes.replay import ACCOUNT, Script
from starlette.applications import Starlette
from support.clock import Clock

from console import outbox, reply, triage
from console.demo.database import Database
from console.demo.desk import create_app
from console.demo.setup import DemoDesk, prepare
from console.session import Session
from console.settings import DeskSettings, add_desk
from store.errors import ConflictError
from store.home import Home
from store.remotes import CLOSED, Write
from store.remotes.zendesk import ZendeskRemote
from store.sync import Engine

NAME = "demo"


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> DemoDesk:
    return prepare(tmp_path / "desk", seed=3, size=60, now=clock())


@pytest.fixture
def app(made: DemoDesk, clock: Clock) -> Iterator[Starlette]:
    app = create_app(made.path, clock=clock)
    yield app
    app.state.database.close()


@pytest.fixture
async def remote(made: DemoDesk, app: Starlette, clock: Clock) -> AsyncIterator[ZendeskRemote]:
    transport = httpx.ASGITransport(app)
    opened = ZendeskRemote(
        "http://127.0.0.1", made.admin_token, user=made.admin_email, transport=transport, now=clock
    )
    yield opened
    await opened.aclose()


@pytest.fixture
def session(home: Home, clock: Clock) -> Iterator[Session]:
    add_desk(home.root, NAME, DeskSettings("demo", "http://127.0.0.1"))
    opened = Session.open(home, clock)
    yield opened
    opened.close()


@pytest.fixture
async def engine(session: Session, remote: ZendeskRemote, clock: Clock) -> Engine:
    engine = Engine(session.db, NAME, remote, clock)
    await turns(engine, clock)
    return engine


async def turns(engine: Engine, clock: Clock, number: int = 3) -> None:
    for _ in range(number):
        clock.tick(15)
        assert (await engine.once()).error is None


def one(app: Starlette, where: str) -> str:
    """The number of a ticket of the demo desk."""
    database: Database = app.state.database
    row = database.row(
        f"SELECT id FROM tickets WHERE {where} AND deleted_at IS NULL ORDER BY id DESC LIMIT 1"
    )
    assert row
    return str(row["id"])


async def test_a_reply_that_a_closed_ticket_refuses_goes_out_as_a_follow_up(
    session: Session, engine: Engine, remote: ZendeskRemote, app: Starlette, clock: Clock
) -> None:
    closed = one(app, "status = 'closed'")
    made = reply.reply(session, f"{NAME}/{closed}", "There is one thing more.")
    await turns(engine, clock)
    held = outbox.find(session, made.id)
    assert (held.state, held.body) == ("review", "There is one thing more.")
    assert "closed" in held.error
    assert outbox.elsewhere(session, held, triage.ticket(session, held.ref)) == outbox.FOLLOW_UP
    sent = outbox.retarget(session, held.id)
    await turns(engine, clock)
    done = outbox.find(session, sent.id)
    assert (done.kind, done.state, done.replaces) == ("create", "done", held.id)
    old, new = (triage.ticket(session, f"{NAME}/{number}") for number in (closed, done.result_id))
    assert (new.row.requester_id, new.row.subject) == (old.row.requester_id, old.row.subject)
    assert set(old.row.tags.split()) <= set(new.row.tags.split())
    assert [m.text for m in (await remote.thread(done.result_id)).messages] == ["There is one thing more."]
    assert outbox.operations(session) == []
    with pytest.raises(ConflictError):
        outbox.retarget(session, sent.id)


async def test_a_follow_up_whose_answer_is_lost_is_made_once(remote: ZendeskRemote, app: Starlette) -> None:
    write = Write("op-1", "create", "", body="One thing more.", follows=one(app, "status = 'closed'"))
    first, again = [await remote.send(write) for _ in range(2)]
    assert first.kind == "applied"
    assert first.remote_id == again.remote_id == (await remote.find_effect(write)).remote_id


async def test_an_open_ticket_offers_nothing(
    session: Session, engine: Engine, app: Starlette, clock: Clock
) -> None:
    ticket = f"{NAME}/" + one(app, "status = 'open'")
    made = reply.reply(session, ticket, "Soon.")
    with pytest.raises(ConflictError):
        outbox.retarget(session, made.id)
    await turns(engine, clock)
    assert outbox.find(session, made.id).state == "done"


@pytest.mark.parametrize(
    ("kind", "changes", "about", "told"),
    [
        ("reply", {}, "Status: closed prevents ticket update", CLOSED),
        ("reply", {}, "Status: geschlossen verhindert die Aktualisierung", CLOSED),
        ("reply", {"status": "solved"}, "Status: closed prevents ticket update", CLOSED),
        ("reply", {"status": "solved"}, "Status: is not included in the list", "RecordInvalid"),
        ("set", {"priority": "high"}, "Status: closed prevents ticket update", "RecordInvalid"),
    ],
)
async def test_a_closed_ticket_is_known_by_what_its_refusal_is_about(
    kind: str, changes: dict[str, str], about: str, told: str
) -> None:
    details = {"status": [{"description": about}]}
    refusal = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
    script = Script({"PUT /tickets/7.json": httpx.Response(422, json=refusal)})
    desk = ZendeskRemote(ACCOUNT, "sesame", user="ana@example.com", transport=script.transport)
    outcome = await desk.send(Write("op-1", kind, "7", body="Hello", changes=changes))  # type: ignore[arg-type]
    assert (outcome.kind, outcome.code) == ("refused", told)
