"""One person's story: every message, note and change over all tickets and channels, newest at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType

from textual import events
from textual.message import Message
from textual.strip import Strip

from store.rows import Item
from widgets.actions import show_key
from widgets.keys_told import NO_KEY, keys_of
from widgets.lines import LineView, Span
from widgets.story_window import CHANNEL_KEYS, StoryWindow
from widgets.terminal import UNICODE, Glyphs
from widgets.words import many

_NEAR = 2  # items from an end of what was read, at which more is asked for


class Timeline(LineView):
    """Draws the story and moves through it by lines, items and tickets; `now` is the clock in microseconds."""

    pane = "story"

    class AtEnd(Message):
        """The reader has come to an end of what was read of the story: there is more beyond `item`, or at the very first."""

        def __init__(self, item: Item | None, *, first: bool = False) -> None:
            super().__init__()
            self.item = item
            self.first = first

        def can_replace(self, message: Message) -> bool:
            """Only the last wish counts."""
            return isinstance(message, Timeline.AtEnd)

    class AtItem(Message):
        """The reader stands at this item of the story."""

        def __init__(self, item: Item) -> None:
            super().__init__()
            self.item = item

        def can_replace(self, message: Message) -> bool:
            """Only the last place counts."""
            return isinstance(message, Timeline.AtItem)

    def __init__(
        self,
        title: str = "Story",
        *,
        now: Callable[[], int],
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002  (Textual's own name for it)
    ) -> None:
        super().__init__(title, glyphs=glyphs, id=id)
        self.cursor = 0  # an index into the shown items
        self.problem = ""
        self.beyond = (0, 0)  # messages before and after what was read of the story
        self.window = StoryWindow(now, glyphs)
        self._told = ""  # what is special about the story

    def on_mount(self) -> None:
        """Name the key that shows what is folded, as this person has it."""
        self.window.unfold = keys_of(self.app).first("quotes")

    # -- data in ----------------------------------------------------------------------------------------------

    def set_stretch(
        self,
        items: Sequence[Item],
        current: str,
        *,
        beyond: tuple[int, int] = (0, 0),
        people: Mapping[str, str] = MappingProxyType({}),
        moved: bool = False,
        told: str = "",
    ) -> None:
        """Show a stretch of a longer story, with `beyond` messages before and after it; `people` names who asked in which ticket.

        With `moved` it is another stretch than before, and the reader stays at their item. `told` says what is special.
        """
        self.beyond, self.window.people, self._told = beyond, people, told
        self._set(items, current, "", moved=moved)

    def set_items(self, items: Sequence[Item], current: str, problem: str = "") -> None:
        """Show this story, with the items of the ticket `current` marked by a bar.

        The same ticket's story stays where it was read; where it stood at the end, or at the newest item of the ticket,
        it goes on to what is new there. Another one opens at the newest item of the current ticket. `problem` says why nothing can be shown.
        """
        self.beyond, self.window.people, self._told = (0, 0), {}, ""
        self._set(items, current, problem, moved=False)

    def _set(self, items: Sequence[Item], current: str, problem: str, *, moved: bool) -> None:
        window = self.window
        was, top = (self.item if current == window.current else None), window.top()
        at_end = not moved and self.cursor in (len(window.shown) - 1, window.newest())
        window.items, window.current, self.problem = items, current, problem
        window.choose()
        if was is None or at_end:
            self._go_newest()
        else:
            self.cursor = window.find(was)
            window.come_back(top)
        if not window.shown:
            self.forget()
        self.refresh()

    @property
    def item(self) -> Item | None:
        """The item that the reader stands at."""
        shown = self.window.shown
        return shown[self.cursor] if self.cursor < len(shown) else None

    def text(self) -> str:
        """Return what the window shows as plain text."""
        lines = (self.window.line(place) for place in self.window.places)
        return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)

    # -- drawing ----------------------------------------------------------------------------------------------

    def total(self) -> int:
        """Return how many lines the window shows; the story is never counted in lines."""
        return len(self.window.places)

    def heads(self, width: int) -> list[Strip]:
        """Return the title with what is left out."""
        count = many(len(self.window.shown), "item")
        earlier, later = self.beyond
        told = (
            self._told,
            f"{earlier:,} earlier" if earlier else "",
            f"{later:,} later" if later else "",
            self.window.left_out(),
        )
        return [self.title_strip(width, ", ".join(filter(None, (count, *told))))]

    def key(self, n: int) -> Hashable:
        """Return the line itself."""
        return self.window.line(self.window.places[n])

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return one line of one item; it was laid out for this width."""
        del width
        return self.window.line(self.window.places[n])

    def ground(self, n: int) -> str:
        """Return the cursor's ink on the head of the item that the reader stands at."""
        if not self.window.is_head(self.window.places[n], self.cursor):
            return "text"
        return "cursor-on" if self.has_focus else "cursor"

    def blank(self, n: int, width: int) -> Strip:
        """Say why there is nothing."""
        told = self.problem or (self._filtered_away() if self.window.items else "No story.")
        return self.strip([(f"  {told}", "dim")] if n == 0 and not self.window.shown else [], width)

    def _filtered_away(self) -> str:
        every = keys_of(self.app).of("channel", self.pane)[
            len(CHANNEL_KEYS) :
        ]  # the key after those of the channels
        return f"Nothing here with this filter; {show_key(every[0]) if every else NO_KEY} shows all."

    def bar(self, y: int, height: int, total: int) -> str:
        """Return the scrollbar's cell: it counts items, not lines."""
        if total < height:
            return " "
        return self.glyphs.thumb if y in self.window.share(height, self.beyond) else self.glyphs.bar

    def resized(self) -> None:
        """Lay out for the new width; the item at hand stays in the window."""
        first = not self.window.places
        self.window.resize(self.size.width - 1, self.page)
        self.window.settle()
        if first or all(n != self.cursor for n, _ in self.window.places):
            self.window.end_with(self.cursor)

    # -- moving -----------------------------------------------------------------------------------------------

    def scroll_lines(self, delta: int) -> None:
        """Move the window by lines; the item at hand follows where it would leave it."""
        self.window.scroll(delta)
        self._look_beyond()
        places = self.window.places
        if places:
            self._stand(max(places[0][0], min(self.cursor, places[-1][0])))

    def stand(self, n: int) -> None:
        """Stand at the n-th shown item, within bounds, and bring it into the window."""
        if self.window.shown:
            n = max(0, min(n, len(self.window.shown) - 1))
            self.window.reveal(n)
            self._look_beyond()
            self._stand(n)

    def stand_at(self, item_id: str, ref: str) -> None:
        """Stand at the item with this id, where it is shown; `ref` says of which desk, for each numbers its own."""
        desk, shown = ref.partition("/")[0], enumerate(self.window.shown)
        same = (n for n, item in shown if item.id == item_id and item.ref.partition("/")[0] == desk)
        self.stand(next(same, self.cursor))

    def _stand(self, n: int) -> None:
        if n != self.cursor:
            self.cursor = n
            self.tell(self.AtItem(self.window.shown[n]))
        self.refresh()

    def _go_newest(self) -> None:
        self.cursor = self.window.newest()
        if self.window.shown:
            self.window.end_with(self.window.below(self.cursor))
            self.window.reveal_head(self.cursor)
        else:
            self.window.settle()  # nothing is shown any more, not even for the next frame
        self.refresh()

    def _look_beyond(self) -> None:
        """Ask for more of the story where the window has come to the end of what was read."""
        places, (earlier, later) = self.window.places, self.beyond
        if not places:
            return
        if earlier and places[0][0] < _NEAR:
            self.tell(self.AtEnd(self._said(range(len(self.window.items)))))
        elif later and places[-1][0] > len(self.window.shown) - 1 - _NEAR:
            self.tell(self.AtEnd(self._said(range(len(self.window.items) - 1, -1, -1))))

    def _said(self, order: Iterable[int]) -> Item | None:
        items = self.window.items
        return next((items[n] for n in order if items[n].kind in ("message", "note")), None)

    def on_click(self, event: events.Click) -> None:
        """Stand at the item under the mouse."""
        line = self.line_at(event.y)
        if line is not None:
            self._stand(self.window.places[line][0])

    def do_down(self) -> None:
        """One line down."""
        self.scroll_lines(1)

    def do_up(self) -> None:
        """One line up."""
        self.scroll_lines(-1)

    def do_half_down(self) -> None:
        """Half a page down."""
        self.scroll_lines(self.page // 2)

    def do_half_up(self) -> None:
        """Half a page up."""
        self.scroll_lines(-(self.page // 2))

    def do_page_down(self) -> None:
        """A page down."""
        self.scroll_lines(self.page - 1)

    def do_page_up(self) -> None:
        """A page up."""
        self.scroll_lines(1 - self.page)

    def do_top(self) -> None:
        """To the first contact."""
        if self.beyond[0]:
            self.tell(self.AtEnd(None, first=True))
        else:
            self.stand(0)

    def do_bottom(self) -> None:
        """To the newest item."""
        if self.beyond[1]:
            self.tell(self.AtEnd(None))
        elif self.window.shown:
            last = len(self.window.shown) - 1
            self.window.end_with(last)
            self._stand(last)

    def do_next_message(self) -> None:
        """To the next message; what was changed between them is passed by."""
        later = range(self.cursor + 1, len(self.window.shown))
        self.stand(next((n for n in later if self.window.says(n)), self.cursor))

    def do_previous_message(self) -> None:
        """To the message before; what was changed between them is passed by."""
        before = range(self.cursor - 1, -1, -1)
        self.stand(next((n for n in before if self.window.says(n)), self.cursor))

    def do_next_ticket(self) -> None:
        """To where the next ticket begins."""
        later = range(self.cursor + 1, len(self.window.shown))
        self.stand(next((n for n in later if self.window.opens(n)), self.cursor))

    def do_previous_ticket(self) -> None:
        """To where this ticket begins, or the one before it."""
        self.stand(next((n for n in range(self.cursor - 1, -1, -1) if self.window.opens(n)), 0))

    # -- what is shown ----------------------------------------------------------------------------------------

    def do_quotes(self) -> None:
        """Show quoted lines, or fold them again."""
        self.window.quotes = not self.window.quotes
        self.window.forget()
        self.window.settle()
        self.refresh()

    def do_channel(self, key: str) -> None:
        """Hide the channel of this figure key, or show it again; 0 shows all."""
        if key == "0":
            self.window.hidden.clear()
            self.window.notes_only, self.window.changes = False, True
        else:
            self.window.hidden ^= {CHANNEL_KEYS[int(key) - 1]}
        self._filtered()

    def do_notes_only(self) -> None:
        """Show internal notes alone, or everything again."""
        self.window.notes_only = not self.window.notes_only
        self._filtered()

    def do_changes(self) -> None:
        """Hide what was changed between the messages, or show it again."""
        self.window.changes = not self.window.changes
        self._filtered()

    def _filtered(self) -> None:
        was = self.item
        self.window.choose()
        self.cursor = self.window.find(was) if was else max(len(self.window.shown) - 1, 0)
        self.window.end_with(self.cursor)
        self._look_beyond()
        self.forget()
