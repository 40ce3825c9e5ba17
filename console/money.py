"""Amounts of money as people type and read them. They are whole hundredths and a currency's code, never fractions."""

from __future__ import annotations

import re

from store.errors import InvalidInputError

LARGEST = 10**14  # hundredths: beyond this a slip of the finger is likelier than an offer
_WHOLE_ONLY = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)  # no smaller coin
_SIGNS = {"€": "EUR", "£": "GBP"}  # "$" and "¥" are signs of several
_CODE = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(
    r"(?P<whole>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<part>[0-9]{1,2}))?"
    r"|(?P<whole2>[0-9]{1,15}|[0-9]{1,3}(?:\.[0-9]{3}){1,4})(?P<comma>,(?P<part2>[0-9]{1,2}))"
)
_HINT = "Write it as 49, 49.90 or 1,240.00, in another currency as 49.90 USD."


def currency(text: str) -> str:
    """The code of a currency; InvalidInputError where the text is not three letters."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise InvalidInputError(
            f"{text!r} is not the code of a currency.", "Write its three letters: EUR, USD."
        )
    return code


def amount(text: str, usual: str) -> tuple[int, str]:
    """Hundredths and currency of "49.90", "1,240.00", "49,90" or "49.90 USD"; without a currency it is the `usual` one.

    InvalidInputError for anything else, for nothing or less, and for parts of a currency that has none.
    """
    words = text.strip()
    code = usual
    for sign, meant in _SIGNS.items():
        if sign in words:
            words, code = words.replace(sign, "", 1).strip(), meant
    if found := re.match(r"([A-Za-z]{3})\s*(?=\d)|.*\d\s*([A-Za-z]{3})$", words):
        code = (found[1] or found[2]).upper()
        words = words[3:].strip() if found[1] else words[:-3].strip()
    number = _NUMBER.fullmatch(words)
    if number is None:
        raise InvalidInputError(f"{text!r} is not an amount.", _HINT)
    whole = (number["whole"] or number["whole2"]).replace(",", "").replace(".", "")
    part = (number["part"] or number["part2"] or "").ljust(2, "0")
    cents = int(whole) * 100 + int(part)
    if not 0 < cents <= LARGEST:
        raise InvalidInputError(
            f"{text!r} is {'nothing' if not cents else 'more than can be offered'}.", _HINT
        )
    if code in _WHOLE_ONLY and cents % 100:
        raise InvalidInputError(f"{code} has no smaller coin.", "Write a whole number.")
    return cents, currency(code)


def limit(text: str) -> int:
    """The hundredths of an upper bound such as "2000.00", of whichever currency; 0 is one too."""
    if re.fullmatch(r"0+(?:\.0{1,2})?", text.strip()):
        return 0
    if any(letter.isalpha() or letter in _SIGNS for letter in text):
        raise InvalidInputError(f"{text!r} names a currency.", "A limit is a figure alone, such as 2000.00.")
    return amount(text, "EUR")[0]


def shown(cents: int, code: str) -> str:
    """The amount for people: "1,240.00 EUR", "500 JPY", "-0.01 EUR"."""
    return f"{bare(cents, code)} {code}".rstrip()


def bare(cents: int, code: str) -> str:
    """The amount without its currency."""
    sign, size = ("-" if cents < 0 else ""), abs(cents)
    whole = f"{sign}{size // 100:,}"
    return whole if code in _WHOLE_ONLY and not size % 100 else f"{whole}.{size % 100:02}"


def named_in(text: str, cents: int) -> bool:
    """Whether a text names this amount in any usual writing: 1,240.00, 1240, 1.240,00, 1 240,00."""
    whole, part = divmod(cents, 100)
    grouped = f"{whole:,}".replace(",", r"[,. '\u00a0\u202f]?")
    tail = rf"[.,]{part:02}" if part else r"(?:[.,](?:00|-+))?"
    return re.search(rf"(?<![\d.,]){grouped}{tail}(?![\d]|[.,]\d)", text) is not None
