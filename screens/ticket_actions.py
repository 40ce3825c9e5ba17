"""What is done to tickets on the triage screen: one key for one ticket, the same key for all that are marked."""

from __future__ import annotations

import os
import shlex
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens import late
from screens.messages import PlanChange
from screens.triage_base import Part
from store.errors import HeardError
from store.rows import Operation, TicketRow
from widgets.fuzzy import Choice
from widgets.words import STATUS_WORDS, many

if TYPE_CHECKING:
    from console.changes import Change
    from console.clipboard import Method

_COMMON = ("status=pending", "status=solved", "assignee=me", "priority=high")


@dataclass(frozen=True, slots=True)
class Aim:
    """What a change is meant for: one ticket, or the marked ones as (id, ref) with "" where the ref is not known."""

    ref: str = ""
    marked: tuple[tuple[int, str], ...] = ()

    def __str__(self) -> str:
        return many(len(self.marked), "marked ticket") if self.marked else self.ref


class TicketActions(Part):
    """The part of the triage screen that changes, copies and opens tickets."""

    _last: tuple[str, ...] = ()  # the words of the last change, for "again"

    # -- which tickets ----------------------------------------------------------------------------------------

    def _refs_of(self, marked: Sequence[tuple[int, str]], then: Callable[[list[str]], None]) -> None:
        """Give the refs of marked tickets to `then`; rows that were never seen are looked up."""
        if all(ref for _, ref in marked):
            then([ref for _, ref in marked])
            return
        ids = [number for number, _ in marked]
        self.read("marks", lambda: [row.ref for row in late.triage.rows(self.session, ids)], then)

    def aim(self) -> Aim | None:
        """Return what a change would hit now; it is held while the person chooses, whatever the queue does."""
        if self.queue.marks:
            return Aim(marked=tuple(self.queue.marked()))
        if self.at_hand:
            return Aim(ref=self.at_hand)
        self.say_nobody()
        return None

    def _row_meant(self) -> TicketRow | None:
        """The row of the one ticket that a change would hit; None where several are marked."""
        if self.queue.marks:
            return None
        shown = [self.row_at_hand(), self.looked.ticket.row if self.looked else None]
        return next((row for row in shown if row and row.ref == self.at_hand), None)

    def change(self, words: Sequence[str], aim: Aim | None) -> None:
        """Make this change on one ticket; for marked ones, show first what it does to all of them."""
        if aim is None:
            return
        self._last = tuple(words)
        if aim.marked:
            self._refs_of(aim.marked, lambda refs: self._plan(refs, words))
            return
        ref = aim.ref

        def work() -> tuple[Change, Operation | None]:
            """Read the words and change the ticket."""
            wanted = late.changes.parse(words)
            return wanted, late.changes.set_fields(self.session, ref, wanted)

        self.write(work, lambda done: self._changed(ref, *done))

    def _plan(self, refs: Sequence[str], words: Sequence[str]) -> None:
        self.post_message(PlanChange(refs, words))

    def _changed(self, ref: str, wanted: Change, done: Operation | None) -> None:
        if done is None:
            self.say(f"{ref} is already so: {wanted}.")
        else:
            self.say(f"{ref}: {wanted}; {self.key_of('undo')} takes it back.")
        self.changed()

    def _pick(
        self, title: str, choices: Sequence[Choice], prefix: str, aim: Aim | None
    ) -> Awaitable[None] | None:
        def taken(value: str) -> None:
            if value:
                self.change([prefix + value], aim)

        if aim is not None:
            return self.pick(f"{title} of {aim}", choices, taken)
        return None

    # -- changes ----------------------------------------------------------------------------------------------

    def do_status(self) -> Awaitable[None] | None:
        """Choose the status."""
        from store.terms import STATUSES  # noqa: PLC0415  (not for the first paint)

        row = self._row_meant()
        now = row.status if row else ""
        choices = [
            Choice(s, STATUS_WORDS.get(s, s), "now" if s == now else "") for s in STATUSES if s != "new"
        ]
        return self._pick("Status", choices, "status=", self.aim())

    def do_priority(self) -> Awaitable[None] | None:
        """Choose the priority."""
        from store.terms import PRIORITIES  # noqa: PLC0415  (not for the first paint)

        row = self._row_meant()
        now = row.priority if row else ""
        choices = [Choice(p, p, "now" if p == now else "") for p in reversed(PRIORITIES)]
        return self._pick("Priority", choices, "priority=", self.aim())

    def do_assign_me(self) -> None:
        """Take the ticket."""
        self.change(["assignee=me"], self.aim())

    def do_assign(self) -> None:
        """Choose who gets the ticket."""
        aim = self.aim()

        def look() -> list[Choice]:
            """Everybody who may be assigned."""
            names = {name for desk in self._desks() for name in self._agents(desk)}
            people = [Choice(name, name) for name in sorted(names)]
            return [Choice("me", "me"), Choice("none", "nobody"), *people]

        def shown(choices: list[Choice]) -> None:
            self._pick("Assignee", choices, "assignee=", aim)

        self.read("agents", look, shown)

    def do_tag(self) -> None:
        """Add a tag, or take one away."""
        row, aim = self._row_meant(), self.aim()
        own = row.tags.split() if row else []

        def look() -> list[Choice]:
            """The tags of the ticket to take away, then those that are known."""
            known = {tag for desk in self._desks() for tag in self._tags(desk)}
            away = [Choice(f"-{tag}", f"-{tag}", "take away") for tag in own]
            return away + [Choice(f"+{tag}", f"+{tag}", "add") for tag in sorted(known - set(own))]

        def ask(choices: list[Choice]) -> None:
            """Ask for a tag."""
            self.pick(f"Tag to add to {aim}, or -tag to take away", choices, taken, free=True)

        def taken(tag: str) -> None:
            """Add the tag, or take it away."""
            if tag:
                self.change([tag if tag[0] in "+-" else f"+{tag}"], aim)

        if aim is not None:
            self.read("tags", look, ask)

    def _desks(self) -> list[str]:
        return list(self.session.settings.desks) or [self.at_hand.partition("/")[0]]

    def _agents(self, desk: str) -> list[str]:
        from store import read as reading  # noqa: PLC0415  (not for the first paint)

        return [name for _, name, _ in self.session.db.read(lambda reader: reading.agents(reader, desk))]

    def _tags(self, desk: str) -> list[str]:
        from store import read as reading  # noqa: PLC0415  (not for the first paint)

        return self.session.db.read(lambda reader: reading.tags(reader, desk))

    def do_repeat(self) -> None:
        """Make the last change again."""
        if self._last:
            self.change(self._last, self.aim())
        else:
            self.say("Nothing has been changed yet that could be done again.")

    def do_bulk(self) -> None:
        """Ask for a change of all marked tickets; the plan is shown before anything happens."""
        if not self.queue.marks:
            one, some, every = (self.key_of(name) for name in ("mark", "mark_range", "mark_all"))
            self.say(f"Mark tickets first: {one}, {some} for a range, {every} for all that match.")
            return
        aim = self.aim()
        last = [shlex.join(self._last)] if self._last else []
        choices = [Choice(words, words) for words in (*last, *_COMMON)]

        def taken(words: str) -> None:
            """Change all the tickets as was typed."""
            if words:
                self.change(_split(words), aim)

        self.pick(f"Change {aim}: status=, priority=, assignee=, +tag, -tag", choices, taken, free=True)

    # -- outside ----------------------------------------------------------------------------------------------

    def _with_url(self, then: Callable[[str], None]) -> None:
        ref = self.at_hand
        if ref:
            self.read("url", lambda: late.triage.ticket(self.session, ref).url, then)
        else:
            self.say_nobody()

    def do_browse(self) -> None:
        """Open the ticket's own web page, or copy its address where no window can appear."""
        self._with_url(self._browse)

    def _browse(self, url: str) -> None:
        try:
            late.browser.check(url)
            command = late.browser.opener(os.environ)
            if not command:
                self.copy_text(url, "the link, since no browser can be opened from here")
                return
            late.browser.show(url, command)
        except HeardError as error:
            self.failed(error)
        else:
            self.say(f"Opened with {command[0]}.")

    def do_copy(self) -> None:
        """Copy the reference; in the story, the message."""
        item = self.timeline.item if self.furnished and self.focused is self.timeline else None
        if item is not None:
            self.copy_text(item.text, "the message")
        elif self.at_hand:
            self.copy_text(self.at_hand, self.at_hand)
        else:
            self.say_nobody()

    def do_copy_link(self) -> None:
        """Copy the link to the ticket's web page."""
        self._with_url(
            lambda url: self.copy_text(url, "the link") if url else self.say("The desk gave no link.")
        )

    def copy_text(self, text: str, what: str) -> None:
        """Copy `text` by the surest way there is, and say which."""
        ways = late.clipboard.methods(os.environ)
        self.read("copy", lambda: late.clipboard.copy(text, ways), lambda way: self._copied(text, what, way))

    def _copied(self, text: str, what: str, way: Method) -> None:
        if way is late.clipboard.TERMINAL:
            self.app.copy_to_clipboard(text)
        self.say(f"Copied {what}, by {way.name}.")


def _split(words: str) -> list[str]:
    try:
        return shlex.split(words)
    except ValueError:  # a quotation mark that is not closed
        return words.split()
