"""What Request Tracker 5 (REST 2) sends, as far as it is read. Every field may be missing, empty or of another type.

Only the list itself must be there: without `items` an answer is none, and would pass for a desk on which nothing is.

RT writes "" where it has no list, numbers as text or as numbers, and a reference to another record either as its bare
id or as an object that holds the fields asked for.
"""

from __future__ import annotations

import msgspec

Scalar = str | int | float | None


class Link(msgspec.Struct):
    """One entry of `_hyperlinks`: what can be done next, or the record itself."""

    ref: Scalar = None
    id: Scalar = None
    to: Scalar = None  # of a "lifecycle" link: the status that the ticket may go to


class User(msgspec.Struct, rename="pascal"):
    """A user, alone or inside another record; `id` is the login name unless the number was asked for."""

    id: Scalar = msgspec.field(default=None, name="id")
    type: Scalar = msgspec.field(default=None, name="type")
    name: Scalar = None
    real_name: Scalar = None
    email_address: Scalar = None
    organization: Scalar = None
    timezone: Scalar = None
    lang: Scalar = None
    mobile_phone: Scalar = None
    work_phone: Scalar = None
    home_phone: Scalar = None
    privileged: Scalar = None
    disabled: Scalar = None
    links: list[Link] | str | None = msgspec.field(default=None, name="_hyperlinks")


class FieldValues(msgspec.Struct):
    """A custom field of one record, with its values; those of pictures and files are objects.

    `most` is how many it may hold, 0 for any number; told only where it is asked for.
    """

    id: Scalar = None
    name: Scalar = None
    values: list[object] | str | None = None
    most: Scalar = msgspec.field(default=None, name="MaxValues")


class Ticket(msgspec.Struct, rename="pascal"):
    """A ticket, from a search or alone."""

    id: Scalar = msgspec.field(default=None, name="id")
    subject: Scalar = None
    status: Scalar = None
    priority: Scalar = None
    owner: User | Scalar = None
    queue: User | Scalar = None
    requestor: list[User] | str | None = None
    cc: list[User] | str | None = None
    custom_fields: list[FieldValues] | str | None = None
    created: Scalar = None
    last_updated: Scalar = None
    due: Scalar = None
    effective_id: User | Scalar = None
    last_updated_by: User | Scalar = None
    links: list[Link] | str | None = msgspec.field(default=None, name="_hyperlinks")


class Transaction(msgspec.Struct, rename="pascal"):
    """One entry of a ticket's history."""

    id: Scalar = msgspec.field(default=None, name="id")
    type: Scalar = msgspec.field(default=None, name="Type")
    field: Scalar = msgspec.field(default=None, name="Field")
    old_value: Scalar = None
    new_value: Scalar = None
    created: Scalar = None
    creator: User | Scalar = None
    object_id: User | Scalar = None
    custom_fields: list[FieldValues] | str | None = None


class Attachment(msgspec.Struct, rename="pascal"):
    """One MIME part. In a list `content` is text as it is; alone it is base64."""

    id: Scalar = msgspec.field(default=None, name="id")
    content_type: Scalar = None
    content: Scalar = None
    content_length: Scalar = None
    filename: Scalar = None
    transaction_id: User | Scalar = None


class Queue(msgspec.Struct, rename="pascal"):
    """A queue; the custom fields are told only where it is asked for alone."""

    id: Scalar = msgspec.field(default=None, name="id")
    name: Scalar = None
    disabled: Scalar = None
    ticket_custom_fields: list[FieldValues] | str | None = None
    ticket_transaction_custom_fields: list[FieldValues] | str | None = None
    links: list[Link] | str | None = msgspec.field(default=None, name="_hyperlinks")


class CustomField(msgspec.Struct, rename="pascal"):
    """What a custom field may hold, and `most` how many of that, 0 for any number."""

    id: Scalar = msgspec.field(default=None, name="id")
    type: Scalar = msgspec.field(default=None, name="Type")
    most: Scalar = msgspec.field(default=None, name="MaxValues")
    values: list[object] | str | None = None


class Server(msgspec.Struct, rename="pascal"):
    """The server itself; `plugins` are told to administrators only."""

    version: Scalar = None
    plugins: list[object] | None = None


class Listing(msgspec.Struct):
    """What all lists have in common; an agent is told no total where rows may be hidden from him."""

    total: int | None = None
    count: int | None = None
    next_page: Scalar = None


class Tickets(Listing, kw_only=True):
    """A page of a search."""

    items: list[Ticket]


class Transactions(Listing, kw_only=True):
    """A page of transactions."""

    items: list[Transaction]


class Attachments(Listing, kw_only=True):
    """A page of MIME parts."""

    items: list[Attachment]


class Users(Listing, kw_only=True):
    """A page of users or of a group's members."""

    items: list[User]


class Queues(Listing, kw_only=True):
    """A page of queues."""

    items: list[Queue]
