"""One ticket: as it stands, all that was said and changed on it, and whether a write of ours can be seen there."""

from __future__ import annotations

from http import HTTPStatus

from store.errors import NotFoundError, RefusedError
from store.remotes import Absent, Effect, Thread, TicketDoc, Write
from store.remotes import zendesk_chats as live
from store.remotes import zendesk_map as to
from store.remotes import zendesk_ratings as rated
from store.remotes import zendesk_thread as threads
from store.remotes import zendesk_wire as wire
from store.remotes.http import segment
from store.remotes.zendesk_read import HIDDEN, ClosedError, Mended, Pages, Reader, users
from store.remotes.zendesk_write import tags_only

WITH_PEOPLE = (("include", "users"),)


async def ticket(reader: Reader, ticket_id: str) -> TicketDoc | Absent:
    """One ticket as it stands now. Raises as reads do."""
    path = f"/tickets/{segment(ticket_id)}.json"
    answer = await reader.answer(path, (("include", "slas"),), tolerate=HIDDEN)
    if not answer.ok:
        return Absent(ticket_id, "forbidden" if answer.status == HTTPStatus.FORBIDDEN else "gone")
    docs, _ = await reader.tickets([answer.parse(wire.OneTicket).ticket])
    if not docs:
        raise answer.lacks("id")
    return docs[0]


async def thread(reader: Reader, ticket_id: str) -> Thread:
    """All messages and changes, or the messages alone where audits are closed to us. Raises as reads do."""
    path = f"/tickets/{segment(ticket_id)}"
    try:
        listed = await reader.all_pages("audits", f"{path}/audits.json", WITH_PEOPLE, may_be_closed=True)
    except ClosedError:
        return _said(ticket_id, await reader.all_pages("comments", f"{path}/comments.json", WITH_PEOPLE))
    audits = _audits(listed)
    fields = await reader.fields() if threads.touches_custom(audits) else to.Fields()
    given = rated.ratings(ticket_id, audits)
    chats = live.chats(ticket_id, audits)
    return Thread(
        ticket_id,
        tuple(sorted([*threads.messages(ticket_id, audits), *chats.messages], key=lambda m: m.created)),
        tuple(sorted([*threads.changes(ticket_id, audits, fields), *given], key=lambda c: c.at)),
        users(listed.pages),
        listed.complete and chats.whole,
    )


def _said(ticket_id: str, listed: Pages) -> Thread:
    comments = [comment for page in listed.pages for comment in page.comments or ()]
    said = threads.comments(ticket_id, comments)
    return Thread(ticket_id, said, people=users(listed.pages), complete=listed.complete)


def _audits(listed: Pages) -> list[wire.Audit]:
    return [audit for page in listed.pages for audit in page.audits or ()]


async def find_effect(reader: Reader, write: Write) -> Effect:
    """A created ticket by its external id, tags by themselves, all else by our marker. Raises as reads do."""
    if write.kind == "create":
        return await _find_created(reader, write)
    if tags_only(write):
        return await _find_tags(reader, write)
    try:
        path = f"/tickets/{segment(write.ticket_id)}/audits.json"
        listed = await reader.all_pages("audits", path, may_be_closed=True)
    except ClosedError:
        return await _find_comment(reader, write)
    audit = threads.marked(_audits(listed), write.op_id)
    if audit is None:
        return Effect("absent" if listed.complete else "cannot_tell")
    comment = threads.comment_of(audit)
    return Effect("found", to.ident(comment.id) if comment else None, audit.created_at)


async def _find_created(reader: Reader, write: Write) -> Effect:
    page = await reader.page("tickets", "/tickets.json", (("external_id", write.op_id),))
    made = next((t for t in page.tickets or () if t.external_id == write.op_id), None)
    if made:
        return Effect("found", to.ident(made.id), made.updated_at)
    # Tickets of others mean that the desk took no notice of the filter: what we seek may be on another page. Of what
    # cannot be read nobody knows whose it is.
    return Effect("cannot_tell" if page.tickets or isinstance(page, Mended) else "absent")


async def _find_tags(reader: Reader, write: Write) -> Effect:
    now = await ticket(reader, write.ticket_id)
    if isinstance(now, Absent):
        return Effect("cannot_tell")
    done = set(write.add_tags) <= set(now.tags) and not set(write.remove_tags) & set(now.tags)
    return Effect("found", None, now.token) if done else Effect("absent")


async def _find_comment(reader: Reader, write: Write) -> Effect:
    """Audits are closed to us, but comments carry the same metadata; a change of fields leaves none."""
    try:
        found = await thread(reader, write.ticket_id)
    except (NotFoundError, RefusedError):
        return Effect("cannot_tell")
    message = next((m for m in found.messages if m.marker == write.op_id), None)
    if message:
        return Effect("found", message.id)
    return Effect("absent" if found.complete and write.kind != "set" else "cannot_tell")
