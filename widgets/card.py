"""Who the customer is: three lines above their story."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from store.rows import Card
from widgets import words
from widgets.cells import visible
from widgets.lines import LineView, Span
from widgets.terminal import UNICODE, Glyphs


class CardHead(LineView, can_focus=False):
    """Name and organization, the ways to reach them with their local time, and what they have been through."""

    DEFAULT_CSS = "CardHead { height: 3; }"

    def __init__(
        self,
        *,
        now: Callable[[], int],
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002  (Textual's own name for it)
    ) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self.card: Card | None = None
        self._now = now

    def show_card(self, card: Card | None) -> None:
        """Show this customer; None for nobody."""
        if card != self.card:
            self.card = card
            self.forget()

    def total(self) -> int:
        """Return the three lines, or none."""
        return 3 if self.card else 0

    def key(self, n: int) -> Hashable:
        """Return the line, and the minute that the local time is told at."""
        return n, self._now() // words.MINUTE

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return one of the three lines."""
        del width
        card = self.card
        if card is None:
            return ()
        return (self._who, self._reach, self._past)[n](card)

    def bar(self, y: int, height: int, total: int) -> str:
        """Return nothing: what does not fit is not scrolled to."""
        del y, height, total
        return ""

    def _who(self, card: Card) -> Iterable[Span]:
        organization = f" {self.glyphs.dot} {visible(card.organization)}" if card.organization else ""
        notes = f" {self.glyphs.dot} {visible(card.notes)}" if card.notes else ""
        return (f" {visible(card.name) or 'somebody'}", "strong"), (organization, "text"), (notes, "note")

    def _reach(self, card: Card) -> Iterable[Span]:
        reach = ", ".join(visible(contact.value) for contact in card.contacts) or "no address known"
        local = words.local_time(self._now(), card.time_zone)
        there = f" {self.glyphs.dot} {local} there ({visible(card.time_zone)})" if local else ""
        locale = f" {self.glyphs.dot} {visible(card.locale)}" if card.locale else ""
        return (f" {reach}", "text"), (there, "accent"), (locale, "dim")

    def _past(self, card: Card) -> Iterable[Span]:
        tickets = f" {words.many(card.tickets, 'ticket')}, {card.open_tickets:,} open"
        since = f" {self.glyphs.dot} with us since {words.moment(card.since)[:10]}" if card.since else ""
        channels = f" {self.glyphs.dot} {', '.join(card.channels)}" if card.channels else ""
        return (tickets, "text"), (since + channels, "dim")
