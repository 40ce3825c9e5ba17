"""A text as the rules see it: lower case, quoted history and addresses blanked out, cut into sentences.

Every change keeps the length, so that a place in a sentence is a place in the draft.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LIMIT = 12_000  # characters of a text that are looked at; the rest is left unread
LONGEST = 600  # characters; a longer run without a full stop is cut here

_HISTORY = re.compile(
    r"^[ \t]*>.*$|^-- ?\r?\n[\s\S]*\Z"
    # a mail program's line above the old message: with ">" only the line is theirs, else all that follows
    r"|^(?:[Oo]n|Am|Le|El|Op) [^\n]{5,100}(?:\n[^\n]{1,60})?(?:wrote|schrieb(?: [^\n]{1,60})?|a \u00e9crit|escribi\u00f3|schreef(?: [^\n]{1,60})?)[ \u00a0]?:[ \t\r]*$"
    r"|^[ \t]*-{3,} ?(?:Original Message|Forwarded [Mm]essage|Urspr\u00fcngliche Nachricht|Message d'origine|Mensaje original|Oorspronkelijk bericht) ?-{3,}[\s\S]*\Z"
    r"|^_{10,}\r?\n(?=From:|Von:|De\u00a0?:|De :|Van:)[\s\S]*\Z"
    r"|^(?:From|Von|De|Van) ?:[^\n]{1,200}\n(?:Sent|Date|To|Gesendet|Datum|An|Envoy\u00e9|Enviado|Verzonden) ?:[\s\S]*\Z",
    re.MULTILINE,
)
_WRAP = re.compile(r"\n(?<=[^\n]{45}\n)(?=[^\s\-*\u2022>])")  # broken by an editor, within a sentence
_LINK = re.compile(
    r"(?:https?://\S{2,}?[^\s.,!?]|www\.\S+?[^\s.,!?])(?=[.,!?]*(?:\s|$))|<link>", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<!\S)@\w+")
_QUOTES = str.maketrans("\u2018\u2019\u02bc\u00b4`\u201c\u201d\u00a0", "'''''\"\" ")
_END = re.compile(
    r"(?=[.!?\u2026\n ])(?:"  # most places are none of these
    r"(?<!\b[DdMm]r)(?<![Nn]r)(?<!\bMrs)(?<!\bNo)(?<!\be\.g)(?<![Ss]tr)(?<!\b[Tt][e\u00e9]l)[.!?\u2026]+[\"')]*(?=\s|$|[\^*])"
    r"(?!(?<=\bno\.) \d)(?!(?:(?<=\d\.\d\.)|(?<=\d\.\d\d\.)) [a-z\u00e4\u00f6\u00fc])(?!(?:(?<=\b\d\.)|(?<=\b\d\d\.)) (?:Januar|Februar|M\u00e4rz|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b)"
    r"|\n+|(?<=link) +(?=[A-Z])|[.!?](?=[A-Z][a-z]+[\s,.!']))"
)
_SAYS = re.compile(r"[^\W_]")
# The same where there is no address, so that no blank can end a sentence.
_PLAIN_END = re.compile(_END.pattern.replace("\\n ])", "\\n])"))
_ASKS = re.compile(
    # possessive: one way through the small talk is enough, and "hello there, hello there, ..." has 2^n of them
    r"\W*+(?>(?:hi|hey|hello|ok|okay|so|and|also|please|thanks)\b(?: (?:there|again|\w+(?=,)))?[\s,]*)*+"
    r"(?:(?:can|could|would|will|may|do|does|did|is|are|was|were|has|have|had)\s+(?:you|u|i|we|it|this|that|they|there|the|your|any)"
    r"|(?:what|when|where|why|who|how|which)\s+(?:(?:long|many|much|often|exactly|else|\w+)\s+)?"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may)"
    r"|whats|what's|whens|when's|how about)\b"
)
_TURNS = re.compile(
    r"(?<=\w),\s+(?=(?:would|do|does|did|can|could|shall|should|is there|are you|have you|what|how|which|where|anything|may i)\b)"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its place in the text, its letters in lower case, and whether it asks something."""

    start: int
    end: int
    text: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """A text ready for the rules. `low` has the length of the part that was looked at."""

    low: str
    cased: str  # the same, with its capitals
    sentences: tuple[Sentence, ...]


def read(text: str) -> Prose:
    """Prepare the first `LIMIT` characters of `text`."""
    cased = blank(text[:LIMIT].translate(_QUOTES))
    low = lower(cased)
    return Prose(low, cased, tuple(_sentences(cased, low)))


def lower(text: str) -> str:
    """Lower case of the same length: the few letters that would grow stay as they are."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def blank(text: str) -> str:
    """Put blanks for quoted history, signatures below "--" and handles, and the word "link" for an address."""
    text = _HISTORY.sub(lambda m: " " * len(m[0]), text)
    text = _WRAP.sub(" ", text)
    if "://" in text or "link>" in text.lower() or "www." in text.lower():  # to look is cheaper than to try
        text = _LINK.sub(lambda m: "link".ljust(len(m[0])), text)
    return _HANDLE.sub(lambda m: " " * len(m[0]), text) if "@" in text else text


def _sentences(cased: str, low: str) -> list[Sentence]:
    found: list[Sentence] = []
    start = 0
    ends = _END if "link" in low else _PLAIN_END
    for end in [m.end() for m in ends.finditer(cased)] + [len(low)]:
        while end - start > LONGEST:
            _add(found, low, start, start + LONGEST)
            start += LONGEST
        _add(found, low, start, end)
        start = end
    return found


def _add(found: list[Sentence], low: str, start: int, end: int) -> None:
    piece = low[start:end]
    text = piece.strip()
    if _SAYS.search(text) is None:
        return
    start += len(piece) - len(piece.lstrip())
    end = start + len(text)
    asks = text.rstrip("\"')").endswith("?")
    turn = max((m.end() for m in _TURNS.finditer(text)), default=0) if asks else 0
    if turn:  # "It costs 4, would you like it?" tells and then asks
        told = text[:turn].rstrip(" ,")
        found.append(Sentence(start, start + len(told), told, _ASKS.match(told) is not None))
        start, text = start + turn, text[turn:]
    found.append(Sentence(start, end, text, asks or _ASKS.match(text) is not None))
