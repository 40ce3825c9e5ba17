"""The next ticket on the triage screen: one at a time by its score, and play mode, in which acting brings the next."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from screens import late
from screens.finding import Finding
from screens.reading import Reading
from screens.sending import Sending
from screens.snoozing import Snoozing
from screens.ticket_actions import Aim
from widgets.fuzzy import Choice
from widgets.words import many

if TYPE_CHECKING:
    from console.changes import Change
    from console.nextup import Scored
    from console.snooze import Slept
    from screens.triage_base import QueuePane
    from store.rows import Operation
    from widgets.composer import Composer

_REASONS = ("needs somebody else", "waits for an answer from outside", "not now: something more urgent")


@dataclass(frozen=True, slots=True)
class Play:
    """Working through a view: which tickets are done or passed over, which is at hand, and how many are left with it."""

    query: str
    name: str
    ref: str = ""
    passed: frozenset[str] = frozenset()
    done: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Following:
    """The ticket that comes next, if any, and how many there are with it."""

    scored: Scored | None
    left: int


class Playing(Finding, Reading, Sending, Snoozing):
    """The part of the triage screen that brings tickets by their score."""

    playing: Play | None = None
    _visited: frozenset[str] = frozenset()  # opened by their score since the view was chosen
    _visited_in = ""
    _lost: frozenset[str] = frozenset()  # claims of which it was told that somebody was quicker

    # -- the next one -----------------------------------------------------------------------------------------

    def do_next_up(self) -> None:
        """Open the ticket to work on next; again: the one after it."""
        if self.playing is not None:
            self._pass_over(self.playing.ref)
            return
        query = self.asked.query
        if query != self._visited_in:
            self._visited, self._visited_in = frozenset(), query
        without = self._visited | ({self.ref} if self.ref and self.focused is not self.queue else set())
        self.read("next", lambda: self._look_next(query, without), self._show_next)

    def _look_next(self, query: str, without: frozenset[str] | set[str]) -> Following:
        wanted = query or late.nextup.DEFAULT
        found = late.nextup.next_up(self.session, wanted, most=1, without=without)
        left = late.triage.count(self.session, wanted)
        if without:
            left -= late.triage.count(self.session, f"{wanted} ref:{','.join(sorted(without))}")
        return Following(found[0] if found else None, left)

    def _show_next(self, found: Following) -> None:
        if found.scored is None:
            self._visited = frozenset()
            self.say("There is no other ticket in this view.")
            return
        self._visited |= {found.scored.row.ref}
        self._open_scored(found.scored)

    def _open_scored(self, scored: Scored) -> None:
        self.queue.go_to(scored.row.id)
        self.say(f"{scored.row.ref}: {scored.total} points; {self._ways_on()}.")
        self.open_ticket(scored.row.ref)

    def _ways_on(self) -> str:
        """What can be done with the ticket that was brought."""
        keys = self.own_keys
        if self.playing is None:
            return f"{keys.first('why_next')} tells the sum"
        offered = [("why_next", "why"), ("skip", "skip")]
        ways = [f"{keys.first(name)} {word}" for name, word in offered if keys.of(name)]
        return ", ".join([*ways, f"{keys.first('clear')} ends"])

    def do_why_next(self) -> None:
        """Tell the sum that says how soon the ticket at hand comes."""
        ref = self.at_hand
        if not ref:
            self.say_nobody()
            return
        self.read(
            "why next",
            lambda: late.nextup.explain(self.session, ref),
            lambda scored: self.say(f"{ref}: {scored.words()}."),
        )

    # -- play mode --------------------------------------------------------------------------------------------

    def do_play(self) -> None:
        """Begin to work through the view, or end it."""
        if self.playing is not None:
            self.stop_playing()
            return
        self.playing = Play(self.asked.query, self.asked.name)
        self._play_on()

    def stop_playing(self) -> None:
        """End play mode and say what was done in it."""
        play, self.playing = self.playing, None
        if play is not None:
            self.say(f"Played {play.name}: {many(play.done, 'ticket')} done.")

    def _play_on(self) -> None:
        play = self.playing
        if play is not None:
            self.read("next", lambda: self._look_next(play.query, play.passed), self._play)

    def _play(self, found: Following) -> None:
        play = self.playing
        if play is None:
            return
        if found.scored is None:
            self.stop_playing()
            self.say(f"Nothing is left to do in {play.name}: {many(play.done, 'ticket')} done.")
            self.enter("queue")
            return
        self.playing = replace(play, ref=found.scored.row.ref, left=found.left)
        self._open_scored(found.scored)

    def _done_with(self, ref: str, *, acted: bool = True) -> None:
        """Go on to the next ticket, where `ref` is the one that is played."""
        play = self.playing
        if play is not None and ref == play.ref:
            self.playing = replace(play, passed=play.passed | {ref}, done=play.done + acted)
            self._play_on()

    def say(self, words: str, *, error: bool = False) -> None:
        """Put words into the status line, after how many tickets are left to play."""
        play = self.playing
        super().say(f"playing: {play.left} left. {words}" if play and play.left else words, error=error)

    def _sent(self, done: Operation, event: Composer.Send) -> None:
        super()._sent(done, event)
        if event.mode == "reply":
            self._done_with(event.ref)

    def _changed(self, ref: str, wanted: Change, done: Operation | None) -> None:
        super()._changed(ref, wanted, done)
        if "status" in wanted.values:
            self._done_with(ref)

    def _slept(self, slept: Slept) -> None:
        super()._slept(slept)
        for each in slept.done:
            self._done_with(each.ref)

    def on_queue_pane_left(self, event: QueuePane.Left) -> None:
        """Escape in the queue ends play mode as well."""
        event.stop()
        self.stop_playing()

    # -- passing over -----------------------------------------------------------------------------------------

    def do_skip(self) -> None:
        """Pass the ticket at hand over and open the next."""
        ref = self.playing.ref if self.playing is not None else self.at_hand
        if ref:
            self._pass_over(ref)
        else:
            self.say_nobody()

    def _pass_over(self, ref: str) -> None:
        def asked(needs: bool) -> None:  # noqa: FBT001  (a result)
            """Pass the ticket over, with a reason where one is wanted."""
            if needs:
                choices = [Choice(why, why) for why in _REASONS]
                self.pick(
                    f"Why is {ref} passed over?",
                    choices,
                    lambda why: self._skip(ref, why) if why else None,
                    free=True,
                )
            else:
                self._skip(ref, "")

        self.read("skip", lambda: late.nextup.needs_reason(self.session), asked)

    def _skip(self, ref: str, why: str) -> None:
        def skipped(_none: None) -> None:
            """Go on to the next ticket."""
            if self.playing is not None:
                self._done_with(ref, acted=False)
            else:
                self._visited |= {ref}
                self.do_next_up()

        self.write(lambda: late.nextup.skip(self.session, ref, why), skipped)

    # -- taking -----------------------------------------------------------------------------------------------

    def do_assign_me(self) -> None:
        """Take the ticket; one that a colleague has only once that is confirmed."""
        aim = self.aim()
        if aim is None or aim.marked:
            super().do_assign_me()
            return

        def ask(who: str) -> None:
            """Ask before a ticket is taken from somebody."""
            self._take_from(aim.ref, who)

        self.read("claim", lambda: late.claim.holder(self.session, aim.ref), ask)

    def _take_from(self, ref: str, who: str) -> Awaitable[None] | None:
        if not who:
            self.change(["assignee=me"], Aim(ref))
            return None

        def answered(value: str) -> None:
            """Take it, or leave it where it is."""
            if value == "take":
                self.change(["assignee=me"], Aim(ref))

        choices = [Choice("leave", f"Leave it to {who}"), Choice("take", "Take it over")]
        return self.pick(f"{who} has {ref}.", choices, answered)

    def changed(self) -> None:
        """Look for claims that met a colleague's."""
        super().changed()
        if self.furnished:
            self.fresh(
                "claims", lambda: late.claim.beaten(self.session), self._tell_beaten, lambda _error: None
            )

    def _tell_beaten(self, found: list[tuple[str, str, str]]) -> None:
        fresh = [each for each in found if each[0] not in self._lost]
        self._lost |= {number for number, _, _ in fresh}
        for _number, ref, who in fresh[:1]:
            more = f" (+{len(fresh) - 1})" if len(fresh) > 1 else ""
            way = f"{self.own_keys.opening('settle')} in the outbox ({self.key_of('outbox')}) settles it"
            self.say(f"{who} was quicker: {ref} is not yours{more}. {way}.", error=True)
