"""A read gives strict JSON or says in words what came instead, and what to do about it."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import httpx
import pytest
from remotes.http_desk import SECRET, Packed, always, desk, raising

from store.errors import (
    AuthError,
    HeardError,
    NotADeskError,
    NotFoundError,
    OfflineError,
    RefusedError,
    ThrottledError,
)
from store.remotes import http_gzip
from store.remotes.http import DeskHttp
from store.remotes.http_auth import bearer


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RefusedError), (401, AuthError), (403, RefusedError), (404, NotFoundError), (408, OfflineError),
        (410, NotFoundError), (418, RefusedError), (422, RefusedError), (429, ThrottledError),
        (500, OfflineError), (502, OfflineError), (503, OfflineError), (304, NotADeskError),
    ],
)  # fmt: skip
async def test_a_read_raises_what_its_status_means(status: int, error: type[HeardError]) -> None:
    body = {
        "error": "RecordInvalid",
        "description": "the desk's reason",
        "details": {"base": [{"description": "x\x1b[31m"}]},
    }
    with pytest.raises(HeardError) as caught:
        await desk(always(status, json=body)).get("/x")
    assert type(caught.value) is error
    assert caught.value.hint
    assert "\x1b" not in caught.value.message


async def test_the_desks_own_reason_is_told() -> None:
    with pytest.raises(RefusedError, match="Requester is not allowed"):
        await desk(
            always(422, json={"error": "RecordInvalid", "description": "Requester is not allowed"})
        ).get("/x")


async def test_a_tolerated_status_comes_back_as_an_answer_unless_it_is_a_web_page() -> None:
    assert (await desk(always(404, json={})).get("/x", tolerate={404})).status == 404
    with pytest.raises(NotADeskError):
        await desk(always(404, html="<title>Not here</title>")).get("/x", tolerate={404})


@pytest.mark.parametrize("status", [200, 403, 404])
async def test_a_web_page_is_named_by_its_title(status: int) -> None:
    page = (
        "<!doctype html><html><head><title>\n Guest Wi-Fi &ndash;\x1b]0;x\x07 log in </title></head></html>"
    )
    with pytest.raises(NotADeskError, match="Guest Wi-Fi") as caught:
        await desk(always(status, html=page)).read("/x", dict)
    assert "\x1b" not in caught.value.message
    assert "browser" in caught.value.hint


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[1,",
        b'{"a": NaN}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"[" * 100_000,
        b'"\xff"',
        b"9" * 5000,
    ],
)
async def test_what_is_not_strict_json_is_not_a_desk(body: bytes) -> None:
    with pytest.raises(NotADeskError):
        await desk(always(200, content=body, headers={"content-type": "application/json"})).read("/x", dict)


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [("text/plain", b"hello", "text/plain that is not JSON"), ("text/plain", b"", "an empty body"), ("", b"x", "without a content type"),
     ("text/html", b"<p>", r"a web page \(text/html\)")],
)  # fmt: skip
async def test_what_came_instead_is_described(kind: str, body: bytes, says: str) -> None:
    with pytest.raises(NotADeskError, match=says):
        await desk(always(200, content=body, headers={"content-type": kind})).read("/x", dict)


async def test_json_of_another_shape_is_not_a_desk() -> None:
    with pytest.raises(NotADeskError, match="another shape"):
        await desk(always(200, json=["x"])).read("/x", dict)


async def test_half_a_surrogate_pair_does_not_stop_a_desk() -> None:
    body = rb'{"a": "x\ud83dy", "b": "\ud83d\ude00", "c": "\\ud800"}'
    read = await desk(always(200, content=body)).read("/x", dict)
    assert read == {"a": "x\ufffdy", "b": "\U0001f600", "c": "\\ud800"}


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x"), httpx.ReadTimeout("x"),
        httpx.ReadError("x"), httpx.WriteError("x"), httpx.RemoteProtocolError("x"), OSError("x"),
    ],
)  # fmt: skip
async def test_a_read_without_an_answer_is_offline(error: Exception) -> None:
    with pytest.raises(OfflineError) as caught:
        await desk(raising(error)).get("/x")
    assert caught.value.hint


async def test_unknown_host_and_closed_port_are_told_apart() -> None:
    told = (("https://desk.invalid", "host name", "spelling"), ("http://127.0.0.1:9", "refuses", "port"))
    for address, words, advice in told:
        http = DeskHttp(address, bearer(SECRET))
        with pytest.raises(OfflineError, match=words) as caught:
            await http.get("/x")
        assert advice in caught.value.hint
        await http.aclose()


async def test_one_deadline_covers_a_whole_request() -> None:
    async def drip(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return httpx.Response(200, json={})

    http = desk(drip, deadline=0.02)
    with pytest.raises(OfflineError, match="in time"):
        await http.get("/x")
    assert (await http.write("POST", "/x", {})).outcome.kind == "unknown"


@pytest.fixture(params=["as installed", "zlib"])
def unpacked_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks: the library that this machine has, and what stands in for it where there is none."""
    if request.param == "zlib":
        monkeypatch.setattr(http_gzip, "QUICKEST", zlib)


@pytest.mark.usefixtures("unpacked_by")
@pytest.mark.parametrize("told", [True, False])
async def test_a_packed_bomb_is_refused_without_being_unpacked(told: bool) -> None:  # noqa: FBT001  (a parameter)
    bomb = gzip.compress(b"0" * 200_000_000, 9)
    headers = {"content-encoding": "gzip"} | ({"content-length": str(len(bomb))} if told else {})
    http = desk(
        lambda _r: httpx.Response(200, stream=Packed(bomb, 65_536), headers=headers), max_body=1_000_000
    )
    tracemalloc.start()
    with pytest.raises(NotADeskError, match="more than"):
        await http.get("/x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000
    assert (await http.write("POST", "/x", {})).outcome.kind == "unparsed"


async def test_a_body_announced_as_too_large_is_not_read() -> None:
    stream = Packed(b"", fault=AssertionError("was read"))

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=stream, headers={"content-length": "99999999999"})

    with pytest.raises(NotADeskError, match="more than 32 MB"):
        await desk(answer).get("/x")


@pytest.mark.usefixtures("unpacked_by")
async def test_packed_answers_are_unpacked_and_broken_ones_are_not_taken_for_whole() -> None:
    packed = gzip.compress(b'{"a": "' + b"x" * 5000 + b'"}')

    def answer(data: bytes) -> Callable[[httpx.Request], httpx.Response]:
        return lambda _r: httpx.Response(200, stream=Packed(data, 7), headers={"content-encoding": "gzip"})

    assert len((await desk(answer(packed)).read("/x", dict))["a"]) == 5000
    with pytest.raises(OfflineError, match="broke off"):
        await desk(answer(packed[:-20])).get("/x")
    altered = packed[:-5] + bytes([packed[-5] ^ 1]) + packed[-4:]  # a bit of the checksum
    for junk in (b"not gzip at all", altered):
        with pytest.raises(NotADeskError, match="unpacked"):
            await desk(answer(junk)).get("/x")


async def test_an_absurd_header_block_is_refused() -> None:
    many = [(f"x-{n}", "y") for n in range(300)]
    with pytest.raises(NotADeskError, match="header"):
        await desk(always(200, headers=many, json={})).get("/x")
    assert (
        await desk(always(200, headers={"x": "y" * 70_000}, json={})).write("POST", "/x", {})
    ).outcome.kind == "unknown"
