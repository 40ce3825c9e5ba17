"""Reviewing replies that were sent: a seeded sample with its ladders and what came of it, and notes for the agent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console import history, reply, triage
from console.checking import check_draft
from console.heard import Advice
from console.session import Session
from console.standards import Standards
from store import reviews
from store.errors import InvalidInputError, NotFoundError
from store.reviews import MARK, Note, Sent
from store.rows import Item
from store.text import clean

DAY_US = 86_400_000_000
MOST = 500


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One reply that was sent: what stood before it, its ladder as the agent would have seen it, and what came of it."""

    ref: str
    agent: str
    message: Item
    before: tuple[Item, ...]
    advice: Advice
    outcome: str


def sample(
    session: Session, standards: Standards, agent: str = "", *, count: int = 5, seed: str = "", days: int = 30
) -> list[Reviewed]:
    """`count` public replies of the last `days` by a seed: the same seed draws the same replies.

    NotFoundError for an agent who wrote none, with the names of those who did; InvalidInputError for a bad number.
    """
    if not 1 <= count <= MOST or days < 1:
        raise InvalidInputError(f"Draw 1 to {MOST} replies of one day or more.")
    since = session.now() - days * DAY_US
    name = _known(session, agent, since) if agent else ""
    found = session.db.read(lambda r: reviews.sent(r, since, agent=name))
    seen = (look(session, standards, each) for each in reviews.draw(found, count, seed))
    return sorted((each for each in seen if each is not None), key=lambda each: each.message.at)


def _known(session: Session, agent: str, since: int) -> str:
    """The name as the desk has it."""
    names = session.db.read(lambda r: reviews.agents(r, since))
    for name in names:
        if name.casefold() == agent.casefold():
            return name
    known = ", ".join(names) or "nobody"
    raise NotFoundError(f"{agent} wrote no public reply in that time.", f"Who did: {known}.")


def look(session: Session, standards: Standards, wanted: Sent) -> Reviewed | None:
    """One reply with what stood before it and what came of it; None when it is not there any more."""
    row = triage.ticket(session, wanted.ref).row
    story = [i for i in history.story(session, row.requester_id) if i.kind in ("message", "note")]
    place = next((n for n, i in enumerate(story) if i.id == wanted.message_id and i.ref == row.ref), None)
    if place is None:
        return None
    message, before = story[place], story[:place]
    advice, _ = check_draft(message.text, before, standards.of(row.group), message.at, ref=row.ref)
    after = [i for i in story[place + 1 :] if i.ref == row.ref and i.kind == "message"]
    here = tuple(i for i in before if i.ref == row.ref)
    return Reviewed(row.ref, message.author, message, here, advice, _outcome(row.status, after))


def _outcome(status: str, after: list[Item]) -> str:
    again = sum(item.role == "customer" for item in after)
    told = {0: "the customer did not write again", 1: "the customer wrote once more"}
    return f"{status}; {told.get(again, f'the customer wrote {again} times more')}"


def leave_note(session: Session, ref: str, message_id: str, words: str, *, private: bool = False) -> Note:
    """Leave a note for the agent who wrote a reply.

    It goes to the ticket as an internal note, since nothing else reaches another machine; whoever works on the ticket can
    read it. `private` keeps it in this workspace alone. NotFoundError when the ticket has no such reply.
    """
    text = clean(words).strip()
    if not text:
        raise InvalidInputError("The note is empty.", "Say what was good, or what to try.")
    row = triage.ticket(session, ref).row
    message = next((i for i in history.thread(session, row.ref) if i.id == message_id), None)
    if message is None or message.role != "agent" or message.kind != "message":
        raise NotFoundError(
            f"{row.ref} has no public reply {message_id}.", "`heard review sample` says the ids of replies."
        )
    note = Note(
        "", row.ref, message_id, message.author, session.actor, text, session.now(), on_desk=not private
    )
    if private:
        key = reviews.keep_note(session.db, note, "")
    else:
        head = f"{MARK}{message.author}, on the reply {message_id}:"
        key = reply.note(session, row.ref, f"{head}\n{text}", drafted=False).id
    return replace(note, id=key)


def notes(session: Session, agent: str = "") -> list[Note]:
    """The notes that were left, newest first; those kept here count as read from now on."""
    found = session.db.read(lambda r: reviews.notes(r, agent))
    unread = [each.id for each in found if not each.on_desk and not each.read]
    if unread:
        reviews.mark_read(session.db, unread, session.now())
    return found
