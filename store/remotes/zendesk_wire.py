"""Zendesk's JSON as it comes: only the fields that are used, and every one of them may be null or missing.

JSON holds no cycles, so the garbage collector need not look at these objects: a page holds thousands of them.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Id = int | str | float | None  # an integer in the documents; connectors and proxies are less strict
Text = str | None


class Origin(msgspec.Struct, gc=False):
    """How a ticket came about; the rest of it is not read."""

    channel: Id = None


class Via(Origin, gc=False):
    """How a change came about; `source.rel` and `source.to` tell of a merge."""

    source: Any = None


class CustomField(msgspec.Struct, gc=False):
    """The value of one custom field on one ticket."""

    id: Id = None
    value: Any = None


class SlaMetric(msgspec.Struct, gc=False):
    """One running promise: `breach_at` is when it is broken."""

    breach_at: Text = None
    stage: Text = None


class Slas(msgspec.Struct, gc=False):
    """The promises on one ticket."""

    policy_metrics: list[SlaMetric] | None = None


class Ticket(msgspec.Struct, gc=False):
    """A ticket. `generated_timestamp` (seconds, export only) also moves with system changes, `updated_at` does not."""

    id: Id = None
    external_id: Text = None
    via: Origin | None = None
    created_at: Text = None
    updated_at: Text = None
    generated_timestamp: float | None = None
    type: Text = None
    subject: Text = None
    raw_subject: Text = None
    priority: Text = None
    status: Text = None
    requester_id: Id = None
    assignee_id: Id = None
    group_id: Id = None
    organization_id: Id = None
    tags: list[str] | None = None
    custom_fields: list[CustomField] | None = None
    slas: Slas | None = None
    # Who is in copy is told in the second list, in old accounts in the first.
    collaborator_ids: list[Id] | None = None
    email_cc_ids: list[Id] | None = None


class User(msgspec.Struct, gc=False):
    """A customer or an agent; other addresses than the first come as identities."""

    id: Id = None
    name: Text = None
    email: Text = None
    phone: Text = None
    role: Text = None
    organization_id: Id = None
    time_zone: Text = None
    iana_time_zone: Text = None
    locale: Text = None
    notes: Text = None
    active: bool | None = None
    suspended: bool | None = None


class Identity(msgspec.Struct, gc=False):
    """One way to reach a user."""

    user_id: Id = None
    type: Text = None
    value: Text = None


class Named(msgspec.Struct, gc=False):
    """A group or an organization."""

    id: Id = None
    name: Text = None
    deleted: bool | None = None


class FieldOption(msgspec.Struct, gc=False):
    """One choice of a custom field."""

    value: Text = None


class TicketField(msgspec.Struct, gc=False):
    """A field of the ticket form; `removable` tells the account's own fields from the built-in ones."""

    id: Id = None
    type: Text = None
    title: Text = None
    key: Text = None
    active: bool | None = None
    removable: bool | None = None
    custom_field_options: list[FieldOption] | None = None


class Attachment(msgspec.Struct, gc=False):
    """A file on a comment."""

    id: Id = None
    file_name: Text = None
    content_url: Text = None
    content_type: Text = None
    size: float | None = None
    deleted: bool | None = None


class Metadata(msgspec.Struct, gc=False):
    """What came along with a change; `custom` is what the caller left there."""

    custom: Any = None


class Event(msgspec.Struct, gc=False):
    """One thing that happened in an audit. A comment's id is the same here as in the list of comments."""

    id: Id = None
    type: Text = None
    author_id: Id = None
    body: Text = None
    plain_body: Text = None
    html_body: Text = None
    public: bool | None = None
    attachments: list[Attachment] | None = None
    field_name: Id = None
    score: Text = None  # of a rating
    value: Any = None
    previous_value: Any = None
    comment_id: Id = None
    created_at: Text = None
    via: Via | None = None
    metadata: Metadata | None = None
    data: Any = None  # of a call
    transcription_visible: Any = None


class ChatLine(msgspec.Struct, gc=False):
    """One thing that happened in a chat, as its `history` tells it; `timestamp` counts milliseconds since 1970.

    What was said has to be text; nothing else that is odd keeps it from being shown.
    """

    type: Text = None
    message: Text = None
    message_id: Any = None
    chat_index: Any = None
    actor_id: Any = None
    actor_name: Any = None
    actor_type: Any = None
    timestamp: Any = None
    filename: Any = None
    mime_type: Any = None
    url: Any = None
    size: Any = None


class Audit(msgspec.Struct, gc=False):
    """One change of a ticket with all that it touched."""

    id: Id = None
    created_at: Text = None
    author_id: Id = None
    metadata: Metadata | None = None
    via: Via | None = None
    events: list[Event] | None = None


class Meta(msgspec.Struct, gc=False):
    """Where the next page starts."""

    has_more: bool | None = None
    after_cursor: Text = None


class Listing(msgspec.Struct, gc=False):
    """One page of anything; which lists are filled depends on what was asked, and the one asked for must be there (`ListName`)."""

    tickets: list[Ticket] | None = None
    users: list[User] | None = None
    identities: list[Identity] | None = None
    groups: list[Named] | None = None
    organizations: list[Named] | None = None
    ticket_fields: list[TicketField] | None = None
    audits: list[Audit] | None = None
    comments: list[Event] | None = None
    meta: Meta | None = None
    next_page: Text = None
    after_cursor: Text = None  # the export's own
    end_of_stream: bool | None = None


ListName = Literal[
    "tickets", "users", "identities", "groups", "organizations", "ticket_fields", "audits", "comments"
]
LISTS: dict[str, type[object]] = {
    "tickets": Ticket, "users": User, "identities": Identity, "groups": Named, "organizations": Named,
    "ticket_fields": TicketField, "audits": Audit, "comments": Event,
}  # fmt: skip


class Stamp(msgspec.Struct, gc=False):
    """What a listing is asked for: which ticket, and its newest change."""

    id: Id = None
    updated_at: Text = None
    generated_timestamp: float | None = None


class OneUser(msgspec.Struct, gc=False):
    """The answer about one user."""

    user: User | None  # null and without an id for nobody, but there


class OneTicket(msgspec.Struct, gc=False):
    """The answer about one ticket; `audit` says what a write did."""

    ticket: Ticket
    audit: Audit | None = None


class TagList(msgspec.Struct, gc=False):
    """The answer to a change of tags."""

    tags: list[str]


class Job(msgspec.Struct, gc=False):
    """A bulk change on its way; `results` is a list, a single object, or nothing."""

    id: int | str
    status: Text = None
    total: float | None = None
    progress: float | None = None
    message: Text = None
    results: Any = None


class OneJob(msgspec.Struct, gc=False):
    """The answer about one job."""

    job_status: Job
