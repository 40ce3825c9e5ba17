"""What the ladder says beside a draft, as lines of a given width. Pure; it never grades and never blocks.

An ink "mark-NAME" is the style in which that step's words stand in the draft: the ladder is its legend.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from widgets.cells import fit, visible, wrap
from widgets.terminal import Glyphs

Line = tuple[tuple[str, str], ...]
_WORDS = {
    "seen": ("seen", "good"),
    "partly": ("partly", "warn"),
    "not_seen": ("not seen", "text"),
    "unsure": ("may be here", "dim"),
    "not_needed": ("not needed here", "dim"),
    "waived": ("left out on purpose", "dim"),
}
_SHORT = {"not_needed": "not needed", "waived": "left out"}
_STEPS = ("hear", "empathize", "apologize", "resolve", "diagnose")
_TALL = 8
_NAME = 11


class SpanLike(Protocol):
    """A piece of the draft in characters."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it has ended."""
        ...


class StepLike(Protocol):
    """One rung as the engine gives it."""

    @property
    def name(self) -> str:
        """Its name: hear, empathize, apologize, resolve or diagnose."""
        ...

    @property
    def state(self) -> str:
        """Its state: seen, partly, not_seen, not_needed or waived."""
        ...

    @property
    def spans(self) -> Sequence[SpanLike]:
        """The words of the draft that met it."""
        ...

    @property
    def why(self) -> str:
        """One sentence of reason."""
        ...


class RepeatLike(Protocol):
    """How often the customer had to come back."""

    def line(self) -> str:
        """The banner; "" for a first contact."""
        ...


class HintLike(Protocol):
    """One thing to do about the draft."""

    @property
    def id(self) -> str:
        """What it is put away by."""
        ...

    @property
    def name(self) -> str:
        """The step or check that says so."""
        ...

    @property
    def say(self) -> str:
        """What it says."""
        ...

    @property
    def span(self) -> SpanLike | None:
        """The words that it speaks of."""
        ...

    @property
    def wording(self) -> str:
        """What can be put in."""
        ...

    @property
    def source(self) -> str:
        """Who told it, and when."""
        ...


class AdviceLike(Protocol):
    """What `console.heard.advise` returns."""

    @property
    def steps(self) -> Sequence[StepLike]:
        """The five rungs in order."""
        ...

    @property
    def repeat(self) -> RepeatLike:
        """How often the customer had to come back."""
        ...

    @property
    def hints(self) -> Sequence[HintLike]:
        """What to do next, and what comes after it."""
        ...


def first_hint(advice: AdviceLike | None, away: Collection[str]) -> HintLike | None:
    """The hint to show: the first that was not put away."""
    return next((hint for hint in advice.hints if hint.id not in away), None) if advice else None


def ladder_lines(
    advice: AdviceLike,
    draft: str,
    *,
    width: int,
    height: int,
    glyphs: Glyphs,
    hint: HintLike | None = None,
    keys: str = "",
) -> list[Line]:
    """Return the ladder in at most `height` lines: banner, steps, one reason, one hint and the keys for it.

    Where there is no room for all, the reason goes first, then the keys, then who told it; what is cut short says so.
    """
    banner = advice.repeat.line()
    lines: list[Line] = []
    if banner:
        lines += [((part, "warn"),) for part in wrap(f"{glyphs.late} {banner}", width)]
    tall = height >= _TALL
    lines += _rungs(advice, draft, width, glyphs) if tall else _in_a_row(advice, width, glyphs)
    said = _hint_within(height - len(lines), hint, width, glyphs, banner) if hint else []
    reason = _reason(advice, width) if hint else []
    below: list[Line] = [((part, "dim"),) for part in wrap(keys, width)] if hint and keys else []
    if len(lines) + len(reason) + len(said) + len(below) > height:
        reason = []  # the hint says what to do, so it has the first claim to the last line
    return [*lines, *reason, *said, *below][:height]


def _sign(state: str, glyphs: Glyphs) -> str:
    signs = {
        "seen": glyphs.done,
        "partly": glyphs.partly,
        "unsure": glyphs.partly,
        "not_needed": glyphs.needless,
        "waived": glyphs.needless,
    }
    return signs.get(state, glyphs.missing)


def _rungs(advice: AdviceLike, draft: str, width: int, glyphs: Glyphs) -> list[Line]:
    lines: list[Line] = []
    for step in advice.steps:
        word, ink = _WORDS.get(step.state, (step.state, "text"))
        left = f"{_sign(step.state, glyphs)} {step.name.capitalize():<{_NAME}}{word}"
        room = width - len(left) - 2
        shown = fit(f"  {_evidence(step, draft)}", room, glyphs.ellipsis) if room > _NAME else ""
        sign, name = left[:2], left[2 : 2 + len(step.name)]
        marked = f"mark-{step.name}" if step.spans else ink
        lines.append(((sign, ink), (name, marked), (left[len(sign + name) :], ink), (shown, "dim")))
    return lines


def _evidence(step: StepLike, draft: str) -> str:
    if not step.spans:
        return step.why if step.state in ("seen", "waived") else ""
    first = step.spans[0]
    return f"\N{LEFT DOUBLE QUOTATION MARK}{' '.join(draft[first.start : first.end].split())}\N{RIGHT DOUBLE QUOTATION MARK}"


def _in_a_row(advice: AdviceLike, width: int, glyphs: Glyphs) -> list[Line]:
    lines: list[Line] = []
    held: list[tuple[str, str]] = []
    used = 0
    for step in advice.steps:
        word, ink = _WORDS.get(step.state, (step.state, "text"))
        text = f"{_sign(step.state, glyphs)} {step.name.capitalize()} {_SHORT.get(step.state, word)}  "
        if held and used + len(text) - 2 > width:
            lines.append(tuple(held))
            held, used = [], 0
        held.append((text, ink))
        used += len(text)
    return [*lines, tuple(held)] if held else lines


def _reason(advice: AdviceLike, width: int) -> list[Line]:
    step = next((step for step in advice.steps if step.state in ("not_seen", "partly") and step.why), None)
    if step is None:
        return []
    return [((part, "dim"),) for part in wrap(f"{step.name.capitalize()}: {visible(step.why)}", width)]


def _hint_within(room: int, hint: HintLike, width: int, glyphs: Glyphs, banner: str) -> list[Line]:
    """The hint in at most `room` lines, of which there is one at least."""
    said = hint.say.replace(f" ({banner})", "") if banner else hint.say  # it stands above
    lines: list[str] = []
    for words in (f"{said} ({hint.source})" if hint.source else said, said):
        lines = wrap(f"{glyphs.arrow} {visible(words)}", width)
        if len(lines) <= room:
            return _hint(hint, lines)
    kept = max(room, 1)
    last = fit(" ".join(lines[kept - 1 : kept + 1]), width, glyphs.ellipsis).rstrip()
    return _hint(hint, [*lines[: kept - 1], last])


def _hint(hint: HintLike, lines: Sequence[str]) -> list[Line]:
    if hint.span is None or hint.name in _STEPS:
        return [((part, "accent"),) for part in lines]
    first, *rest = lines
    return [((first[:1], "mark-check"), (first[1:], "accent")), *(((part, "accent"),) for part in rest)]
