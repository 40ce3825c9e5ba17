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
from store.remotes import BadRecord, Thread
from store.remotes import rt_map as to
from store.remotes import rt_thread as threads
from store.remotes import rt_wire as wire
from store.remotes.http import segment
from store.remotes.rt_body import is_body
from store.remotes.rt_read import BLANKS, MOST_PAGES, PAGE, Pairs, Reader

ENTRY = "Type,Field,OldValue,NewValue,Created,Creator,ObjectId,CustomFields"
BODY = "ContentType,Filename,TransactionId,Content"
FILE = "ContentType,Filename,TransactionId,ContentLength"
WANTED_TYPES = (  # a search by prefix would be wider, but several conditions on one column cannot be combined
    "text/plain", "text/html", "multipart/mixed", "multipart/related", "multipart/signed", "multipart/report",
    "multipart/encrypted", "multipart/digest", "multipart/parallel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """The entries of a ticket, oldest first; `whole` is false where one could not be read, or the desk went in circles."""

    entries: tuple[wire.Transaction, ...]
    whole: bool = True


@dataclass(slots=True)
class End:
    """Whether a history, read newest first, has come to its end."""

    ticket_id: str
    after: int
    blanks: int = 0
    born: bool = False
    merged: bool = False

    def reached(self, listing: wire.Transactions, page: int, *, bad: bool) -> bool:
        """Take in one page, `bad` where it held what cannot be read; True once nothing that is wanted can follow."""
        for entry in listing.items:
            ours = to.text(entry.object_id) == self.ticket_id
            self.born |= ours and to.text(entry.type) == "Create"
            self.merged |= not ours
        self.blanks = 0 if listing.items or bad else self.blanks + 1
        if any(0 < to.number(entry.id) <= self.after for entry in listing.items):
            return True
        if listing.total is not None:
            return page * PAGE >= listing.total
        return self.blanks >= BLANKS or (self.born and not self.merged)


async def history(
    reader: Reader, ticket_id: str, kinds: Sequence[str] = threads.HISTORY, after: int = 0
) -> History:
    """The entries of these kinds with a number above `after`. Raises as reads do."""
    only = json.dumps([{"field": "Type", "operator": "IN", "value": list(kinds)}])
    query: Pairs = (
        ("query", only), ("fields", ENTRY), ("fields[Creator]", "id,Name"), ("orderby", "id"), ("order", "DESC"),
    )  # fmt: skip
    found: dict[int, wire.Transaction] = {}
    end, whole = End(ticket_id, after), True
    path = f"/ticket/{segment(ticket_id)}/history"
    for page in range(1, MOST_PAGES):
        listing, bad = await reader.mended(path, wire.Transactions, query, page, wire.Transaction)
        known = len(found)
        found.update({to.number(entry.id): entry for entry in listing.items})
        whole = whole and not any(_matters(each, after) for each in bad)
        if end.reached(listing, page, bad=bool(bad)):
            break
        if listing.items and len(found) == known:
            whole = False
            break
    else:
        whole = False
    nameless = found.pop(0, None)
    entries = tuple(found[number] for number in sorted(found) if number > after)
    return History(entries, whole and nameless is None)


def _matters(bad: BadRecord, after: int) -> bool:
    """Whether an entry that cannot be read may be one of those that are wanted."""
    return not bad.id or to.number(bad.id) > after


async def thread(reader: Reader, ticket_id: str) -> Thread:
    """All messages and changes. Raises NotFoundError or RefusedError for a ticket that is not there for us.

    What cannot be read is left out, and the thread is then not complete. The messages of a ticket that was merged away
    are those of the ticket it went into, and are told there only.
    """
    told = await history(reader, ticket_id) if to.number(ticket_id) else History(())
    entries = told.entries
    if not entries:
        await reader.require(ticket_id)
    if away := threads.merged_away(ticket_id, entries):
        return Thread(ticket_id, (), threads.changes(ticket_id, away, {}), complete=told.whole)
    parts = await read_parts(reader, threads.message_ids(entries))
    if threads.unknown_fields(entries, reader.memory.fields):
        await reader.show(ticket_id)  # it brings the names along
    return Thread(
        ticket_id,
        threads.messages(ticket_id, entries, parts),
        threads.changes(ticket_id, entries, reader.memory.fields),
        complete=told.whole and parts.whole,
    )


async def read_parts(reader: Reader, ids: Sequence[int]) -> threads.Parts:
    """The text of these transactions, and what they carry."""
    text_only: tuple[dict[str, object], ...] = (
        {"field": "ContentType", "operator": "IN", "value": list(WANTED_TYPES)},
        {"field": "Filename", "operator": "IS", "value": "NULL"},  # what has a name is a file
    )
    bodies, spoiled = await _search(reader, ids, BODY, text_only)
    rest = threads.unsettled(ids, bodies)
    files, lost = await _search(reader, rest, FILE, ())
    told = {to.number(part.id) for part in bodies}
    untold = [part for part in files if is_body(part) and to.number(part.id) not in told]
    alone = [await _with_content(reader, part, spoiled) for part in untold]
    bodies += [part for part in alone if part is not None]
    return threads.Parts(bodies, files, whole=not (spoiled or lost))


async def _search(
    reader: Reader, ids: Sequence[int], fields: str, conditions: tuple[dict[str, object], ...]
) -> tuple[list[wire.Attachment], set[str]]:
    """The parts that fit, and the numbers of those that cannot be read."""
    found: dict[int, wire.Attachment] = {}
    spoiled: set[str] = set()
    for start in range(0, len(ids), PAGE):
        some = {"field": "TransactionId", "operator": "IN", "value": list(ids[start : start + PAGE])}
        query: Pairs = (("query", json.dumps([some, *conditions])), ("fields", fields), ("orderby", "id"))
        for page in range(1, MOST_PAGES):
            listing, bad = await reader.mended("/attachments", wire.Attachments, query, page, wire.Attachment)
            known = len(found)
            found.update({to.number(part.id): part for part in listing.items})
            spoiled.update(each.id for each in bad)
            repeated = bool(listing.items) and len(found) == known
            # parts of an entry that we see are never hidden
            if len(listing.items) + len(bad) < PAGE or repeated:
                break
    return list(found.values()), spoiled


async def _with_content(reader: Reader, part: wire.Attachment, spoiled: set[str]) -> wire.Attachment | None:
    """A part with its text, which is told in another form when it is asked for alone; None where that is `spoiled` too."""
    try:
        content = await read_file(reader, to.text(part.id))
    except NotADeskError:
        if to.text(part.id) not in spoiled:
            raise
        return None
    return msgspec.structs.replace(part, content=content.decode("utf-8", "replace"))


async def read_file(reader: Reader, attachment_id: str) -> bytes:
    """The bytes of one MIME part. Raises as reads do."""
    alone = await reader.alone(f"/attachment/{segment(attachment_id)}", wire.Attachment)
    try:
        return base64.b64decode("".join(to.text(alone.content).split()), validate=True)
    except ValueError:
        raise NotADeskError(
            f"{reader.http.host} sent a file that cannot be unpacked.",
            "Open the ticket in RT's own web page to get it.",
        ) from None
