"""What every endpoint of the demo desk shares: the request and the answer as plain values, refusals, pages, side loads."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import msgspec

from console.demo import wire
from console.demo.database import Database, Row, Value
from console.demo.wire import Json

MANY = 100  # ids in one request, rows on one page of a list
_ID = re.compile(r"[0-9]{1,18}")
LARGEST = 2**63 - 1  # number that the file can hold


class RefusalError(Exception):
    """The desk answers with an error."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Ask:
    """A request from an agent whose credentials are known; `path` holds the parts that the route named."""

    db: Database
    me: Row
    now: int
    base: str
    url: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    key: str = ""  # Idempotency-Key
    body: bytes = b""

    def number(self) -> int:
        """The id in the path; a refusal when no id can be as large."""
        number = int(self.path["id"])
        if number > LARGEST:
            raise not_found()
        return number

    def includes(self) -> frozenset[str]:
        """What is to be loaded beside the answer."""
        return frozenset(self.query.get("include", "").split(","))

    def parsed(self) -> Json:
        """The JSON object in the body; a refusal when it is none."""
        try:
            return msgspec.json.decode(self.body or b"{}", type=Json)
        except msgspec.DecodeError as error:
            raise refusal(400, "InvalidJSON", f"The body is not a JSON object: {error}") from error


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: JSON already encoded, or bytes of `mime`."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    mime: str = "application/json; charset=utf-8"


Handler = Callable[[Ask], Answer]
Route = tuple[str, str, Handler]  # method, path, handler


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by columns of its table, the last of them unique."""

    columns: tuple[str, ...] = ("id",)
    descending: bool = False

    def sql(self) -> str:
        """The ORDER BY of the list."""
        way = " DESC" if self.descending else ""
        return ", ".join(f"{column}{way}" for column in self.columns)

    def beyond(self) -> str:
        """The condition that leads past a cursor; it takes one value a column."""
        sign = "<" if self.descending else ">"
        return f"({', '.join(self.columns)}) {sign} ({', '.join('?' * len(self.columns))})"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a list come from."""

    key: str
    table: str
    shape: Callable[[Row], object]
    where: str = "1"
    values: tuple[Value, ...] = ()
    order: Order = field(default_factory=Order)


def refusal(status: int, error: str, description: str, **more: object) -> RefusalError:
    """An error in the desk's usual words."""
    return RefusalError(status, {"error": error, "description": description, **more})


def not_found() -> RefusalError:
    """What the desk says of anything that it does not have."""
    return refusal(404, "RecordNotFound", "Not found")


def invalid(name: str, message: str) -> RefusalError:
    """What the desk says of a value that it does not take."""
    details = {name: [{"description": message, "error": "InvalidValue"}]}
    return refusal(422, "RecordInvalid", "Record validation errors", details=details)


def answer(shape: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON answer."""
    return Answer(wire.encode(shape), status, headers or {})


def ids_of(ask: Ask) -> list[int]:
    """The ids in `?ids=`; refusals for what is no number and for more than a hundred."""
    try:
        ids = [int(part) for part in ask.query.get("ids", "").split(",") if part.strip()]
    except ValueError as error:
        raise refusal(400, "InvalidValue", "ids must be numbers, separated by commas") from error
    if len(ids) > MANY:
        raise too_many()
    return ids


def read_id(value: object, name: str) -> int:
    """An id that may come as a number or as digits; a refusal for anything else."""
    text = str(value)
    if isinstance(value, bool) or not _ID.fullmatch(text):
        raise invalid(name, f"{name} must be an id")
    return int(text)


def too_many() -> RefusalError:
    """What the desk says of more than a hundred things at once."""
    return refusal(400, "TooManyValues", f"A request may name at most {MANY} things", max_count=MANY)


def among(ids: Sequence[int]) -> str:
    """Ids as the one value that `IN (SELECT value FROM json_each(?))` takes."""
    return wire.encode(ids).decode()


def listing(ask: Ask, source: Source) -> tuple[list[Row], Json]:
    """One page of a list: its rows, and the answer with them and the way on.

    With `page[size]` the page goes on by cursor, otherwise by page number.
    """
    rows, frame = _by_cursor(ask, source) if "page[size]" in ask.query else _by_number(ask, source)
    return rows, {source.key: [source.shape(row) for row in rows], **frame}


def side_loads(ask: Ask, tickets: Sequence[Row]) -> Json:
    """Users, groups and organizations of these tickets, as far as `include` asks for them."""
    wanted = ask.includes()
    more: Json = {}
    if "users" in wanted:
        ids = {row[name] for row in tickets for name in ("requester_id", "submitter_id", "assignee_id")}
        more["users"] = [wire.user(row, ask.base) for row in by_ids(ask.db, "users", ids)]
    if "groups" in wanted:
        rows = by_ids(ask.db, "groups", {row["group_id"] for row in tickets})
        more["groups"] = [wire.group(row, ask.base) for row in rows]
    if "organizations" in wanted:
        rows = by_ids(ask.db, "organizations", {row["organization_id"] for row in tickets})
        more["organizations"] = [wire.organization(row, ask.base) for row in rows]
    return more


def by_ids(db: Database, table: str, ids: set[int | None]) -> list[Row]:
    """The rows with these ids, in the order of their ids."""
    known = sorted(number for number in ids if number is not None)
    return db.rows(
        f"SELECT * FROM {table} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", among(known)
    )


def _by_cursor(ask: Ask, source: Source) -> tuple[list[Row], Json]:
    """A page that starts after `page[after]`."""
    size, after = _whole(ask, "page[size]", MANY), ask.query.get("page[after]", "")
    where, values = f"({source.where})", source.values
    if after:
        where, values = f"{where} AND {source.order.beyond()}", (*values, *_opened(after, source.order))
    sql = f"SELECT * FROM {source.table} WHERE {where} ORDER BY {source.order.sql()} LIMIT {size + 1}"
    rows = ask.db.rows(sql, *values)
    page = rows[:size]
    links: dict[str, str | None] = {"prev": None, "next": None}
    meta: Json = {"has_more": len(rows) > size, "after_cursor": None, "before_cursor": None}
    if page:
        ends = {"after": _sealed(page[-1], source.order), "before": _sealed(page[0], source.order)}
        meta |= {"after_cursor": ends["after"], "before_cursor": ends["before"]}
        links = {"prev": _link(ask, "before", ends["before"]), "next": _link(ask, "after", ends["after"])}
    return page, {"meta": meta, "links": links}


def _by_number(ask: Ask, source: Source) -> tuple[list[Row], Json]:
    """A page by its number, with the count of all."""
    size, page = _whole(ask, "per_page", MANY), _whole(ask, "page", 10_000, 1)
    found = ask.db.row(f"SELECT count(*) AS n FROM {source.table} WHERE {source.where}", *source.values)
    count = found["n"] if found else 0
    sql = f"SELECT * FROM {source.table} WHERE {source.where} ORDER BY {source.order.sql()} LIMIT {size} OFFSET {(page - 1) * size}"
    turned = {n: f"{ask.url}?{urlencode({**ask.query, 'page': n})}" for n in (page - 1, page + 1)}
    frame: Json = {
        "next_page": turned[page + 1] if page * size < count else None,
        "previous_page": turned[page - 1] if page > 1 else None,
        "count": count,
    }
    return ask.db.rows(sql, *source.values), frame


def _link(ask: Ask, way: str, cursor: str) -> str:
    """The address of the next or the previous page."""
    query = {name: value for name, value in ask.query.items() if name not in ("page[after]", "page[before]")}
    return f"{ask.url}?{urlencode({**query, f'page[{way}]': cursor})}"


def _sealed(row: Row, order: Order) -> str:
    """A cursor that stands on this row."""
    return base64.b64encode(
        wire.encode({"o": order.sql(), "v": [row[name] for name in order.columns]})
    ).decode()


def _opened(cursor: str, order: Order) -> list[int]:
    """The values that a cursor stands for; a refusal when it was not made for this list."""
    try:
        held = msgspec.json.decode(base64.b64decode(cursor, validate=True), type=dict[str, str | list[int]])
    except (binascii.Error, msgspec.DecodeError) as error:
        raise _bad_page("page[after] is not valid") from error
    values = held.get("v")
    if held.get("o") != order.sql() or not isinstance(values, list) or len(values) != len(order.columns):
        raise _bad_page("page[after] is not valid")
    if any(abs(value) > LARGEST for value in values):
        raise _bad_page("page[after] is not valid")
    return values


def _whole(ask: Ask, name: str, most: int, default: int = MANY) -> int:
    """A positive number from the query; a refusal when it is none or too large."""
    text = ask.query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise _bad_page(f"{name} must be an integer between 1 and {most}")
    return int(text)


def _bad_page(detail: str) -> RefusalError:
    """What the desk says of a page that cannot be asked for."""
    return RefusalError(
        400,
        {
            "errors": [
                {
                    "code": "InvalidPaginationParameter",
                    "title": "Invalid Pagination Parameter",
                    "detail": detail,
                }
            ]
        },
    )
