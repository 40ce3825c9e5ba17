"""Recorded exchanges played back to an adapter, and a script for exchanges that nobody recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

ACCOUNT = "https://example.zendesk.com"
TRAFFIC = Path(__file__).resolve().parents[3] / "shared" / "traffic" / "zendesk"

Handler = Callable[[httpx.Request], httpx.Response]


def recording(name: str) -> list[dict[str, Any]]:
    """The exchanges of one recorded file, oldest first."""
    path = TRAFFIC / name
    if not path.is_file():
        pytest.skip(f"SKIPPED FOR WANT OF RECORDINGS: {path} is not there")
    return json.loads(path.read_text())["interactions"]


def recorded_objects(name: str) -> dict[str, list[Any]]:
    """The single records of one recorded file, by stream."""
    path = TRAFFIC / name
    if not path.is_file():
        pytest.skip(f"SKIPPED FOR WANT OF RECORDINGS: {path} is not there")
    return json.loads(path.read_text())["records"]


def bodies(name: str, path: str, method: str = "GET") -> list[Any]:
    """The answers' bodies in a recording whose path ends with `path`."""
    return [
        x["response"]["body"]
        for x in recording(name)
        if x["request"]["method"] == method and x["request"]["path"].endswith(path)
    ]


def response(exchange: dict[str, Any]) -> httpx.Response:
    """The recorded answer as it came."""
    told = exchange["response"]
    return httpx.Response(told["status"], headers=told["headers"], json=told["body"])


@dataclass
class Script:
    """A desk that answers by table: "METHOD /path" to a body, a Response, or a function; it keeps what it was asked."""

    answers: dict[str, Any]
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        key = f"{request.method} {request.url.path.removeprefix('/api/v2')}"
        answer = self.answers.get(key, httpx.Response(404, json={"error": "RecordNotFound"}))
        if callable(answer) and not isinstance(answer, httpx.Response):
            answer = answer(request)
        if isinstance(answer, list):  # one after the other, the last one for ever
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def transport(self) -> httpx.MockTransport:
        """The way to this desk."""
        return httpx.MockTransport(self)

    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [f"{r.method} {r.url.path.removeprefix('/api/v2')}" for r in self.asked]

    def last(self) -> Any:
        """The JSON of the last request."""
        return json.loads(self.asked[-1].content)


def query(request: httpx.Request) -> dict[str, str]:
    """The query of a request."""
    return dict(request.url.params.multi_items())
