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
    from console.changes import Change, Plan, PlanLine
    from console.session import Session
    from console.undo import Undone

ChangeWords = Annotated[
    list[str],
    typer.Argument(
        metavar="CHANGE", help="status=pending assignee=ana priority=high group=NAME +tag -tag tag-=x"
    ),
]
STDIN = "-"  # in the place of a query
_MESSAGES = ("reply on", "note on")
UNDONE = ("what", "cancelled", "reversed", "local", "kept", "operations", "created")


def set_fields(door: Door, ref: RefWord, change: ChangeWords, push: PushOption = False) -> None:
    r"""Change one ticket: status, priority, assignee, group, subject, tags, custom fields.

    \b
    status=pending  priority=high  assignee=me|none|NAME  group=NAME  subject=WORDS
    +tag  -tag (or tag-=tag)  field.KEY=VALUE
    """
    from console import changes  # noqa: PLC0415  (commands load what they use)
    from console.triage import resolve  # noqa: PLC0415  (the same)

    wanted = changes.parse(change)
    with door.session(desks=True, answer=shapes.OPERATION) as session:
        made = changes.set_fields(session, ref, wanted)
        if made is not None:
            report(door, session, made, push=push)
        else:
            row = shapes.unchanged(resolve(session, ref), str(wanted))
            door.one(row, lambda: ["already so: nothing was changed"])


def bulk(
    door: Door,
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="Which tickets, see `heard list --help`; - for those named on standard input, one a line.",
        ),
    ],
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

    wanted = changes.parse(change)
    with door.session(desks=True, answer=shapes.PLAN) as session:
        plan = _plan(door, session, query, wanted)
        if not plan.lines:
            door.found_nothing(session, "Standard input names no ticket." if query == STDIN else "")
        if not apply or _settled(plan):
            _print(door, plan, "")
            if door.for_people:
                how = "" if apply else "; --apply puts it through"
                door.warn(f"{_counts(plan)} Nothing has been changed{how}.")
            return
        asked = door.stdin.isatty() and not yes  # a script has said it with --apply
        if not (asked or yes or query == STDIN or asking.narrows(query)):
            _refuse_all(len(plan.lines))
        if plan.changed and asked and not asking.agreed(door, f"{_counts(plan)} Go ahead?", yes=False):
            door.warn("Nothing was changed.")
            raise typer.Exit(1)
        bulk_id = changes.apply(session, plan, check=not unchecked)
        _print(door, plan, bulk_id)
        if door.for_people:
            many = plan.changed > 1
            what, them = (f"{plan.changed:,} changes are", "them") if many else ("The change is", "it")
            door.warn(f"{what} in the outbox; `heard undo` takes {them} back.")


def _plan(door: Door, session: Session, query: str, wanted: Change) -> Plan:
    """What would change in the tickets that match, or that standard input names."""
    from console import changes  # noqa: PLC0415  (the same)

    if query != STDIN:
        return changes.plan(session, query, wanted)
    from console.commands import listed_refs  # noqa: PLC0415  (only where it is asked for)

    refs = listed_refs.named(session, asking.from_stdin(door, listed_refs.LARGEST))
    return changes.plan_refs(session, refs, wanted, source=f"{len(refs)} named")


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


def undo(
    door: Door,
    count: Annotated[
        int | None,
        typer.Argument(
            metavar="N", min=1, max=100, help="How many changes, the newest first; otherwise one."
        ),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be taken back.")] = False,
) -> None:
    """Take back your last change, one ticket or a whole bulk, or the last N; also a snooze, a follow, a discarded draft."""
    from console import undo as back  # noqa: PLC0415  (the same)

    with door.session(desks=True, answer=UNDONE) as session:
        if count is None:
            done = back.preview(session) if dry_run else back.undo(session)
            door.one(_row(done), lambda: _told(done, dry_run=dry_run))
            return
        found = back.several(session, count, really=not dry_run)
    if door.for_people:
        for each in found.done:
            for line in _told(each, dry_run=dry_run):
                door.say(line)
    else:
        door.table(map(_row, found.done), UNDONE)
    if found.stopped is not None:
        raise found.stopped
    if len(found.done) < count:
        door.warn(f"Only {len(found.done)} of {count}: there is nothing else to undo.")


def _row(done: Undone) -> dict[str, object]:
    facts = {**shapes.plain(done), "operations": done.operations}
    return {name: facts[name] for name in UNDONE}


def _told(done: Undone, *, dry_run: bool) -> Iterator[str]:
    left, turned = (
        ("have not left", "to be turned round") if dry_run else ("cancelled before they left", "turned round")
    )
    how = f"{done.cancelled} {left}, {done.reversed} {turned}" if done.operations else "on this machine alone"
    yield f"{'would be undone' if dry_run else 'undone'}: {done.what} ({how})"
    if done.cancelled and done.what.startswith(_MESSAGES):
        yield f"  its words {'would be' if dry_run else 'are'} the draft of that ticket again"
    yield from (f"  left alone: {line}" for line in done.kept)
