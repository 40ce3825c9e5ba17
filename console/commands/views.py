"""Saved searches: list them, check their files, add, remove, take over those of another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, complete, shapes
from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.session import Session
    from console.view_import import Imported

VIEW = shapes.VIEW
PROBLEM = ("file", "line", "problem", "hint")
SAVED = ("name", "query", "sort", "key", "group", "columns", "path")
REMOVED = ("name", "path")
IMPORTED = ("name", "query", "warnings")
NameWord = Annotated[
    str, typer.Argument(metavar="NAME", help="The name of the view.", autocompletion=complete.view_names)
]


def views(door: Door) -> None:
    """List the saved searches with how many tickets each holds."""
    from console import views as saved  # noqa: PLC0415  (commands load what they use)
    from console.snooze import settle  # noqa: PLC0415  (the same)

    with door.session() as session:
        settle(session)
        counts = saved.view_counts(session)
        rows = ({**shapes.plain(v), "count": counts[v.name]} for v in saved.views(session))
        door.table(rows, VIEW, text=shapes.VIEW_TEXT)
        _tell_problems(door, session)


def _tell_problems(door: Door, session: Session) -> None:
    from console import views as saved  # noqa: PLC0415  (the same)

    for each in saved.problems(session):
        line = f", line {each.line}" if each.line else ""
        door.warn(f"{each.file}{line}: {each.problem}")


def check(door: Door) -> None:
    """List the views that cannot be used, every mistake with file and line; exits with 1 when there are any."""
    from console import view_files  # noqa: PLC0415  (the same)
    from console import views as saved  # noqa: PLC0415  (the same)

    with door.session() as session:
        told = (each for problem in saved.problems(session) for each in view_files.mistakes(problem))
        found = sorted(told, key=lambda each: (each.file, each.line))
        door.table(map(shapes.plain, found), PROBLEM)
    if found:
        raise typer.Exit(1)


def add(
    door: Door,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY", help="What it finds.", autocompletion=complete.query)
    ],
    *,
    key: Annotated[str, typer.Option(metavar="1-9", help="The number key that opens it.")] = "",
    sort: Annotated[str, typer.Option(help="The order.", autocompletion=complete.sorts)] = "",
    group: Annotated[str, typer.Option(help="What stands together: status, assignee, ...")] = "",
    columns: Annotated[str, typer.Option(metavar="A,B", help="What the queue shows of each ticket.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Also where there is one already.")] = False,
) -> None:
    """Save a search as a view of your own: a file in `views/` of the workspace."""
    from console.settings_values import ViewSettings  # noqa: PLC0415  (the same)
    from console.triage import check as readable  # noqa: PLC0415  (the same)
    from console.view_files import save  # noqa: PLC0415  (the same)
    from console.views import filing  # noqa: PLC0415  (the same)

    with door.session(answer=SAVED) as session:
        asked = shapes.query_of(query)
        readable(session, asked)
        chosen = tuple(each.strip() for each in columns.split(",") if each.strip())
        made = ViewSettings(asked, sort or "updated", key, group, chosen)
        before = _with_key(session, key)
        with filing(session, f"view {name} saved"):
            path = save(session.home.root, name, made, replace=replace)
        door.one({"name": name, **shapes.plain(made), "path": str(path)}, lambda: [f"Saved as {path}."])
        after = _with_key(session, key)
    if before and before != after and before.casefold() != name.casefold():
        door.warn(f"{key} opened {before} until now.")
    elif key and after.casefold() != name.casefold():
        door.warn(f"{key} goes on opening {after}, which has it too.")


def _with_key(session: Session, key: str) -> str:
    """The name of the view that a number key opens."""
    from console import views as saved  # noqa: PLC0415  (the same)

    return next((view.name for view in saved.views(session) if key and view.key == key), "")


def remove(door: Door, name: NameWord) -> None:
    """Delete one of your own views; undo brings it back."""
    from console import view_files  # noqa: PLC0415  (the same)
    from console.views import filing  # noqa: PLC0415  (the same)

    with door.session(answer=REMOVED) as session:
        with filing(session, f"view {name} removed"):
            path = view_files.remove(session.home.root, name)
        door.one({"name": name, "path": str(path)}, lambda: [f"Removed {path}."])


def import_views(
    door: Door,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="What /api/v2/views or /api/v1/overviews answers; - for standard input.",
        ),
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be made.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Also where there is one of that name.")] = False,
) -> None:
    """Take over the views of Zendesk or the overviews of Zammad; what cannot be said is told for each."""
    from console import view_files  # noqa: PLC0415  (the same)
    from console.views import filing  # noqa: PLC0415  (the same)
    from store.errors import HeardError  # noqa: PLC0415  (the same)

    rows = []
    with door.session(answer=IMPORTED) as session, filing(session, f"import of views from {Path(file).name}"):
        found = _exported(door, file)
        if door.for_people and not found:
            door.warn("There are no views in it.")
        for each in found:
            warnings = list(each.warnings)
            if each.view and not dry_run:
                try:
                    view_files.save(session.home.root, each.name, each.view, replace=replace)
                except HeardError as error:
                    warnings.append(f"not saved: {error.message}")
            query = each.view.query if each.view else ""
            rows.append({"name": each.name, "query": query, "warnings": warnings})
        if door.for_people:
            for row in rows:
                door.say(f"{row['name']}: {row['query'] or '(not taken over)'}")
                for told in row["warnings"]:
                    door.say(f"    {told}")
            return
        door.table(rows, IMPORTED)


def _exported(door: Door, file: str) -> list[Imported]:
    """The views in a file, or on standard input for "-"."""
    from console import view_import  # noqa: PLC0415  (the same)

    if file != "-":
        return view_import.read_file(Path(file))
    return view_import.read(asking.from_stdin(door, view_import.LARGEST))


VIEWS = Group(
    views,
    {
        "Commands": {
            "check": "views:check",
            "add": "views:add",
            "remove": "views:remove",
            "import": "views:import_views",
        }
    },
)
