"""Answering: public replies, internal notes, and the drafts that become them."""

from __future__ import annotations

from typing import NamedTuple

from console.macro_fill import refuse_open
from console.session import Session
from console.triage import ticket
from store import drafts, outbox, read
from store.drafts import Draft, Mode
from store.errors import InvalidInputError
from store.promises import NewPromise, person_of
from store.rows import Operation
from store.text import clean

LONGEST = 65_536


def reply(
    session: Session,
    ref: str,
    text: str,
    *,
    send_at: int = 0,
    hold: bool = True,
    seen: str = "",
    promises: tuple[NewPromise, ...] = (),
    drafted: bool = True,
) -> Operation:
    """Put a public reply into the outbox; the draft that it was goes only once the intent is on the disk.

    It leaves after the time in which a send can be undone ([sync] undo_send; not with `hold` False), or at `send_at`
    (microseconds). `seen` is the newest message on the agent's screen; what is known by now where it is not given.
    `promises` are kept with it (`console.promises` finds them). Without `drafted` the words were not typed in the
    ticket's draft, which stays where it says something else.
    """
    until = session.now() + session.settings.sync.undo_send * 1_000_000 if hold and not send_at else 0
    return _write(session, ref, text, "reply", NewWaiting(until, send_at, seen, promises, drafted))


def note(session: Session, ref: str, text: str, *, send_at: int = 0, drafted: bool = True) -> Operation:
    """Put an internal note into the outbox; the customer never sees it, so it waits for nothing but `send_at`.

    `drafted` as for a reply.
    """
    return _write(session, ref, text, "note", NewWaiting(0, send_at, "", (), drafted))


class NewWaiting(NamedTuple):
    """What a message waits for, what the agent had read, what is promised in it, and whether it was the draft."""

    not_before: int
    send_at: int
    seen: str
    promises: tuple[NewPromise, ...] = ()
    drafted: bool = True


def _write(session: Session, ref: str, text: str, kind: Mode, waiting: NewWaiting) -> Operation:
    body = clean(text).strip()
    if not body:
        raise InvalidInputError(f"The {kind} is empty.", "Write something, or give it on standard input.")
    if len(body) > LONGEST:
        raise InvalidInputError(
            f"The {kind} has {len(body):,} characters; help desks take at most {LONGEST:,}.",
            "Shorten it or attach it as a file.",
        )
    if kind == "reply":
        refuse_open(body)
    found = ticket(session, ref)
    behind = session.db.read(lambda r: read.thread_is_behind(r, found.row.ref))
    person, *_ = session.db.read(lambda r: person_of(r, found.row.ref))
    written = outbox.NewOperation(
        desk=found.desk,
        ref=found.row.ref,
        kind=kind,
        body=body,
        base={"status": found.row.status, "requester": person.partition("/")[2]},
        # With more on the desk than the agent had before him, no token may vouch for it: the ticket is looked at first.
        base_token=found.token if not behind and waiting.seen in ("", found.low_water) else "",
        low_water=waiting.seen or found.low_water,
        not_before=waiting.not_before,
        send_at=waiting.send_at,
        promises=waiting.promises,
    )
    op_id = outbox.enqueue(session.db, [written], session.actor, session.now())[0]
    draft = load_draft(session, found.row.ref)
    if draft is not None and (waiting.drafted or draft.text.strip() == body):
        drafts.discard(session.db, found.row.ref)
    return _operation(session, op_id)


def _operation(session: Session, op_id: str) -> Operation:
    found = session.db.read(lambda r: outbox.operation(r, op_id))
    if found is None:
        raise InvalidInputError(f"Operation {op_id} is gone.")
    return found


def save_draft(session: Session, ref: str, text: str, mode: Mode, basis: str | None = None) -> str:
    """Keep what has been typed so far; empty words remove the draft.

    `basis` is the draft that it was typed from. Where another console has kept other words since, these are put aside, and
    the id of the operation that has them is returned; else "".
    """
    return drafts.save(
        session.db,
        ref,
        text,
        mode=mode,
        low_water="",
        now=session.now(),
        basis=basis,
        actor=session.actor,
    )


def aside(ref: str, op_id: str) -> str:
    """What to tell a person of words that were put aside."""
    return f"Another console kept other words for {ref}: `heard outbox show {op_id[-6:]}` has those that its draft has not."


def give_back(session: Session, operation: Operation) -> None:
    """Make the words of a message that was taken back the ticket's draft, above what has been typed there since."""
    put_above(session, operation, operation.body)


def put_above(session: Session, operation: Operation, words: str) -> Draft | None:
    """Keep words of an operation above the draft of its ticket; returns that draft as it was.

    Where one of the two is internal, so is what they become: a note never gets into a public reply.
    """
    since = load_draft(session, operation.ref)
    told = [words, *([since.text] if since and since.text.strip() != words else [])]
    internal = operation.kind == "note" or (since is not None and since.mode == "note")
    basis = since.text if since else ""
    save_draft(session, operation.ref, "\n\n".join(told), "note" if internal else "reply", basis)
    return since


def load_draft(session: Session, ref: str) -> Draft | None:
    """What was typed for a ticket and not sent, or None."""
    return session.db.read(lambda r: drafts.load(r, ref))


def discard_draft(session: Session, ref: str, words: str, mode: Mode, basis: str | None = None) -> None:
    """Throw away what was typed for a ticket, until undo gives it back; with `basis` only where its draft on the disk is this one."""
    draft = drafts.Draft(ref, clean(words), mode, session.now())
    drafts.throw_away(session.db, draft, basis, session.actor)
