"""Questions in a draft that the customer already answered, and steps that they already tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from console.heard import rulebook
from console.heard.facts import told
from console.heard.judge import ASKING, Hit, Judged, judge
from console.heard.prose import Prose, Sentence, read
from console.heard.rule import Rule
from console.heard.thread import from_agent, from_customer
from console.heard.values import Check, HeardSettings, Span
from store.rows import Item

_DAY = 86_400_000_000
_LASTING = frozenset({"email", "phone", "address", "account"})  # true of the person, not only of one matter
_KNOWN = re.compile(
    r"\b(?:you(?:'ve)? (?:have |had )?(?:already|also)|(?<!have )(?<!did )you tried|you mentioned|as you|other than|apart from)\b"
)
_NO_REQUEST = re.compile(
    r"\b(?:results? of|by (?:itself|themselves)|on (?:its|their) own|(?:do|did) you mean|after (?:the|your|you)|once you(?:'ve)?|if you(?:'ve| have))\b"
)
_NOT_AGAIN = re.compile(  # a step that is kept for the next time, or that the draft knows was done
    r"\bif (?:it|this|that|the \w+|(?:it |this )?ever) (?:\w+ )?(?:happens?|occurs?|comes? back|returns?|reappears?)\b|\b(?:next time|in (?:the )?future)\b"
    r"|\b(?:when|how often|how many times|how long ago|why) (?:did|have|had) you\b|\bdid (?:the |that )?\w+ing\b.{0,30}\bhelp\b"
)
_TO_HAVE = re.compile(r"\b(?:pre-?order\w*|ordering|buy\w*|get(?:ting)? the|upgrade to|trade-?(?:in|up))\b")
_BEFORE_THE_FAULT = re.compile(
    r"\b(?:used to|could|worked|was fine|were fine|no problems?|without (?:any )?(?:problems?|issues?)|previous\w*|before)\b"
)
_NUMBERED = frozenset({"order", "account", "phone"})
_LABELLED = frozenset({"order", "account", "date"})
_BIRTH = "number birth"  # a day is one of birth only where that is said
_COUNTED = frozenset({"order", "amount"})  # of which somebody may have several
_BARE = re.compile(r"(?<![\w.])\d[\d -]{3,20}\d(?!\w)")
_CODE = re.compile(  # "X7KQ2P", or six capitals
    r"(?<![\w.@/-])(?:(?=[A-Za-z]+\d|\d+[A-Za-z])[A-Za-z\d]{5,8}|[A-Z]{6})(?![\w@-])"
)
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LABEL = 30  # characters before a number in which the word stands that says what it numbers
_ENDED = re.compile(r"[.!?]\s")
_OWN = re.compile(r"\b(?:my|our|mein\w*|unser\w*|mon|ma|mes|notre|nos|mis?|nuestr\w+|mijn|onze?)\b")
_JOINED = re.compile(r"^(?:[\s,]+|(?:and|then|und|et|y|en)\s+)+", re.IGNORECASE)
_STEP = "step"  # the kind of a rule whose pattern asks by itself, in another language
_PLEASE = re.compile(r"\b(?:please|kindly) (?:\w+ )?(?:do|run|make|give|have)\b")
_QUOTED = 80  # characters of the customer's sentence that are shown
_BUT = re.compile(r",? (?:but|aber|mais|pero|maar)\b", re.IGNORECASE)
_CUT = re.compile(r"\W*(?:(?:and|or|to|the|a|an|my|it|und|oder|et|ou|y|o|en|of)\b\W*)*\Z", re.IGNORECASE)


def reask(text: Prose, story: Sequence[Item], settings: HeardSettings, now: int) -> Iterator[Check]:
    """The questions in `text` that the story answers, each with the answer.

    What was told long ago is of another matter: long before the customer wrote last, however late we answer.
    """
    items = [item for item in story if from_customer(item)]
    since = min(now, items[-1].at if items else now) - settings.window_days * _DAY
    asked = _asked_before(story)
    for sentence in text.sentences:
        one = judge(sentence)
        for hit in _asked(sentence, one):
            wanted = _numbered(sentence.text[hit.start : hit.end]) if hit.rule.kind in _LABELLED else ""
            answer, message_id = _answer(hit.rule, items, since, _things(sentence.text), wanted)
            if not answer and hit.rule.kind in _NUMBERED:
                answer, message_id = _replied(hit.rule, asked, since)
            if answer and answer.lower() not in sentence.text:
                span = Span(sentence.start + hit.start, sentence.start + hit.end)
                yield Check("reask", span, _say(hit.rule, answer, wanted), answer, message_id)


def _asked(sentence: Sentence, one: Judged) -> list[Hit]:
    """What the sentence asks for, each once, where it does ask and does not say itself that it was given."""
    hits = one.hits["asked"]
    if not hits or _KNOWN.search(sentence.text) or _NO_REQUEST.search(sentence.text):
        return []
    found = {hit.rule.name: hit for hit in hits if hit.rule.kind == _STEP}
    if _asks(sentence, one):
        kept = _NOT_AGAIN.search(sentence.text) is not None
        found |= {
            hit.rule.name: hit
            for hit in hits
            if hit.rule.name not in found and not (kept and hit.rule.told is not None)
        }
    return list(found.values())


def _asks(sentence: Sentence, one: Judged) -> bool:
    """Whether the sentence wants something of the customer: a question, a request, an instruction."""
    instructs = any(hit.rule.kind == "do" for hit in one.hits["resolve"])
    return sentence.asks or instructs or bool(one.acts & ASKING) or _PLEASE.search(sentence.text) is not None


def _answer(
    rule: Rule, items: Sequence[Item], since: int, things: frozenset[str], numbered: str = ""
) -> tuple[str, str]:
    """The newest answer to the question of `rule` and the id of its message; "" where there is none.

    `things` are what the draft speaks of: what was tried on another thing was not tried here. `numbered` is what the
    number that it asks for stands on, "" for any.
    """
    for item in reversed(items):
        if item.at < since and rule.kind not in _LASTING:
            return "", ""
        answer = _tried(rule.name, item.text) if rule.told else _given(rule, item.text, numbered)
        if answer and rule.told and _elsewhere(things, answer):
            continue
        if answer:
            return answer, item.id
    return "", ""


def _asked_before(story: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Each message of ours with the customer's message right after it."""
    spoken = [item for item in story if from_customer(item) or from_agent(item)]
    return [(ours, theirs) for ours, theirs in pairwise(spoken) if from_agent(ours) and from_customer(theirs)]


def _replied(rule: Rule, asked: Sequence[tuple[Item, Item]], since: int) -> tuple[str, str]:
    """The bare number, or code of a booking, that came back when the same was asked before, and the id of its message."""
    for ours, theirs in reversed(asked):
        if theirs.at < since and rule.kind not in _LASTING:
            continue
        number = _BARE.search(theirs.text) or (_CODE.search(theirs.text) if rule.kind == "order" else None)
        if number is not None and rule.name in _asks_for(ours.text):
            return number[0].strip(), theirs.id
    return "", ""


@lru_cache(maxsize=1024)
def _asks_for(text: str) -> frozenset[str]:
    """The names of the questions that one message of ours asks."""
    found = [(sentence, judge(sentence)) for sentence in read(text).sentences]
    return frozenset(
        hit.rule.name for sentence, one in found if _asks(sentence, one) for hit in one.hits["asked"]
    )


def _things(low: str) -> frozenset[str]:
    """The kinds of things that a lower-case text names, such as "phone" for an iPhone."""
    kinds = rulebook.packaged()["asked"].table
    return frozenset(kinds[word] for word in _WORD.findall(low) if word in kinds)


def _elsewhere(things: frozenset[str], answer: str) -> bool:
    """Whether what was tried is clearly another thing than those that the draft names."""
    low = answer.lower()
    meant = _things(low)
    if things and not meant:
        return _OWN.search(low) is not None
    return bool(things) and things.isdisjoint(meant)


def _numbered(low: str) -> str:
    """What a lower-case text says that a number stands on: an order, a parcel, ...; by the last word that says so."""
    said = [kind for word in _LETTERS.findall(low) if (kind := _kind(word))]
    return said[-1] if said else ""


@cache
def _kinds() -> Mapping[str, str]:
    """What is numbered, by each word for it."""
    lists = rulebook.packaged()["asked"].lists
    return {word: name for name in lists if name.startswith("number ") for word in lists[name]}


def _kind(word: str) -> str:
    """What a word numbers, also in a compound such as "Bestellnummer"."""
    kinds = _kinds()
    return kinds.get(word) or kinds.get(re.sub(r"s?-?(?:nummer|nr|code)$", "", word), "")


def _other(value: str, text: str, numbered: str) -> bool:
    """Whether the words before a value say that it is the number, or the day, of something else."""
    low = text.lower()
    at = low.find(value.lower())
    before = _numbered(_ENDED.split(low[max(0, at - _LABEL) : at])[-1]) if at >= 0 else ""
    return bool(numbered and (before or numbered == _BIRTH)) and before != numbered


def _given(rule: Rule, text: str, numbered: str = "") -> str:
    """What a message gives for the question of `rule`: the last value, or all where several are of one kind and counted."""
    values = [found.value for found in told(text) if found.kind == rule.kind]
    if rule.kind == "device" and (_BEFORE_THE_FAULT.search(text.lower()) or _TO_HAVE.search(text.lower())):
        return ""
    fit = [
        value
        for value in dict.fromkeys(values)
        if (rule.needs is None or rule.needs.search(value.lower())) and not _other(value, text, numbered)
    ]
    return ", ".join(fit) if rule.kind in _COUNTED else "".join(fit[-1:])


def _tried(name: str, text: str) -> str:
    return dict(all_tried(text)).get(name, "")


@lru_cache(maxsize=8192)
def all_tried(text: str) -> tuple[tuple[str, str], ...]:
    """What one message of the customer says was tried: the rule's name, and the words."""
    found: dict[str, str] = {}
    if not _could_be_tried().search(text.lower()):
        return ()
    for sentence in read(text).sentences:
        if not _could_be_tried().search(sentence.text):
            continue
        for rule in (*rulebook.packaged()["asked"].rules, *rulebook.packaged()["steps"].rules):
            if rule.told is None or rule.name in found or sentence.asks:
                continue
            match = rule.told.search(sentence.text)
            if match is not None:
                words = text[sentence.start + match.start() : sentence.end]
                found[rule.name] = _quoted(" ".join(_JOINED.sub("", words).split()))
    return tuple(found.items())


def _quoted(words: str) -> str:
    """The words up to a "but", or as many whole ones as are shown; what is left out is seen."""
    words = _BUT.split(words, maxsplit=1)[0]
    if len(words) <= _QUOTED:
        return words
    return _CUT.sub("", words[:_QUOTED].rpartition(" ")[0]) + "\N{HORIZONTAL ELLIPSIS}"


@cache
def _could_be_tried() -> re.Pattern[str]:
    """One of the words without which nobody says what was tried."""
    words = rulebook.packaged()["asked"].lists["tried"] | rulebook.packaged()["steps"].lists["tried"]
    return re.compile("|".join(map(re.escape, sorted(words))))


def _say(rule: Rule, answer: str, numbered: str = "") -> str:
    said = rulebook.packaged()["say"].table["reask"]
    say = rule.say.replace("order number", f"{numbered.partition(' ')[2]} number") if numbered else rule.say
    return said.replace("{say}", say).replace("{found}", f"\u201c{answer}\u201d" if rule.told else answer)
