"""Take away who somebody is, and leave what was said: for conversations that are shown for practice. Pure.

Names that are known are replaced wherever they stand; addresses, telephone numbers and longer numbers by their look. What
has no such look (a town, a nickname) stays: this makes practice decent, it is no anonymisation for publishing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from console.heard.facts import told

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LINK = re.compile(r"\b(?:https?://|www\.)\S{1,2000}", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w{2,40}")
_PHONE = re.compile(r"(?<!\w)\+?\d(?:[ ./()-]{0,2}\d){7,14}(?!\w)")
_NUMBER = re.compile(r"(?<!\w)(?=[\w-]{0,30}\d[\w-]{0,30}\d[\w-]{0,30}\d)[A-Z0-9][\w-]{3,39}(?!\w)")
_LOOKS = (
    (_LINK, "(link)"),
    (_EMAIL, "(email)"),
    (_HANDLE, "(name)"),
    (_PHONE, "(phone)"),
    (_NUMBER, "(number)"),
)
SHORTEST = 3  # letters of a name that is looked for by itself


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text without the names, and without what looks like an address, a telephone or an account number."""
    for street in [found.value for found in told(text) if found.kind == "address"]:
        text = text.replace(street, "(address)")
    for pattern, instead in _LOOKS:
        text = pattern.sub(instead, text)
    found = _names(names)
    return found.sub("(name)", text) if found else text


def _names(names: Iterable[str]) -> re.Pattern[str] | None:
    whole = {" ".join(name.split()) for name in names}
    parts = {part for name in whole for part in re.split(r"[\s.,]+", name) if len(part) >= SHORTEST}
    wanted = sorted({*whole, *parts} - {""}, key=len, reverse=True)
    if not wanted:
        return None
    alternatives = "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in wanted)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)
