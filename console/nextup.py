"""Which ticket is next, and why: one documented sum of whole numbers, the same on every machine.

| part | points |
|---|---|
| the clock of the service level | past 60; within 1 h 45; within 4 h 25; within a day 10 |
| an open promise | past 50; within 30 min 40; within 4 h 15 |
| the customer waits | 1 for each hour, at most 30 |
| priority | urgent 20, high 10, low -5 |
| a public channel (social) | 10 |
| the customer came back within 30 days | 5 for each earlier ticket, at most 15 |
| whose it is | mine 8, nobody's 4, a colleague's -25 |
| passed over in the last day | -12 each time, at most -36 |

Of equal sums the customer who waits longer is first, then the older ticket, then the ref.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from console.session import Session
from console.times import ago
from console.triage import queue_ids, rows
from store import read, turn
from store.errors import InvalidInputError, NotFoundError
from store.rows import TicketRow
from store.text import clean_line

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
BLOCK = 500
WITHOUT_REASON = 2  # tickets that may be passed over in a day before a reason is asked for
_CLOCK = ((0, 60), (HOUR_US, 45), (4 * HOUR_US, 25), (DAY_US, 10))
_PROMISE = ((0, 50), (30 * MINUTE_US, 40), (4 * HOUR_US, 15))
_PRIORITY = {"urgent": 20, "high": 10, "low": -5}
DEFAULT = "status:new,open -is:snoozed"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sum depends on beside the row: microseconds, counts, and whether the ticket is mine."""

    promise_due: int = 0
    contacts: int = 1
    skips: int = 0
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One summand."""

    name: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A ticket with its sum."""

    row: TicketRow
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """The sum of the parts."""
        return sum(part.points for part in self.parts)

    def words(self) -> str:
        """The sum as it is told: "58 = 45 clock (due in 20 m) + 13 waits (13 h)"."""
        told = " ".join(
            f"{'-' if p.points < 0 else '+'} {abs(p.points)} {p.name} ({p.why})" for p in self.parts
        )
        return f"{self.total} = {told.removeprefix('+ ')}" if told else "0: nothing presses"


def score(row: TicketRow, facts: Facts, now: int) -> Scored:
    """The sum of one ticket. Pure; `now` in microseconds."""
    hours = max(now - row.waiting_since, 0) // HOUR_US if row.waiting_since else 0
    parts = (
        _within("clock", row.sla_due, _CLOCK, now),
        _within("promise", facts.promise_due, _PROMISE, now),
        Part("waits", min(hours, 30), f"{hours} h"),
        Part("priority", _PRIORITY.get(row.priority, 0), row.priority),
        Part("public", 10 if row.channel == "social" else 0, row.channel),
        Part("came back", min(5 * max(facts.contacts - 1, 0), 15), f"{facts.contacts} tickets in 30 days"),
        _whose(row, facts),
        Part("passed over", -min(12 * facts.skips, 36), f"{facts.skips} times today"),
    )
    return Scored(row, tuple(part for part in parts if part.points))


def _within(name: str, due: int, steps: Iterable[tuple[int, int]], now: int) -> Part:
    left = due - now
    points = next((points for span, points in steps if due and left <= span), 0)
    return Part(name, points, f"{ago(due, now)} late" if left < 0 else f"due {ago(due, now)}")


def _whose(row: TicketRow, facts: Facts) -> Part:
    if facts.mine:
        return Part("mine", 8, "yours already")
    return Part("nobody's", 4, "to be taken") if not row.assignee else Part("theirs", -25, row.assignee)


def in_order(found: Iterable[Scored]) -> list[Scored]:
    """The greatest sum first; ties as the table says."""
    return sorted(
        found, key=lambda s: (-s.total, s.row.waiting_since or s.row.updated, s.row.created, s.row.ref)
    )


def next_up(
    session: Session, query: str = "", *, most: int = 10, without: Collection[str] = ()
) -> list[Scored]:
    """The `most` tickets to work on next, of those that match; QueryError when the query cannot be read."""
    now = session.now()
    ids = queue_ids(session, query or DEFAULT)
    mine = session.db.read(turn.my_names)
    skipped = session.db.read(lambda r: turn.skips(r, now - DAY_US))
    best: list[Scored] = []
    for start in range(0, len(ids), BLOCK):
        block = [row for row in rows(session, ids[start : start + BLOCK]) if row.ref not in without]
        best = in_order([*best, *_scored(session, block, mine, skipped)])[:most]
    return best


def _scored(
    session: Session, block: list[TicketRow], mine: set[str], skipped: dict[str, int]
) -> Iterable[Scored]:
    now = session.now()
    due = session.db.read(lambda r: turn.promises_due(r, [row.ref for row in block]))
    people = sorted({row.requester_id for row in block})
    contacts = session.db.read(lambda r: turn.contacts(r, people, now - 30 * DAY_US))
    for row in block:
        facts = Facts(
            due.get(row.ref, 0),
            contacts.get(row.requester_id, 1),
            skipped.get(row.ref, 0),
            row.assignee in mine,
        )
        yield score(row, facts, now)


def explain(session: Session, ref: str) -> Scored:
    """The sum of one ticket; NotFoundError when it is not there."""
    found = session.db.read(lambda r: read.row_of(r, ref))
    if found is None:
        raise NotFoundError(f"There is no ticket {ref} here.", "`heard sync` fetches what is new.")
    now = session.now()
    skipped = session.db.read(lambda r: turn.skips(r, now - DAY_US))
    return next(iter(_scored(session, [found], session.db.read(turn.my_names), skipped)))


def skip(session: Session, ref: str, why: str = "") -> None:
    """Pass a ticket over. InvalidInputError without a reason, once two were passed over in a day without one."""
    now, reason = session.now(), clean_line(why).strip()
    if not reason and needs_reason(session):
        raise InvalidInputError(
            "Say why this one is passed over.",
            "Two a day need no reason; after that whoever comes next wants to know.",
        )
    turn.skip(session.db, ref, reason, session.actor, now)


def needs_reason(session: Session) -> bool:
    """Whether the next ticket that is passed over needs a reason."""
    since = session.now() - DAY_US
    return sum(session.db.read(lambda r: turn.skips(r, since)).values()) >= WITHOUT_REASON
