"""Before an answer is written: the recap of the story; and steps from solved tickets and from the team's articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from screens import late
from screens.messages import OpenTicket
from screens.triage_base import Part

if TYPE_CHECKING:
    from console.knowledge import Article
    from console.nearest import NextSteps, Step
    from console.recap import Recap
    from widgets.insight import Entry, Taken

_REFS = 5  # tickets of a step that are named
_NEAR = 5  # solved tickets that are listed
_RECAP_KEYS = (("open", "goes to the message"), ("next_part", "next part"), ("cancel", "leaves"))
_STEPS_KEYS = (
    ("open", "puts it into the draft"),
    ("look", "its ticket"),
    ("next_part", "next part"),
    ("cancel", "leaves"),
)


class Insight(Part):
    """The part of the triage screen that tells what is known."""

    def do_recap(self) -> None:
        """Sum up the story of the ticket at hand."""
        ref = self.at_hand
        if not ref or not self.furnished:
            self.say_nobody()
            return
        self.read("insight", lambda: self._sum_up(ref), lambda found: self._show_recap(ref, found))

    def _sum_up(self, ref: str) -> Recap:
        row = late.triage.ticket(self.session, ref).row
        person = row.requester_id
        items = late.history.story(self.session, person) if person else late.history.thread(self.session, ref)
        return late.recap.recap(items, row.ref)

    def _show_recap(self, ref: str, found: Recap) -> None:
        entries = list(_recap_entries(found, self.session.now()))
        self._show_entries(
            f"Recap: {ref}", entries, ref, "The story has nothing that can be summed up.", _RECAP_KEYS
        )

    def do_next_steps(self) -> None:
        """Show what was done in solved tickets like the one at hand, and what the articles say."""
        ref = self.at_hand
        if not ref or not self.furnished:
            self.say_nobody()
            return

        def look() -> tuple[NextSteps, Sequence[Article]]:
            return late.nearest.next_steps(self.session, ref), late.knowledge.fitting(self.session, ref)

        self.read("insight", look, lambda found: self._show_steps(ref, *found))

    def _show_steps(self, ref: str, found: NextSteps, articles: Sequence[Article]) -> None:
        opens = f"{self.key_of('open', 'insight')} opens it"
        entries = [*_step_entries(found), *_article_entries(articles), *_near_entries(found, opens)]
        none = "No solved ticket is like this one, and no article fits."
        self._show_entries(f"Next steps: {ref}", entries, ref, none, _STEPS_KEYS)

    # -- the window -------------------------------------------------------------------------------------------

    def _show_entries(
        self, title: str, entries: Sequence[Entry], ref: str, none: str, keys: Sequence[tuple[str, str]]
    ) -> None:
        from widgets.insight import InsightDialog  # noqa: PLC0415  (after the first paint)

        dialog = InsightDialog(title, entries, empty=none, keys=keys, glyphs=self.glyphs)
        self.app.push_screen(dialog, lambda taken: self._taken(taken, ref))

    def _taken(self, taken: Taken | None, ref: str) -> None:
        if taken is None:
            return
        if taken.entry.insert and not taken.look:
            self._insert(ref, taken.entry.insert)
        elif taken.entry.ref:
            self.app.post_message(OpenTicket(taken.entry.ref, taken.entry.message_id))

    def _insert(self, ref: str, words: str) -> None:
        """Put words where the cursor of the draft is, on a line of their own; one undo takes them out again."""
        if ref != self.ref:
            self.show_ticket(ref)
        self.respond()
        self.enter("composer")
        area = self.composer.area
        _row, column = area.cursor_location
        area.insert(f"\n{words}" if column else words)


def _recap_entries(found: Recap, now: int) -> Iterator[Entry]:
    from widgets.insight import Entry  # noqa: PLC0415  (the same)

    for heading in late.recap.HEADINGS:
        for line in found.of(heading):
            beside = ", ".join(filter(None, (f"{line.ref}, {late.times.ago(line.at, now)} ago", line.why)))
            who = line.author or line.role
            yield Entry(heading, who, line.words, f"{who}: {beside}", line.ref, line.message_id)


def _step_entries(found: NextSteps) -> Iterator[Entry]:
    of = len(found.near)
    yield from (_step_entry("done", step, of) for step in found.steps)
    yield from (_step_entry("cause", step, of) for step in found.causes)


def _step_entry(part: str, step: Step, of: int) -> Entry:
    from widgets.insight import Entry  # noqa: PLC0415  (the same)

    named = ", ".join(step.refs[:_REFS])
    more = f" and {len(step.refs) - _REFS} more" if len(step.refs) > _REFS else ""
    below = f"Said in {step.count} of the {of} nearest solved tickets: {named}{more}"
    return Entry(part, f"{step.count} of {of}", step.words, below, step.refs[0], insert=step.words)


def _article_entries(articles: Sequence[Article]) -> Iterator[Entry]:
    from widgets.insight import Entry  # noqa: PLC0415  (the same)

    for each in articles:
        words = f"{each.title}: {each.heading}" if each.heading else each.title
        yield Entry("article", each.path, words, f"{each.title} ({each.path}): {each.why}", insert=each.steps)


def _near_entries(found: NextSteps, opens: str) -> Iterator[Entry]:
    from widgets.insight import Entry  # noqa: PLC0415  (the same)

    for near in found.near[:_NEAR]:
        below = f"{near.share:.0%} of the words of {found.ref}, by weight; {opens}"
        yield Entry("ticket", f"{near.ref} {near.share:.0%}", near.subject, below, near.ref)
