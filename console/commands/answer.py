"""Answering from the command line: public replies and internal notes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, shapes
from console.commands.door import Door
from console.commands.outbox import report
from console.commands.queue import RefWord

if TYPE_CHECKING:
    from console.session import Session
    from store.drafts import Mode

TextWords = Annotated[
    list[str] | None,
    typer.Argument(metavar="TEXT", help="The text, or - for standard input; without any, your editor opens."),
]
FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="Take the text from this file.")
]
PushOption = Annotated[bool, typer.Option("--push", help="Send it now, without waiting for a running sync.")]


def reply(
    door: Door, ref: RefWord, text: TextWords = None, file: FileOption = None, push: PushOption = False
) -> None:
    """Answer a customer. The reply goes into the outbox and leaves with the next sync."""
    _write(door, ref, _given(door, text, file), "reply", push=push)


def note(
    door: Door, ref: RefWord, text: TextWords = None, file: FileOption = None, push: PushOption = False
) -> None:
    """Write an internal note, which the customer never sees."""
    _write(door, ref, _given(door, text, file), "note", push=push)


def _given(door: Door, words: list[str] | None, file: Path | None) -> str | None:
    """The text that came with the command; None when a person is to write it."""
    from store.errors import InvalidInputError  # noqa: PLC0415  (commands load what they use)

    if words and file:
        raise InvalidInputError("The text is given twice.", "Give words, - or --file, one of them.")
    if file:
        return asking.from_file(file)
    if words == ["-"]:
        return asking.from_stdin(door)
    return " ".join(words) if words else None


def _write(door: Door, ref: str, text: str | None, mode: Mode, *, push: bool) -> None:
    from console import reply as replies  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        if text is None:
            text = _composed(door, session, ref, mode)
        write = replies.reply if mode == "reply" else replies.note
        report(door, session, write(session, ref, text), push=push)


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
