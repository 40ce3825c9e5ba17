"""The feed against a search that reads dates as RT does, in zones whose clocks change, while tickets change."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import NotADeskError
from store.remotes import Page
from store.remotes.rt import RtRemote
from store.remotes.rt_feed import OVERLAP_S, Cursor, Place

SMALL = 3  # rows on a page
HOUR = 3600
AUTUMN = int(datetime(2026, 10, 25, 1, 0, tzinfo=UTC).timestamp())  # Berlin puts its clocks back
SPRING = int(datetime(2026, 3, 29, 1, 0, tzinfo=UTC).timestamp())  # and forward
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Pacific/Auckland",
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
)


@dataclass
class Search:
    """A desk's list of tickets: number to LastUpdated, and what was deleted when; `clock` is in seconds."""

    zone: str
    clock: int
    rows: dict[int, int] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    entry: int = 500  # the newest transaction
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def touch(self, number: int) -> None:
        """A ticket is made, or changes."""
        self.rows[number] = self.clock

    def __call__(self, request: httpx.Request) -> httpx.Response:
        where = request.url.params.get("query", "")
        self.asked.append(where)
        path = request.url.path.removeprefix("/REST/2.0")
        if path == "/tickets":
            body = self._tickets(where, int(request.url.params["page"]), request)
        elif path == "/transactions":
            entry = int(re.findall(r"id > ([0-9]+)", where)[0])
            items = [{"id": 1000 + n, "ObjectId": str(n)} for n in self.gone if 1000 + n > entry]
            body = {"items": items, "total": None}
        else:
            number = int(path.rpartition("/")[2])
            status = "deleted" if number in self.gone else "open"
            body = {"id": number, "Status": status, "LastUpdated": stamp(self.gone.get(number, 0))}
        self.meanwhile()
        date = format_datetime(datetime.fromtimestamp(self.clock, UTC), usegmt=True)
        return httpx.Response(200, json=body, headers={"Date": date, "ETag": f'"{self.entry}"'})

    def _read(self, where: str) -> int:
        """RT's reading of a date: as if in UTC, less the zone's offset at that very moment."""
        written = re.findall(r"'([0-9]{4}-[0-9 :-]+)'", where)[0]
        naive = datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        offset = naive.astimezone(ZoneInfo(self.zone)).utcoffset() or timedelta()
        return int((naive - offset).timestamp())

    def _tickets(self, where: str, page: int, request: httpx.Request) -> dict[str, object]:
        since = self._read(where) if "LastUpdated" in where else 0
        order = sorted((at, n) for n, at in self.rows.items() if at >= since)
        if found := re.fullmatch(r"id = ([0-9]+)(.*)", where):
            order = [(at, n) for at, n in order if n == int(found[1])]
        elif found := re.fullmatch(r"LastUpdated > .* AND id >= ([0-9]+)\)", where):
            order = [(at, n) for at, n in order if at > since or n >= int(found[1])]
        if "DESC" in request.url.params.get_list("order"):
            order.reverse()
        size = min(SMALL, int(request.url.params["per_page"]))
        chosen = order[(page - 1) * size : page * size]
        more = {"next_page": "https://elsewhere.example.com/steal"} if len(order) > page * size else {}
        items = [{"id": n, "LastUpdated": stamp(at), "EffectiveId": str(n)} for at, n in chosen]
        return {"items": items, "total": len(order), **more}


def stamp(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def remote_for(desk: Search) -> RtRemote:
    return RtRemote(
        "https://rt.example.com",
        "1-2-abc",
        transport=httpx.MockTransport(desk),
        now=lambda: desk.clock * 1_000_000,
    )


class Mirror:
    """What a sync engine would know."""

    def __init__(self, desk: Search) -> None:
        self.remote = remote_for(desk)
        self.cursor: str | None = None
        self.known: dict[int, int] = {}

    async def pull(self) -> list[Page]:
        pages = [page async for page in self.remote.feed(self.cursor)]
        for page in pages:
            self.known.update(
                {int(t.id): t.updated // 1_000_000 for t in page.tickets if t.presence == "present"}
            )
            self.cursor = page.cursor
        return pages


@pytest.mark.parametrize("zone", ZONES)
async def test_pages_follow_each_other_and_end(zone: str) -> None:
    desk = Search(zone, AUTUMN + 40 * 24 * HOUR)
    for number in range(1, 11):
        desk.touch(number)
        desk.clock += 7
    mirror = Mirror(desk)
    pages = await mirror.pull()
    assert [t.id for page in pages for t in page.tickets] == [str(n) for n in range(1, 11)]
    assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]
    assert mirror.known == desk.rows


async def test_an_idle_pull_costs_two_requests_and_repeats_nothing() -> None:
    desk = Search("Europe/Berlin", AUTUMN)
    desk.touch(1)
    desk.clock += 10
    mirror = Mirror(desk)
    await mirror.pull()
    desk.clock += 10
    again = await mirror.pull()
    assert [t.id for page in again for t in page.tickets] == [
        "1"
    ]  # what is still being written may be as young
    desk.clock += OVERLAP_S
    await mirror.pull()
    desk.asked.clear()
    assert [page.tickets for page in await mirror.pull()] == [()]
    assert len(desk.asked) == 2


@pytest.mark.parametrize("zone", ZONES)
async def test_many_tickets_of_one_second_do_not_stop_the_feed(zone: str) -> None:
    desk = Search(zone, SPRING)
    for number in range(1, 26):
        desk.touch(number)
    mirror = Mirror(desk)
    await mirror.pull()
    assert mirror.known == desk.rows
    desk.clock += 1
    desk.touch(7)
    await mirror.pull()
    assert mirror.known == desk.rows


async def test_a_ticket_that_changes_while_we_read_hides_no_other() -> None:
    desk = Search("UTC", SPRING)
    for number in range(1, 21):
        desk.touch(number)
        desk.clock += 1
    turns = iter(range(1, 9))

    def meanwhile() -> None:
        desk.clock += 1
        if (number := next(turns, 0)) > 0:
            desk.touch(number)

    desk.meanwhile = meanwhile
    mirror = Mirror(desk)
    await mirror.pull()
    assert mirror.known.keys() == desk.rows.keys()
    desk.clock += 1
    await mirror.pull()
    assert mirror.known == desk.rows


async def test_a_wrong_zone_is_noticed_measured_and_kept() -> None:
    desk = Search("America/St_Johns", AUTUMN + 60 * 24 * HOUR)
    desk.touch(1)
    mirror = Mirror(desk)
    await mirror.pull()
    desk.clock += HOUR
    await mirror.pull()
    desk.touch(2)
    desk.clock += 1
    await mirror.pull()
    assert mirror.known == desk.rows
    assert mirror.cursor
    assert Cursor.parse(mirror.cursor).zone == -int(3.5 * HOUR)
    mirror.remote = remote_for(desk)
    desk.touch(3)
    desk.clock += 1
    desk.asked.clear()
    await mirror.pull()
    assert mirror.known == desk.rows
    assert len(desk.asked) == 2


async def test_a_deleted_witness_does_not_stop_the_feed() -> None:
    desk = Search("Pacific/Pago_Pago", AUTUMN)
    for number in (1, 2):
        desk.touch(number)
        desk.clock += 500
    mirror = Mirror(desk)
    await mirror.pull()
    desk.clock += 500
    desk.gone[2] = desk.clock
    del desk.rows[2]
    pages = await mirror.pull()
    assert [(t.id, t.presence) for t in pages[-1].tickets] == [("2", "gone")]
    assert pages[-1].tickets[0].status == "closed"
    desk.clock += 500
    assert (await mirror.pull())[-1].tickets == ()
    desk.touch(3)
    desk.clock += 1
    await mirror.pull()
    assert mirror.known.keys() == {1, 2, 3}
    assert mirror.known[3] == desk.rows[3]


async def test_the_place_from_which_to_look_for_deleted_tickets_is_brought_forward_once_an_hour() -> None:
    desk = Search("UTC", SPRING)
    desk.touch(1)
    mirror = Mirror(desk)
    await mirror.pull()
    entries = [Cursor.parse(mirror.cursor).entry]
    for pause in (600, 600, HOUR):
        desk.entry += 10_000
        desk.clock += pause
        desk.touch(1)
        await mirror.pull()
        entries.append(Cursor.parse(mirror.cursor).entry)
    assert entries == [300, 300, 300, 30_300]


@pytest.mark.parametrize("place", [None, f"{SPRING + 1}.1.{SPRING + HOUR}.0.500.{SPRING}"])
async def test_pages_on_which_nothing_can_be_read_are_passed_over(place: str | None) -> None:
    """Two full pages are bad throughout; what stands before and after them arrives, and all of the bad are named."""
    good = [{"id": n, "LastUpdated": stamp(SPRING + n)} for n in (1, 350)]
    bad = [{"id": n, "Subject": ["x"], "LastUpdated": stamp(SPRING + n)} for n in range(2, 301)]
    rows = [good[0], *bad, good[1]]

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/tickets"):
            return httpx.Response(200, json={"id": 350, "items": [], "total": 0})
        asked = request.url.params
        since = re.findall(r"id >= ([0-9]+)\)", asked["query"])
        left = [row for row in rows if int(str(row["id"])) >= int(since[0] if since else 0)]
        size, page = int(asked["per_page"]), int(asked["page"])
        some = left[(page - 1) * size : page * size]
        return httpx.Response(200, json={"items": some, "total": None})

    remote = RtRemote("https://rt.example.com", "1-2-abc", transport=httpx.MockTransport(answer))
    pages = [page async for page in remote.feed(place)]
    assert [t.id for page in pages for t in page.tickets] == (["350"] if place else ["1", "350"])
    named = [each.id for page in pages for each in page.bad]
    assert sorted(set(named), key=int) == [str(n) for n in range(2, 301)]


async def test_a_page_that_is_hidden_from_us_is_not_the_end() -> None:
    last = {"id": 350, "LastUpdated": stamp(SPRING)}

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/tickets"):
            return httpx.Response(200, json={"id": 350, "items": [], "total": 0})
        first = request.url.params["page"] == "1" and "id > 0" in request.url.params["query"]
        more = {"next_page": "https://elsewhere.example.com/steal"} if first else {}
        return httpx.Response(200, json={"items": [] if first else [last], "total": None, **more})

    remote = RtRemote("https://rt.example.com", "1-2-abc", transport=httpx.MockTransport(answer))
    assert [t.id async for page in remote.feed(None) for t in page.tickets] == ["350"]


async def test_a_desk_that_repeats_a_page_is_an_error() -> None:
    rows = [{"id": n, "LastUpdated": stamp(SPRING)} for n in (1, 2)]
    body = {"id": 2, "items": rows, "next_page": "again"}
    same = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    remote = RtRemote("https://rt.example.com", "1-2-abc", transport=same)
    with pytest.raises(NotADeskError, match="repeats"):
        _ = [page async for page in remote.feed(None)]


@pytest.mark.parametrize("text", [None, "", "nonsense", "1.2", "1.2.3.4.5.6.7", "a.b.c.d.e"])
def test_a_cursor_that_cannot_be_read_means_from_the_beginning_or_a_safe_place(text: str | None) -> None:
    cursor = Cursor.parse(text)
    assert cursor.start() <= Place(1, 2)


moments = st.integers(min_value=1, max_value=3 * HOUR)
steps = st.lists(
    st.tuples(moments, st.lists(st.integers(1, 8), max_size=5), st.booleans()), min_size=3, max_size=8
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    zone=st.sampled_from(ZONES), start=st.sampled_from([AUTUMN, SPRING, AUTUMN + 60 * 24 * HOUR]), story=steps
)
async def test_no_change_is_ever_lost(
    zone: str, start: int, story: list[tuple[int, list[int], bool]]
) -> None:
    """Tickets change at any moment around a change of the clocks, and the program is started anew now and then."""
    desk = Search(zone, start - 6 * HOUR)
    desk.touch(1)
    mirror = Mirror(desk)
    for pause, touched, restart in story:
        desk.clock += pause
        for number in touched:
            desk.touch(number)
            desk.clock += number
        desk.clock += 1
        if restart:
            await mirror.remote.aclose()
            mirror.remote = remote_for(desk)
        await mirror.pull()
        assert mirror.known == desk.rows
    await mirror.remote.aclose()
