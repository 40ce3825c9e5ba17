"""A view of many lines, drawn one by one when they are seen: the ground under every list in the program.

It is a plain Widget with its own `top` that overrides `render_lines()`: the layout never sees its scrolling, so a key
costs two lines and not a screen. What the override passes by (line filters, NO_COLOR) is applied here, once a strip,
and the strips are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from itertools import groupby
from operator import itemgetter

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets.cells import fit
from widgets.drawn import Drawn
from widgets.inks import Inks, inks_of
from widgets.terminal import UNICODE, Glyphs

Span = tuple[str, str]  # text and the name of its ink
_SCREENS, _LEAST = 4, 200  # strips are kept for so many screens full, and for so many lines at least
_WHEEL = 3


class LineView(Widget, can_focus=True):
    """Draws `total()` lines from `top` on under `heads()`; a subclass says what stands in each line."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "LineView { height: 1fr; background: $background; }"
    paper = "background"  # the theme's colour under the lines
    tall = 1  # rows of the screen that a line takes

    def __init__(
        self,
        title: str = "",
        *,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002  (Textual's own name for it)
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.glyphs = glyphs
        self.top = 0
        self._title = title
        self._inks: Inks | None = None
        self._background: Color | None = None
        self._fitted = Size(0, 0)
        self._drawn: OrderedDict[Hashable, Strip] = OrderedDict()

    # -- what a subclass says ---------------------------------------------------------------------------------

    def total(self) -> int:
        """How many lines there are."""
        return 0

    def heads(self, width: int) -> list[Strip]:
        """Return the lines that stand still above the others."""
        return [self.title_strip(width)] if self._title else []

    def key(self, n: int) -> Hashable:
        """Everything that line `n` is drawn from: the strip is kept under it."""
        return n

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return the text of line `n` with its inks, at most `width` cells."""
        raise NotImplementedError

    def below(self, n: int, width: int) -> Iterable[Span]:
        """Return what stands in the second row of line `n`, where a line takes two."""
        raise NotImplementedError

    def ground(self, n: int) -> str:
        """Return the ink under line `n`."""
        del n
        return "text"

    # -- drawing ----------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The line at the top of the pane; it stands out while the pane has the focus."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        """Show another line at the top."""
        if title != self._title:
            self._title = title
            self.refresh()

    @property
    def page(self) -> int:
        """How many lines are shown at a time."""
        return max((self.size.height - self.head_height) // self.tall, 1)

    @property
    def head_height(self) -> int:
        """How many lines `heads` takes."""
        return 1 if self._title else 0

    def ink(self, name: str) -> Style:
        """Return the style called `name`, without colour where the person asked for none."""
        if self._inks is None:
            app = self.app
            self._inks = inks_of(
                app.theme_variables, ground=self.paper, color=not app.no_color, ansi=app.native_ansi_color
            )
        return self._inks[name]

    def strip(self, spans: Iterable[Span], width: int, ground: str = "text", bar: str = "") -> Strip:
        """Draw `spans` on the ink `ground`, filled up or cut to `width` cells; `bar` is one cell more."""
        base = self.ink(ground)
        on_cursor = ground != "text"
        segments = []
        for name, run in groupby(spans, key=itemgetter(1)):
            style = base if name == ground else self._over(base, self.ink(name), keep=on_cursor)
            segments.append(Segment("".join(text for text, _ in run), style))
        segments = Drawn.fitted(segments, width, base)
        if bar:
            segments.append(Segment(bar, self.ink("bar")))
        for line_filter in self.app.get_line_filters():
            segments = line_filter.apply(segments, self._behind())
        return Drawn(segments, width + len(bar))

    def _behind(self) -> Color:
        if self._background is None:
            self._background = self.background_colors[1]
        return self._background

    @staticmethod
    def _over(base: Style, ink: Style, *, keep: bool) -> Style:
        """Lay the letters of `ink` on the ground of `base`; the ground's own letter style stays."""
        if not keep:
            return ink
        return base + Style(color=ink.color if base.color is not None else None, bold=ink.bold or base.bold)

    def title_strip(self, width: int, right: str = "") -> Strip:
        """Draw the title, with `right` at the other end; a glyph tells that the pane has the focus."""
        ground = "title-on" if self.has_focus else "title"
        sign = self.glyphs.cursor if self.has_focus else " "
        room = max(width - len(right) - 3, 0)
        text = f"{sign}{fit(self._title, room, self.glyphs.ellipsis)} {right} "
        return self.kept((text, ground, width), lambda: self.strip([(text, ground)], width, ground))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of `crop`, from the kept strips where they are the same."""
        self._fit_size()
        width, height = self.size
        heads = self.heads(width)
        first = len(heads)
        total = self.total()
        strips = []
        for y in range(crop.y, crop.bottom):
            if y < first:
                strips.append(heads[y])
                continue
            at, row = divmod(y - first, self.tall)
            bar = self.bar(at, (height - first) // self.tall, total)
            strips.append(self._line(self.top + at, width, bar=bar, total=total, row=row))
        if (crop.x, crop.width) != (0, width):
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def _line(self, n: int, width: int, *, bar: str, total: int, row: int = 0) -> Strip:
        if n >= total:
            n = n if total == 0 and not row else -1
            return self.kept(("", n, width), lambda: self.blank(n, width))
        key = (self.key(n), width, bar, self.ground(n), row)
        return self.kept(key, lambda: self._draw(n, width, bar, row))

    def kept(self, key: Hashable, draw: Callable[[], Strip]) -> Strip:
        """Return the strip kept under `key`, drawing it the first time."""
        strip = self._drawn.get(key)
        if strip is None:
            # One goes for each that comes: to drop them all at once takes a frame's time.
            while len(self._drawn) >= max(_SCREENS * self._fitted.height, _LEAST):
                self._drawn.popitem(last=False)
            strip = self._drawn[key] = draw()
        return strip

    def _draw(self, n: int, width: int, bar: str, row: int) -> Strip:
        ground = self.ground(n)
        room = width - 1 if bar else width
        return self.strip(self.below(n, room) if row else self.spans(n, room), room, ground, bar)

    def beside_bar(self, width: int) -> int:
        """Return the cells that a line has beside the bar: names of columns must stand above what they name."""
        return width - len(self.bar(0, self.page, self.total()))

    def blank(self, n: int, width: int) -> Strip:
        """Draw a line below the last; a subclass may say there why nothing is shown."""
        del n
        return self.strip([], width)

    def bar(self, y: int, height: int, total: int) -> str:
        """Return the cell of the scrollbar at row `y`; "" when everything is in view."""
        if total <= height or height < 1:
            return ""
        size = max(height * height // total, 1)
        start = (height - size) * self.top // max(total - height, 1)
        return self.glyphs.thumb if start <= y < start + size else self.glyphs.bar

    def forget(self) -> None:
        """Drop the kept strips: what they were drawn from has changed in a way that no key tells."""
        self._drawn.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw anew when the theme changes."""
        self._inks = None
        self._background = None
        self._drawn.clear()
        super().notify_style_update()

    def tell(self, message: Message) -> None:
        """Post a message as this widget's own: one posted while the screen paints would stop at the screen."""
        self.post_message(message.set_sender(self))

    # -- moving -----------------------------------------------------------------------------------------------

    def scroll_lines(self, delta: int) -> None:
        """Move the window by `delta` lines, within bounds."""
        self.go_top(self.top + delta)

    def go_top(self, top: int) -> None:
        """Make line `top` the first that is shown, within bounds."""
        top = max(0, min(top, self.total() - self.page))
        if top != self.top:
            self.top = top
            self.refresh()

    def refresh_lines(self, *lines: int) -> None:
        """Draw only these lines again."""
        width, head = self.size.width, self.head_height
        for n in lines:
            y = (n - self.top) * self.tall + head
            if head <= y < self.size.height:
                self.refresh(Region(0, y, width, self.tall))

    def line_at(self, y: int) -> int | None:
        """Return the line under row `y` of the widget; None where there is none."""
        n = self.top + (y - self.head_height) // self.tall
        return n if y >= self.head_height and n < self.total() else None

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._fit_size()
        self.refresh()

    def _fit_size(self) -> None:
        """Notice a new size, also where no event told of it: a pane that is shown again gets none."""
        if self.size != self._fitted:
            self._fitted = self.size
            self.resized()

    def resized(self) -> None:
        """Keep the window inside the lines."""
        self.go_top(self.top)

    def on_focus(self) -> None:
        """Show that keys come here."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        event.stop()
        self.scroll_lines(-_WHEEL)


class OneLine(LineView, can_focus=False):
    """A bar of one line, which is forgotten whenever what it says changes."""

    def total(self) -> int:
        """Return the one line."""
        return 1
