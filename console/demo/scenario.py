"""Make a company with its past from a seed: the same seed, size and `now` give the same scenario, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from console.demo.lines import content
from console.demo.scenario_hostile import hostile_tickets
from console.demo.scenario_people import make_agents, make_customers, make_groups, make_organizations
from console.demo.scenario_plan import make_plans
from console.demo.scenario_ratings import rated
from console.demo.scenario_tickets import Staff, write_ticket
from console.demo.scenario_values import Scenario, Ticket

DEFAULT_SIZE = 1200
_CUSTOMERS_PER_TICKET = 0.35
_FIRST_NUMBER = 1001


def build(seed: int, size: int, now: int) -> Scenario:
    """A scenario with `size` tickets of the ninety days before `now` (microseconds).

    Sentences, people and outcomes depend on seed and size alone; instants also on the weekday and hour of `now`.
    ValueError when `size` is negative.
    """
    if size < 0:
        message = f"a scenario cannot have {size} tickets"
        raise ValueError(message)
    words, company = content(), content().company
    groups = make_groups(company)
    agents, organizations = make_agents(company, groups), make_organizations(company)
    count = max(int(size * _CUSTOMERS_PER_TICKET), 1)
    customers = make_customers(count, words, organizations, now, Random(f"{seed}/{size}/people"))
    speech, clock = Random(f"{seed}/{size}/words"), Random(f"{seed}/{size}/times")
    tickets = hostile_tickets(size, customers, words, now, clock)
    plans = make_plans(size - len(tickets), customers, words, Random(f"{seed}/{size}/plans"))
    staff = Staff(company.name, groups, agents)
    tickets += [write_ticket(plan, staff, words, now=now, words=speech, clock=clock) for plan in plans]
    opinion, by_id = Random(f"{seed}/{size}/ratings"), {agent.id: agent for agent in agents}
    tickets = [rated(ticket, by_id, words.voices.rating, opinion, now) for ticket in tickets]
    return Scenario(
        seed=seed,
        size=size,
        now=now,
        company=company.name,
        domain=company.domain,
        groups=groups,
        agents=agents,
        organizations=organizations,
        customers=customers,
        tickets=_numbered(tickets),
    )


def _numbered(tickets: list[Ticket]) -> tuple[Ticket, ...]:
    """The tickets in the order in which they came, with rising numbers."""
    tickets.sort(key=lambda ticket: (ticket.created, ticket.requester_id, ticket.subject))
    return tuple(replace(ticket, id=_FIRST_NUMBER + n) for n, ticket in enumerate(tickets))
