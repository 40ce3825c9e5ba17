"""Reading a ticket's history: two requests for most tickets, three where files may be attached.

Rows that we may not see are left out of these lists without a word: an agent is told no total and may get an empty
page in the middle. So the end is proved, not guessed: entries are read newest first, and the last one is Create, which
is shown to whoever may see the ticket.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from store.errors import NotADeskError
from store.remotes import Thread
from store.remotes import rt_map as to
from store.remotes import rt_thread as threads
from store.remotes import rt_wire as wire
from store.remotes.http import segment
from store.remotes.rt_read import BLANKS, MOST_PAGES, PAGE, Pairs, Reader

ENTRY = "Type,Field,OldValue,NewValue,Created,Creator,ObjectId,CustomFields"
BODY = "ContentType,Filename,TransactionId,Content"
FILE = "ContentType,Filename,TransactionId,ContentLength"
WANTED_TYPES = (  # a search by prefix would be wider, but several conditions on one column cannot be combined
    "text/plain", "text/html", "multipart/mixed", "multipart/related", "multipart/signed", "multipart/report",
    "multipart/encrypted", "multipart/digest", "multipart/parallel",
)  # fmt: skip


@dataclass(slots=True)
class End:
    """Whether a history, read newest first, has come to its end."""

    ticket_id: str
    after: int
    blanks: int = 0
    born: bool = False
    merged: bool = False

    def reached(self, listing: wire.Transactions, page: int) -> bool:
        """Take in one page; True once nothing that is wanted can follow."""
        for entry in listing.items:
            ours = to.text(entry.object_id) == self.ticket_id
            self.born |= ours and to.text(entry.type) == "Create"
            self.merged |= not ours
        self.blanks = 0 if listing.items else self.blanks + 1
        if any(to.number(entry.id) <= self.after for entry in listing.items):
            return True
        if listing.total is not None:
            return page * PAGE >= listing.total
        return self.blanks >= BLANKS or (self.born and not self.merged)


async def history(
    reader: Reader, ticket_id: str, kinds: Sequence[str] = threads.HISTORY, after: int = 0
) -> list[wire.Transaction]:
    """The entries of these kinds with a number above `after`, oldest first. Raises as reads do."""
    only = json.dumps([{"field": "Type", "operator": "IN", "value": list(kinds)}])
    query: Pairs = (
        ("query", only), ("fields", ENTRY), ("fields[Creator]", "id,Name"), ("orderby", "id"), ("order", "DESC"),
    )  # fmt: skip
    found: dict[int, wire.Transaction] = {}
    end = End(ticket_id, after)
    path = f"/ticket/{segment(ticket_id)}/history"
    for page in range(1, MOST_PAGES):
        listing = await reader.page(path, wire.Transactions, query, page)
        known = len(found)
        found.update({to.number(entry.id): entry for entry in listing.items})
        repeated = bool(listing.items) and len(found) == known
        if end.reached(listing, page) or repeated:
            break
    return [found[number] for number in sorted(found) if number > after]


async def thread(reader: Reader, ticket_id: str) -> Thread:
    """All messages and changes. Raises NotFoundError or RefusedError for a ticket that is not there for us.

    The messages of a ticket that was merged away are those of the ticket it went into, and are told there only.
    """
    entries = await history(reader, ticket_id) if to.number(ticket_id) else []
    if not entries:
        await reader.require(ticket_id)
    if away := threads.merged_away(ticket_id, entries):
        return Thread(ticket_id, (), threads.changes(ticket_id, away, {}))
    parts = await read_parts(reader, threads.message_ids(entries))
    if threads.unknown_fields(entries, reader.memory.fields):
        await reader.show(ticket_id)  # it brings the names along
    return Thread(
        ticket_id,
        threads.messages(ticket_id, entries, parts),
        threads.changes(ticket_id, entries, reader.memory.fields),
    )


async def read_parts(reader: Reader, ids: Sequence[int]) -> threads.Parts:
    """The text of these transactions, and what they carry."""
    text_only: tuple[dict[str, object], ...] = (
        {"field": "ContentType", "operator": "IN", "value": list(WANTED_TYPES)},
        {"field": "Filename", "operator": "IS", "value": "NULL"},  # what has a name is a file
    )
    bodies = await _search(reader, ids, BODY, text_only)
    rest = threads.unsettled(ids, bodies)
    files = await _search(reader, rest, FILE, ())
    told = {to.number(part.id) for part in bodies}
    untold = [part for part in files if threads.is_body(part) and to.number(part.id) not in told]
    return threads.Parts([*bodies, *[await _with_content(reader, part) for part in untold]], files)


async def _search(
    reader: Reader, ids: Sequence[int], fields: str, conditions: tuple[dict[str, object], ...]
) -> list[wire.Attachment]:
    found: dict[int, wire.Attachment] = {}
    for start in range(0, len(ids), PAGE):
        some = {"field": "TransactionId", "operator": "IN", "value": list(ids[start : start + PAGE])}
        query: Pairs = (("query", json.dumps([some, *conditions])), ("fields", fields), ("orderby", "id"))
        for page in range(1, MOST_PAGES):
            listing = await reader.page("/attachments", wire.Attachments, query, page)
            known = len(found)
            found.update({to.number(part.id): part for part in listing.items})
            if (
                len(listing.items) < PAGE or len(found) == known
            ):  # parts of an entry that we see are never hidden
                break
    return list(found.values())


async def _with_content(reader: Reader, part: wire.Attachment) -> wire.Attachment:
    content = await read_file(reader, to.text(part.id))
    return msgspec.structs.replace(part, content=content.decode("utf-8", "replace"))


async def read_file(reader: Reader, attachment_id: str) -> bytes:
    """The bytes of one MIME part. Raises as reads do."""
    alone = await reader.http.read(f"/attachment/{segment(attachment_id)}", wire.Attachment)
    try:
        return base64.b64decode("".join(to.text(alone.content).split()), validate=True)
    except ValueError:
        raise NotADeskError(
            f"{reader.http.host} sent a file that cannot be unpacked.",
            "Open the ticket in RT's own web page to get it.",
        ) from None
