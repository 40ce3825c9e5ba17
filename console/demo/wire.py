"""What the desk's things look like as JSON, in the shapes of the Zendesk API. Pure: rows in, plain values out."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from console.demo.database import Row
from console.demo.scenario_tickets import TARGETS
from console.demo.scenario_values import (
    FIELD_ORDER,
    FIELD_PLAN,
    FIELD_PRODUCT,
    PLANS,
    SECOND,
    Rating,
)

Json = dict[str, object]
HERE = "desk:"  # stands for the desk's own address in stored JSON, since the port is not known beforehand
FORM_ID, BRAND_ID = 360000000801, 360000000901
FIELDS = {FIELD_ORDER: "order_no", FIELD_PRODUCT: "product", FIELD_PLAN: "plan"}
_UNRATED = '{"score": "unoffered"}'
_EPOCH = "1970-01-01T00:00:00Z"
encode = msgspec.json.encode


def iso(at: int) -> str:
    """An instant as the desk writes it, in whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at // SECOND))


def maybe_iso(at: int | None) -> str | None:
    """An instant that may be missing."""
    return None if at is None else iso(at)


def ticket(row: Row, base: str, *, slas: bool = False) -> Json:
    """A ticket; with `slas`, also its running clock."""
    status = "deleted" if row["deleted_at"] is not None else row["status"]
    fields = [{"id": field, "value": row[column]} for field, column in FIELDS.items()]
    shape: Json = {
        "url": f"{base}/api/v2/tickets/{row['id']}.json",
        "id": row["id"],
        "external_id": row["external_id"],
        "via": msgspec.Raw(row["via"].encode()),
        "created_at": iso(row["created"]),
        "updated_at": iso(row["updated"]),
        "generated_timestamp": row["stamp"],
        "type": row["type"],
        "subject": row["subject"],
        "raw_subject": row["subject"],
        "description": row["description"],
        "priority": row["priority"],
        "status": status,
        "recipient": row["recipient"],
        "requester_id": row["requester_id"],
        "submitter_id": row["submitter_id"],
        "assignee_id": row["assignee_id"],
        "organization_id": row["organization_id"],
        "group_id": row["group_id"],
        "collaborator_ids": msgspec.Raw(row["copied"].encode()),
        "follower_ids": [],
        "email_cc_ids": msgspec.Raw(row["copied"].encode()),
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": msgspec.Raw(row["tags"].encode()),
        "custom_fields": fields,
        "satisfaction_rating": msgspec.Raw((row["rating"] or _UNRATED).encode()),
        "sharing_agreement_ids": [],
        "custom_status_id": None,
        "fields": fields,
        "followup_ids": [],
        "ticket_form_id": FORM_ID,
        "brand_id": BRAND_ID,
        "allow_channelback": row["channel"] == "social",
        "allow_attachments": True,
        "from_messaging_channel": row["channel"] == "messaging",
    }
    if slas:
        shape["slas"] = {"policy_metrics": clocks(row)}
    return shape


def rating(number: int, given: Rating) -> str:
    """A rating as the ticket bears it, as JSON."""
    shape: Json = {"id": number, "score": given.score, "comment": given.comment or None}
    return encode({**shape, "reason": given.reason or None} if given.score == "bad" else shape).decode()


def clocks(row: Row) -> list[Json]:
    """The reply clock of a ticket whose customer waits; none runs without a priority."""
    if row["waiting_since"] is None or row["priority"] is None or row["status"] in ("solved", "closed"):
        return []
    metric = "next_reply_time" if row["replied"] else "first_reply_time"
    return [
        {
            "breach_at": iso(row["waiting_since"] + TARGETS[row["priority"]]),
            "stage": "active",
            "metric": metric,
        }
    ]


def user(row: Row, base: str) -> Json:
    """A customer or an agent."""
    staff = row["role"] != "end-user"
    return {
        "id": row["id"],
        "url": f"{base}/api/v2/users/{row['id']}.json",
        "name": row["name"],
        "email": row["email"],
        "created_at": iso(row["created"]),
        "updated_at": iso(row["updated"]),
        "time_zone": row["zone"],
        "iana_time_zone": row["zone"],
        "phone": row["phone"],
        "shared_phone_number": None if row["phone"] is None else False,
        "photo": None,
        "locale_id": 1,
        "locale": row["locale"],
        "organization_id": row["organization_id"],
        "role": row["role"],
        "verified": staff or row["email"] is not None,
        "external_id": None,
        "tags": [],
        "alias": None,
        "active": True,
        "shared": False,
        "shared_agent": False,
        "last_login_at": iso(row["updated"]) if staff else None,
        "two_factor_auth_enabled": None,
        "signature": None,
        "details": None,
        "notes": row["notes"],
        "role_type": {"admin": 4, "agent": 0}.get(row["role"]),
        "custom_role_id": None,
        "moderator": staff,
        "ticket_restriction": None if staff else "requested",
        "only_private_comments": False,
        "restricted_agent": not staff,
        "suspended": False,
        "default_group_id": row["group_id"],
        "report_csv": False,
        "user_fields": {},
    }


def identity(row: Row, base: str) -> Json:
    """One address of a user."""
    return {
        "url": f"{base}/api/v2/users/{row['user_id']}/identities/{row['id']}.json",
        "id": row["id"],
        "user_id": row["user_id"],
        "type": row["type"],
        "value": row["value"],
        "verified": bool(row["verified"]),
        "primary": bool(row["main"]),
        "created_at": iso(row["created"]),
        "updated_at": iso(row["created"]),
        "undeliverable_count": 0 if row["type"] == "email" else None,
        "deliverable_state": "deliverable" if row["type"] == "email" else None,
    }


def group(row: Row, base: str) -> Json:
    """A team."""
    return {
        "url": f"{base}/api/v2/groups/{row['id']}.json",
        "id": row["id"],
        "is_public": True,
        "name": row["name"],
        "description": "",
        "default": False,
        "deleted": False,
        "created_at": iso(row["created"]),
        "updated_at": iso(row["created"]),
    }


def organization(row: Row, base: str) -> Json:
    """A firm."""
    return {
        "url": f"{base}/api/v2/organizations/{row['id']}.json",
        "id": row["id"],
        "name": row["name"],
        "shared_tickets": False,
        "shared_comments": False,
        "external_id": None,
        "created_at": iso(row["created"]),
        "updated_at": iso(row["created"]),
        "domain_names": [row["domain"]],
        "details": None,
        "notes": None,
        "group_id": None,
        "tags": [],
        "organization_fields": {},
    }


def ticket_fields(base: str) -> list[Json]:
    """The fields of a ticket: two that every desk has, and the three of this shop."""
    known = (
        (360000000401, "subject", "Subject", ()),
        (360000000402, "status", "Status", ()),
        (FIELD_ORDER, "text", "Order number", ()),
        (FIELD_PRODUCT, "text", "Product", ()),
        (FIELD_PLAN, "tagger", "Care plan", PLANS),
    )
    return [_ticket_field(base, n, parts) for n, parts in enumerate(known)]


def _ticket_field(base: str, position: int, known: tuple[int, str, str, Sequence[str]]) -> Json:
    """One field of a ticket; `known` are its id, kind, title and options."""
    field, kind, title, options = known
    shape: Json = {
        "url": f"{base}/api/v2/ticket_fields/{field}.json",
        "id": field,
        "type": kind,
        "title": title,
        "raw_title": title,
        "description": "",
        "raw_description": "",
        "position": position,
        "active": True,
        "required": False,
        "collapsed_for_agents": False,
        "regexp_for_validation": None,
        "title_in_portal": title,
        "visible_in_portal": False,
        "editable_in_portal": False,
        "required_in_portal": False,
        "tag": None,
        "created_at": _EPOCH,
        "updated_at": _EPOCH,
        "removable": field in FIELDS,
        "agent_description": None,
    }
    if options:
        shape["custom_field_options"] = [
            {
                "id": field * 10 + n,
                "name": value.replace("_", " ").capitalize(),
                "raw_name": value,
                "value": value,
                "default": False,
            }
            for n, value in enumerate(options)
        ]
    return shape


def located(body: bytes, base: str) -> bytes:
    """Stored JSON with the desk's address filled in."""
    return body.replace(f'"{HERE}/'.encode(), f'"{base}/'.encode())
