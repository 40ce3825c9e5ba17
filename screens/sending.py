"""Sending from the triage screen: at once, with a few seconds to take it back, or at a time that the agent chooses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING

from screens import late, times_offered
from screens.promising import Promising
from store.errors import HeardError
from store.rows import Item, Operation
from widgets.fuzzy import Choice
from widgets.words import day_time

if TYPE_CHECKING:
    from console.heard import Advice
    from store.promises import NewPromise
    from widgets.composer import Composer


class Sending(Promising):
    """The part of the triage screen that takes a draft to the outbox."""

    _known: frozenset[str] = frozenset()  # the messages that were there when this draft was opened
    _mine: frozenset[str] = frozenset()  # what was sent from here
    _advice: Advice | None = None
    _sending = False
    _emptied = 0  # when the composer was last emptied: a draft kept before that is history
    _leaves: Composer.Send | None = None  # on its way into the outbox: these words are no draft any more
    _left: tuple[Composer.Send | None, float] = (None, 0.0)  # what left last, and when (monotonic seconds)
    _kept_back: Composer.Autosave | None = None  # the draft with those words, should they stay after all

    def ask_first(self, question: str, yes: str, no: str, then: Callable[[], object]) -> Awaitable[None]:
        """Ask; enter alone is the harmless answer."""

        def answered(answer: str) -> None:
            """Go on, or back to the draft."""
            if answer == "yes":
                then()
            elif self.composer.text.strip():
                self.enter("composer")

        return self.pick(question, [Choice("no", no), Choice("yes", yes)], answered)

    def on_composer_send(self, event: Composer.Send) -> None:
        """Put the draft into the outbox, after a question where there is reason for one."""
        event.stop()
        if self._sending:
            return  # the key was pressed twice
        if newer := self._newer():
            self._ask_newer(newer, "Send it anyway", lambda: self._send(event))
        elif question := self._doubt(event):
            self.ask_first(question, "Send it all the same", "Keep writing", lambda: self._send(event))
        else:
            self._send(event)

    def _newer(self) -> list[Item]:
        """What others wrote on this ticket since the draft was begun."""
        new = [i for i in self.timeline.window.items if i.ref == self.ref and i.id not in self._known]
        return [i for i in new if i.kind in ("message", "note") and i.text.strip() not in self._mine]

    def _ask_newer(self, newer: list[Item], anyway: str, then: Callable[[], object]) -> Awaitable[None]:
        """Say who was quicker and how long ago; enter alone reads it."""
        last = newer[-1]
        did = "left a note" if last.kind == "note" else "replied" if last.role == "agent" else "wrote"
        age = late.times.ago(last.at, self.session.now())

        def answered(answer: str) -> None:
            """Send all the same, keep it as a draft, or go on writing."""
            if answer == "yes":
                then()
            elif answer == "draft":
                self.composer.flush()
                self.enter("story")
                self.say(f"What you wrote on {last.ref} is kept as its draft.")
            elif answer == "read":
                self._known |= {item.id for item in newer}
                self.enter("story")
                self.timeline.stand_at(newer[0].id, newer[0].ref)
            else:
                self.enter("composer")

        choices = [
            Choice("read", "Read it first"),
            Choice("yes", anyway),
            Choice("draft", "Keep mine as a draft"),
        ]
        told = f"{last.author or 'Somebody'} {did} on this ticket since you began, {age} ago."
        return self.pick(told, choices, answered)

    def _doubt(self, event: Composer.Send) -> str:
        """Return why this should be read again before it leaves; "" when nothing speaks against it."""
        waiting = (i for i in self.timeline.window.items if i.kind == "outbox" and i.ref == event.ref)
        if any(item.text.strip() == event.text for item in waiting):
            return "These words wait in the outbox already. Send them twice?"
        if event.mode == "note" or self._advice is None:
            return ""
        hole = next((check for check in self._advice.checks if check.name == "unfilled_hole"), None)
        if hole is not None:
            return f"{hole.say} Send it like this?"
        return ""

    def _send(self, event: Composer.Send, send_at: int = 0) -> None:
        """Send once it is said what of the promises in it is to be kept; a note promises the customer nothing."""
        seen = self._newest_seen(event.ref)  # what comes while the person is asked has not been read
        self._sending = True
        if event.mode == "note":
            self._leave(event, send_at, seen)
            return
        self.promise_first(
            event.ref,
            event.text,
            send_at,
            lambda promises: self._leave(event, send_at, seen, promises),
            self._back_to_writing,
        )

    def _back_to_writing(self) -> None:
        self._sending = False
        self.enter("composer")

    def _leave(
        self, event: Composer.Send, send_at: int, seen: str, promises: tuple[NewPromise, ...] = ()
    ) -> None:
        def send() -> Operation:
            """Queue the note or the reply; the draft goes with it where it says the same."""
            late.reply.save_draft(self.session, event.ref, event.text, event.mode, event.basis)
            if event.mode == "note":
                return late.reply.note(self.session, event.ref, event.text, send_at=send_at, drafted=False)
            return late.reply.reply(
                self.session,
                event.ref,
                event.text,
                send_at=send_at,
                seen=seen,
                promises=promises,
                drafted=False,
            )

        self._mine |= {event.text}
        self._leaves = event
        self.write(send, lambda done: self._sent(done, event), self._not_sent)

    def keeps_back(self, event: Composer.Autosave) -> bool:
        """Whether a draft is not to be kept now, since it begins with words that are on their way into the outbox."""
        left, at = self._left
        gone = self._leaves is None  # what was told before they left may come only now
        sent = (left if event.time <= at else None) if gone else self._leaves
        if sent is None or event.ref != sent.ref or not event.text.strip().startswith(sent.text):
            return False
        self._leaves, self._kept_back = sent, event
        if gone:
            self._keep_rest(sent=True)
        return True

    def _keep_rest(self, *, sent: bool) -> None:
        """Keep what was kept back: of a message that is in the outbox only what was typed after it, elsewhere all of it."""
        left, kept, self._leaves, self._kept_back = self._leaves, self._kept_back, None, None
        if kept is None or left is None:
            return
        if sent and self.composer.ref == kept.ref and self.composer.text.strip().startswith(left.text):
            return  # the composer still has the rest
        text = kept.text.strip().removeprefix(left.text).strip() if sent else kept.text
        if text:
            basis = "" if sent else kept.basis
            self.write(lambda: late.reply.save_draft(self.session, kept.ref, text, kept.mode, basis))

    def _newest_seen(self, ref: str) -> str:
        """Return the id of the newest message of the ticket that stands in the story; "" where it has none."""
        read = [i for i in self.timeline.window.items if i.ref == ref and i.kind in ("message", "note")]
        return read[-1].id if read else ""

    def do_send_later(self) -> Awaitable[None] | None:
        """Ask when the draft shall leave, after a question where there is reason for one."""
        event = self.composer.ready()
        if event is None or self._sending:
            return None
        if newer := self._newer():
            return self._ask_newer(newer, "Choose a time all the same", lambda: self._ask_time(event))
        if question := self._doubt(event):
            return self.ask_first(
                question, "Choose a time all the same", "Keep writing", lambda: self._ask_time(event)
            )
        return self._ask_time(event)

    def _ask_time(self, event: Composer.Send) -> Awaitable[None]:
        def taken(words: str) -> None:
            """Send at the time that was typed; one that cannot be read is said."""
            if not words:
                self.enter("composer")
                return
            try:
                send_at = late.times.ahead(words, self.session.now())
            except HeardError as error:
                self.failed(error)
                self.enter("composer")
            else:
                self._send(event, send_at)

        kind = "note" if event.mode == "note" else "reply"
        title, now = f"When shall the {kind} on {event.ref} leave?", self.session.now()
        return self.pick(
            title,
            times_offered.offered(now, 14),
            taken,
            meaning=lambda typed: times_offered.meaning("leaves", typed, now),
        )

    def _sent(self, done: Operation, event: Composer.Send) -> None:
        self._sending = False
        self._left = event, monotonic()
        self._keep_rest(sent=True)
        self._empty_composer(event)
        kind = "Internal note" if done.kind == "note" else "Reply"
        self.say(f"{kind} on {event.ref} {_when(done, self.session.now(), self.key_of('undo'))}.")
        self.changed()

    def _empty_composer(self, event: Composer.Send) -> None:
        """Take what was sent out of the composer; what was typed after it stays, and so does another ticket's draft."""
        if self.composer.ref != event.ref:
            return
        rest = self.composer.text.strip().removeprefix(event.text)
        if rest and rest == self.composer.text.strip():
            return
        self._emptied = self.session.now()
        self.ladder.new_draft()
        if rest:
            self.composer.put(rest)
            return
        self.composer.empty()
        if self.pane_at_hand == "composer":
            self.enter("story")

    def _not_sent(self, error: HeardError) -> None:
        self._sending = False
        self._keep_rest(sent=False)
        self.failed(error)


def _when(done: Operation, now: int, undo: str) -> str:
    """What becomes of a message; of the seconds in which it can be taken back another line tells."""
    if done.send_at > now:
        return f"leaves {day_time(done.send_at)}; {undo} takes it back"
    return "is in the outbox" if done.not_before > now else "leaves now"
