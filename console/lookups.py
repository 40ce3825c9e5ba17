"""Outside look-ups for a customer's card: the programs in `card.d/` of the workspace.

Each is given the customer as JSON on standard input and prints one JSON object of short values. Its output is data: it is
cleaned, cut, shown under the program's name, and never run or parsed as markup. A program has its time and no more; what it
started ends with it. One that somebody else could have written is not run.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import stat
import subprocess
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock

from store.rows import Card
from store.text import clean_line

FOLDER = "card.d"
LARGEST = 65_536  # bytes of an answer
LONGEST = 200  # characters of a value
MOST = 20  # lines of one program
AT_ONCE = 4
SECONDS = 2.0
KEPT, KEPT_FAILED = 300.0, 30.0  # seconds that answers are good for, and those of which one is a failure
REMEMBERED = 200  # customers
ADDRESSES = 20  # of a customer, that a program is told
_SLICE = 0.1  # seconds between two looks at whether anybody still waits


@dataclass(frozen=True, slots=True)
class Answer:
    """What one program said: lines of a name and a value, or why there are none."""

    program: str
    lines: tuple[tuple[str, str], ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """One file of the folder; `refused` says why it is not run, "" where it is."""

    path: Path
    refused: str = ""


def programs(root: Path) -> list[Program]:
    """The programs of the workspace in `root`, by name; none where there is no such folder."""
    folder = root / FOLDER
    if not folder.is_dir():
        return []
    try:
        shared = _shared(folder)
        found = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    except OSError as error:
        return [Program(folder, f"{FOLDER} cannot be read: {error.strerror}")]
    return [Program(path, shared or _refused(path)) for path in found]


def _shared(path: Path) -> str:
    """Why somebody else could have put words here, "" where nobody could."""
    found = path.stat()
    if os.name == "posix" and found.st_uid not in (os.getuid(), 0):
        return f"{clean_line(path.name)} belongs to somebody else"
    if os.name == "posix" and found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"others may write {clean_line(path.name)}: chmod go-w"
    return ""


def _refused(path: Path) -> str:
    try:
        if not path.is_file():
            return "it is no file"
        if not os.access(path, os.X_OK):
            return "it is not executable: chmod u+x"
        return _shared(path)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"


def question(card: Card, ref: str) -> Mapping[str, object]:
    """What a program is told about a customer, and about the ticket at hand."""
    return {
        "name": card.name[:LONGEST],
        "contacts": [
            {"kind": each.kind, "value": each.value[:LONGEST]} for each in card.contacts[:ADDRESSES]
        ],
        "organization": card.organization[:LONGEST],
        "time_zone": card.time_zone,
        "locale": card.locale,
        "tickets": card.tickets,
        "ticket": ref,
    }


def look_up(
    root: Path, asked: Mapping[str, object], seconds: float = SECONDS, stop: Event | None = None
) -> list[Answer]:
    """Ask every program of the workspace, some at a time, each for `seconds` at most; in the order of their names.

    Once `stop` is set, what runs is ended and nothing more is begun.
    """
    found = programs(root)
    if not found:
        return []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda each: ask(each, asked, seconds, stop), found))


class Lookups:
    """The look-ups of one workspace, with answers that are kept in memory for a while. Any thread may ask."""

    def __init__(
        self, root: Path, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._root = root
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, tuple[Answer, ...]]] = OrderedDict()
        self._lock = Lock()
        self._stop = Event()
        self._closed = False

    def there(self) -> bool:
        """Whether there is a folder of programs at all."""
        return (self._root / FOLDER).is_dir()

    def kept(self, card: Card, ref: str) -> tuple[Answer, ...] | None:
        """The answers about a customer that are still good; None where there are none."""
        with self._lock:
            until, answers = self._kept.get(_key(card, ref), (0.0, ()))
            return answers if self._clock() < until else None

    def ask(self, card: Card, ref: str) -> tuple[Answer, ...]:
        """The answers about a customer: those that are kept, or what the programs say now.

        Who asks next ends what was asked before: only one customer is looked at.
        """
        kept = self.kept(card, ref)
        if kept is not None:
            return kept
        with self._lock:
            self._stop.set()
            stop = self._stop = Event()
            if self._closed:
                stop.set()
        answers = tuple(look_up(self._root, question(card, ref), self._seconds, stop))
        if stop.is_set():
            return answers
        good = KEPT_FAILED if any(each.error for each in answers) else KEPT
        with self._lock:
            self._kept[_key(card, ref)] = (self._clock() + good, answers)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return answers

    def close(self) -> None:
        """End what still runs, and begin nothing more."""
        with self._lock:
            self._closed = True
            self._stop.set()


def _key(card: Card, ref: str) -> str:
    return json.dumps(question(card, ref))


def ask(
    program: Program, asked: Mapping[str, object], seconds: float = SECONDS, stop: Event | None = None
) -> Answer:
    """Ask one program; whatever it does, there is an answer within `seconds`."""
    name = clean_line(program.path.stem)
    if program.refused:
        return Answer(name, error=program.refused)
    try:
        printed, code = _run(
            program.path, json.dumps(asked, ensure_ascii=False).encode(), seconds, stop or Event()
        )
        if code:
            return Answer(name, error=f"it ended with {code}" if code > 0 else f"signal {-code} ended it")
        return Answer(name, tuple(_lines(printed)))
    except TimeoutError as error:
        return Answer(name, error=str(error))
    except OSError as error:
        hint = "what its first line names is not there" if error.errno == errno.ENOENT else error.strerror
        return Answer(name, error=f"it cannot be run: {hint}")
    except (ValueError, RecursionError) as error:
        return Answer(name, error=clean_line(str(error))[:LONGEST] or "it said nothing that can be used")


def _run(path: Path, text: bytes, seconds: float, stop: Event) -> tuple[bytes, int]:
    """What a program printed, and how it ended. TimeoutError, ValueError when it takes or says too much."""
    end = time.monotonic() + seconds
    if stop.is_set():
        raise TimeoutError("nobody waits for it any more")
    with subprocess.Popen(  # noqa: S603  (the person's own program, without a shell)
        [path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=path.parent,
        env={name: value for name, value in os.environ.items() if not name.startswith("HEARD_")},  # no tokens
        start_new_session=True,
    ) as running:
        try:
            if running.stdin is not None:
                with suppress(BrokenPipeError), running.stdin as pipe:
                    pipe.write(text[: LARGEST // 2])  # a pipe holds that much, read or not
            return _printed(running, end, stop), _ended(running, end)
        finally:
            _end(running)


def _printed(running: subprocess.Popen[bytes], end: float, stop: Event) -> bytes:
    printed = bytearray()
    assert running.stdout is not None  # noqa: S101  (it was asked for)
    number = running.stdout.fileno()
    while True:
        left = end - time.monotonic()
        ready, _, _ = select.select([number], [], [], max(min(left, _SLICE), 0))
        if not ready and (left <= _SLICE or stop.is_set()):
            raise TimeoutError("nobody waits for it any more" if stop.is_set() else "it took too long")
        if not ready:
            continue
        piece = os.read(number, LARGEST)
        if not piece:
            return bytes(printed)
        printed += piece
        if len(printed) > LARGEST:
            raise ValueError("it said more than 64 KB")


def _ended(running: subprocess.Popen[bytes], end: float) -> int:
    try:
        return running.wait(max(end - time.monotonic(), 0.05))
    except subprocess.TimeoutExpired:
        raise TimeoutError("it took too long") from None


def _end(running: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(running.pid, signal.SIGKILL)
        else:
            running.kill()


def _lines(printed: bytes) -> Iterator[tuple[str, str]]:
    try:
        found = json.loads(printed)
    except ValueError:
        raise ValueError("it did not print JSON") from None
    if not isinstance(found, dict):
        raise ValueError("it did not print one JSON object")  # noqa: TRY004  (it is no fault of ours)
    for key, value in list(found.items())[:MOST]:
        if isinstance(value, (str, int, float)):
            yield clean_line(str(key))[:LONGEST], clean_line(str(value))[:LONGEST]
