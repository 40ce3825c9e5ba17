"""The queue: any number of tickets by id, rows fetched in blocks when they are seen, the cursor pinned to its ticket."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from store.groups import Groups
from store.rows import TicketRow
from widgets import ticket_row
from widgets.actions import show_key
from widgets.cells import visible
from widgets.headed_list import HeadedList
from widgets.keys_told import NO_KEY, keys_of
from widgets.lines import Span
from widgets.snapshot import Snapshot, find, snapshot
from widgets.terminal import UNICODE, Glyphs
from widgets.words import MINUTE, many

BLOCK = 128
_MAX_ROWS = 6 * BLOCK  # more would cost memory, and time whenever the garbage collector walks through them
NOWHERE = -1  # the number of no ticket
_PATIENCE = 0.05  # seconds that a jump waits for its rows before it is painted without them


class TicketList(HeadedList):
    """Shows the tickets of one query.

    `now` is the clock in microseconds. Ids come in with `set_ids`; rows are asked for with `WantsRows` and come in with
    `put_rows`. Marks are kept by ticket and go when the ticket leaves the list.
    """

    class Highlighted(Message):
        """The cursor stands on this ticket now."""

        def __init__(self, ref: str, customer_id: int) -> None:
            super().__init__()
            self.ref = ref
            self.customer_id = customer_id

        def can_replace(self, message: Message) -> bool:
            """Only the last ticket counts."""
            return isinstance(message, TicketList.Highlighted)

    class Opened(Message):
        """Enter or a double click on this ticket."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    class MarksChanged(Message):
        """So many tickets are marked now."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    class WantsRows(Message):
        """These rows are seen, or soon will be, and are not here."""

        def __init__(self, ids: Sequence[int]) -> None:
            super().__init__()
            self.ids = ids

    def __init__(
        self,
        title: str = "Queue",
        *,
        now: Callable[[], int],
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002  (Textual's own name for it)
    ) -> None:
        super().__init__(title, glyphs=glyphs, id=id)
        self.marks: dict[int, str] = {}  # id -> ref, "" where the row was never seen
        self.problem = "Loading"
        self.columns: tuple[str, ...] = ()  # what a view wants to see of each ticket
        self.company: Mapping[str, str] = {}  # by ref: who else is at the ticket, in two words
        self._now = now
        self._rows: dict[int, TicketRow] = {}
        self._asked: set[int] = set()
        self._stale: set[int] = set()
        self.more = False  # the first tickets are shown, the others are on their way
        self._to_end = False  # and the last of these was asked for
        self._anchor = NOWHERE  # the ticket that was marked last, where a range begins
        self._all_wanted = False  # all were to be marked while only the first were here
        self._told = ""
        self._minute = 0  # of the last tick that drew
        self._awaited: Timer | None = None  # runs while a jump waits for its rows

    # -- data in ----------------------------------------------------------------------------------------------

    def set_ids(self, ids: array[int], problem: str = "") -> None:
        """Show these tickets, like `take`; `problem` says in words why there are none, where that is not simply so."""
        self.problem = problem
        self.take(snapshot(ids, self.pinned, self.marks))

    def begin(
        self, ids: array[int], rows: Iterable[TicketRow], *, more: bool, groups: Groups | None = None
    ) -> None:
        """Show the first tickets of another query, from the top; with `more` the others follow by `take`."""
        self.cursor = self.top = 0
        self._anchor, self._all_wanted = NOWHERE, False
        self.ids, self.lines = array("I"), None  # no ticket of the query before keeps the cursor
        self.problem = ""
        self._to_end = False
        self.take(Snapshot(ids, more=more, groups=groups))
        self.put_rows(rows)

    def take(self, found: Snapshot) -> None:
        """Show these tickets; the cursor stays on its ticket, and on its line of the screen.

        Where the list stands at its top it stays there, so that what arrives is seen, as long as the cursor is, too.
        """
        ids = found.ids
        place = found.place if found.pinned == self.pinned else find(ids, self.pinned)
        offset, at_top = self.cursor - self.top, self.top <= self.first
        row, last = place if place >= 0 else self.at, max(len(ids) - 1, 0)
        self.ids, self.more = ids, found.more
        if self._to_end and not found.more:
            row, self._to_end = last, False
        row = min(row, last)
        self.lay(found.groups, row if place >= 0 else -1)
        self.cursor = self.line_of(row)
        self.top = 0
        if not at_top or self.cursor >= self.page + self.first:
            self.top = max(0, min(self.cursor - offset, self.total() - self.page))
        self.show(self.cursor)
        self._drop_marks(found.gone)
        if not ids:
            self.forget()
        if self._all_wanted and not found.more:
            self.do_mark_all()
        self.look_again()
        self._tell()

    def fold(self) -> None:
        """Fold the group of the cursor down to its ticket, or unfold it."""
        self._asked.clear()
        super().fold()

    def look_again(self) -> None:
        """Ask for the rows in view once more; their tickets may have changed."""
        self._stale = set(self._rows)
        self._asked.clear()
        self.refresh()

    def put_rows(self, rows: Iterable[TicketRow]) -> None:
        """Take rows that were asked for."""
        if len(self._rows) > _MAX_ROWS:
            self._keep_near()
        before = [self._rows.get(ticket_id) for ticket_id in self._in_view()]
        for row in rows:
            self._rows[row.id] = row
            self._stale.discard(row.id)
            if self.marks.get(row.id, row.ref) not in ("", row.ref):
                del self.marks[row.id]  # the mirror was rebuilt: the number stands for another ticket now
        if before != [self._rows.get(ticket_id) for ticket_id in self._in_view()]:
            self.refresh()  # rows that will be seen later need no paint now
        if self._awaited is not None and self._window_known():
            self._paint_now()
            self._ask_near()
        self._tell()

    def _keep_near(self) -> None:
        """Forget the rows that are far from the window."""
        near = self.between(self.top - BLOCK, self.top + self.page + BLOCK)
        self._rows = {ticket_id: self._rows[ticket_id] for ticket_id in near if ticket_id in self._rows}
        self._stale.intersection_update(self._rows)
        self._asked.clear()

    def _in_view(self) -> array[int]:
        return self.between(self.top, self.top + self.page)

    def row(self, ref: str = "") -> TicketRow | None:
        """Return the row under the cursor, or of the ticket `ref`, where it is known."""
        if ref:
            return next((row for row in self._rows.values() if row.ref == ref), None)
        return self._rows.get(self.pinned)

    def go_to(self, ticket_id: int) -> bool:
        """Put the cursor on the ticket with this id; say whether it is in the list."""
        place = find(self.ids, ticket_id)
        if place >= 0:
            self.move(self.unhide(place))
            self._tell()
        return place >= 0

    def show_company(self, company: Mapping[str, str]) -> None:
        """Say before the subjects who else is there."""
        if company != self.company:
            self.company = company
            self.refresh()

    def tick(self) -> None:
        """Draw the ages and clocks as they are now, once a minute: they tell nothing smaller."""
        minute = self._now() // MINUTE
        if minute != self._minute:
            self._minute = minute
            self.refresh()

    # -- drawing ----------------------------------------------------------------------------------------------

    def heads(self, width: int) -> list[Strip]:
        """Return the title with its counts, and the names of the columns."""
        counts = f"{len(self.ids):,}+ tickets" if self.more else many(len(self.ids), "ticket")
        if self.marks:
            counts = f"{self.glyphs.mark} {len(self.marks):,} marked of {counts}"
        room = self.beside_bar(width)
        names = self.kept(
            ("names", width, room, self.columns),
            lambda: self.strip([(ticket_row.head(room, self.columns), "heads")], width, "heads"),
        )
        return [self.title_strip(width, counts), names, *self.heading_above(width)]

    def key(self, n: int) -> Hashable:
        """Return the row, whether it is marked, and the minute that its ages are told at."""
        at = self.row_at(n)
        if at < 0:
            return tuple(self.heading(n, self.size.width))
        ticket_id = self.ids[at]
        row = self._rows.get(ticket_id)
        if row is None or ticket_id in self._stale:
            self._ask(n)
        here = self.company.get(row.ref) if row else None
        return row or n, ticket_id in self.marks, self._now() // MINUTE, self.columns, here

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return the cells of one ticket, or a heading; where a line takes two rows, a heading stands in the second."""
        at = self.row_at(n)
        if at < 0:
            return [] if self.tall > 1 else self.heading(n, width)
        row = self._rows.get(self.ids[at])
        if row is None:
            return [(f"   {self.glyphs.ellipsis}", "dim")]
        if here := self.company.get(row.ref):
            row = row._replace(subject=f"{visible(here)}: {row.subject}")
        signs = ticket_row.gutter(row, self.glyphs, on=n == self.cursor, marked=row.id in self.marks)
        return signs + ticket_row.tell(row, width, self._now(), self.glyphs, self.columns)

    def below(self, n: int, width: int) -> Iterable[Span]:
        """Return the second line of one ticket, or the heading."""
        at = self.row_at(n)
        if at < 0:
            return self.heading(n, width)
        row = self._rows.get(self.ids[at])
        return [] if row is None else ticket_row.below(row, width, self.glyphs, self.columns)

    def blank(self, n: int, width: int) -> Strip:
        """Say why the list is empty."""
        words = self.problem or self._nothing_here()
        return self.strip([(f"   {words}", "dim")] if n == 0 else [], width)

    def _nothing_here(self) -> str:
        """Name the keys that lead to other tickets."""
        keys = keys_of(self.app)
        views = keys.of("view") or (NO_KEY,)
        last = f" to {show_key(views[-1])}" if len(views) > 1 else ""
        query = f"{'Press' if keys.of('query') else 'Open'} {keys.first('query')}"
        return f"No tickets here. {query} for another query, or {show_key(views[0])}{last} for a view."

    def _ask(self, n: int) -> None:
        start = n - n % BLOCK
        if start in self._asked:
            return
        self._asked.add(start)
        self.tell(self.WantsRows(self.between(start, start + BLOCK).tolist()))

    # -- the cursor -------------------------------------------------------------------------------------------

    def window_moved(self) -> None:
        """Draw the window once its rows are here: after a paint without them they would wait for the next but one."""
        if self._window_known():
            self._paint_now()
            return
        self.tell(self.WantsRows(self._in_view().tolist()))
        if self._awaited is None:
            self._awaited = self.set_timer(_PATIENCE, self._paint_now)

    def _window_known(self) -> bool:
        return all(ticket_id in self._rows for ticket_id in self._in_view())

    def _paint_now(self) -> None:
        if self._awaited is not None:
            self._awaited.stop()
            self._awaited = None
        self.refresh()

    def cursor_moved(self) -> None:
        """Tell which ticket the cursor stands on, and ask for the rows that the next keys will meet."""
        self._to_end = False
        if self._awaited is None:  # what is seen goes first
            self._ask_near()
        self._tell()

    def _ask_near(self) -> None:
        for n in (self.cursor - BLOCK // 2, self.cursor + BLOCK // 2):
            if (
                0 <= n < self.total()
                and not self.is_heading(n)
                and self.ids[self.row_at(n)] not in self._rows
            ):
                self._ask(n)

    def do_bottom(self) -> None:
        """To the last row, also where it is not known yet."""
        super().do_bottom()
        self._to_end = self.more

    def choose(self) -> None:
        """Tell that the ticket under the cursor was opened."""
        if row := self.row():
            self.tell(self.Opened(row.ref))

    def _tell(self) -> None:
        row = self.row()
        ref = row.ref if row else ""
        if ref != self._told and (row is not None or not self.ids):
            self._told = ref
            self.tell(self.Highlighted(ref, row.requester_id if row else 0))

    # -- marks ------------------------------------------------------------------------------------------------

    def do_mark(self) -> None:
        """Mark the ticket or take its mark away, and go to the next."""
        if not self.ids:
            return
        ticket_id = self.pinned
        if self.marks.pop(ticket_id, None) is None:
            self._mark(ticket_id)
        self._anchor, self._all_wanted = ticket_id, False
        self._marked()
        self.move(self.cursor + 1)

    def do_mark_range(self) -> None:
        """Mark from the last mark to the cursor."""
        began = find(self.ids, self._anchor)
        if began < 0:
            began, self._anchor = self.at, self.pinned
        low, high = sorted((began, self.at))
        for ticket_id in self.ids[low : high + 1]:
            self._mark(ticket_id)
        self._marked()

    def do_mark_all(self) -> None:
        """Mark every ticket of the query as it stands now."""
        self.marks = dict.fromkeys(self.ids, "")
        self.marks.update((i, row.ref) for i, row in self._rows.items() if i in self.marks)
        self._all_wanted = self.more
        self._marked()

    def do_mark_invert(self) -> None:
        """Mark what is not marked, and the other way round."""
        before, self._all_wanted = self.marks, False
        self.marks = {}
        for ticket_id in self.ids:
            if ticket_id not in before:
                self._mark(ticket_id)
        self._marked()

    def do_clear(self) -> None:
        """Take all marks away."""
        self.marks.clear()
        self._anchor, self._all_wanted = NOWHERE, False
        self._marked()

    def marked(self) -> list[tuple[int, str]]:
        """Return id and ref of every marked ticket in the order of the list; ref is "" where it was never seen."""
        return [(ticket_id, self.marks[ticket_id]) for ticket_id in self.ids if ticket_id in self.marks]

    def _mark(self, ticket_id: int) -> None:
        row = self._rows.get(ticket_id)
        self.marks[ticket_id] = row.ref if row else ""

    def _marked(self) -> None:
        self.refresh()
        self.tell(self.MarksChanged(len(self.marks)))

    def _drop_marks(self, gone: frozenset[int]) -> None:
        left = gone & self.marks.keys()
        for ticket_id in left:
            del self.marks[ticket_id]
        if left:
            self._marked()
