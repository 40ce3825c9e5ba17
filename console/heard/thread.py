"""Which part of a story a draft answers: the conversation of its ticket since the customer raised what is open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.heard.customer import Customer, customer, said
from store.rows import OPEN_STATES, Item

_PAUSE = 7 * 86_400_000_000  # after a week of silence a message is a new matter


@dataclass(frozen=True, slots=True)
class Conversation:
    """The customer's side of what is open now, and what was already answered to it.

    `answers` are the agents' public messages since the customer raised it; `fixes` those of them that came after the
    customer last said that something did not help.
    """

    customer: Customer
    answers: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()


def conversation(story: Sequence[Item], ref: str) -> Conversation:
    """The open conversation of ticket `ref`; "" means the ticket that the customer wrote in last."""
    spoken = [item for item in story if from_customer(item) or from_agent(item)]
    ref = ref or next((item.ref for item in reversed(spoken) if from_customer(item)), "")
    items = [item for item in spoken if item.ref == ref]
    began, failed = _turns(items)
    texts = tuple(item.text for item in items[began:] if from_customer(item))
    return Conversation(
        customer(texts, _last_turn(items)),
        tuple(item.text for item in items[began:] if from_agent(item)),
        tuple(item.text for item in items[max(began, failed) :] if from_agent(item)),
    )


def from_customer(item: Item) -> bool:
    """Whether the customer wrote it."""
    return item.role == "customer" and item.kind == "message"


def from_agent(item: Item) -> bool:
    """Whether it is an agent's public message, sent or about to be."""
    if item.role != "agent":
        return False
    return item.kind == "message" or (
        item.kind == "outbox" and item.channel != "note" and item.state in OPEN_STATES
    )


def _turns(items: Sequence[Item]) -> tuple[int, int]:
    """Where the present problem begins in `items`, and where the customer last said that a fix failed."""
    began = failed = 0
    settled = answered = False
    for number, item in enumerate(items):
        if from_agent(item):
            answered = True
            continue
        shows = said(item.text).shows
        raises = bool(shows & {"trouble", "problem", "asked"})
        paused = number > 0 and item.at - items[number - 1].at > _PAUSE
        if answered and raises and (settled or paused or "new" in shows):
            began = failed = number
        elif answered and "failed" in shows:
            failed = number
        settled = "settled" in shows and not shows & {"trouble", "failed"}
    return began, failed


def _last_turn(items: Sequence[Item]) -> tuple[str, ...]:
    """What the customer wrote since the last answer."""
    answered = max((number for number, item in enumerate(items) if from_agent(item)), default=-1)
    return tuple(item.text for item in items[answered + 1 :] if from_customer(item))
