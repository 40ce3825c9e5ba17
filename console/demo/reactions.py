"""How a customer takes what an agent wrote: answer the question, thank, wait, or lose patience. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from console.demo.chance import likely
from console.demo.lines import Content, Question
from console.demo.scenario_words import Talk, customer_line, given, turned

_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]?")
_REQUEST = re.compile(r"\b(please (send|let|give|tell|confirm|try|check)|could you|can you|may i ask)\b")
_PROMISE = re.compile(
    r"\b(tomorrow|tonight|by (noon|mon|tue|wed|thu|fri|sat|sun)\w*|within \d+|at \d{1,2}(:\d\d|\s?(am|pm))"
    r"|(will|i'll) (call|ring|write|phone|email|get back|come back|update|hear))"
)
_REMEDY = re.compile(
    r"\b(refund\w*|replace\w*|exchange\w*|on its way|booked|credited|returned|sent (you|it|out)|sending|engineer|attached"
    r"|released|reserved|voucher|compensat\w*|restore|press|open the app|hold the)"
)
_SORRY = re.compile(r"\b(sorry|apolog\w+)")
_VAGUE = re.compile(
    r"\b(soon|shortly|as soon as possible|policy|our terms|guidelines|patience|inconvenience|in touch|looking into|bear with)"
)
_SHORT_ANSWER = 30


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the customer writes back; `content` when nothing is left to do, `photo` when a picture comes with it."""

    text: str
    content: bool = False
    photo: bool = False


def asked_in(said: str, content: Content) -> Question | None:
    """The first question in an agent's message that the customer can answer."""
    for sentence in _SENTENCE.findall(said.lower()):
        if sentence.rstrip().endswith("?") or _REQUEST.search(sentence):
            for question in content.voices.question:
                if any(word in sentence for word in question.words):
                    return question
    return None


def react(talk: Talk, said: str, story: str, rng: Random, *, solved: bool) -> Reaction:
    """The customer's answer to `said`; `story` is everything that they wrote before, `solved` how the agent left it."""
    if talk.language is not None:
        return _react_abroad(talk, said, rng)
    if not talk.theme.upset:
        return Reaction(customer_line("thanks", talk, rng), content=True)
    question = asked_in(said, talk.content)
    if question is not None:
        text = given(question, talk, rng, before=_told(question.key, talk, story))
        return Reaction(
            text,
            content=question.key == "solved" and text.lower().startswith(("yes", "it does")),
            photo=question.key == "photo",
        )
    return _take(talk, said, rng, solved=solved)


def _take(talk: Talk, said: str, rng: Random, *, solved: bool) -> Reaction:
    """The answer to a message that asks nothing."""
    words, lines = said.lower(), talk.content.voices.reaction
    if _REMEDY.search(words):
        return _take_remedy(talk, rng, solved=solved)
    if _PROMISE.search(words):
        return Reaction(turned(talk, [rng.choice(lines.wait)], rng), content=True)
    if _VAGUE.search(words):
        return Reaction(customer_line("angry", talk, rng))
    if _SORRY.search(words):
        return Reaction(turned(talk, [rng.choice(lines.and_now)], rng))
    if len(words) < _SHORT_ANSWER:
        return Reaction(turned(talk, [rng.choice(lines.unsure)], rng))
    return Reaction(customer_line("thanks" if likely(rng, 0.6) else "more", talk, rng))


def _take_remedy(talk: Talk, rng: Random, *, solved: bool) -> Reaction:
    """The answer to a message that does something about the matter."""
    if solved and likely(rng, 0.22):
        return Reaction(customer_line("still", talk, rng))
    if solved or likely(rng, 0.4):
        return Reaction(customer_line("thanks", talk, rng), content=True)
    return Reaction(turned(talk, [rng.choice(talk.content.voices.reaction.relief)], rng), content=True)


def _told(key: str, talk: Talk, story: str) -> bool:
    """Whether the customer answered this before."""
    if key == "tried":
        return any(line.format_map(talk.slots) in story for line in talk.theme.tried)
    if key == "photo":
        return "photo" in story.lower() or "picture" in story.lower()
    slot = {"order": "order", "serial": "serial", "address": "street", "phone": "phone"}.get(key, "")
    return bool(slot) and talk.slots[slot] in story


def _react_abroad(talk: Talk, said: str, rng: Random) -> Reaction:
    """The same in another language, with fewer turns of phrase."""
    language = talk.language
    if language is None:
        return Reaction("")
    if "?" in said or "？" in said or "؟" in said or any(line in said for line in language.agent_ask):
        return Reaction(rng.choice(language.facts).format_map(talk.slots))
    good = _REMEDY.search(said.lower()) or any(
        line in said for line in (*language.agent_fix, *language.agent_promise)
    )
    lines = language.thanks if good or likely(rng, 0.5) else language.chase
    return Reaction(rng.choice(lines).format_map(talk.slots), content=bool(good))
