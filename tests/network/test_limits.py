"""What no answer may cost: memory beyond the cap, and credentials on another host."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from network.faults import BOMB, Row, packed_bomb, rows
from network.server import Desk, Fault, FaultServer
from network.stories import loopback
from network.wire import Message, Reply
from support.stalls import no_stall

from store.errors import HeardError, NotADeskError
from store.remotes.http import DeskHttp
from store.remotes.http_auth import bearer

SECRET = "sesame-77"
MOST_GROWTH = 64 * 1024
STATUS, MARKS = Path("/proc/self/status"), Path("/proc/self/clear_refs")
COSTLY = [
    r
    for r in rows()
    if r.fault.name
    in {"endless body", "endless chunks", "gzip bomb", "1 GB told", "endless headers", "3,000 headers"}
]
REDIRECTS = (301, 302, 303, 307, 308)


async def silent(_: Message) -> Reply:
    return Reply(200, {"content-type": "application/json"}, b"{}")


def memory(name: str) -> int:
    """A figure of this process in kB: "VmRSS" now, "VmHWM" the most since `forget_peak`."""
    return next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith(name))


@pytest.fixture
def forget_peak() -> None:
    try:
        MARKS.write_text("5")
    except OSError:
        pytest.skip("SKIPPED FOR WANT OF /proc: the peak of memory cannot be measured here")


@asynccontextmanager
async def desk(fault: Fault, behind: Desk = silent) -> AsyncIterator[tuple[DeskHttp, FaultServer]]:
    """The HTTP side of an account with its real cap of 32 MB, and the server that it talks to."""
    packed_bomb()  # made before anything is measured
    async with FaultServer(behind, fault) as server:
        http = DeskHttp(server.url, bearer(SECRET), transport=loopback(), deadline=2.0)
        try:
            yield http, server
        finally:
            await http.aclose()


@pytest.mark.usefixtures("forget_peak")
@pytest.mark.parametrize("row", COSTLY, ids=str)
@pytest.mark.parametrize("writing", [False, True], ids=["read", "write"])
async def test_no_answer_takes_more_memory_than_two_caps(row: Row, *, writing: bool) -> None:
    with no_stall(row):
        async with desk(row.fault) as (http, _):
            before = memory("VmRSS")
            if writing:
                assert (await http.write("PUT", "/x", {})).outcome.kind in row.write
            else:
                with pytest.raises(HeardError):
                    await http.get("/x")
            assert memory("VmHWM") - before < MOST_GROWTH


def test_the_bomb_is_one() -> None:
    assert len(packed_bomb()) * 500 < BOMB


@pytest.mark.parametrize("status", REDIRECTS)
async def test_no_other_host_is_asked_or_told_who_we_are(status: int) -> None:
    async with FaultServer(silent) as stranger:
        fault = Fault(
            "away", lambda _: Reply(status, {"location": f"{stranger.url}/x?take=this"}).raw(), forever=True
        )
        async with desk(fault) as (http, server):
            with pytest.raises(NotADeskError) as caught:
                await http.get("/x")
            assert (await http.write("POST", "/x", {"body": "words"})).outcome.kind == "unknown"
            assert [message.method for message in server.seen] == ["GET", "POST"]
        assert stranger.connections == 0
        assert "take=this" not in caught.value.message


@pytest.mark.parametrize("status", REDIRECTS)
async def test_a_file_may_lie_elsewhere_but_is_fetched_by_nobody_in_particular(status: int) -> None:
    async with FaultServer(silent) as stranger:
        fault = Fault("away", lambda _: Reply(status, {"location": f"{stranger.url}/file"}).raw())
        async with desk(fault) as (http, server):
            assert [piece async for piece in http.download(f"{server.url}/file", cap=100)] == [b"{}"]
            assert SECRET in server.seen[0].headers["authorization"]
        (asked,) = stranger.seen
        assert SECRET.encode() not in asked.raw
        assert "authorization" not in asked.headers


async def test_a_desk_that_turns_us_round_is_left_after_three_hops() -> None:
    async with desk(Fault("round", lambda _: Reply(302, {"location": "#round"}).raw(), forever=True)) as (
        http,
        server,
    ):
        with pytest.raises(NotADeskError):
            await http.get("/x")
        assert len(server.seen) == 4
