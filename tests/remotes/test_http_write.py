"""A write never raises: it becomes an outcome, and counts as not sent only where nothing can have left."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import httpx
import pytest
from remotes.http_desk import NOW, Packed, always, desk, raising
from remotes.replay import Script

from store.errors import (
    OfflineError,
    ThrottledError,
)
from store.remotes import Outcome
from store.remotes.http_headers import RateLimit, rate_limits, retry_after


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, "applied"), (201, "applied"), (204, "applied"),
        (301, "unknown"), (302, "unknown"), (304, "unknown"), (307, "unknown"),
        (400, "refused"), (401, "auth"), (403, "forbidden"), (404, "gone"), (405, "unknown"), (408, "unknown"),
        (409, "conflict"), (410, "gone"), (412, "conflict"), (413, "refused"), (415, "refused"), (422, "refused"),
        (423, "busy"), (429, "throttled"), (500, "unknown"), (502, "unknown"), (503, "unknown"), (504, "unknown"),
    ],
)  # fmt: skip
async def test_a_write_becomes_an_outcome_by_its_status(status: int, kind: str) -> None:
    content = b"" if status == 204 else b"{}"
    written = await desk(always(status, content=content)).write("POST", "/x", {})
    assert (written.outcome.kind, written.outcome.status) == (kind, status)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("x"), "not_sent"), (httpx.ConnectTimeout("x"), "not_sent"), (httpx.PoolTimeout("x"), "not_sent"),
        (httpx.ReadTimeout("x"), "unknown"), (httpx.WriteTimeout("x"), "unknown"), (httpx.ReadError("x"), "unknown"),
        (httpx.WriteError("x"), "unknown"), (httpx.RemoteProtocolError("x"), "unknown"), (httpx.CloseError("x"), "unknown"),
        (httpx.LocalProtocolError("x"), "unknown"), (ConnectionResetError("x"), "unknown"), (TimeoutError("x"), "unknown"),
        (EOFError("x"), "unknown"),
    ],
)  # fmt: skip
async def test_only_a_failed_connection_counts_as_not_sent(error: Exception, kind: str) -> None:
    outcome = (await desk(raising(error)).write("POST", "/x", {})).outcome
    assert (outcome.kind, outcome.status) == (kind, 0)
    assert outcome.detail


@pytest.mark.parametrize("body", [b"", b"<html><title>Log in</title>", b'{"ticket": {"id"', b"[" * 100_000])
async def test_a_success_that_cannot_be_read_is_unparsed(body: bytes) -> None:
    written = await desk(always(200, content=body)).write("POST", "/x", {})
    assert written.outcome.kind == "unparsed"
    assert written.parse(dict) is None


async def test_a_success_whose_body_breaks_off_is_unparsed_and_a_429_stays_a_429() -> None:
    def broken(status: int) -> Callable[[httpx.Request], httpx.Response]:
        stream = Packed(b'{"a": ', fault=httpx.ReadError("reset"))
        return lambda _request: httpx.Response(status, stream=stream, headers={"retry-after": "7"})

    assert (await desk(broken(200)).write("POST", "/x", {})).outcome.kind == "unparsed"
    throttled = (await desk(broken(429)).write("POST", "/x", {})).outcome
    assert (throttled.kind, throttled.retry_after) == ("throttled", 7.0)
    with pytest.raises(OfflineError):
        await desk(broken(200)).get("/x")


async def test_a_body_that_cannot_be_encoded_is_refused_before_anything_is_sent() -> None:
    script = Script({})
    assert (await desk(script).write("POST", "/x", {"body": "\ud800"})).outcome.kind == "refused"
    assert script.asked == []


async def test_a_refusal_carries_the_desks_name_for_it_and_its_reason() -> None:
    body = {"error": "RecordInvalid", "description": "Record validation errors"}
    outcome = (await desk(always(422, json=body)).write("POST", "/x", {})).outcome
    assert (outcome.code, outcome.detail) == ("RecordInvalid", "RecordInvalid, Record validation errors")


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"title": "Forbidden", "message": "Only an admin"}},
        {"errors": [{"code": "Forbidden", "title": "Forbidden", "detail": "Only an admin"}]},
        {"message": "Only an admin"},
    ],
)
async def test_a_reason_is_found_in_every_shape(body: dict[str, Any]) -> None:
    outcome = (await desk(always(403, json=body)).write("POST", "/x", {})).outcome
    assert outcome.kind == "forbidden"
    assert "Only an admin" in outcome.detail
    assert outcome.code == ("Forbidden" if "error" in body else "")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (413, "this is too large for the desk (HTTP 413): a web page (text/html)"),
        (429, "the desk asks for a pause (HTTP 429): a web page (text/html)"),
        (404, "a web page (text/html) came back (HTTP 404)"),
    ],
)
async def test_a_page_instead_of_a_reason_is_told_with_its_number(status: int, said: str) -> None:
    page = always(status, text="<html>no</html>", headers={"content-type": "text/html"})
    assert (await desk(page).write("POST", "/x", {})).outcome.detail == said


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("30", 30.0), ("1.5", 1.5), ("0", 1.0), ("-5", 1.0), ("1000000000", 3600.0), (" 12 ", 12.0),
        (formatdate(NOW / 1e6 + 90, usegmt=True), 90.0), (formatdate(NOW / 1e6 - 90, usegmt=True), 1.0),
        (formatdate(NOW / 1e6 + 99_999, usegmt=True), 3600.0),
        ("", None), ("soon", None), ("nan", None), ("inf", None), ("1e3", None), ("٣", None), ("9" * 400, None),
        ("Fri, 99 Foo 2026 99:99:99 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_in_every_form_and_clamped(told: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": told}, NOW) == seconds


def test_a_date_to_wait_for_is_measured_by_the_desks_own_clock() -> None:
    headers = {"retry-after": formatdate(1_000_060, usegmt=True), "date": formatdate(1_000_000, usegmt=True)}
    assert retry_after(headers, NOW) == 60.0


async def test_a_throttled_read_says_for_how_long() -> None:
    with pytest.raises(ThrottledError) as caught:
        await desk(always(429, headers={"retry-after": "93"}, json={})).get("/x")
    assert caught.value.after == 93.0
    with pytest.raises(ThrottledError) as caught:
        await desk(always(429, headers={"retry-after": "whenever"}, json={})).get("/x")
    assert caught.value.after == 60.0
    written = await desk(always(429, headers={"retry-after": "whenever"}, json={})).write("POST", "/x", {})
    assert written.outcome == Outcome("throttled", status=429, detail="the desk asks for a pause (HTTP 429)")


@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        ({"ratelimit-limit": "700", "ratelimit-remaining": "699", "ratelimit-reset": "12"}, (RateLimit("", 700, 699, 12.0),)),
        ({"rate-limit": "700", "rate-limit-remaining": "3", "rate-limit-reset": "48"}, (RateLimit("", 700, 3, 48.0),)),
        ({"x-rate-limit": "400", "x-rate-limit-remaining": "0"}, (RateLimit("", 400, 0, None),)),
        ({"x-ratelimit-limit": "9", "x-ratelimit-reset": str(NOW // 10**6 + 30)}, (RateLimit("", 9, None, 30.0),)),
        ({"zendesk-ratelimit-tickets-index": "total=100; remaining=95; resets=17"}, (RateLimit("tickets-index", 100, 95, 17.0),)),
        ({"zendesk-rate-limit-tickets-update": "total=20; remaining=19; resets=59"}, (RateLimit("tickets-update", 20, 19, 59.0),)),
        ({"ratelimit-limit": "lots", "x-rate-limit-remaining": "-4", "zendesk-ratelimit-x": "gibberish"}, ()),
        ({}, ()),
    ],
)  # fmt: skip
def test_every_spelling_of_a_rate_limit_is_understood(
    headers: dict[str, str], limits: tuple[RateLimit, ...]
) -> None:
    assert rate_limits(headers, NOW) == limits


async def test_the_desks_clock_is_the_middle_of_what_its_answers_say() -> None:
    offsets = iter([40, 42, 9000, 41, 43])
    http = desk(
        lambda _r: httpx.Response(
            200, json={}, headers={"date": formatdate(NOW / 1e6 + next(offsets), usegmt=True)}
        )
    )
    assert http.clock_offset == 0
    for _ in range(5):
        await http.get("/x")
    assert http.clock_offset == 42_000_000
    assert http.server_now() == NOW + 42_000_000
