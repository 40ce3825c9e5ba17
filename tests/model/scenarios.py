"""Short stories that catch one kind of bad engine each, in milliseconds; a good engine passes all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from faults.desk import Class, value_of

from model.checks import Judge, mirror_differs, put_right
from model.people import Agent, Others
from model.world import LAG_S, LEASE_S, Violation, begun

SWEEP_S = 901
LAGGING = "8"  # the list of changes tells of this ticket late
OTHER = "5"


class Scene:
    """A world with its people, and the judge who looks after each turn."""

    def __init__(self, cls: Class, behind_s: int = 0) -> None:
        self.world = begun(cls, behind_s=behind_s)
        self.judge = Judge(self.world)
        self.agent, self.others = Agent(self.world), Others(self.world)

    def turns(self, *seconds: float) -> None:
        """Let time pass, take a turn and judge, so many times."""
        for each in seconds:
            self.world.clock.tick(each)
            self.world.turn()
            self.judge.step()

    def rest(self) -> None:
        """Put everything right and judge."""
        put_right(self.world, self.judge)


@contextmanager
def scene(cls: Class, behind_s: int = 0) -> Iterator[Scene]:
    """A scene that is gone afterwards; our clock may be behind the desk's."""
    made = Scene(cls, behind_s)
    try:
        yield made
    finally:
        made.world.close()


def lost() -> None:
    """A reply is taken and the answer is lost, on a desk that does not guard replies."""
    with scene("B") as s:
        s.world.desk.armed = ["lost"]
        s.agent.reply(OTHER)
        s.turns(11, 6, 100)
        s.rest()


def late() -> None:
    """A reply times out and is taken a minute later."""
    with scene("B") as s:
        s.world.desk.armed = ["late:60"]
        s.agent.reply(OTHER)
        s.turns(11, *[6] * 20)
        s.rest()


def error() -> None:
    """The desk takes a reply and then says 500."""
    with scene("A") as s:
        s.world.desk.armed = ["error"]
        s.agent.reply(OTHER)
        s.turns(11, 6, 100)
        s.rest()


def never_left() -> None:
    """The desk cannot be reached when the reply is to leave."""
    with scene("A") as s:
        s.world.desk.armed = ["not_sent"]
        s.agent.reply(OTHER)
        s.turns(11)
        s.rest()


def lagging_feed() -> None:
    """A change that the list tells late stands before one that it has told already; no sweep is due."""
    with scene("B") as s:
        s.others.sets(LAGGING, status="pending")
        s.world.clock.tick(50)
        s.others.sets(OTHER, status="pending")
        s.turns(1, LAG_S + 1, 5)
        for each in mirror_differs(s.world):
            raise Violation(each)


def stale_page() -> None:
    """The list still tells a ticket's old state when ours has brought the new one home."""
    with scene("B") as s:
        s.agent.note(LAGGING)
        s.turns(1, 1, 1)


def crash_in_pull() -> None:
    """The worker dies at each boundary of a pull of two pages."""
    for boundary in range(1, 16):
        with scene("A") as s:
            for each in s.others.shown():
                s.others.answers(each)
            s.world.clock.tick(LEASE_S)
            s.world.crash(boundary)
            s.judge.step()


def crash_in_push() -> None:
    """The worker dies at each boundary of a push, on a desk that does not guard replies."""
    for boundary in range(1, 14):
        with scene("B") as s:
            s.agent.reply(OTHER)
            s.world.clock.tick(LEASE_S)
            s.world.crash(boundary)
            s.turns(LEASE_S, 6, 100)


def back_in_silence() -> None:
    """A ticket vanishes and comes back, and no list of changes tells."""
    with scene("A") as s:
        s.others.hide(OTHER, "gone")
        s.turns(SWEEP_S, 1)
        s.others.restore(OTHER, told=False)
        s.rest()


def quicker() -> None:
    """A colleague sets the field that the agent has just set."""
    with scene("A") as s:
        s.agent.change(OTHER, "status=solved", "priority=high")
        s.others.sets(OTHER, status="hold")
        s.turns(1, 1)
        s.rest()
        if value_of(s.world.desk.tickets[OTHER], "priority") != "high":
            raise Violation("I1: what nobody disputed was never set")


def answered() -> None:
    """A colleague answers while the reply waits, on a desk that does not guard replies."""
    with scene("B") as s:
        s.agent.reply(OTHER)
        s.others.answers(OTHER)
        s.turns(11)


def taken_back() -> None:
    """A turn comes before the time in which a reply can be taken back is over."""
    with scene("A") as s:
        s.agent.reply(OTHER)
        s.turns(1)


def behind_a_doubt() -> None:
    """A second reply stands behind one of which nothing is known."""
    with scene("B") as s:
        s.world.desk.armed = ["late:20"]
        s.agent.reply(OTHER)
        s.agent.reply(OTHER)
        s.turns(11, 6, 6, 6, 6, 100)
        s.rest()


def stolen() -> None:
    """The lease runs out while a request is on its way, and another worker takes over."""
    for cls in ("A", "B", "C"):
        with scene(cls) as s:
            s.agent.reply(OTHER)
            s.agent.change(OTHER, "status=pending")
            s.world.theft()
            s.turns(11, LEASE_S, 100)
            s.rest()


def wrong_clock() -> None:
    """Our clock is behind, and a process whose first request is a note hears nothing; the desk takes it a minute later."""
    with scene("B", behind_s=100) as s:
        s.world.restart()
        s.world.desk.armed = ["late:60"]
        s.agent.note(OTHER)
        s.turns(LEASE_S, *[6] * 20)
        s.rest()


SCENARIOS: tuple[Callable[[], None], ...] = (
    lost,
    late,
    error,
    never_left,
    lagging_feed,
    stale_page,
    crash_in_pull,
    crash_in_push,
    back_in_silence,
    quicker,
    answered,
    taken_back,
    behind_a_doubt,
    stolen,
    wrong_clock,
)
