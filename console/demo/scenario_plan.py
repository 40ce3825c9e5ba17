"""Decide who contacts the company, how often, about what, on which channel and how it ends; no sentences yet."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from console.demo.chance import likely
from console.demo.lines import MOODS, Arc, Content, Mood, Product, Theme
from console.demo.scenario_times import draw_age
from console.demo.scenario_values import CHANNELS, PLANS, About, Customer, DemoChannel, DemoPriority

_CHANNEL_WEIGHTS = (36, 16, 14, 12, 6, 6, 10)
_REGULARS = 0.36  # share of customers with three tickets or more
_RISING_DAYS, _RISING_SHARE = 6.5, 0.33
_ACTIVE = ((1.0, 0.85), (3.0, 0.7), (7.0, 0.5), (14.0, 0.3), (30.0, 0.18), (60.0, 0.06))
_ENDS = ("new", "open", "pending", "hold")
_YOUNGEST = 0.004  # days: about six minutes


@dataclass(frozen=True, slots=True)
class Case:
    """One matter of one customer, which may take several tickets."""

    customer: Customer
    theme: Theme
    product: Product
    part: str
    order: str
    serial: str
    plan: str

    def about(self, mood: Mood, contact: int, opened: int) -> About:
        """What one ticket of the case is about."""
        return About(
            theme=self.theme.key,
            mood=mood,
            product=self.product.name,
            part=self.part,
            order=self.order,
            serial=self.serial,
            opened=opened,
            contact=contact,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """One ticket to write: `age` in days, `contact` counts the tickets of the case from 1, `end` is its status."""

    case: Case
    age: float
    contact: int
    channel: DemoChannel
    mood: Mood
    arc: Arc
    priority: DemoPriority | None


def make_plans(size: int, customers: tuple[Customer, ...], content: Content, rng: Random) -> list[Plan]:
    """`size` plans, spread over the customers so that a third of them come back three times and more."""
    plans: list[Plan] = []
    for customer, load in zip(customers, _loads(size, len(customers), rng), strict=True):
        while load > 0:
            contacts = min(load, rng.choices((1, 2, 3), (60, 27, 13))[0])
            plans += _case_plans(customer, contacts, content, rng)
            load -= contacts  # noqa: PLW2901  (what is left of this customer's share)
    return plans


def new_case(customer: Customer, age: float, content: Content, rng: Random) -> Case:
    """A matter for this customer, with theme and product that fit each other."""
    theme = _theme(age, customer, content, rng)
    product = rng.choice([p for p in content.company.product if p.kind in theme.kinds])
    return Case(
        customer=customer,
        theme=theme,
        product=product,
        part=rng.choice(product.parts),
        order=f"MP-{rng.randrange(100_000, 1_000_000)}",
        serial=f"{product.kind[:2].upper()}{rng.randrange(10**6, 10**7)}",
        plan=rng.choices(PLANS, (60, 28, 12))[0],
    )


def draw_channel(customer: Customer, rng: Random, avoid: DemoChannel | None = None) -> DemoChannel:
    """A channel on which this customer can be reached, another one than `avoid`."""
    weights = [
        0 if c == avoid or not _reachable(customer, c) else w
        for c, w in zip(CHANNELS, _CHANNEL_WEIGHTS, strict=True)
    ]
    return rng.choices(CHANNELS, weights)[0]


def draw_mood(theme: Theme, contact: int, rng: Random) -> Mood:
    """How the customer feels: worse with each contact about the same matter."""
    if rng.random() > min(theme.upset + 0.2 * (contact - 1), 0.95):
        return "calm"
    return rng.choices(MOODS[1:], (45, 40 + 10 * contact, 6 * contact))[0]


def draw_priority(theme: Theme, mood: Mood, rng: Random) -> DemoPriority | None:
    """What triage made of it; None where nobody has looked yet."""
    if theme.urgent:
        return rng.choice(("urgent", "high"))
    if mood == "furious":
        return rng.choice(("high", "urgent", "high"))
    return rng.choices((None, "low", "normal", "high"), (16, 14, 55, 15))[0]


def _case_plans(customer: Customer, contacts: int, content: Content, rng: Random) -> list[Plan]:
    """The tickets of one case, oldest first, each on another channel than the one before."""
    age = max(draw_age(rng), _YOUNGEST)
    case = new_case(customer, age, content, rng)
    plans: list[Plan] = []
    channel: DemoChannel | None = None
    for contact in range(1, contacts + 1):
        channel = draw_channel(customer, rng, channel)
        mood = draw_mood(case.theme, contact, rng)
        last = contact == contacts
        arc = _arc(age, case.theme, active=last, content=content, rng=rng)
        plans.append(Plan(case, age, contact, channel, mood, arc, draw_priority(case.theme, mood, rng)))
        age = max(age - rng.uniform(0.4, 8.0), age * rng.uniform(0.3, 0.7), _YOUNGEST)
    return plans


def _loads(size: int, count: int, rng: Random) -> list[int]:
    """How many tickets each customer has; the sum is `size`."""
    regular = [n < count * _REGULARS for n in range(count)]
    rng.shuffle(regular)
    loads = [3 if is_regular else rng.choices((1, 2), (65, 35))[0] for is_regular in regular]
    regulars = [n for n in range(count) if regular[n]]
    while sum(loads) > size:
        loads[max(range(count), key=loads.__getitem__)] -= 1
    for _ in range(size - sum(loads)):
        loads[rng.choice(regulars)] += 1
    return loads


def _theme(age: float, customer: Customer, content: Content, rng: Random) -> Theme:
    """A theme; in the last days the rising one takes a third of what comes in."""
    if customer.language != "en":
        return content.themes[rng.choice(content.languages[customer.language].topic).theme]
    rising = next(theme for theme in content.themes.values() if theme.rising)
    if age < _RISING_DAYS and likely(rng, _RISING_SHARE):
        return rising
    themes = list(content.themes.values())
    return rng.choices(themes, [theme.weight for theme in themes])[0]


def _arc(age: float, theme: Theme, *, active: bool, content: Content, rng: Random) -> Arc:
    """How the ticket goes: the younger it is, the more likely it is not finished; praise is not argued about."""
    chance = next((share for days, share in _ACTIVE if age < days), 0.0) if active else 0.0
    wanted = ("solved",) if rng.random() >= chance else _ends(age)
    arcs = [arc for arc in content.voices.arc if arc.ends in wanted]
    if not theme.upset:
        arcs = [
            arc for arc in content.voices.arc if set(arc.turns.split()) <= {"open", "fix", "thanks", "more"}
        ]
    return rng.choices(arcs, [arc.weight for arc in arcs])[0]


def _ends(age: float) -> tuple[str, ...]:
    """The unfinished states that a ticket of this age can stand in."""
    if age < 0.02:  # noqa: PLR2004  (half an hour: nobody has answered yet)
        return ("new",)
    return _ENDS if age < 4 else _ENDS[1:]  # noqa: PLR2004  (nothing stays unanswered for days on end)


def _reachable(customer: Customer, channel: DemoChannel) -> bool:
    """Whether the customer has the address that the channel needs."""
    if channel in ("phone", "sms"):
        return bool(customer.identity("phone_number"))
    if channel == "social":
        return bool(customer.identity("twitter"))
    return channel != "messaging" or bool(customer.identity("messaging"))
