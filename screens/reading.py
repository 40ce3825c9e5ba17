"""Reading on the triage screen: the story of the ticket at hand follows the cursor, and is kept up to date."""

from __future__ import annotations

from textual.timer import Timer

from screens import late
from screens.triage_base import Looked, Part
from store.errors import HeardError
from widgets.ticket_list import TicketList

_REST = 0.06  # seconds that the cursor rests on a ticket before its story is looked up
_STAY = 0.25  # seconds that it stays before the response pane turns to it as well


class Reading(Part):
    """The part of the triage screen that shows stories."""

    _resting: Timer | None = None
    _staying: Timer | None = None
    _mark: tuple[object, ...] = ()  # where the log and the outbox stood when the story was last looked up

    def on_ticket_list_highlighted(self, event: TicketList.Highlighted) -> None:
        """Show the story of the ticket that the cursor rests on."""
        _stop(self._resting)
        if event.ref and event.ref != self.ref:
            self._resting = self.set_timer(_REST, lambda: self.rest_on(event.ref))

    def rest_on(self, ref: str) -> None:
        """Show the story of `ref` where it can be seen, unless somebody is reading or writing another one."""
        busy = not self.is_current or (self.focused is not self.queue and self.ref)
        if self.story_shown and ref != self.ref and not busy:
            self.show_ticket(ref)

    def on_screen_resume(self) -> None:
        """Turn to the ticket under the cursor, which may have moved while something else was shown."""
        row = self.row_at_hand()
        if row is not None:
            self.rest_on(row.ref)

    def on_ticket_list_opened(self, event: TicketList.Opened) -> None:
        """Read the ticket's story."""
        self.open_ticket(event.ref)

    def open_ticket(self, ref: str, message_id: str = "") -> None:
        """Show the story of `ref`, go there, and remember that it was seen."""
        _stop(self._resting)
        self.enter("story")
        self.show_ticket(ref, message_id)
        self.write(lambda: late.triage.mark_seen(self.session, ref))
        self.session.fetch_now(ref)

    def show_ticket(self, ref: str, message_id: str = "") -> None:
        """Look up the story of `ref` and its draft, and show them."""
        if not self.furnished:
            self.call_later(self.show_ticket, ref, message_id)
            return
        _stop(self._staying)
        self.ref = ref
        self.fresh(
            "story",
            lambda: self._look(ref),
            lambda found: self._arrived_at(found, message_id),
            self._no_story,
            now=True,
        )

    def _look(self, ref: str) -> Looked:
        ticket = late.triage.ticket(self.session, ref)
        person = ticket.row.requester_id
        items = late.history.story(self.session, person) if person else late.history.thread(self.session, ref)
        card = late.history.card(self.session, person) if person else None
        return Looked(ticket, card, items, late.reply.load_draft(self.session, ref))

    def _arrived_at(self, found: Looked, message_id: str) -> None:
        self._show(found)
        if message_id:
            self.timeline.stand_at(message_id)
        if self.pane_at_hand == "composer":
            self.respond()
        elif self.response_shown:
            self._staying = self.set_timer(_STAY, self.respond)

    def _no_story(self, error: HeardError) -> None:
        self.timeline.set_items((), self.ref, f"{error.message} {error.hint}")
        self.failed(error)

    def look_again(self) -> None:
        """Take up what was written since; a draft that was saved is nothing new, and long stories are not free."""
        ref = self.ref
        if ref:
            self.fresh("news", lambda: (ref, *self._newest()), self._news)

    def _newest(self) -> tuple[int, tuple[tuple[str, int], ...]]:
        states = late.outbox.counts(self.session).states
        return late.tail.newest(self.session), tuple(sorted(states.items()))

    def _news(self, mark: tuple[object, ...]) -> None:
        ref = self.ref
        if mark != self._mark:
            self._mark = mark
            self.fresh("story", lambda: self._look(ref), self._show)

    def _show(self, found: Looked) -> None:
        row = found.ticket.row
        if row.ref != self.ref:
            return
        self.looked = found
        self.timeline.title = f"{row.ref} {row.subject}"
        self.timeline.set_items(found.items, self.ref)
        self.card_head.show_card(found.card)
        self.note_known()
        self.take_up(found.draft)


def _stop(timer: Timer | None) -> None:
    if timer is not None:
        timer.stop()
