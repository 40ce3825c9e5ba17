"""What one sentence does, whoever it answers: the rules are tried once a sentence, and the answer is kept.

While an agent types, only the sentence under the cursor is new; all others come from the cache.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from console.heard import rulebook
from console.heard.prose import Sentence
from console.heard.rule import ALSO, Rule

ASKING = frozenset({"contact", "ask"})  # acts that want something of the customer first
UNHELPFUL = ASKING | {"small", "offer", "attitude", "refuse"}  # acts beside which a statement is no answer
ANSWERS = frozenset({"answer", "short"})
_DEEDS = frozenset({"will", "do"})
_Tried = tuple[str, Rule, Callable[[str], re.Match[str] | None]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that holds, and its place in the sentence. `said` is what follows a frame of Hear."""

    rule: Rule
    start: int
    end: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence: the acts that give no help by themselves, and every rule that holds, by what it speaks of."""

    acts: frozenset[str]
    hits: Mapping[str, tuple[Hit, ...]]
    words: int


def judge(sentence: Sentence) -> Judged:
    """Try every rule on one sentence."""
    return _judge(sentence.text, sentence.asks)


@lru_cache(maxsize=4096)
def _judge(text: str, asks: bool) -> Judged:  # noqa: FBT001  (the two make one cache key)
    opened = rulebook.opened(text)
    every, gated, ungated, narrow = _tried(asks)
    acts: set[str] = set()
    hits = _Hits()
    for number in rulebook.numbers((opened & gated | ungated) & ~(narrow & ~(opened >> ALSO))):
        about, rule, search = every[number]
        if about == "resolve" and _in_vain(rule.kind, acts, hits):
            continue
        match = search(text)
        if match is None or (rule.unless is not None and rule.unless.search(text)):
            continue
        if about == "acts":
            acts.add(rule.kind)
        else:
            said = match[match.lastgroup] if match.lastgroup else ""
            start, end = match.span(match.lastgroup or 0) if rule.kind == "stated" else match.span()
            hits[about] = (*hits[about], Hit(rule, start, end, said))
    _keep_promised(hits, text, opened)
    return Judged(frozenset(acts), hits, len(text.split()))


class _Hits(dict[str, tuple[Hit, ...]]):
    """The hits by what they speak of; nothing of what was not found."""

    __slots__ = ()

    def __missing__(self, about: str) -> tuple[Hit, ...]:
        if about in _ABOUT:
            return ()
        raise KeyError(about)


def _in_vain(kind: str, acts: set[str], hits: Mapping[str, tuple[Hit, ...]]) -> bool:
    """Whether a rule of Resolve need not be tried, because it could not count beside what was found."""
    if kind in ANSWERS:
        return "resolve" in hits or not acts.isdisjoint(UNHELPFUL)
    return kind in _DEEDS and not acts.isdisjoint(ASKING)


_ABOUT = (
    "hear", "empathize", "apologize", "resolve", "diagnose", "policy", "tone", "stock", "asked", "attachment", "time",
    "vague",
)  # fmt: skip


@cache
def _tried(asks: bool) -> tuple[Mapping[int, _Tried], int, int, int]:  # noqa: FBT001  (a cache key)
    """What each rule for a question, or for a statement, of a draft is about, by its number; a bit for each, for those without a gate, and for those with a second."""
    files = rulebook.packaged()
    every = {rule.number: (about, rule) for about in ("acts", *_ABOUT[:9]) for rule in files[about].rules}
    every |= {rule.number: ("hear", rule) for rule in files["echo"].rules}
    every |= {rule.number: ("asked", rule) for rule in files["steps"].rules}
    every |= {rule.number: ("attachment", rule) for rule in files["holes"].of("attachment")}
    every |= {rule.number: (rule.kind, rule) for rule in files["time"].of("time", "vague")}
    every |= {rule.number: ("time", rule) for rule in files["time"].of("stated")}
    other = "statement" if asks else "question"
    every = {number: found for number, found in every.items() if found[1].when != other}
    ungated = sum(1 << number for number, (_about, rule) in every.items() if not rule.gate)
    ready = {number: (about, rule, rule.pattern.search) for number, (about, rule) in every.items()}
    narrow = sum(1 << number for number, (_about, rule) in every.items() if rule.also)
    return ready, sum(1 << number for number in every), ungated, narrow


def _keep_promised(hits: dict[str, tuple[Hit, ...]], text: str, opened: int) -> None:
    """A time counts where the sentence speaks of what will happen, and not of what usually takes how long."""
    if "time" not in hits and "vague" not in hits:
        return
    stated = tuple(hit for hit in hits["time"] if hit.rule.kind == "stated")
    speaks = rulebook.packaged()["time"]
    past = speaks.of("past")
    times = tuple(
        hit
        for hit in hits["time"]
        if hit.rule.kind != "stated" and not any(rule.find(text[: hit.start], opened) for rule in past)
    )
    if not any(rule.find(text, opened) for rule in speaks.of("promise")):
        times = ()
        hits.pop("vague", None)
    elif any(rule.find(text, opened) for rule in speaks.of("usual")):
        times = ()
    hits.pop("time", None)
    if named := _longest((*times, *stated)):
        hits["time"] = named


def _longest(found: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits in the order of the text; of those that overlap the longest."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: hit.start))
