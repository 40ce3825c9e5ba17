"""One change as one Request Tracker request, and what became of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from store.errors import InvalidInputError
from store.remotes import Write
from store.remotes import rt_map as to
from store.remotes import rt_wire as wire

BUILT_IN = frozenset({"status", "priority", "assignee", "group", "subject"})
SUBJECT_LENGTH = 200  # RT cuts the rest without a word
_MADE = re.compile(r"/transaction/([0-9]{1,18})\Z")

Payload = dict[str, object]


@dataclass(frozen=True, slots=True)
class Creation:
    """What a create needs to know of the desk.

    `queue` is used where none is chosen, `fields` are the names of custom fields by number, and tickets in the queues
    `keyed` can carry our operation's id.
    """

    queue: str
    fields: Mapping[str, str]
    keyed: frozenset[str]

    def queue_of(self, write: Write) -> str:
        """The queue in which `write` makes a ticket."""
        return write.changes.get("group") or self.queue


def message(write: Write, now: wire.Ticket, *, marked: bool) -> Payload:
    """The body of a reply or note. Raises InvalidInputError for what RT cannot do in one request with it."""
    payload = content(write.body)
    if marked:
        payload["TxnCustomFields"] = {to.CLIENT_REF: write.op_id}
    left = set(write.changes) & BUILT_IN - {"status"}
    if left:
        raise InvalidInputError(
            f"RT cannot change {', '.join(sorted(left))} together with a message.",
            "Send the message and the change one after the other.",
        )
    payload |= changes(write, now)
    return payload


def content(body: str) -> Payload:
    """Text as RT takes it. "0" alone would be taken for no text at all, so it gets a line end."""
    if not body.strip():
        raise InvalidInputError("There is no text to send.", "Write something first.")
    return {"Content": body + "\n" if body == "0" else body, "ContentType": "text/plain"}


def changes(write: Write, now: wire.Ticket) -> Payload:
    """The fields to write, in RT's words; what is so already is left out. Raises InvalidInputError."""
    payload: Payload = {}
    for name, value in write.changes.items():
        if name in BUILT_IN:
            payload |= _built_in(name, value, now)
    custom = dict(_custom(write, now))
    if custom:
        payload["CustomFields"] = custom
    return payload


def _built_in(name: str, value: str, now: wire.Ticket) -> Payload:
    if name == "status":
        return {} if to.status(to.text(now.status)) == value else {"Status": raw_status(value, now)}
    if name == "priority":
        return {} if to.priority(to.text(now.priority)) == value else {"Priority": raw_priority(value)}
    if name == "assignee":
        return {"Owner": value or to.NOBODY}
    if name == "group":
        return {"Queue": value}
    return {"Subject": value}


def raw_status(value: str, now: wire.Ticket | None = None) -> str:
    """The lifecycle's name for a status of ours: one that the ticket offers, else RT's own. Raises InvalidInputError."""
    names = to.status_names(value)
    if not names or value == "hold":
        raise InvalidInputError(f'RT has no status "{value}".', "Use new, open, pending, solved or closed.")
    offered = {to.text(link.to) for link in to.several(now.links)} if now else set()
    return next((name for name in names if name in offered), names[0])


def raw_priority(value: str) -> str:
    """The number for a priority of ours. Raises InvalidInputError."""
    found = to.priority_number(value)
    if found is None:
        raise InvalidInputError(f'There is no priority "{value}".', "Use low, normal, high or urgent.")
    return str(found)


def _custom(write: Write, now: wire.Ticket) -> Iterator[tuple[str, object]]:
    here = {to.key_of(to.text(f.name)): f for f in to.several(now.custom_fields)}
    for key, value in write.changes.items():
        if key in BUILT_IN:
            continue
        if key not in here:
            raise InvalidInputError(
                f'Ticket {to.text(now.id)} has no custom field "{key}".', "Fields differ from queue to queue."
            )
        yield to.text(here[key].name), _field_value(here[key], value)
    if write.add_tags or write.remove_tags:
        if not any(to.text(f.name) == to.TAGS for f in here.values()):
            raise InvalidInputError(
                f'The queue of ticket {to.text(now.id)} has no custom field "{to.TAGS}".',
                "Ask the desk's administrator to make one that takes many values.",
            )
        yield to.TAGS, merged_tags(to.tags(now), write)


def unclear_fields(write: Write) -> bool:
    """Whether it must be known of custom fields how many values they hold: a comma may stand between values or in one."""
    return any(not value or "," in value for key, value in write.changes.items() if key not in BUILT_IN)


def _field_value(field: wire.FieldValues, value: str) -> object:
    """None clears a field; several values are written one by one where the field holds several."""
    if not _holds_several(field):
        return value or None
    return _values(value, to.values_of(field))


def _holds_several(field: wire.FieldValues) -> bool:
    told = to.text(field.most)
    return told != "1" if told else len(to.values_of(field)) > 1


def _values(text: str, known: tuple[str, ...]) -> list[str]:
    """The values that a text names, with commas between; one that stands there may have commas of its own."""
    found, rest = [], text.strip()
    while rest:
        whole = (k for k in known if rest == k or rest.startswith(k + ","))
        value = max(whole, key=len, default=rest.partition(",")[0])
        found.append(value.strip())
        rest = rest[len(value) :].lstrip(" ,")
    return list(dict.fromkeys(found))


def merged_tags(tags: tuple[str, ...], write: Write) -> list[str]:
    """The whole list of tags after the change. A tag with blanks is known to us with underscores."""
    gone = {_word(tag) for tag in write.remove_tags}
    kept = [tag for tag in tags if _word(tag) not in gone]
    known = {_word(tag) for tag in kept}
    return kept + [tag for tag in dict.fromkeys(write.add_tags) if _word(tag) not in known]


def _word(tag: str) -> str:
    return tag.replace(" ", "_")


def unmet(write: Write, now: wire.Ticket) -> list[str]:
    """The names of what was asked for and is not so."""
    here = {to.key_of(to.text(f.name)): f for f in to.several(now.custom_fields)}
    left = [name for name, value in write.changes.items() if not _is_so(name, value, now, here)]
    tags = {_word(tag) for tag in to.tags(now)}
    wanted, unwanted = ({_word(tag) for tag in some} for some in (write.add_tags, write.remove_tags))
    return left + (["tags"] if wanted - tags or unwanted & tags else [])


def _is_so(name: str, value: str, now: wire.Ticket, here: Mapping[str, wire.FieldValues]) -> bool:
    if name == "status":
        return to.status(to.text(now.status)) == value
    if name == "priority":
        asked = to.priority_number(value)
        return asked is not None and to.priority(str(asked)) == to.priority(to.text(now.priority))
    if name == "assignee":
        return (to.user_id(now.owner) or "") == value
    if name == "group":
        return to.text(now.queue) == value
    if name == "subject":
        return _same_subject(value, to.text(now.subject))
    return _holds(here[name], value) if name in here else not value


def _holds(field: wire.FieldValues, value: str) -> bool:
    """Whether a custom field has what was asked for; of several values RT has an order of its own."""
    found = to.values_of(field)
    if _holds_several(field):
        return set(_values(value, found)) == set(found)
    shown, asked = ", ".join(found).split(","), value.split(",")
    return [part.strip() for part in shown] == [part.strip() for part in asked]


def _same_subject(asked: str, found: str) -> bool:
    """RT drops line ends and cuts long subjects."""
    whole, shown = words(asked, ""), words(found, "")
    return whole == shown or (len(asked) > SUBJECT_LENGTH and bool(shown) and whole.startswith(shown))


def words(text: str, between: str = " ") -> str:
    """Text without what RT and mail do to blanks and accents, so that two copies of one text are equal."""
    return between.join(unicodedata.normalize("NFC", text).split())


def creation(write: Write, desk: Creation) -> Payload:
    """The body of a create. Raises InvalidInputError."""
    if write.requester is None or write.requester.kind != "email":
        raise InvalidInputError(
            "RT opens a ticket for an e-mail address only.", "Choose a customer with an e-mail address."
        )
    queue = desk.queue_of(write)
    if not queue:
        raise InvalidInputError("RT shows us no queue to put a ticket in.", "Choose a group.")
    payload = {
        **content(write.body), "Queue": queue, "Subject": write.changes.get("subject", ""),
        "Requestor": write.requester.value,
    }  # fmt: skip
    if "status" in write.changes:
        payload["Status"] = raw_status(write.changes["status"])
    if "priority" in write.changes:
        payload["Priority"] = raw_priority(write.changes["priority"])
    if write.changes.get("assignee"):
        payload["Owner"] = write.changes["assignee"]
    custom: Payload = dict(_new_fields(write, desk))
    return {**payload, "CustomFields": custom} if custom else payload


def _new_fields(write: Write, desk: Creation) -> Iterator[tuple[str, object]]:
    names = {to.key_of(name): name for name in desk.fields.values()}
    for key, value in write.changes.items():
        if key in BUILT_IN:
            continue
        if key not in names:
            raise InvalidInputError(f'RT has no custom field "{key}".', "See the fields of the desk.")
        yield names[key], value
    if write.add_tags:
        yield to.TAGS, list(write.add_tags)
    if desk.queue_of(write) in desk.keyed:
        yield to.CLIENT_KEY, write.op_id


def made_transaction(location: str) -> str:
    """The number of the transaction that a Location header names, "" for none."""
    found = _MADE.search(location)
    return found[1] if found else ""


def quoted(text: str) -> str:
    """A text as TicketSQL writes it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
