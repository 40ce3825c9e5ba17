"""Tickets whose text, names and attachments try to harm whoever shows them."""

from __future__ import annotations

from random import Random
from typing import cast

from console.demo.lines import Content, Hostile
from console.demo.scenario_files import hostile_files
from console.demo.scenario_values import HOUR, SECOND, Customer, DemoChannel, Ticket, Turn

_ONE_IN = 20


def hostile_tickets(
    size: int, customers: tuple[Customer, ...], content: Content, now: int, rng: Random
) -> list[Ticket]:
    """At most one ticket in twenty, and each kind once; none has been answered, so they stand at the top."""
    kinds = content.hostile[: size // _ONE_IN]
    return [_ticket(kind, customers[-1 - n % len(customers)], now, n, rng) for n, kind in enumerate(kinds)]


def _ticket(kind: Hostile, customer: Customer, now: int, n: int, rng: Random) -> Ticket:
    """One unanswered ticket, up to two days old."""
    at = now - int(rng.uniform(0.5, 40) * HOUR)
    at -= at % SECOND
    files = hostile_files() if n == 0 else ()
    return Ticket(
        id=0,
        subject=kind.spelled(kind.subject),
        channel=cast("DemoChannel", kind.channel),
        language="en",
        about=None,
        requester_id=customer.id,
        organization_id=customer.organization_id,
        group_id=None,
        assignee_id=None,
        status="new",
        priority=None,
        tags=("unchecked",),
        order=None,
        product=None,
        plan=None,
        waiting_since=at,
        replied=False,
        turns=(
            Turn(
                at,
                customer.id,
                public=True,
                text=kind.spelled(kind.text),
                html=kind.spelled(kind.html),
                files=files,
            ),
        ),
    )
