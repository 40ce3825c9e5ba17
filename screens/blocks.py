"""Ready-made blocks on the triage screen: a recap when a ticket is solved, and how to reach a person."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from screens import late
from screens.triage_base import Part
from widgets.fuzzy import Choice

if TYPE_CHECKING:
    from console.blocks import Solving
    from screens.ticket_actions import Aim
    from store.rows import Operation
    from widgets.composer import Composer

_SET, _RECAP = "set", "recap"


class Blocks(Part):
    """The part of the triage screen that puts whole paragraphs into a reply."""

    _to_solve: tuple[str, tuple[str, ...], Aim] | None = (
        None  # the change that waits for its recap to be sent
    )

    def _writes_reply(self) -> bool:
        if self.composer.ref and self.composer.mode == "reply":
            return True
        self.say(f"This is for a public reply: {self.key_of('reply')} begins one.")
        return False

    def put_block(self, text: str, *, at_end: bool = False) -> None:
        """Put a paragraph into the draft at the cursor, with room around it: one step for undo."""
        area = self.composer.area
        place = area.document.end if at_end else area.cursor_location
        before, after = area.get_text_range((0, 0), place), area.get_text_range(place, area.document.end)
        lead = "" if not before.strip() else "\n" * max(2 - (len(before) - len(before.rstrip("\n"))), 0)
        tail = "" if not after.strip() else "\n" * max(2 - (len(after) - len(after.lstrip("\n"))), 0)
        area.history.checkpoint()
        area.insert(f"{lead}{text}{tail}", place)
        area.history.checkpoint()
        self.enter("composer")

    def do_contact_block(self) -> None:
        """Put into the reply how to reach a person, today's hours, and the ticket's reference."""
        ref = self.composer.ref
        if self._writes_reply():
            self.read(
                "block",
                lambda: late.blocks.contact(self.session, ref),
                lambda text: self._block_arrived(ref, text),
            )

    def do_recap_block(self) -> None:
        """Put a recap into the reply: what we did, what happens next, by when, how to reach us."""
        ref, draft = self.composer.ref, self.composer.text
        if self._writes_reply():
            self.read(
                "block",
                lambda: late.blocks.recap(self.session, ref, draft),
                lambda text: self._block_arrived(ref, text),
            )

    def _block_arrived(self, ref: str, text: str, *, at_end: bool = False) -> None:
        if self.composer.ref == ref:
            self.put_block(text, at_end=at_end)

    # -- solving ----------------------------------------------------------------------------------------------

    def change(self, words: Sequence[str], aim: Aim | None) -> None:
        """Make a change; before one ticket is solved, a recap is offered where the reply has none."""
        if aim is None or aim.marked or not self.furnished or "status=solved" not in map(str.casefold, words):
            super().change(words, aim)  # type: ignore[misc]  # screens.ticket_actions, the next in line
            return
        ref = aim.ref
        writing = self.composer.ref == ref and self.composer.mode == "reply"
        draft = self.composer.text if writing else ""

        def show(found: Solving) -> None:
            """Offer the recap where one is lacking; otherwise change the ticket at once."""
            if found.lacking and (draft.strip() or found.required):
                self._offer_recap(words, aim, found, writing=bool(draft.strip()))
            else:
                super(Blocks, self).change(words, aim)  # type: ignore[misc]  # the same

        self.read("solving", lambda: late.blocks.solving(self.session, ref, draft), show)

    def _offer_recap(
        self, words: Sequence[str], aim: Aim, found: Solving, *, writing: bool
    ) -> Awaitable[None]:
        """Ask for a recap; the ticket is solved once the reply with it is sent."""

        def taken(value: str) -> None:
            """Go on as the person chose."""
            if value == _RECAP:
                self._recap_first(words, aim)
            elif value == _SET:
                super(Blocks, self).change(words, aim)  # type: ignore[misc]  # the same

        recap = Choice(_RECAP, "Put a recap into the reply", "solved once the reply is sent")
        leave = Choice("", "Leave it as it is", "this queue wants a recap")
        solve = Choice(_SET, "Solve it without a recap", "the draft is kept" if writing else "")
        title = f"Solve {aim.ref}: what was done, what comes next, how to reach you?"
        return self.pick(title, [recap, leave if found.required else solve], taken)

    def _recap_first(self, words: Sequence[str], aim: Aim) -> None:
        ref = aim.ref
        if self.ref != ref:
            self.show_ticket(ref)
        self.enter("composer")
        self._to_solve = (ref, tuple(words), aim)
        draft = self.composer.text if self.composer.ref == ref else ""

        def show(text: str) -> None:
            """Put the recap at the end of the draft."""
            self._block_arrived(ref, text, at_end=True)
            self.say(f"{ref} is set to solved once this reply is sent.")

        self.read("block", lambda: late.blocks.recap(self.session, ref, draft), show)

    def _sent(self, done: Operation, event: Composer.Send) -> None:
        """Solve what waited for this reply."""
        super()._sent(done, event)  # type: ignore[misc]  # screens.sending
        waiting = self._to_solve
        if waiting is None or waiting[0] != done.ref or done.kind != "reply":
            return
        self._to_solve = None
        if late.blocks.is_recap(done.body):  # whoever took it out again has changed his mind
            super().change(waiting[1], waiting[2])  # type: ignore[misc]  # screens.ticket_actions
