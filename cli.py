"""The command line of heard: one function a command, found in console.commands and loaded when it is used."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.commands.build import (
    CONTEXT,
    USAGE_ERROR,
    ColorOption,
    Family,
    FieldsOption,
    HomeOption,
    OutputOption,
    ThemeOption,
    filled,
    hastened,
    refuse_empty,
)
from console.commands.door import Door
from console.commands.table import SECTIONS
from store.errors import HeardError

if TYPE_CHECKING:
    from console.keys import Actions
    from console.session import Session
    from console.worker import Worker

COMPLETE = "_HEARD_COMPLETE"
_WITH_SCREENS = (None, "demo")
app = typer.Typer(
    cls=Family,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=CONTEXT,
    epilog="--home, -o, --fields and --no-color may also stand after the command.",
)


def _version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  (for this option only)

    try:
        print(f"heard {version('heard-console')}")  # noqa: T201  (the answer to --version)
    except PackageNotFoundError:
        print("heard, not installed")  # noqa: T201  (the same)
    raise typer.Exit


@app.callback()
def heard(
    ctx: typer.Context,
    *,
    home: HomeOption = "",
    output: OutputOption = None,
    fields: FieldsOption = "",
    theme: ThemeOption = "",
    no_color: ColorOption = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The terminal agent console for help desks. Without a command it opens the console."""
    door: Door = ctx.obj
    refuse_empty(ctx, {"home": home})
    door.merge({"home": home, "output": output, "fields": fields, "no_color": no_color})
    door.theme = theme
    if theme and ctx.invoked_subcommand not in _WITH_SCREENS:
        raise typer.BadParameter("only the screens have a theme.", param_hint="--theme")
    if ctx.invoked_subcommand is None and not version:
        from console.commands.tui import open_tui  # noqa: PLC0415  (Textual is heavy)

        open_tui(door)


def command() -> Any:  # noqa: ANN401  (click's; where it lives differs between versions of Typer)
    """The whole command line as one click command."""
    return filled(hastened(app, heard), SECTIONS)


def run(args: Sequence[str], door: Door) -> int:
    """Run one command line; whatever went wrong has been printed, and its exit code comes back."""
    try:
        code = _invoked(args, door)
        door.stdout.flush()
    except (KeyboardInterrupt, typer.Abort, HeardError, OSError, USAGE_ERROR) as error:
        return _told(error, args, door)
    return code


def _invoked(args: Sequence[str], door: Door) -> int:
    """Run one command line; the exit code that the command itself asks for."""
    try:
        with command().make_context("heard", list(args), obj=door) as ctx:
            ctx.command.invoke(ctx)
    except typer.Exit as done:
        return int(done.exit_code)
    return 0


def _told(error: BaseException, args: Sequence[str], door: Door) -> int:
    from console.commands import failures  # noqa: PLC0415  (only when something is wrong)

    if isinstance(error, HeardError):
        return failures.failed(error, door)
    if isinstance(error, USAGE_ERROR):
        return failures.misused(error, args, door)
    if isinstance(error, BrokenPipeError):  # the reader, such as `head`, has had enough: nothing is wrong
        failures.drop(door.stdout)
        return 0
    if isinstance(error, OSError):
        return failures.unwritten(error, door)
    return failures.INTERRUPTED


def _crashed(
    door: Door, kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    from console.commands.failures import CrashReport  # noqa: PLC0415  (only when something is wrong)

    CrashReport(door)(kind, fault, trace)


class _Above:
    """The way up to the screens, which the console itself must not know."""

    def show_screens(self, session: Session, worker: Worker) -> tuple[str, int]:
        """Show the screens until the person leaves; the word that they left with, and the exit code."""
        from screens.first import show_early, take_back  # noqa: PLC0415  (only the screens need it)
        from store.young import no_collection  # noqa: PLC0415  (the same)

        first = show_early(session, sys.stdout, os.environ)
        with ExitStack() as undo:
            undo.callback(take_back, sys.stdout)
            with no_collection():
                from screens.app import HeardApp  # noqa: PLC0415  (Textual is heavy)

                app = HeardApp(session, worker, first=first)
                gc.freeze()  # what is loaded stays: nobody need look through it again
            undo.pop_all()
        left_with = app.run(mouse=session.settings.ui.mouse)
        return left_with or "", app.return_code or 0

    def terminal(self, environ: Mapping[str, str], encoding: str) -> Mapping[str, bool]:
        """What the screens would find in this terminal: color, unicode, ssh, tmux."""
        from widgets.terminal import Terminal  # noqa: PLC0415  (only the doctor asks)

        found = Terminal.of(environ, encoding)
        return {"color": found.color, "unicode": found.unicode, "ssh": found.ssh, "tmux": found.tmux}

    def actions(self) -> Actions:
        """The table of actions that every key comes from."""
        from console.keys import Actions  # noqa: PLC0415  (only who asks for keys needs them)
        from widgets.actions import ACTIONS, PANES  # noqa: PLC0415  (the same)

        return Actions(ACTIONS, PANES)


def main() -> None:
    """The program `heard`."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter that the terminal lacks is no reason to stop
    door = Door(above=_Above())
    sys.excepthook = partial(_crashed, door)
    if COMPLETE in os.environ:  # the shell asks for completions: click's own entrance answers
        from console.commands.complete import split_as_bash_does  # noqa: PLC0415  (only the shell asks)

        with split_as_bash_does(os.environ, sys.stdout):
            command().main(prog_name="heard", obj=door)
    code = run(sys.argv[1:], door)
    try:
        sys.stderr.flush()
    except OSError:  # the exit code is all that is left to tell
        from console.commands.failures import drop  # noqa: PLC0415  (only when something is wrong)

        drop(sys.stderr)
    sys.exit(code)


def _open_streams() -> None:
    """Give a stream that was closed a file of its own: nothing is read from it, and nobody reads what goes there."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  (open to the end)


if __name__ == "__main__":
    main()
