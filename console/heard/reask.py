"""Questions in a draft that the customer already answered, and steps that they already tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from console.heard import rulebook
from console.heard.facts import told
from console.heard.judge import ASKING, Judged, judge
from console.heard.prose import Prose, Sentence, read
from console.heard.thread import from_customer
from console.heard.values import Check, HeardSettings, Span
from store.rows import Item

_DAY = 86_400_000_000
_LASTING = frozenset({"email", "phone", "address", "account"})  # true of the person, not only of one matter
_KNOWN = re.compile(
    r"\b(?:you(?:'ve)? (?:have |had )?(?:already|also)|(?<!have )(?<!did )you tried|you mentioned|as you|other than|apart from)\b"
)
_JOINED = re.compile(r"^(?:[\s,]+|and\s+|then\s+)+")
_QUOTED = 60  # characters of the customer's sentence that are shown


def reask(text: Prose, story: Sequence[Item], settings: HeardSettings, now: int) -> Iterator[Check]:
    """The questions in `text` that the story answers, each with the answer."""
    since = now - settings.window_days * _DAY
    items = [item for item in story if from_customer(item)]
    for sentence in text.sentences:
        one = judge(sentence)
        if not one.hits["asked"] or not _asks(sentence, one) or _KNOWN.search(sentence.text):
            continue
        for hit in one.hits["asked"]:
            answer, message_id = _answer(hit.rule, items, since)
            if answer and answer.lower() not in sentence.text:
                span = Span(sentence.start + hit.start, sentence.start + hit.end)
                yield Check("reask", span, _say(hit.rule, answer), answer, message_id)


def _asks(sentence: Sentence, one: Judged) -> bool:
    """Whether the sentence wants something of the customer: a question, a request, an instruction."""
    instructs = any(hit.rule.kind == "do" for hit in one.hits["resolve"])
    return sentence.asks or instructs or bool(one.acts & ASKING)


def _answer(rule: rulebook.Rule, items: Sequence[Item], since: int) -> tuple[str, str]:
    """The newest answer to the question of `rule` and the id of its message; "" where there is none."""
    for item in reversed(items):
        if item.at < since and rule.kind not in _LASTING:
            return "", ""
        answer = _tried(rule.name, item.text) if rule.told else _given(rule, item.text)
        if answer:
            return answer, item.id
    return "", ""


def _given(rule: rulebook.Rule, text: str) -> str:
    values = [found.value for found in told(text) if found.kind == rule.kind]
    return next(
        (value for value in reversed(values) if rule.needs is None or rule.needs.search(value.lower())), ""
    )


def _tried(name: str, text: str) -> str:
    return dict(all_tried(text)).get(name, "")


@lru_cache(maxsize=8192)
def all_tried(text: str) -> tuple[tuple[str, str], ...]:
    """What one message of the customer says was tried: the rule's name, and the words."""
    found: dict[str, str] = {}
    for sentence in read(text).sentences:
        for rule in rulebook.packaged()["asked"].rules:
            if rule.told is None or rule.name in found or sentence.asks:
                continue
            match = rule.told.search(sentence.text)
            if match is not None:
                words = text[sentence.start + match.start() : sentence.end]
                found[rule.name] = " ".join(_JOINED.sub("", words).split())[:_QUOTED]
    return tuple(found.items())


def _say(rule: rulebook.Rule, answer: str) -> str:
    said = rulebook.packaged()["say"].table["reask"]
    return said.replace("{say}", rule.say).replace(
        "{found}", f"\u201c{answer}\u201d" if rule.told else answer
    )
