"""Colleagues on the triage screen: what this console tells them, and who of them is at the ticket at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.timer import Timer

from screens import late
from screens.triage_base import Part
from store.errors import ConflictError, HeardError
from store.rows import Operation
from widgets.company_line import CompanyLine

if TYPE_CHECKING:
    from console.presence import Colleague, Presence
    from store.colleagues import Kind
    from widgets.boxes import Column
    from widgets.composer import Composer

_AGAIN = 5.0  # seconds after which it is said anew how long ago somebody was seen
_SHORT = 12  # letters of a name in the queue


class Company(Part):
    """The part of the triage screen that knows who else is here. Nothing waits for it, and nothing is held back by it."""

    story: Column | None
    response: Column | None
    _presence: Presence | None = None
    _head_line: CompanyLine | None = None
    _reply_line: CompanyLine | None = None
    _telling_again: Timer | None = None
    _warned = ""  # what is wrong with the folder, once it was said
    _met: frozenset[str] = frozenset()  # who was seen writing on the ticket at hand

    # -- what colleagues see ----------------------------------------------------------------------------------

    def furnish_done(self) -> None:
        """Begin to tell and to look, now that the first tickets stand there."""
        super().furnish_done()
        self._presence = late.presence.Presence(self.session, lambda: self.call_later(self.meet))
        self._presence.start()
        self.tell_company()

    def tell_company(self) -> None:
        """Let colleagues know which ticket is open here, and whether a reply is written on it."""
        told = self._presence
        if told is None:
            return
        ref = self.ref if self.story_shown and self.app.current_mode == self.app.DEFAULT_MODE else ""
        writes = bool(ref) and self.composer.ref == ref and self.composer.mode == "reply"
        kind: Kind = "writing" if writes and self.pane_at_hand == "composer" else "viewing"
        if (told.doing.ref, told.doing.kind) != (ref, kind):
            told.doing = late.presence.Doing(ref, kind, self.session.now())
            self.meet()

    def show_ticket(self, ref: str, message_id: str = "") -> None:
        """Show the story of `ref`; colleagues see that it is open here."""
        super().show_ticket(ref, message_id)
        self._met = frozenset()
        self.tell_company()

    def on_descendant_focus(self) -> None:
        """Tell it when a reply is begun, or left."""
        self.tell_company()

    def on_composer_changed(self, event: Composer.Changed) -> None:
        """Tell that a reply goes on, or that it became a note."""
        del event
        self.tell_company()
        told = self._presence
        if told is not None and told.doing.kind == "writing":
            told.doing = late.presence.Doing(told.doing.ref, "writing", self.session.now())

    def on_screen_suspend(self) -> None:
        """Another screen is shown: no ticket is open here."""
        self.call_later(self.tell_company)

    def on_screen_resume(self) -> None:
        """The ticket is open again."""
        self.tell_company()

    def on_unmount(self) -> None:
        """Take our mark away."""
        if self._presence is not None:
            self._presence.stop()

    # -- what we see of them ----------------------------------------------------------------------------------

    def meet(self) -> None:
        """Show who is where, as far as it is known."""
        told = self._presence
        if told is None or not self.furnished:
            return
        if told.wrong and told.wrong != self._warned:
            self._warned = told.wrong
            self.notify(told.wrong, severity="warning", timeout=10, markup=False)
        weightiest_last = reversed(late.presence.by_weight(told.others))
        self.queue.show_company({each.ref: self._sign(each) for each in weightiest_last})
        self._show_here(late.presence.at(self.ref, told.others))

    def _show_here(self, here: tuple[Colleague, ...]) -> None:
        if self._telling_again is not None:
            self._telling_again.stop()
            self._telling_again = None
        if here:
            self._lines()
            self._telling_again = self.set_timer(_AGAIN, self.meet)
        writers = [each for each in here if each.kind == "writing"]
        if self._head_line is not None and self._reply_line is not None:
            self._head_line.tell_company(self._words(here), urgent=bool(writers))
            mine = bool(writers) and self.composer.mode == "reply"
            also = f"{writers[0].also(self.session.now())}{_more(writers)}" if mine else ""
            self._reply_line.tell_company(also, self._way_out(), urgent=True)
        self._say_newcomers(writers)

    def _say_newcomers(self, writers: list[Colleague]) -> None:
        names = frozenset(each.who for each in writers)
        doing = self._presence.doing.kind if self._presence else ""
        if doing == "writing" and names - self._met:
            self.say(f"{self._words(writers)}; {self._way_out()}.")
        self._met = names

    def _words(self, here: Sequence[Colleague]) -> str:
        return f"{here[0].words(self.session.now())}{_more(here)}" if here else ""

    def _way_out(self) -> str:
        return f"{self.key_of('claim')} takes it"

    def _lines(self) -> None:
        """Put the two lines into their places, the first time that there is something to say."""
        if self._head_line is None and self.story is not None and self.response is not None:
            self._head_line = CompanyLine(glyphs=self.glyphs, id="company")
            self._reply_line = CompanyLine(glyphs=self.glyphs, id="also-writing")
            self.story.mount(self._head_line, before=self.timeline)
            self.response.mount(self._reply_line, before=self.composer)

    def _sign(self, each: Colleague) -> str:
        who = "you" if each.me else each.who.split()[0][:_SHORT]
        sign, does = (self.glyphs.late, "writing") if each.kind == "writing" else (self.glyphs.chat, "here")
        return f"{sign} {who} {does}"

    # -- what can be done -------------------------------------------------------------------------------------

    def do_claim(self) -> None:
        """Take the ticket at hand, unless a colleague has it."""
        ref = self.at_hand
        if not ref:
            self.say_nobody()
            return

        def claimed(done: Operation | None) -> None:
            undo = f"{self.key_of('undo')} takes it back"
            self.say(f"{ref} is yours already." if done is None else f"{ref} is yours; {undo}.")
            self.changed()

        def refused(error: HeardError) -> None:
            """Say who has it, and which key takes it over."""
            if isinstance(error, ConflictError):
                way = f"In the queue and the story {self.key_of('assign_me')} takes it over all the same."
                self.say(f"{error.message} {way}", error=True)
            else:
                self.failed(error)

        self.write(lambda: late.claim.claim(self.session, ref), claimed, refused)


def _more(here: Sequence[Colleague]) -> str:
    return f" (+{len(here) - 1})" if len(here) > 1 else ""
