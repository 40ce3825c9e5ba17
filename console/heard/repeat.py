"""How often a person had to come back, and to tell it again; and whether a draft says so before it comes to the fix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from console.heard import prose
from console.heard.customer import said
from console.heard.prose import Prose
from console.heard.thread import from_agent, from_customer
from console.heard.values import STEPS, HeardSettings, Repeat, Span, Step, StepName
from store.rows import Item

_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_CODE = 4  # characters
_SAME = 2  # rarer words that two tellings of one problem share
_OPENED: tuple[StepName, ...] = ("empathize", "hear")
_TIMES = (
    r"(?:twice|again|once more|repeatedly|more than once|over and over|(?:two|three|four|five|six|seven|several|many|so many|multiple|\d+)"
    r" (?:different |separate )?(?:times|contacts|messages|e-?mails|calls|tickets|agents|colleagues|people))"
)
_TOLD = (
    r"(?:write|wrote|written|writing|call|called|calling|phone|phoned|phoning|ring|rung|rang|contact|contacted|contacting|reach|reached|reaching|get|getting|got"
    r"|come|came|coming|chase|chased|chasing|tell|told|telling|explain|explained|explaining|report|reported|reporting|ask|asked|asking|repeat|repeated"
    r"|e-?mail|e-?mailed|message|messaged|say|said|describe|described|describing|speak|spoke|spoken|touch|follow|followed|give|given|raise|raised|mention|mentioned)"
)
# That somebody had to come or to tell it again, said of "you"; what you can or will do again is another thing.
_AGAIN = re.compile(
    rf"\byou(?!'ll)(?:'ve|'d)?(?! (?:\w+ )?(?:can|could|will|would|may|might)\b)(?: [\w']+){{0,5}}? {_TOLD}\b[^.;:]{{0,60}}?\b{_TIMES}(?!\w)"
    rf"|\byou(?:'ve|'d| have| had)? already (?:been in )?{_TOLD}\b"
    r"|\b(?:second|third|fourth|fifth|sixth|seventh|\d+(?:nd|rd|th)) (?:time|contact|message|e-?mail|call|ticket)(?: that)?,? (?:you|to us|about this)\b"
    r"|\bthis is (?:now |already )?the (?:second|third|fourth|fifth|sixth|seventh|\d+(?:nd|rd|th)) time(?: in \w+(?: \w+)?)? (?:that )?(?:your|the|this|it|we|our|he|she|they|somebody|someone)\b"
    r"|\byour (?:second|third|fourth|fifth|sixth|seventh|\d+(?:nd|rd|th)) (?:contact|message|e-?mail|call|ticket|attempt)\b"
    r"|\b(?:repeat(?:ing)? (?:yourself|it|this|everything)|(?:explain|tell|say|go over)(?:ing)? (?:\w+ ){1,2}again)\b"
    r"|\b(?:back and forth|round in circles|keep having to|kept having to|(?:had|have|having) to (?:chase|come back|keep|contact us again))\b"
    r"|\b(?:passed|sent|bounced|pushed) (?:around|about|on|from one|from agent|from person|between)\b"
)


def with_repeat(steps: Sequence[Step], text: Prose, told: Repeat, earlier: Sequence[str]) -> tuple[Step, ...]:
    """The steps of a draft to a person who had to tell it again: Empathize is met by saying so before the fix.

    Without that it stays half open, whatever else the draft feels; where there is nothing to empathize with, Hear does.
    `earlier` are our answers to what is open now: one of them may have said so.
    """
    banner = told.line()
    name = next((name for name in _OPENED if steps[STEPS.index(name)].state != "not_needed"), None)
    if not banner or told.told < _SAME or name is None or steps[STEPS.index(name)].state == "waived":
        return tuple(steps)
    at, fix = STEPS.index(name), steps[STEPS.index("resolve")]
    said, step = acknowledged(text, fix.spans), steps[at]
    if said is not None:
        if name == "empathize" and step.state != "seen":
            step = replace(step, state="seen", spans=(said,), why="It says that they had to come back.")
    elif step.state == "seen" and not any(acknowledged(prose.read(one)) for one in earlier):
        why = f"It does not say, before the fix, that they had to come back: {banner}."
        step = replace(step, state="partly", why=why)
    return (*steps[:at], step, *steps[at + 1 :])


def acknowledged(text: Prose, fixes: Sequence[Span] = ()) -> Span | None:
    """Where a text says, before the first of the fixes, that somebody had to come or to tell it again; None: nowhere."""
    for sentence in text.sentences:
        match = None if sentence.asks else _AGAIN.search(sentence.text)
        if match is not None:
            said = Span(sentence.start + match.start(), sentence.start + match.end())
            before = [fix for fix in fixes if fix.end <= said.start]
            return None if before else said
    return None


def repeat(story: Sequence[Item], settings: HeardSettings, now: int, ref: str) -> Repeat:
    """Count over the whole person, within the window that ends now."""
    since = now - settings.window_days * _DAY
    items = [item for item in story if since <= item.at <= now and (from_customer(item) or from_agent(item))]
    wrote = [item for item in items if from_customer(item)]
    if not wrote:
        return Repeat()
    times, refs = _told(items, ref or wrote[-1].ref)
    return Repeat(
        contacts=len({item.ref for item in wrote}),
        days=max(1, -(-(now - min(item.at for item in wrote)) // _DAY)),
        told=times,
        people=len({item.author for item in items if from_agent(item) and item.ref in refs}),
        channels=len({item.channel for item in wrote}),
    )


def _told(items: Sequence[Item], ref: str) -> tuple[int, frozenset[str]]:
    """How often the problem of ticket `ref` was told, and in which tickets.

    A message tells it again in another ticket, to another agent, or more than an hour after the last time.
    """
    own = (said(item.text).words for item in items if from_customer(item) and item.ref == ref)
    words = frozenset[str]().union(*own)
    refs: list[str] = []
    heard_by = listener = ""
    at = 0
    for item in items:
        if from_agent(item):
            listener = item.author
        elif _tells(item, words, ref):
            passed_on = bool(heard_by) and bool(listener) and listener != heard_by
            if not refs or item.ref != refs[-1] or passed_on or item.at - at > _HOUR:
                refs.append(item.ref)
            heard_by, at = listener, item.at
    return len(refs), frozenset(refs)


def _tells(item: Item, words: frozenset[str], ref: str) -> bool:
    one = said(item.text)
    if not one.shows & {"trouble", "problem", "upset", "failed"}:
        return False
    shared = one.words & words
    return item.ref == ref or len(shared) >= _SAME or any(_is_code(word) for word in shared)


def _is_code(word: str) -> bool:
    """Whether a word is a number or a code long enough to name one thing."""
    return len(word) >= _CODE and any(c.isdigit() for c in word)
