"""What a person or a script is told when a command fails, and the exit code that goes with it."""

from __future__ import annotations

import errno
import os
import platform
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Protocol, TextIO

from console.commands.door import FORMS, Door, Form
from store.errors import DiskFullError, HeardError, IoFaultError

USAGE = 2
INTERRUPTED = 130


class UsageMistake(Protocol):
    """What click says about words that it cannot place."""

    exit_code: int
    ctx: Any

    def format_message(self) -> str:
        """The mistake in one sentence."""
        ...


def failed(error: HeardError, door: Door) -> int:
    """Print an error with what to do next; returns its exit code."""
    from console.clipped import LINE  # noqa: PLC0415  (only when something is wrong)
    from console.output import emit_error  # noqa: PLC0415  (only when something is wrong)

    quiet_flush(door)
    with suppress(OSError):  # where nothing can be told, the exit code still says it
        emit_error(error, door.written, door.stderr, width=door.width or LINE)
    return error.exit_code


def misused(mistake: UsageMistake, args: Sequence[str], door: Door) -> int:
    """Print what is wrong with the words of the command line, and where its help is; returns 2."""
    ctx = getattr(mistake, "ctx", None)
    path = ctx.command_path if ctx else "heard"
    words = mistake.format_message().replace(": Value error, ", ": ")  # whose error it is does not matter
    words = " ".join(words.split())  # choices come with a line each
    error = HeardError(words, f"See `{path} --help`.")
    if asked_form(args, door.form) in {Form.JSON, Form.NDJSON}:
        import json  # noqa: PLC0415  (the same)

        facts = {"error": "usage", "message": error.message, "hint": error.hint, "exit": USAGE}
        with suppress(OSError):
            door.stderr.write(json.dumps(facts) + "\n")
    else:
        failed(error, door)
    return USAGE


def asked_form(args: Sequence[str], form: Form) -> Form:
    """The form that the words ask for, when they could not be read to their end."""
    for word, following in zip(args, [*args[1:], ""], strict=True):
        joined = word.partition("--output=")[2] or (word[2:] if word.startswith("-o") else "")
        value = following if word in {"-o", "--output"} else joined
        if value in FORMS:
            form = Form(value)
    return form


def quiet_flush(door: Door) -> None:
    """Print what is waiting before an error follows it; a reader who has gone, or a full disk, is no further news."""
    try:
        door.stdout.flush()
    except OSError:
        drop(door.stdout)


def unwritten(fault: OSError, door: Door) -> int:
    """Tell that the disk takes no more of the answer, or fails; any other fault is raised again."""
    kind = DiskFullError if fault.errno in {errno.ENOSPC, errno.EDQUOT} else IoFaultError
    if kind is IoFaultError and fault.errno != errno.EIO:
        raise fault
    told = kind(
        f"It cannot be written: {fault.strerror}.",
        "Only the answer may be missing: see what is done before you repeat the command.",
    )
    return failed(told, door)


def drop(stream: TextIO) -> None:
    """Let go of a pipe that nobody reads any more, or of a full disk, so that leaving does not complain about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())


class CrashReport:
    """The last resort: one line on the screen, and where it happened in a file; no values, since they may be somebody's words."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def __call__(self, kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        """Report a fault of ours; the signature is that of sys.excepthook. HEARD_DEBUG shows the whole trace instead."""
        if self._door.environ.get("HEARD_DEBUG"):
            sys.__excepthook__(kind, fault, trace)
            return
        frames = traceback.extract_tb(trace)
        place = f" in {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119  (a name, not a file)
        kept = self._keep(kind, frames)
        where = f"Details are in {kept}." if kept else "The details could not be written down."
        self._door.warn(f"heard has a fault: {kind.__name__}{place}. {where}")

    def _keep(self, kind: type[BaseException], frames: traceback.StackSummary) -> str:
        lines = [
            f"{datetime.now(UTC).isoformat(timespec='seconds')} {kind.__module__}.{kind.__name__}",
            f"Python {platform.python_version()} on {platform.system()}",
            *(f"  {f.filename}:{f.lineno} in {f.name}" for f in frames),
        ]
        try:
            folder = self._door.home.root / "log"
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / "crash.txt"
            with open(path, "w", encoding="utf-8", opener=_private) as file:
                file.write("\n".join(lines) + "\n")
        except (OSError, HeardError):
            return ""
        return str(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
