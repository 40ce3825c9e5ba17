"""Advice on a draft, or on many, from the command line."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from console.commands import asking, shapes
from console.commands.door import Door, Form
from store.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.checking import Checked
    from console.standards import Standards

ANSWER = ("id", "steps", "checks", "found", "missed", "error")
ALWAYS = ("id", "error")
CHECKED = (
    "ref", "queue", "steps", "checks", "found", "facts", "repeat", "suggestion", "missed", "characters", "read",
)  # fmt: skip


def check(
    door: Door,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The draft, or - for standard input, the default.")
    ] = "",
    *,
    ticket: Annotated[
        str, typer.Option(metavar="REF", help="The ticket that it answers; without FILE, its saved draft.")
    ] = "",
    queue: Annotated[
        str, typer.Option(metavar="NAME", help="The queue whose standards hold; otherwise the ticket's.")
    ] = "",
    attached: Annotated[bool, typer.Option("--attached", help="A file goes with it.")] = False,
    solving: Annotated[bool, typer.Option("--solving", help="The ticket is set to solved with it.")] = False,
    batch: Annotated[
        str,
        typer.Option(metavar="FILE", help="Many drafts with their conversations, as NDJSON; - reads them."),
    ] = "",
) -> None:
    """Look at a draft: which of the five steps it shows, and what else to see to; nothing is sent."""
    if batch:
        if file or ticket or attached or solving:
            raise InvalidInputError(
                "A batch says these things line by line.", "Give --batch and --queue only."
            )
        _batch(door, batch, queue)
        return
    from console.checking import Checked, Going, check_draft, check_reply  # noqa: PLC0415  (commands load what they use)
    from store.clock import wall_clock  # noqa: PLC0415  (the same)

    going = Going(attached, solving)
    if ticket:
        draft = _draft(door, file) if file else None
        with door.session(desks=True) as session:
            _print(door, check_reply(session, _standards(door), ticket, draft, going=going, queue=queue))
        return
    draft = _draft(door, file)
    advice, missed = check_draft(draft, (), _standards(door).of(queue), wall_clock(), going=going)
    _print(door, Checked(draft, advice, missed, queue=queue))


def _draft(door: Door, file: str) -> str:
    if file in {"", "-"}:
        if door.stdin.isatty() and not file:
            raise InvalidInputError(
                "There is no draft.", "Name a file, - for standard input, or --ticket REF."
            )
        return asking.from_stdin(door)
    return asking.from_file(Path(file))


def _standards(door: Door) -> Standards:
    from console import settings, standards  # noqa: PLC0415  (the same)

    root = door.home.root
    return standards.load(root, settings.load(root).heard.muted)


def _print(door: Door, checked: Checked) -> None:
    from console.commands.check_lines import check_lines  # noqa: PLC0415  (the same)
    from console.heard import LIMIT  # noqa: PLC0415  (the same)

    door.one(_row(checked, LIMIT), lambda: check_lines(checked, door.width, LIMIT))
    if checked.missed:
        raise typer.Exit(1)


def _row(checked: Checked, limit: int) -> dict[str, object]:
    from console import batch  # noqa: PLC0415  (the same)

    advice, draft = checked.advice, checked.draft
    checks = [
        {
            **given,
            "line": draft.count("\n", 0, one.span.start) + 1,
            "words": draft[one.span.start : one.span.end],
            "found": one.found,
            "message_id": one.message_id,
        }
        for given, one in zip(
            batch.checks(advice), [c for c in advice.checks if c.name != "next_step_time"], strict=True
        )
    ]
    return {
        "ref": checked.ref,
        "queue": checked.queue,
        "steps": batch.steps(advice),
        "checks": checks,
        "found": batch.found(advice),
        "facts": [shapes.plain(fact) for fact in advice.facts],
        "repeat": advice.repeat.line(),
        "suggestion": advice.suggestion,
        "missed": list(checked.missed),
        "characters": len(draft),
        "read": min(len(draft), limit),
    }


def _batch(door: Door, name: str, queue: str) -> None:
    from console.batch import answers, bad  # noqa: PLC0415  (the same)
    from console.output import choose, emit  # noqa: PLC0415  (the same)

    if door.form in {Form.JSON, Form.CSV}:
        raise InvalidInputError("A batch is answered line by line.", "Use -o ndjson, which is its default.")
    wanted = choose(door.fields, ANSWER)
    found_fault = False
    with _opened(door, name) as stream:
        for answer in answers(stream, _standards(door), queue):
            found_fault |= bad(answer)
            keys = [key for key in answer if key in wanted or key in ALWAYS]
            emit([answer], keys, "ndjson", door.stdout, width=0)
            door.stdout.flush()
    if found_fault:
        raise typer.Exit(1)


@contextmanager
def _opened(door: Door, name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield door.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115  (closed below)
    except OSError as error:
        raise InvalidInputError(
            f"{name} cannot be read: {error.strerror}.", "Name a file of NDJSON."
        ) from error
    with file:
        yield file
