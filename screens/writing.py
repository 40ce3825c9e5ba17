"""Writing on the triage screen: replies and notes, and their drafts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from screens import late
from screens.strict import Strict
from screens.triage_base import Looked
from store.errors import HeardError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from store.drafts import Draft, Mode
    from widgets.composer import Composer

_WORDS: dict[str, str] = {"reply": "PUBLIC REPLY", "note": "INTERNAL NOTE"}


class Writing(Strict):
    """The part of the triage screen that writes."""

    _wanted: Mode | None = None  # what the agent asked to write before the draft was here
    _here = False  # has the kept draft of the ticket at hand arrived?
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
            self.say_nobody()
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
            self._fields, self._queue = (), None
            self.composer.load(self.ref, "", "", "reply")
            self.ladder.new_draft()
            self.show_fields()
        if not self._here and self.looked is not None and self.looked.ticket.row.ref == self.ref:
            self._draft_arrived(self.looked)

    def _draft_arrived(self, found: Looked) -> None:
        """Put the kept draft before what was typed since; a draft of the other kind asks before it changes."""
        wanted, self._wanted, self._here = self._wanted, None, True
        draft = found.draft
        mode = draft.mode if draft else self.composer.mode
        self.composer.tell_copied(found.ticket.copied)
        self.composer.arrive(found.recipient, draft.text if draft else "", mode)
        begun = draft.updated if draft else self.session.now()
        self._known = frozenset(item.id for item in found.items if item.at <= begun)
        self.advise()
        if draft is not None and wanted not in (None, draft.mode):
            self._ask_switch("note" if draft.mode == "reply" else "reply")

    def write_on(self, ref: str, told: str = "") -> None:
        """Go on with the draft of `ref`, as the store has it, and say how it came about."""
        if self.once_furnished(lambda: self.write_on(ref, told)):
            return
        if told:
            self.say(told)  # the last word there may be of how it was sent
        if self.composer.ref == ref and self.composer.at_rest:
            self._here = False  # the draft is put before what is typed until it arrives
        elif self.composer.ref == ref and self._here:
            self.read("draft", lambda: late.reply.load_draft(self.session, ref), self._gone_on)
        self.looked = None  # what was found before knows nothing of this draft
        self.show_ticket(ref)
        self.enter("composer")

    def take_up(self, draft: Draft | None) -> None:
        """Show a draft that came about elsewhere, from a reply taken back in the outbox say, where nothing is typed."""
        if draft is not None and self._here and draft.updated > self._emptied and self.composer.at_rest:
            self._given_back(draft)

    def note_known(self) -> None:
        """Remember which messages there are, unless a draft was begun before they came."""
        if self.looked is not None and self.composer.ref == self.ref and not self.composer.text.strip():
            self._known = frozenset(item.id for item in self.looked.items)
        if (
            self._here
            and self.composer.ref == self.ref
            and self._items_seen is not self.timeline.window.items
        ):
            self.advise()  # the customer may have told more since

    # -- drafts -----------------------------------------------------------------------------------------------

    def on_composer_autosave(self, event: Composer.Autosave) -> None:
        """Keep what was typed."""
        event.stop()
        if not event.text.strip():
            self._emptied = self.session.now()
        if not self._leaving and not self.keeps_back(event):

            def keep() -> str:
                """Keep it, and return where another console's words are."""
                return late.reply.save_draft(self.session, event.ref, event.text, event.mode, event.basis)

            self.write(keep, lambda kept: self._told_aside(event.ref, kept))

    def _told_aside(self, ref: str, op_id: str) -> None:
        """Say where another console's words are that this draft does not hold."""
        if op_id:
            self.say(late.reply.aside(ref, op_id))

    async def keep_draft(self) -> None:
        """Keep the draft as it stands, for good: the program ends."""
        self._leaving = True
        if not self.furnished:
            return
        if self._leaves is not None:
            await self.heard.loads.write(lambda: None)  # it is in the outbox by then, or a draft after all
        ref, text, mode = self.composer.ref, self.composer.text, self.composer.mode
        basis = self.composer.known
        if ref and (text or self._here):
            try:
                await self.heard.loads.write(
                    lambda: late.reply.save_draft(self.session, ref, text, mode, basis)
                )
            except HeardError:
                self._leaving = False  # the words are still here, and the next key may keep them
                raise

    async def lose_first(self, error: HeardError, then: Callable[[], object]) -> None:
        """Ask before a draft that could not be kept is given up; where nothing is typed there is nothing to lose."""
        if not self.composer.text.strip():
            then()
            return
        self.failed(error)
        question = f"The draft on {self.composer.ref} cannot be kept: {error.message}"
        await self.ask_first(question, "Leave, and lose it", "Stay", then)

    def on_composer_switch_asked(self, event: Composer.SwitchAsked) -> None:
        """Ask before a reply becomes a note, or a note a reply."""
        event.stop()
        self._ask_switch(event.mode)

    def _ask_switch(self, mode: Mode) -> None:
        now, ref = self.composer.mode, self.composer.ref

        def switch() -> None:
            """Write the other kind of message, where the ticket is still the same."""
            if self.composer.ref == ref:
                self.composer.set_mode(mode)
                self.advise()
                self.enter("composer")

        title = f"Turn what you typed into {'an' if mode == 'note' else 'a'} {_WORDS[mode]}?"
        keep, turn = f"No, it stays {'an' if now == 'note' else 'a'} {_WORDS[now]}", f"Yes, {_WORDS[mode]}"
        self.ask_first(title, turn, keep, switch)

    def do_discard(self) -> Awaitable[None] | None:
        """Throw the draft away, once that is confirmed."""
        ref = self.composer.ref

        def gone() -> None:
            """Throw the draft away, where the ticket is still the same."""
            words, mode, basis = "", self.composer.mode, None
            if self.composer.ref == ref:
                words, basis = self.composer.text, self.composer.known
                self.composer.empty()
                self._emptied = self.session.now()
            self.write(lambda: late.reply.discard_draft(self.session, ref, words, mode, basis))
            self.say(f"The draft on {ref} was thrown away; {self.key_of('undo')} gives it back.")

        if not self.composer.text.strip():
            return None
        return self.ask_first(f"Throw the draft on {ref} away?", "Yes, throw it away", "No, keep it", gone)

    def do_leave(self) -> None:
        """Leave the draft as it is and read on."""
        self.composer.flush()
        self.enter("story")

    def do_editor(self) -> None:
        """Write the draft in the person's own editor."""
        text = self.composer.text
        try:
            command = late.editor.command(os.environ, self.session.settings.ui.editor)
            with self.app.suspend():
                late.editor.edit(text, command, self.session.home.run_dir, self.composer.rewrite)
        except SuspendNotSupported:
            self.say("This terminal cannot be lent to an editor.", error=True)
        except HeardError as error:
            self.failed(error)

    def undone(self, what: str, kept: tuple[str, ...]) -> None:
        """Give the words of a reply that was taken back to the composer."""
        super().undone(what, kept)
        if not self.composer.text.strip() and self.ref:
            self.read("draft", lambda: late.reply.load_draft(self.session, self.ref), self._given_back)

    def _given_back(self, draft: Draft | None) -> None:
        if draft is not None and draft.ref == self.composer.ref and not self.composer.text.strip():
            self.composer.load(draft.ref, self.composer.recipient, draft.text, draft.mode)

    def _gone_on(self, draft: Draft | None) -> None:
        """Show what was put above the words that stand here, where none of them is missing on the disk."""
        if draft is not None and draft.ref == self.composer.ref and self.composer.settled:
            self.composer.load(draft.ref, self.composer.recipient, draft.text, draft.mode)
