"""The orders of a queue: for each the sort keys, and the indexes of the mirror that hold tickets in it already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.terms import CHANNELS, STATUSES

PRESENT = "presence = 'present'"
ENDED = ("solved", "closed")
LIVE = f"status NOT IN ('solved', 'closed') AND {PRESENT}"


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key, as SQL on a row of tickets; `text` compares without regard to case."""

    sql: str
    down: bool = False
    text: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Sort keys, the last of which is the row number; `index` is the end of the names of its two indexes."""

    keys: tuple[Key, ...]
    index: str

    def sql(self, *, sorted_anew: bool = False) -> str:
        """The text after ORDER BY; `sorted_anew` keeps SQLite from walking a whole index to save a small sort."""
        plus = "+" if sorted_anew else ""
        return ", ".join(plus + _term(key) for key in self.keys)

    def columns(self) -> str:
        """The keys as columns of a SELECT."""
        return ", ".join(key.sql for key in self.keys)

    def place(self, values: Sequence[object]) -> tuple[object, ...]:
        """Values of `columns` as something that Python sorts as SQLite does."""
        return tuple(_comparable(key, value) for key, value in zip(self.keys, values, strict=True))


def _term(key: Key) -> str:
    return f"{key.sql}{' COLLATE NOCASE' if key.text else ''}{' DESC' if key.down else ''}"


def _comparable(key: Key, value: object) -> object:
    if key.text:
        return str(value).encode("utf-8", "surrogatepass").lower()  # bytes: SQLite folds ASCII alone
    number = int(str(value))
    return -number if key.down else number


ID, ID_DOWN = Key("id"), Key("id", down=True)
UPDATED = Key("updated", down=True)
URGENCY = (
    "CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 WHEN 'low' THEN 3 ELSE 4 END"
)
NO_CLOCK = "CASE WHEN sla_due = 0 THEN 1 ELSE 0 END"
OVER = Key("CASE WHEN status IN ('solved', 'closed') THEN 1 ELSE 0 END")
NOT_WAITING = "CASE WHEN waiting_since = 0 THEN 1 ELSE 0 END"

ORDERS = {
    "updated": Order((UPDATED, ID_DOWN), "updated"),
    "created": Order((Key("created", down=True), ID_DOWN), "created"),
    "oldest": Order((Key("updated"), ID), "updated"),
    "sla": Order((Key(NO_CLOCK), Key("sla_due"), ID), "sla"),
    "waiting": Order((Key(NOT_WAITING), Key("waiting_since"), ID), "waiting"),
    "priority": Order((Key(URGENCY), UPDATED, ID_DOWN), "priority"),
    "subject": Order((Key("subject", text=True), ID), "subject"),
}

# The values of a field in the order in which their groups stand.
RANKED: dict[str, tuple[str, ...]] = {
    "status": STATUSES,
    "priority": ("urgent", "high", "normal", "low", "none"),
    "channel": tuple(sorted(CHANNELS)),
}


def _rank(field: str, rest: str) -> Key:
    """The place of a value among those of its field; what is not known there counts as `rest`."""
    ranks = {value: rank for rank, value in enumerate(RANKED[field]) if value != rest}
    cases = " ".join(f"WHEN '{value}' THEN {rank}" for value, rank in ranks.items())
    return Key(f"CASE {field} {cases} ELSE {RANKED[field].index(rest)} END")


# What tickets can be put together by, before the order: no index holds them so, and they are sorted when they are asked for.
# Each is a number, by which `store.group_names` finds the name, and `store.name_order` its place among the names.
GROUPS = {
    "status": _rank("status", "closed"),
    "priority": Key(URGENCY),
    "assignee": Key("assignee_id"),
    "group": Key("group_id"),
    "requester": Key("requester_id"),
    "org": Key("organization_id"),
    "channel": _rank("channel", "other"),
}

# Each index by the end of its name, as CREATE INDEX wants it.
INDEXED = {
    "updated": "updated, id",
    "created": "created, id",
    "subject": "subject COLLATE NOCASE, id",
    "priority": f"{URGENCY}, updated DESC, id DESC",
    "sla": f"{NO_CLOCK}, sla_due, id",
    "waiting": f"{NOT_WAITING}, waiting_since, id",
}
# What the views ask of live tickets, so that the index answers them alone.
COVERED = (
    "status, assignee_id, waiting_since, sla_due, priority, group_id, channel, organization_id, requester_id, created, desk,"
    " tags"
)


def group_of(sort: str) -> str:
    """What an order puts together: "status" of "status/sla", "" of "sla"."""
    group = sort.rpartition("/")[0]
    return group if group in GROUPS else ""


def order_of(sort: str) -> Order:
    """The order called `sort`, "sla" or in groups "status/sla"; an unknown name sorts by the newest change."""
    group, _, within = sort.rpartition("/")
    order = ORDERS.get(within, ORDERS["updated"])
    ended = (OVER,) if within == "waiting" else ()  # who wrote last there waits for nothing
    return Order((GROUPS[group], *ended, *order.keys), "") if group in GROUPS else order
