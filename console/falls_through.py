"""Nothing falls through: one look over tickets, promises and the outbox for what nobody seems to look after, each with why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from console.session import Session
from console.times import ago
from store import through
from store.through import Dropped

Kind = Literal["promise", "unsent", "unanswered", "unowned", "stale", "inside"]
HOUR_US = 3_600_000_000
WAITING_ON_OTHERS = ("pending", "hold")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long something may wait before it counts as dropped, in hours."""

    unowned: float = 4
    unanswered: float = 24
    stale: float = 7 * 24
    unsent: float = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that may have been dropped. `since` in microseconds: since when, for a promise its due time."""

    kind: Kind
    ref: str
    subject: str
    requester: str
    assignee: str
    since: int
    why: str


def sweep(session: Session, patience: Patience | None = None) -> list[Finding]:
    """Every finding, the kinds in order of weight and each oldest first; a ticket is told once for its weightiest."""
    found: list[Finding] = []
    told: set[str] = set()
    for each in _all(session, patience or Patience()):
        if each.kind in ("promise", "unsent") or each.ref not in told:
            found.append(each)
        told.add(each.ref)
    return found


def _all(session: Session, patience: Patience) -> Iterator[Finding]:
    now = session.now()

    def before(hours: float) -> int:
        return now - int(hours * HOUR_US)

    db = session.db
    for each in db.read(lambda r: through.overdue(r, now)):
        yield _finding("promise", each, f"promised, and due {ago(each.since, now)} ago: {each.words}")
    for each in db.read(lambda r: through.unsent(r, before(patience.unsent))):
        yield _finding("unsent", each, f"has not reached the desk: {each.words}")
    for each in db.read(lambda r: through.unanswered(r, before(patience.unanswered))):
        yield _finding("unanswered", each, f"the customer waits {ago(each.since, now)} for an answer")
    for each in db.read(lambda r: through.unowned(r, before(patience.unowned))):
        yield _finding("unowned", each, f"nobody has it, {ago(each.since, now)} after it came")
    for each in db.read(lambda r: through.stale(r, WAITING_ON_OTHERS, before(patience.stale))):
        yield _finding(
            "stale", each, f"waits for somebody else, and nothing happened for {ago(each.since, now)}"
        )
    for each in db.read(through.left_inside):
        yield _finding(
            "inside", each, f"{each.words or 'somebody'} answered, and the customer has not seen it"
        )


def _finding(kind: Kind, each: Dropped, why: str) -> Finding:
    return Finding(kind, each.ref, each.subject, each.requester, each.assignee, each.since, why)
