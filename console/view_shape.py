"""How a view of another program is laid out: its order, its groups and its columns, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.text import clean_line

_ORDERS = {
    "created": "created", "created_at": "created", "updated": "updated", "updated_at": "updated", "subject": "subject",
    "title": "subject", "priority": "priority", "priority_id": "priority", "escalation_at": "sla",
    "first_response_escalation_at": "sla", "nice_id": "created", "number": "created",
}  # fmt: skip
# Whether an order of ours goes down, and what it therefore begins with.
_FIRST = {
    "updated": (True, "the newest change comes first"),
    "created": (True, "the newest come first"),
    "priority": (True, "the most urgent come first"),
    "subject": (False, "from A to Z"),
    "sla": (False, "what is due first comes first"),
}
_GROUPS = {
    "status": "status", "state": "status", "priority": "priority", "assignee": "assignee", "owner": "assignee",
    "group": "group", "requester": "requester", "customer": "requester", "organization": "org", "channel": "channel",
}  # fmt: skip
_COLUMNS = {
    "subject": "subject", "title": "subject", "status": "status", "state": "status", "priority": "priority",
    "requester": "requester", "customer": "requester", "assignee": "assignee", "owner": "assignee", "group": "group",
    "channel": "channel", "tags": "tags", "ticket_id": "ref", "nice_id": "ref", "number": "ref", "created": "created",
    "created_at": "created", "updated": "age", "updated_at": "age", "sla_next_breach_at": "sla", "escalation_at": "sla",
}  # fmt: skip


def shape(given: Mapping[str, Any], warnings: list[str], *, zammad: bool) -> tuple[str, str, tuple[str, ...]]:
    """Order, groups and columns of a view of Zendesk or, with `zammad`, of an overview; `warnings` gets what is not known here."""
    inner = given.get("order" if zammad else "execution")
    given_shape = inner if isinstance(inner, dict) else {}
    by = str(given_shape.get("by" if zammad else "sort_by") or "")
    told = str(given_shape.get("direction" if zammad else "sort_order") or "")
    down = (told or "desc").lower().startswith("d")
    sort = _ORDERS.get(by, "updated")
    if by and by not in _ORDERS:
        warnings.append(clean_line(f"its order is not known here: {by}")[:200])
    if sort == "updated" and by in _ORDERS and not down:
        sort = "oldest"
    elif by in _ORDERS and told and down is not _FIRST[sort][0]:
        warnings.append(f"its order is turned round: {_FIRST[sort][1]}")
    over = str(given.get("group_by") or "") if zammad else str(given_shape.get("group_by") or "")
    group = _GROUPS.get(over, "")
    if over and not group:
        warnings.append(clean_line(f"its groups are not known here: {over}")[:200])
    shown = (
        given.get("view", {}).get("s")
        if zammad and isinstance(given.get("view"), dict)
        else given_shape.get("columns")
    )
    names = (
        [str(each.get("id")) if isinstance(each, dict) else str(each) for each in shown]
        if isinstance(shown, list)
        else []
    )
    columns = tuple(dict.fromkeys(_COLUMNS[name] for name in names if name in _COLUMNS))
    lost = [name for name in names if name not in _COLUMNS]
    if lost:
        warnings.append(clean_line(f"columns left out: {', '.join(lost)}")[:200])
    return sort, group, columns
