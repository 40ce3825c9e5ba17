"""How every adapter talks to its desk: one account, no surprises, reads that raise and writes that never do.

Credentials leave for the account's own origin only; redirects are followed on reads within that origin only; the
environment (proxies, netrc) is not asked; bodies are capped unpacked; each request has one deadline for all of it.
Nothing is retried and nothing is logged here. The gate is asked before each request and told after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from http import HTTPStatus
from urllib.parse import quote

import httpx
import msgspec

from store.clock import wall_clock
from store.errors import HeardError, NotADeskError, OfflineError, RefusedError, ThrottledError
from store.remotes import ONE_WAITS, Outcome
from store.remotes.gate import OPEN_GATE, Gate, OneWaitsError, Told
from store.remotes.http_auth import Credentials, DeskAuth, Origin, account_url
from store.remotes.http_body import MAX_BODY, Answer, T, read_body
from store.remotes.http_clock import DeskClock
from store.remotes.http_errors import (
    FAILURES,
    NO_HINT_PAUSE,
    Written,
    check,
    read_failure,
    write_failure,
    write_outcome,
)
from store.remotes.http_files import Downloads
from store.remotes.http_gate import Classify, Door, one_class
from store.remotes.http_guard import PublicOnly, Resolve, resolve
from store.remotes.http_headers import SHORTEST_PAUSE, RateLimit, rate_limits, retry_after, server_date
from store.remotes.http_wire import MAX_HOPS, Network, make_client, next_hop, sent_away

DEADLINE_S = 60.0

Query = Iterable[tuple[str, str]]


def segment(value: str) -> str:
    """One path segment from text that came from elsewhere: no slash, dot-dot or query can get through."""
    return quote(value, safe="").replace(".", "%2E")


class DeskHttp:
    """The HTTP side of one account. `base_url` may hold a path; paths given later start with "/" and are appended.

    Raises ConfigError for an address that would send credentials in clear text. `transport` and `now` (microseconds)
    are for tests and for desks that run in this process; `deadline` is in seconds for one whole request, without the
    wait at the `gate`. `classify` names the class of endpoints that a method and path belong to, "" for none.
    `monotonic` (seconds) carries the desk's clock on between its answers.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], int] = wall_clock,
        lookup: Resolve = resolve,
        deadline: float = DEADLINE_S,
        max_body: int = MAX_BODY,
        gate: Gate = OPEN_GATE,
        classify: Classify = one_class,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        self._base = account_url(base_url)
        self.base_url = str(self._base).rstrip("/")  # the account's address without a slash at the end
        self.origin = Origin.of(self._base)
        self.limits: tuple[RateLimit, ...] = ()  # as the newest answer told them
        self._now = now
        self._deadline = deadline
        self._max_body = max_body
        self._clock = DeskClock(now, monotonic)
        self._gate = gate
        inner = transport or Network()
        self._client = make_client(inner, DeskAuth(self.origin, credentials))
        self._strangers = make_client(inner if self.origin.loopback else PublicOnly(inner, lookup), None)
        self._door = Door(self._client, gate, classify, self._note)
        self._files = Downloads(self.origin, self._door, self._strangers)
        for name in ("httpx", "httpcore"):  # at INFO they write whole addresses, tokens in queries included
            logging.getLogger(name).setLevel(logging.WARNING)

    def __repr__(self) -> str:
        return f"DeskHttp({self.base_url})"

    @property
    def host(self) -> str:
        """The account's host, for messages."""
        return self._base.host

    @property
    def clock_offset(self) -> int:
        """The desk's clock minus ours, in microseconds: by the median of the last answers, 0 before the first."""
        return self._clock.offset

    def server_now(self) -> int:
        """The time by the desk's clock, in microseconds, as well as we know it; jumps of ours do not show in it."""
        return self._clock.now()

    async def get(
        self,
        path: str,
        *,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
        tolerate: Collection[int] = (),
    ) -> Answer:
        """Read `path`; the answer is a success, or has one of the statuses in `tolerate` and is no web page.

        Raises what `store.remotes.Remote` says for reads.
        """
        request = self._request("GET", path, query, headers)
        try:
            answer = await self._follow(request)
        except FAILURES as error:
            raise read_failure(error, self.host) from error
        if answer.status not in tolerate or answer.is_page:
            check(answer, self._now(), self._unsaid_pause(answer))
        return answer

    async def read(
        self, path: str, kind: type[T], *, query: Query = (), headers: Mapping[str, str] | None = None
    ) -> T:
        """Read `path` and parse its JSON strictly as `kind`. Raises as `get` does; NotADeskError for another shape."""
        return (await self.get(path, query=query, headers=headers)).parse(kind)

    async def write(
        self,
        method: str,
        path: str,
        payload: object = None,
        *,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
    ) -> Written:
        """Send one write request, `payload` as JSON, and classify what came of it; raises nothing, repeats nothing."""
        try:
            request = self._request(method, path, query, headers, payload)
        except (HeardError, httpx.InvalidURL, TypeError, ValueError) as error:
            return Written(Outcome("refused", code="unsendable", detail=f"this cannot be sent: {error}"))
        try:
            leave = await self._door.leave(request, write=True)
        except (ThrottledError, OfflineError) as closed:
            return Written(_held(closed))
        try:
            async with self._door.open(request, self._deadline, leave) as response:
                answer = await self._salvage(response)
        except (*FAILURES, HeardError) as error:
            return Written(write_failure(error))
        return Written(write_outcome(answer, self._now()), answer)

    def download(self, url: str, *, cap: int) -> AsyncIterator[bytes]:
        """Stream a file from an address that the desk gave, at most `cap` bytes. Raises as `get` does.

        The account's own origin gets the credentials; any other host gets none, must speak https, and must have
        public addresses only unless the account itself is on this machine. At most three hops.
        """
        try:
            target = self._base.join(url) if url else None
        except httpx.InvalidURL:
            target = None
        if target is None:
            raise RefusedError(
                "The attachment's address cannot be read.", "Open the ticket in the desk's own web page."
            )
        return self._files.stream(target, cap, self._now())

    async def aclose(self) -> None:
        """Close the connections, and the gate's file."""
        await self._strangers.aclose()
        await self._client.aclose()
        self._gate.close()

    def _request(
        self,
        method: str,
        path: str,
        query: Query,
        headers: Mapping[str, str] | None,
        payload: object = None,
    ) -> httpx.Request:
        pairs, address = tuple(query), self.base_url + path
        if pairs and "?" in path:
            url = httpx.URL(address).copy_merge_params(pairs)
        else:
            url = httpx.URL(address, params=pairs) if pairs else httpx.URL(address)
        if Origin.of(url) != self.origin:
            raise NotADeskError(
                f"A request would have left {self.host}; it was not made.", "Check the address."
            )
        content = None if payload is None else msgspec.json.encode(payload)
        extra = dict(headers or {})
        if content is not None:
            extra["Content-Type"] = "application/json"
        return self._client.build_request(method, url, headers=extra, content=content)

    async def _follow(self, request: httpx.Request) -> Answer:
        clock, left = asyncio.get_running_loop().time, self._deadline
        for _ in range(MAX_HOPS + 1):
            leave = await self._door.leave(request)
            left += clock()  # what the gate takes is not counted
            async with self._door.open(request, left - clock(), leave) as response:
                hop = next_hop(response, request.url)
                if hop is None:
                    return self._answer(response, await read_body(response, self._max_body))
            left -= clock()
            if Origin.of(hop) != self.origin:
                raise sent_away(self.host, str(hop))
            request = self._client.build_request("GET", hop, headers=request.headers)
        raise sent_away(self.host, str(request.url))

    def _unsaid_pause(self, answer: Answer) -> float:
        """Where a 429 does not say how long to wait, we wait as long as the gate does."""
        shut = self._gate.pause() if answer.status == HTTPStatus.TOO_MANY_REQUESTS else 0.0
        return max(shut, SHORTEST_PAUSE) if shut else NO_HINT_PAUSE

    async def _salvage(self, response: httpx.Response) -> Answer:
        """The status counts even where the body is lost: a 429 is a 429."""
        try:
            return self._answer(response, await read_body(response, self._max_body))
        except (*FAILURES, HeardError):
            return self._answer(response, b"", whole=False)

    def _answer(self, response: httpx.Response, body: bytes, *, whole: bool = True) -> Answer:
        headers = dict(response.headers.items())  # whose names are in lower case
        return Answer(response.status_code, headers, body, whole, self.host)

    def _note(self, response: httpx.Response) -> Told:
        headers = dict(response.headers.items())
        now = self._now()
        self._clock.told(server_date(headers))
        self.limits = rate_limits(headers, now) or self.limits
        return Told(response.status_code, self.limits, retry_after(headers, now))


def _held(closed: ThrottledError | OfflineError) -> Outcome:
    """The Outcome of a write that the gate did not let out."""
    if isinstance(closed, ThrottledError):
        code = ONE_WAITS if isinstance(closed, OneWaitsError) else "gate"
        return Outcome("throttled", retry_after=closed.after, code=code, detail=closed.message)
    return Outcome("not_sent", code="gate", detail=closed.message)
