"""A customer and agents who write to each other, in a line a message."""

from __future__ import annotations

from console.heard import Advice, HeardSettings, advise
from console.heard.values import StepName
from store.rows import Item

DAY = 86_400_000_000
HOUR = DAY // 24
NOW = 20_000 * DAY
PLAIN = HeardSettings()


def wrote(
    text: str, ago: float = 1, *, ref: str = "acme/1", channel: str = "email", number: str = "m1"
) -> Item:
    """The customer wrote, `ago` days before NOW."""
    at = NOW - int(ago * DAY)
    return Item(ref, "A subject", "message", channel, "customer", "Ana", at, text, number)


def answered(text: str, ago: float = 0.5, *, ref: str = "acme/1", by: str = "Bo") -> Item:
    """An agent answered in public."""
    at = NOW - int(ago * DAY)
    return Item(ref, "A subject", "message", "email", "agent", by, at, text, "a1")


def advice(draft: str, *story: Item | str, settings: HeardSettings = PLAIN, ref: str = "") -> Advice:
    """What is said about `draft`; a story given as text is one message of the customer."""
    items = [wrote(item) if isinstance(item, str) else item for item in story]
    return advise(draft, items, settings, NOW, ref=ref)


def state(draft: str, step: StepName, *story: Item | str) -> str:
    """The state of one step."""
    return advice(draft, *story).step(step).state


def shows(draft: str, step: StepName, *story: Item | str) -> bool:
    """Whether the draft itself shows the step, with the words for it."""
    found = advice(draft, *story).step(step)
    return found.state == "seen" and bool(found.spans)


def found(draft: str, check: str, *story: Item | str, settings: HeardSettings = PLAIN) -> list[str]:
    """The words that one check points at."""
    checks = advice(draft, *story, settings=settings).checks
    return [draft[one.span.start : one.span.end] for one in checks if one.name == check]
