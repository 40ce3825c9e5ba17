"""A ticket's audits, or its comments where audits are closed to us, as messages and changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from store.remotes import AttachmentDoc, ChangeDoc, Channel, MessageDoc
from store.remotes import zendesk_wire as wire
from store.remotes.zendesk_map import Fields, channel, ident, micros, priority, status, words

MARKER = "heard_op"  # our operation's id, left in an audit's custom metadata
SPOKEN = frozenset({"Comment", "VoiceComment", "FacebookComment"})
AUTOMATIC = frozenset({"rule", "system"})
NAMES = {"assignee_id": "assignee", "group_id": "group"}
KEPT = frozenset({"status", "priority", "assignee", "group", "subject", "tags", "type"})


def messages(ticket_id: str, audits: Iterable[wire.Audit]) -> tuple[MessageDoc, ...]:
    """Every comment in `audits`, oldest first; one that was made private later is private."""
    found: dict[str, MessageDoc] = {}
    public: dict[str, bool] = {}
    for audit in audits:
        for event in audit.events or ():
            if event.type in SPOKEN and ident(event.id):
                message = _message(ticket_id, event, audit)
                found[message.id] = message
            elif event.type == "CommentPrivacyChange":
                public[ident(event.comment_id)] = bool(event.public)
    told = (replace(m, public=public.get(m.id, m.public)) for m in found.values())
    return tuple(sorted(told, key=lambda m: (m.created, _number(m.id))))


def comments(ticket_id: str, listed: Iterable[wire.Event]) -> tuple[MessageDoc, ...]:
    """The list of comments, which stands in where audits may not be read."""
    found = (_message(ticket_id, event, wire.Audit()) for event in listed if ident(event.id))
    return tuple(sorted(found, key=lambda m: (m.created, _number(m.id))))


def changes(ticket_id: str, audits: Iterable[wire.Audit], fields: Fields) -> tuple[ChangeDoc, ...]:
    """Every change of a field that we show, oldest first; values as a ticket's own are told."""
    found: dict[str, ChangeDoc] = {}
    for audit in audits:
        for event in audit.events or ():
            change = _change(ticket_id, event, audit, fields) if event.type == "Change" else None
            if change is not None:
                found[change.id] = change
        if target := _merged_into(audit, ticket_id):
            merged = f"{ident(audit.id)}m"
            found[merged] = ChangeDoc(
                merged, ticket_id, "merged", "", target, _actor(audit.via, audit), micros(audit.created_at)
            )
    return tuple(sorted(found.values(), key=lambda c: (c.at, _number(c.id))))


def touches_custom(audits: Iterable[wire.Audit]) -> bool:
    """Whether a custom field was changed, so that the names of the fields are needed."""
    events = (event for audit in audits for event in audit.events or () if event.type == "Change")
    return any(ident(event.field_name).isdigit() for event in events)


def marker(metadata: wire.Metadata | None) -> str:
    """The operation id that we left, "" where there is none."""
    custom = metadata.custom if metadata else None
    value = custom.get(MARKER) if isinstance(custom, dict) else None
    return value if isinstance(value, str) else ""


def marked(audits: Iterable[wire.Audit], op_id: str) -> wire.Audit | None:
    """The audit that carries our marker for `op_id`."""
    return next((audit for audit in audits if marker(audit.metadata) == op_id), None)


def comment_of(audit: wire.Audit | None) -> wire.Event | None:
    """The comment that an audit added."""
    events = (audit.events if audit else None) or ()
    return next((event for event in events if event.type in SPOKEN and ident(event.id)), None)


def _message(ticket_id: str, event: wire.Event, audit: wire.Audit) -> MessageDoc:
    return MessageDoc(
        id=ident(event.id),
        ticket_id=ticket_id,
        public=bool(event.public),
        author_id=ident(event.author_id if event.author_id is not None else audit.author_id) or None,
        created=micros(event.created_at or audit.created_at),
        text=_text(event),
        html=event.html_body or "",
        channel=_channel(event, audit),
        attachments=tuple(_attachments(event)),
        marker=marker(event.metadata) or marker(audit.metadata),
    )


def _text(event: wire.Event) -> str:
    """What a comment says; of a call also what was said in it, where the desk has that in writing."""
    text = event.body or event.plain_body or ""
    told = event.data.get("transcription_text") if isinstance(event.data, dict) else None
    hidden = event.type != "VoiceComment" or event.transcription_visible is False
    if hidden or not isinstance(told, str) or told.strip() in text:
        return text
    return f"{text}\n\n{told}" if text.strip() else told


def _channel(event: wire.Event, audit: wire.Audit) -> Channel:
    return "phone" if event.type == "VoiceComment" else channel(event.via or audit.via)


def _attachments(event: wire.Event) -> Iterator[AttachmentDoc]:
    for file in event.attachments or ():
        if not file.deleted and file.content_url:
            yield AttachmentDoc(
                ident(file.id),
                file.file_name or "",
                int(file.size or 0),
                file.content_type or "",
                file.content_url,
            )


def _change(ticket_id: str, event: wire.Event, audit: wire.Audit, fields: Fields) -> ChangeDoc | None:
    raw = ident(event.field_name)
    name = NAMES.get(raw, raw)
    if name not in KEPT:
        if fields.find(name) is None:
            return None
        name = fields.key(name)
    return ChangeDoc(
        id=ident(event.id),
        ticket_id=ticket_id,
        field=name,
        old=_value(name, event.previous_value),
        new=_value(name, event.value),
        actor_id=_actor(event.via, audit),
        at=micros(audit.created_at),
    )


def _value(name: str, value: object) -> str:
    if name == "status" and value is not None:
        return status(words(value))
    if name == "priority":
        return priority(words(value))
    text = words(value)
    return "" if name in {"assignee", "group"} and text in {"0", "-1"} else text


def _actor(via: wire.Via | None, audit: wire.Audit) -> str | None:
    """Who did it; nobody where a rule of the desk did."""
    return None if via and via.channel in AUTOMATIC else ident(audit.author_id) or None


def _merged_into(audit: wire.Audit, ticket_id: str) -> str:
    """The ticket that this one was merged into, told by where the closing comment comes from."""
    for via in (audit.via, *(event.via for event in audit.events or ())):
        source = via.source if via else None
        if isinstance(source, dict) and source.get("rel") == "merge" and isinstance(source.get("to"), dict):
            target = words(source["to"].get("ticket_id"))
            if target and target != ticket_id:
                return target
    return ""


def _number(identifier: str) -> int:
    digits = "".join(c for c in identifier if c.isascii() and c.isdigit())
    return int(digits[:20] or 0)
