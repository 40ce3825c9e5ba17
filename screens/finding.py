"""Finding tickets on the triage screen: views, the query bar, the order, and the search over all texts."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from screens import late
from screens.triage_base import Part
from store.errors import HeardError, QueryError
from widgets.fuzzy import Choice
from widgets.views_bar import ViewsBar, ViewTab

if TYPE_CHECKING:
    from console.views import View
    from widgets.query_bar import QueryBar

_COUNT_EVERY = 2_000_000  # microseconds between two counts of all views


@dataclass(frozen=True, slots=True)
class Asked:
    """What the queue shows: a query, its order, and the name it goes by."""

    query: str
    sort: str
    name: str


class Finding(Part):
    """The part of the triage screen that decides which tickets the queue shows."""

    asked = Asked("", "updated", "")
    _chosen = False  # before anything is chosen, the first view is shown
    _views: tuple[View, ...] = ()
    _counted = 0

    # -- the queue --------------------------------------------------------------------------------------------

    def ask(self, query: str, sort: str, name: str) -> None:
        """Show the tickets of another query."""
        self.asked, self._chosen = Asked(query, sort, name), True
        self.queue.title = name
        self.queue.do_clear()
        self._look_up(now=True)

    def reload(self) -> None:
        """Look the queue up again."""
        self._look_up(now=False)

    def _look_up(self, *, now: bool) -> None:
        chosen = self.asked if self._chosen else None

        def look() -> tuple[Asked, array[int]]:
            asked = chosen or self._first_view()
            return asked, late.triage.queue_ids(self.session, asked.query, asked.sort)

        self.fresh("queue", look, self._arrived, self._no_queue, now=now)

    def _first_view(self) -> Asked:
        first = late.views.views(self.session)[0]
        return Asked(first.query, first.sort, first.name)

    def _arrived(self, found: tuple[Asked, array[int]]) -> None:
        self.asked, ids = found
        self.queue.title = self.asked.name
        self.queue.set_ids(ids)
        self._tell_view(len(ids))
        if not ids:
            self.no_rows()

    def _no_queue(self, error: HeardError) -> None:
        self.queue.set_ids(array("q"), f"{error.message} {error.hint}")
        self._tell_view(0)
        self.no_rows()
        self.failed(error)

    def _tell_view(self, shown: int) -> None:
        status = replace(self.status_bar.status, view=self.asked.name, shown=shown)
        self.status_bar.tell_status(status)

    # -- views ------------------------------------------------------------------------------------------------

    def count_views(self) -> None:
        """Count the tickets of every view, not more often than every two seconds."""
        now = self.session.now()
        if now - self._counted < _COUNT_EVERY and self._views:
            return
        self._counted = now

        def look() -> tuple[tuple[View, ...], dict[str, int]]:
            return late.views.views(self.session), late.views.view_counts(self.session)

        self.read("views", look, lambda found: self._show_views(*found))

    def _show_views(self, found: tuple[View, ...], counts: dict[str, int]) -> None:
        self._views = found
        self.views_bar.show_views([ViewTab(v.key, v.name) for v in found if v.key], counts, self.asked.name)

    def open_view(self, key: str) -> None:
        """Open the view on a number key."""
        found = self._views or late.views.views(self.session)
        view = next((view for view in found if view.key == key), None)
        if view is None:
            self.say(f"There is no view on {key}.")
            return
        self.ask(view.query, view.sort, view.name)
        self._counted = 0
        self.count_views()
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
            at = error.at if isinstance(error, QueryError) else 0
            self.query_bar.show_error(f"{error.message} {error.hint}", at, text)

        self.read(
            "count",
            lambda: late.triage.count(self.session, text),
            lambda count: self.query_bar.show_count(count, text),
            failed,
        )

    def on_query_bar_submitted(self, event: QueryBar.Submitted) -> None:
        """Run the query, unless it cannot be read: then the caret says where."""
        text = event.text.strip()

        def failed(error: HeardError) -> None:
            at = error.at if isinstance(error, QueryError) else 0
            self.query_bar.show_error(f"{error.message} {error.hint}", at, event.text)

        self.read("count", lambda: late.triage.count(self.session, text), lambda _: self._run(text), failed)

    def _run(self, text: str) -> None:
        self.query_bar.close()
        self.ask(text, self.asked.sort, text or "All tickets")
        self.enter("queue")

    def on_query_bar_left(self) -> None:
        """Go back to the queue."""
        self.enter("queue")

    # -- order ------------------------------------------------------------------------------------------------

    def do_sort(self) -> None:
        """Choose the order of the queue."""
        from store.filters import ORDERS  # noqa: PLC0415  (not for the first paint)

        choices = [Choice(name, name, "now" if name == self.asked.sort else "") for name in ORDERS]

        def taken(sort: str) -> None:
            if sort:
                self.ask(self.asked.query, sort, self.asked.name)

        self.pick("Order of the queue", choices, taken)
