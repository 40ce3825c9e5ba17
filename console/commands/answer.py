"""Answering from the command line: public replies and internal notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, shapes
from console.commands.asking import FileOption, TextWords, given
from console.commands.door import Door
from console.commands.outbox import report
from console.commands.queue import RefWord

if TYPE_CHECKING:
    from console.session import Session
    from store.drafts import Mode

PushOption = Annotated[bool, typer.Option("--push", help="Send it now, without waiting for a running sync.")]


AtOption = Annotated[
    str, typer.Option("--at", metavar="TIME", help="Send it then: 9:30, 'tomorrow 9:00', 'mon 14:00', +2h.")
]


def reply(
    door: Door,
    ref: RefWord,
    text: TextWords = None,
    *,
    file: FileOption = None,
    push: PushOption = False,
    at: AtOption = "",
) -> None:
    """Answer a customer. The reply waits in the outbox while it can be taken back, and leaves with the next sync."""
    _write(door, ref, given(door, text, file), "reply", push=push, at=at)


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
    _write(door, ref, given(door, text, file), "note", push=push, at=at)


def _write(door: Door, ref: str, text: str | None, mode: Mode, *, push: bool, at: str) -> None:
    from console import reply as replies  # noqa: PLC0415  (commands load what they use)
    from console.times import ahead  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        send_at = ahead(at, session.now()) if at else 0
        if text is None:
            text = _composed(door, session, ref, mode)
        if mode == "reply":
            made = replies.reply(session, ref, text, send_at=send_at, hold=not push)
        else:
            made = replies.note(session, ref, text, send_at=send_at)
        report(door, session, made, push=push)


def _composed(door: Door, session: Session, ref: str, mode: Mode) -> str:
    from console import history, triage  # noqa: PLC0415  (the same)
    from console.reply import load_draft, save_draft  # noqa: PLC0415  (the same)
    from store.errors import NeedsTerminalError  # noqa: PLC0415  (the same)

    if not (door.interactive and door.stdout.isatty()):
        raise NeedsTerminalError(
            f"The {mode} has no text, and there is no terminal for an editor.",
            f'`heard {mode} REF "TEXT"`, `heard {mode} REF -` for standard input, or --file FILE.',
        )
    found = triage.ticket(session, ref)
    place = found.row.ref
    draft = load_draft(session, place)
    thread = shapes.ticket_lines(found, history.thread(session, place), session.now())
    chosen = door.environ.get("VISUAL") or door.environ.get("EDITOR", "")
    return asking.edited(
        asking.editor_of(session.settings.ui.editor, chosen),
        draft.text if draft else "",
        "\n".join(thread),
        lambda typed: save_draft(session, place, typed, mode),
        private=session.home.run_dir,
    )
