"""Reading on the triage screen: the story of the ticket at hand follows the cursor, and is kept up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.worker import Worker

from screens import late
from screens.messages import WhoIsWho
from screens.triage_base import Looked, Part, View
from store.errors import HeardError
from widgets.ticket_list import TicketList

if TYPE_CHECKING:
    from console.history import Portrait
    from console.lookups import Lookups
    from widgets.timeline import Timeline

_REST = 0.06  # seconds that the cursor rests on a ticket before its story is looked up
_LATELY = 86_400_000_000  # microseconds after which a ticket that woke is like any other
_SHOWN = 0.5  # seconds that a card is shown before anything is looked up elsewhere
_STAY = 0.25  # seconds that it stays before the response pane turns to it as well


class Reading(Part):
    """The part of the triage screen that shows stories."""

    at_once = 5_000  # messages of a story that are read at a time
    _resting: Timer | None = None
    _staying: Timer | None = None
    _carding: Timer | None = None
    _mark: tuple[object, ...] = ()  # where the log and the outbox stood when the story was last looked up
    _view: View | None = None  # what of the story is shown, or on its way
    _turning = False
    _lookups: Lookups | None = None

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
        self.write(lambda: late.seen.look(self.session, ref), lambda told: self.tell_changes(ref, told))
        self.session.fetch_now(ref)

    def tell_changes(self, ref: str, told: str) -> None:
        """Say what changed on `ref` since the agent looked."""
        if told:
            self.say(f"{ref}, {told}.")

    def show_ticket(self, ref: str, message_id: str = "") -> None:
        """Look up the story of `ref` and its draft, and show them."""
        if self.once_furnished(lambda: self.show_ticket(ref, message_id)):
            return
        _stop(self._staying)
        self.ref = ref
        view = self._view = View(ref, late.history.Place(ref, message_id))
        self._turning = False  # what was on its way is dropped
        self.fresh(
            "story",
            lambda: self._look(view),
            lambda found: self._arrived_at(found, message_id),
            self._no_story,
            now=True,
        )

    def _look(self, view: View) -> Looked:
        session, history, ref = self.session, late.history, view.ref
        ticket = late.triage.ticket(session, ref)
        person = ticket.row.requester_id
        scope = history.of_person(session, person) if person else history.Scope(ref=ref)
        own = shown = history.stretch(session, scope, self.at_once, history.Place(ref))
        everybody = ""
        if view.organization:
            scope, everybody = history.of_organization(session, person)
        if view.organization or own.earlier or own.later:
            shown = history.stretch(session, scope, self.at_once, view.place)
        items = [item for item in own.items if item.kind != "change"]
        card = history.card(session, person) if person else None
        promised = late.promises.of_customer(session, person) if person else ()
        portrait = history.portrait(session, card, promised) if card else None
        draft = late.reply.load_draft(self.session, ref)
        sleeps = late.snooze.told(self.session, ref, self.session.now() - _LATELY)
        return Looked(
            ticket,
            card,
            items,
            draft,
            promised=promised,
            sleeps=sleeps,
            view=view,
            shown=shown,
            portrait=portrait,
            everybody=everybody,
        )

    def _arrived_at(self, found: Looked, message_id: str) -> None:
        self._show(found)
        if message_id:
            self.timeline.stand_at(message_id, found.ticket.row.ref)
        if self.pane_at_hand == "composer":
            self.respond()
        elif self.response_shown:
            self._staying = self.set_timer(_STAY, self.respond)

    def _no_story(self, error: HeardError) -> None:
        self.timeline.title = self.ref
        self._show_card(None)  # nobody else stands above what is not here
        self.timeline.set_items((), self.ref, f"{error.message} {error.hint}")
        self.failed(error)

    def look_again(self) -> None:
        """Take up what was written since; a draft that was saved is nothing new, and long stories are not free."""
        ref = self.ref
        if ref:
            self.fresh("news", lambda: (ref, *self._newest()), self._news)

    def _newest(self) -> tuple[object, ...]:
        states = late.outbox.counts(self.session).states
        links = late.history.links_mark(self.session)
        # Events are kept a moment before their messages: the log alone would be looked at too early.
        newest = late.tail.newest(self.session), late.seen.newest_message(self.session)
        return *newest, links, late.triage.copied(self.session, self.ref), tuple(sorted(states.items()))

    def _news(self, mark: tuple[object, ...]) -> None:
        view = self._view
        if mark != self._mark and view is not None:
            self._mark = mark
            self.fresh("story", lambda: self._look(self._view or view), self._show)

    def _show(self, found: Looked, *, moved: bool = False) -> None:
        row = found.ticket.row
        if row.ref != self.ref or found.view != self._view:
            return
        self.looked = found
        self.timeline.title = " ".join(
            filter(None, (row.ref, found.sleeps and f"({found.sleeps})", row.subject))
        )
        if (shown := found.shown) is not None:
            self.timeline.set_stretch(
                shown.items,
                self.ref,
                beyond=(shown.earlier, shown.later),
                people=shown.people if found.everybody else {},
                moved=moved,
                told=_special(found),
            )
        self._show_card(found.portrait)
        if self.composer.ref == row.ref:
            self.composer.tell_copied(found.ticket.copied)
        self.note_known()
        self.take_up(found.draft)

    # -- another part of the story ----------------------------------------------------------------------------

    def on_timeline_at_end(self, event: Timeline.AtEnd) -> None:
        """Read on where the story goes on beyond what was read of it."""
        view = self._view
        if view is None or self._turning:
            return
        item, place = event.item, late.history.Place(first=event.first)
        if item is not None:
            place = late.history.Place(item.ref, item.id)

        def stand() -> None:
            """Stand at the first message, or at the last where none was at hand."""
            if event.first:
                self.timeline.do_top()
            elif item is None:
                self.timeline.do_bottom()

        self._turn(replace(view, place=place), stand)

    def do_organization(self) -> None:
        """Turn from the person to everybody of their organization, or back; the reader stays at their message."""
        view, item = self._view, self.timeline.item
        if view is None or self.looked is None:
            self.say("There is no story to turn.")
            return
        place = late.history.Place(item.ref, item.id) if item else late.history.Place(view.ref)
        self._turn(replace(view, place=place, organization=not view.organization))

    def _turn(self, view: View, then: Callable[[], None] = lambda: None) -> None:
        before, self._view, self._turning = self._view, view, True

        def show(found: Looked) -> None:
            """Show the other view of the story, and go on."""
            self._turning = False
            self._show(found, moved=True)
            if found.view == self._view:
                then()

        def failed(error: HeardError) -> None:
            """Back to the view that was shown, and say why."""
            self._turning = False
            if self._view == view:
                self._view = before
            self.failed(error)

        self.fresh("story", lambda: self._look(view), show, failed, now=True)

    def do_identities(self) -> None:
        """Show which records are this person, and which may be."""
        row = self.row_at_hand() if self.focused is self.queue else None
        person = row.requester_id if row else self.looked.ticket.row.requester_id if self.looked else 0
        if not self.at_hand:
            self.say_nobody()
        elif person:
            self.app.post_message(WhoIsWho(person))
        else:
            self.say("Nobody is known to have asked here.")

    # -- the card ---------------------------------------------------------------------------------------------

    def _show_card(self, portrait: Portrait | None) -> None:
        _stop(self._carding)
        if portrait is None:
            self.card_head.show_card(None)
            self.card_head.show_answers(())
            return
        self.card_head.show_card(portrait.card, portrait.promised, portrait.beside, portrait.hidden)
        lookups = self._programs(portrait)
        kept = lookups.kept(portrait.card, self.ref) if lookups else ()
        self.card_head.show_answers(kept or ())
        if lookups and kept is None:
            self._carding = self.set_timer(_SHOWN, lambda: self._ask_elsewhere(lookups, self.ref))

    def _programs(self, portrait: Portrait) -> Lookups | None:
        """The programs in card.d, where there are any and what they say may be shown."""
        if "lookups" in portrait.hidden:
            return None
        if self._lookups is None:
            seconds = self.session.settings.lookups.seconds
            self._lookups = late.lookups.Lookups(self.session.home.root, seconds)
        return self._lookups if self._lookups.there() else None

    def _ask_elsewhere(self, lookups: Lookups, ref: str) -> None:
        """Ask the programs in a thread of their own: a slow one must not keep the store waiting."""
        card = self.looked.card if self.looked else None
        if card is None or ref != self.ref or not self.story_shown or not self.card_head.whole:
            return

        async def job() -> None:
            """Ask the programs in card.d, and show their answers while the ticket is at hand."""
            answers = await asyncio.to_thread(lookups.ask, card, ref)
            if ref == self.ref:
                self.card_head.show_answers(answers)

        _: Worker[None] = self.run_worker(job, group="lookups", exclusive=True)

    def on_unmount(self) -> None:
        """End the programs that still run."""
        if self._lookups is not None:
            self._lookups.close()


def _special(found: Looked) -> str:
    """What the head of the story says beside the count."""
    left_out = "older changes left out" if found.shown and found.shown.unshown else ""
    everybody = f"everybody of {found.everybody}" if found.everybody else ""
    return ", ".join(filter(None, (everybody, left_out)))


def _stop(timer: Timer | None) -> None:
    if timer is not None:
        timer.stop()
