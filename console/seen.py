"""What changed on a ticket since the agent last looked, in words; and following tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.session import Session
from console.triage import mark_seen
from store import seen, turn
from store.seen import Followed, News

_FIELDS = ("status", "assignee", "priority", "group", "subject")


@dataclass(frozen=True, slots=True)
class Since:
    """What others did on a ticket since a moment: counts, and each field with its value then and now."""

    at: int
    messages: int
    notes: int
    fields: tuple[tuple[str, str, str], ...]
    woke: str = ""

    def words(self) -> str:
        """The same as people say it: "2 messages, 1 note, status open -> pending"; "" for nothing."""
        parts = [f"woke: {self.woke}"] if self.woke else []
        parts += [_many(self.messages, "message")] if self.messages else []
        parts += [_many(self.notes, "note")] if self.notes else []
        parts += [f"{name} {old or 'none'} -> {new or 'none'}" for name, old, new in self.fields]
        return ", ".join(parts)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def summed_up(found: Sequence[News], at: int, mine: set[str]) -> Since:
    """Sum up what was not done under one of the names `mine`; a field that is as it was is not told. Pure."""
    others = [each for each in found if each.role != "agent" or each.actor not in mine]
    fields: dict[str, tuple[str, str]] = {}
    for each in others:
        if each.kind in _FIELDS:
            fields[each.kind] = (fields.get(each.kind, (each.old, ""))[0], each.new)
    return Since(
        at,
        sum(each.kind == "message" for each in others),
        sum(each.kind == "note" for each in others),
        tuple((name, old, new) for name, (old, new) in fields.items() if old != new),
        next((each.new for each in reversed(found) if each.kind == "woke"), ""),
    )


def since_seen(session: Session, ref: str) -> Since | None:
    """What changed on a ticket since the agent looked; None when he never did."""
    at = session.db.read(lambda r: seen.looked_at(r, ref))
    if not at:
        return None
    found = session.db.read(lambda r: seen.news(r, ref, at))
    return summed_up(found, at, session.db.read(turn.my_names) | {session.actor})


def look(session: Session, ref: str) -> str:
    """Look at a ticket: it counts as seen from now on; returns what changed before, "" for nothing or at the first look."""
    found = since_seen(session, ref)
    mark_seen(session, ref)
    told = found.words() if found is not None else ""
    return f"since you looked: {told}" if told else ""


def follow(session: Session, refs: Sequence[str]) -> None:
    """Follow these tickets."""
    seen.follow(session.db, refs, session.actor, session.now())


def unfollow(session: Session, refs: Sequence[str]) -> None:
    """Follow these tickets no more."""
    seen.unfollow(session.db, refs, session.actor, session.now())


def followed(session: Session) -> list[Followed]:
    """The tickets that are followed, the last one first."""
    return session.db.read(seen.followed)


def toggle(session: Session, refs: Sequence[str]) -> bool:
    """Follow these tickets, or where all of them are followed, no more; whether they are now."""
    known = {each.ref for each in followed(session)}
    if set(refs) <= known:
        unfollow(session, refs)
        return False
    follow(session, refs)
    return True


def newest_message(session: Session) -> int:
    """A number that differs once a message has arrived."""
    return session.db.read(seen.newest_message, overlaid=False)
