"""How often a person had to come back, and to tell it again."""

from __future__ import annotations

from collections.abc import Sequence

from console.heard.customer import said
from console.heard.thread import from_agent, from_customer
from console.heard.values import HeardSettings, Repeat
from store.rows import Item

_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_CODE = 4  # characters
_SAME = 2  # rarer words that two tellings of one problem share


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
