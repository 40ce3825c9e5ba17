"""What a sentence is in German, French, Spanish or Dutch: phrase lists in `heard/rules/told.toml`, read when first needed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Literal

from console import promise_words
from console.heard import rulebook
from console.heard.language import CODES, ENGLISH, spoken
from console.heard.prose import Prose, Sentence
from store.errors import ConfigError

Kind = Literal[
    "want", "question", "trouble", "problem", "tried", "told", "step", "done", "promise", "ask", "cause"
]
LANGUAGES = ("de", "fr", "es", "nl")
LEAST = 3  # words; a shorter question is mostly small talk
_READ = 600  # characters that tell the language
_WORD = re.compile(r"[^\W\d_]+")


@cache
def _file() -> Mapping[str, Mapping[str, list[str]]]:
    path = Path(__file__).parent / "heard" / "rules" / "told.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be used: {error!r}.", "Install heard again.") from error


@cache
def phrases(code: str) -> Mapping[str, re.Pattern[str]]:
    """The patterns of one of `LANGUAGES` by kind. Raises ConfigError when the file is not as it came."""
    try:
        return {kind: re.compile(rf"\b(?:{'|'.join(words)})") for kind, words in _file()[code].items()}
    except (KeyError, TypeError, re.error) as error:
        raise ConfigError(f"told.toml cannot be used: {error!r}.", "Install heard again.") from error


def language(low: str, usual: str = ENGLISH) -> str:
    """The language of a lower-case text; `usual` is that of its writer, for a text too short to speak for another."""
    found = spoken(low)
    if found != ENGLISH or usual not in LANGUAGES:
        return found
    lists, names = rulebook.packaged()["languages"].lists, {code: name for name, code in CODES.items()}
    small = _WORD.findall(low[:_READ])
    english, own = (sum(map(lists[names[code]].__contains__, small)) for code in (ENGLISH, usual))
    return ENGLISH if english > own + 1 else usual  # "is" and "in" are words of others, too


def customer(sentence: Sentence, code: str) -> Kind | None:
    """What a sentence of a customer is; None for small talk."""
    words, known = sentence.text, phrases(code)

    def says(kind: str) -> bool:
        return known[kind].search(words) is not None

    if says("tried") and not sentence.asks and not says("no_tried"):
        return "tried"
    if len(words.split()) < LEAST or says("idle"):
        return None
    if says("want") and not says("no_want"):
        return "want"
    if sentence.asks:
        return "question"
    if says("trouble") and not says("settled") and not says("no_tried"):
        return "trouble"
    return "told" if len(words.split()) > LEAST and not says("thanks") else None


def settled(text: Prose, code: str) -> bool:
    """Whether a customer's message only thanks, or says that it works."""
    kinds = {customer(sentence, code) for sentence in text.sentences}
    if kinds & {"want", "question", "trouble"}:
        return False
    known = phrases(code)
    return any(known["settled"].search(s.text) or known["thanks"].search(s.text) for s in text.sentences)


def agent(text: str, prose: Prose, code: str) -> Iterator[tuple[Kind, Sentence, str]]:
    """What the sentences of an agent are, with the time that a promise names; what names a cause may be another thing as well."""
    times = promise_words.find(text, 0, UTC)
    for sentence in prose.sentences:
        inside = [t for t in times if sentence.start <= t.span[0] and t.span[1] <= sentence.end]
        kind = _agents(sentence, code, timed=bool(inside))
        if kind:
            named = next((t.phrase for t in inside if t.due), "") if kind == "promise" else ""
            yield kind, sentence, " ".join(named.split())
        if not sentence.asks and phrases(code)["cause"].search(sentence.text):
            yield "cause", sentence, ""


def _agents(sentence: Sentence, code: str, *, timed: bool) -> Kind | None:
    words, known = sentence.text, phrases(code)

    def says(kind: str) -> bool:
        return known[kind].search(words) is not None

    if says("idle"):
        return None
    step = says("step") and not says("no_step")
    if sentence.asks or says("ask"):
        asked = says("ask") or not step
        return "step" if not asked else "ask" if len(words.split()) >= LEAST else None
    if timed or (says("promise") and not says("no_promise")):
        return "promise"
    if step:
        return "step"
    return "done" if says("done") else None
