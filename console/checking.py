"""A draft held against the standards of its queue, with or without the story of the person that it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console import facts, history, macros, outbox, triage
from console.heard import Advice, Canned, Edit, advise
from console.reply import load_draft
from console.session import Session
from console.standards import Queue, Standards
from store.errors import InvalidInputError, NotFoundError
from store.rows import OPEN_STATES, Item, TicketRow

ATTACHED = ("attached",)  # that there is a file is all that the engine asks


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft, what is said about it, and the strict standards that it misses."""

    draft: str
    advice: Advice
    missed: tuple[str, ...]
    ref: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Going:
    """What goes with a draft: a file, that the ticket is set to solved, what agents made of the facts, and the macros."""

    attached: bool = False
    solving: bool = False
    edits: tuple[Edit, ...] = ()
    macros: tuple[Canned, ...] = ()


def check_draft(
    draft: str, story: Sequence[Item], queue: Queue, now: int, *, ref: str = "", going: Going | None = None
) -> tuple[Advice, tuple[str, ...]]:
    """The advice on a draft, and the strict standards of `queue` that it misses. `now` is in microseconds."""
    with_it = going or Going()
    advice = advise(
        draft,
        story,
        queue.settings,
        now,
        ref=ref,
        attachments=ATTACHED if with_it.attached else (),
        solving=with_it.solving,
        edits=with_it.edits,
        macros=with_it.macros,
    )
    return advice, queue.missed(advice)


def check_reply(
    session: Session, standards: Standards, ref: str, draft: str | None, *, going: Going, queue: str = ""
) -> Checked:
    """A draft for a ticket, seen beside the whole person's story; None takes the draft that is saved for the ticket.

    The queue is the ticket's group unless another is named. The ticket counts as being solved, too, where the outbox
    holds that. Raises NotFoundError for a ticket or a draft that is not there, InvalidInputError for a saved note.
    """
    row = triage.ticket(session, ref).row
    text = _saved(session, row.ref) if draft is None else draft
    story = history.story(session, row.requester_id)
    name = queue or row.group
    edits = facts.edits(session, row.requester_id)
    solving = going.solving or _being_solved(session, row)
    with_it = Going(going.attached, solving, edits, macros.known(session))
    advice, missed = check_draft(text, story, standards.of(name), session.now(), ref=row.ref, going=with_it)
    return Checked(text, advice, missed, row.ref, name)


def _saved(session: Session, ref: str) -> str:
    found = load_draft(session, ref)
    if found is None:
        raise NotFoundError(f"There is no draft for {ref}.", "Name a file, or - for standard input.")
    if found.mode == "note":
        raise InvalidInputError(f"The draft for {ref} is an internal note.", "Only replies are looked at.")
    return found.text


def _being_solved(session: Session, row: TicketRow) -> bool:
    if row.status != "solved" or not row.pending:
        return False
    waiting = outbox.operations(session, OPEN_STATES)
    return any(each.ref == row.ref and each.changes.get("status") == "solved" for each in waiting)
