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
    from store.drafts import Draft
    from store.rows import Operation

IdWord = Annotated[str, typer.Argument(metavar="ID", help="An operation's id, or the end of it.")]
TEXT = ("id", "ref", "kind", "state", "what", "error")
NOWHERE = (
    "{desk} is not in the settings: what waits for it is sent once it is (`heard desk add`), or drop it."
)

AHEAD = {  # what holds up those behind it on the same ticket
    "queued": "leaves before it",
    "sending": "is on its way",
    "unknown": "may have arrived: the desk is being asked",
    "review": "needs you",
    "conflict": "needs you",
}


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
    from console.times import second  # noqa: PLC0415  (the same)

    yield f"{found.id}  {found.kind} on {found.ref}: {found.state}"
    about = {
        "created": second(found.created),
        "attempts": str(found.attempts),
        "error": found.error,
        "changes": shapes.what(found) if found.kind == "set" else "",
        "leaves": second(found.not_before) if found.state == "queued" else "",
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
        now = outbox.find(session, found.id)
        told(door, now, outbox.waits_behind(session, now))


def drop(door: Door, op: IdWord) -> None:
    """Cancel an operation that has not left; what may be out already is never cancelled."""
    from console import outbox  # noqa: PLC0415  (the same)
    from console.reply import load_draft  # noqa: PLC0415  (the same)

    with door.session(answer=shapes.OPERATION) as session:
        found = outbox.drop(session, op)
        told(door, outbox.find(session, found.id))
        if found.body and door.for_people:
            draft = load_draft(session, found.ref)
            given = draft is not None and draft.text.strip() == found.body.strip()
            where = "are its draft again" if given else f"stay here: `heard outbox show {found.id[-6:]}`"
            door.warn(f"The words for {found.ref} {where}.")


def edit(door: Door, op: IdWord, text: TextWords = None, file: FileOption = None) -> None:
    """Give a waiting reply or note other words; without any, your editor opens on those that it has."""
    from console import outbox  # noqa: PLC0415  (the same)

    with door.session(answer=shapes.OPERATION) as session:
        found = outbox.editable(session, op)
        words = given(door, text, file)
        if words is not None:
            told(door, outbox.edit(session, found.id, words))
        else:
            told(door, _rewritten(door, session, found))


def _rewritten(door: Door, session: Session, found: Operation) -> Operation:
    """The operation with the words as a person changed them in his editor, the ticket's messages before him.

    Until they are in the outbox they stand above the draft of the ticket.
    """
    from console import editor, outbox  # noqa: PLC0415  (the same)
    from console.reply import load_draft, put_above, save_draft  # noqa: PLC0415  (the same)
    from store.errors import HeardError, NeedsTerminalError  # noqa: PLC0415  (the same)

    if not (door.interactive and door.stdout.isatty()):
        raise NeedsTerminalError(
            "The new words are missing, and there is no terminal for an editor.",
            '`heard outbox edit ID "TEXT"`, `-` for standard input, or --file FILE.',
        )
    seen = outbox.newest(session, found.ref)
    before: list[Draft | None] = []

    def keep(typed: str) -> None:
        """Let them be the ticket's draft for now."""
        if typed:
            before.append(put_above(session, found, typed))

    typed = asking.edited(
        editor.command(door.environ, session.settings.ui.editor),
        found.body,
        "\n".join(_messages(session, found.ref)),
        keep,
        private=session.home.run_dir,
    )
    kept = load_draft(session, found.ref)
    try:
        made = outbox.edit(session, found.id, typed, seen)
    except HeardError:
        if typed:
            door.warn(f"What you typed is kept as the draft of {found.ref}.")
        raise
    own = before[0]
    save_draft(
        session, found.ref, own.text if own else "", own.mode if own else "reply", kept.text if kept else ""
    )
    return made


def _messages(session: Session, ref: str) -> list[str]:
    """The ticket and its messages, as lines; an operation outlives its ticket."""
    from console import history, triage  # noqa: PLC0415  (the same)
    from store.errors import NotFoundError  # noqa: PLC0415  (the same)

    try:
        ticket = triage.ticket(session, ref)
    except NotFoundError:
        return []
    return list(shapes.ticket_lines(ticket, history.thread(session, ref), session.now()))


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
    told(door, operation, outbox.waits_behind(session, operation))
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


def told(door: Door, found: Operation, behind: Operation | None = None) -> None:
    """Say how an operation stands, and which one of its ticket leaves before it."""
    from console.snooze import clock  # noqa: PLC0415  (the same)
    from console.times import ago  # noqa: PLC0415  (the same)
    from store.clock import wall_clock  # noqa: PLC0415  (the same)

    why = f": {found.error.rstrip('.')}" if found.error else ""
    if found.state == "queued" and found.not_before > (now := wall_clock()):
        leaves = clock(found.send_at) if found.send_at > now else ago(found.not_before, now)
        why += f"; leaves {leaves}, until then `heard undo` takes it back"
    elif behind is not None:
        why += (
            f"; waits for {behind.words()} ({behind.id[-6:]}) on the same ticket, which {AHEAD[behind.state]}"
        )
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
