"""The words around remedies: what the customer reads, what approvers read, and whether a text still offers one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from console import money
from console.remedies_table import Frame
from console.times import when
from store.remedies import Remedy
from store.rows import Item, TicketRow
from store.text import clean_line

_FILLED = re.compile(r"\{amount\}|\[\[.*?\]\]")
_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMA = str.maketrans(",.", ".,")  # of thousands, and before the hundredths
_MARKS = {
    "de": _COMMA,
    "es": _COMMA,
    "nl": _COMMA,
    "it": _COMMA,
    "pt": _COMMA,
    "fr": str.maketrans(",.", " ,"),
}
_ENDS = (".", "!", "?", "。")
_QUOTE = 160  # characters of a message that are quoted
_QUOTED = 4  # messages
SHORT = 6  # characters of an id that people read


def short(remedy_id: str) -> str:
    """The end of an id, by which people name it."""
    return remedy_id[-SHORT:]


def named(line: Remedy) -> str:
    """A remedy with its amount: "Refund 760.00 EUR"."""
    return f"{line.label} {money.shown(line.cents, line.currency)}" if line.cents else line.label


def filled(text: str, cents: int, currency: str, language: str = "en") -> str:
    """A remedy's words for the customer, with the amount in its place as his language writes it: "1.240,00 EUR"."""
    marks = _MARKS.get(language, {})
    return text.replace("{amount}", money.shown(cents, currency).translate(marks))


def hole(line: Remedy) -> str:
    """What stands in a draft for words that wait for approval; the check of unfilled places points at it."""
    return f"[[{clean_line(line.label).translate({91: None, 93: None})[:40]} waits for approval {short(line.id)}]]"


def paragraph(frame: Frame, texts: Sequence[str]) -> str:
    """The remedies as choices for the customer; one alone is a sentence."""
    bare = [text.strip() for text in texts]
    if len(bare) == 1:
        alone = bare[0]
        if alone.endswith(_ENDS) and alone[:1].isupper():
            return alone
        return frame.one.replace("{remedy}", alone.removesuffix("."))
    lines = [f"- {text.removesuffix('.')}{'.' if n == len(bare) else ';'}" for n, text in enumerate(bare, 1)]
    return "\n".join(filter(None, (frame.begin, *lines, frame.end)))


def holds_any(texts: Sequence[str], line: Remedy, body: str) -> bool:
    """Whether a body still offers the remedy whose words are one of `texts`, which are in several languages."""
    return any(holds(text, line, body) for text in texts or ("",))


def holds(text: str, line: Remedy, body: str) -> bool:
    """Whether a body still offers the remedy whose words are `text`: its amount, or for one without, half of its words."""
    if line.cents:
        return money.named_in(body, line.cents)
    wanted = set(_WORD.findall(_FILLED.sub(" ", f"{text} {line.label}").casefold()))
    return not wanted or 2 * len(wanted.intersection(_WORD.findall(body.casefold()))) >= len(wanted)


def request(
    line: Remedy, row: TicketRow, story: Sequence[Item], before: Sequence[Remedy], repeat: str
) -> str:
    """The internal note that asks for approval: what, for whom, why it needs one, and the story in short."""
    taken = sum(r.cents for r in before if r.currency == line.currency)
    code = line.currency
    over = taken + line.cents - line.limit_cents
    told = [
        f"APPROVAL NEEDED: {named(line)} for {row.requester or 'the customer'} ({short(line.id)})",
        (
            f"{line.actor} ({line.role}) may offer {money.shown(line.limit_cents, code)} in one story;"
            f" {money.shown(taken, code)} is used, so this is {money.shown(over, code)} over."
        ),
        *([f"Why: {line.why}"] if line.why else []),
        "",
        f"The story: {row.subject}" + (f" ({repeat})" if repeat else ""),
        *_said(story),
        *(f"- {when(r.created)[:10]} {r.actor}: {named(r)}, {r.state} on {r.ref}" for r in before),
        "",
        f'`heard remedies approve {short(line.id)} --why "..."`, or refuse; whoever asked may not decide.',
    ]
    return "\n".join(told)


def _said(story: Sequence[Item]) -> list[str]:
    """The newest of what customer and agents said, a line each."""
    spoken = [item for item in story if item.kind == "message" and item.text.strip()][-_QUOTED:]
    return [f"- {when(i.at)[:10]} {i.author or i.role} ({i.channel}): {_cut(i.text)}" for i in spoken]


def _cut(text: str) -> str:
    flat = " ".join(line for line in map(str.strip, text.splitlines()) if line and not line.startswith(">"))
    return flat if len(flat) <= _QUOTE else f"{flat[: _QUOTE - 3].rstrip()}..."


def decision(line: Remedy, verb: str, by: str, why: str) -> str:
    """The internal note that says what was decided."""
    return f"{verb.upper()} by {by}: {named(line)} ({short(line.id)}), asked for by {line.actor}." + (
        f"\n{why}" if why else ""
    )
