"""The panes of the triage screen: put where they belong, moved and resized by key and by mouse, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from screens.kept_layout import keep, kept
from screens.panes import (
    STEP,
    Arrangement,
    Axis,
    Layout,
    Side,
    arrange,
    grown,
    moved,
    with_queue,
    with_response,
)
from screens.triage_base import Part
from widgets.boxes import Column, Row

if TYPE_CHECKING:
    from console.session import Session

Edge = Literal["queue", "response"]
_SIDES: dict[str, Side] = {
    "alt+shift+left": "left", "alt+shift+down": "bottom", "alt+shift+up": "top", "alt+shift+right": "right",
    "ctrl+w h": "left", "ctrl+w j": "bottom", "ctrl+w k": "top", "ctrl+w l": "right",
}  # fmt: skip
_VIEWS_FROM = 8  # lines from which on the views have one


class Panes(Row):
    """The box around all panes; the gaps between them can be dragged."""

    class Dragged(Message):
        """The edge of a pane was dragged to this place of the screen; `done` says that it was let go."""

        def __init__(self, edge: Edge, x: int, y: int, *, done: bool) -> None:
            super().__init__()
            self.edge: Edge = edge
            self.x, self.y = x, y
            self.done = done

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  (Textual's own settings)
        super().__init__(**settings)
        self.pairs: dict[Edge, tuple[Widget, Widget]] = {}  # who stands on the two sides of an edge
        self._held: Edge | None = None
        self._from: tuple[int, int] | None = None  # where it was taken hold of; None once it has moved

    def edge_at(self, x: int, y: int) -> Edge | None:
        """Return the edge at this place of the screen: the gap between two panes, or the first line of the lower one."""
        for edge, (one, other) in self.pairs.items():
            if not (one.display and other.display and one.region and other.region):
                continue
            lower = one if one.region.y > other.region.y else other
            first, second = sorted((one.region, other.region), key=lambda region: (region.y, region.x))
            beside = first.right <= x < second.x and first.y <= y < first.bottom
            taken = edge == "queue" and lower is one  # the views stand there, and are clicked
            below = first.bottom == second.y == y and first.x <= x < first.right
            if beside or (below and not taken):
                return edge
        return None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of an edge."""
        self._held = self.edge_at(event.screen_x, event.screen_y)
        self._from = (event.screen_x, event.screen_y)
        if self._held:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the edge along."""
        self._drag(event, done=False)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the edge go."""
        if self._held:
            self.release_mouse()
            self._drag(event, done=True)
            self._held = None

    def _drag(self, event: events.MouseEvent, *, done: bool) -> None:
        if self._held and self._from != (event.screen_x, event.screen_y):
            event.stop()
            self._from = None
            self.post_message(self.Dragged(self._held, event.screen_x, event.screen_y, done=done))


class Laid(Part):
    """The part of the triage screen that shares the room among its panes."""

    session: Session
    panes: Panes
    left: Column
    work: Column
    story: Column | None
    response: Column | None
    _arranged: Arrangement | None = None
    _layout: Layout | None = None
    _pane = "queue"
    _zoomed = False

    @property
    def layout_of_panes(self) -> Layout:
        """How the person wants the panes."""
        if self._layout is None:
            self._layout = kept(self.session.home)
        return self._layout

    def on_resize(self, event: events.Resize) -> None:
        """Share the new room."""
        self._arrange(event.size)

    def _arrange(self, size: Size) -> None:
        layout = self.layout_of_panes
        made = arrange(size.width, size.height, self._pane, zoomed=self._zoomed, layout=layout)
        self.views_bar.display = size.height >= _VIEWS_FROM
        if made == self._arranged:
            return
        alone = self._arranged is not None and not self._arranged.work
        responding = self.response_shown
        self._arranged = made
        self.left.display, self.work.display = made.queue, made.work
        self.panes.styles.layout = "vertical" if made.across else "horizontal"
        pair = (self.work, self.left) if made.queue_last else (self.left, self.work)
        shares = made.shares[::-1] if made.queue_last else made.shares
        _place(self.panes, pair, shares, below=made.across)
        if self.story is None or self.response is None:
            return
        self.panes.pairs = {"queue": (self.left, self.work), "response": (self.story, self.response)}
        self.story.display, self.response.display = made.story, made.response
        self.work.styles.layout = "vertical" if made.stacked else "horizontal"
        pair = (self.response, self.story) if made.response_first else (self.story, self.response)
        parts = made.parts[::-1] if made.response_first else made.parts
        _place(self.work, pair, parts, below=made.stacked)
        self.card_head.share(made.card)
        self.ladder.styles.height = made.ladder
        self.share_fields(made)
        if alone and made.queue and made.work and (row := self.row_at_hand()):
            self.rest_on(row.ref)  # there is room for its story now
        if self.response_shown and not responding:
            self.respond()  # another ticket may have been opened meanwhile

    def rest_on(self, ref: str) -> None:
        """Show the story of the ticket that the cursor rests on."""
        raise NotImplementedError

    def share_fields(self, made: Arrangement) -> None:
        """Know how much room there is for fields."""
        raise NotImplementedError

    # -- as the person wants them -----------------------------------------------------------------------------

    def do_wider(self) -> None:
        """Give this pane more columns."""
        self._grow("width", STEP)

    def do_narrower(self) -> None:
        """Take columns from this pane."""
        self._grow("width", -STEP)

    def do_taller(self) -> None:
        """Give this pane more lines."""
        self._grow("height", STEP)

    def do_shorter(self) -> None:
        """Take lines from this pane."""
        self._grow("height", -STEP)

    def _grow(self, axis: Axis, step: int) -> None:
        made = self._arranged
        wanted = grown(self.layout_of_panes, made, self._pane, axis, step) if made else None
        if wanted is None:
            self.say(f"Nothing stands {'beside' if axis == 'width' else 'above or below'} this pane.")
            return
        self._lay(wanted)

    def do_pane_to(self, key: str) -> None:
        """Move this pane to another side."""
        self._lay(moved(self.layout_of_panes, self._pane, _SIDES.get(key, "left")))
        made = self._arranged
        if made is not None and not (made.queue and made.work):
            self.say("Kept; it shows once there is room for more than one pane.")

    def do_panes_reset(self) -> None:
        """Put all panes back."""
        self._zoomed = False
        self._lay(Layout())
        self.say("The panes are as they come.")

    def on_panes_dragged(self, event: Panes.Dragged) -> None:
        """Give the panes the room that the mouse shows."""
        made = self._arranged
        if made is None:
            return
        box, upright = (self.panes, made.across) if event.edge == "queue" else (self.work, made.stacked)
        region = box.region
        at, room = (event.y - region.y, region.height) if upright else (event.x - region.x, region.width)
        percent = round(at * 100 / max(room, 1))
        if event.edge == "queue":
            wanted = with_queue(self.layout_of_panes, 100 - percent if made.queue_last else percent)
        else:
            wanted = with_response(self.layout_of_panes, percent if made.response_first else 100 - percent)
        self._lay(wanted, save=event.done)

    def _lay(self, layout: Layout, *, save: bool = True) -> None:
        self._layout = layout
        self._arrange(self.app.size)
        if save:
            self.write(lambda: keep(self.session.home, layout))


def _place(box: Widget, pair: tuple[Column, Column], shares: tuple[int, int], *, below: bool) -> None:
    """Put two panes into their box in this order, one `below` the other or beside it, with a gap beside."""
    if box.children and box.children[0] is not pair[0]:
        box.move_child(pair[0], before=0)
    both = pair[0].display and pair[1].display
    for part, share in zip(pair, shares, strict=True):
        part.styles.width = "1fr" if below else f"{share}fr"
        part.styles.height = f"{share}fr" if below else "1fr"
        part.styles.margin = (0, 0, 0, 1 if part is pair[1] and both and not below else 0)
