"""Taking a ticket, unless somebody has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.answer import PushOption
from console.commands.door import Door

if TYPE_CHECKING:
    from console.session import Session
    from store.rows import Operation

TRIES = 5  # tickets that are asked for when colleagues are quicker


def claim(
    door: Door,
    ref: Annotated[str, typer.Argument(metavar="REF", help="A ticket: desk/123, 123 or #123.")] = "",
    *,
    next_: Annotated[
        bool, typer.Option("--next", help="The ticket to work on next, of those that nobody has.")
    ] = False,
    query: Annotated[
        str, typer.Option("--query", metavar="QUERY", help="With --next: only of these tickets.")
    ] = "",
    push: PushOption = False,
) -> None:
    """Take a ticket; exits with 15 and says who has it when a colleague was quicker, and with 4 when nothing is free."""
    from console import claim as claiming  # noqa: PLC0415  (commands load what they use)
    from console.triage import resolve  # noqa: PLC0415  (the same)
    from store.errors import ConflictError, InvalidInputError  # noqa: PLC0415  (the same)

    if bool(ref) == next_:
        raise InvalidInputError("Say which ticket.", "`heard claim REF`, or `heard claim --next`.")
    if query and not next_:
        raise InvalidInputError(
            "--query says of which tickets the next one is; nothing was claimed.",
            "Add --next, or leave it out.",
        )
    with door.session(desks=True, answer=shapes.OPERATION) as session:
        if ref:
            found = resolve(session, ref)
            _take(door, session, found, claiming.claim(session, found), push=push)
            return
        tried: set[str] = set()
        while True:
            found, operation = claiming.claim_next(session, query, tried)
            try:
                _take(door, session, found, operation, push=push)
            except ConflictError as error:
                tried.add(found)
                if len(tried) == TRIES:
                    raise
                door.warn(error.message)
            else:
                return


def _take(door: Door, session: Session, ref: str, operation: Operation | None, *, push: bool) -> None:
    if operation is None:
        door.one(shapes.unchanged(ref, "claim"), lambda: [f"{ref} is yours already"])
        return
    if push:
        operation = _pushed(door, session, operation)
    state = operation.state
    told = f"{ref} is yours" + ("" if state == "done" else f" once the desk has it ({state})")
    door.one(shapes.operation(operation), lambda: [told])


def _pushed(door: Door, session: Session, operation: Operation) -> Operation:
    from console import claim as claiming  # noqa: PLC0415  (the same)
    from console.commands.sync import pushed  # noqa: PLC0415  (the same)
    from console.outbox import find  # noqa: PLC0415  (the same)
    from store.errors import ConflictError  # noqa: PLC0415  (the same)

    try:
        return pushed(door, session, operation)
    except ConflictError:
        if who := claiming.lost(session, find(session, operation.id)):
            raise claiming.taken(operation.ref, who) from None
        raise
