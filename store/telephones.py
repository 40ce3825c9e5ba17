"""Telephone numbers as people write them: with spaces, dots or dashes of any kind, (0), + or 00 before the country, or without it."""

from __future__ import annotations

import re
import string
import unicodedata

from store.text import clean_line

_WRITTEN = re.compile(r"\+?[\d ()./\-]{6,}")
_BEGUN = re.compile(r"\+\d[\d ()./\-]*")
_ABROAD = re.compile(r"\+|00")
_AT_HOME = re.compile(r"(?<=\d)[ ./\-]*\(0\)")  # the nought that is left out behind the country's own number
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
# Each country's own number.
_COUNTRY = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
_AMERICAN = re.compile(r"[2-9]\d{9}")  # written as within its country; no nought stands before it
_WHOLE = 9  # digits from which on a number with its country is taken for a whole one
_LOCAL = 6  # digits that a number has behind its nought, at least


def bare(text: str) -> str:
    """The number with plain signs alone, and without the (0) that nobody dials from abroad."""
    plain = clean_line(unicodedata.normalize("NFKC", text)).translate(_DASHES).removeprefix("tel:")
    return _AT_HOME.sub("", plain) if _ABROAD.match(plain) else plain


def digits(text: str) -> str:
    """The digits of what may be a telephone number, "" where it is none."""
    return _digits(plain) if _WRITTEN.fullmatch(plain := bare(text)) else ""


def begun(text: str) -> str:
    """The digits of a number, or of its beginning from the country's own on, +1 or +44 20; "" else."""
    return _digits(plain) if _BEGUN.fullmatch(plain := bare(text)) else digits(text)


def forms(text: str) -> tuple[str, ...]:
    """How the beginning of this number may stand in the store, where it does not leave out its country."""
    number = begun(text)
    if not number:
        return ()
    if not _ABROAD.match(bare(text)):
        america = (f"+1{number}",) if _AMERICAN.fullmatch(number) else ()
        return (number, f"+{number}", *america)
    whole = number.removeprefix("00")
    return (whole, f"+{whole}", f"00{whole}", *at_home(text))


def at_home(text: str) -> tuple[str, ...]:
    """How a whole number is dialled within its country, 07700 900123 for +44 7700 900123; nothing for a beginning."""
    number = begun(text)
    if not _ABROAD.match(bare(text)) or len(number := number.removeprefix("00")) < _WHOLE:
        return ()
    found = _COUNTRY.match(number)
    rest = number[found.end() :] if found else ""
    return (f"0{rest}", rest) if rest else ()


def abroad(text: str) -> tuple[str, ...]:
    """As patterns of GLOB: how a number that is written as within its country may begin with any country before it."""
    number = begun(text)
    rest = number.removeprefix("0")
    if number == rest or rest.startswith("0") or len(rest) < _LOCAL:
        return ()
    return tuple(f"+{country}{rest}*" for country in ("[17]", "[2-9][0-9]", "[2-9][0-9][0-9]"))


def _digits(plain: str) -> str:
    return "".join(c for c in plain if c in string.digits)
