"""What one sentence does, whoever it answers: the rules are tried once a sentence, and the answer is kept.

While an agent types, only the sentence under the cursor is new; all others come from the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from console.heard import rulebook
from console.heard.prose import Sentence


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that holds, and its place in the sentence. `said` is what follows a frame of Hear."""

    rule: rulebook.Rule
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
    present = rulebook.present(text)
    acts = frozenset(
        rule.kind for rule in rulebook.packaged()["acts"].rules if rule.find(text, present, asks=asks)
    )
    hits = {name: _hits(tried, text, present, asks=asks) for name, tried in _tried().items()}
    _keep_promised(hits, text, present)
    return Judged(acts, hits, len(text.split()))


@lru_cache(maxsize=1)
def _tried() -> Mapping[str, tuple[rulebook.Rule, ...]]:
    files = rulebook.packaged()
    whole = ("hear", "empathize", "apologize", "resolve", "diagnose", "policy", "tone", "stock", "asked")
    tried = {name: files[name].rules for name in whole}
    tried["attachment"] = files["holes"].of("attachment")
    return tried | {kind: files["time"].of(kind) for kind in ("time", "vague")}


def _keep_promised(hits: dict[str, tuple[Hit, ...]], text: str, present: frozenset[str]) -> None:
    """A time counts where the sentence speaks of what will happen, and not of what usually takes how long."""
    if not (hits["time"] or hits["vague"]):
        return
    speaks = rulebook.packaged()["time"]
    if not any(rule.find(text, present) for rule in speaks.of("promise")):
        hits["time"] = hits["vague"] = ()
    elif any(rule.find(text, present) for rule in speaks.of("usual")):
        hits["time"] = ()


def _hits(
    tried: tuple[rulebook.Rule, ...], text: str, present: frozenset[str], *, asks: bool
) -> tuple[Hit, ...]:
    found: list[Hit] = []
    for rule in tried:
        if rule.gate and rule.gate.isdisjoint(present):  # here too: the call costs more than the look
            continue
        match = rule.find(text, present, asks=asks)
        if match is not None:
            said = match[match.lastgroup] if match.lastgroup else ""
            found.append(Hit(rule, match.start(), match.end(), said))
    return tuple(found)
