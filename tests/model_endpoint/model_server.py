"""An endpoint on loopback that speaks the protocol over real sockets, and answers as a test tells it to."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

FAULTS = (BrokenPipeError, ConnectionError, ssl.SSLError)


def completion(text: object, *, finish: str = "stop", **message: object) -> bytes:
    """What a model says, as the protocol packs it."""
    said = {"role": "assistant", "content": text, **message}
    return json.dumps(
        {"id": "x", "choices": [{"index": 0, "message": said, "finish_reason": finish}]}
    ).encode()


@dataclass
class Reply:
    """One answer: its status, headers and body, or pieces that are sent until the reader has had enough."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    pieces: Callable[[], Iterator[bytes]] | None = None
    length: int | None = None
    wait: float = 0.0


@dataclass
class Heard:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """All the words that went to the model."""
        return "\n".join(message["content"] for message in self.json["messages"])


class ModelServer:
    """Keeps what it was asked; `answer` is a Reply, or makes one from the request."""

    def __init__(self) -> None:
        self.asked: list[Heard] = []
        self.answer: Reply | Callable[[Heard], Reply] = Reply(completion("Plain words."))
        self.stop = threading.Event()
        self.sent = 0  # bytes of bodies, as far as the reader took them
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def says(self, text: object, **more: Any) -> None:
        self.answer = Reply(completion(text, **more))


class _Handler(BaseHTTPRequestHandler):
    protocol_version: ClassVar[str] = "HTTP/1.1"
    server: Any

    def do_POST(self) -> None:
        model: ModelServer = self.server.model
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        heard = Heard("POST", self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        model.asked.append(heard)
        reply = model.answer(heard) if callable(model.answer) else model.answer
        model.stop.wait(reply.wait)
        self.close_connection = True
        with suppress(*FAULTS):
            self._send(model, reply)

    def _send(self, model: ModelServer, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.pieces is None or reply.length is not None:
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in reply.pieces() if reply.pieces else [reply.body]:
            if model.stop.is_set():
                return
            self.wfile.write(piece)
            model.sent += len(piece)

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """A reader that goes away is what several tests are about."""


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[ModelServer]:
    """An endpoint on a free port of loopback."""
    made = ModelServer()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.model = made  # type: ignore[attr-defined]
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.stop.set()
            server.shutdown()
            thread.join(5)
