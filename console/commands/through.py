"""What nobody seems to look after, and what may be there twice."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands import shapes
from console.commands.door import Door

FINDING = ("kind", "ref", "subject", "requester", "assignee", "since", "why")
DUPLICATE = ("keep", "other", "requester", "score", "hours", "shared", "plan")


def sweep(
    door: Door,
    *,
    unowned: Annotated[float, typer.Option(min=0, help="Hours that a ticket may be nobody's.")] = 4,
    unanswered: Annotated[float, typer.Option(min=0, help="Hours that a customer may wait.")] = 24,
    stale: Annotated[
        float, typer.Option(min=0, help="Hours without a sign while others are waited for.")
    ] = 168,
    unsent: Annotated[float, typer.Option(min=0, help="Hours that something may wait to be sent.")] = 1,
) -> None:
    """List what may have fallen through, each with why; exits with 1 when there is anything."""
    from console.falls_through import Patience, sweep  # noqa: PLC0415  (commands load what they use)

    with door.session(desks=True) as session:
        found = sweep(session, Patience(unowned, unanswered, stale, unsent))
        door.table(map(shapes.plain, found), FINDING, text=("kind", "ref", "requester", "why", "subject"))
        if not found:
            door.found_nothing(session, "Nothing has fallen through.")
    if found:
        raise typer.Exit(1)


def dupes(
    door: Door,
    *,
    hours: Annotated[float, typer.Option(min=0, help="How far apart in time two may be.")] = 48,
    days: Annotated[float, typer.Option(min=0, max=36_500, help="How far back to look.")] = 30,
    solved: Annotated[bool, typer.Option("--solved", help="Solved and closed tickets as well.")] = False,
) -> None:
    """List tickets that may be one and the same, with the evidence; nothing is merged."""
    from console.dupes import dupes  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        found = dupes(session, hours=hours, days=days, solved=solved)
        door.table(map(shapes.plain, found), DUPLICATE, text=("score", "requester", "shared", "plan"))
        if not found:
            door.found_nothing(session, "No two tickets are alike.")
