"""Answering from the command line: public replies and internal notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from console.commands import asking, shapes
from console.commands.asking import FileOption, TextWords, given
from console.commands.door import Door
from console.commands.macros import FillOption
from console.commands.outbox import report
from console.commands.promises import promised
from console.commands.queue import RefWord
from store.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

    from console.session import Session
    from store.drafts import Mode
    from store.rows import Operation

PushOption = Annotated[bool, typer.Option("--push", help="Send it now, without waiting for a running sync.")]


AtOption = Annotated[
    str,
    typer.Option("--at", metavar="TIME", help="Send it then: 9:30, tomorrow (at 9:00), 'mon 14:00', +2h."),
]


PromisesOption = Annotated[
    bool,
    typer.Option(
        " /--no-promises", help="Keep no track of the times that the reply promises.", show_default=False
    ),
]


MacroOption = Annotated[
    str, typer.Option("--macro", metavar="NAME", help="Take this macro as the text, and make its changes.")
]
WaiveOption = Annotated[
    list[str] | None,
    typer.Option("--waive", metavar="STEP=REASON", help="Leave out what a strict queue wants; it is logged."),
]
ChangesOption = Annotated[
    bool,
    typer.Option(
        " /--no-changes",
        help="Leave the changes of the macro out, and take its words alone.",
        show_default=False,
    ),
]


class Canned(NamedTuple):
    """The macro that is to be the text, what fills its places, and whether its changes are made."""

    name: str
    fill: list[str] | None
    changes: bool


class Sending(NamedTuple):
    """How a message leaves: at once or at a time, whether its promises are kept, and what a strict queue does without."""

    mode: Mode
    push: bool = False
    at: str = ""
    promises: bool = False
    waive: tuple[str, ...] = ()
    solving: bool = False


def reply(
    door: Door,
    ref: RefWord,
    text: TextWords = None,
    *,
    file: FileOption = None,
    push: PushOption = False,
    at: AtOption = "",
    promises: PromisesOption = True,
    macro: MacroOption = "",
    fill: FillOption = None,
    changes: ChangesOption = True,
    waive: WaiveOption = None,
) -> None:
    """Answer a customer. The reply waits in the outbox while it can be taken back, and leaves with the next sync."""
    how = Sending("reply", push, at, promises, tuple(waive or ()))
    if macro:
        _refuse_two(text, file)
        with door.session(desks=True, answer=shapes.OPERATION) as session:
            _reply_by(door, session, ref, Canned(macro, fill, changes), how)
        return
    if fill:
        raise InvalidInputError("There is no macro to fill.", "Name it with --macro.")
    _write(door, ref, given(door, text, file), how)


def _refuse_two(text: list[str] | None, file: Path | None) -> None:
    if text or file:
        raise InvalidInputError(
            "The text is given twice.", "Give words, - or --file, or --macro: one of them."
        )


def _reply_by(door: Door, session: Session, ref: str, canned: Canned, how: Sending) -> None:
    """Send a macro and make its changes; InvalidInputError where a place of it is not filled."""
    from console import changes  # noqa: PLC0415  (the same)
    from console.commands.macros import made  # noqa: PLC0415  (the same)

    found = made(session, canned.name, ref, canned.fill)
    if found.holes:
        left = "; ".join(f"{number} {hole.what}" for number, hole in enumerate(found.holes, 1))
        first = found.holes[0].what
        raise InvalidInputError(
            f"The macro {found.macro.name} is not filled, so nothing was sent. Left: {left}.",
            f'Add --fill "{first}=..." for each, or write the reply yourself.',
        )
    wanted = changes.parse(found.changes) if canned.changes and found.changes else None
    if wanted is not None:
        changes.plan_refs(
            session, [found.ref], wanted
        )  # what cannot be made is refused before anything is sent
    solving = wanted is not None and wanted.values.get("status") == "solved"
    sent = _send(door, session, found.ref, found.text, how._replace(solving=solving))
    if wanted is None:
        return
    if changes.set_fields(session, found.ref, wanted, send_at=sent.send_at) is not None:
        then = ", once the reply leaves" if sent.send_at else ""
        door.warn(f"{found.ref}: {wanted}{then}. `heard undo` takes it back.")


def note(
    door: Door,
    ref: RefWord,
    text: TextWords = None,
    *,
    file: FileOption = None,
    push: PushOption = False,
    at: AtOption = "",
) -> None:
    """Write an internal note, which the customer never sees."""
    _write(door, ref, given(door, text, file), Sending("note", push, at))


def _write(door: Door, ref: str, text: str | None, how: Sending) -> None:
    with door.session(desks=True, answer=shapes.OPERATION) as session:
        _send(door, session, ref, text, how)


def _send(door: Door, session: Session, ref: str, text: str | None, how: Sending) -> Operation:
    from console import reply as replies  # noqa: PLC0415  (commands load what they use)
    from console.times import ahead  # noqa: PLC0415  (the same)

    send_at = ahead(how.at, session.now()) if how.at else 0
    drafted = text is None
    if text is None:
        text = _composed(door, session, ref, how.mode)
    if how.mode == "reply":
        _pass_strict(session, ref, text, how)
        looks = how.promises and session.settings.heard.promises
        told = promised(door, session, ref, text, send_at) if looks else ()
        made = replies.reply(
            session, ref, text, send_at=send_at, hold=not how.push, promises=told, drafted=drafted
        )
        _tell_readers(door, session, made.ref)
        _tell_company(door, session, made.ref)
    else:
        made = replies.note(session, ref, text, send_at=send_at, drafted=drafted)
    report(door, session, made, push=how.push)
    return made


def _tell_readers(door: Door, session: Session, ref: str) -> None:
    """Say who else gets the reply: it can still be taken back."""
    from console.triage import copied  # noqa: PLC0415  (the same)

    if others := copied(session, ref):
        door.warn(f"{ref}: also goes to {', '.join(others)}.")


def _tell_company(door: Door, session: Session, ref: str) -> None:
    """Say who is writing a reply to the same customer in a console."""
    from console.presence import here  # noqa: PLC0415  (the same)

    for each in here(session, ref):
        if each.kind == "writing":
            door.warn(f"{ref}: {each.words(session.now())}.")


def _pass_strict(session: Session, ref: str, text: str, how: Sending) -> None:
    """Hold a reply back that misses what its queue is strict about; the words stay as the draft of the ticket."""
    from console import strict  # noqa: PLC0415  (the same)

    strict.pass_or_hold(session, ref, text, strict.waivers(list(how.waive)), solving=how.solving)


def _composed(door: Door, session: Session, ref: str, mode: Mode) -> str:
    from console import editor, history, triage  # noqa: PLC0415  (the same)
    from console.reply import aside, load_draft, save_draft  # noqa: PLC0415  (the same)
    from store.errors import NeedsTerminalError  # noqa: PLC0415  (the same)

    if not (door.interactive and door.stdout.isatty()):
        raise NeedsTerminalError(
            f"The {mode} has no text, and there is no terminal for an editor.",
            f'`heard {mode} REF "TEXT"`, `heard {mode} REF -` for standard input, or --file FILE.',
        )
    found = triage.ticket(session, ref)
    place = found.row.ref
    draft = load_draft(session, place)
    # What was written for colleagues alone is no beginning of what a customer gets.
    begun = draft.text if draft and (draft.mode, mode) != ("note", "reply") else ""
    thread = shapes.ticket_lines(found, history.thread(session, place), session.now())

    def keep(typed: str) -> None:
        """Make it the draft, and say where other words are that were kept meanwhile."""
        kept = save_draft(session, place, typed, mode, begun)
        if kept:
            door.warn(aside(place, kept))

    return asking.edited(
        editor.command(door.environ, session.settings.ui.editor),
        begun,
        "\n".join(thread),
        keep,
        private=session.home.run_dir,
    )
