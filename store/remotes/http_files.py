"""Attachments: fetched from where the desk says they are, with distrust."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager

import httpx

from store.errors import RefusedError
from store.remotes.http_auth import Origin, is_loopback, is_port
from store.remotes.http_body import Answer, stream_body
from store.remotes.http_errors import FAILURES, check, read_failure
from store.remotes.http_gate import Door
from store.remotes.http_wire import MAX_HOPS, next_hop, open_answer, sent_away

DEADLINE_S = 600.0
HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}


class Downloads:
    """Streams files. `home` carries the credentials and leads to `origin` only; `strangers` serves every other host."""

    def __init__(self, origin: Origin, home: Door, strangers: httpx.AsyncClient) -> None:
        self._origin = origin
        self._home = home
        self._strangers = strangers

    async def stream(self, url: httpx.URL, cap: int, now: int) -> AsyncIterator[bytes]:
        """The file at `url`, at most `cap` bytes, within ten minutes. Raises as reads do."""
        end = asyncio.get_running_loop().time() + DEADLINE_S
        pieces = self._pieces(url, cap, now)
        try:
            while True:
                # Timed piece by piece: the time that the caller spends on a piece must not be cancelled into.
                async with asyncio.timeout_at(end):
                    piece = await anext(pieces, None)
                if piece is None:
                    return
                yield piece
        except FAILURES as error:
            raise read_failure(error, url.host) from error
        finally:
            await pieces.aclose()

    async def _pieces(self, url: httpx.URL, cap: int, now: int) -> AsyncGenerator[bytes, None]:
        for _ in range(MAX_HOPS + 1):
            async with self._open(url) as response:
                hop = next_hop(response, url)
                if hop is None:
                    _check_status(response, url.host, now)
                    async for piece in stream_body(response, cap):
                        yield piece
                    return
                url = hop
        raise sent_away(self._origin.host, str(url))

    def _open(self, url: httpx.URL) -> AbstractAsyncContextManager[httpx.Response]:
        if Origin.of(url) == self._origin:
            return self._home.open(self._home.build(url, HEADERS))
        both_here = self._origin.loopback and is_loopback(url.host)
        odd = url.userinfo or not is_port(url.port)
        if odd or not (url.scheme == "https" or (both_here and url.scheme == "http")):
            raise RefusedError(
                f"The attachment lies at an address that is not safe to fetch ({url.scheme}, {url.host}).",
                "Open the ticket in the desk's own web page to look at it.",
            )
        return open_answer(self._strangers, self._strangers.build_request("GET", url, headers=HEADERS))


def _check_status(response: httpx.Response, host: str, now: int) -> None:
    """Judge by the status alone: a file may well be a web page."""
    told = {name: response.headers[name] for name in ("retry-after", "date") if name in response.headers}
    check(Answer(response.status_code, told, b"", server=host), now)
