"""The gate lets through what the desk's limit allows, the most urgent first, and holds writes back before they begin."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from remotes.gate_world import Together, World, run
from support.clock import SECOND

from store.errors import ThrottledError
from store.remotes import zendesk_limits
from store.remotes.budget import Limits, Rate
from store.remotes.budget_file import Remembered
from store.remotes.gate import OPEN_GATE, Ask, DeskGate, OneWaitsError, Pass, Told
from store.remotes.http_headers import RateLimit
from store.remotes.urgency import Urgency

URGENCIES: tuple[Urgency, ...] = ("send", "open", "pull", "sweep", "bulk")


def passed(world: World, ask: Ask, seconds: float) -> int:
    """How many requests of one kind get through within a length of time that begins with a full bucket."""
    end, count = world.clock.now + seconds * SECOND, 0
    while True:
        run(world.gate.enter(ask))
        if world.clock.now > end:
            return count
        count += 1


def free(world: World, urgency: Urgency) -> int:
    """How many requests pass at once."""
    count = 0
    while not world.naps:
        run(world.gate.enter(Ask(urgency)))
        count += not world.naps
    return count


def test_the_open_gate_lets_everything_pass() -> None:
    assert run(OPEN_GATE.enter(Ask("bulk"))) == Pass()


def test_a_desk_without_a_limit_is_not_slowed_down() -> None:
    world = World()
    for _ in range(1000):
        run(world.gate.enter(Ask("bulk")))
    assert not world.naps


def test_a_minute_sees_no_more_than_the_limit_and_an_hour_four_fifths_of_it() -> None:
    assert 99 <= passed(World(Limits(100)), Ask("send"), 60) <= 100
    assert passed(World(Limits(100)), Ask("send"), 3600) == pytest.approx(0.8 * 100 * 60, rel=0.01)


@pytest.mark.parametrize(
    ("limits", "told", "limit"),
    [
        (Limits(100), 0, 100),
        (Limits(0, 50), 0, 50),
        (Limits(100, 50), 0, 50),
        (Limits(100), 70, 70),
        (Limits(100), 700, 100),
        (Limits(0, 200), 700, 700),  # a bigger plan than its makers' smallest
        (Limits(), 40, 40),
    ],
)
def test_the_smallest_known_limit_counts(limits: Limits, told: int, limit: int) -> None:
    world = World(limits)
    world.gate.told(run(world.gate.enter(Ask("send"))), Told(200, (RateLimit("", told), RateLimit("x", 1))))
    world.clock.tick(60)
    assert free(world, "send") == limit // 5


def test_what_is_more_urgent_is_left_some_of_the_bucket() -> None:
    left = {each: 100 - free(World(Limits(500)), each) for each in URGENCIES if each != "sweep"}
    assert left == {"send": 0, "open": 10, "pull": 25, "bulk": 55}


def test_sweeps_get_a_tenth_of_the_budget() -> None:
    assert passed(World(Limits(500)), Ask("sweep"), 3600) == pytest.approx(0.1 * 0.8 * 500 * 60, rel=0.01)


def test_a_limit_of_one_a_minute_still_lets_every_urgency_pass() -> None:
    for urgency in URGENCIES:
        assert run(World(Limits(1)).gate.enter(Ask(urgency))) == Pass()


def test_a_class_of_endpoints_has_its_own_limit_and_counts_for_the_account_too() -> None:
    limits = Limits(100, classes={"incremental": 10})
    assert 9 <= passed(World(limits), Ask("send", "incremental"), 60) <= 10
    world = World(limits)
    for _ in range(2):
        run(world.gate.enter(Ask("send", "incremental")))
    assert free(world, "send") == 18


@pytest.mark.parametrize(
    ("method", "path", "named"),
    [
        ("GET", "/api/v2/incremental/tickets/cursor.json", "incremental"),
        ("PUT", "/api/v2/tickets/7.json", "ticket updates/7"),
        ("PUT", "/api/v2/tickets/update_many.json", "ticket updates"),
        ("POST", "/api/v2/tickets.json", "ticket updates"),
        ("DELETE", "/api/v2/tickets/7/tags", "ticket updates/7"),
        ("GET", "/api/v2/tickets/7.json", ""),
        ("POST", "/api/v2/uploads.json", ""),
    ],
)
def test_zendesks_classes(method: str, path: str, named: str) -> None:
    assert zendesk_limits.endpoint_class(method, path) == named
    assert not named or zendesk_limits.LIMITS[named.partition("/")[0]]


ONE = Limits(classes={"ticket updates": 100_000, "ticket updates/*": 30})


def changes(world: World, ticket: int) -> int:
    """How many changes of one ticket pass before one would have to wait."""
    for count in range(1000):
        try:
            run(world.gate.enter(Ask("send", f"ticket updates/{ticket}", write=True)))
        except OneWaitsError:
            return count
    raise AssertionError


def test_ten_minutes_see_no_more_than_thirty_changes_of_one_ticket() -> None:
    world = World(ONE)
    passed = [0] * 1200  # by seconds
    for second in range(1200):
        passed[second] = changes(world, 7)
        world.clock.tick(1)
    assert passed[0] == 15
    assert max(sum(passed[start : start + 600]) for start in range(600)) <= 30
    assert sum(passed) >= 40


def test_a_ticket_that_waits_holds_up_no_other_and_is_forgotten_when_it_is_full_again() -> None:
    budgets = Remembered()
    world = World(ONE, budgets)
    assert [changes(world, 7), changes(world, 8)] == [15, 15]
    with pytest.raises(OneWaitsError, match="ticket 7 in ten minutes: the next can go in 40 s"):
        run(world.gate.enter(Ask("send", "ticket updates/7", write=True)))
    run(world.gate.enter(Ask("send", "ticket updates", write=True)))
    assert set(budgets.last("acme").buckets) == {"ticket updates", "ticket updates/7", "ticket updates/8"}
    world.clock.tick(601)
    run(world.gate.enter(Ask("send", "ticket updates/9", write=True)))
    assert set(budgets.last("acme").buckets) == {"ticket updates", "ticket updates/9"}


def test_where_the_account_waits_too_the_ticket_is_not_to_blame() -> None:
    world = World(Limits(5, classes={"ticket updates/*": 30}))
    run(world.gate.enter(Ask("send", "ticket updates/7", write=True)))
    with pytest.raises(ThrottledError) as caught:
        run(world.gate.enter(Ask("send", "ticket updates/7", write=True)))
    assert not isinstance(caught.value, OneWaitsError)


def test_a_read_waits_a_minute_at_most_and_then_says_how_long_it_would_take() -> None:
    world = World(Limits(1))
    run(world.gate.enter(Ask("pull")))
    with pytest.raises(ThrottledError, match=r"desk\.example\.com allows are used up.* 75 s") as caught:
        run(world.gate.enter(Ask("pull")))
    assert caught.value.after == pytest.approx(75, abs=0.01)
    assert not world.naps
    world.clock.tick(30)
    run(world.gate.enter(Ask("pull")))
    assert world.naps == [pytest.approx(45, abs=0.01)]


def test_a_write_waits_two_seconds_at_most() -> None:
    world = World(Limits(60))  # a token in 1.25 s
    for _ in range(12):
        run(world.gate.enter(Ask("send", write=True)))
    run(world.gate.enter(Ask("send", write=True)))
    assert world.naps == [pytest.approx(1.25, abs=0.01)]
    world = World(Limits(30))  # a token in 2.5 s
    for _ in range(6):
        run(world.gate.enter(Ask("send", write=True)))
    with pytest.raises(ThrottledError):
        run(world.gate.enter(Ask("send", write=True)))
    assert not world.naps


async def test_a_send_passes_at_once_while_bulk_and_sweeps_take_all_that_they_get() -> None:
    time, budgets, limits = Together(7), Remembered(), Limits(700, classes={"ticket updates": 100})
    end = time.clock.now + 1200 * SECOND
    waits: list[int] = []
    through = dict.fromkeys(URGENCIES, 0)

    def gate() -> DeskGate:
        return DeskGate("acme", budgets, limits=limits, now=time.clock, pause=time.pause)

    async def greedy(urgency: Urgency) -> None:
        mine = gate()
        while time.clock.now < end:
            try:
                await mine.enter(Ask(urgency, "ticket updates"))
                through[urgency] += 1
            except ThrottledError as error:
                await time.pause(error.after)

    async def agent() -> None:
        mine = gate()
        while time.clock.now < end:
            await time.pause(7.3)
            asked = time.clock.now
            await mine.enter(Ask("send", "ticket updates", write=True))
            waits.append(time.clock.now - asked)

    await time.run(agent(), *(greedy(each) for each in ("bulk", "bulk", "bulk", "bulk", "sweep", "sweep")))
    assert len(waits) > 160
    assert max(waits) <= 0.75 * SECOND  # what one token takes
    assert sum(through.values()) + len(waits) == pytest.approx(
        0.8 * 100 * 20, rel=0.02
    )  # nothing is left unused
    assert min(through["sweep"], through["bulk"]) > 100


STEPS = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.sampled_from(URGENCIES),
        st.sampled_from(["", "incremental"]),
        st.booleans(),
        st.booleans(),
        st.sampled_from([200, 200, 200, 429, 500, 0]),
    ),
    max_size=150,
)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(1, 120), st.integers(1, 40))
def test_no_minute_sees_more_than_the_bucket_and_its_refill(
    steps: list[tuple[float, Urgency, str, bool, bool, int]], limit: int, own: int
) -> None:
    world = World(Limits(limit, classes={"incremental": own}))
    gates = world.gate, world.another()
    through: list[tuple[int, str]] = []
    for gap, urgency, endpoint, write, second, status in steps:
        world.clock.tick(gap / 20 if gap < 15 else gap)  # mostly a crowd, now and then a rest
        try:
            leave = run(gates[second].enter(Ask(urgency, endpoint, write)))
        except ThrottledError:
            continue
        through.append((world.clock.now, endpoint))
        gates[second].told(leave, Told(429, retry_after=1.0) if status == 429 else Told(200))
    for start, _ in through:
        minute = [endpoint for at, endpoint in through if start <= at < start + 60 * SECOND]
        assert len(minute) <= most(limit)
        assert minute.count("incremental") <= most(own)


def most(limit: int) -> float:
    rate = Rate.of(limit)
    return rate.capacity + rate.per_minute
