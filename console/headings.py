"""What stands over the tickets of a group: the name of what they share, and how many there are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from store.groups import Groups

# What a group of tickets is called that have no such thing.
_NONE = {"assignee": "nobody", "group": "no group", "requester": "nobody", "org": "no organization"}
_WORDS = {"status": {"hold": "on-hold"}, "priority": {"none": "no priority"}}
_PLAIN: Mapping[str, str] = MappingProxyType({})


def name(groups: Groups, group: int) -> str:
    """What a group is called on the screen and in a list."""
    said = groups.name(group)
    if not said:
        return _NONE.get(groups.by, "none") if not groups.values[group] else "no name"
    return _WORDS.get(groups.by, _PLAIN).get(said, said)


def count(groups: Groups, group: int, *, more: bool = False) -> str:
    """How many tickets a group has; with `more` the last one may have others that are not known yet."""
    tickets = groups.count(group)
    plus = "+" if more and group + 1 == len(groups) else ""
    return f"{tickets:,}{plus} {'ticket' if tickets == 1 and not plus else 'tickets'}"


def lines(groups: Groups | None, most: int) -> dict[int, str]:
    """The headings of the first `most` rows as lines of a printed list, each by the row that it stands before."""
    if groups is None or not most:
        return {}
    shown = range(groups.at(most - 1) + 1)
    return {groups.firsts[g]: f"-- {name(groups, g)}, {count(groups, g)}" for g in shown}


def words(groups: Groups | None, *, more: bool = False) -> dict[int, tuple[str, str]]:
    """Name and count of all groups, each by the row that it begins at."""
    if groups is None:
        return {}
    return {groups.firsts[g]: (name(groups, g), count(groups, g, more=more)) for g in range(len(groups))}
