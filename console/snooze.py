"""Putting a ticket off until there is something to do: a time, the customer, a promise, or another ticket.

A customer who writes wakes his ticket whatever it waits for; and a snoozed ticket leaves the views of an agent, never the
counts of a supervisor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from console import times
from console.session import Session
from console.triage import resolve, ticket
from store import promises, snooze
from store.errors import HeardError, InvalidInputError, NotFoundError
from store.snooze import Sign, Snooze
from store.terms import STATUSES
from store.text import clean_line

Kind = Literal["time", "reply", "promise", "ticket"]
ENDED = ("solved", "closed")
LIVE = tuple(status for status in STATUSES if status not in ENDED)
BY_HAND = "by hand"
_WHY = 200  # characters


@dataclass(frozen=True, slots=True)
class Until:
    """What a ticket is put off until; `text` is the time as typed, or the other ticket."""

    kind: Kind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Slept:
    """What was put off, and what was left alone: each ref with why."""

    done: tuple[Snooze, ...]
    left: tuple[tuple[str, str], ...]


def clock(at: int) -> str:
    """A moment as the wall shows it here: "Mon 23 Nov 09:00"."""
    then = datetime.fromtimestamp(at / times.SECOND).astimezone()
    return f"{then:%a} {then.day} {then:%b %H:%M}"


def words(found: Snooze) -> str:
    """What a snooze waits for, and why it was made: "until Mon 23 Nov 09:00 (the courier comes)"."""
    told = {
        "time": f"until {clock(found.until)}",
        "reply": "until the customer writes",
        "promise": f"until the promise is due, {clock(found.until)}" if found.kind == "promise" else "",
        "ticket": f"until {found.awaits} is solved",
    }[found.kind]
    return f"{told} ({found.why})" if found.why else told


def put_off(session: Session, refs: Sequence[str], until: Until, why: str = "") -> Slept:
    """Put these tickets off; what cannot be is left alone. Raises InvalidInputError where the time or the other ticket is none."""
    now, reason = session.now(), clean_line(why).strip()[:_WHY]
    at = times.ahead(until.text, now) if until.kind == "time" else 0
    other = resolve(session, until.text) if until.kind == "ticket" else ""
    done: list[Snooze] = []
    left: list[tuple[str, str]] = []
    for ref in dict.fromkeys(refs):
        try:
            awaits, due = _awaited(session, ref, until.kind, other)
        except HeardError as error:
            left.append((ref, error.message))
        else:
            done.append(Snooze(ref, at or due, until.kind, awaits, reason, session.actor, now))
    if done:
        snooze.put(session.db, [(each, words(each)) for each in done])
    return Slept(tuple(done), tuple(left))


def _awaited(session: Session, ref: str, kind: Kind, other: str) -> tuple[str, int]:
    """(what is awaited, when it is due) for one ticket; raises where that makes no sense."""
    status = ticket(session, ref).row.status
    if status in ENDED:
        raise InvalidInputError(f"{ref} is {status}: there is nothing to put off.")
    if kind == "ticket":
        if other == ref:
            raise InvalidInputError(f"{ref} cannot wait for itself.")
        if (found := ticket(session, other).row.status) in ENDED:
            raise InvalidInputError(f"{other} is {found} already.")
        if ref in _waited_for(session, other):
            raise InvalidInputError(f"{other} sleeps until {ref} is solved: neither would wake.")
        return other, 0
    if kind != "promise":
        return "", 0
    opened = session.db.read(lambda r: promises.opened(r, refs=[ref]))
    if not opened:
        raise InvalidInputError(f"Nothing is promised on {ref}.")
    if opened[0].due <= session.now():
        raise InvalidInputError(f"What was promised on {ref} is due already.")
    return opened[0].id, opened[0].due


def _waited_for(session: Session, ref: str) -> list[str]:
    """The tickets that one sleeps for, one after the other."""
    awaits = {each.ref: each.awaits for each in asleep(session) if each.kind == "ticket"}
    chain: list[str] = []
    while (ref := awaits.get(ref, "")) and ref not in chain:
        chain.append(ref)
    return chain


def wake(session: Session, refs: Sequence[str]) -> list[str]:
    """Bring these tickets back now; those that slept. Raises NotFoundError where none of them did."""
    wanted = set(refs)
    found = [s for s in session.db.read(snooze.signs) if s.snooze.ref in wanted]
    if not found:
        raise NotFoundError(
            f"{', '.join(sorted(wanted)) or 'The ticket'} is not snoozed.", "`heard snooze` lists what is."
        )
    turns = [(each, BY_HAND) for each in found]
    return [s.snooze.ref for s in snooze.wake(session.db, turns, session.actor, session.now())]


def settle(session: Session) -> list[tuple[str, str]]:
    """Wake what is to be woken by now; refs with their reasons. Does nothing in a workspace that is only read."""
    if session.db.read_only:
        return []
    now = session.now()
    turns = []
    for sign in session.db.read(snooze.signs):
        if sign.next_promise and not sign.writer:
            snooze.follow_promise(session.db, sign.snooze.ref, sign.next_promise, sign.next_due)
        elif reason := reason_to_wake(sign, now):
            turns.append((sign, reason))
    reasons = {sign.snooze.ref: reason for sign, reason in turns}
    woken = snooze.wake(session.db, turns, "", now) if turns else []
    return [(each.snooze.ref, reasons[each.snooze.ref]) for each in woken]


def reason_to_wake(sign: Sign, now: int) -> str:
    """Why a ticket wakes, in words; "" when it sleeps on. Pure."""
    slept = sign.snooze
    if sign.writer:
        return f"{sign.writer.rstrip(chr(31)) or 'the customer'} wrote"
    if slept.kind == "promise" and sign.promise != "open":
        return f"its promise was {sign.promise or 'taken back'}"
    if slept.until and slept.until <= now:
        return "its promise is due" if slept.kind == "promise" else f"it is {clock(slept.until)}"
    if slept.kind == "ticket" and sign.other and sign.other not in LIVE:
        return f"{slept.awaits} is {sign.other}"
    return ""


def asleep(session: Session) -> list[Snooze]:
    """What sleeps, the first to wake by the clock first."""
    return session.db.read(snooze.asleep)


def woken_since(session: Session, since: int) -> list[Snooze]:
    """What woke after a moment, the newest first; by whichever process."""
    return session.db.read(lambda r: snooze.woken_since(r, since))


def state(session: Session, ref: str) -> Snooze | None:
    """The ticket's last snooze, over or not; None when it never slept."""
    return session.db.read(lambda r: snooze.of(r, ref))


def told(session: Session, ref: str, since: int = 0) -> str:
    """One line about a ticket: that it sleeps, or that it woke after `since` and why; "" otherwise."""
    found = state(session, ref)
    if found is None:
        return ""
    if not found.woken:
        return f"snoozed {words(found)}"
    return f"woke: {found.woken_by}" if found.woken > since else ""
