"""How many requests a desk gets from us: token buckets, and how much of them each urgency must leave to the others.

The budget is 0.8 of the desk's limit, refilled evenly; the bucket holds the other 0.2, so that no 60 seconds ever see
more than the limit. A request needs one token, and more than that where something more urgent could need it:
a `send` takes the last token, an `open` leaves a tenth of the bucket, a `pull` a quarter, a `sweep` two fifths, and
`bulk` over half. Who has waited longer leaves a little less, up to a tenth of that: the line moves in its order.
Sweeps get a tenth of the budget and no more, in a bucket of their own.

Some desks also count the changes of each single ticket: those buckets are named "class/number" and hold half of what
ten minutes allow, the other half is refilled in that time, so that no ten minutes ever see more. One that nobody has
taken from for ten minutes is full again, and forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from store.remotes.urgency import Urgency

BUDGET = 0.8  # of the limit, in the long run
BURST = 0.2  # of the limit, at once
SWEEP = 0.1  # of the budget, for sweeps
ACCOUNT = ""  # the class of endpoints that all requests belong to
SWEEPS = "urgency:sweep"  # no class of endpoints is called that
ONE = "/"  # between a class of endpoints and the one thing of it that has a limit of its own
EACH = "/*"  # that limit, among the limits of the classes
ONE_MINUTES = 10  # for which it is given
MINUTE = 60.0
MICROSECONDS = 1_000_000
ROUNDING = 1e-9

LEAVE: dict[Urgency, float] = {"send": 0.0, "open": 0.1, "pull": 0.25, "sweep": 0.4, "bulk": 0.55}
IMPATIENCE = 0.1  # of what is left to the others, after a minute of waiting: bulk still leaves half


@dataclass(frozen=True, slots=True)
class Rate:
    """What one bucket refills a minute, and what it holds at most; both in requests."""

    per_minute: float
    capacity: float

    @classmethod
    def of(cls, limit: float) -> Rate:
        """The rate for a published `limit` a minute; the bucket holds one request at least, or nothing would ever pass."""
        return cls(BUDGET * limit, max(1.0, BURST * limit))

    @classmethod
    def of_one(cls, limit: float) -> Rate:
        """The rate for a `limit` in ten minutes of one single thing, of which half may go at once."""
        return cls(limit / 2 / ONE_MINUTES, max(1.0, limit / 2))

    def need(self, urgency: Urgency, waited: float = 0.0) -> float:
        """The tokens that must be there for a request that has `waited` (seconds); never more than the bucket can hold."""
        leave = LEAVE[urgency] * (1.0 - IMPATIENCE * min(waited / MINUTE, 1.0))
        return min(self.capacity, 1.0 + leave * self.capacity)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tokens that were there `at` a moment in microseconds."""

    tokens: float
    at: int

    def filled(self, rate: Rate, now: int) -> Bucket:
        """The bucket as it is `now`; a clock that went back adds nothing."""
        fresh = rate.per_minute * max(0, now - self.at) / (MINUTE * MICROSECONDS)
        return Bucket(min(rate.capacity, max(0.0, self.tokens) + fresh), now)

    def wait(self, rate: Rate, need: float) -> float:
        """Seconds until `need` tokens are there; 0 where they are."""
        short = need - self.tokens
        return short * MINUTE / rate.per_minute if short > ROUNDING else 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one desk, requests a minute; 0 where there is none.

    `configured` by a person, `published` by the desk's makers, `classes` of endpoints that have a limit of their own;
    "class/*" is the limit in ten minutes for each single thing of a class.
    """

    configured: int = 0
    published: int = 0
    classes: Mapping[str, int] | None = None

    def rates(self, told: int, share: float, endpoint: str, urgency: Urgency) -> Iterator[tuple[str, Rate]]:
        """The buckets that a request takes a token from, by name.

        `told` is the limit that the desk's newest headers name (it takes the place of `published`, which is a guess
        about the plan), `share` how much of each rate is left after complaints.
        """
        known = [limit for limit in (self.configured, told or self.published) if limit > 0]
        if known:
            limit = min(known) * share
            yield ACCOUNT, Rate.of(limit)
            if urgency == "sweep":
                yield SWEEPS, Rate.of(SWEEP * limit)
        classes, (kind, _, one) = self.classes or {}, endpoint.partition(ONE)
        if (own := classes.get(kind, 0)) > 0:
            yield kind, Rate.of(own * share)
        if one and (own := classes.get(kind + EACH, 0)) > 0:
            yield endpoint, Rate.of_one(own)


def take(
    buckets: Mapping[str, Bucket], rates: Mapping[str, Rate], ask: tuple[Urgency, float], now: int
) -> tuple[Mapping[str, Bucket], float]:
    """One token from every bucket named in `rates`, or from none: the buckets after it, and the seconds to wait.

    `ask` is the urgency of the request, and how many seconds it has waited.
    """
    if not rates:
        return buckets, 0.0
    filled = {
        name: buckets.get(name, Bucket(rate.capacity, now)).filled(rate, now) for name, rate in rates.items()
    }
    wait = max(filled[name].wait(rate, rate.need(*ask)) for name, rate in rates.items())
    if wait > 0.0:
        ahead = any(
            each.at > now for each in buckets.values()
        )  # of a clock that went back: begin anew from here
        return ({**buckets, **filled} if ahead else buckets), wait
    return {
        **_lasting(buckets, now),
        **{n: Bucket(each.tokens - 1.0, now) for n, each in filled.items()},
    }, 0.0


def _lasting(buckets: Mapping[str, Bucket], now: int) -> Mapping[str, Bucket]:
    """The buckets without those of single things that are full again."""
    old = now - int(ONE_MINUTES * MINUTE) * MICROSECONDS
    return {name: each for name, each in buckets.items() if each.at > old or ONE not in name}


def only_one(
    buckets: Mapping[str, Bucket], rates: Mapping[str, Rate], ask: tuple[Urgency, float], now: int
) -> bool:
    """Whether nothing but the limit of one single thing stands in the way: all others may go."""
    rest = {name: rate for name, rate in rates.items() if ONE not in name}
    return len(rest) < len(rates) and take(buckets, rest, ask, now)[1] == 0.0
