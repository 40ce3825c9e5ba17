"""The machine: what can happen, in any order that Hypothesis finds; the judge looks after each step."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, Literal

from faults.desk import Class
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from model.checks import Judge, put_right, rows
from model.desk import FAULTS, READ_FAULTS
from model.people import Agent, Others
from model.world import ANCHOR, LAG_S, LEASE_S, World, begun
from store.sync import Cycle

SETTLE_S = 90
SWEEP_S = 901
STEPS_S = (0, 1, SETTLE_S - 1, SETTLE_S, SETTLE_S + 1, LAG_S, 120, 86_400)
WAITS_S = (1, 11, 11, 31, 61, 91)  # before a turn: past the hold, the lease, the lag, the settling
VALUES = {"status": ("open", "pending", "hold", "solved"), "priority": ("low", "high", "urgent")}

number = st.integers(0, 11)
fault = st.sampled_from(FAULTS)
field = st.sampled_from(sorted(VALUES))
wait = st.sampled_from(WAITS_S)


def faults(least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Different ones, so that each kind gets its share."""
    return st.lists(fault, min_size=least, max_size=most, unique=True)


class Machine(RuleBasedStateMachine):
    """One class of desk; `counted` is shared by all examples."""

    cls: ClassVar[Class] = "A"
    counted: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.world: World

    @initialize(behind=st.sampled_from((0, 0, 100, -100)))
    def begin(self, behind: int) -> None:
        self.world = begun(self.cls, self.counted, behind_s=behind)
        self.counted["examples"] += 1
        self.judge = Judge(self.world)
        self.agent, self.others = Agent(self.world), Others(self.world)

    def ticket(self, n: int) -> str:
        """One that the agent sees; the anchor while the mirror is empty."""
        known = self.world.known()
        return known[n % len(known)] if known else ""

    def free(self, n: int) -> str:
        """One that the agent sees and that waits for nothing, if there is such a one."""
        busy = {o.lane.partition("/")[2] for o in self.agent.waiting("queued", "sending", "unknown")}
        known = [t for t in self.world.known() if t not in busy] or self.world.known()
        return known[n % len(known)] if known else ""

    def target(self, n: int) -> str:
        """One that the desk shows: more often than not one with something in the outbox, which is where things meet."""
        shown = self.others.shown()
        busy = [o.lane.partition("/")[2] for o in self.agent.waiting("queued", "unknown")]
        if (busy := [t for t in shown if t in busy]) and n % 3:
            shown = busy
        return shown[n % len(shown)]

    # the agent

    @rule(n=number, k=st.integers(1, 2))
    def reply(self, n: int, k: int) -> None:
        if ticket := self.ticket(n):
            for _ in range(k):
                self.agent.reply(ticket)

    @rule(n=number)
    def note(self, n: int) -> None:
        if ticket := self.ticket(n):
            self.agent.note(ticket)

    @rule(n=number, v=number, both=st.booleans())
    def set(self, n: int, v: int, both: bool) -> None:  # noqa: FBT001  (Hypothesis gives it by name)
        if ticket := self.ticket(n):
            words = [f"{name}={values[v % len(values)]}" for name, values in VALUES.items()]
            self.agent.change(ticket, *(words if both else words[v % 2 :][:1]))

    @rule(n=number, tag=st.sampled_from(("+vip", "-vip", "+late", "-late")))
    def tags(self, n: int, tag: str) -> None:
        if ticket := self.ticket(n):
            self.agent.change(ticket, tag)

    @rule(n=number, seconds=st.sampled_from((60, 3600, 200_000)))
    def send_later(self, n: int, seconds: int) -> None:
        if ticket := self.ticket(n):
            self.agent.reply(ticket, later=seconds)

    @precondition(lambda self: self.agent.waiting("queued", "review", "conflict", "rejected"))
    @rule(n=number)
    def cancel(self, n: int) -> None:
        found = self.agent.waiting("queued", "review", "conflict", "rejected")
        self.agent.cancel(found[n % len(found)].id)

    @precondition(lambda self: self.agent.waiting("queued", "review", "rejected", messages=True))
    @rule(n=number)
    def edit(self, n: int) -> None:
        found = self.agent.waiting("queued", "review", "rejected", messages=True)
        self.agent.edit(found[n % len(found)].id)

    @precondition(lambda self: self.agent.waiting("review", "rejected"))
    @rule(n=number)
    def send_again(self, n: int) -> None:
        found = self.agent.waiting("review", "rejected")
        self.agent.again(found[n % len(found)].id)

    @precondition(lambda self: self.agent.waiting("conflict"))
    @rule(n=number, choice=st.sampled_from(("mine", "theirs", "mixed")))
    def resolve(self, n: int, choice: Literal["mine", "theirs", "mixed"]) -> None:
        found = self.agent.waiting("conflict")
        self.agent.resolve(found[n % len(found)].id, choice)

    @precondition(lambda self: self.agent.waiting("review"))
    @rule(n=number)
    def retarget(self, n: int) -> None:
        found = self.agent.waiting("review")
        self.agent.retarget(found[n % len(found)].id)

    # everybody at the desk

    @rule(n=number, name=field, v=number)
    def colleague_sets(self, n: int, name: str, v: int) -> None:
        self.others.sets(self.target(n), **{name: VALUES[name][v % len(VALUES[name])]})

    @rule(n=number, v=number, w=number, both=st.booleans())
    def quicker(self, n: int, v: int, w: int, both: bool) -> None:  # noqa: FBT001  (the same)
        """A colleague sets what the agent is about to set."""
        if ticket := self.free(n):
            words = [f"{name}={values[v % len(values)]}" for name, values in VALUES.items()]
            self.agent.change(ticket, *words[: 1 + both])
            values = {name: values[w % len(values)] for name, values in VALUES.items()}
            if ticket in self.others.shown():
                self.others.sets(ticket, **(values if both else {"status": values["status"]}))
            self._turn(11)

    @rule(n=number)
    def colleague_answers(self, n: int) -> None:
        self.others.answers(self.target(n))

    @rule(n=number)
    def colleague_notes(self, n: int) -> None:
        self.others.notes(self.target(n))

    @rule(n=number)
    def customer_writes(self, n: int) -> None:
        self.others.customer(self.target(n))

    def hideable(self) -> list[str]:
        return [t for t in self.others.shown() if t != ANCHOR]

    @precondition(lambda self: self.hideable())
    @rule(n=number)
    def merge(self, n: int) -> None:
        shown = self.hideable()
        self.others.merge(self.target(n) if self.target(n) != ANCHOR else shown[n % len(shown)], ANCHOR)

    @precondition(lambda self: self.hideable())
    @rule(n=number)
    def merge_under_a_reply(self, n: int) -> None:
        """The agent has just answered a ticket that is then merged."""
        if busy := [t for t in self.world.known() if t in self.hideable()]:
            self.agent.reply(busy[n % len(busy)])
            self.others.merge(busy[n % len(busy)], ANCHOR)

    @precondition(lambda self: self.hideable())
    @rule(n=number)
    def hide_until_missed(self, n: int) -> None:
        """It is away for long enough that the sweep sees it."""
        shown = self.hideable()
        self.others.hide(shown[n % len(shown)], "gone")
        self._turn(SWEEP_S)
        self._turn(1)

    @rule(seconds=st.sampled_from((1, 45, LAG_S - 1)), n=number)
    def changes_in_a_row(self, seconds: int, n: int) -> None:
        """Colleagues change one ticket after the other, and a pull follows at once."""
        shown = self.others.shown()
        self.others.notes(shown[n % len(shown)])
        self.world.clock.tick(seconds)
        self.others.notes(shown[(n + 1) % len(shown)])
        self._turn(1)

    @precondition(lambda self: self.hideable())
    @rule(n=number, how=st.sampled_from(("gone", "forbidden")))
    def hide(self, n: int, how: Literal["gone", "forbidden"]) -> None:
        shown = self.hideable()
        self.others.hide(shown[n % len(shown)], how)

    def hidden(self) -> list[str]:
        return [t for t, away in self.world.desk.absent.items() if away.presence != "merged"]

    @precondition(lambda self: self.hidden())
    @rule(n=number, told=st.booleans())
    def restore(self, n: int, told: bool) -> None:  # noqa: FBT001  (Hypothesis gives it by name)
        hidden = self.hidden()
        self.others.restore(hidden[n % len(hidden)], told=told)

    # time, faults, processes

    @rule(seconds=st.sampled_from(STEPS_S))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.tick(seconds)

    @rule(kind=fault, k=st.integers(1, 3))
    def arm(self, kind: str, k: int) -> None:
        self.world.desk.armed += [kind] * k

    @rule(kinds=st.lists(st.sampled_from(READ_FAULTS), min_size=1, max_size=2, unique=True))
    def trouble(self, kinds: list[str]) -> None:
        self.world.desk.trouble += kinds

    def _turn(self, seconds: int, worker: int = 0) -> Cycle:
        self.world.clock.tick(seconds)
        cycle = self.world.turn(worker)
        self.counted["turn held" if cycle.held else "turn"] += 1
        return cycle

    @rule(seconds=wait, kinds=faults(0, 3))
    def turn(self, seconds: int, kinds: list[str]) -> None:
        self.world.desk.armed[:0] = kinds
        self._turn(seconds)

    @rule(seconds=wait, k=st.integers(1, 3), kinds=faults(1, 4))
    def turns(self, seconds: int, k: int, kinds: list[str]) -> None:
        self.world.desk.armed += kinds
        for _ in range(k):
            self._turn(seconds)

    @rule(kinds=faults(4, 7), seconds=wait)
    def storm(self, kinds: list[str], seconds: int) -> None:
        """Messages on several tickets, each met by a fault."""
        self.world.desk.armed += kinds
        for place, _ in enumerate(kinds):
            if ticket := self.ticket(place):
                self.agent.reply(ticket) if place else self.agent.note(ticket)
        self._turn(seconds)
        self._turn(SETTLE_S + 1)
        self._turn(1)

    @rule(boundary=st.integers(1, 20), seconds=wait, worker=st.integers(0, 1))
    def crash(self, boundary: int, seconds: int, worker: int) -> None:
        self.world.clock.tick(seconds)
        self.world.crash(boundary, worker)

    @rule(boundaries=st.lists(st.integers(3, 11), min_size=1, max_size=2), kinds=faults(0, 2))
    def crash_while_sending(self, boundaries: list[int], kinds: list[str]) -> None:
        """The program ends at one of the boundaries of a push, perhaps twice."""
        self.world.desk.armed[:0] = kinds
        for place, boundary in enumerate(boundaries):
            if ticket := self.free(boundary + place):
                self.agent.note(ticket)
            self.world.clock.tick(LEASE_S)
            self.world.crash(boundary)

    @rule(seconds=wait)
    def second_worker(self, seconds: int) -> None:
        self._turn(seconds, 1)

    @rule(seconds=wait)
    def lease_theft(self, seconds: int) -> None:
        self.world.theft()
        self._turn(seconds)
        self.world.desk.interlude = None

    @rule()
    def restart(self) -> None:
        self.world.restart()

    @rule()
    def lose_mirror(self) -> None:
        self.world.lose_mirror()

    # what must hold

    @invariant()
    def holds(self) -> None:
        self.judge.step()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            put_right(self.world, self.judge)
            self._count()
        finally:
            self.world.close()

    def _count(self) -> None:
        for op in self.world.ops().values():
            self.counted[f"at the end {op.state}"] += 1
        told = "SELECT kind, count(*) FROM event WHERE kind IN ('sent', 'conflict', 'rejected', 'review') GROUP BY kind"
        self.counted.update(dict(rows(self.world.home.local_db, told)))
