"""Saved searches on the number keys: nine that every agent needs, and the team's own from config.toml."""

from __future__ import annotations

from dataclasses import dataclass

from console.query import parse
from console.session import Session
from store.counts import counts
from store.reader import forget


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name; `key` is the number key that opens it, "" for none."""

    name: str
    query: str
    sort: str = "updated"
    key: str = ""


BUILT_IN = (
    View("Live", "status:live -is:snoozed", "updated", "1"),
    View("Mine", "status:live assignee:me -is:snoozed", "updated", "2"),
    View("Unassigned", "status:live is:unassigned -is:snoozed", "waiting", "3"),
    View("Waiting", "is:waiting -is:snoozed", "waiting", "4"),
    View("Clock", "is:sla", "sla", "5"),
    View("New", "status:new -is:snoozed", "created", "6"),
    View("Unseen", "is:unseen", "updated", "7"),
    View("Pending", "status:pending,hold", "oldest", "8"),
    View("All", "", "updated", "9"),
)


def views(session: Session) -> tuple[View, ...]:
    """The views in the order of their keys; one from the settings takes the place of a built-in one with its key."""
    own = [View(name, v.query, v.sort, v.key) for name, v in session.settings.views.items()]
    taken = {v.key for v in own if v.key} | {v.name for v in own}
    kept = [v for v in BUILT_IN if v.key not in taken and v.name not in taken]
    return tuple(sorted([*kept, *own], key=lambda v: (v.key == "", v.key, v.name)))


def view_counts(session: Session) -> dict[str, int]:
    """How many tickets each view holds."""
    found = views(session)
    now = session.now()
    queries = [parse(v.query, now) for v in found]
    return dict(zip((v.name for v in found), session.db.read(lambda r: counts(r, queries)), strict=True))


def forget_counts(session: Session) -> None:
    """Count anew the next time: what was counted is otherwise remembered until a file has changed."""
    session.db.read(forget)
