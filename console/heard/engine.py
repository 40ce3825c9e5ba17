"""`advise`: a draft beside the customer's story, and what to say about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from console.heard import checks, customer, evidence, facts, ladder, names, pasted, prose, reask
from console.heard.language import ENGLISH, spoken
from console.heard.prose import Prose
from console.heard.recap import recap
from console.heard.repeat import repeat
from console.heard.suggest import suggestion
from console.heard.thread import Conversation, conversation, from_customer
from console.heard.values import CHECKS, Advice, Check, Fact, HeardSettings
from store.rows import Item


@dataclass(frozen=True, slots=True)
class _Background:
    """What does not change while the agent types."""

    talk: Conversation
    facts: tuple[Fact, ...]
    customer: tuple[str, ...]  # the customer's texts in lower case
    theirs: str  # the same as words


def advise(
    draft: str,
    story: Sequence[Item],
    settings: HeardSettings,
    now: int,
    *,
    ref: str = "",
    attachments: Sequence[str] = (),
    solving: bool = False,
) -> Advice:
    """Say which steps the draft shows, what else to look at, what is known, and the one thing to say next.

    Pure: the same arguments give the same advice. `ref` is the ticket that is answered ("": the one the customer wrote
    in last); the steps look at its conversation, the facts and the repeats at the whole person. `now` is in
    microseconds. `attachments` names the files that go with the draft; `solving` says that the ticket is set to solved
    with it. Quoted history and sentences of the customer's own are not judged as ours. Of a longer draft the first
    `prose.LIMIT` characters are looked at.
    """
    items = tuple(story)
    background = _background(items, ref)
    whole = prose.read(draft)
    language = spoken(whole.low)
    text = pasted.without_pasted(whole, background.theirs)
    reading = evidence.read(text, background.talk.customer)
    alien = language != ENGLISH
    rungs = ladder.steps(reading, background.talk, settings, foreign=alien)
    found = _in_any_language(text, items, settings, attached=bool(attachments))
    found += _jargon(text, background, settings, language)
    if not alien:
        found += [
            *reask.reask(text, items, settings, now),
            *checks.tone(text),
            *checks.times(text),
            *_policy(reading),
        ]
        found += recap(text, reading) if solving and not background.talk.customer.settled else ()
    told = repeat(items, settings, now, ref)
    shown = tuple(sorted((one for one in found if one.name not in settings.muted), key=_place))
    open_rungs = [rung for rung in rungs if rung.name not in settings.muted]
    quote = background.talk.customer.quote
    next_words = suggestion(open_rungs, shown, told, quote, small=reading.small)
    return Advice(rungs, shown, background.facts, told, next_words)


def _place(check: Check) -> tuple[int, int, int]:
    return check.span.start, CHECKS.index(check.name), check.span.end


def _in_any_language(
    text: Prose, items: tuple[Item, ...], settings: HeardSettings, *, attached: bool
) -> list[Check]:
    return [
        *checks.holes(text),
        *checks.attachment(text, attached=attached),
        *checks.stock_phrases(text, settings.phrases),
        *names.wrong_name(text, items),
    ]


def _jargon(text: Prose, background: _Background, settings: HeardSettings, language: str) -> Iterator[Check]:
    glossary = {**settings.glossary, **settings.wordings.get(language, {})}
    return checks.jargon(text, glossary, background.customer, english=language == ENGLISH)


def _policy(reading: evidence.Reading) -> list[Check]:
    return [Check("policy_defence", one.span, one.say) for one in reading.policy[:1]]


@lru_cache(maxsize=16)
def _background(items: tuple[Item, ...], ref: str) -> _Background:
    texts = tuple(item.text for item in items if from_customer(item))
    lower = tuple(map(prose.lower, texts))
    return _Background(conversation(items, ref), facts.facts(items), lower, pasted.in_words(texts))


def forget() -> None:
    """Drop what is remembered of whole messages, so that a long run over many people stays small."""
    for kept in (
        _background,
        customer.said,
        facts.told,
        ladder.shown,
        names.called_himself,
        pasted.words_of,
        reask.all_tried,
    ):
        kept.cache_clear()
