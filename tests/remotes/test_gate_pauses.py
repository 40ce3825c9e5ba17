"""A desk that asks for a pause gets it, one in trouble is left alone, and no clock can make us wait for ever."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from remotes.gate_world import World, run
from support.clock import SECOND, START

from store.errors import OfflineError, ThrottledError
from store.remotes.breaker import Standing
from store.remotes.budget import Bucket, Limits
from store.remotes.budget_file import DeskBudget, Remembered
from store.remotes.gate import Ask, Pass, Told
from store.remotes.http_headers import retry_after

AWAY = Told(failure="desk.example.com refuses the connection.")
PROBE = Pass(probe=True)


def complain(world: World, after: float | None = None, leave: Pass | None = None) -> None:
    world.gate.told(leave or Pass(), Told(429, retry_after=after))


def standing(world: World) -> Standing:
    assert isinstance(world.budgets, Remembered)
    return world.budgets.last("acme").standing


def share(world: World) -> float:
    return standing(world).grown(world.clock.now)


def in_trouble(world: World) -> World:
    for _ in range(5):
        world.gate.told(run(world.gate.enter(Ask())), AWAY)
    return world


@pytest.mark.parametrize(
    ("says", "seconds"),
    [
        ("30", 30.0), (" 30 ", 30.0), ("2.5", 2.5), ("0", 1.0), ("-5", 1.0), ("1000000000", 3600.0),
        ("9" * 30, 3600.0), ("30, 60", 30.0), (formatdate(START / 1e6 + 90, usegmt=True), 90.0),
        (formatdate(START / 1e6 - 90, usegmt=True), 1.0), (formatdate(START / 1e6 + 1e6, usegmt=True), 3600.0),
        (None, None), ("", None), ("soon", None), ("30s", None), ("1e9", None), ("nan", None), ("inf", None),
        ("٣٠", None), ("Mon, 99 Foo 2026 99:99:99 GMT", None), ("30 60", None),
    ],
)  # fmt: skip
def test_every_form_of_retry_after(says: str | None, seconds: float | None) -> None:
    headers = {} if says is None else {"retry-after": says}
    assert retry_after(headers, START) == seconds
    world = World()
    complain(world, retry_after(headers, START))
    if (seconds or 2.0) <= 60.0:
        run(world.gate.enter(Ask()))
        assert sum(world.naps) == (seconds or 2.0)
        return
    with pytest.raises(ThrottledError, match="asked for a pause") as caught:
        run(world.gate.enter(Ask()))
    assert caught.value.after == seconds


@given(st.text(max_size=60) | st.integers().map(str) | st.floats().map(str))
def test_no_retry_after_leads_out_of_an_hour(says: str) -> None:
    found = retry_after({"retry-after": says}, START)
    assert found is None or 1.0 <= found <= 3600.0


def test_without_advice_the_pause_doubles_with_full_jitter_up_to_five_minutes() -> None:
    for dice in (1.0, 0.5, 0.0):
        world, pauses = World(dice=dice), []
        for _ in range(12):
            complain(world, leave=PROBE)
            pauses.append(standing(world).left(world.clock.now))
        assert pauses == [max(1.0, dice * min(2.0**n, 300.0)) for n in range(1, 13)]


def test_after_the_pause_one_probe_goes_and_the_others_wait_for_its_word() -> None:
    world = World()
    complain(world, 20)
    probe = run(world.gate.enter(Ask("sweep")))
    assert probe == PROBE
    assert sum(world.naps) == 20
    with pytest.raises(ThrottledError, match="being tried again now"):
        run(world.gate.enter(Ask("send", write=True)))
    world.gate.told(probe, Told(200))
    assert run(world.gate.enter(Ask())) == Pass()


def test_a_probe_that_is_given_up_makes_place_for_the_next() -> None:
    world = World()
    complain(world, 20)
    world.gate.told(run(world.gate.enter(Ask())), Told())
    assert run(world.gate.enter(Ask())) == PROBE


def test_a_probe_that_never_comes_back_is_replaced() -> None:
    world = World()
    complain(world, 1)
    run(world.gate.enter(Ask()))
    world.clock.tick(89)
    assert run(world.gate.enter(Ask())) == PROBE
    assert sum(world.naps) == pytest.approx(1 + 1)


def test_answers_to_requests_that_left_before_the_pause_do_not_end_it_nor_count_again() -> None:
    world = World()
    complain(world, 20)
    world.gate.told(Pass(), Told(200))
    complain(world, 30)
    complain(world, 5)
    assert share(world) == 0.5
    assert standing(world).left(world.clock.now) == 30


def test_the_rate_is_halved_and_grows_by_a_twentieth_a_minute() -> None:
    world = World()
    complain(world, 1)
    assert share(world) == 0.5
    shares = []
    for _ in range(12):
        world.clock.tick(60)
        shares.append(round(share(world), 6))
    assert shares == [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.0, 1.0]
    for _ in range(20):
        complain(world, 1, PROBE)
    assert share(world) == 0.05


def test_a_halved_rate_lets_half_as_many_through() -> None:
    counts = []
    for complaints in (0, 1):
        world = World(Limits(200))
        for _ in range(complaints):
            complain(world, 1)
            world.gate.told(run(world.gate.enter(Ask())), Told(200))
        start, count = world.clock.now, 0
        while world.clock.now < start + 59 * SECOND:
            run(world.gate.enter(Ask("send")))
            count += 1
        counts.append(count)
    assert counts[1] == pytest.approx(counts[0] / 2, abs=2)


@pytest.mark.parametrize("trouble", [AWAY, Told(503), Told(500)])
def test_the_fifth_failure_in_a_row_opens_the_breaker(trouble: Told) -> None:
    world = World()
    for _ in range(4):
        world.gate.told(run(world.gate.enter(Ask())), trouble)
    world.gate.told(run(world.gate.enter(Ask())), Told(404))  # an answer is an answer
    for _ in range(5):
        world.gate.told(run(world.gate.enter(Ask())), trouble)
    last = "refuses the connection" if trouble is AWAY else f"HTTP {trouble.status}"
    with pytest.raises(
        OfflineError, match=rf"failed 5 times in a row \(last: .*{last}\); the next try is in 30 s"
    ):
        run(world.gate.enter(Ask()))
    assert not world.naps


def test_while_the_breaker_is_open_one_probe_goes_each_half_minute() -> None:
    world = in_trouble(World())
    for failures in (6, 7):
        world.clock.tick(30)
        probe = run(world.gate.enter(Ask()))
        assert probe == PROBE
        with pytest.raises(OfflineError, match="it is being tried now"):
            run(world.another().enter(Ask("send")))
        world.gate.told(probe, AWAY)
        with pytest.raises(OfflineError, match=f"failed {failures} times.* in 30 s"):
            run(world.gate.enter(Ask()))
    world.clock.tick(30)
    world.gate.told(run(world.gate.enter(Ask())), Told(401))
    assert run(world.gate.enter(Ask())) == Pass()


def test_a_write_is_never_the_probe_of_a_desk_in_trouble() -> None:
    world = in_trouble(World())
    world.clock.tick(31)
    with pytest.raises(OfflineError):
        run(world.gate.enter(Ask("send", write=True)))
    assert run(world.gate.enter(Ask("sweep"))) == PROBE


def test_failures_that_left_before_the_breaker_opened_do_not_keep_it_open() -> None:
    world = in_trouble(World())
    world.clock.tick(29)
    world.gate.told(Pass(), AWAY)
    world.clock.tick(1)
    assert run(world.gate.enter(Ask())) == PROBE


def test_a_server_in_trouble_may_say_for_how_long() -> None:
    world = World()
    for _ in range(5):
        world.gate.told(run(world.gate.enter(Ask())), Told(503, retry_after=120))
    with pytest.raises(OfflineError, match="in 120 s"):
        run(world.gate.enter(Ask()))


def test_the_desks_of_a_workspace_do_not_know_of_each_other() -> None:
    world = in_trouble(World(Limits(5)))
    assert run(world.another("other").enter(Ask())) == Pass()


@pytest.mark.parametrize("days", [-4000, -1, 1])
def test_a_clock_that_jumps_makes_no_pause_longer_than_its_own_length(days: int) -> None:
    world = World(Limits(60))
    complain(world, 50)
    world.clock.tick(days * 86_400)
    run(world.gate.enter(Ask()))
    assert sum(world.naps) <= 50


@pytest.mark.parametrize("days", [-4000, -1, 1])
def test_a_clock_that_jumps_takes_no_token_away(days: int) -> None:
    world = World(Limits(60))
    for _ in range(12):
        run(world.gate.enter(Ask("send")))
    world.clock.tick(days * 86_400)
    run(world.gate.enter(Ask("send")))
    assert sum(world.naps) == pytest.approx(1.25 if days < 0 else 0.0, abs=0.01)


MOMENTS = st.integers(-(2**62), 2**62)
WEIRD = st.floats(allow_nan=False, allow_infinity=False)
STATES = st.builds(
    DeskBudget,
    st.builds(
        Standing, share=WEIRD, share_at=MOMENTS, throttles=MOMENTS, failures=MOMENTS,
        why=st.sampled_from(["", "throttled", "trouble"]), since=MOMENTS, length=MOMENTS, probe_at=MOMENTS,
    ),
    MOMENTS,
    st.dictionaries(st.sampled_from(["", "incremental"]), st.builds(Bucket, WEIRD, MOMENTS)),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(STATES, st.lists(st.sampled_from([200, 429, 503, 0]), max_size=8))
def test_whatever_the_state_says_nobody_waits_longer_than_an_hour(
    state: DeskBudget, statuses: list[int]
) -> None:
    world = World(Limits(60, classes={"incremental": 10}))
    world.budgets.update("acme", lambda _: (state, None))
    for status in statuses:
        try:
            world.gate.told(run(world.gate.enter(Ask("pull", "incremental"))), Told(status))
        except ThrottledError as error:
            assert error.after <= 3600
        except OfflineError:
            world.clock.tick(3600)
    assert sum(world.naps) <= 60 * len(statuses)
