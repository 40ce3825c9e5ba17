"""What every command is given: the workspace, the form of the output, and the three streams."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from console.keys import Actions
    from console.output import Form as Written
    from console.session import Session
    from console.worker import Worker
    from store.home import Home

NO_DESK_HINT = "`heard desk add NAME --provider rt --url URL`, or try `heard demo`."


class Form(StrEnum):
    """How to print: a table for people, JSON, one JSON object a line, or a file for spreadsheets."""

    TEXT = "text"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


FORMS = tuple(f.value for f in Form)


class Above(Protocol):
    """What lies above the console and is reached through `cli.py` alone: the screens and what they know of terminals."""

    def show_screens(self, session: Session, worker: Worker) -> tuple[str, int]:
        """Show the screens until the person leaves; the word that they left with, and the exit code."""
        ...

    def terminal(self, environ: Mapping[str, str], encoding: str) -> Mapping[str, bool]:
        """What the screens would find in this terminal: color, unicode, ssh, tmux."""
        ...

    def actions(self) -> Actions:
        """The table of actions that every key comes from."""
        ...


@dataclass(slots=True)
class Door:
    """The command line's side of a workspace; the options before and after the command are merged into it."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    option: Path | None = None
    form: Form = Form.TEXT
    fields: str = ""
    color: bool = True
    theme: str = ""  # of the screens, for this run
    above: Above | None = None

    def merge(self, given: Mapping[str, Any]) -> None:
        """Take over the global options that were given here; those not given stay as they are."""
        self.option = Path(given["home"]) if given["home"] else self.option
        self.form = given["output"] or self.form
        self.fields = given["fields"] or self.fields
        self.color = self.color and not given["no_color"]

    @property
    def home(self) -> Home:
        """The workspace that the options and the environment name."""
        from store.home import Home  # noqa: PLC0415  (`--help` needs no workspace)

        return Home.find(self.option, self.environ)

    @contextmanager
    def session(self, *, desks: bool = False, answer: Sequence[str] = ()) -> Iterator[Session]:
        """An open workspace; with `desks`, NoDeskError when it has none, so that nobody takes that for an empty queue.

        `answer` has the fields that a command which changes something answers with: others are refused before it does.
        """
        from console.session import Session  # noqa: PLC0415  (`--help` needs no store)

        if answer and self.fields:
            from console.output import choose  # noqa: PLC0415  (only where fields are chosen)

            choose(self.fields, answer)
        session = Session.open(self.home)
        try:
            if desks:
                _refuse_none(session)
            for told in filter(None, (session.db.rebuilt, session.db.read_only)):
                self.warn(told)
            yield session
        finally:
            session.close()

    def found_nothing(self, session: Session, said: str) -> None:
        """Tell people that there is nothing, and everybody which desks were never fetched: then it is no good news.

        NoDeskError where there is no desk at all.
        """
        from console.desks import not_fetched  # noqa: PLC0415  (only where nothing is found)

        _refuse_none(session)
        if said and self.for_people:
            self.warn(said)
        for name in not_fetched(session):
            self.warn(f"{name} has not been fetched yet: `heard sync {name}`.")

    @property
    def written(self) -> Written:
        """The form in the words of `console.output`."""
        return self.form.value

    @property
    def for_people(self) -> bool:
        """Whether what is printed is read by a person and not by a program."""
        return self.form is Form.TEXT and not self.fields

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to be asked."""
        return self.stdin.isatty() and self.stderr.isatty()

    @property
    def width(self) -> int:
        """Cells of the terminal that is printed to; 0 where it is not a terminal."""
        if not self.stdout.isatty():
            return 0
        from shutil import get_terminal_size  # noqa: PLC0415  (only on a terminal)

        return get_terminal_size().columns

    def table(
        self,
        rows: Iterable[Mapping[str, object]],
        columns: Sequence[str],
        *,
        text: Sequence[str] = (),
        headings: Mapping[int, str] | None = None,
    ) -> None:
        """Print rows; `columns` are all that can be asked for, `text` those that a person sees unasked.

        `headings` are lines that a person sees before the rows of these numbers.
        """
        from console.output import choose, emit  # noqa: PLC0415  (`--help` prints no rows)

        chosen = text if self.for_people and text else choose(self.fields, columns)
        emit(rows, chosen, self.written, self.stdout, width=self.width, headings=headings or {})

    def one(self, row: Mapping[str, object], text: Callable[[], Iterable[str]]) -> None:
        """Print one thing: the lines of `text` for people, otherwise one object with the fields of `row`."""
        if self.for_people:
            for line in text():
                self.say(line)
            return
        from console.output import choose, emit  # noqa: PLC0415  (the same)

        form: Written = "ndjson" if self.form is Form.JSON else self.written
        emit([row], choose(self.fields, tuple(row)), form, self.stdout, width=self.width)

    def say(self, line: str) -> None:
        """Print lines of text for people."""
        self.stdout.write(_safe(line) + "\n")

    def warn(self, line: str) -> None:
        """Tell a person something beside the output."""
        with suppress(OSError):  # what cannot be told stops nothing
            self.stderr.write(f"heard: {_safe(line)}\n")


def _refuse_none(session: Session) -> None:
    if not session.settings.desks:
        from store.errors import NoDeskError  # noqa: PLC0415  (seldom)

        raise NoDeskError("No desk has been added yet.", NO_DESK_HINT)


def _safe(text: str) -> str:
    from store.text import clean  # noqa: PLC0415  (`--help` prints nothing from a desk)

    return clean(text)
