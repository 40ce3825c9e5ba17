"""Finding tickets on the triage screen: views, the query bar, the order, and the search over all texts."""

from __future__ import annotations

import time
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.timer import Timer

from screens import late
from screens.first import Asked, First, asked_by, first_of, first_view
from screens.triage_base import Part
from store.errors import HeardError, QueryError
from widgets.actions import BY_ID, show_key
from widgets.fuzzy import Choice
from widgets.snapshot import Snapshot, snapshot
from widgets.views_bar import ViewsBar, ViewTab

if TYPE_CHECKING:
    from console.session import Session
    from console.views import View
    from widgets.query_bar import Completion, QueryBar

_COUNT_EVERY = 1.0  # seconds between two counts of all views
_STANDS = 5.0  # seconds that a count stands where nothing but the time has changed
_CALM = 0.2  # seconds without another view before they are counted, or read ahead
_SHARE = 4  # a queue that took a second is looked up again after four
_AT_ONCE = 0.05  # seconds: less is not worth waiting for


@dataclass(frozen=True, slots=True)
class All:
    """All tickets of a query, and the seconds that it took to find them."""

    tickets: Snapshot
    cost: float


def _counted(session: Session, text: str) -> tuple[int, str]:
    """How many tickets a query finds, and why where there is none."""
    count = late.triage.count(session, text)
    return count, "" if count else late.nothing.why(session, text)


def _fits(session: Session, text: str, at: int) -> list[Completion]:
    """What the query could go on with."""
    from widgets.query_bar import Completion  # noqa: PLC0415  (after the first paint: it brings Textual's Input)

    return [
        Completion(each.start, each.text, each.detail) for each in late.suggest.suggest(session, text, at)
    ]


class Finding(Part):
    """The part of the triage screen that decides which tickets the queue shows."""

    asked = Asked("", "updated", "")
    _chosen = False  # before anything is chosen, the first view is shown
    _views: tuple[View, ...] = ()
    _counts: Mapping[str, int] = MappingProxyType({})
    _wrong = 0  # views that cannot be used
    _counted = 0.0
    _counting: Timer | None = None  # a count is due later
    _cost = 0.0  # seconds that the whole queue took
    _looked = 0.0  # and when it was
    _later: Timer | None = None  # the queue is looked up again then
    _ahead: Mapping[Asked, First] = MappingProxyType({})  # the first tickets of the views that have a key
    _idle: Timer | None = None  # the views are read ahead then

    # -- the queue --------------------------------------------------------------------------------------------

    def ask(self, query: str, sort: str, name: str, columns: tuple[str, ...] = ()) -> None:
        """Show the tickets of another query."""
        self.asked, self._chosen = Asked(query, sort, name, columns), True
        if self.queue.marks:
            self.queue.do_clear()
        self._look_first()  # name and rows are painted together: a paint more would make the rows wait for the next

    def reload(self) -> None:
        """Look the queue up again; a very long one less often than its tickets, so that looking never fills a core."""
        if not self._chosen:
            self._look_first()
            return
        wait = self._looked + _SHARE * self._cost - time.monotonic()
        if wait < _AT_ONCE:
            self._look_all()
            return
        self.queue.look_again()
        if self._later is None:
            self._later = self.set_timer(wait, self._look_all)

    def _resort(self, sort: str) -> None:
        """Show the same tickets in another order, "sla", or in groups as well, "status/sla"; cursor and marks stay on theirs."""
        self.asked = replace(self.asked, query=late.triage.unsorted(self.asked.query), sort=sort)
        self._look_all(now=True)

    def _look_first(self) -> None:
        chosen, seen = self.asked if self._chosen else None, self.app.size.height
        self.drop("queue")
        if chosen and (found := self._ahead.get(chosen)):
            self.drop("first")
            self._begun(found)
            return

        def look() -> First:
            return first_of(self.session, chosen or first_view(self.session), seen)

        self.fresh("first", look, self._begun, self._no_queue, now=True)

    def start_with(self, found: First) -> None:
        """Have these tickets in the queue before anything is painted; all of them follow with the first look."""
        self.asked, self._chosen = found.asked, True
        self.queue.title = found.asked.name
        self.queue.columns = found.asked.columns
        self.queue.begin(found.ids, found.rows, more=found.more, groups=found.groups)

    def _begun(self, found: First) -> None:
        self.start_with(found)
        if self._views:
            self._show_views(self._views, self._counts, self._wrong)
        self.first_shown()
        if not found.more:
            self._tell_view(len(found.ids))
        self.call_after_refresh(self._complete, found.asked)

    def _complete(self, asked: Asked) -> None:
        """Look the rest of the queue up, and count: after the paint, which it would only hold up."""
        if asked == self.asked and (self.queue.more or asked in self._ahead):
            self._look_all()
        self._count_when_calm()

    def _look_all(self, *, now: bool = False) -> None:
        """Make the list of a whole queue beside the screen: it may be long, and keys need not wait for it."""
        if now:
            self.drop("first")
        elif self.once_done("first", self._look_all):
            return
        if self._later is not None:
            self._later.stop()
            self._later = None
        asked, pinned, marked = self.asked, self.queue.pinned, tuple(self.queue.marks)

        def look() -> All:
            """All tickets of the query, and how many seconds they took."""
            start = time.monotonic()
            ids, groups = late.triage.grouped(self.session, asked.query, asked.sort)
            return All(snapshot(ids, pinned, marked, groups), time.monotonic() - start)

        self.fresh("queue", look, self._arrived, self._no_queue, now=now)

    def _arrived(self, found: All) -> None:
        self.queue.problem = ""
        self.queue.take(found.tickets)
        self.first_shown()
        self._tell_view(len(found.tickets.ids))
        self._cost, self._looked = found.cost, time.monotonic()

    def _no_queue(self, error: HeardError) -> None:
        self.queue.set_ids(array("I"), f"{error.message} {error.hint}")
        self._tell_view(0)
        self.first_shown()
        self.failed(error)

    def _tell_view(self, shown: int) -> None:
        status = replace(self.status_bar.status, view=self.asked.name, shown=shown)
        self.status_bar.tell_status(status)

    # -- views ------------------------------------------------------------------------------------------------

    def count_views(self) -> None:
        """Count the tickets of every view: now, or where that was just done a moment later."""
        wait = self._counted + _COUNT_EVERY - time.monotonic()
        if wait <= 0:
            self._count()
        elif self._counting is None:
            self._counting = self.set_timer(wait, self._count)

    def _count_when_calm(self) -> None:
        """Count once nobody leafs through the views any more, who would have to wait for it; not where that was just done."""
        due = self._counting is not None or time.monotonic() - self._counted > _STANDS
        if self._counting is not None:
            self._counting.stop()
        self._counting = self.set_timer(_CALM, self._count) if due else None

    def _count(self) -> None:
        self._counting, self._counted = None, time.monotonic()

        def look() -> tuple[tuple[View, ...], dict[str, int], int]:
            wrong = len(late.views.problems(self.session))
            return late.views.views(self.session), late.views.view_counts(self.session), wrong

        self.read("views", look, lambda found: self._show_views(*found))

    def _show_views(self, found: tuple[View, ...], counts: Mapping[str, int], wrong: int) -> None:
        self._views, self._counts, self._wrong = found, counts, wrong
        pressed = self._pressed_for_views()
        tabs = [ViewTab(v.key, v.name, pressed.get(v.key, "")) for v in found if v.key]
        self.views_bar.show_views(tabs, counts, self.asked.name, wrong)

    def forget_ahead(self) -> None:
        """What was read ahead may not be so any more; read it anew when nothing more happens."""
        self._ahead = {}
        if self._idle is not None:
            self._idle.stop()
        self._idle = self.set_timer(_CALM, self._read_ahead)

    def _read_ahead(self) -> None:
        """Have the first tickets of every view that a key opens at hand: they are painted at once, and looked up again."""
        seen = self.app.size.height

        def look() -> dict[Asked, First]:
            asked = [asked_by(view) for view in late.views.views(self.session) if view.key]
            return {each: first_of(self.session, each, seen) for each in asked}

        self.read("ahead", look, self._have_ahead, lambda _: None)

    def _have_ahead(self, found: Mapping[Asked, First]) -> None:
        self._ahead = found

    def _pressed_for_views(self) -> dict[str, str]:
        """By the number of a view, the key that opens it; those without a key are left out."""
        return dict(zip(BY_ID["view"].keys, map(show_key, self.own_keys.of("view")), strict=False))

    def open_view(self, key: str) -> None:
        """Open the view on a number key."""
        found = self._views or late.views.views(self.session)
        view = next((view for view in found if view.key == key), None)
        if view is None:
            self.say(f"There is no view on {self._pressed_for_views().get(key, key)}.")
            return
        self.ask(view.query, view.order, view.name, view.columns)
        self.enter("queue")

    def do_view(self, key: str) -> None:
        """Open the view on this key."""
        self.open_view(key)

    def on_views_bar_picked(self, event: ViewsBar.Picked) -> None:
        """Open the view that was clicked."""
        self.open_view(event.key)

    # -- the query bar ----------------------------------------------------------------------------------------

    def do_query(self) -> None:
        """Open the query bar with the query at hand."""
        if not self.furnished:
            return
        self.enter("queue")
        self.query_bar.open(self.asked.query)

    def on_query_bar_edited(self, event: QueryBar.Edited) -> None:
        """Count what the query matches so far."""
        text = event.text

        def failed(error: HeardError) -> None:
            """Point at the mistake."""
            at = error.at if isinstance(error, QueryError) else 0
            self.query_bar.show_error(f"{error.message} {error.hint}", at, text)

        self.read(
            "count",
            lambda: _counted(self.session, text),
            lambda found: self.query_bar.show_count(found[0], text, found[1]),
            failed,
        )
        self.read(
            "fits",
            lambda: _fits(self.session, text, event.at),
            lambda fits: self.query_bar.show_fits(fits, text, event.at),
        )

    def do_explain(self) -> None:
        """Say what the query at hand means."""
        asked = self.asked

        def look() -> list[str]:
            return list(late.explain.in_short(late.explain.explain(self.session, asked.query, asked.sort)))

        def show(lines: list[str]) -> None:
            self.pick("What the query means", [Choice("", "", line) for line in lines], lambda _taken: None)

        self.read("explain", look, show)

    def on_query_bar_submitted(self, event: QueryBar.Submitted) -> None:
        """Run the query, unless it cannot be read: then the caret says where."""
        text = event.text.strip()
        try:
            late.triage.check(self.session, event.text)
        except QueryError as error:
            self.query_bar.show_error(f"{error.message} {error.hint}", error.at, event.text)
        else:
            self._run(text)

    def _run(self, text: str) -> None:
        self.query_bar.close()
        self.ask(text, self.asked.sort.rpartition("/")[2], text or "All tickets")
        self.enter("queue")

    def on_query_bar_left(self) -> None:
        """Go back to the queue."""
        self.enter("queue")

    # -- order ------------------------------------------------------------------------------------------------

    def do_sort(self) -> None:
        """Choose the order of the queue, or what stands together in it."""
        from store.orders import GROUPS, ORDERS  # noqa: PLC0415  (not for the first paint)

        group, _, order = self.asked.sort.rpartition("/")
        choices = [Choice(name, name, "now" if name == order else "") for name in ORDERS]
        choices += [
            Choice(f"{name}/", f"grouped by {name}", "now" if name == group else "") for name in GROUPS
        ]
        if group:
            choices.append(Choice("/", "not grouped"))

        def taken(choice: str) -> None:
            """Sort by what was taken: an order, or a field whose values stand together."""
            chosen, slash, sort = choice.rpartition("/")
            if choice:
                chosen, sort = (chosen, order) if slash else (group, sort)
                self._resort(f"{chosen}/{sort}" if chosen else sort)

        self.pick("Order of the queue", choices, taken)

    def do_fold(self) -> None:
        """Fold the group of the ticket under the cursor, or unfold it."""
        if self.queue.lines is None:
            self.say(f"There are no groups here: {self.key_of('sort')} puts the tickets into some.")
        self.queue.fold()
