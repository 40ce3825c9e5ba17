"""Where a text shows each step, seen beside what the customer said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from console.heard import rulebook
from console.heard.customer import Customer, meanings, own, stem, topics, words
from console.heard.judge import ANSWERS, ASKING, UNHELPFUL, Hit, Judged, judge
from console.heard.prose import Prose, Sentence
from console.heard.rule import Level
from console.heard.values import STEPS, Span, StepName

_AFTER_TOPIC = frozenset({"with", "regarding", "about", "on", "at", "in"})
_CLAUSE_ENDS = re.compile(r"\s*(?:[.,;:!?()\u2026]|\s[-\u2013\u2014]\s|$)")
_SIGNED = re.compile(r"\s*[-^*~/]\s?[\w ]{1,14}$")  # an agent's name at the end of what they wrote
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+\b")
_CLAUSE = frozenset(
    {"you", "your", "youre", "youve", "it", "its", "was", "were", "is", "are", "has", "have", "not", "we"}
)
_FAULTS = frozenset({"delay", "delays", "error", "errors", "confusion"})  # they say what went wrong
_LONGEST_TOPIC = 4  # words
_SHOWN = 80  # characters of one piece of evidence
_SIGNATURE = 2  # words
_CITED = frozenset({"done", "do"})  # what a rule says that is done, or must be, is no help
_OFFER = "offer"  # the kind of a rule that finds what can be done beside a refusal
_AWAY = "away"  # the kind of one that sends the customer to somebody else
_TURN = re.compile(
    r"\b(?:but|however|though|although|instead|so|please|alternatively|(?:i|we)(?:'ve| have))\b"
)
_WHOLE = frozenset({"whole", "any"})
_TWICE = frozenset({"whole", "echo-twice"})
_SHORTEST_MAYBE = 5  # words
_SHORTEST_ANSWER = 4  # words; a shorter statement is as often a signature


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place in a text that shows a step."""

    span: Span
    level: Level
    why: str
    say: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text beside the customer's: the evidence for each step, what it cites, and whether it is small talk.

    `policy` holds the rules that it cites, and is empty where the text also helps. `unsure` are the steps that it does not
    clearly show but may have: nobody should be told to add them.
    """

    steps: Mapping[StepName, tuple[Evidence, ...]]
    policy: tuple[Evidence, ...]
    small: bool
    unsure: frozenset[StepName] = frozenset()


@dataclass(frozen=True, slots=True)
class _Place:
    """One sentence in its text, and what is around it."""

    sentence: Sentence
    cased: str  # the sentence with its capitals
    judged: Judged
    customer: Customer
    first: bool
    asks_first: bool  # the text asks for something, so that a vague "we'll take a look" waits for the answer

    def evidence(self, hit: Hit) -> Evidence:
        """The hit, placed in the text, up to the end of its clause, so that what is shown can be understood."""
        text = self.sentence.text
        start = 0 if hit.rule.kind in _WHOLE else hit.start
        while start < hit.end - 1 and not text[start].isalnum():
            start += 1
        clause = _CLAUSE_ENDS.search(text, hit.end)
        end = min(clause.start() if clause else len(text), max(hit.end, start + _SHOWN))
        offset = self.sentence.start
        return Evidence(Span(offset + start, offset + end), hit.rule.level, hit.rule.why, hit.rule.say)


def read(text: Prose, customer: Customer) -> Reading:
    """Find the evidence for every step in `text`."""
    judged = [(sentence, judge(sentence)) for sentence in text.sentences]
    asks_first = any(one.acts & ASKING or sentence.asks for sentence, one in judged)
    places = [
        _Place(
            sentence,
            text.cased[sentence.start : sentence.end],
            one,
            customer,
            first=number == 0,
            asks_first=asks_first,
        )
        for number, (sentence, one) in enumerate(judged)
    ]
    steps = _held(places)
    cited = tuple(place.evidence(hit) for place in places for hit in _cited(place)[:1])
    unsure = frozenset(step for step, may in _MAY.items() if not steps[step] and any(map(may, places)))
    return Reading(steps, () if any(map(_offers, places)) else cited, _small(places), unsure)


def _cited(place: _Place) -> tuple[Hit, ...]:
    """The rules that it cites; a limit that is all the customer asked for is information."""
    aside = {_OFFER, "limit"} if _only_asks(place.customer) else {_OFFER}
    return tuple(hit for hit in place.judged.hits["policy"] if hit.rule.kind not in aside)


def _only_asks(customer: Customer) -> bool:
    """Whether the customer wants to know something, and has nothing to complain of."""
    return customer.asked and not (customer.why or customer.problem or customer.trouble or customer.upset)


def _offers(place: _Place) -> bool:
    """Whether it does more about a complaint than to say how things are."""
    plain = frozenset[str]() if _only_asks(place.customer) else ANSWERS
    if any(hit.rule.kind == _OFFER for hit in place.judged.hits["policy"]):
        return True
    return any(hit.rule.kind not in plain and _helps(hit, place) for hit in place.judged.hits["resolve"])


def _held(places: list[_Place]) -> dict[StepName, tuple[Evidence, ...]]:
    """The evidence for each step, in the order of the text."""
    found: dict[StepName, list[Evidence]] = {step: [] for step in STEPS}
    for place in places:
        for step in _HOLDS.keys() & place.judged.hits.keys():
            found[step] += [
                place.evidence(hit) for hit in place.judged.hits[step] if _HOLDS[step](hit, place)
            ]
    return {step: tuple(evidence) for step, evidence in found.items()}


def _heard(hit: Hit, place: _Place) -> bool:
    """Whether what follows the frame is this customer's, and not what could be said to everybody."""
    if hit.rule.kind == "always":
        return True
    if hit.rule.kind == "felt" and not place.judged.hits["empathize"]:
        return False
    lists = rulebook.packaged()["hear"].lists
    if hit.rule.kind == "told":
        told = place.customer.words & lists["waits"] if place.customer.trouble else ()
        return bool(told) or not topics(words(hit.said)).isdisjoint(place.customer.topics)
    said = place.sentence.text if hit.rule.kind in _WHOLE else hit.said
    tokens = _before_topic(words(_SIGNED.sub("", said)), lists["topic"])
    rare = {word for word in tokens if own(word) and word not in lists["general"] | lists["negated"]}
    rare -= {name for name in _names(place.cased) if stem(name) not in place.customer.words}
    if hit.rule.kind == "clause" or not place.customer.known:
        if not _CLAUSE.isdisjoint(tokens) and any(
            stem(word) in place.customer.words for word in tokens if topics([word])
        ):
            return True  # the fault, in the customer's own word, and not only "the delay"
        denied = not _only_this(tokens) and any(word in lists["denial"] | lists["negated"] for word in tokens)
        enough = 0 if hit.rule.kind == "clause" else 1
        return bool(topics(set(tokens) - lists["general"])) or len(rare) + denied > enough
    rare |= {word for word in tokens if word.isdigit()}
    alike = _common(rare, place.customer) + len(topics(tokens) & place.customer.topics)
    return alike > (hit.rule.kind in _TWICE)


def _common(tokens: Iterable[str], customer: Customer) -> int:
    """How many meanings some words share with the customer's."""
    mine = frozenset(stem(word) for word in tokens if own(word) or word.isdigit())
    return len(meanings(mine) & meanings(customer.words))


def _only_this(tokens: list[str]) -> bool:
    """Whether it says "this was not ..." without a word for what: "this information was not ..." says more."""
    verbs = _CLAUSE | rulebook.packaged()["hear"].lists["negated"] | {"did", "will"}
    return tokens[:1] == ["this"] and not verbs.isdisjoint(tokens[1:2])


def _names(cased: str) -> set[str]:
    """The words with a capital inside a sentence: mostly the customer's own name, which says nothing of the matter."""
    return {name.lower() for name in _NAME.findall(cased)}


def _before_topic(tokens: list[str], topic: frozenset[str]) -> list[str]:
    """Leave out what only names the topic: "issues with the app", or "your app issues", says nothing about what went wrong."""
    if tokens and len(tokens) <= _LONGEST_TOPIC and tokens[-1] in topic - _FAULTS:
        return []
    for number, word in enumerate(tokens[:-1]):
        if word in topic and tokens[number + 1] in _AFTER_TOPIC and not _verb_follows(tokens[number + 2 :]):
            return tokens[:number]
    return tokens


def _verb_follows(tokens: list[str]) -> bool:
    """Whether the topic is something done, as in "trouble with signing in": that is the fault itself."""
    return bool(tokens) and tokens[0].endswith("ing")


def _felt(hit: Hit, place: _Place) -> bool:
    """Whether it counts here: a bare "I understand" does only after a complaint."""
    customer = place.customer
    return hit.rule.kind != "complaint" or customer.problem or customer.upset or not customer.known


def _helps(hit: Hit, place: _Place) -> bool:
    acts = place.judged.acts
    if any(one.rule.kind == _AWAY for one in place.judged.hits["policy"]):
        return False
    if _cited(place) and hit.rule.kind in _CITED and not _TURN.search(place.sentence.text):
        return False
    if hit.rule.kind == "done":
        return True
    if hit.rule.kind == "vague":
        return not place.asks_first
    if hit.rule.kind in {"will", "do"}:
        return not acts & ASKING
    return not acts & UNHELPFUL and _answers(hit, place)


def _answers(hit: Hit, place: _Place) -> bool:
    """Whether a plain statement answers: nothing else explains the sentence, and there is something to answer."""
    one, customer = place.judged, place.customer
    if customer.cheerful:
        return False
    if _cited(place) or any(one.hits[name] for name in ("empathize", "apologize", "diagnose")):
        return False
    if any(other.rule.kind in _WHOLE and _heard(other, place) for other in one.hits["hear"]):
        return False
    if any(other.rule.kind == "vague" for other in one.hits["resolve"]):
        return False
    if hit.rule.kind == "short":
        return place.first and customer.asked
    return one.words >= _SHORTEST_ANSWER or bool(one.hits["time"])


def _asks_about_fault(hit: Hit, place: _Place) -> bool:
    customer = place.customer
    if hit.rule.kind == "fault":
        return customer.problem or customer.upset or not customer.known
    if place.sentence.asks and customer.cheerful:
        return False
    return hit.rule.kind != "ask" or place.sentence.asks or bool(place.judged.acts & ASKING)


_HOLDS: Mapping[StepName, Callable[[Hit, _Place], bool]] = {
    "hear": _heard,
    "empathize": _felt,
    "apologize": lambda _hit, _place: True,
    "resolve": _helps,
    "diagnose": _asks_about_fault,
}


def _may_hear(place: _Place) -> bool:
    """Whether a sentence speaks of two things that the customer speaks of, or of one in a frame or a question."""
    shared = _common(words(place.sentence.text), place.customer)
    return shared > 1 or (shared > 0 and (place.sentence.asks or "hear" in place.judged.hits))


def _may_ask(place: _Place) -> bool:
    """Whether it asks about something that the customer speaks of: it may be the fault."""
    return place.sentence.asks and _common(words(place.sentence.text), place.customer) > 0


def _may_help(place: _Place) -> bool:
    """Whether it is a statement that nothing else explains: it may be the answer."""
    one = place.judged
    explained = any(one.hits[name] for name in ("hear", "empathize", "apologize")) or _cited(place)
    bare = not place.sentence.asks and not one.acts & UNHELPFUL and one.words >= _SHORTEST_MAYBE
    return bare and not explained


_MAY: Mapping[StepName, Callable[[_Place], bool]] = {
    "hear": _may_hear, "resolve": _may_help, "diagnose": _may_ask,
}  # fmt: skip


def _small(places: list[_Place]) -> bool:
    """Whether the text is nothing but thanks, greetings and wishes."""
    return all(map(_says_little, places)) and any("small" in place.judged.acts for place in places)


def _says_little(place: _Place) -> bool:
    one = place.judged
    if "small" in one.acts:
        return True
    comment = one.acts == {"attitude"} and not one.hits["empathize"]
    signature = one.words <= _SIGNATURE and not place.first
    return (comment or signature) and not place.sentence.asks
