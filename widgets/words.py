"""The words for times and states that every pane uses the same way. Times are microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from widgets.terminal import Glyphs

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_YEAR = 365 * DAY

STATUS_WORDS = {"hold": "on-hold"}
DESK_WORDS = {
    "needs_login": "needs login",
    "error": "in trouble",
    "new": "not synced yet",
    "suspicious": "list looks wrong; see heard doctor",
}
_STATUS_GLYPHS = {
    "new": "new",
    "open": "open",
    "pending": "half",
    "hold": "on_hold",
    "solved": "done",
    "closed": "closed",
}
_CHANNEL_GLYPHS = {"email": "email", "phone": "phone", "sms": "phone", "web": "web"}


def span(microseconds: int) -> str:
    """Say a length of time in at most four characters: 45s, 12m, 3h, 9d, 2y."""
    length = max(microseconds, 0)
    for unit, name in ((_YEAR, "y"), (DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if length >= unit:
            return f"{length // unit}{name}"
    return f"{length // SECOND}s"


def age(now: int, then: int) -> str:
    """How long ago `then` was; "" when it never was."""
    return span(now - then) if then else ""


def clock(now: int, due: int, glyphs: Glyphs) -> tuple[str, str]:
    """The SLA clock as text with its glyph, and the ink that goes with it; ("", "dim") when no clock runs."""
    if not due:
        return "", "dim"
    left = due - now
    if left < 0:
        return f"{glyphs.late} late {span(-left)}", "bad"
    words = f"{glyphs.clock} {_fine(left)}"
    return words, "warn" if left < HOUR else "dim"


def _fine(left: int) -> str:
    if left >= DAY or left < HOUR:
        return span(left)
    return f"{left // HOUR}h{left % HOUR // MINUTE:02}m"


def status(value: str, glyphs: Glyphs) -> str:
    """A status as glyph and word."""
    glyph = getattr(glyphs, _STATUS_GLYPHS.get(value, "missing"))
    return f"{glyph} {STATUS_WORDS.get(value, value)}"


def status_ink(value: str) -> str:
    """The ink of a status; never the only sign of it."""
    return {"new": "accent", "open": "text", "pending": "warn", "hold": "warn"}.get(value, "dim")


def priority_glyph(value: str, glyphs: Glyphs) -> str:
    """One character for a priority; a space for the usual ones."""
    return {"urgent": glyphs.urgent, "high": glyphs.high, "low": glyphs.low}.get(value, " ")


def priority_ink(value: str) -> str:
    """The ink of a priority; never the only sign of it."""
    return {"urgent": "bad", "high": "warn"}.get(value, "dim")


def channel(value: str, glyphs: Glyphs) -> str:
    """A channel as glyph and word."""
    return f"{getattr(glyphs, _CHANNEL_GLYPHS.get(value, 'chat'))} {value or 'other'}"


def moment(at: int, zone: tzinfo | None = None) -> str:
    """A point in time as year-month-day hour:minute, in `zone` (None: this machine's)."""
    return datetime.fromtimestamp(at / SECOND, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def day_time(at: int, zone: tzinfo | None = None) -> str:
    """A point in time as people say it, "Mon 23 Nov 09:00", in `zone` (None: this machine's)."""
    then = datetime.fromtimestamp(at / SECOND, UTC).astimezone(zone)
    return f"{then:%a} {then.day} {then:%b %H:%M}"


def seconds_left(until: int, now: int) -> int:
    """How many seconds are left until then, a begun one counted in full; 0 when it is over."""
    return max(-(-(until - now) // SECOND), 0)


def local_time(now: int, zone_name: str) -> str:
    """What a customer's wall clock shows; "" when the zone is not known."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  (not for the first paint)

    try:
        zone = ZoneInfo(zone_name) if zone_name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    return datetime.fromtimestamp(now / SECOND, UTC).astimezone(zone).strftime("%H:%M") if zone else ""


def many(count: int, one: str, more: str = "") -> str:
    """Say a count with its noun: "1 ticket", "1,204 tickets"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
