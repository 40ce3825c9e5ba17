"""What has not reached the desk yet: list, show, retry, drop, push."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, shapes
from console.commands.asking import FileOption, TextWords, given
from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.session import Session
    from store.rows import Operation

IdWord = Annotated[str, typer.Argument(metavar="ID", help="An operation's id, or the end of it.")]
TEXT = ("id", "ref", "kind", "state", "what", "error")
NOWHERE = (
    "{desk} is not in the settings: what waits for it is sent once it is (`heard desk add`), or drop it."
)


def listed(door: Door) -> None:
    """Work with what has not reached the desk yet; without a command it is listed."""
    from console.outbox import operations, stranded  # noqa: PLC0415  (commands load what they use)

    with door.session() as session:
        found = operations(session)
        door.table(map(shapes.operation, found), shapes.OPERATION, text=TEXT)
        if door.for_people and not found:
            door.warn("The outbox is empty: the desk has everything.")
        for desk in stranded(session, found):
            door.warn(NOWHERE.format(desk=desk))


def list_operations(door: Door) -> None:
    """List what waits, what is on its way, and what needs a person."""
    listed(door)


def show(door: Door, op: IdWord) -> None:
    """Show one operation in full."""
    from console.outbox import find  # noqa: PLC0415  (the same)

    with door.session() as session:
        found = find(session, op)
        door.one(shapes.operation(found), lambda: _lines(found))


def _lines(found: Operation) -> Iterator[str]:
    from console.times import when  # noqa: PLC0415  (the same)

    yield f"{found.id}  {found.kind} on {found.ref}: {found.state}"
    about = {
        "created": when(found.created),
        "attempts": str(found.attempts),
        "error": found.error,
        "changes": shapes.what(found) if found.kind == "set" else "",
        "leaves": when(found.not_before) if found.state == "queued" else "",
        "bulk": found.bulk_id,
        "undoes": found.undoes,
        "replaces": found.replaces,
    }
    yield from (f"  {name + ':':<11} {value}" for name, value in about.items() if value)
    if found.body:
        yield ""
        yield found.body


def retry(door: Door, op: IdWord) -> None:
    """Queue again what was rejected, send anyway what waits for review, send now what waits for its time."""
    from console import outbox  # noqa: PLC0415  (the same)

    with door.session(answer=shapes.OPERATION) as session:
        found = outbox.find(session, op)
        outbox.retry(session, found.id)
        told(door, outbox.find(session, found.id))


def drop(door: Door, op: IdWord) -> None:
    """Cancel an operation that has not left; what may be out already is never cancelled."""
    from console import outbox  # noqa: PLC0415  (the same)

    with door.session(answer=shapes.OPERATION) as session:
        found = outbox.drop(session, op)
        told(door, outbox.find(session, found.id))


def edit(door: Door, op: IdWord, text: TextWords = None, file: FileOption = None) -> None:
    """Give a waiting reply or note other words; without any, your editor opens on those that it has."""
    from console import outbox  # noqa: PLC0415  (the same)

    with door.session(answer=shapes.OPERATION) as session:
        found = outbox.find(session, op)
        words = given(door, text, file)
        told(
            door,
            outbox.edit(session, found.id, words if words is not None else _rewritten(door, session, found)),
        )


def _rewritten(door: Door, session: Session, found: Operation) -> str:
    """The words as a person changed them in his editor."""
    from console.reply import save_draft  # noqa: PLC0415  (the same)
    from store.errors import NeedsTerminalError  # noqa: PLC0415  (the same)

    if not (door.interactive and door.stdout.isatty()):
        raise NeedsTerminalError(
            "The new words are missing, and there is no terminal for an editor.",
            '`heard outbox edit ID "TEXT"`, `-` for standard input, or --file FILE.',
        )
    chosen = door.environ.get("VISUAL") or door.environ.get("EDITOR", "")
    return asking.edited(
        asking.editor_of(session.settings.ui.editor, chosen),
        found.body,
        "",
        lambda typed: save_draft(session, found.ref, typed, "note" if found.kind == "note" else "reply"),
        private=session.home.run_dir,
    )


def push(door: Door) -> None:
    """Send what waits now, to every desk: also what could still be taken back, but nothing whose time has not come."""
    from console.commands.sync import turn  # noqa: PLC0415  (what talks to a desk is heavy)
    from console.commands.turns import TURN  # noqa: PLC0415  (the same)
    from console.outbox import release  # noqa: PLC0415  (the same)

    with door.session(desks=True, answer=TURN) as session:
        release(session)
        turn(door, session, "")


def report(door: Door, session: Session, operation: Operation, *, push: bool = False) -> None:
    """Say what became of a new operation; with `push` it is sent first, and a refusal is raised."""
    from console import outbox  # noqa: PLC0415  (the same)

    if push and not outbox.stranded(session, [operation]):
        operation = _pushed(door, session, operation)
    told(door, operation)
    for desk in outbox.stranded(session, [operation]):
        door.warn(NOWHERE.format(desk=desk))


def _pushed(door: Door, session: Session, operation: Operation) -> Operation:
    """Send it; where that is not possible now, say that it is kept: nobody need write it again."""
    from console.commands.sync import ON_THE_WAY, pushed  # noqa: PLC0415  (the same)
    from console.outbox import find  # noqa: PLC0415  (the same)
    from store.errors import HeardError  # noqa: PLC0415  (the same)

    try:
        return pushed(door, session, operation)
    except HeardError:
        now = find(session, operation.id)
        if now.state in (*ON_THE_WAY, "unknown"):
            told(door, now)
        raise


def told(door: Door, found: Operation) -> None:
    """Say how an operation stands."""
    from console.snooze import clock  # noqa: PLC0415  (the same)
    from console.times import ago  # noqa: PLC0415  (the same)
    from store.clock import wall_clock  # noqa: PLC0415  (the same)

    why = f": {found.error}" if found.error else ""
    if found.state == "queued" and found.not_before > (now := wall_clock()):
        leaves = clock(found.send_at) if found.send_at > now else ago(found.not_before, now)
        why += f"; leaves {leaves}, until then `heard undo` takes it back"
    said = f"{found.state}: {shapes.what(found)} on {found.ref} ({found.id}){why}"
    door.one(shapes.operation(found), lambda: [said])


OUTBOX = Group(
    listed,
    {
        "Commands": {
            "list": "outbox:list_operations",
            "show": "outbox:show",
            "retry": "outbox:retry",
            "edit": "outbox:edit",
            "drop": "outbox:drop",
            "push": "outbox:push",
        }
    },
)
