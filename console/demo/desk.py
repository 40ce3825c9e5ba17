"""The demo desk as an ASGI application that speaks the Zendesk dialect over real HTTP."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from console.demo import api_bulk, api_edit, api_feed, api_people, api_tickets
from console.demo.api import Answer, Ask, Handler, RefusalError
from console.demo.database import Database, Row
from console.demo.page import ticket_page
from console.demo.scenario_values import MINUTE, SECOND
from console.demo.wire import encode

LIMIT = 100_000  # requests a minute; generous, since nobody shares this desk
_JSON = "application/json; charset=utf-8"
_MOST_BODY = 4 * 1024 * 1024
_PUBLIC = (
    ("GET", "/agent/tickets/{id:int}", ticket_page),
    ("GET", "/attachments/token/{token}/", api_tickets.file_content),
    ("GET", "/attachments/token/{token}", api_tickets.file_content),
)
_ROUTES = (
    *api_tickets.ROUTES[:2],  # asked most often, so they are tried first
    *api_feed.ROUTES,
    *api_bulk.ROUTES,
    *api_edit.ROUTES,
    *api_tickets.ROUTES[2:],
    *api_people.ROUTES,
)
_Endpoint = Callable[[Request], Awaitable[Response]]


class Desk:
    """One open desk: its file, its clock, and how many requests this minute has seen."""

    def __init__(self, database: Database, clock: Callable[[], int], limit: int) -> None:
        self.database = database
        self.clock = clock
        self.limit = limit
        self.minute = 0
        self.spent = 0

    def endpoint(self, handler: Handler, *, public: bool = False) -> _Endpoint:
        """The handler behind HTTP: credentials, limits, refusals and headers."""

        async def respond(request: Request) -> Response:
            """Answer one request."""
            now = self.clock()
            headers = self._counted(now)
            try:
                body = await _body(request)
                self.check_limit()
                me = _nobody(self.database) if public else _agent(self.database, request.headers)
                made = handler(_ask(self.database, me, request, body, now))
            except RefusalError as error:
                made = Answer(encode(error.body), error.status)
            return Response(made.body, made.status, {**headers, **made.headers, "content-type": made.mime})

        return respond

    def check_limit(self) -> None:
        """Refuse when this minute has seen too many requests."""
        if self.spent > self.limit:
            raise RefusalError(429, {"error": "APIRateLimitExceeded", "description": "Too many requests"})

    def _counted(self, now: int) -> dict[str, str]:
        """Count this request; the headers that every answer bears."""
        minute = now // MINUTE
        if minute != self.minute:
            self.minute, self.spent = minute, 0
        self.spent += 1
        left, reset = str(max(self.limit - self.spent, 0)), str(60 - now // SECOND % 60)
        headers = {
            "date": formatdate(now // SECOND, usegmt=True),
            "x-zendesk-api-version": "v2",
            "x-rate-limit": str(self.limit),
            "x-rate-limit-remaining": left,
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": left,
            "ratelimit-reset": reset,
        }
        return headers if self.spent <= self.limit else {**headers, "retry-after": reset}


def create_app(path: Path, *, clock: Callable[[], int], limit: int = LIMIT) -> Starlette:
    """The desk on the file at `path`; `clock` gives microseconds, `limit` the requests a minute.

    The open file is `app.state.database`; whoever makes the app closes it.
    """
    desk = Desk(Database(path), clock, limit)
    routes = [_route(desk, *parts, public=True) for parts in _PUBLIC]
    app = Starlette(
        routes=[*(_route(desk, *parts) for parts in _ROUTES), *routes],
        exception_handlers={404: _not_found, 405: _not_found},
    )
    app.add_middleware(_Suffix)
    app.state.database = desk.database
    return app


class _Suffix:
    """Let every path end in `.json` or not, as it pleases the client."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on under its plain path."""
        path = scope.get("path", "")
        if path.endswith(".json"):
            scope = {**scope, "path": path.removesuffix(".json")}
        await self.app(scope, receive, send)


def _route(desk: Desk, method: str, path: str, handler: Handler, *, public: bool = False) -> StarletteRoute:
    """One route of the desk."""
    return StarletteRoute(path, desk.endpoint(handler, public=public), methods=[method])


async def _body(request: Request) -> bytes:
    """The body of a write; a refusal when it is larger than any ticket can be."""
    if request.method in ("GET", "HEAD"):
        return b""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _MOST_BODY:
            raise RefusalError(
                413, {"error": "RequestEntityTooLarge", "description": "The body is too large"}
            )
        parts.append(part)
    return b"".join(parts)


def _ask(database: Database, me: Row, request: Request, body: bytes, now: int) -> Ask:
    """The request as the handlers know it."""
    base = f"{request.url.scheme}://{request.url.netloc}"
    return Ask(
        db=database,
        me=me,
        now=now,
        base=base,
        url=f"{base}{request.url.path}.json",
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        key=request.headers.get("idempotency-key", ""),
        body=body,
    )


def _agent(database: Database, headers: Mapping[str, str]) -> Row:
    """The agent whose token the request bears; a refusal when there is none."""
    kind, _, held = headers.get("authorization", "").partition(" ")
    token, email = held.strip(), ""
    if kind.lower() == "basic":
        try:
            name, _, token = base64.b64decode(held, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            name, token = "", ""
        email = name.removesuffix("/token") if name.endswith("/token") else "?"
    sql = "SELECT users.* FROM tokens JOIN users ON users.id = user_id WHERE token = ? AND (? = '' OR email = ?)"
    row = database.row(sql, token, email, email) if kind.lower() in ("basic", "bearer") else None
    if row is None:
        raise RefusalError(401, {"error": "Couldn't authenticate you"})
    return row


def _nobody(database: Database) -> Row:
    """Whoever opens a public page: the desk's first user stands in, no right depends on it."""
    row = database.row("SELECT * FROM users ORDER BY id LIMIT 1")
    if row is None:
        raise RefusalError(404, {"error": "RecordNotFound", "description": "Not found"})
    return row


async def _not_found(_request: Request, _error: Exception) -> Response:
    """What the desk says of an address that it does not know."""
    return Response(
        encode({"error": "InvalidEndpoint", "description": "Not found"}), 404, {"content-type": _JSON}
    )
