"""Run the demo desk on 127.0.0.1: as a process of its own, or in a thread for tests."""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette

from console.demo.customers import PACE, live
from console.demo.database import Database
from console.demo.desk import create_app
from store.clock import wall_clock
from store.errors import InvalidInputError

Clock = Callable[[], int]
_HOST = "127.0.0.1"
_READY_WITHIN = 10.0  # seconds


def serve(path: Path, port: int = 0, *, pace: float = PACE, parent: bool = False) -> None:
    """Serve the desk file at `path` until interrupted; port 0 picks a free one.

    Prints one line of JSON with `url` and `port` when the desk answers. `pace` is the number of seconds between two
    events among the customers, 0 for none. With `parent` it also ends when standard input is closed, so that the desk
    never outlives the program that started it. InvalidInputError when the port is taken.
    """
    listener = listen(port)
    app = create_app(path, clock=wall_clock)
    server = _Server(app, lambda: _announce(listener))
    if parent:
        threading.Thread(target=_until_closed, args=(server,), daemon=True).start()
    with suppress(KeyboardInterrupt):
        asyncio.run(_host(server, app, listener, pace, wall_clock))


@contextmanager
def running(path: Path, *, pace: float = 0.0, clock: Clock = wall_clock) -> Iterator[str]:
    """The desk in a thread of this process; gives its URL and ends it afterwards."""
    listener, ready = listen(0), threading.Event()
    app = create_app(path, clock=clock)
    server = _Server(app, ready.set)
    thread = threading.Thread(
        target=lambda: asyncio.run(_host(server, app, listener, pace, clock)), daemon=True
    )
    thread.start()
    try:
        if not ready.wait(_READY_WITHIN):
            message = "the demo desk did not start"
            raise TimeoutError(message)
        yield _url(listener)
    finally:
        server.should_exit = True
        thread.join()


def main() -> None:
    """Serve from the command line: `python -m console.demo.server FILE`."""
    parser = argparse.ArgumentParser(description="Serve a demo desk file on 127.0.0.1.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--pace", type=float, default=PACE, help="seconds between two events, 0 for none")
    parser.add_argument("--parent", action="store_true", help="end when standard input is closed")
    chosen = parser.parse_args()
    serve(chosen.path, chosen.port, pace=chosen.pace, parent=chosen.parent)


class _Server(uvicorn.Server):
    """A server that tells when it answers."""

    def __init__(self, app: Starlette, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                access_log=False,
                log_level="warning",
                server_header=False,
                date_header=False,  # the desk's own clock gives the date
                timeout_graceful_shutdown=1,
            )
        )
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        self.on_ready()


async def _host(server: _Server, app: Starlette, listener: socket.socket, pace: float, clock: Clock) -> None:
    """Serve with living customers beside it, and close the file at the end."""
    database: Database = app.state.database
    seed = int(database.meta("seed") or 0)
    customers = asyncio.create_task(live(database, seed=seed, clock=clock, pace=pace))
    try:
        await server.serve(sockets=[listener])
    finally:
        customers.cancel()
        with suppress(asyncio.CancelledError):
            await customers
        database.close()


def listen(port: int) -> socket.socket:
    """A socket on the loopback address that keeps nothing back; InvalidInputError when the port is taken."""
    # asyncio sends small parts at once only over sockets that say they are TCP; else the body waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError as error:
        listener.close()
        message = f"the demo desk cannot listen on port {port}: {error.strerror}"
        raise InvalidInputError(message, "choose another port, or 0 for a free one") from error
    return listener


def _announce(listener: socket.socket) -> None:
    """Print where the desk is."""
    line = msgspec.json.encode({"url": _url(listener), "port": listener.getsockname()[1]})
    sys.stdout.write(f"{line.decode()}\n")
    sys.stdout.flush()


def _url(listener: socket.socket) -> str:
    """The address of the desk."""
    return f"http://{_HOST}:{listener.getsockname()[1]}"


def _until_closed(server: uvicorn.Server) -> None:
    """End the server when standard input is closed."""
    while sys.stdin.buffer.read(4096):
        pass
    server.should_exit = True


if __name__ == "__main__":
    main()
