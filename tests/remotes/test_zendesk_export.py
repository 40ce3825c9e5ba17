"""Large pages of the export come in parts, the next one is fetched ahead, and pages that do not arrive become smaller."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import httpx
import pytest
from remotes.replay import ACCOUNT, Script, query

from store.errors import NotADeskError, OfflineError
from store.remotes import zendesk_feed
from store.remotes.zendesk import ZendeskRemote

STAMP = "2026-11-21T10:00:00Z"


def page(first: int, count: int, *, last: bool, **more: Any) -> dict[str, Any]:
    tickets = [{"id": n, "updated_at": STAMP, "requester_id": n * 10} for n in range(first, first + count)]
    return {"tickets": tickets, "after_cursor": f"after-{first}", "end_of_stream": last, **more}


def desk(*pages: Any) -> tuple[ZendeskRemote, Script]:
    script = Script({
        "GET /incremental/tickets/cursor.json": list(pages),
        "GET /tickets.json": {"tickets": [], "meta": {"has_more": False}},
    })  # fmt: skip
    return ZendeskRemote(ACCOUNT, "sesame", transport=script.transport, feed="export"), script


async def test_a_large_page_comes_in_parts_and_only_the_last_has_the_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zendesk_feed, "SLICE", 2)
    users = [{"id": n * 10, "name": f"customer {n}"} for n in (4, 3, 2, 1)] + [
        {"id": 999, "name": "an agent"}
    ]
    body = page(1, 5, last=True, users=users, groups=[{"id": 5, "name": "Support"}])
    body["tickets"].insert(1, {"id": 77, "subject": 5})
    remote, _ = desk(body)
    *pages, newest = [each async for each in remote.feed(None)]
    assert (newest.tickets, newest.cursor, newest.more) == ((), pages[-1].cursor, False)
    assert [[t.id for t in each.tickets] for each in pages] == [["1", "2"], ["3", "4"], ["5"]]
    assert [each.cursor is not None for each in pages] == [False, False, True]
    assert [each.more for each in pages] == [True, True, True]
    assert [[p.id for p in each.people] for each in pages] == [["10", "20"], ["30", "40"], ["999"]]
    assert [[b.id for b in each.bad] for each in pages] == [["77"], [], []]
    assert [len(each.groups) for each in pages] == [1, 0, 0]


async def test_the_next_page_is_on_its_way_while_one_is_stored() -> None:
    remote, script = desk(page(1, 2, last=False), page(3, 2, last=True))
    async with aclosing(remote.feed(None)) as feed:  # type: ignore[type-var]  # a generator behind the protocol's iterator
        first = await anext(feed)
        await asyncio.sleep(0.05)
        asked = [query(r).get("cursor") for r in script.asked if "incremental" in r.url.path]
        assert asked == [None, "after-1"]
        assert str(first.cursor).endswith("after-1")


async def test_whoever_stops_early_leaves_nothing_running() -> None:
    waiting = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if "cursor" in request.url.params:
            waiting.set()
            await asyncio.Event().wait()
        return httpx.Response(200, json=page(1, 2, last=False))

    remote = ZendeskRemote(ACCOUNT, "sesame", transport=httpx.MockTransport(answer), feed="export")
    async with aclosing(remote.feed(None)) as feed:  # type: ignore[type-var]  # as above
        await anext(feed)
        await waiting.wait()
        assert len(asyncio.all_tasks()) == 2
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1


async def test_what_the_export_has_just_told_is_not_told_again_at_once() -> None:
    """The end of the export stands in the listing too: a page told twice would look like a desk that goes in circles."""
    told = page(1, 3, last=True)
    one, two, three = told["tickets"]
    remote, script = desk(told)
    script.answers["GET /tickets.json"] = [
        {"tickets": [page(4, 1, last=True)["tickets"][0]], "meta": {"has_more": True, "after_cursor": "x"}},
        {"tickets": [three, {**two, "subject": "changed in the same second"}, one], "meta": {}},
    ]
    pages = [each async for each in remote.feed(None)]
    assert [[t.id for t in each.tickets] for each in pages] == [["1", "2", "3"], ["2"], ["4"]]
    assert pages[1].tickets[0].subject == "changed in the same second"


async def test_an_error_ahead_is_met_after_the_page_before_it() -> None:
    remote, _ = desk(page(1, 2, last=False), httpx.ConnectError("down"))
    feed = remote.feed(None)
    assert [ticket.id for ticket in (await anext(feed)).tickets] == ["1", "2"]
    with pytest.raises(OfflineError):
        await anext(feed)


async def test_after_a_page_that_does_not_arrive_smaller_ones_are_asked_for_until_it_goes_well_again() -> (
    None
):
    broken = httpx.Response(200, content=b'{"tickets": [{"id": 1')
    remote, script = desk(broken, httpx.ReadTimeout("slow"), page(1, 2, last=False), page(3, 2, last=True))
    for error in (NotADeskError, OfflineError):
        with pytest.raises(error):
            await anext(remote.feed(None))
    assert [len(each.tickets) async for each in remote.feed(None)] == [2, 2, 0]
    sizes = [query(r)["per_page"] for r in script.asked if "incremental" in r.url.path]
    assert sizes == ["1000", "250", "62", "124"]
