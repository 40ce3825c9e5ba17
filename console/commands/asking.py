"""Where words come from when they are not on the command line: standard input, a file, an editor, a question."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from console.commands.door import Door
from console.editor import LARGEST, ended, left_in, put_by, start
from store.errors import HeardError, InvalidInputError, NeedsTerminalError

CUT = "--- everything from this line on is not sent ---"

TextWords = Annotated[
    list[str] | None,
    typer.Argument(metavar="TEXT", help="The text, or - for standard input; without any, your editor opens."),
]
FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="Take the text from this file.")
]


def given(door: Door, words: list[str] | None, file: Path | None) -> str | None:
    """The text that came with the command; None when a person is to write it."""
    if words and file:
        raise InvalidInputError("The text is given twice.", "Give words, - or --file, one of them.")
    if file:
        return from_file(file)
    if words == ["-"]:
        return from_stdin(door)
    return " ".join(words) if words else None


def needs(missing: str, **given: object) -> None:
    """Refuse options that say nothing without the word that is `missing`: in a script it stands in a variable that was never set."""
    option = next((name for name, value in given.items() if value), "")
    if option:
        flag = f"--{option.replace('_', '-')}"
        raise InvalidInputError(
            f"{flag} says nothing without {missing}; nothing was done.",
            f"Add {missing}, or leave {flag} out.",
        )


def agreed(door: Door, question: str, *, yes: bool) -> bool:
    """Whether a person says yes; NeedsTerminalError where there is nobody to ask and no --yes."""
    if yes:
        return True
    if not door.interactive:
        raise NeedsTerminalError(
            "This has to be confirmed, and there is no terminal.", "Add --yes to go ahead."
        )
    return typer.confirm(question, err=True)


def from_file(path: Path) -> str:
    """The text of a file in UTF-8; InvalidInputError when it cannot be read as that."""
    try:
        with path.open("rb") as file:
            return _decoded(file.read(LARGEST + 1), str(path))
    except OSError as error:
        raise InvalidInputError(
            f"{path} cannot be read: {error.strerror}.", "Name a file of text."
        ) from error


def from_stdin(door: Door, most: int = LARGEST) -> str:
    """All of standard input, which has at most so many bytes."""
    return _decoded(door.stdin.buffer.read(most + 1), "standard input", most)


def _decoded(read: bytes, source: str, most: int = LARGEST) -> str:
    if len(read) > most:
        hint = "A message is shorter than that." if most == LARGEST else "Give it in parts."
        raise InvalidInputError(f"{source} is longer than {most:,} bytes.", hint)
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{source} is not UTF-8, from byte {error.start} on.", "Convert it first."
        ) from error


def edited(
    editor: Sequence[str], text: str, below: str, keep: Callable[[str], None] | None, *, private: Path
) -> str:
    """Open a person's editor on `text`, with `below` to look at; `keep` gets whatever was typed, come what may.

    The file lies in the folder `private` while it is edited, since it holds somebody's words.
    """
    folder = Path(tempfile.mkdtemp(prefix="edit-", dir=private))
    path = folder / "message.txt"
    path.write_text(f"{text}\n\n{CUT}\n{below}\n", encoding="utf-8")
    try:
        code = start([*editor, str(path)], subprocess.call)
        typed = left_in(path, editor[0], private).partition(CUT)[0].strip()
        kept = "What you typed is kept as a draft."
        if keep and (typed or not code):
            keep(typed)
        elif code:
            kept = f"What you typed is in {put_by(path, private)}." if typed else "Try again, or set EDITOR."
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # with whatever the editor left beside it
    if code:
        raise HeardError(f"{editor[0]} {ended(code)}; nothing was sent.", kept)
    return typed


def narrows(query: str) -> bool:
    """Whether a query says which tickets are meant; an order alone, or nothing, means all of them."""
    from console.query import parse  # noqa: PLC0415  (commands load what they use)

    return bool(parse(query, 0).terms)
