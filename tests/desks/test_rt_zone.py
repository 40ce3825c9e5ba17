"""RT reads dates in the user's time zone and does not say which: the feed must neither lose nor repeat for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime

import pytest
from desks.rt_server import RtServer, next_second

from store.remotes import Page
from store.remotes.rt import RtRemote

pytestmark = pytest.mark.desk

ZONES = {"America/New_York": -5, "Asia/Kolkata": 5.5, "Pacific/Auckland": 13, "UTC": 0}  # hours, in November


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, rt: RtServer) -> Iterator[str]:
    rt.call("PUT", "/user/agent3", body={"Timezone": request.param})
    yield request.param
    rt.call("PUT", "/user/agent3", body={"Timezone": ""})


async def pull(remote: RtRemote, cursor: str | None) -> list[Page]:
    return [page async for page in remote.feed(cursor)]


def ids(pages: list[Page]) -> list[str]:
    return [ticket.id for page in pages for ticket in page.tickets]


async def test_nothing_is_lost_in_any_time_zone(rt: RtServer, zone: str) -> None:
    old = rt.open_ticket("Two hours old", "text")
    rt.stamp(
        [old], datetime.fromtimestamp(datetime.now(UTC).timestamp() - 7200, UTC).strftime("%Y-%m-%d %H:%M:%S")
    )
    rt.open_ticket("Before", "text")
    remote = rt.remote("agent3")
    cursor: str | None = rt.newest_place()
    for n in range(3):
        await asyncio.sleep(next_second())
        number = rt.open_ticket(f"News {n}", "text")
        pages = await pull(remote, cursor)
        assert number in ids(pages), zone
        if n:
            assert old not in ids(pages), f"{zone}: read far too early"
        cursor = pages[-1].cursor
    await remote.aclose()


async def test_the_cursor_carries_the_zone_to_the_next_program(rt: RtServer, zone: str) -> None:
    remote = rt.remote("agent3")
    cursor: str | None = rt.newest_place()
    number = rt.open_ticket("News", "text")
    remote._feed._zone = 0
    cursor = (await pull(remote, cursor))[-1].cursor
    await remote.aclose()
    again = rt.remote("agent3")
    await asyncio.sleep(next_second())
    rt.writes(number, "more")
    assert number in ids(await pull(again, cursor)), zone
    if zone == "America/New_York":  # west of UTC a wrong zone would have lost the ticket, so it was measured
        assert again._feed._zone == ZONES[zone] * 3600
    await again.aclose()


async def test_250_tickets_of_one_second_are_all_read_and_the_feed_goes_on(rt: RtServer) -> None:
    old = rt.open_ticket("Long ago", "text")
    rt.stamp([old], "2026-02-02 02:00:00")
    made = rt.copies(old, 250, "2026-02-02 02:02:02")
    rt.stamp([rt.open_ticket("Later", "text")], "2026-02-02 02:03:00")
    at = int(datetime(2026, 2, 2, 2, 0, 0, tzinfo=UTC).timestamp())
    found = await until(rt, f"{at}.{old}.{at + 3600}.0.0.0", at + 180)
    assert [i for i in found if i in set(made)] == made
    assert len(found) == len(set(found))
    half = made[120]
    rest = await until(rt, f"{at + 122}.{half}.{at + 3600}.0.0.0", at + 180)
    assert [i for i in rest if i in set(made)] == made[121:]
    rt.stamp(made, "2026-01-01 00:00:00")  # out of the way of the next run


async def until(rt: RtServer, cursor: str, second: int) -> list[str]:
    """The tickets that a pull brings up to that second."""
    found: list[str] = []
    remote = rt.remote("agent1")
    feed = remote.feed(cursor)
    assert isinstance(feed, AsyncGenerator)
    async for page in feed:
        found += [ticket.id for ticket in page.tickets]
        if any(ticket.updated >= second * 1_000_000 for ticket in page.tickets):
            break
    await feed.aclose()
    await remote.aclose()
    return found
