"""Which ticket is next, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, shapes
from console.commands.door import Door
from console.commands.shapes import query_of

if TYPE_CHECKING:
    from console.nextup import Scored

SCORED = (*shapes.TICKET, "score", "parts")


def next_ticket(
    door: Door,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="Of these tickets; otherwise of new and open ones."),
    ] = None,
    *,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many.")] = 1,
    ticket: Annotated[str, typer.Option(metavar="REF", help="Only explain the place of this ticket.")] = "",
    skip: Annotated[str, typer.Option(metavar="REF", help="Pass this ticket over, then name the next.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason for passing it over.")] = "",
) -> None:
    """Name the ticket to work on next, with the sum that says why; exits with 1 when there is none."""
    from console import nextup  # noqa: PLC0415  (commands load what they use)
    from console.snooze import settle  # noqa: PLC0415  (the same)
    from console.triage import resolve  # noqa: PLC0415  (the same)

    if not skip:
        asking.needs("--skip", why=why)
    with door.session(desks=True, answer=SCORED) as session:
        settle(session)
        if skip:
            nextup.skip(session, resolve(session, skip), why)
        if ticket:
            found = [nextup.explain(session, resolve(session, ticket))]
        else:
            found = nextup.next_up(session, query_of(query), most=count)
        if door.for_people:
            for line in _lines(found):
                door.say(line)
        else:
            door.table(map(_row, found), SCORED)
        if not found:
            door.warn("Nothing is left to do here.")
            door.found_nothing(session, "")
    if not found:
        raise typer.Exit(1)


def _row(each: Scored) -> dict[str, object]:
    parts = [shapes.plain(part) for part in each.parts]
    return {**shapes.ticket_row(each.row), "score": each.total, "parts": parts}


def _lines(found: list[Scored]) -> Iterator[str]:
    for each in found:
        yield f"{each.row.ref}  {each.row.requester}: {each.row.subject}"
        yield f"    {each.words()}"
