"""Saved searches on the number keys: nine that every agent needs, the team's own in a shared folder, config.toml, and files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from console.grammar import Condition, read, show
from console.query import parse
from console.session import Session
from console.settings_values import ViewSettings
from console.triage import unsorted
from console.view_files import FOLDER, Problem, load
from store.counts import counts
from store.deeds import doing_files
from store.errors import NotFoundError, QueryError
from store.reader import forget


@dataclass(frozen=True, slots=True)
class View:
    """A query with a name; `key` is the number key that opens it, "" for none.

    `columns` are what the queue shows of each ticket, none: what there is room for. `source` is built-in, config, shared,
    or own.
    """

    name: str
    query: str
    sort: str = "updated"
    key: str = ""
    group: str = ""
    columns: tuple[str, ...] = ()
    source: str = "built-in"

    @property
    def order(self) -> str:
        """The order with its groups, as `triage.queue_ids` takes it."""
        return f"{self.group}/{self.sort}" if self.group else self.sort


BUILT_IN = (
    View("Live", "status:live -is:snoozed", "updated", "1"),
    View("Mine", "status:live assignee:me -is:snoozed", "updated", "2"),
    View("Unassigned", "status:live is:unassigned -is:snoozed", "waiting", "3"),
    View("Waiting", "is:waiting -is:snoozed", "waiting", "4"),
    View("Clock", "is:sla", "sla", "5"),
    View("New", "status:new -is:snoozed", "created", "6"),
    View("Unseen", "is:unseen", "updated", "7"),
    View("Pending", "status:pending,hold", "oldest", "8"),
    View("All", "", "updated", "9"),
)


def views(session: Session) -> tuple[View, ...]:
    """The views in the order of their keys; of two with one key or one name, the agent's own file holds, then config.toml."""
    kept: list[View] = []
    keys: set[str] = set()
    for view in _all(session):
        if view.name.casefold() in {v.name.casefold() for v in kept}:
            continue
        if view.source == "built-in" and view.key in keys:
            continue
        kept.append(replace(view, key="") if view.key in keys else view)
        keys |= {view.key} - {""}
    return tuple(sorted(kept, key=lambda v: (v.key == "", v.key, v.name)))


def _all(session: Session) -> Iterator[View]:
    found = load(session.home.root, session.settings).views
    yield from (_view(each.name, each.view, "own") for each in found if not each.shared)
    for name, view in session.settings.views.items():
        if _can_be_read(view.query):
            yield _view(name, view, "config")
    yield from (_view(each.name, each.view, "shared") for each in found if each.shared)
    yield from BUILT_IN


def _view(name: str, made: ViewSettings, source: str) -> View:
    """The view as it is shown: an order in its query goes before its own, and leaves it its groups."""
    sort = parse(made.query, 0).sort if "sort" in made.query.lower() else ""
    query = unsorted(made.query) if sort else made.query
    return View(name, query, sort or made.sort, made.key, made.group, made.columns, source)


def _can_be_read(query: str) -> bool:
    try:
        parse(query, 0)
    except QueryError:
        return False
    return True


def problems(session: Session) -> tuple[Problem, ...]:
    """The views that cannot be used, each with its file and line, and why."""
    found = list(load(session.home.root, session.settings).problems)
    for name, view in session.settings.views.items():
        try:
            parse(view.query, 0)
        except QueryError as error:
            what = f"views.{name}.query cannot be read: {error.message.rstrip('.')}"
            found.append(Problem(str(session.home.config), 0, what, error.hint))
    return tuple(found)


def named(session: Session, name: str) -> View:
    """The view of this name, whatever the capitals; NotFoundError when there is none."""
    for view in views(session):
        if view.name.casefold() == name.strip().casefold():
            return view
    raise NotFoundError(f"There is no view {name}.", "`heard views` lists them.")


def filing(session: Session, what: str) -> AbstractContextManager[None]:
    """Keep what the block does to the workspace's own view files as one change, which undo takes back."""
    folder = session.home.root / FOLDER
    return doing_files(session.db, folder, what=what, actor=session.actor, now=session.now())


def within(view: View, query: str) -> str:
    """The query of the tickets of a view that match `query` as well; an order in `query` goes before the view's."""
    asked = read(query)
    sorts = any(isinstance(node, Condition) and node.field == "sort" for node in asked)
    kept = [n for n in read(view.query) if not (sorts and isinstance(n, Condition) and n.field == "sort")]
    return show((*kept, *asked))


def view_counts(session: Session) -> dict[str, int]:
    """How many tickets each view holds."""
    found = views(session)
    now = session.now()
    queries = [parse(v.query, now) for v in found]
    return dict(zip((v.name for v in found), session.db.read(lambda r: counts(r, queries)), strict=True))


def forget_counts(session: Session) -> None:
    """Count anew the next time: what was counted is otherwise remembered until a file has changed."""
    session.db.read(forget)
