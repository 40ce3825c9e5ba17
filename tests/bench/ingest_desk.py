"""The desks that tickets are pulled from, packed on the wire as real ones do: python -m tests.bench.ingest_desk.

With one argument it is the demo desk in that file, or the pages kept in that folder (`tests.bench.ingest_pages`), which
are packed before anybody asks: a desk at work on the same processor makes whoever asks it a fifth slower. With three, a
desk of any size that repeats one page of tickets under other numbers: the page, the list of fields, how many tickets at
least.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import socket
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from starlette.middleware.gzip import GZipMiddleware

from console.demo.desk import create_app
from store.clock import wall_clock

NUMBER = re.compile(rb'/tickets/([0-9]+)\.json","id":([0-9]+),')
CURSOR = re.compile(rb'"after_cursor":"([^"]*)"')
END = re.compile(rb'"end_of_stream":(?:true|false)')
LEVEL = 6  # of packing, which is common
PACKED = b"\x1f\x8b"
APART = 10_000_000  # between the numbers of one page and those of the next


class Desk:
    """`page` is one page of the export, which is given out again and again until `pages` are out."""

    def __init__(self, page: bytes, fields: bytes, pages: int) -> None:
        self.page, self.fields, self.pages = page, fields, pages

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        """Answer one request."""
        body = self.answer(scope["path"], scope["query_string"])
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if body.startswith(PACKED):
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def answer(self, path: str, query: bytes) -> bytes:
        """The body for a path."""
        if path.endswith("/ticket_fields.json"):
            return self.fields
        if "/incremental/" not in path:
            return b'{"tickets": [], "meta": {"has_more": false}}'
        return self.export(parse_qs(query.decode()).get("cursor", [""])[0])

    def export(self, cursor: str) -> bytes:
        """The page behind a cursor, "" the first."""
        number = int(cursor or 0)
        shift = number * APART
        body = NUMBER.sub(lambda m: b'/tickets/%d.json","id":%d,' % ((int(m[1]) + shift,) * 2), self.page)
        body = CURSOR.sub(b'"after_cursor":"%d"' % (number + 1), body, count=1)
        last = number + 1 >= self.pages
        return END.sub(b'"end_of_stream":true' if last else b'"end_of_stream":false', body, count=1)


class KeptDesk(Desk):
    """The pages in a folder, one after the other by their own cursors."""

    def __init__(self, folder: Path) -> None:
        pages = [path.read_bytes() for path in sorted(folder.glob("page-*.json"))]
        super().__init__(pages[0], (folder / "fields.json").read_bytes(), len(pages))
        found = [CURSOR.search(page) for page in pages]
        first, *others = [gzip.compress(page, LEVEL) for page in pages]
        self.page = first
        self.after = {c[1].decode(): page for c, page in zip(found, others, strict=False) if c}

    def export(self, cursor: str) -> bytes:
        """The page behind a cursor, "" the first."""
        return self.after[cursor] if cursor else self.page


def main() -> None:
    """Serve until standard input is closed."""
    place = Path(sys.argv[1])
    if place.is_dir():
        app: Any = KeptDesk(place)
    elif len(sys.argv) == 2:  # the module and the desk file
        app = create_app(place, clock=wall_clock)
    else:
        page, fields = (Path(name).read_bytes() for name in sys.argv[1:3])
        app = Desk(page, fields, -(-int(sys.argv[3]) // len(json.loads(page)["tickets"])))
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # as the demo desk's
    listener.bind(("127.0.0.1", 0))
    packed = GZipMiddleware(app, compresslevel=LEVEL)
    config = uvicorn.Config(packed, lifespan="off", ws="none", access_log=False, log_level="warning")
    server = uvicorn.Server(config)
    threading.Thread(target=_until_closed, args=(server,), daemon=True).start()
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    asyncio.run(server.serve(sockets=[listener]))


def _until_closed(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


if __name__ == "__main__":
    main()
