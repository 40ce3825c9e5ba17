"""The way from a workspace to its demo desk: over loopback while the desk is served, otherwise in this process.

Both ways lead to the same file and answer under the same address, so that every command works in a demo workspace
whether or not its desk is running.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import httpx

from console.demo.desk import create_app
from console.demo.setup import DEFAULT_SEED, DEFAULT_SIZE, DemoDesk, prepare
from store.errors import InvalidInputError, NotFoundError
from store.home import Home
from store.remotes.zendesk import ZendeskRemote

Clock = Callable[[], int]


def desk_of(home: Home, clock: Clock, *, seed: int | None = None, size: int | None = None) -> DemoDesk:
    """The demo desk of a workspace, made where there is none; InvalidInputError when it is another than asked for."""
    known = _known(home)
    if known is None:
        return prepare(folder_of(home), seed or DEFAULT_SEED, size or DEFAULT_SIZE, clock())
    if (seed or known[0], size or known[1]) != known:
        raise InvalidInputError(
            f"{home.root} holds the demo of seed {known[0]} and size {known[1]}.",
            "Name another folder with --home, or delete that one.",
        )
    return prepare(folder_of(home), *known, clock())


def folder_of(home: Home) -> Path:
    """Where the demo desk of a workspace lies."""
    return home.root / "demo"


def state_file(home: Home) -> Path:
    """Where a served demo desk says its port and process."""
    return home.run_dir / "demo.json"


def open_remote(home: Home, address: str, clock: Clock) -> ZendeskRemote:
    """The adapter for a workspace's demo desk, known under `address`; NotFoundError when it has none."""
    if _known(home) is None:
        raise NotFoundError(f"There is no demo desk in {home.root}.", "`heard demo` makes one.")
    desk = desk_of(home, clock)
    transport = Either(desk.path, served_at(home), clock)
    return ZendeskRemote(address, desk.admin_token, user=desk.admin_email, transport=transport, now=clock)


def served_at(home: Home) -> int:
    """The port on which the desk is served; 0 when it is not."""
    try:
        said = json.loads(state_file(home).read_text(encoding="utf-8"))
        if (
            os.name == "posix"
        ):  # elsewhere there is no harmless question about a process; a refused connection tells too
            os.kill(int(said["pid"]), 0)
        return int(said["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _known(home: Home) -> tuple[int, int] | None:
    """Seed and size of the desk file in a workspace, by its name."""
    for path in sorted(folder_of(home).glob("desk-*-*.db")):
        _, seed, size = path.stem.split("-", 2)
        if seed.isdecimal() and size.isdecimal():
            return int(seed), int(size)
    return None


class Either(httpx.AsyncBaseTransport):
    """Takes requests to the served desk; where nothing listens, answers them from the desk's file."""

    def __init__(self, path: Path, port: int, clock: Clock) -> None:
        self._path = path
        self._port = port
        self._clock = clock
        self._network = httpx.AsyncHTTPTransport()
        self._inside: httpx.ASGITransport | None = None
        self._close: Callable[[], None] = lambda: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; the address that it names is kept as the desk's own."""
        if self._port:
            sent = httpx.Request(
                request.method,
                request.url.copy_with(port=self._port),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions,
            )
            try:
                return await self._network.handle_async_request(sent)
            except httpx.ConnectError:  # the desk has ended: nothing was sent
                self._port = 0
        return await self._in_process().handle_async_request(request)

    def _in_process(self) -> httpx.ASGITransport:
        if self._inside is None:
            app = create_app(self._path, clock=self._clock)
            self._inside = httpx.ASGITransport(
                app, raise_app_exceptions=False
            )  # a fault is a 500, as over the network
            self._close = app.state.database.close
        return self._inside

    async def aclose(self) -> None:
        """Close the connections and the file."""
        await self._network.aclose()
        self._close()
