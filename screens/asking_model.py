"""Asking the language model while writing: what it words is shown first, and goes into the draft only when it is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from screens.triage_base import Part
from store.errors import HeardError

if TYPE_CHECKING:
    from textual.worker import Worker

    from console.model.asking import Question
    from console.model.values import Summary, Words
    from widgets.prose import Paragraph

_GROUP = "model"
_MOMENT = 16  # characters of a moment, to the minute


class AskingModel(Part):
    """The part of the triage screen that asks the model; it sends nothing to a desk and keeps nothing."""

    _before_rewrite: dict[str, str] | None = None  # by ticket: the draft as it was before a rewrite was taken

    def do_model_rewrite(self) -> None:
        """Ask for the draft in plainer words."""
        ref, draft, settings = self.composer.ref, self.composer.text, self.session.settings

        def prepare() -> Question:
            """Make the question about this draft."""
            from console.model import asking  # noqa: PLC0415  (most people never ask)

            return asking.rewrite(settings, draft)

        def take(words: str) -> None:
            """Put the words into the draft, unless it is another by now."""
            if self.composer.ref != ref or self.composer.text != draft:
                self.say("The draft is another by now; nothing was put into it.", error=True)
                return
            self._before_rewrite = {**(self._before_rewrite or {}), ref: draft}
            self._put_words(words)
            self.say("The draft was replaced; ctrl+z, or 'words before' in the palette, brings it back.")

        if self.composer.mode == "note" and not settings.model.notes:
            self.say("This is an internal note; it goes to a model only with notes = true under [model].")
            return
        self._ask_model("Plainer words", prepare, take, "takes them instead of yours")

    def do_model_propose(self) -> None:
        """Ask for a reply to the ticket of the composer."""
        ref = self.composer.ref

        def prepare() -> Question:
            """Make the question about this ticket."""
            from console.model import asking  # noqa: PLC0415  (the same)

            return asking.propose(self.session, ref)

        def take(words: str) -> None:
            """Put the words into the draft of their ticket alone."""
            if self.composer.ref != ref:
                self.say("Another ticket is at hand by now; nothing was put into its draft.", error=True)
                return
            yours = self.composer.text
            self._put_words(f"{yours.rstrip()}\n\n{words}" if yours.strip() else words)

        self._ask_model("A reply", prepare, take, "puts it into the draft")

    def do_model_summary(self) -> None:
        """Ask for a summary of the story, and show the sentences that have sources."""
        ref = self.composer.ref

        def prepare() -> Question:
            """Make the question about this story."""
            from console.model import asking  # noqa: PLC0415  (the same)

            return asking.summary(self.session, ref)

        self._ask_model("The story so far", prepare, None, "")

    def do_model_back(self) -> None:
        """Put the words back that were there before a rewrite was taken."""
        before = (self._before_rewrite or {}).pop(self.composer.ref, None)
        if before is None:
            self.say("No rewrite was taken on this ticket.")
            return
        self._put_words(before)

    def _put_words(self, words: str) -> None:
        self.composer.rewrite(words)
        self.enter("composer")

    def _ask_model(
        self, title: str, prepare: Callable[[], Question], take: Callable[[str], None] | None, takes: str
    ) -> None:
        """Ask beside the screen, under a window that waits and then shows; escape breaks the connection off."""
        from console.model.endpoint import Target  # noqa: PLC0415  (the same)
        from widgets.proposal import ProposalDialog  # noqa: PLC0415  (the same)

        if not self.composer.ref:
            self.say("There is no ticket to write on.")
            return
        try:
            target = Target.of(self.session.settings)
        except HeardError as error:
            self.failed(error)
            return
        dialog = ProposalDialog(
            title, f"Asking {target.model} at {target.host} ...", takes, glyphs=self.glyphs
        )
        came: list[Words] = []

        def closed(taken: bool | None) -> None:  # noqa: FBT001  (Textual's own signature)
            """End the asking with the window; take the words where they came and were wanted."""
            self.workers.cancel_group(self, _GROUP)
            if taken and take is not None and came:
                take(came[0].text)

        async def job() -> None:
            """Make the question beside the screen, ask, and show what comes of it."""
            from console.model import asking  # noqa: PLC0415  (the same)

            await mounted
            try:
                question = await self.heard.loads.read(prepare)
                words = await asking.answer(question)
            except HeardError as error:
                self.failed(error)
                if dialog.is_current:
                    dialog.do_cancel()
                return
            came.append(words)
            shown = _summed(question, words) if take is None else [(words.text, "text")]
            dialog.show_words(f"{title}: {words.label}", [*_head(question, words), *shown])

        mounted = self.app.push_screen(dialog, closed)
        _: Worker[None] = self.run_worker(job, group=_GROUP, exclusive=True)


def _head(question: Question, words: Words) -> list[Paragraph]:
    """What went out, and whether the answer is whole."""
    sent = question.asked.sent()
    lines = [f"from {sent}"] if sent else []
    lines += ["the model stopped before it was done"] if words.cut else []
    return [("; ".join(lines) + "\n", "dim")] if lines else []


def _summed(question: Question, words: Words) -> Sequence[Paragraph]:
    """The sentences with sources, how many had none, and the sources."""
    from console.model.citing import cited  # noqa: PLC0415  (the same)

    found: Summary = cited(words.text, question.asked.sources)
    lines: list[Paragraph] = [(each.text, "text") for each in found.sentences]
    if not found.sentences:
        lines.append(("No sentence named its source.", "text"))
    if found.missing():
        lines.append((f"({found.missing()})", "dim"))
    return [*lines, ("", "dim"), *((line, "dim") for line in _sources(found))]


def _sources(found: Summary) -> list[str]:
    from screens import late  # noqa: PLC0415  (the same)

    return [
        f"{each.label}  {late.times.when(each.item.at)[:_MOMENT].replace('T', ' ')}Z  {each.item.ref}  "
        f"{each.item.author or each.item.role}: {' '.join(each.item.text.split())[:60]}"
        for each in found.sources()
    ]
