"""Remedies on the triage screen: choices for the customer, within what may still be offered in his story."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from screens import late
from screens.blocks import Blocks
from store.errors import HeardError, InvalidInputError
from widgets.fuzzy import Choice

if TYPE_CHECKING:
    from console.remedies import Option, Remedy, Standing

_PATIENCE = 1.0  # seconds that keys wait for the choices
_PUT, _ASK = "put", "ask"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A remedy that is marked for the reply, with its amount in hundredths."""

    option: Option
    cents: int
    currency: str

    @property
    def typed(self) -> str:
        """The amount as one would type it."""
        if self.option.amount != "ask":
            return ""
        return f"{self.cents // 100}.{self.cents % 100:02} {self.currency}"


@dataclass(frozen=True, slots=True)
class _Offer:
    """What the agent is putting together for one ticket."""

    ref: str
    options: tuple[Option, ...]
    standings: dict[str, Standing]  # by currency; the usual one first
    ledger: tuple[Remedy, ...]
    told: str  # why only the built-in remedies hold
    marked: tuple[_Wanted, ...] = ()

    def left(self, currency: str) -> int:
        """What is left once the marked ones are offered, below 0 where they need approval."""
        taken = sum(each.cents for each in self.marked if each.currency == currency)
        known = self.standings[currency]
        return known.limit - known.used - taken


class Remedying(Blocks):
    """The part of the triage screen that offers remedies."""

    _remedies_offered: frozenset[str] = frozenset()  # the remedies that were put into drafts here

    # -- remedies ---------------------------------------------------------------------------------------------

    async def do_remedies(self) -> None:
        """Choose remedies for the customer, within the authority that is left in this story.

        Ends once the choices are there, so that keys typed ahead go to them.
        """
        ref, text, here = self.composer.ref, self.composer.text, self._remedies_offered
        if not self._writes_reply():
            return
        there = asyncio.Event()

        def look() -> _Offer:
            late.remedies.free(self.session, here, ref, text)
            late.remedies.settle(self.session, ref)
            first = late.remedies.authority(self.session, ref)
            told = late.remedies.catalogue(self.session)[1]
            ledger = tuple(late.remedies.ledger(self.session, ref))
            options = tuple(late.remedies.choices(self.session, ref))
            others = {each.currency for each in options} - {first.currency}
            more = {code: late.remedies.authority(self.session, ref, code) for code in sorted(others)}
            return _Offer(ref, options, {first.currency: first, **more}, ledger, told)

        def show(offer: _Offer) -> None:
            if offer.told:
                self.notify(offer.told, severity="warning", timeout=15, markup=False)
            shown.append(self._choose_remedies(offer))
            there.set()

        def failed(error: HeardError) -> None:
            self.failed(error)
            there.set()

        shown: list[Awaitable[None]] = []
        self.write(look, show, failed)
        with suppress(TimeoutError):
            await asyncio.wait_for(there.wait(), _PATIENCE)
        for each in shown:
            await each

    def _choose_remedies(self, offer: _Offer) -> Awaitable[None]:
        """Let remedies be marked; what is marked is put into the reply at once."""
        put = [Choice(_PUT, f"Put {_many(len(offer.marked))} into the reply", "as choices for the customer")]
        marks = {each.option.kind: each for each in offer.marked}
        options = [
            Choice(
                f"={each.kind}", f"[{'x' if each.kind in marks else ' '}] {each.label}", _detail(each, marks)
            )
            for each in offer.options
        ]
        pending = [
            Choice(f"@{n}", f"{line.state}: {late.remedy_words.named(line)}", _STATES[line.state])
            for n, line in enumerate(offer.ledger)
            if line.state in _STATES and line.ref == offer.ref and not self._stands_here(line)
        ]

        def taken(value: str) -> None:
            if value == _PUT:
                self._put_remedies(offer)
            elif value.startswith("="):
                self._mark_remedy(offer, next(each for each in offer.options if each.kind == value[1:]))
            elif value.startswith("@"):
                self._go_on_with_remedy(offer.ledger[int(value[1:])])
            else:
                self.enter("composer")

        return self.pick(_title(offer), [*(put if offer.marked else []), *options, *pending], taken)

    def _stands_here(self, line: Remedy) -> bool:
        return line.state == "offered" and line.id in self._remedies_offered

    def _mark_remedy(self, offer: _Offer, option: Option) -> None:
        """Mark a remedy, or take its mark away; its amount is asked for."""
        if any(each.option.kind == option.kind for each in offer.marked):
            rest = tuple(each for each in offer.marked if each.option.kind != option.kind)
            self._choose_remedies(replace(offer, marked=rest))
        elif option.amount == "ask":
            self._ask_amount(offer, option)
        else:
            self._within_authority(offer, _Wanted(option, option.cents, option.currency))

    def _ask_amount(self, offer: _Offer, option: Option) -> None:
        def read(typed: str) -> tuple[int, str]:
            return late.money.amount(typed, option.currency)

        def meaning(typed: str) -> str:
            try:
                cents, code = read(typed)
            except InvalidInputError:
                return ""
            if code not in offer.standings:
                return late.money.shown(cents, code)
            return f"{late.money.shown(cents, code)}; {_left_words(offer.left(code) - cents, code)}"

        def taken(typed: str) -> None:
            if not typed:
                self._choose_remedies(offer)
                return
            cents, code = read(typed)
            self._knowing_authority(
                offer, code, lambda known: self._within_authority(known, _Wanted(option, cents, code))
            )

        example = [Choice("", "an amount", f"type it: 12.50, or 12.50 {option.currency}")]
        self.pick(f"{option.label}: which amount? {_title(offer)}", example, taken, meaning=meaning)

    def _knowing_authority(self, offer: _Offer, currency: str, then: Callable[[_Offer], None]) -> None:
        """Look up what is left in a currency that was not looked at yet; each has its own limit."""
        if currency in offer.standings:
            then(offer)
            return

        def found(standing: Standing) -> None:
            then(replace(offer, standings={**offer.standings, currency: standing}))

        self.read("authority", lambda: late.remedies.authority(self.session, offer.ref, currency), found)

    def _within_authority(self, offer: _Offer, wanted: _Wanted) -> None:
        """Mark what fits; what does not is asked about first."""
        marked = replace(offer, marked=(*offer.marked, wanted))
        left = marked.left(wanted.currency) if wanted.cents else 0
        if left >= 0:
            self._choose_remedies(marked)
            return

        def taken(value: str) -> None:
            self._choose_remedies(marked if value == _ASK else offer)

        over = late.money.shown(-left, wanted.currency)
        self.pick(
            f"{wanted.option.label} {late.money.shown(wanted.cents, wanted.currency)} is {over} over your authority",
            [
                Choice("", "Choose something else"),
                Choice(_ASK, "Ask for approval", "a note asks; the words wait"),
            ],
            taken,
        )

    def _put_remedies(self, offer: _Offer) -> None:
        """Write the marked ones into the ledger, and then into the draft."""

        def work() -> tuple[tuple[Remedy, ...], str]:
            wanted = [(each.option.kind, each.typed) for each in offer.marked]
            return late.remedies.offer_all(self.session, offer.ref, wanted)

        def done(found: tuple[tuple[Remedy, ...], str]) -> None:
            lines, text = found
            if self.composer.ref != offer.ref:
                self.say(f"The remedies are in the ledger of {offer.ref}, and not in its draft.")
                return
            self._remedies_offered |= {line.id for line in lines}
            self.put_block(text)
            asked = [line for line in lines if line.state == "asked"]
            if asked:
                self.say(
                    f"Approval was asked for with an internal note; {_many(len(asked))} waits in [[...]]."
                )
            self.changed()

        self.write(work, done)

    def _go_on_with_remedy(self, line: Remedy) -> None:
        """Put what was approved into the draft; take back what is in none."""
        if line.state == "approved":
            self.read(
                "words",
                lambda: (
                    late.remedies.words(self.session, line),
                    late.remedies.paragraph(self.session, line.ref, [line]),
                ),
                lambda texts: self._fill_place(line, *texts),
            )
        elif line.state == "offered":
            why = "taken out of the draft"
            self.write(lambda: late.remedies.withdraw(self.session, line.id, why), self._remedy_withdrawn)
        else:
            self.say("It waits for somebody else's approval.")
            self.enter("composer")

    def _remedy_withdrawn(self, line: Remedy) -> None:
        self.say(f"Taken back: {late.remedy_words.named(line)}.")
        self.call_later(self.do_remedies)

    def _fill_place(self, line: Remedy, text: str, alone: str) -> None:
        """Put the words where their place is kept, else as a paragraph of their own at the cursor."""
        hole = late.remedy_words.hole(line)
        at = self.composer.text.find(hole)
        if at < 0:
            self.put_block(alone)
            return
        self.composer.select(at, at + len(hole))
        area = self.composer.area
        area.history.checkpoint()
        area.replace(text, *area.selection)
        area.history.checkpoint()
        self.enter("composer")

    # -- what became of it ------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Take up in the ledger what was sent or taken back."""
        super().changed()
        self.fresh(
            "ledger", lambda: late.remedies.unsettled(self.session), self._settle_ledger, self._no_ledger
        )

    def _settle_ledger(self, wanted: bool) -> None:  # noqa: FBT001  (a result)
        if wanted and not self.session.db.read_only:
            self.write(lambda: late.remedies.settle(self.session), self._ledger_settled, self._no_ledger)

    def _ledger_settled(self, lines: Sequence[Remedy]) -> None:
        for line in lines:
            if line.state == "asked":
                self.say(
                    f"{late.remedy_words.named(line)} on {line.ref} is beyond your authority now.", error=True
                )

    def _no_ledger(self, error: HeardError) -> None:
        """Leave it: the next change tries again, and nothing that is sent depends on it."""
        del error


_STATES = {
    "offered": "not in this draft: take it back",
    "approved": "put it into the reply",
    "asked": "waits for somebody else",
}


def _title(offer: _Offer) -> str:
    first = next(iter(offer.standings.values()))
    lefts = [f"{_left_words(offer.left(code), code)}" for code in offer.standings if code != first.currency]
    used = replace(first, used=first.limit - offer.left(first.currency))
    return "; ".join((str(used), *lefts))


def _left_words(left: int, code: str) -> str:
    if left < 0:
        return f"{late.money.shown(-left, code)} over your authority"
    return f"{late.money.shown(left, code)} left"


def _detail(option: Option, marks: dict[str, _Wanted]) -> str:
    found = marks.get(option.kind)
    cents = found.cents if found else option.cents
    if cents:
        return late.money.shown(cents, option.currency if found is None else found.currency)
    return "asks for the amount" if option.amount == "ask" else ""


def _many(count: int) -> str:
    return "1 remedy" if count == 1 else f"{count} remedies"
