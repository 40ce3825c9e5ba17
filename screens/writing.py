"""Writing on the triage screen: replies and notes, their drafts, the advice beside them, and the way to the outbox."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from screens import late
from screens.triage_base import Looked, Part
from store.errors import HeardError
from store.rows import Item, Operation
from widgets.fuzzy import Choice

if TYPE_CHECKING:
    from console.heard import Advice
    from store.drafts import Draft, Mode
    from widgets.composer import Composer

_STEP_KEYS = "heard"
_WORDS: dict[str, str] = {"reply": "PUBLIC REPLY", "note": "INTERNAL NOTE"}


class Writing(Part):
    """The part of the triage screen that writes."""

    _wanted: Mode | None = None  # what the agent asked to write before the draft was here
    _known: frozenset[str] = frozenset()  # the messages that were there when this draft was opened
    _mine: frozenset[str] = frozenset()  # what was sent from here
    _advice: Advice | None = None
    _here = False  # has the kept draft of the ticket at hand arrived?
    _sending = False
    _leaving = False

    # -- opening a draft --------------------------------------------------------------------------------------

    def do_reply(self) -> None:
        """Write a public reply to the ticket at hand."""
        self._write_a("reply")

    def do_note(self) -> None:
        """Write an internal note on the ticket at hand."""
        self._write_a("note")

    def _write_a(self, mode: Mode) -> None:
        ref = self.at_hand
        if not ref:
            self.say("There is no ticket under the cursor.")
            return
        if ref != self.ref:
            self.show_ticket(ref)
        self.respond()
        self._wanted = None if self._here else mode
        if not self.composer.text.strip():
            self.composer.set_mode(mode)
        elif self.composer.mode != mode:
            self._ask_switch(mode)
            return
        self.enter("composer")

    def respond(self) -> None:
        """Make the response pane be about the ticket at hand.

        Its draft is empty until the kept one arrives, so that no key is lost meanwhile.
        """
        if self.composer.ref != self.ref:
            self._wanted, self._advice, self._here = None, None, False
            self.composer.load(self.ref, "", "", "reply")
            self.ladder.new_draft()
        if not self._here and self.looked is not None and self.looked.ticket.row.ref == self.ref:
            self._draft_arrived(self.looked)

    def _draft_arrived(self, found: Looked) -> None:
        """Put the kept draft before what was typed since; a draft of the other kind asks before it changes."""
        wanted, self._wanted, self._here = self._wanted, None, True
        draft, typed = found.draft, self.composer.text
        mode = draft.mode if draft else self.composer.mode
        self.composer.load(self.ref, found.recipient, (draft.text if draft else "") + typed, mode)
        begun = draft.updated if draft else self.session.now()
        self._known = frozenset(item.id for item in found.items if item.at <= begun)
        self.advise()
        if draft is not None and wanted not in (None, draft.mode):
            self._ask_switch("note" if draft.mode == "reply" else "reply")

    def note_known(self) -> None:
        """Remember which messages there are, unless a draft was begun before they came."""
        if self.looked is not None and self.composer.ref == self.ref and not self.composer.text.strip():
            self._known = frozenset(item.id for item in self.looked.items)

    # -- advice -----------------------------------------------------------------------------------------------

    def on_composer_changed(self, event: Composer.Changed) -> None:
        """Look at the draft once the typing pauses."""
        event.stop()
        self.advise()

    def advise(self) -> None:
        """Look at the draft as it stands, beside the screen; a note gets no advice."""
        if self.composer.mode == "note":
            self.ladder.show_advice(None, "")
            return
        draft, items = self.composer.text, self.timeline.window.items
        muted = frozenset(self.session.settings.heard.muted)
        work = partial(_advice_on, draft, items, muted, ref=self.ref, now=self.session.now())
        self.fresh("advice", work, lambda advice: self._advised(advice, draft), self._no_advice)

    def _advised(self, advice: Advice, draft: str) -> None:
        self._advice = advice
        self.ladder.show_advice(advice, draft)

    def _no_advice(self, error: HeardError) -> None:
        """Write on without advice; it is never in the way."""
        self.ladder.show_advice(None, "")
        self.say(f"No advice: {error.message}")

    def do_step(self, key: str) -> None:
        """Select the words in which a step was seen, or say why it was not."""
        step = _STEP_KEYS.index(key[-1])
        place = self.ladder.place(step)
        if place is not None:
            self.composer.select(*place)
        else:
            self.say(self.ladder.why(step) or "There is nothing to say about this step yet.")

    def do_hint(self) -> None:
        """Put the hint away for this draft."""
        if not self.ladder.mute():
            self.say("There is no hint.")

    # -- drafts -----------------------------------------------------------------------------------------------

    def on_composer_autosave(self, event: Composer.Autosave) -> None:
        """Keep what was typed."""
        event.stop()
        if not self._leaving:
            self.write(lambda: late.reply.save_draft(self.session, event.ref, event.text, event.mode))

    async def keep_draft(self) -> None:
        """Keep the draft as it stands, for good: the program ends."""
        self._leaving = True
        if not self.furnished:
            return
        ref, text, mode = self.composer.ref, self.composer.text, self.composer.mode
        if ref and (text or self._here):
            await self.heard.loads.write(lambda: late.reply.save_draft(self.session, ref, text, mode))

    def on_composer_switch_asked(self, event: Composer.SwitchAsked) -> None:
        """Ask before a reply becomes a note, or a note a reply."""
        event.stop()
        self._ask_switch(event.mode)

    def _ask_switch(self, mode: Mode) -> None:
        now, ref = self.composer.mode, self.composer.ref

        def switch() -> None:
            if self.composer.ref == ref:
                self.composer.set_mode(mode)
                self.advise()
                self.enter("composer")

        title = f"Turn what you typed into {'an' if mode == 'note' else 'a'} {_WORDS[mode]}?"
        keep, turn = f"No, it stays {'an' if now == 'note' else 'a'} {_WORDS[now]}", f"Yes, {_WORDS[mode]}"
        self.ask_first(title, turn, keep, switch)

    def ask_first(self, question: str, yes: str, no: str, then: Callable[[], None]) -> None:
        """Ask; enter alone is the harmless answer."""

        def answered(answer: str) -> None:
            if answer == "yes":
                then()
            elif self.composer.text.strip():
                self.enter("composer")

        self.pick(question, [Choice("no", no), Choice("yes", yes)], answered)

    def do_discard(self) -> None:
        """Throw the draft away, once that is confirmed."""
        ref = self.composer.ref

        def gone() -> None:
            if self.composer.ref == ref:
                self.composer.empty()
            self.write(lambda: late.reply.discard_draft(self.session, ref))
            self.say(f"The draft on {ref} was thrown away.")

        if self.composer.text.strip():
            self.ask_first(f"Throw the draft on {ref} away?", "Yes, throw it away", "No, keep it", gone)

    def do_leave(self) -> None:
        """Leave the draft as it is and read on."""
        self.composer.flush()
        self.enter("story")

    def do_editor(self) -> None:
        """Write the draft in the person's own editor."""
        text = self.composer.text
        try:
            command = list(self.session.settings.ui.editor) or late.editor.command(os.environ)
            with self.app.suspend():
                written = late.editor.edit(text, command, self.session.home.run_dir, subprocess.call)
        except SuspendNotSupported:
            self.say("This terminal cannot be lent to an editor.", error=True)
        except HeardError as error:
            self.failed(error)
        else:
            self.app.refresh()
            self.composer.put(written)

    # -- sending ----------------------------------------------------------------------------------------------

    def on_composer_send(self, event: Composer.Send) -> None:
        """Put the draft into the outbox, after a question where there is reason for one."""
        event.stop()
        if self._sending:
            return  # the key was pressed twice
        question = self._doubt(event.mode)
        if question:
            self.ask_first(question, "Send it all the same", "Keep writing", lambda: self._send(event))
        else:
            self._send(event)

    def _doubt(self, mode: Mode) -> str:
        """Return why this should be read again before it leaves; "" when nothing speaks against it."""
        new = [i for i in self.timeline.window.items if i.ref == self.ref and i.id not in self._known]
        others = [i for i in new if i.kind in ("message", "note") and i.text.strip() not in self._mine]
        if others:
            return f"{others[-1].author or 'Somebody'} wrote on this ticket since you began. Send without reading?"
        if mode == "note" or self._advice is None:
            return ""
        hole = next((check for check in self._advice.checks if check.name == "unfilled_hole"), None)
        if hole is not None:
            return f"{hole.say} Send it like this?"
        return ""

    def _send(self, event: Composer.Send) -> None:
        def send() -> Operation:
            if event.mode == "note":
                return late.reply.note(self.session, event.ref, event.text)
            return late.reply.reply(self.session, event.ref, event.text)

        self._mine |= {event.text}
        self._sending = True
        self.write(send, lambda done: self._sent(done, event), self._not_sent)

    def _sent(self, done: Operation, event: Composer.Send) -> None:
        self._sending = False
        self._empty_composer(event)
        wait = max(done.not_before - self.session.now(), 0) // 1_000_000
        when = f"leaves in {wait} s" if wait else "leaves now"
        kind = "Internal note" if done.kind == "note" else "Reply"
        self.say(f"{kind} on {event.ref} {when}; u takes it back.")
        self.changed()

    def _empty_composer(self, event: Composer.Send) -> None:
        """Take what was sent out of the composer; what was typed after it stays, and so does another ticket's draft."""
        if self.composer.ref != event.ref:
            return
        rest = self.composer.text.strip().removeprefix(event.text)
        if rest and rest == self.composer.text.strip():
            return
        self.composer.empty()
        self.ladder.new_draft()
        if rest:
            self.composer.put(rest)
        elif self.pane_at_hand == "composer":
            self.enter("story")

    def _not_sent(self, error: HeardError) -> None:
        self._sending = False
        self.failed(error)

    def undone(self, what: str, kept: tuple[str, ...]) -> None:
        """Give the words of a reply that was taken back to the composer."""
        super().undone(what, kept)
        if not self.composer.text.strip() and self.ref:
            self.read("draft", lambda: late.reply.load_draft(self.session, self.ref), self._given_back)

    def _given_back(self, draft: Draft | None) -> None:
        if draft is not None and draft.ref == self.composer.ref and not self.composer.text.strip():
            self.composer.load(draft.ref, self.composer.recipient, draft.text, draft.mode)


def _advice_on(draft: str, items: Sequence[Item], muted: frozenset[str], *, ref: str, now: int) -> Advice:
    return late.heard.advise(draft, items, late.heard.HeardSettings(muted=muted), now, ref=ref)
