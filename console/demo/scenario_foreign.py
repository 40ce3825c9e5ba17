"""The same conversations in other languages, with fewer turns of phrase."""

from __future__ import annotations

from random import Random

from console.demo.chance import likely
from console.demo.lines import Language, Topic
from console.demo.scenario_values import Agent
from console.demo.scenario_words import SHORT, Talk

_CUSTOMER_KINDS = frozenset(("more", "give", "still", "chase", "angry", "accept", "thanks", "later"))


def topic_of(talk: Talk) -> tuple[Language, Topic]:
    """The language of the talk and its words for the theme; ValueError when the talk is in English."""
    if talk.language is None:
        message = "the talk is in English"
        raise ValueError(message)
    return talk.language, next(t for t in talk.language.topic if t.theme == talk.theme.key)


def foreign_opening(talk: Talk, rng: Random) -> tuple[str, bool]:
    """The first message, and whether it names the order."""
    language, topic = topic_of(talk)
    body = [rng.choice(topic.opens), rng.choice(topic.details)]
    told = likely(rng, 0.6)
    if told:
        body.append(rng.choice(language.facts))
    if talk.mood != "calm":
        body.append(rng.choice(language.feelings))
    body.append(rng.choice(language.asks))
    text = " ".join(body)
    if talk.channel not in SHORT and talk.channel != "phone":
        text = f"{rng.choice(language.greetings)}\n\n{text}\n\n{rng.choice(language.signoffs)}"
    elif talk.channel == "social":
        text = f"@MarlowPip {text}"
    return text.format_map(talk.slots), told


def foreign_subject(talk: Talk, rng: Random) -> str:
    """The subject line."""
    return rng.choice(topic_of(talk)[1].subjects).format_map(talk.slots)


def foreign_line(kind: str, talk: Talk, agent: Agent, rng: Random) -> str:
    """Any later turn, of the customer or of the agent."""
    language, topic = topic_of(talk)
    if kind in _CUSTOMER_KINDS:
        lines = {
            "thanks": language.thanks,
            "accept": language.thanks,
            "give": language.facts,
            "more": topic.details,
        }
        return rng.choice(lines.get(kind, language.chase)).format_map(talk.slots)
    body = [rng.choice(language.agent_greetings)]
    if kind in ("sorry", "promise", "weak") or likely(rng, agent.warmth):
        body.append(rng.choice(language.agent_sorry))
    if kind in ("ask", "choice"):
        body.append(rng.choice(language.agent_ask))
    elif kind in ("fix", "sorry"):
        body.append(rng.choice(language.agent_fix))
    if kind in ("promise", "hold", "sorry"):
        body.append(rng.choice(language.agent_promise))
    body.append(rng.choice(language.agent_closings))
    return "\n\n".join((body[0], " ".join(body[1:-1]), body[-1])).format_map(
        {**talk.slots, "agent": agent.name}
    )
