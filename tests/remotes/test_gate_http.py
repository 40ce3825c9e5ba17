"""Over a real connection: the gate stands before every request to the desk, and before no other."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from remotes.gate_world import Plan, Together, World, loopback
from remotes.http_desk import DESK, Packed, always, desk, raising
from support.clock import SECOND

from store.errors import AuthError, CertificateError, NotADeskError, OfflineError, ThrottledError
from store.remotes.budget import Limits
from store.remotes.gate import Ask, Gate, Pass, Told, shared_gate
from store.remotes.http import DeskHttp
from store.remotes.http_errors import NO_HINT_PAUSE
from store.remotes.urgency import Urgency, urgent
from store.remotes.zendesk_limits import LIMITS, endpoint_class

STORM_S = 600
PAUSE_S = 20
FILE = "https://files.example.net/a"


class Noted:
    """A gate that lets everything pass and remembers what it heard."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self.heard: list[Told] = []

    async def enter(self, ask: Ask) -> Pass:
        self.asks.append(ask)
        return Pass()

    def told(self, leave: Pass, told: Told) -> None:
        self.heard.append(told)

    def pause(self) -> float:
        return 0.0

    def close(self) -> None:
        pass


async def test_a_storm_of_429_gets_one_probe_for_each_pause(tmp_path: Path) -> None:
    kinds: tuple[Urgency, ...] = ("send", "open", "pull", "pull", "sweep", "sweep", "bulk", "bulk")
    time = Together(len(kinds))
    plan = Plan(time.clock, lambda _line: (429, f"Retry-After: {PAUSE_S}\r\n"))
    end = time.clock.now + STORM_S * SECOND

    async def worker(http: DeskHttp, kind: Urgency) -> None:
        while time.clock.now < end:
            with urgent(kind):
                await time.pause(await throttle_of(http, write=kind == "send"))

    def gate() -> Gate:
        path = tmp_path / "budget.db"
        return shared_gate(path, "acme", limits=Limits(200), now=time.clock, pause=time.pause)

    async with loopback(plan, gate=gate()) as one, loopback(plan, gate=gate()) as other:
        await time.run(*(worker(other if n % 2 else one, kind) for n, kind in enumerate(kinds)))
    times = [at for at, _ in plan.asked if at < end]
    burst = sum(at == times[0] for at in times)  # on their way before the first answer came
    assert burst <= len(kinds)
    assert len(times) - burst == pytest.approx(STORM_S / PAUSE_S, abs=1)
    assert all(later - earlier >= PAUSE_S * SECOND for earlier, later in pairwise(times[burst - 1 :]))


async def throttle_of(http: DeskHttp, *, write: bool) -> float:
    """How long a request is told to wait."""
    if write:
        outcome = (await http.write("POST", "/tickets.json", {})).outcome
        assert outcome.kind == "throttled"
        return outcome.retry_after or 0.0
    with pytest.raises(ThrottledError) as caught:
        await http.get("/x")
    return caught.value.after


async def test_a_healthy_desk_sees_the_budget_from_two_processes_together(tmp_path: Path) -> None:
    time = Together(6)
    plan = Plan(time.clock, lambda _line: (200, "X-Rate-Limit: 100\r\nX-Rate-Limit-Remaining: 50\r\n"))
    end = time.clock.now + 300 * SECOND

    async def worker(http: DeskHttp) -> None:
        while time.clock.now < end:
            await http.get("/x")

    def gate() -> Gate:
        return shared_gate(tmp_path / "b.db", "acme", limits=Limits(0, 500), now=time.clock, pause=time.pause)

    async with loopback(plan, gate=gate()) as one, loopback(plan, gate=gate()) as other:
        await time.run(*(worker(each) for each in (one, other) * 3))
    times = [at for at, _ in plan.asked]
    known = times[6:]  # the first six left before any answer told the limit
    assert max(sum(start <= at < start + 60 * SECOND for at in known) for start in known) <= 100
    assert len(times) == pytest.approx(0.8 * 100 * 5 + 20, abs=8)  # five minutes, and one bucket


async def test_a_desk_in_trouble_gets_one_probe_each_half_minute_and_is_taken_back_when_it_answers(
    tmp_path: Path,
) -> None:
    time = Together(5)
    start = time.clock.now
    back = start + 100 * SECOND
    plan = Plan(time.clock, lambda _line: (200, "") if time.clock.now >= back else (0, ""))

    async def worker(http: DeskHttp) -> None:
        while time.clock.now < start + 140 * SECOND:
            try:
                await http.get("/x")
            except OfflineError as error:
                assert error.hint
            await time.pause(1)

    def gate() -> Gate:
        return shared_gate(tmp_path / "b.db", "acme", now=time.clock, pause=time.pause)

    async with loopback(plan, gate=gate()) as one, loopback(plan, gate=gate()) as other:
        await time.run(*(worker(each) for each in (one, other, one, other, one)))
    seconds = [(at - start) // SECOND for at, _ in plan.asked]
    before = [each for each in seconds if each <= 120]
    assert before[:5] == [0] * 5
    assert before[5:9] == [30, 60, 90, 120]
    assert len([each for each in seconds if each > 121]) == pytest.approx(5 * 19, abs=5)


async def test_a_write_that_is_held_back_sends_no_byte() -> None:
    world = World(Limits(30))
    plan = Plan(world.clock, lambda _line: (200, ""))
    async with loopback(plan, gate=world.gate) as http:
        with urgent("send"):
            outcomes = [(await http.write("POST", "/tickets.json", {"a": 1})).outcome for _ in range(10)]
        assert plan.connected == 6  # all that the bucket holds
        assert {each.kind for each in outcomes[6:]} == {"throttled"}
        last = outcomes[-1]
        assert last.retry_after == pytest.approx(2.5, abs=0.001)
        assert "used up for the moment" in last.detail
        world.gate.told(Pass(), Told(429, retry_after=45))
        outcome = (await http.write("POST", "/tickets.json", {})).outcome
        assert (outcome.kind, outcome.retry_after) == ("throttled", 45.0)
        assert "has asked for a pause: 45 s" in outcome.detail
        assert plan.connected == 6


async def test_a_write_to_a_desk_in_trouble_is_not_sent() -> None:
    world = World()
    http = desk(raising(httpx.ConnectError("no")), gate=world.gate)
    for _ in range(5):
        assert (await http.write("POST", "/x", {})).outcome.code == "connect"
    outcome = (await http.write("POST", "/x", {})).outcome
    assert (outcome.kind, outcome.code) == ("not_sent", "gate")
    assert "failed 5 times in a row (last: desk.example.com cannot be reached); the next try is in 30 s" in (
        outcome.detail
    )


async def test_the_gate_is_asked_with_urgency_class_and_whether_something_changes() -> None:
    gate = Noted()
    http = desk(always(200, json={}), gate=gate, classify=endpoint_class)
    await http.get("/api/v2/incremental/tickets/cursor.json")
    with urgent("send"):
        await http.write("PUT", "/api/v2/tickets/7.json", {})
    with urgent("open"):
        await http.get("/api/v2/tickets/7.json")
    assert gate.asks == [
        Ask("pull", "incremental"), Ask("send", "ticket updates/7", write=True), Ask("open"),
    ]  # fmt: skip
    assert {ask.endpoint.replace("/7", "/*") for ask in gate.asks} - {""} < set(LIMITS)


async def test_each_hop_and_each_file_of_the_desk_passes_the_gate_and_a_strangers_does_not() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        hops = {"/a": f"{DESK}/b", "/f": f"{DESK}/g", "/g": FILE}
        if request.url.host == "desk.example.com" and (hop := hops.get(request.url.path)):
            return httpx.Response(302, headers={"location": hop})
        return httpx.Response(200, json={})

    async def lookup(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(0)
        return ["93.184.216.34"]

    gate = Noted()
    http = desk(answer, gate=gate, lookup=lookup)
    await http.get("/a")
    assert [told.status for told in gate.heard] == [302, 200]
    assert [piece async for piece in http.download("/f", cap=100)] == [b"{}"]
    assert [told.status for told in gate.heard] == [302, 200, 302, 302]
    assert len(gate.asks) == 4


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (always(401, json={}), Told(401)),
        (always(429, headers={"retry-after": "7"}), Told(429, retry_after=7.0)),
        (always(429, headers={"retry-after": "soon"}), Told(429)),
        (always(503), Told(503)),
        (always(200, html="<title>Wi-Fi</title>"), Told(200)),
        (raising(httpx.ReadTimeout("")), Told(failure="desk.example.com did not answer in time.")),
        (raising(httpx.PoolTimeout("")), Told()),
        (raising(httpx.ConnectError("", request=None)), Told(failure="desk.example.com cannot be reached.")),
        (lambda _r: httpx.Response(200, stream=Packed(b"{", fault=httpx.ReadError(""))),
         Told(failure="desk.example.com broke off the connection.")),
    ],
)  # fmt: skip
async def test_the_gate_hears_what_came_of_it(
    answer: Callable[[httpx.Request], httpx.Response], told: Told
) -> None:
    gate = Noted()
    with suppress(AuthError, NotADeskError, OfflineError, ThrottledError):
        await desk(answer, gate=gate).read("/x", dict)
    assert gate.heard == [told]


async def test_where_a_429_does_not_say_how_long_the_error_says_what_the_gate_does() -> None:
    world = World()
    http = desk(always(429, json={}), gate=world.gate)
    for pause in (2.0, 4.0, 8.0):
        with pytest.raises(ThrottledError) as caught:
            await http.get("/x")
        assert caught.value.after == world.gate.pause() == pause
        world.clock.tick(pause)
    with pytest.raises(ThrottledError) as caught:
        await desk(always(429, json={})).get("/x")
    assert caught.value.after == NO_HINT_PAUSE


async def test_a_certificate_that_cannot_be_trusted_is_told_each_time_and_never_taken_for_an_outage() -> None:
    error, reason = httpx.ConnectError(""), ssl.SSLCertVerificationError("expired")
    reason.verify_code, reason.verify_message, error.__cause__ = 10, "expired", reason
    http = desk(raising(error), gate=World().gate)
    for _ in range(8):
        with pytest.raises(CertificateError):
            await http.get("/x")


async def test_a_request_that_is_cancelled_gives_the_probe_back() -> None:
    world = World()
    world.gate.told(Pass(), Told(429, retry_after=1))

    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await desk(never, gate=world.gate).get("/x")
    assert await world.gate.enter(Ask()) == Pass(probe=True)


async def test_a_file_that_is_still_coming_does_not_keep_the_others_waiting() -> None:
    world = World()
    world.gate.told(Pass(), Told(429, retry_after=1))
    http = desk(lambda _r: httpx.Response(200, stream=Packed(b"x" * 100, piece=10)), gate=world.gate)
    pieces = http.download("/f", cap=1000)
    await anext(pieces)
    assert await world.gate.enter(Ask()) == Pass()
    assert len([piece async for piece in pieces]) > 0


async def test_the_wait_at_the_gate_is_no_part_of_the_deadline() -> None:
    class Slow(Noted):
        async def enter(self, ask: Ask) -> Pass:
            await asyncio.sleep(0.2)
            return await super().enter(ask)

    http = desk(always(200, json={}), gate=Slow(), deadline=0.1)
    assert (await http.get("/x")).ok
    assert (await http.write("POST", "/x", {})).outcome.kind == "applied"


async def test_redirects_share_one_deadline() -> None:
    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.06)
        if request.url.path == "/a":
            return httpx.Response(302, headers={"location": "/b"})
        return httpx.Response(200, json={})

    with pytest.raises(OfflineError, match="did not answer in time"):
        await desk(slow, deadline=0.1).get("/a")
    assert (await desk(slow, deadline=1.0).get("/a")).ok
