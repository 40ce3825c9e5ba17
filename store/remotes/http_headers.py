"""What an answer's headers say about time and haste: rate limits in every spelling, Retry-After, the server's clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 3600.0
MICROSECONDS = 1_000_000
OLDEST_EPOCH = 1_000_000_000  # a larger "reset" is a moment in seconds since 1970, not a length

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,9})?\Z")
_SECONDS = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?=\s*(?:,|\Z))")  # the first of several
_ACCOUNT = re.compile(r"(?:x-)?rate-?limit(?:-(?P<part>limit|remaining|reset))?\Z")
_ENDPOINT = re.compile(r"zendesk-rate-?limit-(?P<name>[a-z0-9-]{1,60})\Z")
_PAIR = re.compile(r"(total|remaining|resets)\s*=\s*([0-9]{1,12})")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One budget: requests allowed and left, and seconds until it is full again; None where the desk is silent."""

    name: str = ""  # "" for the whole account
    limit: int | None = None
    remaining: int | None = None
    reset_s: float | None = None


def rate_limits(headers: Mapping[str, str], now: int) -> tuple[RateLimit, ...]:
    """All budgets named in `headers` (lower-case names), the account's first; `now` in microseconds."""
    parts: dict[str, float] = {}
    endpoints: list[RateLimit] = []
    for name, value in headers.items():
        if found := _ACCOUNT.fullmatch(name):
            number = _number(value)
            if number is not None and number >= 0:
                parts.setdefault(found["part"] or "limit", number)
        elif found := _ENDPOINT.fullmatch(name):
            endpoints.extend(_endpoint(found["name"], value))
    return (*_account(parts, now), *endpoints)


def retry_after(headers: Mapping[str, str], now: int) -> float | None:
    """Seconds to wait, from 1 to 3600, however long or negative the number or date is; None where there is neither.

    A date is measured by the desk's own Date, or by `now` (microseconds) where it tells none.
    """
    text = headers.get("retry-after", "").strip()
    if found := _SECONDS.match(text):
        seconds = float(found[0])
    else:
        moment = http_date(text)
        if moment is None:
            return None
        seconds = (moment - (server_date(headers) or now)) / MICROSECONDS
    return min(max(seconds, SHORTEST_PAUSE), LONGEST_PAUSE)


def server_date(headers: Mapping[str, str]) -> int | None:
    """The server's clock when it answered, in microseconds, to the second."""
    return http_date(headers.get("date", ""))


def http_date(text: str) -> int | None:
    """An HTTP date in microseconds since 1970; None where it is not one."""
    try:
        moment = parsedate_to_datetime(text.strip()[:64])
        return int(_utc(moment).timestamp()) * MICROSECONDS
    except (TypeError, ValueError, OverflowError):
        return None


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.match(text.strip()) else None


def _account(parts: Mapping[str, float], now: int) -> Iterator[RateLimit]:
    if not parts:
        return
    reset = parts.get("reset")
    if reset is not None and reset > OLDEST_EPOCH:
        reset = max(0.0, reset - now / MICROSECONDS)
    limit, remaining = parts.get("limit"), parts.get("remaining")
    yield RateLimit(
        limit=None if limit is None else int(limit),
        remaining=None if remaining is None else int(remaining),
        reset_s=reset,
    )


def _endpoint(name: str, value: str) -> Iterator[RateLimit]:
    pairs = {key: int(number) for key, number in _PAIR.findall(value)}
    if pairs:
        reset = pairs.get("resets")
        yield RateLimit(
            name, pairs.get("total"), pairs.get("remaining"), None if reset is None else float(reset)
        )
