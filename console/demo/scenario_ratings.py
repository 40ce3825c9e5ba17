"""What customers say of the service once their ticket is solved: good or bad, some with a comment, a few change their mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from console.demo.lines import RatingVoice
from console.demo.scenario_values import DAY, HOUR, SECOND, About, Agent, Rating, Ticket, Turn

ANSWERED = 0.42  # of those who are asked, so many answer
_COMMENTED, _REGRETTED = 0.6, 0.12
_EARLIEST, _SPREAD = HOUR, 30 * HOUR  # after the ticket was solved
_MOODS = {"calm": 0.0, "worried": 0.05, "upset": 0.2, "furious": 0.35}


def rated(ticket: Ticket, agents: Mapping[int, Agent], voice: RatingVoice, rng: Random, now: int) -> Ticket:
    """The ticket with its customer's rating, if it was solved, they give one, and its time has come."""
    share, delay, regrets = rng.random(), rng.random(), rng.random()
    given = draw_rating(ticket.about, agents.get(ticket.assignee_id or 0), voice, rng)
    solved = [turn.at for turn in ticket.turns if any(c.new == "solved" for c in turn.changes)]
    if not solved or ticket.status not in ("solved", "closed") or ticket.about is None or share > ANSWERED:
        return ticket
    if ticket.language != "en":
        given = replace(given, comment="", reason="")
    at = solved[-1] + _EARLIEST + int(delay * _SPREAD)
    turns = [_turn(ticket, at, given)]
    if given.score == "bad" and regrets < _REGRETTED:
        turns.append(_turn(ticket, at + DAY, Rating("good")))
    kept = sorted((*ticket.turns, *turns), key=lambda turn: turn.at)
    return replace(ticket, turns=tuple(turn for turn in kept if turn.rating is None or turn.at <= now))


def draw_rating(about: About | None, agent: Agent | None, voice: RatingVoice, rng: Random) -> Rating:
    """What a customer in this mood says of this agent; who came more than once says worse."""
    chance, share = rng.random(), rng.random()
    good, bad, reason = rng.choice(voice.good), rng.choice(voice.bad), rng.choice(voice.reasons)
    warmth = agent.warmth if agent else 0.5
    mood, contact = (about.mood, about.contact) if about else ("calm", 1)
    name = agent.name.split()[0] if agent else "The agent"
    if chance < min(max(0.5 + 0.5 * warmth - _MOODS[mood] - 0.12 * (contact - 1), 0.08), 0.97):
        return Rating("good", good.format(agent=name) if share < _COMMENTED else "")
    return Rating("bad", bad.format(agent=name) if share < _COMMENTED else "", reason)


def _turn(ticket: Ticket, at: int, given: Rating) -> Turn:
    return Turn(at - at % SECOND, ticket.requester_id, public=False, text="", rating=given)
