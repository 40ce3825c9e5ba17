"""A desk that answers with whatever a test hands it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

from store.remotes.http import DeskHttp
from store.remotes.http_auth import bearer

SECRET = "sesame-5f2e"
DESK = "https://desk.example.com"
NOW = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z


def desk(answer: Callable[[httpx.Request], Any], base: str = DESK, **options: Any) -> DeskHttp:
    return DeskHttp(base, bearer(SECRET), transport=httpx.MockTransport(answer), now=lambda: NOW, **options)


def always(*args: Any, **kwargs: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(*args, **kwargs)


def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    return answer


class Packed(httpx.AsyncByteStream):
    """A body that arrives from the wire in pieces."""

    def __init__(self, data: bytes, piece: int = 16_384, fault: Exception | None = None) -> None:
        self.data, self.piece, self.fault = data, piece, fault

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.data), self.piece):
            yield self.data[start : start + self.piece]
        if self.fault:
            raise self.fault
