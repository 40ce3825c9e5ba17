"""HTTP/1.1 on bare sockets: one message at a time, whole, as bytes that can be spoilt."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

HEAD_LIMIT = 1024 * 1024
NO_LINGER = struct.pack("ii", 1, 0)
EMPTY_STATUSES = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer as it came: the first line, headers with lower-case names, the body, and all its bytes."""

    first: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    raw: bytes = field(repr=False)

    @property
    def method(self) -> str:
        """Of a request."""
        return self.first.split(" ", 1)[0]

    @property
    def target(self) -> str:
        """Path and query of a request."""
        return self.first.split(" ")[1]

    @property
    def status(self) -> int:
        """Of an answer."""
        return int(self.first.split(" ")[1])


@dataclass(frozen=True, slots=True)
class Reply:
    """What a desk has to say."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def raw(self, length: int | None = None) -> bytes:
        """The bytes of it; `length` is what the header says where that is not the truth."""
        head = [f"HTTP/1.1 {self.status} Said", "connection: close"]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status not in EMPTY_STATUSES:
            head.append(f"content-length: {len(self.body) if length is None else length}")
        return "\r\n".join([*head, "", ""]).encode("latin-1") + self.body


async def read_message(reader: asyncio.StreamReader, *, answer_to: str = "") -> Message | None:
    """The next message, None at the end; `answer_to` is the method that an answer belongs to."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers = {n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
    try:
        body, spent = await _body(
            reader, headers, bodiless=_bodiless(first, answer_to), to_end=bool(answer_to)
        )
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Message(first, headers, body, head + spent)


def _bodiless(first: str, answer_to: str) -> bool:
    return answer_to == "HEAD" or (bool(answer_to) and int(first.split(" ")[1]) in EMPTY_STATUSES)


async def _body(
    reader: asyncio.StreamReader, headers: Mapping[str, str], *, bodiless: bool, to_end: bool
) -> tuple[bytes, bytes]:
    """The body, and the bytes that it took."""
    if bodiless:
        return b"", b""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await _chunks(reader)
    if "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
        return body, body
    body = await reader.read() if to_end else b""
    return body, body


async def _chunks(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    body, spent = b"", b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        piece = await reader.readexactly(size + 2) if size else await _trailer(reader)
        spent += line + piece
        if not size:
            return body, spent
        body += piece[:-2]


async def _trailer(reader: asyncio.StreamReader) -> bytes:
    lines = b""
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        lines += line
    return lines + line


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection at once with a reset, not with an orderly close."""
    sock = writer.get_extra_info("socket")
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    writer.transport.abort()


async def close(writer: asyncio.StreamWriter) -> None:
    """End a connection in good order."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
