"""Writing in the person's own editor: which one, and a private file that is gone once its words are elsewhere."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from store.errors import InvalidInputError
from store.text import clean

Run = Callable[[Sequence[str]], int]
LARGEST = 1_000_000  # bytes of a message
_FALLBACKS = ("sensible-editor", "nano", "vi", "notepad")
_KEYS = ("SIGINT", "SIGQUIT")  # what ctrl+c and ctrl+\ send to everything on the terminal


def command(
    environ: Mapping[str, str],
    settings: Sequence[str] = (),
    which: Callable[[str], str | None] = shutil.which,
) -> list[str]:
    """Return the editor with its arguments: that of the settings, $VISUAL, $EDITOR, else one that is there.

    InvalidInputError without one.
    """
    if settings:
        return list(settings)
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


def edit(
    text: str, editor: Sequence[str], folder: Path, keep: Callable[[str], None], run: Run | None = None
) -> None:
    """Let a person edit `text` with `editor` in a file of `folder` that only they can read; `keep` gets what is new.

    InvalidInputError when the editor cannot be started, fails, or leaves what is no text. One that fails has often
    saved before, so that is kept too, unless it left nothing at all.
    """
    number, name = tempfile.mkstemp(suffix=".md", prefix="draft-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        code = start([*editor, name], run or subprocess.call)
        saved = clean(left_in(path, editor[0], folder)).rstrip("\n")
    finally:
        with suppress(OSError):
            path.unlink()
    changed = saved != clean(text).rstrip("\n") and (saved or not code)
    if changed:
        keep(saved)
    if code:
        how = "what was saved by then is in the draft" if changed else "the draft is as it was"
        raise InvalidInputError(f"{editor[0]} {ended(code)}; {how}.", "Try again, or set EDITOR.")


def ended(code: int) -> str:
    """Say how a program ended that did not end well."""
    return f"ended with {code}" if code > 0 else f"was ended by signal {-code}"


def start(words: Sequence[str], run: Run) -> int:
    """Run an editor and return how it ended; InvalidInputError where it cannot be started."""
    try:
        with _keys_are_its_own():
            return run(words)
    except OSError as error:
        raise InvalidInputError(
            f"{words[0]} cannot be started: {error.strerror}.", "Set ui.editor in config.toml, or EDITOR."
        ) from error


@contextmanager
def _keys_are_its_own() -> Iterator[None]:
    """Leave ctrl+c to the editor: on the terminal that both share it would end heard with what was typed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _KEYS if hasattr(signal, name)]
    # Ignoring them would be handed on to the editor; a function is not.
    before = [(number, signal.signal(number, lambda *_: None)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def left_in(path: Path, editor: str, folder: Path) -> str:
    """Return the text that an editor left in `path`; InvalidInputError where it is none: then `folder` keeps the file."""
    try:
        with path.open("rb") as file:
            read = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInputError(
            f"{editor} left nothing that can be read: {error.strerror}.", "What there was is as it was."
        ) from error
    if len(read) > LARGEST:
        raise InvalidInputError(
            f"{editor} saved more than {LARGEST:,} bytes.", f"They are in {put_by(path, folder)}."
        )
    try:
        return read.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{editor} saved what is not UTF-8, from byte {error.start} on.",
            f"It is in {put_by(path, folder)}: save it as UTF-8, and put it in.",
        ) from error


def put_by(path: Path, folder: Path) -> Path:
    """Move a file to where it stays until a person takes it away."""
    number, name = tempfile.mkstemp(suffix=path.suffix, prefix="unread-", dir=folder)
    os.close(number)
    return path.replace(name)
