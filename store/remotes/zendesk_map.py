"""Zendesk's values as ours. Pure: nothing here reads a clock, a network or a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from store.remotes import (
    STANDARD_FIELDS,
    Address,
    Channel,
    FieldDoc,
    JobStatus,
    NamedDoc,
    PersonDoc,
    Presence,
    Priority,
    Role,
    Status,
    TicketDoc,
)
from store.remotes import zendesk_wire as wire

MICROSECONDS = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_S = 86_400
DELETED = "deleted"  # the status under which the export tells of a deleted ticket
MERGED_TAG = "closed_by_merge"

STATUS: dict[str, Status] = {
    "new": "new", "open": "open", "pending": "pending", "hold": "hold", "solved": "solved", "closed": "closed",
    DELETED: "closed", "archived": "closed",
}  # fmt: skip
PRIORITY: dict[str, Priority] = {"low": "low", "normal": "normal", "high": "high", "urgent": "urgent"}
CHANNEL: dict[str, Channel] = {
    "email": "email", "web": "web", "web_form": "web", "web_widget": "web", "mobile_sdk": "web", "mobile": "web",
    "help_center": "web", "helpcenter": "web",
    "chat": "chat", "chat_transcript": "chat", "chat_offline_message": "chat",
    "voice": "phone", "phone": "phone", "phone_call_inbound": "phone", "phone_call_outbound": "phone",
    "voicemail": "phone", "api_phone_call_inbound": "phone", "api_phone_call_outbound": "phone", "api_voicemail": "phone",
    "sms": "sms", "text": "sms",
    "twitter": "social", "twitter_dm": "social", "twitter_like": "social", "x_corp": "social", "x_dm": "social",
    "facebook": "social", "facebook_post": "social", "facebook_message": "social", "instagram": "social",
    "instagram_dm": "social", "any_channel": "social",
    "native_messaging": "messaging", "messaging": "messaging", "whatsapp": "messaging", "line": "messaging",
    "wechat": "messaging", "telegram": "messaging", "viber": "messaging", "kakaotalk": "messaging",
    "apple_business_chat": "messaging", "google_business_messages": "messaging", "google_rcs": "messaging",
    "sunshine_conversations_api": "messaging", "sunshine_conversations_facebook_messenger": "messaging",
    "sunshine_conversations_twitter_dm": "messaging", "instagram_direct": "messaging",
}  # fmt: skip
UNUSUAL = frozenset({DELETED, "closed"})  # where a ticket may not be there any more
JobState = Literal["queued", "working", "completed", "failed"]
JOB_STATES: dict[str, JobState] = {
    "queued": "queued", "working": "working", "completed": "completed",
}  # fmt: skip
ADDRESS_KINDS = {"email": "email", "google": "email", "phone_number": "phone", "agent_forwarding": "phone"}
BUILT_IN = frozenset({
    "subject", "description", "status", "custom_status", "tickettype", "priority", "basic_priority", "group", "assignee",
})  # fmt: skip


CHANGEABLE = frozenset(
    {"status", "priority", "assignee", "group", "subject", "type"}
)  # no custom field needed
MOST_DIGITS = 30  # of an id
LATEST = 100_000_000_000  # seconds since 1970; what claims to be later is a mistake


def plain_number(text: str) -> bool:
    """Whether `text` is a number just as a program would write it."""
    return text.isascii() and text.isdigit() and text == str(int(text[:MOST_DIGITS]))


@dataclass(frozen=True, slots=True)
class Fields:
    """The account's custom fields: what a query calls them, by id and by key."""

    docs: tuple[FieldDoc, ...] = ()
    keys: Mapping[str, str] = field(init=False, repr=False, compare=False)
    numbers: Mapping[object, str] = field(init=False, repr=False, compare=False)  # the same by number

    def __post_init__(self) -> None:
        keys = {doc.id: doc.key for doc in reversed(self.docs)}
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "numbers", {int(i): key for i, key in keys.items() if plain_number(i)})

    def key(self, field_id: str) -> str:
        """The key of the field with this id; the id itself where the desk does not list it."""
        return self.keys.get(field_id, field_id)

    def find(self, key: str) -> FieldDoc | None:
        """The field that a change calls `key`."""
        return next((doc for doc in self.docs if key in {doc.key, doc.id}), None)


def ident(value: wire.Id) -> str:
    """An id as text; "" for none, for what can be none, and for the -1 and 0 under which the system itself acts."""
    if type(value) is int and value > 0:  # as documented; the rest is for those who are less strict
        return str(value)
    if value is None or value in (0, -1, "0", "-1"):
        return ""
    text = str(int(value)) if isinstance(value, float) else str(value)
    return text if text.isascii() and text.isprintable() else ""


def micros(text: str | None) -> int:
    """A time such as 2024-09-06T18:52:11Z in microseconds; 0 where there is none that can be read."""
    if not text:
        return 0
    try:
        since = datetime.fromisoformat(text) - EPOCH
    except ValueError:
        return 0
    except TypeError:  # no time zone was said
        since = datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH
    return (since.days * DAY_S + since.seconds) * MICROSECONDS + since.microseconds


def status(raw: str | None) -> Status:
    """The canonical status; a status unknown to us is open work."""
    return STATUS.get(raw or "") or STATUS.get((raw or "").lower(), "open")


def priority(raw: str | None) -> Priority:
    """The canonical priority; null is none."""
    return PRIORITY.get((raw or "").lower(), "none")


def channel(via: wire.Origin | None) -> Channel:
    """The canonical channel; numbers (codes of old accounts) and the unknown are other."""
    name = via.channel if via else None
    return CHANNEL.get(name.lower(), "other") if isinstance(name, str) else "other"


def version(updated: int, generated: float | None) -> int:
    """The newer of the two times of the last change, microseconds; `generated` comes in seconds."""
    if not generated or generated * MICROSECONDS <= updated:
        return updated
    return max(updated, int(min(generated, LATEST)) * MICROSECONDS)


def ticket(raw: wire.Ticket, fields: Fields, url: str, number: str = "") -> TicketDoc:
    """A ticket as ours; `url` is its page for people, `number` its id where that has been read already.

    A desk has thousands: what is usual is looked up, the rest asked for.
    """
    state, urgency, via = raw.status, raw.priority, raw.via
    requester, assignee, group, organization = (
        raw.requester_id, raw.assignee_id, raw.group_id, raw.organization_id
    )  # fmt: skip
    tags = tuple(raw.tags) if raw.tags else ()
    updated = micros(raw.updated_at)
    return TicketDoc(  # by place, since names take longer than all the rest
        number or ident(raw.id),
        raw.subject or raw.raw_subject or "",
        STATUS.get(state or "") or status(state),
        state or "",
        PRIORITY.get(urgency or "") or priority(urgency),
        urgency or "",
        (CHANNEL.get(via.channel) if via and type(via.channel) is str else None) or channel(via),
        str(requester) if type(requester) is int and requester > 0 else ident(requester) or None,
        str(assignee) if type(assignee) is int and assignee > 0 else ident(assignee) or None,
        str(group) if type(group) is int and group > 0 else ident(group) or None,
        str(organization) if type(organization) is int and organization > 0 else ident(organization) or None,
        micros(raw.created_at),
        updated,
        version(updated, raw.generated_timestamp),
        raw.updated_at or "",
        tags,
        _values(raw, fields),
        _presence(raw, tags) if state in UNUSUAL else "present",
        None,
        _due(raw.slas.policy_metrics) if raw.slas and raw.slas.policy_metrics else None,
        url,
        _copied(raw) if raw.email_cc_ids or raw.collaborator_ids else (),
    )


def _copied(raw: wire.Ticket) -> tuple[str, ...]:
    """Who else gets public replies, each once."""
    told = map(ident, raw.email_cc_ids or raw.collaborator_ids or ())
    return tuple(each for each in dict.fromkeys(told) if each and each != ident(raw.requester_id))


def _presence(raw: wire.Ticket, tags: tuple[str, ...]) -> Presence:
    if raw.status == DELETED:
        return "gone"
    return "merged" if raw.status == "closed" and MERGED_TAG in tags else "present"


def _due(metrics: Iterable[wire.SlaMetric]) -> int | None:
    """The earliest moment at which a running promise is broken."""
    moments = [micros(m.breach_at) for m in metrics if m.stage in {None, "active"}]
    return min((moment for moment in moments if moment), default=None)


def _values(raw: wire.Ticket, fields: Fields) -> Mapping[str, str]:
    known = fields.numbers
    pairs: dict[str, str] = {}
    for each in raw.custom_fields or ():
        value = each.value
        if value is None:  # as most are
            continue
        if type(value) is not str:
            value = words(value)
        if value:
            pairs[known.get(each.id) or fields.key(ident(each.id))] = value
    if raw.type:
        pairs["type"] = raw.type
    return pairs


def words(value: object) -> str:
    """A field's value as one line: lists joined by spaces, true and false in words, null as ""."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(words(item) for item in value)
    return str(value)


def person(raw: wire.User, identities: Collection[wire.Identity] | None = None) -> PersonDoc:
    """A user with all addresses, the first ones first, each once; without `identities` with the first ones alone."""
    number, email, phone = ident(raw.id), raw.email, raw.phone
    found = [Address("email", email)] if email else []
    if phone:
        found.append(Address("phone", phone))
    if identities:
        more = [(i.type or "", i.value) for i in identities if ident(i.user_id) == number]
        found = list(dict.fromkeys([*found, *(_address(kind, value) for kind, value in more if value)]))
    return PersonDoc(
        number,
        raw.name or "",
        _role(raw),
        tuple(found),
        ident(raw.organization_id) or None,
        raw.iana_time_zone or raw.time_zone or "",
        raw.locale or "",
        raw.notes or "",
        raw.active is not False,
        identities is None,
    )


def _address(kind: str, value: str) -> Address:
    ours = ADDRESS_KINDS.get(kind)
    if ours == "email":
        return Address("email", value)
    if ours:
        return Address("phone", value)
    # A number at one service is somebody else's at another.
    return Address("handle", value if kind in {"", "twitter"} else f"{kind}:{value}")


def _role(raw: wire.User) -> Role:
    return "agent" if raw.role in {"agent", "admin"} else "customer"


def named(raw: Iterable[wire.Named] | None) -> tuple[NamedDoc, ...]:
    """Groups or organizations that are still there."""
    return tuple(NamedDoc(ident(n.id), n.name or "") for n in raw or () if not n.deleted and ident(n.id))


def custom_fields(raw: Iterable[wire.TicketField] | None) -> tuple[FieldDoc, ...]:
    """The account's own fields; the key is the desk's, else made from the title, and never given twice."""
    docs: list[FieldDoc] = []
    taken = {"type", *STANDARD_FIELDS}
    for each in raw or ():
        if each.type in BUILT_IN or each.removable is False or not ident(each.id):
            continue
        key = each.key or slug(each.title or "")
        key = key if key and key not in taken else f"{key or 'field'}_{ident(each.id)}"
        taken.add(key)
        options = tuple(o.value for o in each.custom_field_options or () if o.value)
        docs.append(FieldDoc(ident(each.id), key, each.title or "", each.type or "", options))
    return tuple(docs)


def slug(title: str) -> str:
    """A title as a word for queries: "Order number" becomes order_number."""
    return re.sub(r"\W+", "_", title.casefold()).strip("_")


def job(raw: wire.Job) -> JobStatus:
    """How far a bulk change has come; a killed job counts as failed."""
    state: JobState = JOB_STATES.get(raw.status or "", "failed")
    results = [r for r in raw.results if isinstance(r, dict)] if isinstance(raw.results, list) else []
    failed = {
        words(r.get("id")): _complaint(r) for r in results if r.get("success") is False or r.get("error")
    }
    total = int(raw.total or len(results))
    done = total if state == "completed" else int(raw.progress or 0)
    return JobStatus(state, done, total, failed)


def _complaint(result: Mapping[str, object]) -> str:
    parts = [words(result.get(key)) for key in ("error", "errors", "details", "status")]
    return ": ".join(dict.fromkeys(part for part in parts if part)) or "the desk gives no reason"
