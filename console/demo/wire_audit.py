"""Audits as JSON: how something came in, what was said, which fields changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from console.demo.scenario_values import DemoChannel, File, Plain, Rating
from console.demo.wire import HERE, Json, encode, iso

_VIA = {"phone": "voice", "social": "twitter", "messaging": "native_messaging"}
_SYSTEM = {
    "client": "Mozilla/5.0 (X11; Linux x86_64)",
    "ip_address": "192.0.2.17",
    "location": "Leeds, ENG, United Kingdom",
    "latitude": 53.8,
    "longitude": -1.55,
}


@dataclass(frozen=True, slots=True)
class Head:
    """What every audit begins with."""

    id: int
    ticket_id: int
    at: int
    author_id: int


def via(channel: DemoChannel | str, name: str = "", address: str = "", desk: str = "") -> Json:
    """How something came in; `address` is the sender's on that channel."""
    source: Json = {"from": {}, "to": {}, "rel": None}
    if channel == "email":
        source = {
            "from": {"address": address, "name": name},
            "to": {"name": "Support", "address": desk},
            "rel": None,
        }
    elif channel == "social":
        sender = {
            "profile_url": f"https://social.example/{quote(address)}",
            "username": address,
            "name": name,
        }
        source = {"from": sender, "to": {}, "rel": "mention"}
    elif channel in ("phone", "sms"):
        source = {
            "from": {"phone": address, "formatted_phone": address, "name": name},
            "to": {},
            "rel": "inbound",
        }
    return {"channel": _VIA.get(channel, channel), "source": source}


def rule(title: str) -> Json:
    """The way in of what the desk does by itself."""
    return {
        "channel": "rule",
        "source": {"to": {}, "from": {"id": 360000000701, "title": title}, "rel": "automation"},
    }


def comment(
    ids: tuple[int, int], author_id: int, text: str, html: str, files: Iterable[Json], *, public: bool
) -> Json:
    """The event of a message or a note; `ids` are the event's and its audit's."""
    return {
        "id": ids[0],
        "type": "Comment",
        "author_id": author_id,
        "body": text,
        "html_body": html or _html(text),
        "plain_body": text,
        "public": public,
        "attachments": list(files),
        "audit_id": ids[1],
    }


def attachment(number: int, token: str, file: File) -> Json:
    """What is known of a file; its addresses are relative to the desk."""
    content = f"{HERE}/attachments/token/{token}/?name={quote(file.name, errors='replace')}"
    return {
        "url": f"{HERE}/api/v2/attachments/{number}.json",
        "id": number,
        "file_name": file.name,
        "content_url": content,
        "mapped_content_url": content,
        "content_type": file.mime,
        "size": file.size,
        "width": None,
        "height": None,
        "inline": False,
        "deleted": False,
        "malware_access_override": False,
        "malware_scan_result": "not_scanned",
        "thumbnails": [],
    }


def change(number: int, field: str, old: Plain, new: Plain) -> Json:
    """The event of a field that went from `old` to `new`."""
    return {
        "id": number,
        "type": "Change",
        "value": _spoken(new),
        "field_name": field,
        "previous_value": _spoken(old),
    }


def created(number: int, field: str, value: Plain) -> Json:
    """The event of a field's first value."""
    return {"id": number, "type": "Create", "value": _spoken(value), "field_name": field}


def rating(ids: tuple[int, int], given: Rating, assignee_id: int | None, before: str) -> list[Json]:
    """The events of a rating: the score that changed, and what was said."""
    said: Json = {
        "id": ids[1],
        "type": "SatisfactionRating",
        "score": given.score,
        "assignee_id": assignee_id,
    }
    return [change(ids[0], "satisfaction_score", before, given.score), {**said, "body": given.comment}]


def audit(head: Head, way: Json, events: list[Json], custom: Mapping[str, object]) -> bytes:
    """One audit as it is stored and sent; customers' mail carries no system data, as on a real desk."""
    return encode(
        {
            "id": head.id,
            "ticket_id": head.ticket_id,
            "created_at": iso(head.at),
            "author_id": head.author_id,
            "metadata": {"system": _SYSTEM if way["channel"] in ("web", "api") else {}, "custom": custom},
            "events": events,
            "via": way,
        }
    )


def _spoken(value: Plain) -> object:
    """A value inside an event: numbers are texts there, tags a list."""
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, int) else value


def _html(text: str) -> str:
    """Plain text as the desk dresses it."""
    paragraphs = escape(text).replace("\n\n", '</p><p dir="auto">').replace("\n", "<br>")
    return f'<div class="zd-comment" dir="auto"><p dir="auto">{paragraphs}</p></div>'
