"""Putting tickets off, and bringing them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, shapes
from console.commands.door import Door

if TYPE_CHECKING:
    from console.session import Session
    from console.snooze import Until
    from store.snooze import Snooze

SNOOZE = ("ref", "until", "kind", "awaits", "why", "actor", "created", "woken", "woken_by", "told")
TEXT = ("ref", "told")
Refs = Annotated[list[str], typer.Argument(metavar="REF", help="Tickets: desk/123, 123 or #123.")]


def snooze(
    door: Door,
    ref: Annotated[
        str, typer.Argument(metavar="REF", help="A ticket; without one, what sleeps is listed.")
    ] = "",
    when: Annotated[
        list[str] | None, typer.Argument(metavar="WHEN", help="1h, 18:00, tomorrow (at 9:00), mon 14:00.")
    ] = None,
    *,
    until_reply: Annotated[bool, typer.Option("--until-reply", help="Until the customer writes.")] = False,
    until_promise: Annotated[
        bool, typer.Option("--until-promise", help="Until what was promised on it is due.")
    ] = False,
    until: Annotated[
        str, typer.Option("--until", metavar="OTHER", help="Until another ticket is solved.")
    ] = "",
    query: Annotated[
        str, typer.Option("--query", metavar="QUERY", help="Every ticket that matches, in place of REF.")
    ] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What it waits for, in words.")] = "",
) -> None:
    """Put a ticket off: it leaves your views until a time, a reply, a promise or another ticket; a customer who writes wakes it."""
    from console import snooze as sleeping  # noqa: PLC0415  (commands load what they use)

    if not (ref or query):
        asking.needs("REF", until_reply=until_reply, until_promise=until_promise, until=until, why=why)
    with door.session(desks=True, answer=SNOOZE) as session:
        sleeping.settle(session)
        if not ref and not query:
            _print(door, sleeping.asleep(session))
            return
        time = " ".join([ref, *(when or ())] if query else when or ())
        wanted = _until(time, until, reply=until_reply, promise=until_promise)
        slept = sleeping.put_off(session, _refs(session, ref, query), wanted, why)
        _print(door, slept.done, "Nothing was put off.")
        for name, reason in slept.left:
            door.warn(f"{name} was left alone: {reason.removeprefix(f'{name} is ')}")
        if not (slept.done or slept.left):
            door.found_nothing(session, "")
    if slept.left and not slept.done:
        raise typer.Exit(1)


def _until(time: str, other: str, *, reply: bool, promise: bool) -> Until:
    from console.snooze import Until  # noqa: PLC0415  (the same)
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    given = [
        *([Until("time", time.strip())] if time.strip() else []),
        *([Until("reply")] if reply else []),
        *([Until("promise")] if promise else []),
        *([Until("ticket", other)] if other else []),
    ]
    if len(given) != 1:
        raise InvalidInputError(
            "Say one thing that it waits for." if given else "Say until when.",
            "A time such as `mon 9:00`, --until-reply, --until-promise or --until OTHER.",
        )
    return given[0]


def _refs(session: Session, ref: str, query: str) -> list[str]:
    from console import triage  # noqa: PLC0415  (the same)
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    if not query:
        return [triage.resolve(session, ref)]
    if not asking.narrows(query):
        raise InvalidInputError(
            "A query without a condition means every ticket; nothing was put off.",
            "If all are meant: --query is:live.",
        )
    return [row.ref for row in triage.rows(session, triage.queue_ids(session, query))]


def wake(door: Door, refs: Refs) -> None:
    """Bring snoozed tickets back now; exits with 4 when none of them sleeps."""
    from console import snooze as sleeping  # noqa: PLC0415  (the same)
    from console.triage import resolve  # noqa: PLC0415  (the same)

    with door.session(desks=True, answer=SNOOZE) as session:
        woken = sleeping.wake(session, [resolve(session, each) for each in refs])
        found = [state for each in woken if (state := sleeping.state(session, each)) is not None]
        _print(door, found)


def _moments(found: Snooze) -> dict[str, str | None]:
    from console.times import second  # noqa: PLC0415  (the same)

    return {"until": second(found.until) or None, "woken": second(found.woken) or None}


def _print(
    door: Door, found: list[Snooze] | tuple[Snooze, ...], nothing: str = "Nothing is snoozed."
) -> None:
    from console.snooze import words  # noqa: PLC0415  (the same)

    rows = ({**shapes.plain(s), **_moments(s), "told": s.woken_by if s.woken else words(s)} for s in found)
    door.table(rows, SNOOZE, text=TEXT)
    if door.for_people and not found:
        door.warn(nothing)
