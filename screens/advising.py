"""The advice beside a draft: looked up beside the screen, marked in the draft, and one hint at a time that can be acted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from screens import late
from screens.sending import Sending
from store.errors import HeardError
from store.rows import Item
from widgets.actions import show_key

if TYPE_CHECKING:
    from console.facts import Field
    from console.heard import Advice, Canned, Edit, Hint
    from console.standards import Queue, Standards
    from widgets.composer import Composer

_STEP_KEYS = "heard"
_MACROS_HOLD = 10_000_000  # microseconds until the folders of macros are looked at again
_OFFERED = ("hint_words", "hint_take", "hint", "mute", "restate", "fields", "waive")


@dataclass(frozen=True, slots=True)
class Asked:
    """What advice is wanted on: a draft (None: a note, which gets none), its ticket, and the person behind it."""

    draft: str | None
    ref: str
    queue: str
    person: int
    items: Sequence[Item]
    now: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found: the advice, what holds in the queue, and what the person told already."""

    advice: Advice | None
    queue: Queue
    fields: tuple[Field, ...]


class Advising(Sending):
    """The part of the triage screen that looks at the draft while it is written."""

    _standards: Standards | None = None  # of this workspace, once they were needed
    _told = ""  # what is wrong with them, until it was said
    _draft_seen = ""  # the draft that the advice is about
    _items_seen: Sequence[Item] | None = None  # the story that the advice is about
    _queue: tuple[str, Queue] | None = None  # the ticket, and what holds for its queue
    _read_from: tuple[Sequence[Item], tuple[Edit, ...], tuple[Field, ...]] | None = None
    _macros: tuple[int, tuple[Canned, ...]] | None = None  # what canned replies there were, and when
    _fields: tuple[Field, ...] = ()  # what the person told already; put away ones at the end

    def on_composer_changed(self, event: Composer.Changed) -> None:
        """Look at the draft once the typing pauses."""
        event.stop()
        self.advise()

    @property
    def person(self) -> int:
        """The row number of the customer of the ticket at hand; 0 where there is none."""
        return self.looked.ticket.row.requester_id if self.looked is not None else 0

    @property
    def queue_name(self) -> str:
        """The group of the ticket at hand."""
        return self.looked.ticket.row.group if self.looked is not None else ""

    def waived_on(self, ref: str) -> dict[str, str]:
        """The steps and checks that are left out of the reply on `ref`, with their reasons."""
        del ref
        return {}

    def advise(self) -> None:
        """Look at the draft as it stands, beside the screen; a note gets no advice."""
        if self.composer.mode == "note":
            self._forget_advice()
        asked = self._asked(self.composer.text if self.composer.mode == "reply" else None)
        self._items_seen = asked.items
        self.fresh("advice", partial(self._look_at, asked), partial(self._advised, asked), self._no_advice)

    def _asked(self, draft: str | None) -> Asked:
        items, now = self.timeline.window.items, self.session.now()
        return Asked(draft, self.ref, self.queue_name, self.person, items, now)

    def _look_at(self, asked: Asked) -> Seen:
        """The advice by the standards of the ticket's queue, which are read once; runs beside the screen."""
        if self._standards is None:
            home, muted = self.session.home.root, self.session.settings.heard.muted
            self._standards, self._told = late.standards.load_or_built_in(home, muted)
        queue = self._standards.of(asked.queue)
        edits = late.facts.edits(self.session, asked.person)
        fields = self._fields_from(asked.items, edits)
        if asked.draft is None:
            return Seen(None, queue, fields)
        settings = replace(queue.settings, waive=self.waived_on(asked.ref))
        macros = self._macros_at(asked.now)
        advice = late.heard.advise(
            asked.draft, asked.items, settings, asked.now, ref=asked.ref, edits=edits, macros=macros
        )
        return Seen(advice, queue, fields)

    def _macros_at(self, now: int) -> tuple[Canned, ...]:
        """The canned replies; their folders are looked at once in a while."""
        kept = self._macros
        if kept is None or not 0 <= now - kept[0] < _MACROS_HOLD:
            kept = self._macros = (now, late.macros.known(self.session))
        return kept[1]

    def _fields_from(self, items: Sequence[Item], edits: tuple[Edit, ...]) -> tuple[Field, ...]:
        """The fields of a story, which is the same while a draft is typed; a long one takes 20 ms."""
        kept = self._read_from
        if kept is None or kept[0] is not items or kept[1] != edits:
            kept = self._read_from = (items, edits, late.facts.fields(items, edits))
        return kept[2]

    def _advised(self, asked: Asked, seen: Seen) -> None:
        if self._told:
            told, self._told = self._told, ""
            self.notify(told, severity="warning", timeout=15, markup=False)
        if asked.ref != self.composer.ref:
            return  # another ticket is at hand by now
        self._advice, self._draft_seen, self._queue = seen.advice, asked.draft or "", (asked.ref, seen.queue)
        self.ladder.tell_keys(self._keys())
        self.ladder.show_advice(seen.advice, self._draft_seen)
        self._mark_draft()
        self._fields = seen.fields
        self.show_fields()

    def _mark_draft(self) -> None:
        """Let the words stand out in the draft that the steps and hints are about."""
        if self.composer.mode == "reply":
            self.composer.mark(self._draft_seen, self.ladder.spans_in_draft())

    def _keys(self) -> dict[str, str]:
        actions = {action.id: action for action in self.heard.keymap.actions}
        return {name: show_key(actions[name].keys[0]) for name in _OFFERED if actions[name].keys}

    def show_fields(self) -> None:
        """Show what the person told already."""

    def _no_advice(self, error: HeardError) -> None:
        """Write on without advice; it is never in the way."""
        self._forget_advice()
        self.say(f"No advice: {error.message}")

    def _forget_advice(self) -> None:
        self.ladder.show_advice(None, "")
        self.composer.mark(self.composer.text, ())

    # -- what can be done with it -----------------------------------------------------------------------------

    def do_step(self, key: str) -> None:
        """Select the words in which a step was seen, or say why it was not."""
        step = _STEP_KEYS.index(key[-1])
        place = self.ladder.place(step)
        if place is None:
            self.say(self.ladder.why(step) or "There is nothing to say about this step yet.")
        elif self._still_there(*place):
            self.composer.select(*place)

    def do_hint(self) -> None:
        """Put the hint away for this draft; the next one is shown."""
        if not self.ladder.dismiss():
            self.say("There is no hint.")
        self._mark_draft()

    def do_hint_words(self) -> None:
        """Select the words that the hint speaks of."""
        hint = self.ladder.hint
        if hint is None:
            self.say("There is no hint.")
        elif hint.span is None:
            self.say("The hint is about what is not there yet.")
        elif self._still_there(hint.span.start, hint.span.end):
            self.composer.select(hint.span.start, hint.span.end)

    def do_hint_take(self) -> None:
        """Put in what the hint offers, in place of the words that it speaks of."""
        hint = self._hint_at_hand()
        if hint is None:
            self.say("There is no hint.")
        elif hint.name == "hear":
            self.do_restate()
        elif not hint.wording or hint.place is None:
            self.say("There is nothing to put in here: the words are yours.")
        elif self._still_there(hint.place.start, hint.place.end):
            self.composer.replace(hint.place.start, hint.place.end, hint.wording)
            self.say(f"Put in: {hint.wording} Ctrl+z takes it out.")

    def _hint_at_hand(self) -> Hint | None:
        shown = self.ladder.hint
        if shown is None or self._advice is None:
            return None
        return next((hint for hint in self._advice.hints if hint.id == shown.id), None)

    def do_restate(self) -> None:
        """Begin the draft with what the customer told."""

    def _still_there(self, start: int, end: int) -> bool:
        """Whether the draft still has these words at this place; says so where it has not."""
        if self.composer.text[:end] == self._draft_seen[:end] and start <= end:
            return True
        self.say("The draft has changed since; wait a moment for new advice.")
        return False
