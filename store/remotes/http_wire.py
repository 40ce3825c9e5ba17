"""The few things that API requests and downloads share: the client, one open answer, and where a redirect points."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import certifi
import httpx

from store.errors import NotADeskError
from store.remotes.http_body import check_headers
from store.text import clean_line

MAX_HOPS = 3
TIMEOUT = httpx.Timeout(
    30.0, connect=10.0, pool=10.0
)  # seconds: each read or write, connecting, a free connection
LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=20.0)
HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "heard-console"}
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def tls() -> ssl.SSLContext:
    """Certificates are always checked: the system's authorities and the usual public ones, TLS 1.2 or newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # not create_default_context: that obeys SSLKEYLOGFILE
    context.load_default_certs()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Network(httpx.AsyncBaseTransport):
    """The transport to real desks; proxies in the environment are not used.

    The authorities, of which there are hundreds, are read when the first https request needs them.
    """

    def __init__(self) -> None:
        self._made: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the transport of its scheme."""
        return await self._of(request.url.scheme).handle_async_request(request)

    def _of(self, scheme: str) -> httpx.AsyncHTTPTransport:
        if scheme not in self._made:
            # A context without any authority trusts nobody, should an http transport ever be asked for https.
            context = tls() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._made[scheme] = httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=LIMITS)
        return self._made[scheme]

    async def aclose(self) -> None:
        """Close every connection."""
        for transport in self._made.values():
            await transport.aclose()


def make_client(transport: httpx.AsyncBaseTransport, auth: httpx.Auth | None) -> httpx.AsyncClient:
    """A client that follows nothing, keeps no cookies and reads nothing from the environment."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(
        transport=transport, auth=auth, headers=HEADERS, timeout=TIMEOUT, cookies=no_cookies,
        trust_env=False, follow_redirects=False,
    )  # fmt: skip


@asynccontextmanager
async def open_answer(client: httpx.AsyncClient, request: httpx.Request) -> AsyncIterator[httpx.Response]:
    """Send `request`; the body is still to be read. Raises what the transport raises, NotADeskError for huge headers."""
    response = await client.send(request, stream=True)
    try:
        check_headers(response)
        yield response
    finally:
        await response.aclose()


def next_hop(response: httpx.Response, asked: httpx.URL) -> httpx.URL | None:
    """Where a redirect points, None for any other answer. Raises NotADeskError where that cannot be read."""
    place = response.headers.get("location", "")
    if response.status_code not in REDIRECTS or not place:
        return None
    try:
        return asked.join(place)
    except httpx.InvalidURL:
        raise sent_away(asked.host, place) from None


def sent_away(host: str, place: str) -> NotADeskError:
    """The error for a redirect that is not followed; only the start of `place` is told, tokens follow after it."""
    shown = clean_line(place.split("?", maxsplit=1)[0])[:100]
    return NotADeskError(
        f"{host} sends us away to {shown}; that was not followed.",
        "Check the address; on a guest network, open a browser and log in to the network first.",
    )
