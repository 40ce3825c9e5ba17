"""What one message says, sentence by sentence: what is wanted, tried, suggested, promised; in the message's own words.

Quoted history, signatures and handles are left out. English is read by the rules of the HEARD engine, German, French, Spanish
and Dutch by phrase lists (`sentence_words`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from console import sentence_words
from console.heard import rulebook
from console.heard.customer import said
from console.heard.judge import ASKING, Judged, judge
from console.heard.language import ENGLISH
from console.heard.prose import Prose, Sentence, read
from console.promise_words import prose_of
from console.sentence_words import LANGUAGES, Kind

__all__ = ["TRIM", "Kind", "Said", "is_settled", "of_agent", "of_customer", "quoted", "shortened"]

TRIM = 160  # characters of a sentence that are shown
_LEAST = 3  # words; a shorter question is mostly small talk
_LINK = re.compile(r"(?:https?://|www\.)\S+|<link>", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_WANTS = re.compile(
    r"^(?:(?:hi|hello|hey|yes|ok(?:ay)?|and|so|then|well)\b[\s,.!]*)*(?:please|pls|kindly)\b(?! (?:help|hurry|wait)\b\W*$)"
    r"|\b(?:i|we)(?:'d| would|'m| am|'re| are)? (?:\w+ ){0,2}(?:like|love|want|wanted|need|wanna|hoping|wish|wishing|trying|looking|planning)"
    r" (?:to\b|for\b|you\b|a\b|an\b|my\b|the\b|some\b|help\b)|\b(?:i|we)(?: \w+)? (?:need|want) \w+"
    r"|\b(?:can|could|will|would) (?:you|someone|somebody|anyone) (?:please |pls |also |just |maybe )?(?!hear|see|imagine|believe|guess)\w+"
    r"|\b(?:help me|let me know|tell me|give me|send me|call me)\b"
)
_NO_WANT = re.compile(
    r"\b(?:i|we)(?:'d| would)? (?:\w+ )?(?:like to thank|want to thank|need to go|want to say|wanted to say|would love to hear)\b"
    r"|\b(?:don't|do not|didn't|won't|not) (?:\w+ )?(?:want|need|like|wish)\b|\bplease (?:hold|be patient)\b|\bcan i help\b"
    r"|^(?:\W*\w+,? )?(?:hi|hello|hey)?\W*(?:i|we) need (?:some |your )?help\W*$"
)
_GREETS = re.compile(
    r"(?:dear|hello|hi|good (?:morning|afternoon|evening)|to whom it may concern|sehr geehrte\w*|guten (?:tag|morgen|abend)|liebe[rs]?|hallo|bonjour|ch\u00e8re?s?|madame|hola|buen[oa]s"
    r"|estimad[oa]s?|geachte|beste|goede\w*)\b[^.?!\d]{0,60}[,:]$"
)
_THANKS = re.compile(r"(?:\w+ )?(?:thanks|thank you|thx|ty)\b")
_IDLE = re.compile(
    r"\b(?:how are (?:you|u)|how's it going|are (?:you|u) (?:kidding|serious|joking|there|ok|real|a (?:bot|robot|human))|you there|really|seriously|anyone (?:there|home)"
    r"|who cares|why bother|what else is new|guess what|know what|you know|(?:is|was) that (?:ok|all|it)|does that (?:help|make sense)|(?:what|how) about you)\W*$"
)
_MORE_TRIED = re.compile(
    r"\b(?:i|we)(?:'?ve| have|'?d| had)? (?:also |just |already |even |since |then |now ){0,2}(?:tried|restarted|rebooted|pulled the plug|refreshed|descaled|measured|followed|answered|taken|took"
    r" a (?:photo|picture)|looked|cleaned|swapped|re-?paired|waited|double-?checked|re-?started)\b"
    r"|^(?:(?:already |just |have )?(?:tried|restarted|rebooted|reinstalled|uninstalled|cleared|unplugged|reset)\b)"
)
_NOT_TRIED = re.compile(
    r"\b(?:i|we)(?:'d| had| have|'ve)? (?:never|not)\b|\bif (?:i|we) (?:tried|reset|changed|switched|called)\b|\bcalled (?:off|it|me|him)\b"
)
_BACK = re.compile(r"since you\b|you (?:say|said|wrote|told)\b")  # says the customer's words back
_AHEAD = re.compile(
    r"(?:\b(?:will|shall|going to|ill|you'll (?:get|have|receive|hear)|you should (?:get|have|receive|see|hear)|(?:is|are) (?:booked|due|on (?:its|the|their) way))|'ll)\b"
    r"|\b(?:i'm|we're|i am|we are) (?!in\b|open|closed|here)\w+ing\b"
)
_NO_PROMISE = re.compile(
    r"\b(?:will|'ll|would) (?:need|require|want|be (?:able|happy|glad|delighted|here|open|closed|closing|charged|required|unable))\b"
    r"|\bhappy to (?:help|look|assist)\b|\bif you\b[^,]*$|\bonce (?:you|we have (?:your|the|this))\b|\bhope\w*\b|\bhave a (?:\w+ )?(?:day|evening|night|weekend|trip|flight|week|time)\b"
    r"|\b(?:(?:will|shall)(?: \w+)? not|won't) (?:\w+ )?be able\b|\b(?:nobody|no one|none of \w+) (?:will|shall|'ll)\b"
    r"|\bis there anything\b|\bwould you like\b|\blooking forward\b"
)
_NO_STEP = re.compile(
    r"\b(?:have a (?:\w+ ){0,2}(?:day|evening|night|weekend|trip|one|stay|ride|flight)|let (?:us|me) know|take care|stay (?:safe|tuned|warm)|feel free|don't hesitate|bear with|hold on"
    r"|one moment|your destination|here(?: is|'s|s) the information|should be (?:contacted|okay|fine|ok|able)|surely|please (?:wait|allow|hold|note|be advised|accept|enjoy)|thank(?:s| you) for|reach out|stop by and see|come back|keep (?:us|me) (?:posted|updated))\b"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a message and what it is; `time` is the time that a promise names, "" for none."""

    kind: Kind
    words: str
    time: str = ""


@lru_cache(maxsize=4096)
def of_customer(text: str, usual: str = ENGLISH) -> tuple[Said, ...]:
    """The sentences of a customer that want, ask, complain or tell what was tried; a sentence is one thing only.

    `usual` is the language that he writes, for a text that is too short to tell.
    """
    prose, code = _read(text, usual)
    found = ((_customers(sentence, code), sentence) for sentence in prose.sentences)
    return tuple(Said(kind, words) for kind, one in found if kind and (words := quoted(text, prose, one)))


@lru_cache(maxsize=4096)
def of_agent(text: str, usual: str = ENGLISH) -> tuple[Said, ...]:
    """The sentences of an agent that give a step, promise, ask, or name a cause; what names one may do another as well."""
    prose, code = _read(text, usual)
    if code not in LANGUAGES:
        return tuple(_of_agent(text, prose))
    found = sentence_words.agent(text, prose, code)
    return tuple(Said(kind, words, time) for kind, one, time in found if (words := quoted(text, prose, one)))


def is_settled(text: str, usual: str = ENGLISH) -> bool:
    """Whether a customer's message only thanks, or says that it works."""
    prose, code = _read(text, usual)
    return sentence_words.settled(prose, code) if code in LANGUAGES else "settled" in said(text).shows


def _read(text: str, usual: str) -> tuple[Prose, str]:
    """A text in sentences, and its language."""
    prose = read(text)
    code = sentence_words.language(prose.low, usual)
    return (prose_of(text) if code in LANGUAGES else prose), code


def _customers(sentence: Sentence, code: str) -> Kind | None:
    if _GREETS.match(sentence.text):
        return None
    return sentence_words.customer(sentence, code) if code in LANGUAGES else _of_customer(sentence)


def quoted(text: str, prose: Prose, sentence: Sentence) -> str:
    """A sentence as it was written, on one line, trimmed to `TRIM` characters at the end of a word."""
    start, end = sentence.start, sentence.end
    last = next((link.end() for link in _LINK.finditer(text, start) if link.start() < end < link.end()), end)

    def kept(word: re.Match[str]) -> str:
        gone = (
            prose.cased[start + word.start()] == " "
        )  # as quoted history is, and handles, which are somebody's words
        return " " if gone and word[0][0] != "@" else word[0]

    return shortened(" ".join(_WORD.sub(kept, text[start:last]).split()))


def shortened(words: str, most: int = TRIM) -> str:
    """The beginning of some words, cut where one ends, with an ellipsis; unchanged where there is room."""
    if len(words) <= most:
        return words
    return words[: most - 1].rpartition(" ")[0].rstrip(" ,;:") + "\N{HORIZONTAL ELLIPSIS}"


def _of_customer(sentence: Sentence) -> Kind | None:
    words, opened = sentence.text, rulebook.opened(sentence.text)
    rules = rulebook.packaged()
    if _has_tried(sentence):
        return "tried"
    if len(words.split()) < _LEAST or _IDLE.search(words):
        return None
    wants = any(rule.find(words, opened) for rule in rules["facts"].of("wanted")) or _WANTS.search(words)
    if wants and not _NO_WANT.search(words):
        return "want"
    if sentence.asks:
        return "question"
    kinds: tuple[Kind, ...] = ("trouble", "problem")
    for kind in kinds if not _THANKS.match(words) else ():
        if any(rule.find(words, opened) for rule in rules["customer"].of(kind)):
            return kind
    return "told" if len(words.split()) > _LEAST else None


def _has_tried(sentence: Sentence) -> bool:
    words, opened = sentence.text, rulebook.opened(sentence.text)
    if sentence.asks or _NOT_TRIED.search(words):
        return False
    rules = rulebook.packaged()
    return (
        any(rule.find(words, opened) for rule in rules["facts"].of("tried"))
        or any(rule.told is not None and rule.told.search(words) for rule in rules["asked"].rules)
        or _MORE_TRIED.search(words) is not None
    )


def _of_agent(text: str, prose: Prose) -> Iterator[Said]:
    judged = [(sentence, judge(sentence)) for sentence in prose.sentences]
    asks_first = any(one.acts & ASKING or sentence.asks for sentence, one in judged)
    for sentence, one in judged:
        kind = _agents(sentence, one, asks_first=asks_first)
        cause = (
            not sentence.asks
            and not _BACK.match(sentence.text)
            and any(hit.rule.kind != "ask" for hit in one.hits["diagnose"])
        )
        words = quoted(text, prose, sentence) if kind or cause else ""
        if kind and words:
            yield Said(kind, words, _time(text, sentence, one) if kind == "promise" else "")
        if cause and words:
            yield Said("cause", words)


def _agents(sentence: Sentence, one: Judged, *, asks_first: bool) -> Kind | None:
    kinds = {hit.rule.kind for hit in one.hits["resolve"]}
    step = "do" in kinds and not _NO_STEP.search(sentence.text)
    if one.acts & ASKING or sentence.asks:
        if step and not one.acts & ASKING:
            return "step"
        return "ask" if len(sentence.text.split()) >= _LEAST and "offer" not in one.acts else None
    if _promises(sentence.text, one, kinds, asks_first=asks_first) and not _NO_PROMISE.search(sentence.text):
        return "promise"
    if step:
        return "step"
    return "done" if "done" in kinds and not _NO_STEP.search(sentence.text) else None


def _promises(words: str, one: Judged, kinds: set[str], *, asks_first: bool) -> bool:
    soon = not asks_first and ("vague" in kinds or (one.hits["vague"] and _AHEAD.search(words)))
    return bool("will" in kinds or (one.hits["time"] and _AHEAD.search(words)) or soon)


def _time(text: str, sentence: Sentence, one: Judged) -> str:
    hit = next(iter(one.hits["time"]), None)
    if hit is None:
        return ""
    return " ".join(text[sentence.start + hit.start : sentence.start + hit.end].split())
