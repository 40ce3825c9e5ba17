"""What a supervisor watches: the board, and the log as it grows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.door import Door, Form
from console.commands.queue import QueryWords

if TYPE_CHECKING:
    from console.board import Board
    from console.session import Session
    from store.rows import Event

LAST = 20
BLOCK = 1000
BOARD = ("by_status", "unassigned", "oldest_unanswered", "load", "figures", "recent")
LOOKED = (1_000, 50_000, 1_000_000)  # events, for the last ones of a query


def board(door: Door) -> None:
    """Show live figures: tickets by status, who waits longest, what each agent has on the table."""
    from console.board import board as figures  # noqa: PLC0415  (commands load what they use)

    with door.session(desks=True) as session:
        found = figures(session, session.now())
        oldest = found.oldest_unanswered
        row: dict[str, object] = {
            "by_status": found.by_status,
            "unassigned": found.unassigned,
            "oldest_unanswered": _only(shapes.ticket_row(oldest), shapes.TICKET) if oldest else None,
            "load": [shapes.plain(a) for a in found.load],
            "figures": [shapes.plain(f) for f in found.figures],
            "recent": [shapes.plain(e) for e in found.recent],
        }
        door.one(_only(row, BOARD), lambda: _board_lines(found))
        if not sum(found.by_status.values()):
            door.found_nothing(session, "")


def _only(row: dict[str, object], names: Iterable[str]) -> dict[str, object]:
    return {name: row[name] for name in names}


def _board_lines(found: Board) -> Iterator[str]:
    wide = max((len(f.label) for f in found.figures), default=0)
    yield from (f"{f.label:<{wide}}  {f.value}" for f in found.figures)
    if found.oldest_unanswered:
        yield f"\nwaiting longest: {found.oldest_unanswered.ref}  {found.oldest_unanswered.subject}"
    yield ""
    yield from (shapes.event_line(e) for e in found.recent[:LAST])


def tail(
    door: Door,
    query: QueryWords = None,
    since: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="CURSOR", help="Events after this number; 0 for all. Otherwise the last 20."
        ),
    ] = None,
    follow: Annotated[
        bool | None,
        typer.Option("-f/ ", "--follow/--no-follow", help="Go on as events come; the default on a terminal."),
    ] = None,
) -> None:
    """Print the log of everything that happens, one line an event; `seq` is the cursor for --since."""
    from console import tail as log  # noqa: PLC0415  (the same)

    goes_on = door.stdout.isatty() if follow is None else follow
    asked = shapes.query_of(query)
    with door.session(desks=True) as session:
        start = _last(session, asked) if since is None else since
        events = log.follow(session, start, asked) if goes_on else _until_now(session, start, asked)
        _print(door, events, endless=goes_on)


def _last(session: Session, query: str) -> int:
    """The cursor before the last 20 events, with a query those of its tickets, as far back as is quick to look."""
    from console.tail import newest, tail  # noqa: PLC0415  (the same)

    end = newest(session)
    start = max(end - LAST, 0)
    for span in LOOKED if query else ():
        start = max(end - span, 0)
        found = tail(session, start, query, span)
        if len(found) >= LAST:
            return found[-LAST].seq - 1
        if not start:
            break
    return start


def _until_now(session: Session, since: int, query: str) -> Iterator[Event]:
    from console.tail import tail as after  # noqa: PLC0415  (the same)

    while found := after(session, since, query, BLOCK):
        yield from found
        since = found[-1].seq


def _print(door: Door, events: Iterator[Event], *, endless: bool) -> None:
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    if endless and not door.for_people and door.form in {Form.TEXT, Form.JSON}:
        raise InvalidInputError(
            "A table or an array has no end while it follows.", "Use -o ndjson or -o csv, or --no-follow."
        )
    if door.for_people:
        for event in events:
            door.say(shapes.event_line(event))
            door.stdout.flush()
        return
    door.table(_flushed(door, events) if endless else map(shapes.plain, events), shapes.EVENT)


def _flushed(door: Door, events: Iterator[Event]) -> Iterator[dict[str, object]]:
    for event in events:
        yield shapes.plain(event)
        door.stdout.flush()
