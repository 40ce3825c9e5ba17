"""Chats and conversations: a ticket's audits hold them as what happened in each session, line by line. Pure.

A session is told by its beginning, whose history grows while it lasts, and may be told once more by its end. Each line
that says or carries something is a message of its own. Its id is made of the session's and its own, so that it stays the
same however often, and by whichever of the two events, it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import msgspec

from store.remotes import AttachmentDoc, Channel, MessageDoc, Role
from store.remotes import zendesk_wire as wire
from store.remotes.salvage import usable
from store.remotes.zendesk_map import LATEST, MICROSECONDS, MOST_DIGITS, channel, ident, micros, plain_number

BEGUN, ENDED = "ChatStartedEvent", "ChatEndedEvent"
SESSIONS = frozenset({BEGUN, ENDED})
SAID, CARRIED = "ChatMessage", "ChatFileAttachment"
SHOWN = (SAID, CARRIED)  # the rest is coming, going and delivery
CHAT: Channel = "chat"
LIVE: frozenset[Channel] = frozenset({"chat", "messaging", "social", "sms"})
ROLES: MappingProxyType[str, Role] = MappingProxyType({
    "end-user": "customer", "end_user": "customer", "visitor": "customer", "agent": "agent", "admin": "agent",
    "system": "system", "trigger": "system", "bot": "system",
})  # fmt: skip
LONGEST_ID = 80
IN_SECONDS = 100_000_000_000  # a time that is a greater number counts milliseconds
_ODD = re.compile(r"[^0-9A-Za-z._-]")


@dataclass(slots=True)
class Chats:
    """The lines of a ticket's chats; `whole` is false where something in them could not be read."""

    messages: list[MessageDoc] = field(default_factory=list)
    whole: bool = True
    ids: dict[str, int] = field(default_factory=dict)  # of the lines, and when they were said
    told: set[tuple[object, ...]] = field(default_factory=set)

    def take(self, message: MessageDoc, *, timed: bool, again: bool) -> None:
        """One more line, unless it was told before: by its id, or as the same words of the same person at one time.

        What an end tells `again` may have been redacted at the beginning: there the person and the time are enough.
        """
        moment = (message.author_id, message.author, message.created)
        told = (*moment, message.text, *(file.name for file in message.attachments))
        if timed and (told in self.told or (again and moment in self.told)):
            return
        if message.id in self.ids:
            if not timed or self.ids[message.id] == message.created:
                return
            message = replace(message, id=f"{message.id}.{message.created // 1000}")
        self.ids[message.id] = message.created
        self.told |= {told} if again else {told, moment}
        self.messages.append(message)


@dataclass(frozen=True, slots=True)
class _Session:
    """What the lines of one session have in common; `at` is when a line was said that has no time of its own."""

    ticket_id: str
    id: str
    channel: Channel
    at: int


def chats(ticket_id: str, audits: Iterable[wire.Audit]) -> Chats:
    """Every line of every chat in `audits`, in the order in which they were said."""
    found, listed = Chats(), list(audits)
    usual = next((told for audit in listed if (told := channel(audit.via)) in LIVE), CHAT)
    for audit in listed:
        for event in audit.events or ():
            if event.type in SESSIONS:
                via = channel(event.via or audit.via)
                session = _Session(
                    ticket_id, _chat_id(event, audit), via if via in LIVE else usual, micros(audit.created_at)
                )
                _read(found, session, event)
    found.messages.sort(key=lambda message: message.created)  # those of one moment stay as they were told
    return found


def _chat_id(event: wire.Event, audit: wire.Audit) -> str:
    told = event.value.get("chat_id") if isinstance(event.value, dict) else None
    return _word(told) or ident(event.id) or ident(audit.id)


def _read(found: Chats, session: _Session, event: wire.Event) -> None:
    history = event.value.get("history") if isinstance(event.value, dict) else event.value
    if not isinstance(history, list):
        found.whole = found.whole and history is None
        return
    for place, told in enumerate(history):
        if isinstance(told, dict) and told.get("type") not in SHOWN:
            continue
        try:
            line = msgspec.convert(told, wire.ChatLine)
        except msgspec.ValidationError:
            found.whole = False
            continue
        at = _moment(line)
        message = _message(session, line, place, at)
        if message.text.strip() or message.attachments:
            found.take(message, timed=bool(at), again=event.type == ENDED)


def _message(session: _Session, line: wire.ChatLine, place: int, at: int) -> MessageDoc:
    author, name, url = _word(line.actor_id), _text(line.filename), _text(line.url)
    own = f"{session.id}.{_line_id(line, place)}"
    file = AttachmentDoc(f"{own}.file", name, _size(line), _text(line.mime_type), url)
    carried = line.type == CARRIED
    return MessageDoc(
        id=own,
        ticket_id=session.ticket_id,
        public=True,
        author_id=author if usable(author) else None,
        created=at or session.at,
        # What was redacted on the desk has a name left, and no address.
        text=line.message or (name if carried and not url else ""),
        channel=session.channel,
        attachments=(file,) if carried and url else (),
        role=ROLES.get(_text(line.actor_type)),
        author=_text(line.actor_name),
    )


def _line_id(line: wire.ChatLine, place: int) -> str:
    """The line's own id; its number in the session where it has none."""
    index = "0" if line.chat_index == 0 else _word(line.chat_index)
    return _word(line.message_id) or (f"i{index}" if index else f"n{place}")


def _word(value: object) -> str:
    """An id of a chat, in letters that are safe in an id of ours."""
    return _ODD.sub("_", ident(value))[:LONGEST_ID] if isinstance(value, str | int | float) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _size(line: wire.ChatLine) -> int:
    return max(int(line.size), 0) if isinstance(line.size, int | float) else 0


def _moment(line: wire.ChatLine) -> int:
    """When a line was said, microseconds; 0 where nothing tells it."""
    told = line.timestamp
    if isinstance(told, str) and not plain_number(told):
        return micros(told)
    if not isinstance(told, str | int | float) or len(str(told)) > MOST_DIGITS:
        return 0
    seconds = float(told) / 1000 if float(told) > IN_SECONDS else float(told)
    return round(seconds * 1000) * (MICROSECONDS // 1000) if 0 < seconds < LATEST else 0
