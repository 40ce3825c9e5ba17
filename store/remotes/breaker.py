"""Whether a desk is spoken to at all: the pause that it asked for, and the breaker that opens when it is in trouble.

Moments are kept as a start and a length, so that a clock that jumps back can lengthen a pause by its own length at
most. While a desk is shut only the word of the probe counts: other answers were asked for before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

MICROSECONDS = 1_000_000
MINUTE_US = 60 * MICROSECONDS
LONGEST_US = 3600 * MICROSECONDS
SHORTEST_S = 1.0
LONGEST_GUESS_S = 300.0  # for a 429 that does not say how long
MOST_DOUBLINGS = 9  # 2^9 is beyond the longest guess
FAILURES = 5  # in a row, until the breaker opens
OPEN_S = 30.0
PROBE_US = 90 * MICROSECONDS  # a probe that has not come back after this long belonged to a process that died
SMALLEST_SHARE = 0.05
GROWTH = 0.05  # of the full rate, for each minute without a complaint

Why = Literal["", "throttled", "trouble"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How we stand with a desk. Times are microseconds; `reason` is the last failure in words."""

    share: float = 1.0  # of the full rate, as it was `share_at`
    share_at: int = 0
    throttles: int = 0  # answers 429 in a row
    failures: int = 0  # of the network or the server, in a row
    why: Why = ""  # the desk is shut: "throttled" by its own wish, "trouble" by the breaker
    since: int = 0
    length: int = 0
    probe_at: int = 0  # when the probe left; 0 while none is out
    reason: str = ""

    def at(self, now: int) -> Standing:
        """The same, with no moment in the future and no pause over an hour, whatever clock or file says."""
        if max(self.since, self.share_at, self.probe_at) <= now and 0 <= self.length <= LONGEST_US:
            return self
        return replace(
            self,
            share_at=min(self.share_at, now),
            since=min(self.since, now),
            length=min(max(self.length, 0), LONGEST_US),
            probe_at=min(self.probe_at, now),
        )

    def grown(self, now: int) -> float:
        """The share of the full rate now: 5 % more for each whole minute since the last complaint."""
        minutes = max(0, now - self.share_at) // MINUTE_US
        return min(1.0, max(SMALLEST_SHARE, self.share) + GROWTH * minutes)

    def left(self, now: int) -> float:
        """Seconds until a probe may leave."""
        return max(0, self.since + self.length - now) / MICROSECONDS

    def probing(self, now: int) -> bool:
        """Whether a probe is out."""
        return bool(self.probe_at) and now - self.probe_at < PROBE_US


def throttled(
    was: Standing, now: int, after: float | None, dice: Callable[[], float], *, probe: bool
) -> Standing:
    """After a 429: pause as long as it says (seconds), or a guess with full jitter; the rate is halved.

    An answer to a request that left before the pause began is the same complaint once more: it can only lengthen it.
    """
    throttles = min(was.throttles + 1, MOST_DOUBLINGS)
    pause = guess(throttles, dice) if after is None else after
    length = int(min(max(pause, SHORTEST_S) * MICROSECONDS, LONGEST_US))
    if was.why and not probe:
        end = max(was.since + was.length, now + length)
        return replace(was, since=now, length=min(end - now, LONGEST_US))
    return replace(
        was,
        share=max(SMALLEST_SHARE, was.grown(now) / 2),
        share_at=now,
        throttles=throttles,
        failures=0,
        why="throttled",
        since=now,
        length=length,
        probe_at=0,
    )


def guess(throttles: int, dice: Callable[[], float]) -> float:
    """Seconds to wait after a 429 without advice: 2^n with full jitter, at most five minutes. `dice` gives 0 to 1."""
    return float(min(2.0 ** max(1, min(throttles, MOST_DOUBLINGS)), LONGEST_GUESS_S) * dice())


def failed(was: Standing, now: int, after: float | None, reason: str, *, probe: bool) -> Standing:
    """After no answer, or one of 5xx: the fifth in a row opens the breaker for 30 s, or longer where the desk says so."""
    if was.why and not probe:
        return was
    now_failing = replace(was, failures=min(was.failures + 1, 1_000_000), reason=reason[:300], probe_at=0)
    if now_failing.failures < FAILURES and was.why != "trouble":
        return now_failing
    length = int(min(max(OPEN_S, after or 0.0) * MICROSECONDS, LONGEST_US))
    return replace(now_failing, why="trouble", since=now, length=length)


def answered(was: Standing, *, probe: bool) -> Standing:
    """After any other answer: all is well again."""
    if was.why and not probe:
        return was
    if not (was.why or was.failures or was.throttles):
        return was
    return replace(was, throttles=0, failures=0, why="", since=0, length=0, probe_at=0, reason="")


def unheard(was: Standing, *, probe: bool) -> Standing:
    """After a request that was given up by ourselves: nothing was learnt, and another may be the probe."""
    return replace(was, probe_at=0) if probe and was.probe_at else was
