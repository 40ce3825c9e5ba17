"""Putting tickets off on the triage screen, what wakes them, and the lists that a person turns to between tickets."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from screens import late, times_offered
from screens.messages import OpenQuery, OpenTicket
from screens.ticket_actions import TicketActions
from store.rows import TicketRow
from widgets.fuzzy import Choice
from widgets.words import many

if TYPE_CHECKING:
    from console.snooze import Slept, Until
    from screens.ticket_actions import Aim
    from store.snooze import Snooze
    from widgets.insight import Entry, Taken

_MOST = 500  # findings that are shown
_WAKE = "=wake"


class Snoozing(TicketActions):
    """The part of the triage screen that puts tickets off, follows them, and lists what nobody looks after."""

    _awake_since = 0  # what woke before that was told

    # -- putting off ------------------------------------------------------------------------------------------

    def do_snooze(self) -> None:
        """Ask until when the ticket, or the marked ones, are put off."""
        aim = self.aim()
        if aim is None:
            return

        def ask(found: tuple[Snooze | None, bool]) -> None:
            """Ask until when."""
            self._ask_until(aim, *found)

        def look() -> tuple[Snooze | None, bool]:
            """Whether the ticket sleeps, and whether anything was promised on it."""
            if aim.marked:
                return None, True
            found = late.snooze.state(self.session, aim.ref)
            promised = bool(late.promises.opened(self.session, refs=[aim.ref]))
            return (found if found and not found.woken else None), promised

        self.read("snooze", look, ask)

    def _ask_until(self, aim: Aim, asleep: Snooze | None, promised: bool) -> Awaitable[None]:  # noqa: FBT001  (a fact)
        now = self.session.now()
        choices = [Choice(_WAKE, "wake it now", late.snooze.words(asleep))] if asleep else []
        *times, typed = times_offered.offered(now, 18)
        choices += [*times, Choice("=reply", "the customer writes", "which wakes it in any case")]
        choices += [Choice("=promise", "what was promised is due")] if promised else []
        choices += [Choice("=ticket", "another ticket is solved", "asks which"), typed]

        def taken(value: str) -> None:
            """Put the tickets off until what was taken, or wake them."""
            from console.snooze import Until  # noqa: PLC0415  (not for the first paint)

            if value == _WAKE:
                self._wake([aim.ref])
            elif value == "=ticket":
                self._ask_other(aim)
            elif value:
                kind = value.removeprefix("=")
                until = (
                    Until("time", value)
                    if kind == value
                    else Until("reply" if kind == "reply" else "promise")
                )
                self._put_off(aim, until)

        return self.pick(
            f"Put {aim} off until",
            choices,
            taken,
            meaning=lambda typed: times_offered.meaning("wakes", typed, now),
        )

    def _ask_other(self, aim: Aim) -> None:
        ids = self.queue.ids[:_MOST].tolist()

        def choose(rows: list[TicketRow]) -> None:
            """Let the person choose among the tickets found."""
            self._choose_other(aim, rows)

        self.read("snooze", lambda: late.triage.rows(self.session, ids), choose)

    def _choose_other(self, aim: Aim, rows: Sequence[TicketRow]) -> Awaitable[None]:
        from console.snooze import Until  # noqa: PLC0415  (the same)

        choices = [Choice(r.ref, r.ref, f"{r.requester}: {r.subject}") for r in rows if r.ref != aim.ref]

        def taken(other: str) -> None:
            """Put the tickets off until that one is done."""
            if other:
                self._put_off(aim, Until("ticket", other))

        return self.pick(f"Put {aim} off until which ticket is solved?", choices, taken, free=True)

    def _put_off(self, aim: Aim, until: Until) -> None:
        def go(refs: list[str]) -> None:
            self.write(lambda: late.snooze.put_off(self.session, refs, until), self._slept)

        if aim.marked:
            self._refs_of(aim.marked, go)
        else:
            go([aim.ref])

    def _slept(self, slept: Slept) -> None:
        left = "; ".join(why for _ref, why in slept.left[:3]) + ("" if len(slept.left) <= 3 else " ...")  # noqa: PLR2004  (a line's worth)
        if slept.done:
            one = slept.done[0]
            what = one.ref if len(slept.done) == 1 else many(len(slept.done), "ticket")
            wakes = f"{self.key_of('snooze')} wakes it"
            self.say(f"{what} put off {late.snooze.words(one)}; {wakes}. {left}".strip())
            if self.queue.marks:
                self.queue.do_clear()
        else:
            self.say(left, error=True)
        self.changed()

    def do_wake(self) -> None:
        """Bring the ticket, or the marked ones, back now."""
        aim = self.aim()
        if aim is not None and aim.marked:
            self._refs_of(aim.marked, self._wake)
        elif aim is not None:
            self._wake([aim.ref])

    def _wake(self, refs: Sequence[str]) -> None:
        def woken(found: list[str]) -> None:
            """Say which are back."""
            self.say(f"{found[0]} is back." if len(found) == 1 else f"{many(len(found), 'ticket')} are back.")
            self.changed()

        self.write(lambda: late.snooze.wake(self.session, refs), woken)

    # -- waking -----------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Wake what is due by the clock."""
        super().tick()
        self._look_for_woken()

    def changed(self) -> None:
        """Wake what was written to."""
        super().changed()
        self._look_for_woken()

    def _look_for_woken(self) -> None:
        if self.furnished:
            self.fresh("woken", self._settle_snoozes, self._tell_woken, lambda _error: None)

    def _settle_snoozes(self) -> list[Snooze]:
        since = self._awake_since or self.session.now() - 1
        late.snooze.settle(self.session)
        found = late.snooze.woken_since(self.session, since)
        self._awake_since = max([since, *(each.woken for each in found)])
        return found

    def _tell_woken(self, found: list[Snooze]) -> None:
        told = [each for each in found if each.woken_by != late.snooze.BY_HAND]
        if told:
            more = f" (+{len(told) - 1})" if len(told) > 1 else ""
            self.say(f"{told[0].ref} is back: {told[0].woken_by}{more}.")

    # -- following --------------------------------------------------------------------------------------------

    def do_follow(self) -> None:
        """Follow the ticket, or the marked ones; again: no more."""
        aim = self.aim()
        if aim is None:
            return

        def go(refs: list[str]) -> None:
            self.write(lambda: late.seen.toggle(self.session, refs), told)

        def told(now: bool) -> None:  # noqa: FBT001  (a result)
            """Say whether the tickets are followed now."""
            self.say(f"You follow {aim} now." if now else f"You follow {aim} no more.")

        if aim.marked:
            self._refs_of(aim.marked, go)
        else:
            go([aim.ref])

    def do_mentions(self) -> None:
        """Show the tickets with a note that names me."""
        self._show_tickets("is:mentioned", "Mentions")

    def do_followed(self) -> None:
        """Show the tickets that I follow."""
        self._show_tickets("is:followed", "Followed")

    def do_snoozed(self) -> None:
        """Show the tickets that are put off."""
        self._show_tickets("is:snoozed", "Snoozed")

    def _show_tickets(self, query: str, name: str) -> None:
        self.app.post_message(OpenQuery(query, "updated", name))

    # -- what nobody looks after ------------------------------------------------------------------------------

    def do_sweep(self) -> None:
        """Show what may have fallen through."""
        self.say("Looking for what may have fallen through.")
        self.read("sweep", self._sweep, lambda found: self._show_findings("May have fallen through", found))

    def _sweep(self) -> list[Entry]:
        from widgets.insight import Entry  # noqa: PLC0415  (not for the first paint)

        return [
            Entry(
                each.kind,
                each.ref,
                each.why,
                f"{each.requester}: {each.subject} ({each.assignee or 'nobody'} has it)",
                each.ref,
            )
            for each in late.falls_through.sweep(self.session)[:_MOST]
        ]

    def do_dupes(self) -> None:
        """Show tickets that may be one and the same."""
        self.say("Looking for tickets that may be one and the same.")
        self.read("dupes", self._dupes, lambda found: self._show_findings("May be one and the same", found))

    def _dupes(self) -> list[Entry]:
        from widgets.insight import Entry  # noqa: PLC0415  (the same)

        return [
            Entry(
                f"{each.score:.0%}",
                each.other,
                f"like {each.keep}, {each.requester}: {', '.join(each.shared)}",
                f"{each.plan}; {each.hours:g} h apart",
                each.other,
            )
            for each in late.dupes.dupes(self.session)[:_MOST]
        ]

    def _show_findings(self, title: str, found: list[Entry]) -> None:
        from widgets.insight import InsightDialog  # noqa: PLC0415  (the same)

        def opened(taken: Taken | None) -> None:
            """Open the ticket of the line that was taken."""
            if taken is not None and taken.entry.ref:
                self.app.post_message(OpenTicket(taken.entry.ref))

        self.say(f"{title}: {len(found)}.")
        keys = (("open", "opens the ticket"), ("next_part", "next part"), ("cancel", "leaves"))
        dialog = InsightDialog(title, found, empty="Nothing.", keys=keys, glyphs=self.glyphs)
        self.app.push_screen(dialog, opened)
