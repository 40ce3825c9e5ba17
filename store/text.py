"""The one cleaning door: hostile text goes in, text that a terminal can only show comes out.

Everything that a desk, a customer or a file sends passes `clean` (or `clean_line`) once, before it is stored. What
comes out is NFC, has LF and TAB as its only controls, cannot change direction, cannot hide and cannot pile up marks;
cleaning it again changes nothing. An escape sequence is not dropped but defused: its ESC becomes the visible picture
U+241B and the rest stays readable, so that nobody is shown less than what was sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

TEXT_LIMIT = 1_500_000
LINE_LIMIT = 1_000
MARKS_PER_BASE = 8

_NUL_TO_US = "\\x00-\\x08\\x0b-\\x1f\\x7f"  # C0 and DEL without TAB and LF
# C1, lone surrogates and noncharacters: nothing sensible can be shown for them.
_BROKEN = (
    "\\x80-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17))
)  # fmt: skip
# Format characters (Cf) and everything else that Unicode calls default-ignorable: bidi controls, zero widths, tags,
# fillers, variation selectors. Kept are ZWNJ, ZWJ (Persian, Indic scripts, emoji) and VS15/16 (text or emoji form).
_UNSEEN = (
    "\\xad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"
    "\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0d\\ufeff\\uffa0\\ufff0-\\ufffb"
    "\\U000110bd\\U000110cd\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a"
    "\\U000e0000-\\U000e0fff"
)

# Most text of most languages: nothing to replace, nothing that piles up. A short cut only, so it need not be complete.
_PLAIN = re.compile(
    "[\\t\\n -~\\xa0-\\xac\\xae-\\u02ff\\u0370-\\u0482\\u048a-\\u0590\\u1e00-\\u200a\\u2010-\\u2027\\u202f-\\u205f"
    "\\u2070-\\u20cf\\u2100-\\u2cee\\u2e80-\\u3029\\u3030-\\u3098\\u309b-\\u3163\\u3165-\\ua66e\\uac00-\\ud7a3"
    "\\uf900-\\ufad9\\uff01-\\uff9f\\uffe0-\\uffee\\U0001f000-\\U0001faff\\U00020000-\\U0002fffd]*"
)

_ASCII_CONTROLS = bytes([*range(9), *range(11, 32), 127])
_SUSPECT = re.compile(f"[{_NUL_TO_US}{_BROKEN}\\u2028\\u2029{_UNSEEN}]")
_LINE_ENDS = re.compile("[\\x85\\u2028\\u2029]")
_CONTROL = re.compile(f"[{_NUL_TO_US}]")
_BROKEN_ONE = re.compile(f"[{_BROKEN}]")
_UNSEEN_RUN = re.compile(f"[{_UNSEEN}]+")
_PICTURES = {chr(code): chr(0x2400 + code) for code in range(32)} | {"\x7f": "\u2421"}


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Make `text` safe to store, show, copy and print; at most `limit` characters come back.

    LF and TAB stay, every other line end becomes LF. What exceeds the limit is cut, and the last line says how much.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    head, unread = _head(text, limit)
    return _clamp(_scrub(head), limit, unread, "\n")


def clean_line(text: str, limit: int = LINE_LIMIT) -> str:
    """The same for a field of one line: every run of white space becomes one space, none at the ends."""
    if (
        len(text) <= limit and text.isprintable() and (text.isascii() or _is_composed(text))
    ):  # most lines by far
        return text if "  " not in text and text == text.strip() else " ".join(text.split())
    head, unread = _head(text, limit)
    return _clamp(" ".join(_scrub(head).split()), limit, unread, " ")


def _is_composed(text: str) -> bool:
    """Whether nothing of a text without controls has to be replaced."""
    return _PLAIN.fullmatch(text) is not None and unicodedata.is_normalized("NFC", text)


def width(text: str) -> int:
    """How many terminal cells a cleaned line takes; LF and TAB count as one."""
    return len(text) if text.isascii() else sum(map(_cells, text))


@lru_cache(maxsize=8_192)
def _cells(char: str) -> int:
    """0 for what joins the cell before it, 2 for wide characters, else 1, as for marks that stand beside their letter."""
    if _is_mark(char) and unicodedata.category(char) != "Mc":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _head(text: str, limit: int) -> tuple[str, int]:
    """The part worth cleaning, and how many characters lie behind it: cleaning a bomb in full would be its success."""
    enough = 2 * limit + 10_000
    return text[:enough], max(0, len(text) - enough)


def _scrub(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        data = text.encode("ascii")
        if len(data.translate(None, _ASCII_CONTROLS)) == len(data):
            return text
    elif _PLAIN.fullmatch(text):
        return unicodedata.normalize("NFC", text)
    if _SUSPECT.search(text):
        text = _replace(text)
    if text.isascii():
        return text
    # Before normalising, because reordering a long pile of marks takes quadratic time; and after it, because
    # a few marks come apart into two.
    return _thin(unicodedata.normalize("NFC", _thin(text)))


def _replace(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text)
    text = _CONTROL.sub(lambda found: _PICTURES[found[0]], text)
    text = _BROKEN_ONE.sub("\ufffd", text)
    return _UNSEEN_RUN.sub("", text)


def _thin(text: str) -> str:
    """Keep the first few marks of every pile."""
    return _pile().sub(r"\1", text)


@cache
def _pile() -> re.Pattern[str]:
    """Matches more marks than one base may carry; built when the first text beyond ASCII comes by."""
    marks = "".join(
        f"\\U{first:08x}-\\U{last:08x}" for first, last in _ranges(map(chr, range(0x300, 0x1F000)))
    )
    return re.compile(f"([{marks}]{{{MARKS_PER_BASE}}})[{marks}]+")


def _ranges(chars: Iterable[str]) -> Iterator[tuple[int, int]]:
    """First and last code of each unbroken run of marks."""
    first = last = -2
    for code in (ord(char) for char in chars if _is_mark(char)):
        if code != last + 1:
            if first >= 0:
                yield first, last
            first = code
        last = code
    yield first, last


def _is_mark(char: str) -> bool:
    """Does it join the cell before it? Marks of every kind, the two joiners, and the Hangul letters that compose."""
    return (
        unicodedata.category(char)[0] == "M"
        or char in "\u200c\u200d"
        or "\u1160" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7ff"
    )


def _clamp(text: str, limit: int, unread: int, joint: str) -> str:
    """Cut to `limit` characters, the note on how many are missing included."""
    if len(text) <= limit and not unread:
        return text
    missing = len(text) - limit + unread
    note = f"{joint}[… {missing:,} more characters cut]"
    for _ in range(2):  # the note's own length moves the cut, and with it perhaps a digit
        keep = max(0, min(len(text), limit - len(note)))
        note = f"{joint}[… {len(text) - keep + unread:,} more characters cut]"
    if len(note) > limit:
        return text[:limit].rstrip(joint)
    kept = text[:keep].rstrip(joint)
    return kept + note if kept else note.lstrip(joint)
