"""Finding and reading: list, show, search, views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import complete, shapes
from console.commands.door import Door

if TYPE_CHECKING:
    from array import array

    from console.session import Session

BLOCK = 500
LIMIT = 50

QueryWords = Annotated[
    list[str] | None,
    typer.Argument(metavar="QUERY", help="status:open assignee:me tag:vip waiting>4h -tag:spam words ..."),
]


def list_tickets(
    door: Door,
    query: QueryWords = None,
    *,
    sort: Annotated[
        str,
        typer.Option(
            help="updated, created, oldest, waiting, sla, priority or subject.", autocompletion=complete.sorts
        ),
    ] = "updated",
    limit: Annotated[int, typer.Option(min=0, help="How many at most; 0 for all.")] = LIMIT,
    count: Annotated[bool, typer.Option("--count", help="Only say how many there are.")] = False,
) -> None:
    r"""List the tickets that match a query, the newest change first.

    \b
    status:open,pending  priority:high  channel:sms  group:NAME  org:NAME  tag:vip
    assignee:me|none|NAME  customer:WORDS  desk:NAME  ref:123  field.KEY:VALUE
    is:waiting|unassigned|unseen|pending|draft|live|sla
    created>7d  updated<2h  waiting>4h  sla<1h      (m, h, d, w)
    words  "an exact phrase"  -anything
    """
    from console import triage  # noqa: PLC0415  (commands load what they use)

    asked = shapes.query_of(query)
    _known_sort(sort)
    with door.session(desks=True) as session:
        if count:
            found = triage.count(session, asked)
            door.one({"count": found}, lambda: [str(found)])
            return
        ids = triage.queue_ids(session, asked, sort)
        shown = ids[:limit] if limit else ids
        rows = _rows(session, shown)
        if door.for_people:
            now = session.now()
            rows = (shapes.for_people(row, now) for row in rows)
        door.table(rows, shapes.TICKET, text=shapes.TICKET_TEXT)
        if door.for_people and len(shown) < len(ids):
            door.warn(f"{len(shown)} of {len(ids):,}; --limit 0 lists all of them.")
        if door.for_people and not ids:
            door.warn("No ticket matches.")


def _known_sort(sort: str) -> None:
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)
    from store.filters import ORDERS  # noqa: PLC0415  (the same)

    if sort not in ORDERS:
        raise InvalidInputError(f"There is no order {sort!r}.", f"Known: {', '.join(ORDERS)}.")


def _rows(session: Session, ids: array[int]) -> Iterator[Mapping[str, object]]:
    from console import triage  # noqa: PLC0415  (the same)

    for start in range(0, len(ids), BLOCK):
        for row in triage.rows(session, ids[start : start + BLOCK]):
            yield shapes.ticket_row(row)


RefWord = Annotated[str, typer.Argument(metavar="REF", help="A ticket: desk/123, 123 or #123.")]


def show(door: Door, ref: RefWord) -> None:
    """Show one ticket with its messages, and what waits in the outbox for it."""
    from console import history, triage  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        found = triage.ticket(session, ref)
        items = history.thread(session, found.row.ref)
        row = {**shapes.ticket(found), "messages": [shapes.item(i) for i in items]}
        door.one(row, lambda: shapes.ticket_lines(found, items, session.now()))


def search(
    door: Door,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="All of them must be there.")],
    limit: Annotated[int, typer.Option(min=1, help="How many places at most.")] = 100,
) -> None:
    """Search subjects, messages, notes and names, the newest first; works without the network."""
    from console.search import search as find  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        hits = find(session, " ".join(words), limit)
        door.table((shapes.plain(h) for h in hits), shapes.HIT, text=("ref", "where", "requester", "excerpt"))


def views(door: Door) -> None:
    """List the saved searches with how many tickets each holds."""
    from console.views import view_counts  # noqa: PLC0415  (the same)
    from console.views import views as saved  # noqa: PLC0415  (the same)

    with door.session() as session:
        counts = view_counts(session)
        door.table(({**shapes.plain(v), "count": counts[v.name]} for v in saved(session)), shapes.VIEW)
