"""What a network and a server can do to one request, with what has to come of it.

`write` names the outcomes that are right for a write; `read` names what a read may do: give a value ("ok"), say that
the ticket is not shown ("Absent"), or raise one of `store.errors`.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.utils import formatdate
from functools import cache

from network.server import Fault
from network.wire import Reply

MAYBE = frozenset({"unknown", "unparsed"})  # it may have happened
NOT_SENT = frozenset({"not_sent"})
OK = frozenset({"ok"})
OFFLINE = frozenset({"OfflineError"})
NO_DESK = frozenset({"NotADeskError"})
REFUSED = frozenset({"RefusedError"})
ELSEWHERE = "http://169.254.169.254/latest/meta-data/"
BOMB = 96 * 1024 * 1024
HTML = b"<!doctype html><html><head><title>Guest network</title></head><body>Please log in</body></html>"
PAGE = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/json"}
ASKED_FOR = (
    "ticket", "tickets", "users", "groups", "ticket_fields", "audits", "comments", "tags", "job_status", "items", "id",
    "Version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the matrix. `transport` rows are below HTTP's meaning: they hold for a file as well as for data."""

    fault: Fault
    write: frozenset[str]
    read: frozenset[str]
    transport: bool = False

    def __str__(self) -> str:
        return self.fault.name


def rows() -> list[Row]:
    """The whole table."""
    return [
        *_connection(),
        *_broken_off(),
        *_not_data(),
        *_odd_json(),
        *_too_much(),
        *_statuses(),
        *_pauses(),
        *_away(),
    ]


def _connection() -> Iterator[Row]:
    yield Row(Fault("refused", dial="refused"), NOT_SENT, OFFLINE, transport=True)
    yield Row(Fault("connect time-out", dial="timeout"), NOT_SENT, OFFLINE, transport=True)
    yield Row(Fault("reset unread", unread=True), MAYBE, OFFLINE, transport=True)
    for commit in (False, True):
        when = "after commit" if commit else "before commit"
        for name, said, then in (
            ("reset", _nothing, "reset"),
            ("closed without a word", _nothing, "close"),
            ("silence", _nothing, "stall"),
            ("one byte a moment", lambda _: b"HTTP/1.1 200 OK\r\nx-slow:", "drip"),
        ):
            yield Row(Fault(f"{name} {when}", said, then, commit), MAYBE, OFFLINE, transport=True)  # type: ignore[arg-type]  # the words of `End`


def _broken_off() -> Iterator[Row]:
    for name, said in (
        ("FIN in the first line", lambda r: r.raw()[:7]),
        ("FIN mid-headers", lambda r: r.raw()[:40]),
        ("body shorter than told", lambda r: r.raw(len(r.body) + 100)),
        ("chunk breaks off", lambda r: _chunked(r, b"%x\r\n" % (len(r.body) + 9) + r.body)),
        ("no last chunk", lambda r: _chunked(r, b"%x\r\n%b\r\n" % (len(r.body), r.body))),
        ("chunk of no size", lambda r: _chunked(r, b"zz\r\n" + r.body + b"\r\n0\r\n\r\n")),
        ("two lengths", lambda r: r.raw().replace(b"\r\n\r\n", b"\r\ncontent-length: 1\r\n\r\n", 1)),
        ("not HTTP", lambda _: b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("HTTP/0.9", lambda r: r.body),
    ):
        yield Row(Fault(name, said, commit=True), MAYBE, OFFLINE, transport=True)
    yield Row(Fault("stall after headers", _head, "stall", commit=True), MAYBE, OFFLINE, transport=True)
    yield Row(
        Fault("stall mid-body", lambda r: r.raw()[:-1], "stall", commit=True), MAYBE, OFFLINE, transport=True
    )
    cut = Fault("gzip breaks off", lambda r: _packed(r, gzip.compress(r.body)[:-9]), commit=True)
    yield Row(cut, MAYBE, OFFLINE, transport=True)
    junk = Fault("gzip that is none", lambda r: _packed(r, r.body), commit=True)
    yield Row(junk, MAYBE, NO_DESK | OFFLINE, transport=True)
    brotli = Fault("coding nobody asked for", lambda r: _packed(r, r.body, "br"), commit=True)
    yield Row(brotli, MAYBE, NO_DESK, transport=True)


def _not_data() -> Iterator[Row]:
    for name, headers, body in (
        ("empty body", JSON, b""),
        ("empty body, no type", {}, b""),
        ("portal page", PAGE, HTML),
        ("portal page that says JSON", JSON, HTML),
        ("page without a type", {}, HTML),
        ("plain text", {"content-type": "text/plain"}, b"OK"),
        ("a picture", {"content-type": "image/png"}, b"\x89PNG\r\n\x1a\n" + bytes(40)),
        ("cut JSON", JSON, b'{"ticket": {"id": 7, "subject"'),
        ("NUL bytes", JSON, bytes(64)),
        (
            "latin-1",
            {"content-type": "application/json; charset=iso-8859-1"},
            '{"ticket": "Grüße"}'.encode("latin-1"),
        ),
        ("two documents", JSON, b"{}{}"),
        ("NaN", JSON, b'{"ticket": NaN}'),
        ("single quotes", JSON, b"{'ticket': 1}"),
        ("depth 100,000", JSON, b"[" * 100_000),
        ("depth 100,000 of objects", JSON, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        ("UTF-7", JSON, b"+AHsAfQ-"),
    ):
        yield Row(_instead(name, Reply(200, headers, body)), MAYBE, NO_DESK)
    for name, recode in (
        ("byte order mark", lambda b: b"\xef\xbb\xbf" + b),
        ("UTF-16", lambda b: b.decode().encode("utf-16")),
        ("UTF-32", lambda b: b.decode().encode("utf-32")),
        ("XSSI prefix", lambda b: b")]}',\n" + b),
    ):
        fault = Fault(name, lambda r, f=recode: replace(r, body=f(r.body)).raw(), commit=True)  # type: ignore[misc]  # a default binds the loop variable
        yield Row(fault, MAYBE, NO_DESK | OK)
    for name, body in (
        ("JSON of somebody else", b'{"status": "ok", "version": 3}'),
        ("empty object", b"{}"),
        ("nothing but nulls", json.dumps(dict.fromkeys(ASKED_FOR)).encode()),
        ("empty list", b"[]"),
        ("null", b"null"),
        ("a number", b"200"),
        ("a text", b'"OK"'),
        (
            "fields of other types",
            json.dumps({key: [5] for key in ASKED_FOR} | {"id": [], "user": 3}).encode(),
        ),
        ("objects for lists", json.dumps({key: {} for key in ASKED_FOR}).encode()),
    ):
        yield Row(_instead(name, Reply(200, JSON, body)), MAYBE, NO_DESK)


def _odd_json() -> Iterator[Row]:
    """The desk's own answer with something strange in it: taken, or refused, but only ever for what it says."""
    for name, odd in (
        ("5,000-digit number", b"9" * 5000),
        ("number beyond a double", b"1e999"),
        ("lone surrogate", b'"\\ud800"'),
        ("escaped NUL", b'"\\u0000"'),
        ("bidi and controls", '"\u202e\u2066\\u001b]52;c;x\\u0007"'.encode()),
        ("a number in 1,000 lists", b"[" * 1000 + b"1" + b"]" * 1000),
        ("raw control in a text", b'"a\x01b"'),
        ("broken UTF-8", b'"a\xffb"'),
        ("overlong UTF-8", b'"\xc0\xaf"'),
        ("surrogate in UTF-8", b'"\xed\xa0\x80"'),
    ):
        fault = Fault(name, lambda r, o=odd: replace(r, body=_with(r.body, o)).raw(), commit=True)  # type: ignore[misc]  # a default binds the loop variable
        yield Row(fault, MAYBE | {"applied"}, NO_DESK | OK)
    twice = Fault(
        "the same key twice", lambda r: replace(r, body=_with(_with(r.body, b"1"), b"2")).raw(), commit=True
    )
    yield Row(twice, MAYBE | {"applied"}, NO_DESK | OK)


def _too_much() -> Iterator[Row]:
    tiny = Reply(200, {**JSON, "transfer-encoding": "chunked"})
    chunked = _head(tiny).replace(b"content-length: 0\r\n", b"")
    endless = _head(Reply(200, JSON)).replace(b"content-length: 0\r\n", b"")
    yield Row(Fault("endless body", lambda _: endless, "flood"), MAYBE, NO_DESK | OFFLINE, transport=True)
    yield Row(
        Fault("endless chunks", lambda _: chunked, "flood_chunks"), MAYBE, NO_DESK | OFFLINE, transport=True
    )
    huge = Fault("1 GB told", lambda _: Reply(200, JSON).raw(10**9), "stall")
    yield Row(huge, MAYBE, NO_DESK, transport=True)
    bomb = Fault("gzip bomb", lambda _: _packed(Reply(200, JSON), packed_bomb()))
    yield Row(bomb, MAYBE, NO_DESK, transport=True)
    many = {f"x-{n}": "y" for n in range(3000)}
    yield Row(
        Fault("3,000 headers", lambda _: Reply(200, {**JSON, **many}, b"{}").raw()),
        MAYBE,
        NO_DESK | OFFLINE,
        transport=True,
    )
    long = {"x-long": "y" * 70_000}
    yield Row(
        Fault("70 kB header", lambda _: Reply(200, {**JSON, **long}, b"{}").raw()),
        MAYBE,
        NO_DESK | OFFLINE,
        transport=True,
    )
    million = Fault("endless headers", lambda _: b"HTTP/1.1 200 OK\r\n" + b"x-y: z\r\n" * 200_000)
    yield Row(million, MAYBE, NO_DESK | OFFLINE, transport=True)


def _statuses() -> Iterator[Row]:
    for status, write, read in (
        (400, "refused", "RefusedError"),
        (401, "auth", "AuthError"),
        (403, "forbidden", "RefusedError"),
        (404, "gone", "NotFoundError"),
        (405, "unknown", "RefusedError"),
        (408, "unknown", "OfflineError"),
        (409, "conflict", "RefusedError"),
        (410, "gone", "NotFoundError"),
        (412, "conflict", "RefusedError"),
        (413, "refused", "RefusedError"),
        (415, "refused", "RefusedError"),
        (422, "refused", "RefusedError"),
        (423, "busy", "RefusedError"),
        (500, "unknown", "OfflineError"),
        (502, "unknown", "OfflineError"),
        (503, "unknown", "OfflineError"),
        (504, "unknown", "OfflineError"),
    ):
        reply = Reply(status, JSON, b'{"error": "Told", "description": "why"}')
        yield Row(_instead(str(status), reply), frozenset({write}), frozenset({read}), transport=True)
    for status in (500, 502, 503, 504):
        page = Reply(status, PAGE, b"<html><title>Bad gateway</title></html>")
        fault = replace(_instead(f"{status} after commit", page), commit=True)
        yield Row(fault, frozenset({"unknown"}), OFFLINE, transport=True)
    busy = Reply(409, JSON, b'{"error": "DatabaseConflict", "description": "try again"}')
    yield Row(
        _instead("409 DatabaseConflict", busy), frozenset({"busy", "conflict"}), REFUSED, transport=True
    )
    cut = Fault("422 that breaks off", lambda _: Reply(422, JSON, b'{"error"').raw(99))
    yield Row(cut, frozenset({"refused"}), OFFLINE | REFUSED, transport=True)


def _pauses() -> Iterator[Row]:
    for name, told in (
        ("seconds", "7"), ("missing", ""), ("negative", "-5"), ("1,000,000,000", "1000000000"), ("garbage", "soon"),
        ("a date", formatdate(4_102_444_800, usegmt=True)), ("a date long past", formatdate(1, usegmt=True)),
        ("a date that is none", "Fri, 99 Foo 2026 99:99:99 GMT"), ("500 digits", "9" * 500), ("a fraction", "1.5"),
    ):  # fmt: skip
        reply = Reply(429, {**JSON, **({"retry-after": told} if told else {})}, b'{"error": "Too many"}')
        yield Row(
            _instead(f"429, pause: {name}", reply),
            frozenset({"throttled"}),
            frozenset({"ThrottledError"}),
            transport=True,
        )


def _away() -> Iterator[Row]:
    for status in (301, 302, 303, 307, 308):
        once = _instead(f"{status} to the same", Reply(status, {"location": "#again"}))
        yield Row(once, frozenset({"unknown"}), OK, transport=True)
    for name, place in (
        ("in a circle", "#round"), ("to the cloud's own address", ELSEWHERE), ("to a file", "file:///etc/passwd"),
        ("to another host", "http://stranger.invalid/x"), ("to no address", "http://[::1"), ("to javascript", "javascript:alert(1)"),
        ("to another port", "//127.0.0.1:1/"), ("with somebody's password", "http://a:b@169.254.169.254/"),
    ):  # fmt: skip
        fault = replace(_instead(f"302 {name}", Reply(302, {"location": place})), forever=True)
        yield Row(fault, frozenset({"unknown"}), NO_DESK | REFUSED, transport=True)
    yield Row(_instead("302 to nowhere", Reply(302)), frozenset({"unknown"}), NO_DESK, transport=True)
    yield Row(_instead("304", Reply(304)), frozenset({"unknown"}), NO_DESK, transport=True)


def _instead(name: str, reply: Reply) -> Fault:
    """An answer that is not the desk's; the desk has not seen the request."""
    return Fault(name, lambda _: reply.raw())


def _nothing(_: Reply) -> bytes:
    return b""


def _head(reply: Reply) -> bytes:
    return replace(reply, body=b"").raw(len(reply.body))


def _chunked(reply: Reply, body: bytes) -> bytes:
    told = {**reply.headers, "transfer-encoding": "chunked"}
    head = Reply(reply.status, told).raw().replace(b"content-length: 0\r\n", b"")
    return head + body


def _packed(reply: Reply, body: bytes, coding: str = "gzip") -> bytes:
    return replace(reply, headers={**reply.headers, "content-encoding": coding}, body=body).raw()


def _with(body: bytes, odd: bytes) -> bytes:
    """JSON with one more value in front; what is no list and no object stays."""
    opening = {b"{": b'{"odd": ' + odd + b",", b"[": b"[" + odd + b","}.get(body[:1], b"")
    return opening + body[1:] if opening else body


@cache
def packed_bomb() -> bytes:
    """Some kilobytes that unpack to `BOMB` bytes of JSON blanks."""
    packer: Callable[[bytes], bytes] = (
        made := zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    ).compress
    piece = b" " * (1024 * 1024)
    return b"".join([*(packer(piece) for _ in range(BOMB // len(piece))), made.flush()])
