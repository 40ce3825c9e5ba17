"""Saved searches on the number keys: nine that every agent needs, and the team's own from config.toml."""

from __future__ import annotations

from dataclasses import dataclass

from console.session import Session
from console.triage import count


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name; `key` is the number key that opens it, "" for none."""

    name: str
    query: str
    sort: str = "updated"
    key: str = ""


BUILT_IN = (
    View("Live", "status:live", "updated", "1"),
    View("Mine", "status:live assignee:me", "updated", "2"),
    View("Unassigned", "status:live is:unassigned", "waiting", "3"),
    View("Waiting", "is:waiting", "waiting", "4"),
    View("Clock", "is:sla", "sla", "5"),
    View("New", "status:new", "created", "6"),
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
    return {v.name: count(session, v.query) for v in views(session)}
