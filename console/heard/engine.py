"""`advise`: a draft beside the customer's story, and what to say about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from console.heard import checks, customer, evidence, facts, ladder, names, pasted, prose, reask
from console.heard.hints import Ground, hints
from console.heard.language import ENGLISH, spoken, spoken_to
from console.heard.macro_fit import Canned, macro_misfit, stems
from console.heard.prose import Prose
from console.heard.recap import recap
from console.heard.repeat import acknowledged, repeat, with_repeat
from console.heard.thread import Conversation, conversation, from_customer
from console.heard.values import CHECKS, Advice, Check, Edit, Fact, HeardSettings, Repeat, Span
from store.rows import Item

_NEWEST = 3  # messages of the customer that tell the language


@dataclass(frozen=True, slots=True)
class _Background:
    """What does not change while the agent types."""

    talk: Conversation
    facts: tuple[Fact, ...]
    told: tuple[Item, ...]  # the story as the customer corrected it
    customer: tuple[str, ...]  # the customer's texts in lower case
    theirs: str  # the same as words
    language: str  # that they write in


def advise(
    draft: str,
    story: Sequence[Item],
    settings: HeardSettings,
    now: int,
    *,
    ref: str = "",
    attachments: Sequence[str] = (),
    solving: bool = False,
    edits: Sequence[Edit] = (),
    macros: tuple[Canned, ...] = (),
) -> Advice:
    """Say which steps the draft shows, what else to look at, what is known, and the one thing to say next.

    Pure: the same arguments give the same advice. `ref` is the ticket that is answered ("": the one the customer wrote
    in last); the steps look at its conversation, the facts and the repeats at the whole person. `now` is in
    microseconds. `attachments` names the files that go with the draft; `solving` says that the ticket is set to solved
    with it. `edits` are what agents made of the facts, oldest first; `macros` are the canned replies that there are. Quoted history and sentences of the customer's own are not judged as ours. Of a longer draft the first
    `prose.LIMIT` characters are looked at.
    """
    items = tuple(story)
    background = _background(items, ref)
    whole = prose.read(draft)
    language = spoken_to(whole.low, background.language)
    text = pasted.without_pasted(whole, background.theirs)
    reading = evidence.read(text, background.talk.customer)
    alien = language != ENGLISH
    rungs = ladder.steps(reading, background.talk, settings, foreign=alien)
    found = _in_any_language(text, items, settings, attached=bool(attachments))
    found += _jargon(text, background, settings, language)
    found += macro_misfit(text, macros, items, ref)
    found += _reask(text, background.told, settings, now=now, edits=_about(background.facts, edits))
    if alien:
        found += checks.vague_elsewhere(text)
    else:
        found += [
            *checks.times(text),
            *_policy(reading),
        ]
        found += recap(text, reading) if solving and not background.talk.customer.settled else ()
    told = repeat(items, settings, now, ref)
    shown = tuple(sorted((one for one in found if one.name not in settings.muted), key=_place))
    rungs = rungs if alien else with_repeat(rungs, text, told, background.talk.answers)
    open_rungs = [rung for rung in rungs if rung.name not in settings.muted]
    known = facts.laid_over(background.facts, edits)
    quote = background.talk.customer.quote
    repeated = Repeat() if told.line() and acknowledged(text) else told  # what was said need not be suggested
    ground = Ground(text, items, known, repeated, quote, small=reading.small, language=language)
    to_do = hints(open_rungs, shown, ground)
    return Advice(rungs, shown, known, told, to_do[0].say if to_do else "", to_do)


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
        *checks.tone(text),
    ]


def _jargon(text: Prose, background: _Background, settings: HeardSettings, language: str) -> Iterator[Check]:
    glossary = {**settings.glossary, **settings.wordings.get(language, {})}
    return checks.jargon(text, glossary, background.customer, english=language == ENGLISH)


def _about(known: Sequence[Fact], edits: Sequence[Edit]) -> list[Edit]:
    """The edits that speak of a fact that is there."""
    return [edit for edit in edits if any(edit.about(fact.kind, fact.value) for fact in known)]


def _reask(
    text: Prose, items: tuple[Item, ...], settings: HeardSettings, *, now: int, edits: Sequence[Edit]
) -> Iterator[Check]:
    """The questions that the story answers, by the facts as agents have corrected them."""
    away = [edit for edit in edits if not edit.corrected]
    kept = [edit for edit in away if facts.edit_of(edit.kind, edit.value, edits) is edit]
    for check in reask.reask(
        text, [_without(item, kept) for item in items] if kept else items, settings, now
    ):
        held = _held(check.found, edits)
        if held == check.found:
            yield check
        elif held and held.lower() not in _sentence(text, check.span):
            yield replace(check, say=check.say.replace(check.found, held), found=held)


def _held(found: str, edits: Sequence[Edit]) -> str:
    """What a customer gave, one thing or several, as agents have corrected it."""
    newest = {edit.value.casefold(): edit.corrected for edit in edits}
    if found.casefold() in newest:
        return newest[found.casefold()]
    return ", ".join(held for one in found.split(", ") if (held := newest.get(one.casefold(), one)))


def _without(item: Item, away: Sequence[Edit]) -> Item:
    """The item without the words that agents put away, so that an older answer may hold."""
    text = item.text
    for edit in away:
        text = text.replace(edit.value, " ") if edit.value else text
    return item if text == item.text else replace(item, text=text)


def _sentence(text: Prose, span: Span) -> str:
    return next((one.text for one in text.sentences if one.start <= span.start < one.end), "")


def _policy(reading: evidence.Reading) -> list[Check]:
    return [Check("policy_defence", one.span, one.say) for one in reading.policy[:1]]


@lru_cache(maxsize=16)
def _background(items: tuple[Item, ...], ref: str) -> _Background:
    texts = tuple(item.text for item in items if from_customer(item))
    lower = tuple(map(prose.lower, texts))
    language = spoken(" ".join(lower[-_NEWEST:]))
    told = facts.as_corrected(items)
    return _Background(
        conversation(items, ref), facts.facts(items), told, lower, pasted.in_words(texts), language
    )


def forget() -> None:
    """Drop what is remembered of whole messages, so that a long run over many people stays small."""
    for kept in (
        _background,
        customer.said,
        facts.told,
        facts.lived,
        ladder.shown,
        names.called_himself,
        pasted.words_of,
        reask.all_tried,
        stems,
    ):
        kept.cache_clear()
