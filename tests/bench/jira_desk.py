"""A Jira Cloud for one reader, on loopback: python -m tests.bench.jira_desk ISSUES.

The file holds the issues as JSON. Every answer to what a search at start asks for is packed beforehand, so that the desk
itself costs its reader next to nothing. It prints its address, and serves until standard input is closed.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

API = "/rest/api/3/"
PROJECT = {"id": "1", "key": "HELP", "name": "Help desk"}
TITLE = "A desk in memory"
ME = {"accountId": "a1", "active": True, "displayName": "Ana", "emailAddress": "ana@desk.example"}


class JiraDesk(ThreadingHTTPServer):
    """`issues` in the order in which a search finds them; `asked` lists what it was asked for, method and path."""

    daemon_threads = True

    def __init__(self, issues: list[dict[str, Any]]) -> None:
        self.asked: list[str] = []
        self._issues = issues
        self._found: dict[int, bytes] = {}
        super().__init__(("127.0.0.1", 0), _Answer)
        self._fixed = {name: json.dumps(value).encode() for name, value in self._known().items()}

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, name: str, asked: dict[str, Any]) -> bytes | None:
        """The body for a path below the API's; None where there is no such thing."""
        return self.found(int(asked["maxResults"])) if name == "search/jql" else self._fixed.get(name)

    def found(self, most: int) -> bytes:
        """The first page of a search, kept once it is packed."""
        if most not in self._found:
            issues = self._issues[:most]
            last = len(issues) == len(self._issues)
            page = {"issues": issues, "isLast": last} | ({} if last else {"nextPageToken": "next"})
            self._found[most] = json.dumps(page).encode()
        return self._found[most]

    def _known(self) -> dict[str, Any]:
        server = {
            "baseUrl": self.url, "version": "1001.0.0", "buildNumber": 100_000, "buildDate": "2026-11-01T00:00:00.000+0000",
            "scmInfo": "", "serverTitle": TITLE, "deploymentType": "Cloud", "defaultLocale": {"locale": "en_US"},
        }  # fmt: skip
        projects = {"values": [PROJECT], "isLast": True, "total": 1, "startAt": 0, "maxResults": 50}
        count = {"count": len(self._issues)}
        return {
            "serverInfo": server, "project/search": projects, "search/approximate-count": count, "myself": ME,
            "status": [], "issuetype": [], "project/HELP/statuses": [], "user/assignable/multiProjectSearch": [],
        }  # fmt: skip


class _Answer(BaseHTTPRequestHandler):
    """One connection, kept alive; an answer leaves in one piece, at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: JiraDesk

    def do_GET(self) -> None:
        self._send()

    def do_POST(self) -> None:
        self._send()

    def _send(self) -> None:
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = self.path.partition("?")[0].removeprefix(API)
        self.server.asked.append(f"{self.command} {name}")
        body = self.server.answer(name, json.loads(asked) if asked else {})
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the parent's)
        """Say nothing: the figures are printed here."""


def main() -> None:
    """Serve until standard input is closed."""
    desk = JiraDesk(json.loads(Path(sys.argv[1]).read_bytes()))
    threading.Thread(target=desk.serve_forever, daemon=True).start()
    print(json.dumps({"url": desk.url}), flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
