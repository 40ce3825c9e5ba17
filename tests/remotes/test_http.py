"""What leaves for a desk, and where to: credentials, redirects, addresses, cookies, proxies."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from remotes.http_desk import SECRET, always, desk
from remotes.replay import Script

from store.errors import (
    AuthError,
    ConfigError,
    NotADeskError,
)
from store.remotes.http import DeskHttp, segment
from store.remotes.http_auth import basic, bearer


async def test_credentials_travel_with_requests_to_the_account() -> None:
    script = Script({"GET /x": {"ok": 1}, "PUT /y": {"ok": 1}})
    http = desk(script)
    await http.get("/x")
    await http.write("PUT", "/y", {"a": "b"})
    assert [r.headers["authorization"] for r in script.asked] == [f"Bearer {SECRET}"] * 2
    assert script.last() == {"a": "b"}


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/x",
        "http://desk.example.com/x",
        "https://desk.example.com:8443/x",
        "//evil.example/x",
        "https://desk.example.com@evil.example/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_that_leaves_the_account_is_not_followed(place: str) -> None:
    script = Script({"GET /x": httpx.Response(302, headers={"location": place})})
    with pytest.raises(NotADeskError, match="sends us away"):
        await desk(script).get("/x")
    assert len(script.asked) == 1


async def test_three_hops_within_the_account_are_followed_and_a_fourth_is_not() -> None:
    hops = {f"GET /{n}": httpx.Response(307, headers={"location": f"/{n + 1}"}) for n in range(4)}
    script = Script({**hops, "GET /3": {"here": True}})
    assert (await desk(script).get("/0")).parse(dict) == {"here": True}
    assert all(r.headers["authorization"] == f"Bearer {SECRET}" for r in script.asked)
    with pytest.raises(NotADeskError, match="sends us away"):
        await desk(Script(hops)).get("/0")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed_on_a_write(status: int) -> None:
    script = Script({"POST /x": httpx.Response(status, headers={"location": "/y"})})
    outcome = (await desk(script).write("POST", "/x", {})).outcome
    assert (outcome.kind, len(script.asked)) == ("unknown", 1)


@pytest.mark.parametrize("path", ["@evil.example/x", ".evil.example/x", ":8443/x"])
async def test_a_path_cannot_turn_the_address_into_another_server(path: str) -> None:
    script = Script({})
    with pytest.raises(NotADeskError, match="would have left"):
        await desk(script).get(path)
    assert script.asked == []


def test_an_id_from_elsewhere_stays_one_path_segment() -> None:
    assert segment("../../etc?x=1#y") == "%2E%2E%2F%2E%2E%2Fetc%3Fx%3D1%23y"


async def test_addresses_with_their_queries_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    http = desk(Script({"GET /x": {}}))
    with caplog.at_level(logging.INFO):
        await http.get("/x", query=[("token", SECRET)])
    assert caplog.records == []


async def test_cookies_are_not_kept() -> None:
    script = Script({"GET /x": httpx.Response(200, json={}, headers={"set-cookie": "session=1; Path=/"})})
    http = desk(script)
    await http.get("/x")
    await http.get("/x")
    assert "cookie" not in script.asked[1].headers


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    http = DeskHttp(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", bearer(SECRET))
    assert (await http.get("/")).status == 200
    await http.aclose()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://desk.example.com", "clear text"),
        ("http://10.0.0.7", "clear text"),
        ("http://127.0.0.1.evil.example", "clear text"),
        ("ftp://desk.example.com", "not a web address"),
        ("desk.example.com", "not a web address"),
        ("https://", "not a web address"),
        ("https://ana:pw@desk.example.com", "more than a server"),
        ("https://desk.example.com/?token=x", "more than a server"),
        ("http://127.0.0.1:99999", "port 99999"),
        ("https://desk.example.com:0", "port 0"),
        ("https://[::1", r"cannot be read: Invalid port: ':1'\.$"),
    ],
)
def test_an_address_that_is_none_or_would_give_secrets_away_is_refused(address: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        DeskHttp(address, bearer(SECRET))
    assert caught.value.hint


@pytest.mark.parametrize(
    "address", ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:80", "https://d.example/rt/"]
)
async def test_https_anywhere_and_http_to_this_machine_are_accepted(address: str) -> None:
    script = Script({"GET /x": {}, "GET /rt/x": {}})
    assert (await desk(script, address).get("/x")).ok


def test_the_secret_shows_in_no_representation() -> None:
    made = (bearer(SECRET), basic("ana@example.com/token", SECRET), desk(always(200)))
    shown = " ".join(repr(value) for value in (*made, made[2]._client.auth))
    assert SECRET not in shown
    assert made[1].value not in shown


@pytest.mark.parametrize("secret", ["", "  ", "two words", "line\nbreak", "ключ"])
def test_a_token_that_cannot_be_a_token_is_refused_with_advice(secret: str) -> None:
    with pytest.raises(AuthError) as caught:
        bearer(secret)
    assert caught.value.hint
