"""The first paragraph of a reply: what the customer told us, said back in their own words.

A clause changes its person where that is safe; where it is not, the words stand as a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.heard import rulebook
from console.heard.language import spoken
from console.heard.values import Fact, FactKind

MOST_TRIED = 3
_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_I = r"(?<![\w'])i"
_TURNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), wording)
    for pattern, wording in (
        (r"(?<!\w)your(?!\w)", "our"),
        (rf"{_I}(?: am|'m)(?!\w)", "you are"),
        (rf"{_I} was(?!\w)", "you were"),
        (r"(?<!\w)am i(?!\w)", "are you"),
        (r"(?<!\w)was i(?!\w)", "were you"),
        (rf"{_I}'ve(?!\w)", "you have"),
        (rf"{_I}'d(?!\w)", "you'd"),
        (rf"{_I}'ll(?!\w)", "you will"),
        (rf"{_I}(?![\w'])", "you"),
        (r"(?<!\w)me(?!\w)", "you"),
        (r"(?<!\w)my(?!\w)", "your"),
        (r"(?<!\w)mine(?!\w)", "yours"),
        (r"(?<!\w)myself(?!\w)", "yourself"),
    )
)
# "you" would have to become "we" or "us", while "we" may be the customer's family or both of us: those are quoted.
_UNSAFE = re.compile(
    r"(?<!\w)(?:you|yours|yourself|yourselves|u|ur|we|us|our|ours|ourselves|i'm i|please|pls)(?!\w)|[?!:;\"\u201c\u201d\u2026\n>*]|\.\S*\.\s"
    r"|(?<!\w)(?:fuck\w*|shit\w*|damn\w*|hell|bloody|crap\w*|idiots?|stupid)(?!\w)",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"^i(?:'ve| have|'d| had)? (?:also |just |already |even |since |then )*tried\s+(?=\w)", re.IGNORECASE
)
_ALREADY = re.compile(r"\balready ")
_WANTED = re.compile(
    r"^i(?:'d| would)? (?:just |really |only |simply |also |still )*(?P<verb>want|need|like|wish|expect|prefer)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^,.!?]{0,40}[,.!]\s*|(?:so|well|and|but|also|ok|okay),?\s+)+",
    re.IGNORECASE,
)


def restate(facts: Sequence[Fact], ref: str = "") -> str:
    """A paragraph from what happened, what was tried, what worries the customer and what they want; "" without any.

    What was told in ticket `ref` goes before what was told elsewhere.
    """
    happened = _newest(facts, "happened", ref)
    tried = _all(facts, "tried", ref)[:MOST_TRIED]
    worry, wanted = _newest(facts, "worry", ref), _newest(facts, "wanted", ref)
    if not (happened or worry) and (elsewhere := _elsewhere(tried, wanted)):
        return elsewhere
    before = [one for one in (happened, worry) if one]
    parts = [
        _happened(happened.value) if happened else "",
        _tried([one.value for one in tried if happened is None or not _within(one, happened)]),
        _worry(worry.value) if worry and not (happened and _within(worry, happened)) else "",
        _wanted(wanted.value) if wanted and not any(_within(wanted, one) for one in before) else "",
    ]
    return " ".join(part for part in parts if part)


def _elsewhere(tried: Sequence[Fact], wanted: Fact | None) -> str:
    """The paragraph for a customer who writes German, French, Spanish or Dutch, in that language; "" for any other."""
    told = [one.value for one in tried] + ([wanted.value] if wanted else [])
    code = spoken(" ".join(told).lower())
    say = rulebook.packaged()["say"].table
    if not told or f"restate_tried_{code}" not in say:
        return ""
    done = ", ".join(quoted(one.value) for one in reversed(tried))
    parts = [
        say[f"restate_tried_{code}"].replace("{quoted}", done) if done else "",
        say[f"restate_wanted_{code}"].replace("{quoted}", quoted(wanted.value)) if wanted else "",
    ]
    return " ".join(part for part in parts if part)


def turned(words: str) -> str | None:
    """The customer's clause with "you" for "I"; None where that cannot be done safely."""
    low = _OPENING.sub("", _bare(words))
    if not low or _UNSAFE.search(low):
        return None
    for pattern, wording in _TURNS:
        low = pattern.sub(wording, low)
    return low


def quoted(words: str) -> str:
    """The words as they are, between quotation marks."""
    inner = " ".join(words.split()).replace(_OPEN, "'").replace(_CLOSE, "'").replace('"', "'")
    return f"{_OPEN}{inner}{_CLOSE}"


def _bare(words: str) -> str:
    return " ".join(words.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()).rstrip(" .,!;-")


def _all(facts: Sequence[Fact], kind: FactKind, ref: str) -> list[Fact]:
    told = [one for one in facts if one.kind == kind]
    here = [one for one in told if one.ref == ref]
    return here or told


def _newest(facts: Sequence[Fact], kind: FactKind, ref: str) -> Fact | None:
    return max(_all(facts, kind, ref), key=lambda one: one.at, default=None)


def _within(one: Fact, other: Fact) -> bool:
    """Whether the words of one fact are part of the other's."""
    return _bare(one.value).casefold() in _bare(other.value).casefold()


def _happened(words: str) -> str:
    clause = turned(words)
    if clause is None:
        return f"You wrote: {quoted(words)}{_stop(words)}"
    return f"You wrote that {_lower_first(clause)}."


def _tried(every: Sequence[str]) -> str:
    tried: list[str] = []
    done: list[str] = []
    odd: list[str] = []
    for words in every:
        clause, rest = turned(words), _TRIED.sub("", _bare(words))
        if clause is None or not clause.startswith("you "):
            odd.append(quoted(words))
        elif rest != _bare(words):
            tried.append(turned(rest) or rest)
        else:
            done.append(_ALREADY.sub("", clause.removeprefix("you "), count=1))
    told = [
        f"You have already tried {_joined(tried)}." if tried else "",
        f"You told us that you {_joined(done)}." if done else "",
        f"You have already done this: {_joined(odd)}." if odd else "",
    ]
    return " ".join(part for part in told if part)


def _worry(words: str) -> str:
    clause = turned(words)
    return f"{_upper_first(clause)}." if clause else f"What worries you: {quoted(words)}{_stop(words)}"


def _wanted(words: str) -> str:
    clause = turned(words)
    if clause is not None and _WANTED.search(_bare(words)):
        return f"{_upper_first(clause)}."
    return f"You asked us: {quoted(words)}{_stop(words)}"


def _joined(parts: Sequence[str]) -> str:
    if len(parts) < 2:  # noqa: PLR2004  (one needs no "and")
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _stop(words: str) -> str:
    return "" if words.rstrip()[-1:] in ".!?\N{HORIZONTAL ELLIPSIS}" else "."


def _lower_first(clause: str) -> str:
    """Small at the beginning, unless the first word is a name, an abbreviation or a code."""
    first = clause.split(" ", 1)[0]
    common = first.casefold() in _COMMON
    return clause[:1].lower() + clause[1:] if common else clause


_COMMON = frozenset(
    {
        "you", "your", "our", "the", "a", "an", "it", "its", "this", "that", "these", "those", "there", "they", "my", "when",
        "after", "since", "today", "yesterday", "now", "nobody", "nothing", "he", "she", "his", "her", "their", "every",
        "each", "all", "both", "some", "no", "not", "still", "again", "once", "last", "if", "because", "while", "in", "on",
        "at", "for", "from",
    }
)  # fmt: skip


def _upper_first(clause: str) -> str:
    return clause[:1].upper() + clause[1:]
