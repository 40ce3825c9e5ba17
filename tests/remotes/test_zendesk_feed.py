"""The feed reaches every change once it is told, by export or by listing, and can stop and go on after any page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from remotes.replay import ACCOUNT, Script, query

from store.errors import AuthError, NotFoundError, RefusedError
from store.remotes import Page
from store.remotes.zendesk import ZendeskRemote
from store.remotes.zendesk_feed import Position

START = 1_700_000_000  # seconds
EXCLUDED = 60


def stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Account:
    """Tickets with the second of their last change, served by listing and (to admins) by export."""

    def __init__(self, *, role: str = "admin", size: int = 3) -> None:
        self.role, self.size, self.now = role, size, START
        self.changed: dict[int, int] = {}
        self.script = Script({
            "GET /users/me.json": lambda _r: {"user": {"id": 1, "name": "Ana", "role": self.role}},
            "GET /tickets.json": self.listing,
            "GET /incremental/tickets/cursor.json": self.export,
        })  # fmt: skip

    def touch(self, *ids: int) -> None:
        for n in ids:
            self.now += 1
            self.changed[n] = self.now

    def tickets(self, ids: list[int]) -> list[dict[str, Any]]:
        return [{"id": n, "subject": f"ticket {n}", "updated_at": stamp(self.changed[n])} for n in ids]

    def listing(self, request: httpx.Request) -> Any:
        asked = query(request)
        down = asked["sort"] == "-updated_at"
        order = sorted(self.changed, key=lambda n: (self.changed[n], n), reverse=down)
        if "page[after]" in asked:
            at, n = map(int, asked["page[after]"].split("-"))
            place = [
                (self.changed[i], i) < (at, n) if down else (self.changed[i], i) > (at, n) for i in order
            ]
            order = [i for i, after in zip(order, place, strict=True) if after]
        page, rest = order[: self.size], order[self.size :]
        after = f"{self.changed[page[-1]]}-{page[-1]}" if page else None
        return {"tickets": self.tickets(page), "meta": {"has_more": bool(rest), "after_cursor": after}}

    def export(self, request: httpx.Request) -> Any:
        if self.role != "admin":
            return httpx.Response(403, json={"error": "Forbidden"})
        asked = query(request)
        since, last = (
            map(int, asked["cursor"].split("-")) if "cursor" in asked else (int(asked["start_time"]) - 1, 0)
        )
        ready = [
            n
            for n in self.changed
            if (self.changed[n], n) > (since, last) and self.changed[n] <= self.now - EXCLUDED
        ]
        ready.sort(key=lambda n: (self.changed[n], n))
        page, rest = ready[: self.size], ready[self.size :]
        after = f"{self.changed[page[-1]]}-{page[-1]}" if page else asked.get("cursor")
        return {"tickets": self.tickets(page), "after_cursor": after, "end_of_stream": not rest}


def remote(account: Account, **options: Any) -> ZendeskRemote:
    return ZendeskRemote(
        ACCOUNT, "sesame", user="ana@example.com", transport=account.script.transport, **options
    )


async def pull(desk: ZendeskRemote, cursor: str | None = None, most: int = 99) -> list[Page]:
    found: list[Page] = []
    async for page in desk.feed(cursor):
        found.append(page)
        if len(found) == most:
            break
    return found


def ids(pages: list[Page]) -> list[str]:
    return [ticket.id for page in pages for ticket in page.tickets]


@pytest.mark.parametrize("role", ["admin", "agent"])
@pytest.mark.parametrize("count", [0, 1, 3, 4, 10])
async def test_from_the_beginning_every_ticket_arrives_oldest_change_first(role: str, count: int) -> None:
    account = Account(role=role)
    account.touch(*range(count, 0, -1))
    found = await pull(remote(account))
    told = list(dict.fromkeys(ids(found)))
    assert told == [str(n) for n in range(count, 0, -1)]
    assert [page.more for page in found] == [True] * (len(found) - 1) + [False]


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_a_change_after_the_pull_arrives_in_the_next_one_at_once(role: str) -> None:
    account = Account(role=role)
    account.touch(*range(1, 9))
    desk = remote(account)
    cursor = (await pull(desk))[-1].cursor
    account.now += 3600
    account.touch(4, 11)
    again = await pull(desk, cursor)
    assert {"4", "11"} <= set(ids(again))
    assert again[-1].tickets[-1].id == "11"


@pytest.mark.parametrize("role", ["admin", "agent"])
@pytest.mark.parametrize("stop", [1, 2, 3])
async def test_a_pull_that_stops_after_any_page_goes_on_there(role: str, stop: int) -> None:
    account = Account(role=role, size=2)
    account.touch(*range(1, 9))
    account.now += 600
    first = await pull(remote(account), most=stop)
    rest = await pull(remote(account), first[-1].cursor)
    assert {str(n) for n in range(1, 9)} == {*ids(first), *ids(rest)}
    account.now += 600
    account.touch(*range(1, 9))
    first = await pull(remote(account), rest[-1].cursor, most=stop)
    rest = await pull(remote(account), first[-1].cursor)
    assert {str(n) for n in range(1, 9)} == {*ids(first), *ids(rest)}


async def test_a_scan_that_stopped_does_not_start_again() -> None:
    account = Account(role="agent", size=2)
    account.touch(*range(1, 9))
    first = await pull(remote(account), most=2)
    assert ids(await pull(remote(account), first[-1].cursor)) == ["5", "6", "7", "8"]


async def test_a_quiet_desk_costs_one_listing_request() -> None:
    account = Account(role="agent")
    for n in range(1, 10):
        account.now += 1000
        account.touch(n)
    desk = remote(account)
    cursor = (await pull(desk))[-1].cursor
    account.script.asked.clear()
    assert (ids(await pull(desk, cursor)), len(account.script.asked)) == (["9"], 1)


async def test_a_change_within_the_overlap_is_told_again() -> None:
    account = Account(role="agent")
    account.touch(1)
    cursor = str(Position("list", account.now + 100))
    assert ids(await pull(remote(account), cursor)) == ["1"]
    assert ids(await pull(remote(account), str(Position("list", account.now + 200)))) == []


async def test_the_role_decides_who_reads_the_export() -> None:
    for role, exports in (("admin", True), ("agent", False)):
        account = Account(role=role)
        desk = remote(account)
        await pull(desk)
        assert any("incremental" in path for path in account.script.paths()) is exports
        assert desk.caps.feed == ("cursor" if exports else "since")


async def test_where_the_export_is_refused_after_all_the_listing_goes_on_from_the_same_change() -> None:
    account = Account()
    account.touch(*range(1, 6))
    account.now += 600
    desk = remote(account)
    cursor = (await pull(desk))[-1].cursor
    account.now += 600
    account.touch(2)
    refused = httpx.Response(403, json={"error": "Forbidden"})
    account.script.answers["GET /incremental/tickets/cursor.json"] = refused
    again = await pull(desk, cursor)
    assert ids(again)[-1] == "2"
    assert again[-1].cursor == f"list:{account.now}:"
    with pytest.raises(RefusedError):
        await pull(remote(account, feed="export"), cursor)


@pytest.mark.parametrize(
    ("status", "listed"), [(403, True), (404, True)] + [(n, False) for n in (400, 409, 410, 413, 423)]
)
async def test_only_an_export_that_is_not_for_us_is_left_for_the_listing(
    status: int, *, listed: bool
) -> None:
    account = Account()
    account.touch(1, 2)
    account.script.answers["GET /incremental/tickets/cursor.json"] = httpx.Response(
        status, json={"error": "Told"}
    )
    desk = remote(account)
    if listed:
        assert ids(await pull(desk)) == ["1", "2"]
    else:
        with pytest.raises((RefusedError, NotFoundError), match=f"{status}.*Told"):
            await pull(desk)
    assert desk.caps.feed == ("since" if listed else "cursor")


async def test_an_agent_who_becomes_admin_goes_over_to_the_export() -> None:
    account = Account(role="agent")
    account.touch(*range(1, 6))
    cursor = (await pull(remote(account)))[-1].cursor
    account.role = "admin"
    account.now += 600
    account.touch(3)
    account.now += 600
    again = await pull(remote(account), cursor)
    assert "3" in ids(again)
    assert (again[-1].cursor or "").startswith("export:")
    start = next(query(r)["start_time"] for r in account.script.asked if "incremental" in r.url.path)
    assert int(start) <= START


@pytest.mark.parametrize("cursor", ["", "gibberish", "export:", "export:x:y", "list:-1:", "list:٣:"])
async def test_a_cursor_that_is_not_ours_means_from_the_beginning(cursor: str) -> None:
    account = Account()
    account.touch(1, 2)
    account.now += 100
    assert ids(await pull(remote(account), cursor))[:2] == ["1", "2"]


@pytest.mark.parametrize(("role", "kind"), [("admin", "export"), ("agent", "scan")])
async def test_where_the_desk_refuses_its_own_cursor_the_pull_goes_on_without_it(
    role: str, kind: str
) -> None:
    account = Account(role=role)
    account.touch(1, 2)
    account.now += 100
    answer = account.script.transport.handler

    def refusing(request: httpx.Request) -> Any:
        gone = "lost" in (query(request).get("cursor"), query(request).get("page[after]"))
        return httpx.Response(400, json={"error": "InvalidValue"}) if gone else answer(request)

    desk = ZendeskRemote(ACCOUNT, "sesame", user="ana@example.com", transport=httpx.MockTransport(refusing))
    pages = await pull(desk, f"{kind}:0:lost")
    assert {"1", "2"} <= set(ids(pages))
    assert "lost" not in str(pages[-1].cursor)


@pytest.mark.parametrize("role", ["admin", "agent"])
async def test_a_ticket_of_a_far_year_hides_no_later_change(role: str) -> None:
    account = Account(role=role)
    account.touch(1, 2)
    account.changed[9] = 253_402_300_700
    account.now += 600
    desk = remote(account, now=lambda: account.now * 1_000_000)
    first = await pull(desk)
    assert {"1", "2"} <= set(ids(first))
    for cursor in (first[-1].cursor, "list:253402300700:", "export:253402300700:"):
        account.touch(2)
        assert "2" in ids(await pull(desk, cursor))


async def test_a_desk_that_goes_round_in_circles_is_left() -> None:
    turning = {
        "tickets": [{"id": 1, "updated_at": stamp(START)}],
        "meta": {"has_more": True, "after_cursor": "same"},
    }
    account = Account(role="agent")
    account.script.answers["GET /tickets.json"] = turning
    assert len(await pull(remote(account))) == 2
    walked = await pull(remote(account), f"list:{START - 50}:")
    assert [page.cursor for page in walked] == [f"list:{START - 50}:"] * 2
    account.role = "admin"
    account.script.answers["GET /incremental/tickets/cursor.json"] = {
        "tickets": [],
        "after_cursor": "same",
        "end_of_stream": False,
    }
    assert len(await pull(remote(account))) == 4


async def test_a_next_page_that_names_another_host_is_never_asked() -> None:
    evil = "https://evil.example/api/v2/tickets.json?page=2"
    page = {"tickets": [{"id": 1, "updated_at": stamp(START)}], "next_page": evil, "links": {"next": evil},
            "after_url": evil, "after_cursor": "c", "end_of_stream": True, "meta": None}  # fmt: skip
    account = Account()
    account.script.answers["GET /tickets.json"] = account.script.answers[
        "GET /incremental/tickets/cursor.json"
    ] = page
    account.script.answers["GET /tickets/1/audits.json"] = {"audits": [], "next_page": evil}
    await pull(remote(account))
    await remote(account).thread("1")
    assert {r.url.host for r in account.script.asked} == {"example.zendesk.com"}


async def test_people_groups_organizations_and_promises_come_along() -> None:
    account = Account(role="agent")
    slas = {"policy_metrics": [
        {"breach_at": "2026-01-01T12:00:00Z", "stage": "active"}, {"breach_at": "2026-01-01T09:00:00Z", "stage": "active"},
        {"breach_at": "2026-01-01T01:00:00Z", "stage": "achieved"}, {"breach_at": None, "stage": "active"},
    ]}  # fmt: skip
    account.script.answers["GET /tickets.json"] = {
        "tickets": [{"id": 1, "updated_at": stamp(START), "slas": slas}],
        "users": [{"id": 5, "name": "Cai", "email": "cai@example.com", "role": "end-user"}],
        "groups": [{"id": 6, "name": "Billing"}, {"id": 7, "name": "Old", "deleted": True}],
        "organizations": [{"id": 8, "name": "Acme"}],
    }
    (page,) = await pull(remote(account))
    assert page.tickets[0].sla_due == 1_767_258_000_000_000
    assert [(p.id, p.role) for p in page.people] == [("5", "customer")]
    assert [g.name for g in page.groups] == ["Billing"]
    assert [o.name for o in page.organizations] == ["Acme"]
    assert query(account.script.asked[-1])["include"] == "users,groups,organizations,slas"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error": "Couldn't authenticate you"}),
        {"user": {"id": None, "name": "Anonymous user", "role": "end-user"}},
        {"user": {"id": 9, "name": "Cai", "role": "end-user"}},
        {"user": None},
    ],
)
async def test_credentials_of_nobody_or_of_a_customer_are_no_login(answer: Any) -> None:
    account = Account()
    account.script.answers["GET /users/me.json"] = answer
    with pytest.raises(AuthError) as caught:
        await remote(account).whoami()
    assert caught.value.hint
