"""Macros on the triage screen: chosen with a preview, put in at the cursor, and not sent while a place is open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from screens import late
from screens.triage_base import Part
from store.errors import HeardError

if TYPE_CHECKING:
    from console.changes import Change
    from console.macro_fill import Place
    from console.macros import Filled, Fit, Library
    from store.rows import Operation
    from widgets.composer import Composer

_PATIENCE = 1.0  # seconds that keys wait for the macros
_AGAIN = 0.05  # seconds between two looks whether the kept draft is here
_TRIES = 60


class Macros(Part):
    """The part of the triage screen that puts canned replies in."""

    _here: bool
    _sending: bool

    # -- choosing ---------------------------------------------------------------------------------------------

    async def do_macro(self) -> None:
        """Choose a macro for the ticket at hand; from the queue and the story it begins a reply.

        Ends once the macros are there, so that keys typed ahead go to them.
        """
        ref = self.composer.ref if self.furnished and self.pane_at_hand == "composer" else self.at_hand
        if not ref or not self.furnished:
            self.say_nobody()
            return
        if ref != self.ref:
            self.show_ticket(ref)
        self.respond()
        there = asyncio.Event()
        shown: list[Awaitable[None]] = []

        def look() -> tuple[list[tuple[Fit, Filled]], Library]:
            return late.macros.offered(self.session, ref), late.macros.library(self.session)

        def show(found: tuple[list[tuple[Fit, Filled]], Library]) -> None:
            """Show the choices, and let keys that were typed ahead go to them."""
            self._tell_broken(found[1])
            shown.append(self._choose(ref, found[0]))
            there.set()

        def failed(error: HeardError) -> None:
            """Say what went wrong, and wait no longer."""
            self.failed(error)
            there.set()

        self.read("macros", look, show, failed)
        with suppress(TimeoutError):
            await asyncio.wait_for(there.wait(), _PATIENCE)
        for each in shown:
            await each

    def _tell_broken(self, known: Library) -> None:
        if known.errors:
            first, more = known.errors[0], len(known.errors) - 1
            others = f" And {more} more: heard config check." if more else ""
            self.say(f"A macro cannot be used: {first.message}{others}", error=True)

    def _choose(self, ref: str, offered: Sequence[tuple[Fit, Filled]]) -> Awaitable[None]:
        from widgets.macro_dialog import WORDS, Canned, MacroDialog  # noqa: PLC0415  (after the first paint)

        def taken(value: str | None) -> None:
            """Put the macro that was taken into the draft."""
            how, _, name = (value or "").partition(":")
            found = next((one for _, one in offered if one.macro.name == name), None)
            if found is not None:
                self._put_macro(found, changes=f"{how}:" != WORDS)

        shown = [
            Canned(
                one.macro.name,
                one.macro.title,
                fit.why or ", ".join(one.macro.about),
                one.text,
                " ".join(one.changes),
            )
            for fit, one in offered
        ]
        return self.app.push_screen(MacroDialog(f"Macro for {ref}", shown, glyphs=self.glyphs), taken)

    # -- putting it in ----------------------------------------------------------------------------------------

    def _put_macro(self, found: Filled, *, changes: bool, tries: int = _TRIES) -> None:
        """Put the words in at the cursor, once the kept draft is here: it would take their place and its undo away."""
        if found.ref != self.ref:
            return  # another ticket is at hand by now
        self.respond()
        if not self._here and tries:
            again = partial(self._put_macro, found, changes=changes, tries=tries - 1)
            self.set_timer(_AGAIN, again)
            return
        self.enter("composer")
        if found.text:
            self._insert_macro(found.text)
        if changes and found.changes:
            self._change_by_macro(found)

    def _insert_macro(self, text: str) -> None:
        """One step for undo; the first place that is to be filled is selected, so that typing fills it."""
        area = self.composer.area
        start = min(area.selection)
        before = area.get_text_range((0, 0), start)
        lead = "\n\n" if before.strip() and start[1] else ""
        self.composer.insert(lead + text)
        first = next(late.macro_fill.places(text), None)
        if first is not None:
            self._select_place(first, len(before) + len(lead))

    def _change_by_macro(self, found: Filled) -> None:
        """Make its changes as one operation; in play mode the ticket stays at hand, for its reply is still to be sent."""

        def work() -> tuple[Change, Operation | None]:
            """Change the ticket as the macro says."""
            wanted = late.changes.parse(found.changes)
            return wanted, late.changes.set_fields(self.session, found.ref, wanted)

        def done(made: tuple[Change, Operation | None]) -> None:
            """Say what was changed, and how it is taken back."""
            wanted, operation = made
            if operation is None:
                self.say(f"{found.ref} is already so: {wanted}.")
            else:
                undo = f"{self.key_of('leave')} and {self.key_of('undo')} take it back"
                self.say(f"{found.ref}: {wanted}; {undo}, ^z the words.")
            self.changed()

        self.write(work, done)

    # -- what is still open -----------------------------------------------------------------------------------

    def do_next_hole(self) -> None:
        """Select the next open place after the cursor, from the last to the first."""
        area = self.composer.area
        at = len(area.get_text_range((0, 0), max(area.selection)))
        found = list(late.macro_fill.places(self.composer.text))
        if not found:
            self.say("No place is left to fill.")
            return
        self._select_place(next((place for place in found if place.start >= at), found[0]))

    def _select_place(self, place: Place, offset: int = 0) -> None:
        self.composer.select(offset + place.start, offset + place.end)

    def on_composer_send(self, event: Composer.Send) -> None:
        """Hold a reply back that has an open place, with the place selected."""
        if self._holds_open(event):
            event.stop()
            event.prevent_default()

    def do_send_later(self) -> Awaitable[None] | None:
        """Ask when the draft shall leave, unless a place in it is open."""
        event = self.composer.ready()
        if event is not None and self._holds_open(event):
            return None
        asked: Awaitable[None] | None = super().do_send_later()  # type: ignore[misc]  # screens.strict, in line behind
        return asked

    def _holds_open(self, event: Composer.Send) -> bool:
        if event.mode == "note":
            return False
        place = next(late.macro_fill.places(event.text), None)
        if place is None:
            return False
        if self.composer.ref == event.ref:
            self.enter("composer")
            here = next(late.macro_fill.places(self.composer.text), None)
            if here is not None:
                self._select_place(here)
        what = (
            f"{place.what or 'a place'} is to be filled in"
            if place.hole
            else f"nothing fills {place.words(event.text)}"
        )
        self.say(f"Not sent: {what}. Type it, or take it out.", error=True)
        return True
