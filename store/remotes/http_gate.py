"""The door through which every request of an account leaves: the gate is asked before, and told after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from store.errors import CertificateError, OfflineError
from store.remotes.gate import Ask, Gate, Pass, Told
from store.remotes.http_errors import FAILURES, read_failure
from store.remotes.http_wire import open_answer
from store.remotes.urgency import URGENCY

Classify = Callable[[str, str], str]
Judge = Callable[[httpx.Response], Told]


def one_class(_method: str, _path: str) -> str:
    """All endpoints share the account's limit."""
    return ""


class Door:
    """Opens answers with `client`. `classify` names the class of endpoints, `judge` says what an answer tells us."""

    def __init__(self, client: httpx.AsyncClient, gate: Gate, classify: Classify, judge: Judge) -> None:
        self._client = client
        self._gate = gate
        self._classify = classify
        self._judge = judge

    async def leave(self, request: httpx.Request, *, write: bool = False) -> Pass:
        """Wait until `request` may leave; `open` must follow at once. Raises what the gate raises."""
        endpoint = self._classify(request.method, request.url.path)
        return await self._gate.enter(Ask(URGENCY.get(), endpoint, write))

    @asynccontextmanager
    async def open(
        self, request: httpx.Request, seconds: float | None = None, leave: Pass | None = None
    ) -> AsyncIterator[httpx.Response]:
        """Send `request` once it may leave; `seconds` are for the answer with its body, the wait before is not counted.

        Without `seconds` the body may last: the gate is told when it begins. Raises what transport and gate raise.
        """
        leave = leave or await self.leave(request)
        told, owed = Told(), True
        try:
            async with asyncio.timeout(seconds), open_answer(self._client, request) as response:
                told = self._judge(response)
                if seconds is None:
                    self._gate.told(leave, told)
                    owed = False
                yield response
        except (*FAILURES, OfflineError) as error:
            told = _failure(error, request.url.host)
            raise
        finally:
            if owed:
                self._gate.told(leave, told)

    def build(self, url: httpx.URL, headers: dict[str, str]) -> httpx.Request:
        """A read of `url`."""
        return self._client.build_request("GET", url, headers=headers)


def _failure(error: Exception, host: str) -> Told:
    """What a failure says about the desk: nothing, where its certificate is the trouble or we had no connection free."""
    said = error if isinstance(error, OfflineError) else read_failure(error, host)
    if isinstance(said, CertificateError) or isinstance(error, httpx.PoolTimeout):
        return Told()
    return Told(failure=said.message)
