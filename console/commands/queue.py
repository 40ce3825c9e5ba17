"""Finding and reading: list, show, search."""

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
COUNT = ("count",)
SHOWN = (
    *shapes.TICKET, "desk", "remote_id", "organization", "fields", "presence", "merged_into", "copied", "url", "here",
    "messages",
)  # fmt: skip

QueryWords = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="QUERY",
        help="status:open assignee:me tag:vip waiting>4h -tag:spam words ...",
        autocompletion=complete.query,
    ),
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
    ] = "",
    limit: Annotated[int, typer.Option(min=0, help="How many at most; 0 for all.")] = LIMIT,
    count: Annotated[bool, typer.Option("--count", help="Only say how many there are.")] = False,
    view: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Of this view; a QUERY narrows it.", autocompletion=complete.view_names
        ),
    ] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what the query means, and list nothing.")
    ] = False,
) -> None:
    r"""List the tickets that match a query, the newest change first.

    \b
    status:open,pending  priority:high  channel:sms  group:NAME  org:NAME  tag:vip
    assignee:me|none|NAME  customer:WORDS|ana@|+1555  desk:NAME  ref:123  field.KEY:VALUE
    is:waiting|unassigned|unseen|pending|draft|live|sla  promise:open|late|none
    is:snoozed|followed|mentioned  rating:good|bad|none
    created>7d  updated<2h  waiting>4h  sla<1h      (m, h, d, w)
    created:2026-01..2026-02  updated:today  told>2  messages:5..  priority>=high
    words  "an exact phrase"  -anything  one or other  (...)  sort:sla
    """
    from console import triage  # noqa: PLC0415  (commands load what they use)
    from console.snooze import settle  # noqa: PLC0415  (the same)

    asked = shapes.query_of(query)
    if sort:
        _known_sort(sort)
    with door.session(desks=True) as session:
        settle(session)
        asked, sort = _viewed(session, view, asked, sort)
        if explain:
            _explain(door, session, asked, sort)
            return
        if count:
            found = triage.count(session, asked)
            door.one(dict.fromkeys(COUNT, found), lambda: [str(found)])
            if not found:
                door.found_nothing(session, "")
            return
        if door.for_people:
            _show(door, session, asked, sort, limit)
            return
        ids = triage.queue_ids(session, asked, sort, limit)
        door.table(_rows(session, ids), shapes.TICKET)
        if not ids:
            door.found_nothing(session, "")


def _show(door: Door, session: Session, asked: str, sort: str, limit: int) -> None:
    """The list as people read it, its groups under their headings; to count a group all of its tickets are looked up."""
    from console import headings, triage  # noqa: PLC0415  (the same)
    from store.orders import group_of  # noqa: PLC0415  (the same)

    found, groups = triage.grouped(session, asked, sort, 0 if group_of(sort) else limit)
    shown = found[:limit] if limit else found
    now = session.now()
    rows = (shapes.for_people(row, now) for row in _rows(session, shown))
    heads = headings.lines(groups, len(shown))
    door.table(rows, shapes.TICKET, text=shapes.TICKET_TEXT, headings=heads)
    if not shown:
        door.found_nothing(session, f"No ticket matches. {_why(session, asked)}".strip())
    elif len(shown) == limit and (total := len(found) if groups else triage.count(session, asked)) > limit:
        door.warn(f"{limit} of {total:,}; --limit 0 lists all of them.")


def _why(session: Session, asked: str) -> str:
    from console import nothing  # noqa: PLC0415  (the same)

    return nothing.why(session, asked)


def _viewed(session: Session, view: str, asked: str, sort: str) -> tuple[str, str]:
    """The query within a view, and its order."""
    if not view:
        return asked, sort or "updated"
    from console.views import named, within  # noqa: PLC0415  (the same)

    found = named(session, view)
    return within(found, asked), sort or found.order


def _explain(door: Door, session: Session, asked: str, sort: str) -> None:
    from console import explain  # noqa: PLC0415  (the same)

    found = explain.explain(session, asked, sort)
    door.one(shapes.plain(found), lambda: explain.lines(found))


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
    from console import history, presence, triage  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        found = triage.ticket(session, ref)
        items = history.thread(session, found.row.ref)
        here = presence.here(session, found.row.ref)
        now = session.now()
        row = {
            **shapes.ticket(found),
            "here": [each.told() for each in here],
            "messages": [shapes.item(i) for i in items],
        }
        lines = [f"  {'here:':<11} {each.words(now)}" for each in here]
        door.one(
            {name: row[name] for name in SHOWN}, lambda: (*lines, *shapes.ticket_lines(found, items, now))
        )


def search(
    door: Door,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="All of them must be there.")],
    limit: Annotated[int, typer.Option(min=1, help="How many places at most.")] = 100,
    ranked: Annotated[bool, typer.Option("--ranked", help="What fits best first.")] = False,
) -> None:
    """Search subjects, messages, notes, names, numbers and attachments, the newest first; works without the network."""
    from console.search import search as find  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        hits = find(session, " ".join(words), limit, ranked=ranked)
        door.table((shapes.plain(h) for h in hits), shapes.HIT, text=("ref", "where", "requester", "excerpt"))
        if not hits:
            door.found_nothing(session, "Nothing is found.")
