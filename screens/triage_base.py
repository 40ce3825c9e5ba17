"""The widgets of the triage screen and what they are about: the ticket at hand, its customer, its draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from console.session import Session
from screens.base import DeskScreen
from screens.keymap import pane_of
from store.rows import Card, Item, Ticket, TicketRow
from widgets.terminal import Terminal
from widgets.ticket_list import TicketList
from widgets.views_bar import ViewsBar

if TYPE_CHECKING:
    from console.history import Place, Portrait, Stretch
    from store.drafts import Draft
    from widgets.card import CardHead
    from widgets.composer import Composer
    from widgets.hear_fields import HearFields
    from widgets.ladder import Ladder
    from widgets.query_bar import QueryBar
    from widgets.timeline import Timeline


@dataclass(frozen=True, slots=True)
class View:
    """What of a story is to be shown: around which place of which ticket, and whether of everybody in the organization."""

    ref: str
    place: Place
    organization: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything that the store knows about a ticket and its customer."""

    ticket: Ticket
    card: Card | None
    items: Sequence[Item]
    draft: Draft | None
    promised: tuple[str, ...] = ()  # what is still promised to the customer, one line each
    view: View | None = None  # what was asked for
    shown: Stretch | None = (
        None  # what the story pane shows; `items` are the customer's own messages around the ticket
    )
    portrait: Portrait | None = None  # what may be shown of the customer
    everybody: str = ""  # the organization whose people `shown` is of
    sleeps: str = ""  # that the ticket is snoozed, or woke lately, and why

    @property
    def recipient(self) -> str:
        """Where a public reply goes, as far as we know."""
        contacts = self.card.contacts if self.card else ()
        emails = [contact.value for contact in contacts if contact.kind == "email"]
        return next(iter([*emails, *(contact.value for contact in contacts)]), self.ticket.row.requester)


class QueuePane(TicketList):
    """The queue as a pane with keys."""

    pane = "queue"

    class Left(Message):
        """Escape was pressed."""

    def do_clear(self) -> None:
        """Take all marks away, and say so."""
        super().do_clear()
        self.post_message(self.Left())


class TriageBase(DeskScreen):
    """Holds the widgets; the parts of the screen that do things with them derive from it.

    The queue is there from the first paint on, the others once `furnished` is true.
    """

    pane = "queue"
    timeline: Timeline
    card_head: CardHead
    ladder: Ladder
    hear_fields: HearFields
    composer: Composer
    query_bar: QueryBar

    def __init__(self, session: Session, terminal: Terminal) -> None:
        super().__init__(session, terminal)
        self.queue = QueuePane(now=session.now, glyphs=self.glyphs, id="queue")
        self.views_bar = ViewsBar(glyphs=self.glyphs)
        self.furnished = False
        self._once_furnished: Callable[[], None] | None = None
        self.ref = ""  # the ticket at hand: its story is shown, or on its way
        self.looked: Looked | None = None  # what was found about it, or about the one before

    def once_furnished(self, work: Callable[[], None]) -> bool:
        """Whether the widgets are not here yet; `work` is then done once they are, unless something later takes its place."""
        if not self.furnished:
            self._once_furnished = work
        return not self.furnished

    def furnish_done(self) -> None:
        """The widgets are here: do what waited for them."""
        self.furnished = True
        work, self._once_furnished = self._once_furnished, None
        if work is not None:
            self.call_later(work)

    def make_furniture(self) -> None:
        """Make the widgets that can wait until the first paint."""
        from widgets.card import CardHead  # noqa: PLC0415  (what the first paint does not need is read after it)
        from widgets.composer import Composer  # noqa: PLC0415  (the same)
        from widgets.hear_fields import HearFields  # noqa: PLC0415  (the same)
        from widgets.ladder import Ladder  # noqa: PLC0415  (the same)
        from widgets.query_bar import QueryBar  # noqa: PLC0415  (the same)
        from widgets.timeline import Timeline  # noqa: PLC0415  (the same)

        now, glyphs = self.session.now, self.glyphs
        self.timeline = Timeline(now=now, glyphs=glyphs, id="timeline")
        self.card_head = CardHead(now=now, glyphs=glyphs)
        self.ladder = Ladder(glyphs=glyphs)
        self.hear_fields = HearFields(now=now, glyphs=glyphs)
        self.composer = Composer(id="composer")
        self.query_bar = QueryBar(id="query")

    @property
    def at_hand(self) -> str:
        """The ticket that a key acts on: the row under the cursor in the queue, else the story's.

        "" while that row is still being read, on a heading, and where no story can be seen: no key acts on another
        ticket than the one that is looked at.
        """
        if self.focused is not self.queue:
            return self.ref
        row = self.row_at_hand()
        if row is not None:
            return row.ref
        return "" if self.queue.ids or not self.story_shown else self.ref

    def say_nobody(self) -> None:
        """Say why there is no ticket at hand."""
        still = self.focused is self.queue and self.queue.pinned >= 0
        self.say(
            "The ticket under the cursor is still being read: press the key again."
            if still
            else "There is no ticket under the cursor."
        )

    def row_at_hand(self) -> TicketRow | None:
        """The row under the cursor."""
        return self.queue.row()

    # -- what the parts need of each other --------------------------------------------------------------------

    @property
    def pane_at_hand(self) -> str:
        """The pane with the focus."""
        return pane_of(self.focused)

    @property
    def story_shown(self) -> bool:
        """Whether the story can be seen."""
        raise NotImplementedError

    @property
    def response_shown(self) -> bool:
        """Whether the response pane can be seen."""
        raise NotImplementedError

    def show_ticket(self, ref: str, message_id: str = "") -> None:
        """Show the story of `ref` and its draft."""
        raise NotImplementedError

    def respond(self) -> None:
        """Make the response pane be about the ticket at hand."""
        raise NotImplementedError

    def take_up(self, draft: Draft | None) -> None:
        """Show a draft that came about elsewhere."""
        raise NotImplementedError

    def note_known(self) -> None:
        """Remember which messages there are, unless a draft was begun before they came."""
        raise NotImplementedError

    def reload(self) -> None:
        """Look the queue up again."""
        raise NotImplementedError

    def first_shown(self) -> None:
        """Be told that the first tickets stand on the screen, or that there are none."""
        raise NotImplementedError

    def enter(self, pane: str) -> None:
        """Give a pane the focus and the room it needs: "queue", "story" or "composer"."""
        raise NotImplementedError


if TYPE_CHECKING:
    Part = TriageBase
else:
    # To Textual every subclass of a Screen is one more to prepare; the parts are only classes, put together in one.
    Part = object
