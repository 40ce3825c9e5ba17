"""The desk's clock runs on between its answers, whatever is done to ours."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from support.clock import SECOND, START, Clock

from store.clock import wall_clock
from store.remotes.http_clock import DeskClock, steady_clock
from store.remotes.http_headers import server_date


class Two:
    """Our wall clock, and one that nobody sets."""

    def __init__(self) -> None:
        self.wall = Clock()
        self.steady = 500.0
        self.desk = DeskClock(self.wall, lambda: self.steady)

    def live(self, seconds: float) -> None:
        self.wall.tick(seconds)
        self.steady += seconds

    def answer(self, off: float = 0.0) -> None:
        """An answer of a desk whose true time began with ours; this one's date is `off`."""
        true = START / SECOND + self.steady - 500.0
        self.desk.told(server_date({"date": formatdate(true + off, usegmt=True)}))


@pytest.mark.parametrize("jump", [-86_400, -1, 3600, 10**8])
def test_a_jump_of_our_clock_does_not_show(jump: int) -> None:
    world = Two()
    world.answer()
    world.live(10)
    world.wall.tick(jump)
    assert world.desk.now() == START + 10 * SECOND
    assert world.desk.offset == -jump * SECOND
    world.live(5)
    assert world.desk.now() == START + 15 * SECOND


def test_one_wrong_date_among_the_last_five_is_outvoted() -> None:
    world = Two()
    for off in (0, 0, -10_000, 0, 0, 9_000):
        world.answer(off)
        world.live(7)
    assert world.desk.now() == START + 42 * SECOND


def test_before_the_first_answer_it_is_our_time() -> None:
    world = Two()
    world.desk.told(None)
    world.live(3)
    assert (world.desk.now(), world.desk.offset) == (START + 3 * SECOND, 0)


def test_a_virtual_clock_counts_on_by_itself() -> None:
    clock = Clock()
    desk = DeskClock(clock)
    desk.told(START + 60 * SECOND)
    clock.tick(3600)
    assert desk.now() == START + 3660 * SECOND


def test_the_real_clock_is_carried_by_one_that_only_grows() -> None:
    desk = DeskClock(wall_clock)
    desk.told(wall_clock() + 3600 * SECOND)
    before = steady_clock()
    time.sleep(0.01)
    assert 0.01 <= steady_clock() - before < 5
    assert desk.offset == pytest.approx(3600 * SECOND, abs=5 * SECOND)
