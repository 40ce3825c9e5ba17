"""What was promised to customers: list it, find what is due or late, and say what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.promise_words import Found
    from console.promises import Shown, Zone
    from console.session import Session
    from store.promises import NewPromise, Promise

FIELDS = (
    "id", "ref", "state", "late", "due", "zone", "phrase", "words", "customer", "subject", "owner", "kept_by", "replaces",
    "op_id", "person", "created", "closed",
)  # fmt: skip
TEXT = ("id", "ref", "state", "when", "left", "customer", "words")
IdWord = Annotated[str, typer.Argument(metavar="ID", help="A promise's id, or the end of it.")]
SHORT = 8  # characters of an id that people read


def listed(
    door: Door,
    due: Annotated[
        str,
        typer.Option(
            "--due", metavar="SPAN", help="Those due within 90m, 2h or 3d, and late ones; exits 1 if any."
        ),
    ] = "",
    late: Annotated[
        bool, typer.Option("--late", help="Only those whose time has passed; exits 1 if any.")
    ] = False,
    kept: Annotated[
        bool, typer.Option("--kept", help="Those kept in the last 7 days, and how the team did.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also those kept, moved or dropped.")] = False,
) -> None:
    """Work with what was promised to customers; without a command, what is still open is listed, the most urgent first."""
    from console import promises  # noqa: PLC0415  (commands load what they use)

    with door.session() as session:
        promises.settle(session)
        found = _asked(session, due, late=late, kept=kept, everything=everything)
        if not found:
            door.found_nothing(session, "")
        shown = promises.shown(session, found)
        now = session.now()
        rows = ({**_row(each, now), **(_for_people(each, now) if door.for_people else {})} for each in shown)
        door.table(rows, FIELDS, text=TEXT)
        if door.for_people:
            door.warn(f"{'none' if not found else len(found)} listed; last 7 days: {promises.rate(session)}.")
    if found and (due or late):
        raise typer.Exit(1)


def _asked(session: Session, due: str, *, late: bool, kept: bool, everything: bool) -> list[Promise]:
    from console import promises, times  # noqa: PLC0415  (the same)
    from store.errors import InvalidInputError  # noqa: PLC0415  (seldom)

    if sum((bool(due), late, kept, everything)) > 1:
        raise InvalidInputError(
            "Give one of --due, --late, --kept and --all.", "`heard promises` lists what is open."
        )
    if kept:
        return [p for p in promises.closed(session, session.now() - promises.WEEK) if p.state == "kept"]
    if everything:
        return [*promises.opened(session), *promises.closed(session)]
    if due or late:  # what is late is due within the next moment too
        return promises.opened(session, max(times.span(due), 1) if due else 1)
    return promises.opened(session)


def _row(each: Shown, now: int) -> dict[str, object]:
    from console.commands import shapes  # noqa: PLC0415  (the same)
    from console.times import second  # noqa: PLC0415  (the same)

    found = each.promise
    about = {"ref": each.ref, "customer": each.customer, "subject": each.subject, "late": found.late(now)}
    return {**shapes.plain(found), **about, "due": second(found.due), "closed": second(found.closed) or None}


def _for_people(each: Shown, now: int) -> dict[str, object]:
    from console.times import ago  # noqa: PLC0415  (the same)

    found = each.promise
    left = ago(found.due, now) if found.state == "open" else ""
    return {
        "id": found.id[-SHORT:],
        "when": f"{each.zone.clock(found.due)} {each.zone.name}",
        "left": f"late {left}" if left and found.late(now) else left or ("late" if found.late(now) else ""),
    }


def keep(door: Door, promise: IdWord) -> None:
    """Say that a promise was kept, on the telephone for example; a public reply keeps it by itself."""
    from console import promises  # noqa: PLC0415  (the same)

    with door.session(answer=FIELDS) as session:
        _told(door, session, promises.keep(session, promise))


def drop(
    door: Door,
    promise: IdWord,
    why: Annotated[list[str] | None, typer.Argument(metavar="WHY", help="The reason, kept with it.")] = None,
) -> None:
    """Give a promise up, and say why."""
    from console import promises  # noqa: PLC0415  (the same)

    with door.session(answer=FIELDS) as session:
        _told(door, session, promises.drop(session, promise, " ".join(why or ())))


def move(
    door: Door,
    promise: IdWord,
    when: Annotated[
        list[str], typer.Argument(metavar="WHEN", help="tomorrow 15:00, friday, +2h, 2027-01-31T09:00.")
    ],
) -> None:
    """Give a promise another time, as it was agreed with the customer; times are in the customer's zone."""
    from console import promises  # noqa: PLC0415  (the same)

    with door.session(answer=FIELDS) as session:
        _told(door, session, promises.move(session, promise, " ".join(when)))


def _told(door: Door, session: Session, found: Promise) -> None:
    from console import promises  # noqa: PLC0415  (the same)

    each = promises.shown(session, [found])[0]
    row = _row(each, session.now())
    door.one({name: row[name] for name in FIELDS}, lambda: [_line(each)])


def _line(each: Shown) -> str:
    found = each.promise
    return f"{found.state}: {found.phrase}, {each.zone.clock(found.due)} {each.zone.name}, on {each.ref} ({found.id})"


def promised(door: Door, session: Session, ref: str, text: str, send_at: int) -> tuple[NewPromise, ...]:
    """The promises that a reply makes, told on standard error; nobody is asked, so that scripts never wait."""
    from console import promises, triage  # noqa: PLC0415  (the same)

    understood = promises.understand(session, triage.resolve(session, ref), text, send_at)
    for line in _understood(understood.found, understood.zone, understood.moves):
        door.warn(line)
    return understood.new()


def _understood(found: Sequence[Found], zone: Zone, moves: Promise | None) -> Iterator[str]:
    for each in found:
        if each.due:
            yield f"you promise: {each.phrase!r} -> due {zone.clock(each.due)} ({zone}); --no-promises keeps none"
        else:
            yield f"{each.phrase!r} names no time to come, so nothing is kept; say when"
    if moves is not None and any(each.due for each in found):
        yield f"this moves what was promised for {zone.clock(moves.due)}"


PROMISES = Group(
    listed,
    {"Commands": {"keep": "promises:keep", "drop": "promises:drop", "move": "promises:move"}},
)
