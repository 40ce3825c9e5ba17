"""Who the customer is: three lines above their story, and below them what was found out elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from store.rows import Card
from widgets import words
from widgets.cells import visible
from widgets.lines import LineView, Span
from widgets.terminal import UNICODE, Glyphs

if TYPE_CHECKING:
    from console.lookups import Answer
    from store.beside import Beside

_OWN = 3  # lines of the card itself
_MOST = 4  # lines of what was found out elsewhere
_LONG = 200  # characters of one value that are looked at


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
        self.promised: tuple[str, ...] = ()
        self.beside: Beside | None = None
        self.answers: tuple[Answer, ...] = ()
        self._hidden: frozenset[str] = frozenset()
        self._room = _OWN
        self._now = now

    def show_card(
        self,
        card: Card | None,
        promised: Sequence[str] = (),
        beside: Beside | None = None,
        hidden: Collection[str] = (),
    ) -> None:
        """Show this customer, what is still promised to them and what stands beside; None for nobody.

        What is `hidden` is not spoken of at all.
        """
        shown = (card, tuple(promised), beside, frozenset(hidden))
        if shown != (self.card, self.promised, self.beside, self._hidden):
            self.card, self.promised, self.beside, self._hidden = shown
            self.forget()

    def show_answers(self, answers: Sequence[Answer]) -> None:
        """Show what the programs in card.d said, one line each; where there is not room for all, failures come last."""
        shown = tuple(sorted(answers, key=lambda each: bool(each.error)) if len(answers) > _MOST else answers)
        if shown != self.answers:
            self.answers = shown
            self.share(self._room)
            self.forget()

    def share(self, lines: int) -> None:
        """Take so many lines; where the whole card fits in, also some for what was found out elsewhere."""
        if lines != self._room:
            self._room = lines
            self.forget()
        self.styles.height = lines + (min(len(self.answers), _MOST) if self.whole else 0)

    @property
    def whole(self) -> bool:
        """Whether there is room for the whole card."""
        return self._room >= _OWN

    def total(self) -> int:
        """Return the lines of the card and of what was found out elsewhere; none for nobody."""
        return _OWN + min(len(self.answers), _MOST) if self.card else 0

    def key(self, n: int) -> Hashable:
        """Return the line, and the minute that the local time is told at."""
        return n, self._now() // words.MINUTE

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return one of the lines."""
        del width
        card = self.card
        if card is None:
            return ()
        return self._elsewhere(n - _OWN) if n >= _OWN else (self._who, self._reach, self._past)[n](card)

    def bar(self, y: int, height: int, total: int) -> str:
        """Return nothing: what does not fit is not scrolled to."""
        del y, height, total
        return ""

    def _who(self, card: Card) -> Iterable[Span]:
        plan = self.beside.plan if self.beside else ""
        about = self._with_dots(card.organization, plan)
        name = visible(card.name[:_LONG])
        # A name may be nothing but marks that stand on the letter before.
        seen = any(cell_len(letter) for letter in name)
        notes = self._with_dots(" ".join(card.notes.split()))
        yield f" {name if seen else 'somebody'}", "strong"
        if (
            not self.whole
        ):  # the one line that there is room for: what must be known before one writes or calls
            local = words.local_time(self._now(), card.time_zone)
            yield f" {self.glyphs.dot} {local} there" if local else "", "accent"
            for told, ink in self._promises():
                yield f" {self.glyphs.dot}{told.removesuffix(f' {self.glyphs.dot}')}", ink
        yield about, "text"
        yield notes, "note"

    def _with_dots(self, *parts: str) -> str:
        return "".join(f" {self.glyphs.dot} {visible(part[:_LONG])}" for part in parts if part)

    def _reach(self, card: Card) -> Iterable[Span]:
        unknown = "" if "addresses" in self._hidden else "no address known"
        reach = ", ".join(visible(contact.value) for contact in card.contacts) or unknown
        local = words.local_time(self._now(), card.time_zone)
        there = f" {self.glyphs.dot} {local} there ({visible(card.time_zone)})" if local else ""
        locale = f" {self.glyphs.dot} {visible(card.locale)}" if card.locale else ""
        return (f" {reach}", "text"), (there, "accent"), (locale, "dim")

    def _past(self, card: Card) -> Iterable[Span]:
        shown = "tickets" not in self._hidden
        tickets = f" {words.many(card.tickets, 'ticket')}, {card.open_tickets:,} open" if shown else ""
        since = f" {self.glyphs.dot} with us since {words.moment(card.since)[:10]}" if card.since else ""
        channels = f" {self.glyphs.dot} {', '.join(card.channels)}" if card.channels else ""
        return (*self._promises(), (tickets, "text"), *self._lately(), (since + channels, "dim"))

    def _lately(self) -> Iterable[Span]:
        beside = self.beside
        if beside is None:
            return
        if "contacts" not in self._hidden:
            yield f" {self.glyphs.dot} {words.many(beside.contacts, 'contact')} in 30 days", "text"
        if beside.rating:
            ago = words.age(self._now(), beside.rated)
            yield self._with_dots(f"rated {beside.rating}") + f" ({ago} ago)", "accent"

    def _elsewhere(self, n: int) -> Iterable[Span]:
        answer = self.answers[n]
        left = len(self.answers) - _MOST
        more = f" (and {left} more)" if n == _MOST - 1 and left > 0 else ""  # first: the line may be long
        yield f" {visible(answer.program)}{more}: ", "dim"
        if answer.error:
            yield visible(answer.error), "warn"
        else:
            told = [f"{visible(name)} {visible(value)}" for name, value in answer.lines]
            yield f" {self.glyphs.dot} ".join(told) or "nothing", "text"

    def _promises(self) -> Iterable[Span]:
        if self.promised:
            first, more = self.promised[0], len(self.promised) - 1
            late = "(late)" in first
            told = f" promised {visible(first)}{f' (+{more})' if more else ''} {self.glyphs.dot}"
            yield told, "bad" if late else "warn"
