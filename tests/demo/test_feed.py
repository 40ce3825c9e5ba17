"""The export under changes: whoever follows its cursor ends up with what the desk has, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import base64
import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from demo.client import NOW, Demo
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import Clock

from console.demo.desk import create_app
from console.demo.setup import DemoDesk
from console.demo.writes import customer_opens, customer_writes, delete_ticket

STEP = st.tuples(
    st.sampled_from(["write", "write", "open", "delete", "tick", "back", "page", "page"]),
    st.integers(0, 10_000),
)


async def test_the_export_begins_with_everything_and_goes_on_with_what_changed(demo: Demo) -> None:
    everything, cursor = await demo.export(size=40)
    assert sorted(t["id"] for t in everything) == [*range(1001, 1151)]
    stamps = [(t["generated_timestamp"], t["id"]) for t in everything]
    assert stamps == sorted(stamps)
    assert await demo.export(cursor) == ([], cursor)
    ticket = demo.ticket("status = 'open'")
    await demo.put(ticket, priority="urgent")
    changed, _ = await demo.export(cursor)
    assert [t["id"] for t in changed] == [ticket]


async def test_an_empty_desk_exports_nothing_and_still_gives_a_cursor(tmp_path: Path) -> None:
    from console.demo.setup import prepare  # noqa: PLC0415  (only here)

    made = prepare(tmp_path, 1, 0, NOW)
    app = create_app(made.path, clock=lambda: NOW)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://desk.test",
        auth=httpx.BasicAuth(f"{made.admin_email}/token", made.admin_token),
    )
    async with client:
        demo = Demo(client, app.state.database, Clock(NOW), made)
        found, cursor = await demo.export()
        assert found == []
        customer = app.state.database.row("SELECT id FROM users WHERE role = 'end-user'")["id"]
        ticket = customer_opens(app.state.database, customer, "email", "First", "words", NOW)
        assert [t["id"] for t in (await demo.export(cursor))[0]] == [ticket]
    app.state.database.close()


async def test_the_start_time_is_the_first_second_that_counts(demo: Demo) -> None:
    everything, _ = await demo.export()
    middle = everything[70]["generated_timestamp"]
    page = await demo.get("/incremental/tickets/cursor", start_time=middle)
    assert [t["id"] for t in page["tickets"]] == [
        t["id"] for t in everything if t["generated_timestamp"] >= middle
    ]


async def test_a_cursor_is_the_text_of_a_second_and_an_id(demo: Demo) -> None:
    page = await demo.get("/incremental/tickets/cursor", start_time=0, per_page=1)
    ticket = page["tickets"][0]
    told = base64.b64decode(page["after_cursor"]).decode()
    assert told == f"{ticket['generated_timestamp']}.0||{ticket['id']}|"
    assert page["after_cursor"].rstrip("=") in page["after_url"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "start_time=x",
        "start_time=-1",
        "cursor=x",
        "cursor=eHl6",
        "start_time=0&per_page=0",
        "start_time=0&per_page=x",
    ],
)
async def test_an_export_that_cannot_be_is_refused(demo: Demo, query: str) -> None:
    reply = await demo.client.get(f"/api/v2/incremental/tickets/cursor.json?{query}")
    assert reply.status_code == 400


async def test_users_can_be_exported_with_all_their_addresses(demo: Demo) -> None:
    page = await demo.get("/incremental/users/cursor", start_time=0, include="identities")
    count = demo.db.row("SELECT count(*) AS n FROM users")
    assert count is not None
    assert len(page["users"]) == count["n"]
    assert len({i["user_id"] for i in page["identities"]}) == count["n"]


async def test_a_page_of_people_groups_and_clocks_comes_with_the_tickets(demo: Demo) -> None:
    include = "users,groups,organizations,slas"
    page = await demo.get("/incremental/tickets/cursor", start_time=0, include=include)
    assert {t["requester_id"] for t in page["tickets"]} <= {user["id"] for user in page["users"]}
    assert any(t["slas"]["policy_metrics"] for t in page["tickets"])


@settings(max_examples=25, deadline=None, database=None)
@given(steps=st.lists(STEP, min_size=5, max_size=60), size=st.integers(1, 7))
def test_following_the_cursor_loses_nothing(
    made_once: DemoDesk, steps: list[tuple[str, int]], size: int
) -> None:
    """Tickets change, open and vanish between any two pages, and the clock may even be set back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        shutil.copyfile(made_once.path, path)
        asyncio.run(_follow(path, made_once, steps, size))


async def _follow(path: Path, made: DemoDesk, steps: list[tuple[str, int]], size: int) -> None:
    """Take the steps, then read to the end and compare."""
    clock = Clock(NOW)
    app = create_app(path, clock=clock)
    db = app.state.database
    me = db.row("SELECT id FROM users WHERE role = 'admin'")["id"]
    auth = httpx.BasicAuth(f"{made.admin_email}/token", made.admin_token)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://desk.test", auth=auth
    ) as client:
        demo = Demo(client, db, clock, made)
        mirror: dict[int, Any] = {}
        cursor = ""
        for what, draw in steps:
            rng = Random(draw)
            live = [
                row["id"] for row in db.rows("SELECT id FROM tickets WHERE deleted_at IS NULL ORDER BY id")
            ]
            if what == "write":
                customer_writes(db, rng.choice(live), f"words {draw}", clock())
            elif what == "open":
                customer_opens(
                    db,
                    db.row("SELECT requester_id AS id FROM tickets")["id"],
                    "chat",
                    "New",
                    "words",
                    clock(),
                )
            elif what == "delete":
                delete_ticket(db, rng.choice(live), me, clock())
            elif what == "tick":
                clock.tick(draw % 3)
            elif what == "back":
                clock.tick(-(draw % 5))
            elif what == "page":
                query = {"cursor": cursor} if cursor else {"start_time": 0}
                page = await demo.get("/incremental/tickets/cursor", per_page=size * 10, **query)
                mirror |= {t["id"]: t for t in page["tickets"]}
                cursor = page["after_cursor"]
        found, _ = await demo.export(cursor, size)
        mirror |= {t["id"]: t for t in found}
        rows = db.rows("SELECT id, status, deleted_at FROM tickets")
        truth = {row["id"]: "deleted" if row["deleted_at"] is not None else row["status"] for row in rows}
        assert {number: ticket["status"] for number, ticket in mirror.items()} == truth
        for number, ticket in mirror.items():
            row = db.row("SELECT updated FROM tickets WHERE id = ?", number)
            assert ticket["updated_at"] == _iso(row["updated"])
    db.close()


def _iso(at: int) -> str:
    from console.demo.wire import iso  # noqa: PLC0415  (the desk's own spelling is what is compared)

    return iso(at)
