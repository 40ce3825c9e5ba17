"""Both ways between this machine and the desks: once, or for as long as it runs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.complete import desks
from console.commands.door import Door
from console.commands.turns import TURN, row

if TYPE_CHECKING:
    from console.session import Session
    from store.rows import Operation
    from store.sync import Cycle

ON_THE_WAY = ("queued", "sending")
HELD = "Another process is syncing {desk}; it sends what waits."
PATIENCE_S = 10.0  # that a command waits for another process at work on the same desk
AGAIN_S, LOOK_S = 1.0, 0.1


def sync(
    door: Door,
    desk: Annotated[str, typer.Argument(metavar="DESK", help="Only this desk.", autocompletion=desks)] = "",
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until interrupted, a line for each turn.")
    ] = False,
    parent: Annotated[
        bool, typer.Option("--parent", hidden=True, help="End with standard input; `wake` starts a turn.")
    ] = False,
) -> None:
    """Send what waits, then fetch what is new."""
    if watch:
        from console.commands.watch import keep_watching  # noqa: PLC0415  (commands load what they use)

        keep_watching(door, desk, parent=parent)
        return
    with door.session(desks=True, answer=TURN) as session:
        turn(door, session, desk)


def turn(door: Door, session: Session, desk: str) -> None:
    """One turn for every desk, or for one; what was done is printed, then the first error is raised."""
    from console.desks import sync_once  # noqa: PLC0415  (what talks to a desk is heavy)
    from console.promises import settle  # noqa: PLC0415  (the same)
    from console.snooze import settle as wake  # noqa: PLC0415  (the same)

    done = sync_once(session, desk)
    settle(session)
    wake(session)
    door.table((row(name, cycle) for name, cycle in done.items()), TURN)
    for name in (n for n, cycle in done.items() if cycle.held and door.for_people):
        door.warn(HELD.format(desk=name))
    _needs_a_person(door, session)
    raise_first(done.values())


def _needs_a_person(door: Door, session: Session) -> None:
    from console.outbox import counts  # noqa: PLC0415  (the same)

    waiting = counts(session).attention
    if waiting and door.for_people:
        door.warn(f"{waiting} in the outbox need you; `heard outbox` shows them.")


def raise_first(cycles: Iterable[Cycle]) -> None:
    """Raise the first error that a turn met."""
    error = next((c.error for c in cycles if c.error), None)
    if error is not None:
        raise error


def pushed(door: Door, session: Session, operation: Operation) -> Operation:
    """The operation as it stands after a turn of its desk; what the desk said against it is raised."""
    from store.errors import ConflictError, RefusedError  # noqa: PLC0415  (the same)

    cycle, now = _sent(session, operation)
    if cycle.error is not None and now.state == "done":
        door.warn(cycle.error.message)  # the desk has it: what failed came after
    elif cycle.error is not None:
        raise cycle.error
    if cycle.held and now.state in ON_THE_WAY:
        door.warn(HELD.format(desk=operation.desk))
    if now.state == "rejected":
        raise RefusedError(f"The desk refused: {now.error}", f"`heard outbox show {now.id}` has the text.")
    if now.state in {"conflict", "review"}:
        raise ConflictError(
            f"It needs you: {now.error or now.state}", f"`heard outbox show {now.id}` says why."
        )
    return now


def _sent(session: Session, operation: Operation) -> tuple[Cycle, Operation]:
    """A turn of the operation's desk; while another process works there, wait for that to send it, or to end."""
    from console.desks import sync_once  # noqa: PLC0415  (the same)
    from console.outbox import find  # noqa: PLC0415  (the same)

    end = time.monotonic() + PATIENCE_S
    while True:
        cycle = sync_once(session, operation.desk)[operation.desk]
        look = time.monotonic() + AGAIN_S
        while (now := find(session, operation.id)).state in ON_THE_WAY and cycle.held and not now.error:
            if time.monotonic() > min(look, end):
                break
            time.sleep(LOOK_S)
        told = now.state not in ON_THE_WAY or now.error  # what it said of this one
        if not cycle.held or told or time.monotonic() > end:
            return cycle, now
