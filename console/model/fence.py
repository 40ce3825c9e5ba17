"""Fences around words that others wrote, so that a model can tell them from what it is asked to do.

The mark on a fence is made anew for every request and taken out of the text within, which therefore cannot close it.
"""

from __future__ import annotations

import re
import secrets

from store.text import clean_line

_BYTES = 12
_NAME = re.compile(r"[^\w .,:;/#()\[\]+-]")


def new_nonce() -> str:
    """A mark that nobody can guess."""
    return secrets.token_hex(_BYTES)


def fenced(name: str, text: str, nonce: str) -> str:
    """The text between two lines that bear the mark; `name` says what it is and loses all signs that could mislead."""
    plain = _NAME.sub("", without(clean_line(name), nonce))
    return f"<<<DATA {nonce} {plain}>>>\n{without(text, nonce)}\n<<<END {nonce}>>>"


def without(text: str, nonce: str) -> str:
    """The text without the mark, in capitals or not, however it was nested."""
    mark = re.compile(re.escape(nonce), re.IGNORECASE)
    while mark.search(text):
        text = mark.sub("", text)
    return text


def unfenced(answer: str, nonce: str) -> str:
    """An answer without the fences that a model repeated."""
    return re.sub(rf"<<<(?:DATA|END) {re.escape(nonce)}[^\n]*?>>>\n?", "", answer)
