"""The listing leaves nothing out between two pages, whatever is hidden, deleted or broken on the way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from remotes.replay import ACCOUNT, Script
from support.clock import Clock

from console.demo.desk import create_app
from console.demo.setup import prepare
from console.demo.writes import customer_opens, delete_ticket
from store.errors import NotADeskError
from store.remotes import Listed, Listing, Remote
from store.remotes.rt import RtRemote
from store.remotes.zendesk import ZendeskRemote

STAMP = "2026-11-21T10:00:00Z"
VERSION = 1_795_255_200_000_000


class RtDesk:
    """Tickets by number; a search reads them from the database and then leaves out what is hidden, as RT does."""

    def __init__(self, numbers: range, hidden: range = range(0)) -> None:
        self.numbers, self.hidden = numbers, hidden

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        assert (asked["orderby"], asked["order"]) == ("id", "ASC")
        after = int(re.fullmatch(r"id > ([0-9]+)", asked["query"])[1])  # type: ignore[index]
        size, page = int(asked["per_page"]), int(asked["page"])
        beyond = [n for n in self.numbers if n > after]
        rows, rest = beyond[(page - 1) * size : page * size], beyond[page * size :]
        items = [{"id": str(n), "LastUpdated": STAMP} for n in rows if n not in self.hidden]
        return httpx.Response(200, json={"items": items, **({"next_page": "more"} if rest else {})})


def rt(desk: RtDesk) -> RtRemote:
    return RtRemote("https://desk.example.com/rt", "1-40-abc", transport=httpx.MockTransport(desk))


async def listed(remote: Remote) -> list[Listing]:
    pages = [await remote.listing("")]
    while (after := pages[-1].after) is not None:
        assert len(pages) < 50
        pages.append(await remote.listing(after))
    return pages


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
async def test_every_ticket_of_an_rt_is_listed_once_in_the_order_of_numbers(count: int) -> None:
    found = [each for page in await listed(rt(RtDesk(range(7, 7 + count)))) for each in page.tickets]
    assert found == [Listed(str(n), VERSION) for n in range(7, 7 + count)]


@pytest.mark.parametrize("hidden", [range(1, 130), range(90, 320), range(200, 400), range(1, 400)])
async def test_pages_of_hidden_tickets_end_no_listing(hidden: range) -> None:
    found = [each.id for page in await listed(rt(RtDesk(range(1, 400), hidden))) for each in page.tickets]
    assert found == [str(n) for n in range(1, 400) if n not in hidden]


async def test_a_demo_desk_is_listed_over_many_pages_without_its_deleted_tickets(
    tmp_path: Path, clock: Clock
) -> None:
    made = prepare(tmp_path, size=12, now=clock())
    app = create_app(made.path, clock=clock)
    database = app.state.database
    asker = database.row("SELECT id FROM users WHERE role = 'end-user' AND email IS NOT NULL")["id"]
    ids = [customer_opens(database, asker, "email", f"Case {n}", "text", clock()) for n in range(215)]
    for gone in ids[::50]:
        delete_ticket(database, gone, made_admin(database), clock())
    transport = httpx.ASGITransport(app=app)
    remote = ZendeskRemote(
        "http://localhost", made.agent_token, user=made.agent_email, transport=transport, now=clock
    )
    pages = await listed(remote)
    found = [int(each.id) for page in pages for each in page.tickets]
    present = [
        row["id"] for row in database.rows("SELECT id FROM tickets WHERE deleted_at IS NULL ORDER BY id")
    ]
    assert len(pages) == 3
    assert found == present
    await remote.aclose()
    database.close()


def made_admin(database: Any) -> int:
    return int(database.row("SELECT id FROM users WHERE role = 'admin'")["id"])


def zendesk(*bodies: object) -> ZendeskRemote:
    script = Script({"GET /tickets.json": list(bodies)})
    return ZendeskRemote(ACCOUNT, "sesame", user="ana@example.com", transport=script.transport)


async def test_a_listed_ticket_that_cannot_be_read_is_looked_at_again() -> None:
    """Version 0 is what no stored ticket has; one without a readable id cannot be named at all."""
    tickets = [
        {"id": 11, "updated_at": STAMP}, {"id": 10, "updated_at": 5}, {"id": {}, "updated_at": STAMP},
        {"updated_at": STAMP}, {"id": "9", "updated_at": None},
    ]  # fmt: skip
    page = await zendesk({"tickets": tickets, "meta": {"has_more": False}}).listing("")
    assert page == Listing((Listed("9", 0), Listed("10", 0), Listed("11", VERSION)))


@pytest.mark.parametrize(
    "body", [{}, {"tickets": []}, {"tickets": None, "meta": {}}, {"users": [], "meta": {}}]
)
async def test_an_answer_that_is_no_listing_is_not_an_empty_desk(body: object) -> None:
    with pytest.raises(NotADeskError):
        await zendesk(body).listing("")


async def test_a_listing_that_goes_round_in_circles_is_an_error() -> None:
    page = {"tickets": [{"id": 1}], "meta": {"has_more": True, "after_cursor": "x"}}
    desk = zendesk(page)
    assert (await desk.listing("")).after == "x"
    with pytest.raises(NotADeskError, match="goes on"):
        await desk.listing("x")


async def test_a_page_that_promises_more_without_saying_where_is_an_error() -> None:
    page = {"tickets": [{"id": 1}], "meta": {"has_more": True, "after_cursor": None}}
    with pytest.raises(NotADeskError):
        await zendesk(page).listing("")


@pytest.mark.parametrize("records", ["[5]", "[{}]", '[{"id": []}, null]', "null", "{}"])
async def test_a_list_in_which_no_number_can_be_read_is_not_a_desk_without_tickets(records: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=f'{{"tickets": {records}, "items": {records}, "meta": {{}}}}')

    there = httpx.MockTransport(answer)
    for remote in (
        RtRemote("https://desk.example.com/rt", "1-40-abc", transport=there),
        ZendeskRemote(ACCOUNT, "sesame", transport=there),
    ):
        with pytest.raises(NotADeskError):
            await remote.listing("")
