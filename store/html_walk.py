"""Walk a parsed mail and write it down, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.html_look import Attributes, Look, link_note, look_within

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

Leave = Callable[[], None] | None  # what is to be done behind an element

_SKIPPED = frozenset({
    "audio", "canvas", "frame", "frameset", "head", "iframe", "link", "meta", "noembed", "script", "style",
    "video",
})  # fmt: skip
_LINES = frozenset({
    "address", "article", "aside", "caption", "center", "dd", "details", "div", "dt", "figcaption", "figure",
    "footer", "form", "header", "legend", "main", "nav", "option", "section", "summary",
})  # fmt: skip
_PARAGRAPHS = frozenset({
    "dl", "fieldset", "h1", "h2", "h3", "h4", "h5", "h6", "listing", "p", "plaintext", "pre", "table", "xmp",
})  # fmt: skip
_WHITE = re.compile(r"[ \t\n\r\f]+")
_FILLERS = (
    " \t\n\xa0\xad\u034f\u200b\u200c\u200d\u2007\u2060\ufeff"  # mails pad their preview line with these
)
_NUMBER = re.compile(r"-?\d{1,6}")
_DEEPEST_QUOTE, _DEEPEST_INDENT = 10, 40  # shown; without an end to it, a mail could grow a hundredfold


class Page:
    """Lines under construction. Line ends are made when the next text comes, so that a cell can still join its row."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.numbers: list[int | None] = []  # the next number of each open list, None in one of bullets
        self.link: list[str] | None = None  # what the open link shows
        self._parts: list[str] = []  # of the line under construction
        self._begun = False  # it has text
        self._quotes = self._last_quotes = 0
        self._indents: list[int] = []
        self._mark = ""  # signs of list items that have no text yet
        self._rows: list[int] = []  # how many lines there were when each open table row began
        self._cell = False  # a cell has begun behind another one of its row
        self._due = False  # the line is to end before the next text
        self._gap = self._gap_behind = False  # a blank line before the line, and behind it
        self._veiled = False

    def text(self, text: str, look: Look) -> None:
        """Write the text of one node."""
        if not look.typed:
            self._write(_WHITE.sub(" ", text), look)
            return
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
            if number:
                self.blank()
            self._write(line, look)

    def _write(self, text: str, look: Look) -> None:
        filler = not text.strip(_FILLERS)
        if not filler:
            self._settle()
            self._begun = True
            if self._veiled != look.concealed:
                self._turn(veiled=look.concealed)
            if self.link is not None:
                self.link.append(text)
        if self._due or (not look.typed and self._ends_blank() and text.startswith(" ")):
            text = text.lstrip(" ")
        if text:
            self._parts.append(text)

    def _ends_blank(self) -> bool:
        return not self._parts or self._parts[-1].endswith(" ")

    def _trim(self) -> None:
        """Take white space off the end of the line, without joining it: a row may have thousands of cells."""
        while self._parts and not self._parts[-1].strip():
            self._parts.pop()
        self._parts[-1:] = [part.rstrip() for part in self._parts[-1:]]

    def _turn(self, *, veiled: bool) -> None:
        self._veiled = veiled
        if not veiled:
            self._trim()
            self._parts += ["]", " "]
            return
        if not self._ends_blank():
            self._parts.append(" ")
        self._parts.append("[hidden: ")

    def tail(self, text: str, look: Look) -> None:
        """Add to the line as it stands, even if its end is due."""
        if self._cell:
            self._settle()
        if self._veiled != look.concealed:
            self._turn(veiled=look.concealed)
        self._parts.append(text.lstrip(" ") if self._ends_blank() else text)
        self._begun = True

    def end_line(self, *, paragraph: bool = False) -> None:
        """End the line before the next text; `paragraph`: with a blank line between."""
        if self._cell or (not self._parts and (self._mark or self._in_fresh_row())):
            return
        self._due = True
        self._gap_behind = self._gap_behind or paragraph

    def _in_fresh_row(self) -> bool:
        return bool(self._rows) and self._rows[-1] == len(self.lines)

    def blank(self) -> None:
        """A line break that the author made: the second in a row leaves a blank line."""
        begun = bool(self._parts) and not self._due
        self.flush()
        self._gap = self._gap or not begun

    def flush(self) -> None:
        """End the line at once."""
        if self._veiled:
            self._turn(veiled=False)
        line = "".join(self._parts).replace("\xa0", " ").rstrip()
        self._parts.clear()
        self._due = self._cell = self._begun = False
        if line.strip(_FILLERS):
            self._put(line)
            self._gap = False
        self._gap, self._gap_behind = self._gap or self._gap_behind, False

    def _put(self, line: str) -> None:
        if self._gap and self.lines:
            self.lines.append(("> " * min(self._quotes, self._last_quotes)).rstrip())
        self._last_quotes = self._quotes
        indent = " " * min(sum(self._indents) - len(self._mark), _DEEPEST_INDENT)
        self.lines.append("> " * self._quotes + indent + self._mark + line)
        self._mark = ""

    def _settle(self) -> None:
        if self._due:
            self.flush()
        elif self._cell:
            self._trim()
            self._parts.append(" | ")
            self._cell = False

    def begin_quote(self) -> None:
        """What follows is quoted, one level deeper."""
        self.end_line(paragraph=True)
        self.flush()
        self._quotes = min(self._quotes + 1, _DEEPEST_QUOTE)

    def end_quote(self) -> None:
        """Back to the level before."""
        self.flush()
        self._quotes = max(self._quotes - 1, 0)
        self.end_line(paragraph=True)

    def begin_item(self, value: str) -> None:
        """A list item; `value` is the number that it claims, if any."""
        self.flush()
        sign = "- "
        if self.numbers and self.numbers[-1] is not None:
            number = int(value) if _NUMBER.fullmatch(value) else self.numbers[-1]
            self.numbers[-1] = number + 1
            sign = f"{number}. "
        self._mark += sign
        self._indents.append(len(sign))

    def end_item(self) -> None:
        """The item is over; items of a list stand close together."""
        self.flush()
        self._indents.pop()
        self._mark = ""
        self._gap = False

    def begin_row(self) -> None:
        """A table row: its cells share a line for as long as none of them takes more."""
        self.flush()
        self._rows.append(len(self.lines))

    def end_row(self) -> None:
        """The row is over; rows of one line stand close together."""
        self.flush()
        if len(self.lines) <= self._rows.pop() + 1:
            self._gap = False

    def begin_cell(self) -> None:
        """The next cell of the row."""
        if not self._in_fresh_row():
            self.end_line()
        elif self._begun:
            self._due = self._gap_behind = False
            self._cell = True
        else:
            self._parts.clear()


def walk(root: LexborNode) -> str:
    """The text of the tree, without recursion: the depth of a mail is its sender's choice."""
    page = Page()
    todo: list[tuple[LexborNode, Look] | Callable[[], None]] = [(root, Look())]
    while todo:
        step = todo.pop()
        if not isinstance(step, tuple):
            step()
            continue
        node, look = step
        tag = node.tag or ""
        if tag == "-text":
            page.text(node.text_content or "", look)
        elif tag not in _SKIPPED and not tag.startswith(("-", "!")):
            attributes = node.attributes
            look = look_within(look, tag, attributes)
            leave = _enter(page, tag, attributes, look)
            if leave:
                todo.append(leave)
            todo.extend((child, look) for child in reversed(list(node.iter(include_text=True))))
    page.flush()
    return "\n".join(page.lines)


def _enter(page: Page, tag: str, attributes: Attributes, look: Look) -> Leave:
    """Begin an element; what is returned ends it."""
    if tag in _LINES:
        page.end_line()
        return page.end_line
    if tag in _PARAGRAPHS:
        page.end_line(paragraph=True)
        return lambda: page.end_line(paragraph=True)
    special = _SPECIAL.get(tag)
    return special(page, attributes, look) if special else None


def _quote(page: Page, _attributes: Attributes, _look: Look) -> Leave:
    page.begin_quote()
    return page.end_quote


def _list(page: Page, attributes: Attributes, *, numbered: bool) -> Leave:
    page.end_line(paragraph=not page.numbers)
    start = attributes.get("start") or "1"
    page.numbers.append((int(start) if _NUMBER.fullmatch(start) else 1) if numbered else None)

    def leave() -> None:
        """End the list; the outermost one ends its paragraph too."""
        page.numbers.pop()
        page.end_line(paragraph=not page.numbers)

    return leave


def _item(page: Page, attributes: Attributes, _look: Look) -> Leave:
    page.begin_item(attributes.get("value") or "")
    return page.end_item


def _row(page: Page, _attributes: Attributes, _look: Look) -> Leave:
    page.begin_row()
    return page.end_row


def _cell(page: Page, _attributes: Attributes, _look: Look) -> Leave:
    page.begin_cell()
    return None


def _break(page: Page, _attributes: Attributes, _look: Look) -> Leave:
    page.blank()
    return None


def _rule(page: Page, _attributes: Attributes, look: Look) -> Leave:
    page.end_line()
    page.text("----------", look)
    page.end_line()
    return None


def _image(page: Page, attributes: Attributes, look: Look) -> Leave:
    """Its description stands for it; one pixel is a counter, an empty description an ornament."""
    alt = attributes.get("alt")
    pixel = {attributes.get("width"), attributes.get("height")} & {"0", "1"}
    if alt:
        page.text(f"[image: {alt}]", look)
    elif alt is None and not pixel:
        page.text("[image]", look)
    return None


def _link(page: Page, attributes: Attributes, look: Look) -> Leave:
    href = attributes.get("href")
    if not href:
        return None
    page.link = []

    def leave() -> None:
        """Put the address behind the words of the link, unless they say it already."""
        shown = "".join(page.link or ())
        page.link = None
        note = link_note(shown, href)
        if note:
            page.tail(note if shown else f" [link]{note}", look)

    return leave


_SPECIAL: dict[str, Callable[[Page, Attributes, Look], Leave]] = {
    "a": _link,
    "blockquote": _quote,
    "br": _break,
    "hr": _rule,
    "img": _image,
    "li": _item,
    "menu": lambda page, attributes, _look: _list(page, attributes, numbered=False),
    "ol": lambda page, attributes, _look: _list(page, attributes, numbered=True),
    "td": _cell,
    "th": _cell,
    "tr": _row,
    "ul": lambda page, attributes, _look: _list(page, attributes, numbered=False),
}
