"""Practice on past conversations: the real answer stays hidden until yours is written, then both are seen side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console import history, triage
from console.checking import Checked, check_draft
from console.masking import mask
from console.session import Session
from console.standards import Standards
from store import reviews
from store.errors import InvalidInputError, NotFoundError
from store.reviews import Sent
from store.rows import Item
from store.text import clean

BACK_US = 2 * 365 * 86_400_000_000  # how old a conversation may be
BETWEEN = "#"  # of ticket and message in a task's id


@dataclass(frozen=True, slots=True)
class Task:
    """A conversation up to an answer, without the names of the people; `id` brings the same one back."""

    id: str
    queue: str
    before: tuple[Item, ...]
    hidden: Item


@dataclass(frozen=True, slots=True)
class Compared:
    """What you wrote and what was sent, each with its ladder."""

    task: Task
    yours: Checked
    sent: Checked


def task(session: Session, *, seed: str = "", queue: str = "") -> Task:
    """A solved conversation that was not practised on yet; NotFoundError when there is none."""
    since = session.now() - BACK_US
    found = session.db.read(lambda r: reviews.sent(r, since, solved=True))
    done = session.db.read(reviews.practised)
    shown = reviews.draw(found, 50, seed, skip=lambda each: (each.ref, each.message_id) in done)
    for each in shown:
        made = _task(session, each)
        if made is not None and (not queue or made.queue.casefold() == queue.casefold()):
            return made
    where = f" in the queue {queue}" if queue else ""
    raise NotFoundError(
        f"There is no solved conversation{where} left to practise on.", "Sync more, or leave --queue out."
    )


def named(session: Session, task_id: str) -> Task:
    """The task with this id, "REF#MESSAGE"; NotFoundError when it is not there."""
    ref, _, message_id = task_id.partition(BETWEEN)
    found = _task(session, Sent(ref, message_id, "")) if message_id else None
    if found is None:
        raise NotFoundError(
            f"There is no answer {task_id} here.", "`heard train -o json` says the id of one."
        )
    return found


def answer(session: Session, standards: Standards, given: Task, words: str) -> Compared:
    """Keep what was written for practice, and lay it beside what was sent. InvalidInputError when it is empty."""
    text = clean(words).strip()
    if not text:
        raise InvalidInputError("Your answer is empty.", "Write what you would have sent.")
    ref, _, message_id = given.id.partition(BETWEEN)
    reviews.keep_practice(session.db, Sent(ref, message_id, ""), text, session.actor, session.now())
    return Compared(given, *(_checked(standards, given, each) for each in (text, given.hidden.text)))


def _checked(standards: Standards, given: Task, draft: str) -> Checked:
    advice, missed = check_draft(
        draft, given.before, standards.of(given.queue), given.hidden.at, ref=given.hidden.ref
    )
    return Checked(draft, advice, missed, given.hidden.ref, given.queue)


def _task(session: Session, wanted: Sent) -> Task | None:
    row = triage.ticket(session, wanted.ref).row
    thread = [item for item in history.thread(session, row.ref) if item.kind == "message"]
    places = [n for n, item in enumerate(thread) if item.id == wanted.message_id and item.role == "agent"]
    if not places or not any(item.role == "customer" for item in thread[: places[0]]):
        return None
    masked = _masked(thread[: places[0] + 1], [row.requester])
    return Task(f"{row.ref}{BETWEEN}{wanted.message_id}", row.group, tuple(masked[:-1]), masked[-1])


def _masked(items: Sequence[Item], names: Sequence[str]) -> list[Item]:
    people = {*names, *(item.author for item in items)}
    subject = mask(items[0].subject, people)
    return [
        replace(item, author=item.role, subject=subject, text=mask(item.text, people), attachments=())
        for item in items
    ]
