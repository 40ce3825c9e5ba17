"""What a draft that solves the case should still hold: what was done, and how to come back."""

from __future__ import annotations

from collections.abc import Iterator

from console.heard import rulebook
from console.heard.evidence import Reading
from console.heard.prose import Prose
from console.heard.values import Check, Span


def recap(text: Prose, reading: Reading) -> Iterator[Check]:
    """One finding at the last sentence, where what was done is not said again, or not how to reach us."""
    if not text.sentences or reading.small:
        return
    done = any(one.level == "seen" for one in reading.steps["resolve"]) or _says(text, "done")
    reach = _says(text, "reach")
    missing = {(False, False): "both", (False, True): "done", (True, False): "reach"}.get((done, reach))
    if missing:
        last = text.sentences[-1]
        say = rulebook.packaged()["say"].table[f"recap_{missing}"]
        yield Check("recap_missing", Span(last.start, last.end), say)


def _says(text: Prose, kind: str) -> bool:
    rules = rulebook.packaged()["words"].of(kind)
    return any(
        rule.find(one.text, rulebook.opened(one.text), asks=one.asks)
        for one in text.sentences
        for rule in rules
    )
