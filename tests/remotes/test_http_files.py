"""Attachments come from where the desk says, without credentials for strangers and without reaching into our network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from remotes.replay import Script

from store.errors import NotADeskError, NotFoundError, OfflineError, RefusedError
from store.remotes.http import DeskHttp
from store.remotes.http_auth import bearer
from store.remotes.http_guard import is_public

DESK = "https://desk.example.com"
FILE = b"%PDF-1.7 ..."


def desk(answer: Callable[[httpx.Request], Any], *addresses: str, base: str = DESK) -> DeskHttp:
    async def lookup(_host: str, _port: int) -> tuple[str, ...]:
        return addresses or ("93.184.216.34",)

    return DeskHttp(base, bearer("sesame"), transport=httpx.MockTransport(answer), lookup=lookup)


async def fetch(http: DeskHttp, url: str, cap: int = 1000) -> bytes:
    return b"".join([piece async for piece in http.download(url, cap=cap)])


async def test_the_desks_own_files_are_fetched_with_credentials_and_strangers_files_without() -> None:
    script = Script({
        "GET /attachments/1": httpx.Response(302, headers={"location": "https://files.example.net/f/1?token=t"}),
        "GET /f/1": httpx.Response(200, content=FILE),
    })  # fmt: skip
    assert await fetch(desk(script), f"{DESK}/attachments/1") == FILE
    own, stranger = script.asked
    assert own.headers["authorization"] == "Bearer sesame"
    assert "authorization" not in stranger.headers


async def test_a_strangers_host_is_connected_to_by_the_address_that_was_checked() -> None:
    script = Script({"GET /f/1": httpx.Response(200, content=FILE)})
    assert (
        await fetch(desk(script, "93.184.216.34", "93.184.216.35"), "https://files.example.net/f/1") == FILE
    )
    request = script.asked[0]
    assert request.url.host == "93.184.216.34"
    assert request.headers["host"] == "files.example.net"
    assert request.headers["connection"] == "close"
    assert request.extensions["sni_hostname"] == "files.example.net"


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",), ("10.1.2.3",), ("192.168.1.1",), ("169.254.169.254",), ("100.64.0.1",), ("0.0.0.0",),  # noqa: S104  (must be refused)
        ("::1",), ("fd00::1",), ("fe80::1%eth0",), ("::ffff:127.0.0.1",), ("64:ff9b::7f00:1",), ("2002:7f00:1::",),
        ("93.184.216.34", "127.0.0.1"), ("224.0.0.1",), (),
    ],
)  # fmt: skip
async def test_a_host_inside_our_network_is_refused(addresses: tuple[str, ...]) -> None:
    script = Script({"GET /f": httpx.Response(200, content=FILE)})

    async def lookup(_host: str, _port: int) -> tuple[str, ...]:
        return addresses

    http = DeskHttp(DESK, bearer("sesame"), transport=script.transport, lookup=lookup)
    with pytest.raises(RefusedError, match="open internet"):
        await fetch(http, "https://files.example.net/f")
    assert script.asked == []


def test_public_addresses_are_public() -> None:
    assert all(map(is_public, ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8")))
    assert not is_public("not an address")


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example.net/f",
        "ftp://files.example.net/f",
        "file:///etc/passwd",
        "https://u:p@files.example.net/f",
        "https://files.example.net:99999/f",
    ],
)
async def test_a_file_is_fetched_over_https_only(url: str) -> None:
    script = Script({})
    with pytest.raises(RefusedError, match="not safe"):
        await fetch(desk(script), url)
    assert script.asked == []


async def test_a_redirect_into_our_network_is_refused_on_the_way() -> None:
    script = Script({"GET /a": httpx.Response(302, headers={"location": "http://127.0.0.1:6379/"})})
    with pytest.raises(RefusedError):
        await fetch(desk(script), f"{DESK}/a")
    assert len(script.asked) == 1


async def test_after_three_hops_we_give_up() -> None:
    script = Script({f"GET /{n}": httpx.Response(302, headers={"location": f"/{n + 1}"}) for n in range(5)})
    with pytest.raises(NotADeskError, match="sends us away"):
        await fetch(desk(script), f"{DESK}/0")
    assert len(script.asked) == 4


async def test_a_file_beyond_the_cap_is_cut_off_and_a_missing_one_is_said_to_be_missing() -> None:
    with pytest.raises(NotADeskError, match="more than"):
        await fetch(desk(lambda _r: httpx.Response(200, content=b"x" * 1001)), f"{DESK}/a")
    with pytest.raises(NotFoundError):
        await fetch(desk(lambda _r: httpx.Response(404, html="<title>gone</title>")), f"{DESK}/a")


async def test_a_web_page_may_be_an_attachment() -> None:
    page = "<title>an e-mail</title>"
    assert await fetch(desk(lambda _r: httpx.Response(200, html=page)), f"{DESK}/a") == page.encode()


async def test_a_desk_on_this_machine_may_point_to_this_machine() -> None:
    script = Script({"GET /f": httpx.Response(200, content=FILE)})
    http = desk(script, base="http://127.0.0.1:8080")
    assert await fetch(http, "http://127.0.0.1:9000/f") == FILE
    assert "authorization" not in script.asked[0].headers


async def test_a_strangers_name_that_does_not_resolve_is_offline() -> None:
    async def lookup(_host: str, _port: int) -> tuple[str, ...]:
        raise OSError("no such host")

    http = DeskHttp(DESK, bearer("sesame"), transport=Script({}).transport, lookup=lookup)
    with pytest.raises(OfflineError, match=r"files\.example\.net"):
        await fetch(http, "https://files.example.net/f")


@pytest.mark.parametrize("url", ["", "https://files.example.net:port/f", "https://files.example.net/\x00"])
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    script = Script({})
    with pytest.raises(RefusedError, match="cannot be read"):
        await fetch(desk(script), url)
    assert script.asked == []
