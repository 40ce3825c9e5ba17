"""Muting a step or a check from the draft: for me, or for everybody who answers in the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from screens import late
from screens.telling import Telling
from widgets.fuzzy import Choice


@dataclass(frozen=True, slots=True)
class _Muted:
    """What is muted now, and by whom."""

    mine: tuple[str, ...]
    queues: tuple[str, ...]
    shared: bool  # this workspace has standards for its queues


class Muting(Telling):
    """The part of the triage screen that mutes what is never to be mentioned again."""

    def do_mute(self) -> None:
        """Ask for whom the hint's step or check is muted, or which is to be mentioned again."""
        hint, queue = self.ladder.hint, self.queue_name
        name = hint.name if hint is not None else ""

        def look() -> _Muted:
            """What is muted now, for the person and for the queue."""
            shared = late.muting.has_standards(self.session)
            queues = late.muting.of_queue(self.session, queue) if shared and queue else ()
            return _Muted(self.session.settings.heard.muted, queues, shared)

        def ask(muted: _Muted) -> None:
            """Ask what is to be muted, or mentioned again."""
            self._ask_mute(name, queue, muted)

        self.read("muted", look, ask)

    def _ask_mute(self, name: str, queue: str, muted: _Muted) -> None:
        strict = self._queue is not None and name in self._queue[1].strict
        choices = self._to_mute(name, queue, shared=muted.shared) if name and not strict else []
        choices += [Choice(f"me off {each}", f"{_words(each)} again", "muted for me") for each in muted.mine]
        choices += [
            Choice(f"queue off {each}", f"{_words(each)} again", f"muted for {queue}")
            for each in muted.queues
        ]
        if not choices:
            self.say(
                f"{_words(name).capitalize()} is strict here, and nobody mutes it."
                if strict
                else "There is no hint."
            )
            return
        title = f"Never mention {_words(name)} again?" if name and not strict else "Mention again"
        self.pick(title, choices, lambda taken: self._mute(taken, queue))

    def _to_mute(self, name: str, queue: str, *, shared: bool) -> list[Choice]:
        found = [Choice(f"me on {name}", "for me", "in config.toml")]
        if shared and queue:
            found.append(Choice(f"queue on {name}", f"for {queue}", "for everybody, in standards.toml"))
        return found

    def _mute(self, taken: str, queue: str) -> None:
        self.enter("composer")
        whose, _, rest = taken.partition(" ")
        how, _, name = rest.partition(" ")
        if not name:
            return
        act: Callable[[], None] = (
            (lambda: late.muting.for_me(self.session, name, on=how == "on"))
            if whose == "me"
            else (lambda: late.muting.for_queue(self.session, queue, name, on=how == "on"))
        )
        for_whom = "you" if whose == "me" else queue
        key = self._keys().get("mute", "the palette")
        said = (
            f"{_words(name).capitalize()} is muted for {for_whom}; {key} mentions it again."
            if how == "on"
            else f"{_words(name).capitalize()} is mentioned again."
        )
        self.write(act, lambda _: self._muted(said))

    def _muted(self, said: str) -> None:
        self.say(said)
        self._standards = None
        self.advise()

    def undone(self, what: str, kept: tuple[str, ...]) -> None:
        """Look anew at what is muted, too: that may be what was taken back."""
        super().undone(what, kept)
        self._standards = None
        self.advise()


def _words(name: str) -> str:
    return late.muting.WORDS.get(name, name.replace("_", " "))
