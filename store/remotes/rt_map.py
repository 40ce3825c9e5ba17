"""Request Tracker's words for ours, and back. Pure.

Priorities are numbers in RT. The names that RT 5 ships for them are Low (0), Medium (50) and High (100), and these
become low, normal and high: below 50 is low, below 75 normal, up to 100 high, above that urgent. Back, low is 0,
normal 50, high 100 and urgent 200.

People are named by their number, not by their login name: the number survives a renaming, and it is what the history
says where an owner changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from store.remotes import STANDARD_FIELDS, Address, PersonDoc, Presence, Priority, Role, Status, TicketDoc
from store.remotes import rt_wire as wire

TAGS = "Tags"  # the ticket custom field that holds tags
CLIENT_KEY = "ClientKey"  # the ticket custom field by which a create is found again
CLIENT_REF = "ClientRef"  # the transaction custom field by which a reply is found again
NOBODY = "Nobody"
SYSTEM = "RT_System"
SECOND = 1_000_000
READ_TOKEN = "~"  # noqa: S105  (how a token made from what a listing shows begins; an ETag is a number)

_STATUSES: dict[Status, tuple[str, ...]] = {
    "new": ("new", "untriaged", "submitted"),
    "open": ("open", "in progress", "started", "assigned", "accepted", "approved", "reopened"),
    "pending": ("stalled", "pending", "waiting", "waiting for customer", "answered"),
    "hold": ("hold", "on hold", "on-hold"),
    "solved": ("resolved", "solved", "done", "completed", "fixed"),
    "closed": ("rejected", "closed", "deleted", "cancelled", "canceled", "denied", "abandoned"),
}
_STATUS_OF = {raw: status for status, names in _STATUSES.items() for raw in names}
_PRIORITIES: dict[str, int] = {"none": 0, "low": 0, "normal": 50, "high": 100, "urgent": 200}
T = TypeVar("T")
_TICKET_URI = re.compile(r"/ticket/([0-9]{1,18})\Z")
_WHOLE = re.compile(r"-?[0-9]{1,9}\Z")


def text(value: object) -> str:
    """A scalar, or the id of a reference, as text; "" for none."""
    if isinstance(value, wire.User):
        value = value.id
    return "" if value is None else str(value)


def number(value: object) -> int:
    """An id or a count as a number; 0 where it is none."""
    found = text(value)
    return int(found) if found.isascii() and found.isdigit() and len(found) < 19 else 0  # noqa: PLR2004  (64 bits)


def several(values: list[T] | str | None) -> list[T]:
    """The entries of a list that may be "" or missing."""
    return values if isinstance(values, list) else []


def moment(value: object) -> int:
    """`2026-11-21T19:43:02Z` in microseconds; 0 for RT's "not set", which is 1970, and for anything else."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return 0
    return max(0, int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()) * SECOND)


def status(raw: str) -> Status:
    """The status that a name stands for; a desk's own names count as open."""
    return _STATUS_OF.get(raw.strip().lower(), "open")


def status_names(wanted: str) -> tuple[str, ...]:
    """The names a lifecycle may have for a status of ours, RT's own first; () for a status we do not know."""
    return next((names for ours, names in _STATUSES.items() if ours == wanted), ())


def priority(raw: str) -> Priority:
    """The bucket of a priority number."""
    value = int(raw) if _WHOLE.match(raw) else 0
    if value < 50:  # noqa: PLR2004  (the buckets are in the module's docstring)
        return "low"
    if value < 75:  # noqa: PLR2004
        return "normal"
    return "high" if value <= 100 else "urgent"  # noqa: PLR2004


def priority_number(wanted: str) -> int | None:
    """The number that is written for a priority of ours, None for one we do not know."""
    return _PRIORITIES.get(wanted)


def key_of(name: str) -> str:
    """What a query and a change call the custom field of that name: `Serial number` is `serial_number`, `Priority` is `priority_field`."""
    key = "".join(c if c.isalnum() else "_" for c in name.casefold()).strip("_")
    return f"{key}_field" if key in STANDARD_FIELDS else key


def values_of(field: wire.FieldValues) -> tuple[str, ...]:
    """The values of a custom field as text; pictures and files by their name."""
    found = field.values if isinstance(field.values, list) else []
    named = (value.get("filename") if isinstance(value, dict) else value for value in found)
    return tuple(str(value) for value in named if value not in (None, ""))


def tags(raw: wire.Ticket) -> tuple[str, ...]:
    """The values of the custom field for tags."""
    return tuple(v for f in several(raw.custom_fields) if text(f.name) == TAGS for v in values_of(f))


def fields(raw: wire.Ticket) -> dict[str, str]:
    """The other custom fields that have a value; several values are joined by commas."""
    named = ((text(f.name), values_of(f)) for f in several(raw.custom_fields))
    return {key_of(n): ", ".join(v) for n, v in named if v and n not in {TAGS, CLIENT_KEY}}


def first_requestor(raw: wire.Ticket) -> wire.User | None:
    """The person who asks; a group that asks is nobody in particular."""
    return next((p for p in several(raw.requestor) if text(p.type) in {"user", ""}), None)


def copied(raw: wire.Ticket) -> tuple[str, ...]:
    """Who else gets what is sent to the first requestor: the others and those in copy, by their login names, groups by their numbers.

    A ticket shown alone tells no more of them, and one that is listed no less.
    """
    first = _login(first_requestor(raw))
    told = [_login(each) for each in (*several(raw.requestor), *several(raw.cc))]
    return tuple(each for each in dict.fromkeys(told) if each not in {"", first})


def _login(user: wire.User | None) -> str:
    """The login name; shown alone it stands in the place of the number."""
    if user is None:
        return ""
    if text(user.type) == "group":
        return f"group {text(user.id)}"
    named = text(user.name) or text(user.id)
    return f"user {named}" if named.isdigit() else named  # a number by itself stands for a person's id


def user_id(user: object) -> str | None:
    """A user's number; None for nobody, for RT itself, and where only the login name is told."""
    if isinstance(user, wire.User) and text(user.name) in {NOBODY, SYSTEM}:
        return None
    return str(number(user)) if number(user) else None


def person(user: wire.User, role: Role, ident: str) -> PersonDoc:
    """A user as a person; the login name stands in for a missing name or address."""
    login = text(user.name)
    email = text(user.email_address) or (login if "@" in login else "")
    phones = dict.fromkeys(text(p) for p in (user.mobile_phone, user.work_phone, user.home_phone))
    addresses = [Address("email", email)] if email else []
    addresses += [Address("phone", phone) for phone in phones if phone]
    return PersonDoc(
        ident,
        text(user.real_name) or login,
        role,
        tuple(addresses),
        text(user.organization) or None,
        text(user.timezone),
        text(user.lang),
        active=text(user.disabled) not in {"1", "true"},
    )


def people(rows: Iterable[wire.Ticket]) -> tuple[PersonDoc, ...]:
    """Requesters as customers, owners as agents, each once."""
    found: dict[tuple[str, str], PersonDoc] = {}
    for row in rows:
        owner = row.owner if isinstance(row.owner, wire.User) else None
        pairs: tuple[tuple[wire.User | None, Role], ...] = (
            (first_requestor(row), "customer"),
            (owner, "agent"),
        )
        for user, role in pairs:
            ident = user_id(user)
            if user is not None and ident:
                found[ident, role] = person(user, role, ident)
    return tuple(found.values())


def presence(raw: wire.Ticket) -> Presence:
    """Whether the ticket is there, was deleted or was merged into another."""
    if text(raw.effective_id) not in {"", text(raw.id)}:
        return "merged"
    return "gone" if text(raw.status).lower() == "deleted" else "present"


def ticket(raw: wire.Ticket, *, url: str, token: str = "") -> TicketDoc:
    """A ticket as ours; `token` is its ETag where known, else one is made from what it shows.

    The version is LastUpdated, which has whole seconds: two changes in one second have one version.
    """
    updated = moment(raw.last_updated)
    requester = first_requestor(raw)
    where = presence(raw)
    return TicketDoc(
        id=text(raw.id),
        subject=text(raw.subject),
        status=status(text(raw.status)),
        status_raw=text(raw.status),
        priority=priority(text(raw.priority)),
        priority_raw=text(raw.priority),
        channel="email",
        requester_id=user_id(requester),
        assignee_id=user_id(raw.owner),
        group_id=text(raw.queue) or None,
        organization_id=(text(requester.organization) or None) if requester else None,
        created=moment(raw.created),
        updated=updated,
        version=updated,
        token=token or read_token(raw),
        tags=tags(raw),
        fields=fields(raw),
        presence=where,
        merged_into=text(raw.effective_id) if where == "merged" else None,
        sla_due=moment(raw.due) or None,
        url=url,
        copied=copied(raw),
    )


def read_token(raw: wire.Ticket) -> str:
    """A token for a ticket whose ETag was not told: it changes with LastUpdated and with every field that we write."""
    shown = (
        moment(raw.last_updated), text(raw.subject), text(raw.status), text(raw.priority), text(raw.owner),
        text(raw.queue), sorted((text(f.name), sorted(values_of(f))) for f in several(raw.custom_fields)),
    )  # fmt: skip
    return READ_TOKEN + hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:24]


def linked_ticket(uri: str) -> str:
    """The ticket that a link's address names, "" for an address outside the desk."""
    found = _TICKET_URI.search(uri)
    return found[1] if found else ""
