"""Changing tickets: one, many with a preview, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from console.commands import asking, shapes
from console.commands.answer import PushOption
from console.commands.door import Door
from console.commands.outbox import report
from console.commands.queue import RefWord

if TYPE_CHECKING:
    from console.changes import Plan, PlanLine
    from console.undo import Undone

ChangeWords = Annotated[
    list[str],
    typer.Argument(
        metavar="CHANGE", help="status=pending assignee=ana priority=high group=NAME +tag -tag tag-=x"
    ),
]
UNDONE = ("what", "cancelled", "reversed", "kept", "operations")


def set_fields(door: Door, ref: RefWord, change: ChangeWords, push: PushOption = False) -> None:
    r"""Change one ticket: status, priority, assignee, group, subject, tags, custom fields.

    \b
    status=pending  priority=high  assignee=me|none|NAME  group=NAME  subject=WORDS
    +tag  -tag (or tag-=tag)  field.KEY=VALUE
    """
    from console import changes  # noqa: PLC0415  (commands load what they use)
    from console.triage import resolve  # noqa: PLC0415  (the same)

    wanted = changes.parse(list(map(asking.readable, change)))
    with door.session(desks=True, answer=shapes.OPERATION) as session:
        made = changes.set_fields(session, ref, wanted)
        if made is not None:
            report(door, session, made, push=push)
        else:
            row = shapes.unchanged(resolve(session, ref), str(wanted))
            door.one(row, lambda: ["already so: nothing was changed"])


def bulk(
    door: Door,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Which tickets; see `heard list --help`.")],
    change: ChangeWords,
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Put it through; otherwise it is only shown.")
    ] = False,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask on a terminal.")] = False,
    unchecked: Annotated[
        bool,
        typer.Option(
            "--no-conflict-check",
            help="Set it whatever others set meanwhile: many tickets in one request, where the desk can.",
        ),
    ] = False,
) -> None:
    """Change every ticket that matches: shown first, before and after, and put through with --apply."""
    from console import changes  # noqa: PLC0415  (the same)

    wanted = changes.parse(list(map(asking.readable, change)))
    with door.session(desks=True, answer=shapes.PLAN) as session:
        plan = changes.plan(session, query, wanted)
        if not plan.lines:
            door.found_nothing(session, "")
        if not apply or _settled(plan):
            _print(door, plan, "")
            if door.for_people:
                how = "" if apply else "; --apply puts it through"
                door.warn(f"{_counts(plan)} Nothing has been changed{how}.")
            return
        asked = door.stdin.isatty() and not yes  # a script has said it with --apply
        if not asking.narrows(query) and not (asked or yes):
            _refuse_all(len(plan.lines))
        if plan.changed and asked and not asking.agreed(door, f"{_counts(plan)} Go ahead?", yes=False):
            door.warn("Nothing was changed.")
            raise typer.Exit(1)
        bulk_id = changes.apply(session, plan, check=not unchecked)
        _print(door, plan, bulk_id)
        if door.for_people:
            door.warn(f"{plan.changed} changes are in the outbox; `heard undo` takes them back.")


def _refuse_all(count: int) -> NoReturn:
    """A script whose query came out empty meant some tickets, not all of them."""
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    raise InvalidInputError(
        f"A query without a condition matches all {count:,} tickets; nothing was changed.",
        "If all are meant, add --yes.",
    )


def _settled(plan: Plan) -> bool:
    """Whether nothing is left to do: no ticket matches, or all of them are so already."""
    from console.changes import SO_ALREADY  # noqa: PLC0415  (the same)

    return all(line.skipped == SO_ALREADY for line in plan.lines)


def _counts(plan: Plan) -> str:
    skipped = f", {plan.skipped} left alone" if plan.skipped else ""
    return f"{plan.changed} of {len(plan.lines)} tickets would change{skipped}."


def _print(door: Door, plan: Plan, bulk_id: str) -> None:
    lists = door.written in ("json", "ndjson")
    sides = (
        {side: _side(getattr(line, side), lists=lists) for side in ("before", "after")} for line in plan.lines
    )
    rows = (
        {**shapes.plain(line), **both, "bulk_id": bulk_id, "change": _words(line)}
        for line, both in zip(plan.lines, sides, strict=True)
    )
    door.table(rows, shapes.PLAN, text=("ref", "change", "subject"))


def _side(values: Mapping[str, str], *, lists: bool) -> Mapping[str, object]:
    """The fields of one side of a plan; tags are a list where there are lists."""
    return {**values, "tags": values["tags"].split()} if lists and "tags" in values else values


def _words(line: PlanLine) -> str:
    if line.skipped:
        return f"left alone: {line.skipped}"
    return ", ".join(
        f"{name}: {line.before[name] or 'none'} -> {value or 'none'}" for name, value in line.after.items()
    )


def undo(door: Door) -> None:
    """Take back your last change, one ticket or a whole bulk."""
    from console.undo import undo as take_back  # noqa: PLC0415  (the same)

    with door.session(desks=True, answer=UNDONE) as session:
        done = take_back(session)
        door.one({**shapes.plain(done), "operations": done.operations}, lambda: _undone(done))


def _undone(done: Undone) -> Iterator[str]:
    yield f"undone: {done.what} ({done.cancelled} cancelled before they left, {done.reversed} turned round)"
    if done.cancelled and done.what.startswith(("reply on", "note on")):
        yield "  its words are the draft of that ticket again"
    yield from (f"  left alone: {line}" for line in done.kept)
