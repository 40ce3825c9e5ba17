"""Writing to Request Tracker, and finding out whether a write happened.

RT says 200 also where it refused a part of a change, or all of it, and tells so only in sentences of the user's
language; so a change is read back. It takes a reply for a merged ticket and puts it into the other one; so the ticket
is looked at first. A condition holds for fields only, and is checked by RT before it writes, not while it writes.
"""

from __future__ import annotations

from dataclasses import replace

from store.errors import (
    AuthError,
    HeardError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    ThrottledError,
)
from store.remotes import Absent, Effect, Outcome, OutcomeKind, Write
from store.remotes import rt_map as to
from store.remotes import rt_thread as threads
from store.remotes import rt_wire as wire
from store.remotes import rt_write as writing
from store.remotes.http_errors import Written
from store.remotes.rt_history import history, read_parts
from store.remotes.rt_read import Reader, Shown
from store.remotes.rt_schema import Desk

NO_MARKER = "Unable to load transaction custom field"  # RT does not translate this one


class Sender:
    """The writing side of one account."""

    def __init__(self, reader: Reader, desk: Desk) -> None:
        self._reader = reader
        self._desk = desk

    async def send(self, write: Write) -> Outcome:
        """Make one write request; what has to be known is read before, and what came of it after. Raises nothing."""
        try:
            if write.kind == "create":
                return await self._create(write)
            shown = await self._reader.show(write.ticket_id)
            if isinstance(shown, Absent):
                return unreachable(shown)
            if to.presence(shown.raw) == "gone":
                return Outcome("gone", detail="the ticket was deleted")
            if writing.unclear_fields(write):
                shown = await self._reader.measured(shown)
            return await (self._set if write.kind == "set" else self._message)(write, shown)
        except HeardError as error:
            return unsent(error)

    async def _message(self, write: Write, shown: Shown) -> Outcome:
        queue = to.text(shown.raw.queue)
        marked = queue not in self._desk.unmarked
        payload = writing.message(write, shown.raw, marked=marked)
        verb = "correspond" if write.kind == "reply" else "comment"
        written = await self._reader.http.write("POST", f"/ticket/{write.ticket_id}/{verb}", payload)
        told = sentences(written)
        if told is None or written.answer is None:
            return unread(written)
        if any(sentence.startswith(NO_MARKER) for sentence in told):
            self._desk.unmarked.add(queue)
        made = writing.made_transaction(written.answer.headers.get("location", ""))
        if not made:
            return replace(written.outcome, kind="unparsed", detail="the answer does not name the message")
        outcome = replace(written.outcome, remote_id=made)
        return await self._also(write, outcome, told) if asked(write) else outcome

    async def _also(self, write: Write, outcome: Outcome, told: list[str]) -> Outcome:
        """The message is out; say what of the changes along with it was refused."""
        after = await self._look_again(write.ticket_id)
        if after is None or not (left := writing.unmet(write, after.raw)):
            return outcome
        return replace(outcome, code="partial", detail=explain(left, told))

    async def _set(self, write: Write, shown: Shown) -> Outcome:
        etag = self._condition(write, shown)
        if etag is None:
            return Outcome("conflict", code="stale", detail="the ticket has changed since it was read")
        payload = writing.changes(write, shown.raw)
        headers = {"If-Match": f'"{etag}"'} if etag else {}
        written = await self._reader.http.write("PUT", f"/ticket/{write.ticket_id}", payload, headers=headers)
        told = sentences(written)
        if told is None:
            return unread(written)
        after = await self._look_again(write.ticket_id)
        if after is None:
            return replace(written.outcome, kind="unparsed", detail="the change could not be read back")
        if left := writing.unmet(write, after.raw):
            code = "" if len(left) == asked(write) else "partial"
            return replace(
                written.outcome, kind="refused", token=after.etag, code=code, detail=explain(left, told)
            )
        return replace(written.outcome, remote_id=write.ticket_id, token=after.etag)

    def _condition(self, write: Write, shown: Shown) -> str | None:
        """The ETag to write under; None where the ticket is no longer what the token stands for."""
        if not write.token:
            return shown.etag
        if not write.token.startswith(to.READ_TOKEN):
            return write.token
        return shown.etag if to.read_token(shown.raw) == write.token else None

    async def _look_again(self, ticket_id: str) -> Shown | None:
        try:
            shown = await self._reader.show(ticket_id)
        except HeardError:
            return None
        return shown if isinstance(shown, Shown) else None

    async def _create(self, write: Write) -> Outcome:
        desk = await self._desk.known()
        payload = writing.creation(write, desk)
        written = await self._reader.http.write("POST", "/ticket", payload)
        if written.outcome.kind != "applied":
            return unread(written)
        made = written.parse(wire.Ticket)
        if made is None or not to.number(made.id):
            return replace(written.outcome, kind="unparsed", detail="the answer does not name the ticket")
        outcome = replace(written.outcome, remote_id=to.text(made.id))
        after = await self._look_again(to.text(made.id))
        if after is None:
            return outcome
        left = writing.unmet(write, after.raw)
        outcome = replace(outcome, token=after.etag)
        return replace(outcome, code="partial", detail=explain(left, [])) if left else outcome

    async def find_effect(self, write: Write, author: str) -> Effect:
        """Look for a message by our marker or, where none was stored, by author and text; for a change by its fields."""
        if write.kind == "create":
            return await self._find_ticket(write, author)
        shown = await self._reader.show(write.ticket_id)
        if isinstance(shown, Absent):  # the history of a merged ticket is that of the one it went into
            followed = shown.presence == "merged" and write.kind != "set"
            return await self._find_message(write, author, "") if followed else Effect("cannot_tell")
        if write.kind == "set":
            left = writing.unmet(write, shown.raw)
            return Effect("absent") if left else Effect("found", write.ticket_id, shown.etag)
        return await self._find_message(write, author, to.text(shown.raw.queue))

    async def _find_message(self, write: Write, author: str, queue: str) -> Effect:
        await self._desk.known()  # what follows from the answer depends on `caps`
        kind = "Correspond" if write.kind == "reply" else "Comment"
        since = to.number(write.low_water)
        seen = await history(self._reader, write.ticket_id, threads.MESSAGES, after=since)
        entries = [entry for entry in seen.entries if to.text(entry.type) == kind]
        for entry in entries:
            if threads.marker(entry) == write.op_id:
                return Effect("found", to.text(entry.id))
        # The marker is stored after the message: between the two, a message of ours stands without one.
        ours = [
            entry for entry in entries
            if not threads.marker(entry) and author in {"", to.user_id(entry.creator) or ""}
        ]  # fmt: skip
        parts = await read_parts(self._reader, threads.message_ids(ours))
        wanted = writing.words(write.body)
        readable = seen.whole and parts.whole
        certain = readable and (not self._desk.marks or queue not in self._desk.unmarked)
        same = [m for m in threads.messages(write.ticket_id, ours, parts) if writing.words(m.text) == wanted]
        # Where others rely on the marker and this ticket has none, nobody should; nor on what cannot be read.
        if not same:
            return Effect("absent" if certain else "cannot_tell")
        return Effect("found", same[0].id) if since and author else Effect("cannot_tell", same[0].id)

    async def _find_ticket(self, write: Write, author: str) -> Effect:
        """By our key; without one a ticket that looks the same may be another one, so nobody can tell."""
        desk = await self._desk.known()
        if desk.queue_of(write) in desk.keyed:
            where = f"'CF.{{{to.CLIENT_KEY}}}' = {writing.quoted(write.op_id)}"
            found = await self._reader.tickets(where, size=1)
            if found.rows:
                return Effect("found", to.text(found.rows[0].id))
            return Effect("cannot_tell" if found.bad else "absent")
        where = f"Creator = {writing.quoted(author)} AND Subject = {writing.quoted(write.changes.get('subject', ''))}"
        found = await self._reader.tickets(where, size=1, newest_first=True)
        return Effect("cannot_tell" if found.rows or found.bad or not author else "absent")


def unreachable(absent: Absent) -> Outcome:
    """The outcome for a ticket that we cannot write to."""
    kinds: dict[str, OutcomeKind] = {"forbidden": "forbidden", "merged": "merged"}
    kind = kinds.get(absent.presence, "gone")
    return Outcome(kind, merged_into=absent.merged_into, detail=f"the ticket is {absent.presence}")


def sentences(written: Written) -> list[str] | None:
    """What RT says that it did; None where the request failed, or what it says cannot be read."""
    if written.outcome.kind != "applied":
        return None
    told = written.parse(list[object])
    return None if told is None else [str(sentence) for sentence in told if sentence is not None]


def unread(written: Written) -> Outcome:
    """The outcome of a request without sentences."""
    if written.outcome.kind != "applied":
        return written.outcome
    return replace(written.outcome, kind="unparsed", detail="the answer is not what RT says after a change")


def asked(write: Write) -> int:
    """How many things a change asks for, with all tags as one."""
    return len(write.changes) + bool(write.add_tags or write.remove_tags)


def explain(left: list[str], told: list[str]) -> str:
    """What was not done, and all that RT said."""
    said = "; ".join(told)[:300]
    return f"not changed: {', '.join(left)}" + (f" ({said})" if said else "")


def unsent(error: HeardError) -> Outcome:
    """The outcome of a write that was never made, because what it needs could not be read or put together."""
    if isinstance(error, ThrottledError):
        return Outcome("throttled", retry_after=error.after, code=error.code, detail=error.message)
    kinds: dict[type[HeardError], OutcomeKind] = {
        AuthError: "auth",
        NotFoundError: "gone",
        RefusedError: "forbidden",
        InvalidInputError: "refused",
    }
    return Outcome(kinds.get(type(error), "not_sent"), code=error.code, detail=error.message)
