"""Strict queues: what a reply has to have before it leaves, and the second key that leaves something out with a reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from screens import late
from screens.advising import Seen
from screens.muting import Muting
from widgets.fuzzy import Choice

if TYPE_CHECKING:
    from widgets.composer import Composer

_GOOD = frozenset({"next_step_time"})  # the check that is met where it finds something
_REASONS = (
    Choice("said on the phone", "said on the phone"),
    Choice("a colleague answers this part", "a colleague answers this part"),
    Choice("the reply has it in other words", "the reply has it in other words"),
)


@dataclass(frozen=True, slots=True)
class _Refused:
    """A reply that a strict queue held back: what it lacks, and how it goes on once that is settled."""

    event: Composer.Send
    missed: tuple[str, ...]
    go_on: Callable[[], object]


class Strict(Muting):
    """The part of the triage screen that holds a reply back where its queue is strict."""

    _waived: dict[str, dict[str, str]] | None = None  # by ticket: what is left out of the reply, and why
    _passed: tuple[str, str] = ("", "")  # ticket and words that were looked at and may leave
    _refused: _Refused | None = None

    def waived_on(self, ref: str) -> dict[str, str]:
        """The steps and checks that are left out of the reply on `ref`, with their reasons."""
        return dict((self._waived or {}).get(ref, {}))

    def on_composer_send(self, event: Composer.Send) -> None:
        """Let a reply go on to the outbox, or hold it back where the queue is strict and something is missing."""
        if not self._may_leave(event):
            event.stop()
            event.prevent_default()
            self._hold_against(event, lambda: self.composer.post_message(_again(event)))

    def do_send_later(self) -> Awaitable[None] | None:
        """Ask when the draft shall leave, unless a strict queue holds it back."""
        event, ask = self.composer.ready(), super().do_send_later
        if event is None or self._may_leave(event):
            return ask()
        self._hold_against(event, ask)
        return None

    def _may_leave(self, event: Composer.Send) -> bool:
        if event.mode == "note" or self._passed == (event.ref, event.text):
            return True
        return self._queue is not None and self._queue[0] == event.ref and not self._queue[1].strict

    def _hold_against(self, event: Composer.Send, go_on: Callable[[], object]) -> None:
        """Look at the very words that would leave, and let them go on where nothing is missing."""
        asked = replace(self._asked(event.text), ref=event.ref)

        def looked(seen: Seen) -> None:
            """Hold the reply back where it misses something, or let it go."""
            waived = self.waived_on(event.ref)
            missed = seen.queue.missed(seen.advice) if seen.advice is not None else ()
            missed = tuple(name for name in missed if name not in waived)
            self._queue = (event.ref, seen.queue)
            if missed:
                self._refuse(_Refused(event, missed, go_on), seen)
            else:
                self._refused, self._passed = None, (event.ref, event.text)
                go_on()

        self.read("strict", lambda: self._look_at(asked), looked)

    def _refuse(self, refused: _Refused, seen: Seen) -> None:
        self._refused = refused
        advice = seen.advice
        whys: dict[str, str] = {step.name: step.why for step in advice.steps} if advice else {}
        where = self.queue_name or "this queue"
        fixed = [name for name in refused.missed if name not in seen.queue.waive]
        key = self._keys().get("waive", "the palette")
        way = (
            f"{_joined([_words(name) for name in fixed])} cannot be left out here."
            if fixed
            else f"Write it, or {key} sends the reply without it, with a reason that is kept."
        )
        self.say(f"Not sent: replies of {where} {_wanted(refused.missed, whys)}. {way}", error=True)
        self.advise()

    def do_waive(self) -> Awaitable[None] | None:
        """Leave out what the strict queue missed, or the step that the hint is about, with a reason."""
        refused = self._refused
        if refused is not None and (refused.event.ref, refused.event.text) != self._at_hand_now():
            refused = self._refused = None
        hint = self.ladder.hint
        names = refused.missed if refused else (hint.name,) if hint and hint.name in late.heard.STEPS else ()
        if not names:
            self.say("There is no step to leave out.")
            return None
        queue = self._queue[1] if self._queue is not None else None
        fixed = [name for name in names if queue and name in queue.strict and name not in queue.waive]
        if fixed:
            self.say(
                f"{_joined([_words(name) for name in fixed]).capitalize()} cannot be left out here.",
                error=True,
            )
            return None
        title = f"Why is {_joined([_words(name) for name in names])} left out?"
        return self.pick(title, _REASONS, lambda why: self._leave_out(names, why, refused), free=True)

    def _at_hand_now(self) -> tuple[str, str]:
        ready = self.composer.ready()
        return (ready.ref, ready.text) if ready else ("", "")

    def _leave_out(self, names: tuple[str, ...], why: str, refused: _Refused | None) -> None:
        self.enter("composer")
        ref = self.composer.ref
        if not why:
            return

        def kept(reason: str) -> None:
            """Remember what may be left out on this ticket, and say so."""
            left = self.waived_on(ref) | dict.fromkeys(names, reason)
            self._waived = {**(self._waived or {}), ref: left}
            self.say(f"{_joined([_words(name) for name in names]).capitalize()} left out: {reason}.")
            self.advise()
            if refused is not None:
                self._hold_against(refused.event, refused.go_on)

        self.write(lambda: late.waiving.leave_out(self.session, ref, names, why), kept)

    def _empty_composer(self, event: Composer.Send) -> None:
        """Forget what was left out of a reply once it is in the outbox."""
        self._refused, self._passed = None, ("", "")
        if self._waived:
            self._waived.pop(event.ref, None)
        super()._empty_composer(event)


def _again(event: Composer.Send) -> Composer.Send:
    return type(event)(event.ref, event.text, event.mode, event.basis)


def _wanted(missed: Sequence[str], whys: Mapping[str, str]) -> str:
    """What a reply has to have, and then what it may not have: a step that is there, a check that finds nothing."""
    needs = [
        f"{_words(name)} ({whys[name].rstrip('.')})" if whys.get(name) else _words(name)
        for name in missed
        if name in whys or name in _GOOD
    ]
    bars = [_words(name) for name in missed if name not in whys and name not in _GOOD]
    said = [f"need {_joined(needs)}"] if needs else []
    return " and ".join([*said, f"may not have {_joined(bars)}"] if bars else said)


def _words(name: str) -> str:
    return (
        name.capitalize() if name in late.heard.STEPS else late.muting.WORDS.get(name, name.replace("_", " "))
    )


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
