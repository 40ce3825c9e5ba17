"""A ticket's history as messages and changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from store.html import NO_TEXT
from store.remotes import AttachmentDoc, ChangeDoc, MessageDoc
from store.remotes import rt_map as to
from store.remotes import rt_wire as wire
from store.remotes.rt_body import is_body, kind, may_have_files, words

MESSAGES = ("Create", "Correspond", "Comment")
OWNER_CHANGES = ("Take", "Steal", "Give", "Untake", "Force")
HISTORY = (*MESSAGES, "Status", "Set", "CustomField", "AddLink", *OWNER_CHANGES)
SET_FIELDS = {"Subject": "subject", "Queue": "group", "Priority": "priority", "Owner": "assignee"}
NOBODY_ID = "6"  # the same in every RT: it is made with the database


@dataclass(frozen=True, slots=True)
class Parts:
    """The MIME parts of some transactions: `bodies` with their text, `files` without content.

    `whole` is false where a part could not be read.
    """

    bodies: Sequence[wire.Attachment] = ()
    files: Sequence[wire.Attachment] = ()
    whole: bool = True


@dataclass(slots=True)
class Body:
    """What one message says and carries."""

    parts: dict[str, wire.Attachment] = field(default_factory=dict)
    files: list[AttachmentDoc] = field(default_factory=list)


def message_ids(transactions: Iterable[wire.Transaction]) -> list[int]:
    """The transactions that may hold text."""
    return [to.number(t.id) for t in transactions if to.text(t.type) in MESSAGES]


def unsettled(ids: Iterable[int], bodies: Sequence[wire.Attachment]) -> list[int]:
    """The transactions that may have files, or whose text was not among the unnamed parts."""
    told = {to.number(p.transaction_id) for p in bodies if is_body(p)}
    mixed = {to.number(p.transaction_id) for p in bodies if may_have_files(p)}
    return [i for i in ids if i in mixed or i not in told]


def messages(
    ticket_id: str, transactions: Iterable[wire.Transaction], parts: Parts
) -> tuple[MessageDoc, ...]:
    """Correspondence as public messages, comments as notes; an entry without text and files says nothing.

    But whoever opens a ticket with a mail that is all subject has said that, and waits.
    """
    bodies = _bodies(parts)
    found = []
    for entry in transactions:
        body = bodies.get(to.number(entry.id))
        if to.text(entry.type) not in MESSAGES or body is None:
            continue
        plain, html = words(body.parts.values())
        if not (plain or html or body.files) and to.text(entry.type) == "Create":
            plain = NO_TEXT
        if plain or html or body.files:
            found.append(_message(ticket_id, entry, body, plain, html))
    return tuple(found)


def _message(ticket_id: str, entry: wire.Transaction, body: Body, plain: str, html: str) -> MessageDoc:
    public = to.text(entry.type) != "Comment"
    return MessageDoc(
        id=to.text(entry.id),
        ticket_id=ticket_id,
        public=public,
        author_id=to.user_id(entry.creator),
        created=to.moment(entry.created),
        text=plain,
        html=html,
        channel="email" if public else "other",
        attachments=tuple(body.files),
        marker=marker(entry),
    )


def marker(entry: wire.Transaction) -> str:
    """The operation id that we left on a transaction, "" where there is none."""
    ours = (f for f in to.several(entry.custom_fields) if to.text(f.name) == to.CLIENT_REF)
    return next((value for f in ours for value in to.values_of(f)), "")


def _bodies(parts: Parts) -> dict[int, Body]:
    found: dict[int, Body] = {}
    # a text among the files is told without its words
    silent = (part for part in parts.files if not is_body(part))
    for part in (*silent, *parts.bodies):
        found.setdefault(to.number(part.transaction_id), Body()).parts[to.text(part.id)] = part
    for part in sorted(parts.files, key=lambda p: to.number(p.id)):
        if is_file(part):
            found.setdefault(to.number(part.transaction_id), Body()).files.append(_file(part))
    return found


def is_file(part: wire.Attachment) -> bool:
    """Whether a part is something to be downloaded: no container, no text, and not empty without even a name."""
    something = bool(to.text(part.filename) or to.number(part.content_length))
    return something and not kind(part).startswith("multipart/") and not is_body(part)


def _file(part: wire.Attachment) -> AttachmentDoc:
    ident = to.text(part.id)
    name = to.text(part.filename) or f"attachment-{ident}"
    return AttachmentDoc(ident, name, to.number(part.content_length), kind(part))


def changes(
    ticket_id: str, transactions: Iterable[wire.Transaction], names: Mapping[str, str]
) -> tuple[ChangeDoc, ...]:
    """What became of the ticket's fields; `names` are the custom fields by number."""
    found = (_change(ticket_id, entry, names) for entry in transactions)
    return tuple(change for change in found if change is not None and change.old != change.new)


def _change(ticket_id: str, entry: wire.Transaction, names: Mapping[str, str]) -> ChangeDoc | None:
    what = _what(entry, names)
    if not what:
        return None
    old, new = to.text(entry.old_value), to.text(entry.new_value)
    if what == "status":
        old, new = to.status(old), to.status(new)
    elif what == "priority":
        old, new = to.priority(old), to.priority(new)
    elif what == "assignee":
        old, new = _owner(old), _owner(new)
    elif what == "merged":
        old, new = to.text(entry.object_id), to.linked_ticket(new)
    actor = to.user_id(entry.creator)
    return ChangeDoc(to.text(entry.id), ticket_id, what, old, new, actor, to.moment(entry.created))


def _what(entry: wire.Transaction, names: Mapping[str, str]) -> str:
    """The field that changed, by our name; "" for what is none of ours. SetWatcher repeats what Set says."""
    type_, changed = to.text(entry.type), to.text(entry.field)
    if type_ == "Status":
        return "status"
    if type_ == "Set":
        return SET_FIELDS.get(changed, "")
    if type_ in OWNER_CHANGES:
        return "assignee"
    if type_ == "AddLink":
        return "merged" if changed == "MergedInto" else ""
    if type_ != "CustomField":
        return ""
    name = names.get(changed, changed)
    return {to.TAGS: "tags", to.CLIENT_KEY: ""}.get(name, to.key_of(name))


def _owner(value: str) -> str:
    return "" if value == NOBODY_ID else value


def unknown_fields(transactions: Iterable[wire.Transaction], names: Mapping[str, str]) -> bool:
    """Whether a custom field changed whose name we do not know."""
    return any(to.text(t.type) == "CustomField" and to.text(t.field) not in names for t in transactions)


def merged_away(ticket_id: str, transactions: Iterable[wire.Transaction]) -> list[wire.Transaction]:
    """The entry that says that this very ticket was merged into another; [] where it stands for itself."""
    return [
        t for t in transactions
        if to.text(t.type) == "AddLink" and to.text(t.field) == "MergedInto"
        and to.text(t.object_id) == ticket_id and to.linked_ticket(to.text(t.new_value)) != ticket_id
    ]  # fmt: skip
