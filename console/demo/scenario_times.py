"""When things happen: ages of tickets, gaps between messages, office hours. All pure, from a seeded source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from console.demo.scenario_values import DAY, HOUR, MINUTE, SECOND

WINDOW_DAYS = 90.0
_OFFICE_OPENS, _OFFICE_CLOSES = 8, 18
_SATURDAY = 5
_WEEKEND_KEPT = 0.35
_FRESH = 36 * HOUR  # younger things keep their drawn time, so that the queue looks alive at any hour
_HOURS = tuple(range(24))
_HOUR_WEIGHTS = (1, 1, 0, 0, 0, 1, 3, 6, 10, 14, 15, 13, 10, 11, 13, 12, 11, 9, 8, 8, 8, 6, 4, 2)


def draw_age(rng: Random) -> float:
    """The age of a first contact in days, 0 to 90, with the recent past a little denser."""
    return WINDOW_DAYS * float(rng.random() ** 1.25)


def place(now: int, age: float, rng: Random) -> int:
    """The instant `age` days before `now`, moved to an hour and a weekday on which customers write."""
    weekend, weekday = rng.random(), rng.randrange(_SATURDAY)
    hour, minute = rng.choices(_HOURS, _HOUR_WEIGHTS)[0], rng.randrange(3600)
    at = now - int(age * DAY)
    if now - at < _FRESH:
        return _whole(at)
    moment = datetime.fromtimestamp(at / SECOND, UTC)
    if moment.weekday() >= _SATURDAY and weekend > _WEEKEND_KEPT:
        week = 7 if age > WINDOW_DAYS / 2 else 0  # old ones move to the week after, so that the window holds
        moment += timedelta(days=weekday - moment.weekday() + week)
    moment = moment.replace(hour=hour, minute=minute // 60, second=minute % 60)
    return min(_whole(int(moment.timestamp()) * SECOND), now - _FRESH)


def office(at: int) -> int:
    """`at` itself in office hours, else the next morning when the office opens."""
    moment = datetime.fromtimestamp(at / SECOND, UTC)
    if moment.weekday() < _SATURDAY and _OFFICE_OPENS <= moment.hour < _OFFICE_CLOSES:
        return at
    days = 1 if moment.hour >= _OFFICE_CLOSES else 0
    morning = moment.replace(hour=_OFFICE_OPENS) + timedelta(days=days)
    while morning.weekday() >= _SATURDAY:
        morning += timedelta(days=1)
    return int(morning.timestamp()) * SECOND


def gap(turn: str, rng: Random) -> int:
    """How long a turn of this kind is waited for, in microseconds."""
    if turn in ("note", "transfer", "more"):
        return int(rng.uniform(4, 50) * MINUTE)
    if turn in ("chase", "later"):
        return int(rng.uniform(20, 60) * HOUR)
    middle = 2.5 if turn in ("ask", "fix", "promise", "weak", "sorry", "hold", "choice") else 7.0
    return int(min(rng.lognormvariate(0, 0.9) * middle, 60) * HOUR)


def schedule(
    start: int, now: int, kinds: tuple[str, ...], agent_turns: frozenset[str], rng: Random
) -> list[int]:
    """Instants for the turns of a ticket that lies in the past: the first at `start`, all before `now`."""
    times = [start]
    for kind in kinds[1:]:
        at = times[-1] + max(gap(kind, rng), MINUTE)
        times.append(max(office(at), times[-1] + MINUTE) if kind in agent_turns else at)
    return _squeezed(times, now - int((now - start) * rng.uniform(0.02, 0.5)) - MINUTE)


def stretch(start: int, last: int, count: int, rng: Random) -> list[int]:
    """`count` instants from `start` to exactly `last`, for a ticket whose last turn has a given age."""
    if count == 1:
        return [start]
    inner = sorted(rng.random() for _ in range(count - 2))
    times = [start, *(start + int((last - start) * share) for share in inner), last]
    for n in range(1, count - 1):
        times[n] = min(max(_whole(times[n]), times[n - 1] + 2 * SECOND), last - (count - 1 - n) * 2 * SECOND)
    return times


def _squeezed(times: list[int], limit: int) -> list[int]:
    """The same instants, drawn together where they would reach beyond `limit`."""
    start, last = times[0], times[-1]
    if last > limit:
        room = max(limit - start, (len(times)) * 2 * SECOND)
        times = [start + (at - start) * room // (last - start) for at in times]
    whole = [_whole(at) for at in times]
    for n in range(1, len(whole)):
        whole[n] = max(whole[n], whole[n - 1] + SECOND)
    return whole


def _whole(at: int) -> int:
    """`at` in whole seconds, which is all that the desk stores."""
    return at - at % SECOND
