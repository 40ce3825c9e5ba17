"""Writing in the person's own editor: which one, and a private file that is gone afterwards."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from store.errors import InvalidInputError
from store.text import clean

Run = Callable[[Sequence[str]], int]
_FALLBACKS = ("sensible-editor", "nano", "vi")


def command(environ: Mapping[str, str], which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """Return the editor with its arguments: $VISUAL, $EDITOR, else one that is there; InvalidInputError without one."""
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(name, ""))
        except ValueError as error:
            raise InvalidInputError(
                f"${name} cannot be read: {error}.", f"Set {name}, for example to vim."
            ) from error
        if words:
            return words
    for name in _FALLBACKS:
        if which(name):
            return [name]
    raise InvalidInputError("No editor was found.", "Set EDITOR, for example: export EDITOR=vim")


def edit(text: str, editor: Sequence[str], folder: Path, run: Run | None = None) -> str:
    """Let a person edit `text` with `editor` in a file of `folder` that only they can read; returns it cleaned.

    InvalidInputError when the editor cannot be started or fails; the text is then as it was.
    """
    number, name = tempfile.mkstemp(suffix=".md", prefix="draft-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        _run([*editor, name], run or subprocess.call)
        return clean(path.read_text(encoding="utf-8", errors="replace")).rstrip("\n")
    finally:
        path.unlink(missing_ok=True)


def _run(words: Sequence[str], run: Run) -> None:
    try:
        code = run(words)
    except OSError as error:
        raise InvalidInputError(f"{words[0]} cannot be started: {error.strerror}.", "Set EDITOR.") from error
    if code:
        raise InvalidInputError(
            f"{words[0]} ended with {code}; the draft is as it was.", "Try again, or set EDITOR."
        )
