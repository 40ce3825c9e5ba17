"""HTML mail to readable text, within bounds: a mail may be built to hang or to blind its reader.

A parser that follows the standard is quadratic by design: formatting elements are opened again in every paragraph,
attributes are compared with each other, an end tag searches all that is open. So the source is held against the
bounds first, elements with costly rules are renamed to plain ones, and only then is a tree built and measured.

The parser is selectolax, which builds the tree of any mail within the bounds in a tenth of a second. inscriptis was
measured beside it: 2 s for a table of 100,000 cells, and not one word of 20,000 nested div.
"""

from __future__ import annotations

import html as entities
import re
from typing import TYPE_CHECKING

from store.text import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_CHARS = 1_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 200
MAX_ATTRIBUTES = 200  # of one element
MAX_RUN = 8_000  # characters of a tag without white space, embedded images aside
PLAIN_CHARS = 2_000_000  # how much of an oversized mail is read at all

NO_LAYOUT = (
    "[too large or too deeply nested to lay out; the bare text follows, parts meant to be hidden included]"
)
NO_TEXT = "[no readable text]"

_EMBEDDED = re.compile(r"data:[\w/+.-]{0,100};base64,[A-Za-z0-9+/=%]*+")
_COSTLY = re.compile(  # elements with rules of their own, none of which matters for text
    r"<(/?)(?:b|big|code|em|font|i|math|nobr|s|select|small|strike|strong|svg|tt|u)(?=[\s/>])", re.IGNORECASE
)
_TEMPLATE = re.compile(r"<template(?=[\s/>])", re.IGNORECASE)  # never shown, and no parser walks into it
_LONG_RUN = re.compile(rf"(?:^|[\s>])[^\s>]{{{MAX_RUN}}}")
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\s>]*+)"""
_CROWDED = re.compile(
    rf"<[a-zA-Z][^\s/>]*+(?:[\s/]*+(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+{_VALUE})?+){{{MAX_ATTRIBUTES + 1}}}"
)
_START = re.compile(r"<[a-zA-Z]")
_ROOTS = re.compile(
    r"<(?:html|body)(?=[\s/>])", re.IGNORECASE
)  # their attributes add up over all occurrences
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)")
# Elements that need no end tag and so say nothing about depth.
_UNCLOSED = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "dd",
        "dt",
        "embed",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "param",
        "source",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "wbr",
    ]
)

_DROPPED = re.compile(
    r"<(script|style)\b.*?(?:</\1\b[^<>]*>?|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_BREAK = re.compile(
    r"<(?:br|hr|/?(?:p|div|tr|li|ul|ol|table|blockquote|pre|h[1-6]|section|article|header|footer))(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_CELL = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[!?][^<>]*>")
_HUGE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")  # beyond Unicode, and costly to read as a number
_SPACE = re.compile(r"[ \t\r\f]+")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*")


def html_to_text(html: str) -> str:
    """Readable, cleaned text of an HTML mail; empty only when `html` is.

    Links show the host they really lead to, hidden text is marked as such, quotations carry "> ", a table row is
    one line. What exceeds the bounds comes back as bare text under a note.
    """
    if not html:
        return ""
    html = html.encode("utf-8", "replace").decode("utf-8")  # the parser takes no lone surrogates
    body = _tree(html) if len(html) <= MAX_CHARS else None
    if body is None:
        return clean(f"{NO_LAYOUT}\n\n{_plain(html) or NO_TEXT}")
    from store.html_walk import walk  # noqa: PLC0415  (most mails bring plain text: no parser for them)

    return clean(walk(body)).strip() or clean(_plain(html)) or NO_TEXT


def _tree(html: str) -> LexborNode | None:
    """The root of the parsed mail, or None where a bound is passed."""
    html = _EMBEDDED.sub("data:", html)
    if _is_bomb(html):
        return None
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415  (see above)

    html = _TEMPLATE.sub("<span hidden", _COSTLY.sub(r"<\1span", html))
    root = LexborHTMLParser(html).root
    return root if root is not None and _fits(root) else None


def _is_bomb(html: str) -> bool:
    """Whether a parser would take seconds or gigabytes. Looks at every "<" wherever it stands, so nothing can hide behind quotes or comments."""
    return (
        html.count("<") > 2 * MAX_ELEMENTS
        or len(_START.findall(html)) > MAX_ELEMENTS
        or len(_ROOTS.findall(html)) > MAX_ATTRIBUTES // 10
        or _LONG_RUN.search(html) is not None
        or _CROWDED.search(html) is not None
        or _left_open(html) > MAX_DEPTH
    )


def _left_open(html: str) -> int:
    """The most elements that are open at once, for a reader of the source; the tree is measured again."""
    count: dict[str, int] = {}
    depth = deepest = 0
    for end, name in _TAG.findall(html.lower()):
        if name in _UNCLOSED:
            continue
        step = -1 if end else 1
        if end and not count.get(name):
            continue
        count[name] = count.get(name, 0) + step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _fits(root: LexborNode) -> bool:
    """Count elements and depth of the tree, without recursion."""
    level, elements = [root], 0
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.iter()]
        elements += len(level)
        if elements > MAX_ELEMENTS:
            return False
        if not level:
            return True
    return False


def _plain(html: str) -> str:
    """The text without its tags, in one pass each and no tree; "" when there is none."""
    text = _DROPPED.sub(" ", html[:PLAIN_CHARS])
    text = _BREAK.sub("\n", _CELL.sub(" | ", text))
    text = _HUGE.sub("\ufffd", _ANY_TAG.sub("", text))
    text = entities.unescape(text).replace("\xa0", " ")
    text = _EMPTY_LINES.sub("\n\n", _SPACE.sub(" ", text)).strip()
    unread = len(html) - PLAIN_CHARS
    return f"{text}\n[… {unread:,} more characters of HTML not read]" if unread > 0 else text
