"""The triage screen: the queue, the customer's whole story, and the reply beside it; as many panes as there is room for."""

from __future__ import annotations

from textual.app import ComposeResult

from console.session import Session
from screens import late
from screens.asking_model import AskingModel
from screens.company import Company
from screens.finding import Finding
from screens.first import First, rows_of
from screens.insight import Insight
from screens.keymap import pane_of
from screens.layout import Laid, Panes
from screens.macros import Macros
from screens.messages import Furnished
from screens.play import Playing
from screens.reading import Reading
from screens.remedies import Remedying
from screens.snoozing import Snoozing
from screens.triage_base import TriageBase
from screens.writing import Writing
from store.rows import TicketRow
from widgets.boxes import Column
from widgets.terminal import Terminal
from widgets.ticket_list import TicketList

_BREATH = 0.03  # seconds between the first tickets on the screen and the other panes
_PANES = ("queue", "story", "composer")


class TriageScreen(
    Company,
    Macros,
    Playing,
    Remedying,
    Finding,
    Reading,
    Writing,
    AskingModel,
    Insight,
    Snoozing,
    Laid,
    TriageBase,
):
    """Queue, story and response. Without room for all, the pane with the focus gets it."""

    _asked_to_furnish = False

    def __init__(self, session: Session, terminal: Terminal, first: First | None = None) -> None:
        super().__init__(session, terminal)
        self._first = first
        self.queue.tall = rows_of(session.settings.ui.density)
        self.panes = Panes(id="panes")
        self.left, self.work = Column(id="left"), Column(id="work")
        self.story: Column | None = None
        self.response: Column | None = None

    def compose(self) -> ComposeResult:
        """Lay out the queue; the other panes come after the first paint."""
        with self.panes:
            with self.left:
                yield self.views_bar
                yield self.queue
            yield self.work
        yield from self.foot()

    def on_mount(self) -> None:
        """Begin with the queue, and with the tickets that were found while Textual was on its way."""
        if self._first is not None:
            self.start_with(self._first)
            self._first = None
        self.queue.focus()

    def furnish_soon(self) -> None:
        """Furnish after the next paint, once."""
        if not self._asked_to_furnish:
            self._asked_to_furnish = True
            self.set_timer(_BREATH, self.furnish)

    async def furnish(self) -> None:
        """Put story, response and query bar in their places, once the first tickets are painted."""
        self.make_furniture()
        await self.left.mount(self.query_bar, after=self.views_bar)
        story = Column(self.card_head, self.timeline, id="story")
        response = Column(self.ladder, self.hear_fields, self.composer, id="response")
        self.story, self.response = story, response
        await self.work.mount(story, response)
        self.furnish_done()
        self.post_message(Furnished())
        self._arranged = None
        self._arrange(self.app.size)
        self.count_views()
        self.forget_ahead()
        self._rest_at_cursor()

    def changed(self) -> None:
        """Take up what was written: queue, story, counts. The cursor stays on its ticket."""
        super().changed()
        self.reload()
        if self.furnished:
            self.forget_ahead()
            self.count_views()
            self.look_again()

    def tick(self) -> None:
        """Tell the times anew."""
        super().tick()
        self.queue.tick()

    def on_ticket_list_wants_rows(self, event: TicketList.WantsRows) -> None:
        """Look rows up that are seen."""
        ids = event.ids
        self.read(f"rows {ids[0]}", lambda: late.triage.rows(self.session, ids), self._rows_arrived)

    def _rows_arrived(self, rows: list[TicketRow]) -> None:
        self.queue.put_rows(rows)
        self.furnish_soon()

    def first_shown(self) -> None:
        """Furnish after the next paint."""
        self.furnish_soon()

    # -- the panes --------------------------------------------------------------------------------------------

    def enter(self, pane: str) -> None:
        """Give a pane the room it needs and the focus."""
        if pane == "queue" or not self.furnished:
            self._make_room("queue")
            self.set_focus(self.queue)
            return
        self._make_room(pane)
        if pane == "composer":
            self.respond()
        # At once: `focus()` would wait for the next message, and keys typed ahead would go to the pane before.
        self.set_focus(self.timeline if pane == "story" else self.composer.area)

    @property
    def story_shown(self) -> bool:
        """Whether the story can be seen."""
        return self.furnished and self.work.display

    @property
    def response_shown(self) -> bool:
        """Whether the response pane can be seen."""
        return self.story_shown and self.response is not None and self.response.display

    def _make_room(self, pane: str) -> None:
        self._pane = pane
        self._arrange(self.app.size)

    def on_descendant_focus(self) -> None:
        """Follow the focus wherever the mouse puts it."""
        pane = pane_of(self.focused)
        if pane in _PANES:
            self._make_room(pane)
        if pane == "composer":
            self.respond()
        elif pane == "queue":
            self._rest_at_cursor()

    def _rest_at_cursor(self) -> None:
        """Show the story of the ticket under the cursor of the queue: keys act on it there."""
        if row := self.row_at_hand():
            self.rest_on(row.ref)

    def _next(self, step: int, key: str) -> None:
        pane = self.pane_at_hand
        if pane == "query":
            self.query_bar.close()
        at = (_PANES.index(pane) if pane in _PANES else 0) + step
        if "tab" not in key and not 0 <= at < len(_PANES):
            return  # only tab goes round: h in the queue is a slip, and letters must not fall into a draft
        leaving = pane not in _PANES or pane == "queue"
        if leaving and (row := self.row_at_hand()) and row.ref != self.ref:
            self.show_ticket(row.ref)  # not shown yet, or there was no room for it
        self.enter(_PANES[at % len(_PANES)])

    def do_next_pane(self, key: str) -> None:
        """To the next pane."""
        self._next(1, key)

    def do_previous_pane(self, key: str) -> None:
        """To the pane before."""
        self._next(-1, key)

    def do_zoom(self) -> None:
        """Give this pane the whole screen, or put the others back."""
        self._zoomed = not self._zoomed
        self._arrange(self.app.size)

    def do_clear(self) -> None:
        """Back from the story to the queue, and to the ticket under its cursor; play mode ends."""
        self._zoomed = False
        self.enter("queue")
        self._rest_at_cursor()
        self.stop_playing()

    def labels(self) -> dict[str, str]:
        """Say where escape leads: from the story to the queue; in the queue it is of no weight."""
        return {"clear": "queue" if self.pane_at_hand == "story" else ""}

    def why_not(self, action_id: str) -> str:
        """Say why an action cannot be carried out just now."""
        nothing_marked = not self.queue.marks and self.pane_at_hand == "queue"
        if action_id in ("bulk", "clear") and nothing_marked:
            return "no ticket is marked"
        if action_id == "fold" and self.queue.lines is None:
            return "there are no groups here"
        if action_id == "repeat" and not self._last:
            return "nothing has been changed yet"
        needs_ticket = (
            "reply",
            "note",
            "status",
            "priority",
            "assign",
            "assign_me",
            "tag",
            "copy",
            "copy_link",
            "browse",
            "snooze",
            "follow",
            "why_next",
        )
        if action_id in needs_ticket and not self.at_hand:
            return "there is no ticket at hand"
        return ""
