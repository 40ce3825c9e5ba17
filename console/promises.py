"""What we promised to customers: found in the words of a reply, kept until it is done, and shown while it waits.

A time is meant in the customer's zone, or where that is not known in this machine's, which is then said. A day without an hour
ends when the desk's office closes ([hours] of the settings).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from sqlite3 import Connection
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console import promise_words, times
from console.promise_hours import office
from console.promise_times import OFFICE, SECOND, Hours, placed
from console.promise_words import Found
from console.reply import load_draft, save_draft
from console.session import Session
from store import identities, outbox
from store import promises as kept
from store.deeds import doing
from store.errors import InvalidInputError
from store.promises import NewPromise, Promise, Turn
from store.rows import OPEN_STATES
from store.text import clean, clean_line

HOUR = 3_600 * SECOND
DAY = 24 * HOUR
SOON = HOUR // 2  # before it is due, a promise that nothing was sent for is spoken of
WEEK = 7 * DAY
_WHY = 200  # characters


@dataclass(frozen=True, slots=True)
class Zone:
    """The time zone in which a promise is meant, `theirs` when it is the customer's own; and the desk's opening hours."""

    name: str
    info: tzinfo
    theirs: bool
    hours: Hours = OFFICE

    def clock(self, at: int) -> str:
        """A moment as the wall shows it there: "Wed 11 Mar 17:00"."""
        then = datetime.fromtimestamp(at // SECOND, self.info)
        return f"{then:%a} {then.day} {then:%b %H:%M}"

    def __str__(self) -> str:
        """The zone, and whose it is where it is not the customer's."""
        return self.name if self.theirs else f"{self.name}, our time: the customer's zone is not known"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a reply promises: what was found in it, in which zone, and the open promise that it only moves, if any."""

    found: tuple[Found, ...]
    zone: Zone
    person: str
    moves: Promise | None = None

    def new(self, chosen: Sequence[Found] | None = None) -> tuple[NewPromise, ...]:
        """The promises to keep with the reply: those of `chosen` (None: all found) that have a time."""
        dated = [f for f in (self.found if chosen is None else chosen) if f.due]
        made = [NewPromise(f.words, f.phrase, f.due, self.zone.name, self.person) for f in dated]
        if made and self.moves is not None:
            made[0] = replace(made[0], replaces=self.moves.id)
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Shown:
    """A promise with what its ticket is called now; `ref` is the ticket that it was merged into, where it was."""

    promise: Promise
    ref: str
    subject: str
    customer: str
    zone: Zone


@dataclass(frozen=True, slots=True)
class Rate:
    """How promises of a whole team went whose time has come; there is none of one person."""

    in_time: int
    late: int
    overdue: int

    def __str__(self) -> str:
        """Every count, and the share only beside them."""
        of = self.in_time + self.late + self.overdue
        if not of:
            return "no promise has come due"
        return f"{self.in_time} of {of} kept in time ({100 * self.in_time / of:.1f} %), {self.late} late, {self.overdue} overdue"


def zone_named(name: str) -> tzinfo | None:
    """The zone of that name; None where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def own_zone() -> Zone:
    """This machine's time zone, with the rules of its summer where its name can be found."""
    place = os.environ.get("TZ", "").removeprefix(":")
    if not place:
        place = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    info = zone_named(place)
    if info is not None:
        return Zone(place, info, theirs=False)
    fixed = datetime.now(UTC).astimezone().tzinfo or UTC
    return Zone(time.tzname[0], fixed, theirs=False)


def zone_of(name: str) -> Zone:
    """The customer's zone of that name, or this machine's."""
    info = zone_named(name)
    return Zone(name, info, theirs=True) if info is not None else own_zone()


def zone_at(session: Session, name: str, ref: str) -> Zone:
    """The zone of that name with the opening hours of the ticket's desk."""
    return replace(zone_of(name), hours=office(session.settings, ref.partition("/")[0]))


# -- in a reply -------------------------------------------------------------------------------------------------


def in_words(session: Session, text: str) -> bool:
    """Whether `text` may promise anything at all: quick, and without the store."""
    return bool(promise_words.find(text, session.now(), UTC))


def understand(session: Session, ref: str, text: str, send_at: int = 0, instead: str = "") -> Understood:
    """What `text` promises the customer of a ticket, when it leaves at `send_at` (0: now).

    `instead` is the operation whose words it takes the place of: what those promised and moved is as if it had not been.
    """
    person, _, zone_name, _ = session.db.read(lambda r: kept.person_of(r, ref))
    zone = zone_at(session, zone_name, ref)
    found = promise_words.find(clean(text), send_at or session.now(), zone.info, zone.hours)
    moving = found and promise_words.no_news(text)
    waiting = session.db.read(lambda r: kept.beside(r, ref, instead)) if moving else []
    return Understood(found, zone, person, waiting[0] if waiting else None)


def retimed(found: Found, typed: str, zone: Zone, now: int) -> Found:
    """The same promise for the time that somebody typed. Raises InvalidInputError for a time that is none, or has passed."""
    return replace(found, due=moment(typed, now, zone))


def moment(typed: str, now: int, zone: Zone) -> int:
    """A time to come as people type it, in that zone: "tomorrow 15:00", "friday", "in 2 hours", "2h", or ISO 8601."""
    return promise_words.as_ahead(typed, now, zone.info, zone.hours) or times.ahead(typed, now, zone.info)


# -- the promises that are kept ---------------------------------------------------------------------------------


def settle(session: Session) -> int:
    """Close the promises that a message has kept since; returns how many. A workspace that may not be written is left alone."""
    waiting = [] if session.db.read_only else session.db.read(kept.opened)
    done = [(each, turn) for each in waiting if (turn := _kept(session, each)) is not None]
    for each, turn in done:
        with session.db.write("local") as connection:
            kept.close(connection, each, turn)
    return len(done)


def _kept(session: Session, found: Promise) -> Turn | None:
    """What kept a promise: the first answer after it that was more than another time."""
    for number, at, author, body in session.db.read(lambda r: kept.answers(r, found)):
        if not promise_words.no_news(body):
            return Turn("kept", author, at, f"message {number}", learnt=session.now())
    return None


def find(session: Session, number: str) -> Promise:
    """One promise by its id or the end of it."""
    return session.db.read(lambda r: kept.ending(r, number))


def keep(session: Session, number: str) -> Promise:
    """Say by hand that a promise was kept, on the telephone for example."""
    return _end(session, number, Turn("kept", session.actor, session.now(), f"said by {session.actor}"))


def drop(session: Session, number: str, why: str = "") -> Promise:
    """Give a promise up, and say why."""
    said = clean_line(why)[:_WHY] or "no reason given"
    return _end(session, number, Turn("dropped", session.actor, session.now(), said))


def _end(session: Session, number: str, turn: Turn) -> Promise:
    found = find(session, number)
    deed = _deed(session, [found.id], f"promise {turn.kind} on {found.ref}: {found.phrase}")
    kept.decide(session.db, found.id, lambda connection, now: kept.close(connection, now, turn), deed)
    return find(session, found.id)


def _deed(
    session: Session, ids: list[str], what: str
) -> Callable[[Connection], AbstractContextManager[None]]:
    return lambda connection: doing(
        connection, "promise", ids, what=what, actor=session.actor, now=session.now()
    )


def move(session: Session, number: str, typed: str) -> Promise:
    """Give a promise another time, as it was agreed with the customer; returns the promise that takes its place."""
    old, now = find(session, number), session.now()
    due = moment(typed, now, zone_at(session, old.zone, old.ref))
    made = replace(
        old, id=outbox.new_id(now), phrase=clean_line(typed), due=due, replaces=old.id, created=now
    )
    deed = _deed(session, [old.id, made.id], f"promise moved on {old.ref}: {old.phrase} to {made.phrase}")
    kept.decide(
        session.db, old.id, lambda connection, found: kept.move(connection, found, made, session.actor), deed
    )
    return made


def opened(session: Session, within: int = 0, refs: Sequence[str] | None = None) -> list[Promise]:
    """Open promises, the most urgent first; with `within`, those due in that time (microseconds) or late."""
    before = session.now() + within if within else 0
    return session.db.read(lambda r: kept.opened(r, before, refs))


def of_customer(session: Session, customer_id: int) -> tuple[str, ...]:
    """What is still promised to a person, one line each, the most urgent first: "by Wed 11 Mar 17:00 on acme/4 (late)"."""
    now = session.now()
    found = session.db.read(lambda r: kept.of_people(r, identities.person_ids(r, customer_id)))
    return tuple(
        f"by {zone_of(p.zone).clock(p.due)} on {p.ref}{' (late)' if p.late(now) else ''}: {p.phrase}"
        for p in found
    )


def closed(session: Session, since: int = 0) -> list[Promise]:
    """Promises that were kept, moved or dropped since then, the newest first."""
    return session.db.read(lambda r: kept.closed(r, since))


def rate(session: Session, since: int = 0) -> Rate:
    """How the team's promises went whose time came since then (0: in the last 7 days)."""
    now = session.now()
    return Rate(*session.db.read(lambda r: kept.tally(r, since or now - WEEK, now)))


def shown(session: Session, found: Sequence[Promise]) -> list[Shown]:
    """Promises with their tickets as they are called now."""
    refs = session.db.read(lambda r: {p.ref: kept.where_now(r, p.ref) for p in found})
    names = session.db.read(lambda r: kept.subjects(r, list(refs.values())))
    unknown = ("", "")
    return [
        Shown(p, refs[p.ref], *names.get(refs[p.ref], unknown), zone_at(session, p.zone, p.ref))
        for p in found
    ]


# -- no news yet ------------------------------------------------------------------------------------------------


def pressing(session: Session) -> list[Promise]:
    """Promises that are due within half an hour, or late, and for which nothing waits in the outbox either."""
    due = opened(session, SOON)
    if not due:
        return []
    leaving = session.db.read(lambda r: outbox.operations(r, OPEN_STATES))
    answered = {o.ref for o in leaving if o.kind == "reply" and o.id not in {p.op_id for p in due}}
    return [p for p in due if p.ref not in answered]


def next_time(found: Promise, now: int, hours: Hours = OFFICE) -> int:
    """When we can honestly write again: the same hour of the next working day in the promise's zone."""
    zone = zone_of(found.zone).info
    last = datetime.fromtimestamp(found.due // SECOND, zone)
    day = hours.after(datetime.fromtimestamp(max(found.due, now) // SECOND, zone).date(), 1)
    return placed(datetime.combine(day, last.time().replace(second=0)), zone, now) or now + DAY


def update_words(session: Session, number: str) -> tuple[str, str]:
    """(ref, words) of an honest update for a promise. Sent as it is, it moves the promise to the time that it names."""
    found = find(session, number)
    ref = session.db.read(lambda r: kept.where_now(r, found.ref))
    _, name, _, locale = session.db.read(lambda r: kept.person_of(r, ref))
    at = next_time(found, session.now(), zone_at(session, found.zone, ref).hours)
    return ref, promise_words.update(locale, name.partition(" ")[0], at, zone_of(found.zone).info)


def draft_update(session: Session, ref: str, words: str) -> str:
    """Put an update above what is drafted for its ticket, and never send it; returns the ticket's ref."""
    before = load_draft(session, ref)
    if before is not None and before.mode == "note":
        raise InvalidInputError(f"A note is being written on {ref}.", "Send or discard it first.")
    rest = [before.text] if before is not None and not promise_words.no_news(before.text) else []
    save_draft(session, ref, "\n\n".join([words, *rest]), "reply")
    return ref


# -- the board --------------------------------------------------------------------------------------------------

Section = Literal["late", "today", "to come", "kept", "kept late"]


@dataclass(frozen=True, slots=True)
class Line:
    """One promise on the board, and the part of the board in which it stands."""

    section: Section
    shown: Shown


@dataclass(frozen=True, slots=True)
class Board:
    """Late ones first, then those due today, those to come, and those kept in the last 7 days; and how the team did."""

    lines: tuple[Line, ...]
    rate: Rate


def board(session: Session) -> Board:
    """The board as it stands now, after what the desks' messages have kept."""
    settle(session)
    now = session.now()
    lately = [p for p in closed(session, now - WEEK) if p.state == "kept"]
    lines = [Line(_section(each, now), each) for each in shown(session, [*opened(session), *lately])]
    return Board(tuple(lines), rate(session))


def _section(each: Shown, now: int) -> Section:
    late = each.promise.late(now)
    if each.promise.state == "kept":
        return "kept late" if late else "kept"
    return "late" if late else "today" if each.promise.due < _today_ends(now, each.zone.info) else "to come"


def _today_ends(now: int, zone: tzinfo) -> int:
    here = datetime.fromtimestamp(now // SECOND, zone) + timedelta(days=1)
    return placed(here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None), zone, now)
