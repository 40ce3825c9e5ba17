"""The fields that scripts read, and the lines that people read, for everything that the commands print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from store.rows import Card, Event, Item, Operation, Ticket, TicketRow

TICKET = (
    "ref", "subject", "status", "priority", "channel", "requester", "assignee", "group", "tags", "created", "updated",
    "sla_due", "waiting_since", "message_count", "pending", "unseen",
)  # fmt: skip
TICKET_TEXT = ("ref", "status", "priority", "assignee", "waiting", "changed", "requester", "subject")
HIT = ("ref", "subject", "where", "excerpt", "at", "requester", "message_id")
VIEW = ("key", "name", "count", "query", "sort", "group", "columns", "source")
VIEW_TEXT = ("key", "name", "count", "query", "sort")
ITEM = (
    "ref", "subject", "kind", "channel", "role", "author", "at", "text", "id", "state", "attachments", "status",
)  # fmt: skip
EVENT = ("seq", "ref", "kind", "role", "actor", "old", "new", "subject", "occurred", "recorded")
OPERATION = (
    "id", "desk", "ref", "seq", "kind", "state", "what", "body", "changes", "add_tags", "remove_tags", "error",
    "attempts", "created", "not_before", "send_at", "bulk_id", "undoes", "replaces",
)  # fmt: skip
_EMPTY: dict[str, object] = {
    "seq": 0, "changes": {}, "add_tags": [], "remove_tags": [], "attempts": 0, "created": None, "not_before": None, "send_at": None,
}  # fmt: skip
PLAN = ("ref", "subject", "before", "after", "skipped", "bulk_id")
DESK = ("name", "provider", "state", "detail", "last_sync", "tickets", "backlog", "promise", "url", "user")

_CONDITION = re.compile(r"(-?[A-Za-z_][\w.\-]*[:<>=])([^\"]*\s[^\"]*)")
_INSIDE = re.compile(r"(?:-|not\s+)*\(.*\)", re.DOTALL | re.IGNORECASE)


def query_of(words: Sequence[str] | None) -> str:
    """The query that the shell's words make: one word is taken as it stands, of several those with spaces are phrases."""
    given = list(words or ())
    return given[0] if len(given) == 1 else " ".join(map(_phrase, given))


def _phrase(word: str) -> str:
    found = _CONDITION.fullmatch(word)
    if found:
        return f'{found[1]}"{found[2]}"'
    kept = '"' in word or _INSIDE.fullmatch(word)
    return f'"{word}"' if re.search(r"\s", word) and not kept else word


def plain(value: DataclassInstance) -> dict[str, object]:
    """The fields of one of our values by their names."""
    return {f.name: getattr(value, f.name) for f in fields(value)}


def ticket_row(row: TicketRow) -> dict[str, object]:
    """One line of the queue; tags as a list, row numbers left out since they are nobody's business outside."""
    return {
        **row._asdict(),
        "tags": row.tags.split(),
        "unseen": bool(row.unseen),
        "message_count": row.messages,
    }


def for_people(row: Mapping[str, object], now: int) -> Mapping[str, object]:
    """The same line with spans of time beside the moments."""
    from console.times import ago  # noqa: PLC0415  (scripts get moments)

    spans = {
        name: ago(_whole(row[of]), now) for name, of in (("waiting", "waiting_since"), ("changed", "updated"))
    }
    return {**row, **spans, "assignee": row["assignee"] or "-"}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def ticket(found: Ticket) -> dict[str, object]:
    """One ticket with everything that is known of it but its messages."""
    row = ticket_row(found.row)
    return {name: row[name] for name in TICKET} | {
        "desk": found.desk,
        "remote_id": found.remote_id,
        "organization": found.organization,
        "fields": found.fields,
        "presence": found.presence,
        "merged_into": found.merged_into,
        "copied": found.copied,
        "url": found.url,
    }


def item(each: Item) -> dict[str, object]:
    """One thing in a story."""
    return {name: getattr(each, name) for name in ITEM}


def operation(each: Operation) -> dict[str, object]:
    """One intent, with what it does in the words that `heard set` takes."""
    facts = {**plain(each), "what": what(each)}
    return {name: facts[name] for name in OPERATION}


def unchanged(ref: str, wanted: str) -> dict[str, object]:
    """What stands in the place of an operation where the ticket is so already: the same fields, each of its usual kind."""
    about: dict[str, object] = {
        "id": None,
        "ref": ref,
        "desk": ref.partition("/")[0],
        "state": "unchanged",
        "what": wanted,
        "kind": "set",
    }
    return {**dict.fromkeys(OPERATION, ""), **_EMPTY, **about}


def what(each: Operation) -> str:
    """What an operation does, in a few words."""
    return each.words()


def minute(us: int) -> str:
    """A moment as people read it: to the minute, UTC; "" for never."""
    from console.times import when  # noqa: PLC0415  (scripts get moments)

    return f"{when(us)[:16].replace('T', ' ')}Z" if us else ""


def ticket_lines(found: Ticket, items: Sequence[Item], now: int) -> Iterator[str]:
    """A ticket as a person reads it: what it is, then everything that was said."""
    from console.times import ago  # noqa: PLC0415  (scripts get moments)

    row = found.row
    yield f"{row.ref}  {row.subject}"
    about = {
        "status": row.status,
        "priority": row.priority,
        "assignee": row.assignee or "nobody",
        "group": row.group,
        "requester": " of ".join(filter(None, (row.requester, found.organization))),
        "copied": ", ".join(found.copied),
        "channel": row.channel,
        "tags": row.tags,
        "created": minute(row.created),
        "waiting": ago(row.waiting_since, now),
        "outbox": f"{row.pending} open; `heard outbox` tells how they stand" if row.pending else "",
        "presence": "" if found.presence == "present" else f"{found.presence} {found.merged_into}".strip(),
        **{f"field.{name}": value for name, value in found.fields.items()},
        "url": found.url,
    }
    yield from (f"  {name + ':':<11} {value}" for name, value in about.items() if value)
    yield from item_lines(items)


def item_lines(
    items: Sequence[Item], *, refs: bool = False, people: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Messages, notes and waiting replies, each under a line that says who, how and when; a change is one line.

    `people` says whose ticket it is, by its ref.
    """
    for each in items:
        about = f"  {each.ref}" if refs else ""
        about += f"  {people[each.ref]}" if people and people.get(each.ref) else ""
        if each.kind == "change":
            yield f"-- {minute(each.at)}  {each.author or each.role}: {each.text}{about}"
            continue
        said = f"{each.role}, {each.channel}" if each.author else each.channel
        kind = {"note": "internal note", "outbox": f"outbox: {each.state}"}.get(each.kind, said)
        yield ""
        yield f"-- {minute(each.at)}  {each.author or each.role} ({kind}){about}"
        yield from each.text.splitlines()
        yield from (f"[attached: {name}]" for name in each.attachments)


def card_lines(card: Card, local: str = "", *, tickets: bool = True) -> Iterator[str]:
    """Who a customer is, with the time on their wall where it is given; without `tickets`, not how many they have."""
    yield " of ".join(filter(None, (card.name, card.organization)))
    about = {
        "reach": ", ".join(c.value for c in card.contacts),
        "tickets": f"{card.tickets}, {card.open_tickets} of them open" if tickets else "",
        "channels": ", ".join(card.channels),
        "since": minute(card.since),
        "time zone": f"{card.time_zone}, {local} there" if local else card.time_zone,
        "language": card.locale,
        "notes": card.notes,
    }
    yield from (f"  {name + ':':<11} {value}" for name, value in about.items() if value)


def event_line(event: Event) -> str:
    """One event on one line."""
    told = f"{event.old} -> {event.new}" if event.old and event.new else event.new or event.old
    parts = (minute(event.occurred), f"{event.ref:<12}", f"{event.kind:<9}", event.actor or event.role, told)
    return f"{event.seq:>7}  " + "  ".join(" ".join(p.split("\n")) for p in parts if p)
