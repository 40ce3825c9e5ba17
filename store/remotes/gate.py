"""The gate before a desk: it lets requests through at the pace that the desk can take, the most urgent first.

Three things are asked, in this order, in one short turn with the state that all processes share: is the desk shut
(it asked for a pause, or it is in trouble), is a probe out already, and is there a token in each bucket that the
request takes from (`store.remotes.budget`). Reads wait inside; a write that cannot go at once is never begun.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from store.clock import wall_clock
from store.errors import OfflineError, ThrottledError
from store.remotes.breaker import Standing, answered, failed, throttled, unheard
from store.remotes.budget import ACCOUNT, ONE, Limits, only_one, take
from store.remotes.budget_file import BudgetFile, Budgets, DeskBudget
from store.remotes.http_headers import RateLimit
from store.remotes.urgency import Urgency

READ_PATIENCE = 60.0  # seconds that a read waits inside
WRITE_PATIENCE = 2.0
LOOK_S = 0.25  # between looks at whether the probe has come back
LONGEST_S = 3600.0
NO_LIMITS = Limits()


class OneWaitsError(ThrottledError):
    """One single thing of the desk has had what is allowed for it; all others may go."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that wants to pass: how urgent, for which class of endpoints, and whether it changes something."""

    urgency: Urgency = "pull"
    endpoint: str = ACCOUNT
    write: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """Leave to make one request; `told` wants it back. A `probe` is the one request that tries a desk that was shut."""

    probe: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a request: the status of the answer, or 0 and `failure` in words, or neither where it was given up."""

    status: int = 0
    limits: Sequence[RateLimit] = ()
    retry_after: float | None = None  # seconds, as the answer says
    failure: str = ""


class Gate(Protocol):
    """Asked before every request of one desk, and told after it."""

    async def enter(self, ask: Ask) -> Pass:
        """Wait for leave. Raises ThrottledError where it takes too long, OfflineError while the desk is in trouble."""
        ...

    def told(self, leave: Pass, told: Told) -> None:
        """Learn from what came of the request that `leave` was given for."""
        ...

    def pause(self) -> float:
        """Seconds until the gate lets anything through again; 0.0 where it is not shut."""
        ...

    def close(self) -> None:
        """Let go of files; the gate can still be used."""
        ...


class OpenGate:
    """Lets everything pass and learns nothing."""

    async def enter(self, ask: Ask) -> Pass:  # noqa: ARG002  (the protocol's)
        """Leave, at once."""
        return Pass()

    def told(self, leave: Pass, told: Told) -> None:
        """Nothing is learnt."""

    def pause(self) -> float:
        """It is never shut."""
        return 0.0

    def close(self) -> None:
        """Nothing is open."""


OPEN_GATE: Gate = OpenGate()


@dataclass(frozen=True, slots=True)
class _Wait:
    """No leave yet: why, and for how many seconds at least."""

    why: str  # budget, one (the budget of one single thing), throttled, probe, trouble
    seconds: float
    standing: Standing


class DeskGate:
    """The gate of the desk `name`; `host` is what people are told. Its state lies in `budgets`, shared with others.

    `now` is in microseconds, `pause` sleeps for seconds, `dice` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        name: str,
        budgets: Budgets,
        *,
        host: str = "",
        limits: Limits = NO_LIMITS,
        now: Callable[[], int] = wall_clock,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._name = name
        self._budgets = budgets
        self._host = host or name
        self._limits = limits
        self._now = now
        self._pause = pause
        self._dice = dice

    async def enter(self, ask: Ask) -> Pass:
        """Wait for leave: a read for a minute at most, a write for two seconds, and not at all for a desk in trouble.

        Raises ThrottledError with the seconds that it would take, and OfflineError.
        """
        patience = WRITE_PATIENCE if ask.write else READ_PATIENCE
        waited = 0.0
        while True:
            found = self._budgets.update(self._name, partial(self._admit, ask, waited))
            if isinstance(found, Pass):
                return found
            if found.why == "trouble":
                raise self._in_trouble(found)
            if waited + found.seconds > patience:
                raise self._too_long(found, ask)
            waited += found.seconds
            await self._pause(found.seconds)

    def told(self, leave: Pass, told: Told) -> None:
        """Learn from what came of the request that `leave` was given for."""
        self._budgets.update(self._name, partial(self._learn, leave, told))

    def pause(self) -> float:
        """Seconds for which the desk is left alone, by its own wish or because it is in trouble."""
        now = self._now()
        return self._budgets.update(self._name, lambda state: (state, state.standing.at(now).left(now)))

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        self._budgets.close()

    def _admit(self, ask: Ask, waited: float, state: DeskBudget) -> tuple[DeskBudget, Pass | _Wait]:
        now = self._now()  # read inside the turn, so that turns and times have one order
        standing = state.standing.at(now)
        if standing != state.standing:
            state = replace(state, standing=standing)
        if standing.why and (wait := _shut(standing, ask, now)):
            return state, wait
        rates = dict(self._limits.rates(state.told, standing.grown(now), ask.endpoint, ask.urgency))
        wish = (ask.urgency, waited)
        buckets, seconds = take(state.buckets, rates, wish, now)
        if buckets is not state.buckets:
            state = replace(state, buckets=buckets)
        if seconds > 0.0:
            seconds = math.ceil(seconds * 1e6 + 1) / 1e6  # the clock counts whole microseconds
            why = "one" if only_one(buckets, rates, wish, now) else "budget"
            return state, _Wait(why, min(seconds, LONGEST_S), standing)
        if standing.why:
            state = replace(state, standing=replace(standing, probe_at=now))
        return state, Pass(probe=bool(standing.why))

    def _learn(self, leave: Pass, told: Told, state: DeskBudget) -> tuple[DeskBudget, None]:
        now = self._now()
        standing = self._judge(state.standing.at(now), leave, told, now)
        limit = next((each.limit for each in told.limits if each.name == ACCOUNT and each.limit), state.told)
        if standing == state.standing and limit == state.told:
            return state, None
        return replace(state, standing=standing, told=limit), None

    def _judge(self, standing: Standing, leave: Pass, told: Told, now: int) -> Standing:
        probe = leave.probe
        if told.status == HTTPStatus.TOO_MANY_REQUESTS:
            return throttled(standing, now, told.retry_after, self._dice, probe=probe)
        if told.failure or told.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            reason = told.failure or f"HTTP {told.status}"
            return failed(standing, now, told.retry_after, reason, probe=probe)
        return answered(standing, probe=probe) if told.status else unheard(standing, probe=probe)

    def _in_trouble(self, wait: _Wait) -> OfflineError:
        when = (
            f"the next try is in {max(1, math.ceil(wait.seconds))} s"
            if wait.seconds
            else "it is being tried now"
        )
        last = wait.standing.reason.rstrip(".")
        return OfflineError(
            f"{self._host} has failed {wait.standing.failures} times in a row (last: {last}); {when}.",
            "Nothing was sent. It is tried again by itself; look at the network and the desk's status page if this lasts.",
        )

    def _too_long(self, wait: _Wait, ask: Ask) -> ThrottledError:
        after = max(1.0, wait.seconds)
        if wait.why == "one":
            number = ask.endpoint.rpartition(ONE)[2]
            told = f"{self._host} takes only so many changes of ticket {number} in ten minutes: the next can go in {after:.0f} s."
            return OneWaitsError(told, after, "All else goes on meanwhile.")
        says = {
            "throttled": f"{self._host} has asked for a pause: {after:.0f} s of it are left.",
            "probe": f"{self._host} has asked for a pause and is being tried again now.",
            "budget": f"The requests that {self._host} allows are used up for the moment: the next can go in {after:.0f} s.",
        }
        return ThrottledError(says[wait.why], after, "It goes on by itself after the pause.")


def shared_gate(
    path: Path,
    name: str,
    *,
    host: str = "",
    limits: Limits = NO_LIMITS,
    now: Callable[[], int] = wall_clock,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> DeskGate:
    """The gate of the desk `name`, with its state in the file at `path` that all processes of the workspace share."""
    return DeskGate(name, BudgetFile(path, now), host=host, limits=limits, now=now, pause=pause)


def _shut(standing: Standing, ask: Ask, now: int) -> _Wait | None:
    """Why a request cannot pass a desk that is shut; None where it may be the probe.

    A write never tries a desk in trouble: a failure would leave it unknown whether the change was made.
    """
    left = standing.left(now)
    if standing.why == "trouble":
        may_try = not left and not standing.probing(now) and not ask.write
        return None if may_try else _Wait("trouble", left, standing)
    if left:
        return _Wait("throttled", left, standing)
    return _Wait("probe", LOOK_S, standing) if standing.probing(now) else None
