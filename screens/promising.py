"""What a reply promises is confirmed before it leaves; and what was promised is spoken of before it is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens import late
from screens.messages import WriteOn
from screens.triage_base import Part
from store.errors import HeardError, InvalidInputError
from widgets.words import span

if TYPE_CHECKING:
    from console.promise_words import Found
    from console.promises import Understood
    from store.promises import NewPromise, Promise

    Then = Callable[[tuple[NewPromise, ...]], object]


@dataclass(frozen=True, slots=True)
class Update:
    """The words of an honest update, and the ticket that they are for."""

    ref: str
    words: str


class Promising(Part):
    """The part of the triage screen that keeps track of promises."""

    _spoken_of: frozenset[str] = frozenset()  # promises that were told to be due, or late

    def promise_first(self, ref: str, text: str, send_at: int, then: Then, left: Callable[[], None]) -> None:
        """Show what `text` promises, and go on with `then` once that is confirmed, or with `left`; at once where it promises nothing."""
        if not self.session.settings.heard.promises or not late.promises.in_words(self.session, text):
            then(())
            return

        def unread(_error: HeardError) -> None:
            """Go on without promises: a reply never waits for what only follows it."""
            then(())  # a reply never waits for what only follows it

        self.read(
            "promising",
            lambda: late.promises.understand(self.session, ref, text, send_at),
            lambda understood: self._ask_promises(understood, then, left),
            unread,
        )

    def _ask_promises(self, understood: Understood, then: Then, left: Callable[[], None]) -> None:
        from widgets.promise_dialog import Clock, PromiseDialog  # noqa: PLC0415  (not for the first paint)

        if not understood.found:
            then(())
            return
        zone, moved = understood.zone, understood.moves

        def reads(typed: str) -> int:
            """The moment that is meant by what was typed; 0 where none is."""
            try:
                return late.promises.moment(typed, self.session.now(), zone)
            except InvalidInputError:
                return 0

        def answered(chosen: tuple[Found, ...] | None) -> None:
            """Go on with the promises that were confirmed, or stay with the draft."""
            if chosen is None:
                left()
            else:
                then(understood.new(chosen))

        told = f"This moves what you promised for {zone.clock(moved.due)}." if moved else ""
        clock = Clock(zone.clock, reads, str(zone))
        dialog = PromiseDialog(understood.found, clock, moves=told, glyphs=self.glyphs)
        self.app.push_screen(dialog, answered)

    # -- before it is due -------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Look for promises that are nearly due with nothing sent."""
        super().tick()
        if self.furnished:
            self.fresh("pressing", self._look_pressing, self._pressing, lambda _error: None)

    def _look_pressing(self) -> list[Promise]:
        late.promises.settle(self.session)
        return late.promises.pressing(self.session)

    def _pressing(self, found: list[Promise]) -> None:
        now = self.session.now()
        fresh = [p for p in found if f"{p.id} {p.late(now)}" not in self._spoken_of]
        self._spoken_of |= {f"{p.id} {p.late(now)}" for p in fresh}
        if fresh:
            first = fresh[0]
            when = f"{span(now - first.due)} late" if first.late(now) else f"due in {span(first.due - now)}"
            more = f" (+{len(fresh) - 1})" if len(fresh) > 1 else ""
            way = f"{self.key_of('no_news')} drafts an update"
            self.say(f"{first.ref}: promised {first.phrase!r}, {when}, nothing sent; {way}{more}.")

    def do_no_news(self) -> None:
        """Draft an honest update for the promise on the ticket at hand, or for the most urgent one."""
        ref = self.at_hand
        self.composer.flush()  # the draft is on the disk before the update is put above it
        self.write(lambda: self._look_update(ref), self._updated)

    def _look_update(self, ref: str) -> Update | None:
        here = late.promises.opened(self.session, refs=[ref]) if ref else []
        found = here or late.promises.pressing(self.session)
        if not found:
            return None
        return Update(*late.promises.update_words(self.session, found[0].id))

    def _updated(self, update: Update | None) -> None:
        if update is None:
            self.say("Nothing is promised on this ticket, and nothing else is due.")
        elif self.composer.ref == update.ref and self.composer.mode == "reply":
            if not late.promise_words.no_news(self.composer.text):
                self.composer.insert_first(update.words)
            self.enter("composer")
        else:
            self.write(
                lambda: late.promises.draft_update(self.session, update.ref, update.words),
                self._write_update,
            )

    def _write_update(self, ref: str) -> None:
        self.post_message(WriteOn(ref))
