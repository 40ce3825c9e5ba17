"""Tickets that one follows, and notes that name one."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands import asking
from console.commands.door import Door

FOLLOWED = ("ref", "status", "subject", "created", "changed")
MENTION = ("ref", "subject", "author", "at", "text", "message_id", "fresh")


def follow(
    door: Door,
    refs: Annotated[
        list[str] | None,
        typer.Argument(metavar="REF", help="Tickets; without any, what you follow is listed."),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Follow them no more.")] = False,
) -> None:
    """Follow a ticket, or list those that you follow with what changed since you looked; `is:followed` finds them."""
    from console import seen  # noqa: PLC0415  (commands load what they use)
    from console.triage import resolve  # noqa: PLC0415  (the same)

    if not refs:
        asking.needs("REF", off=off)
    with door.session(desks=True, answer=FOLLOWED) as session:
        named = [resolve(session, each) for each in refs or ()]
        if named:
            (seen.unfollow if off else seen.follow)(session, named)
        found = [each for each in seen.followed(session) if not named or each.ref in named]
        since = {each.ref: seen.since_seen(session, each.ref) for each in found}
        changed = {ref: what.words() if what else "" for ref, what in since.items()}
        rows = ({**each._asdict(), "changed": changed[each.ref]} for each in found)
        door.table(rows, FOLLOWED, text=("ref", "status", "changed", "subject"))
        if door.for_people and not found:
            door.warn("You follow them no more." if named else "You follow no ticket.")


def mentions(
    door: Door,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    fresh: Annotated[
        bool, typer.Option("--new", help="Only those since you last looked at the ticket.")
    ] = False,
) -> None:
    """List the internal notes that name you (@Bo Berg, @bo), the newest first; `is:mentioned` finds their tickets."""
    from console.mentions import mentions as inbox  # noqa: PLC0415  (the same)
    from console.times import ago  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        now = session.now()
        found = [each for each in inbox(session, limit) if each.fresh or not fresh]
        rows = (
            {**each._asdict(), **_for_people(each.at, each.text, ago(each.at, now), door)} for each in found
        )
        door.table(rows, MENTION, text=("ref", "author", "at", "text"))
        if not found:
            door.found_nothing(session, "No note names you.")


def _for_people(at: int, text: str, age: str, door: Door) -> dict[str, object]:
    return {"at": age, "text": " ".join(text.split())} if door.for_people else {"at": at}
