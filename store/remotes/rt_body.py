"""The words of one message, put together from its MIME parts. Pure.

RT's lists do not tell which part stands inside which: they are in the order of their numbers, a container before what
it holds. That is enough to know of an HTML part whether it says once more what a plain one has said: it does where an
alternative was opened before both. Any other is words of its own: a mailing list adds a plain footer to a mail of HTML,
and Apple's mail program begins another part behind each picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from store.html import NO_TEXT, html_to_text
from store.remotes import rt_map as to
from store.remotes import rt_wire as wire

TEXT, HTML, ALTERNATIVE = "text/plain", "text/html", "multipart/alternative"


@dataclass(slots=True)
class Choice:
    """Where we are in an alternative: `plain` words came, then a container (`nested`) or the HTML itself."""

    plain: bool = False
    nested: bool = False


@dataclass(slots=True)
class Pieces:
    """What was found: the plain parts, and of all parts that say something their kind and content, in their order."""

    all: list[tuple[str, str]] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)

    def take(self, what: str, content: str) -> None:
        """One more part, unless it is blank."""
        if content.strip():
            self.all.append((what, content))
            self.plain += [content] if what == TEXT else []


def kind(part: wire.Attachment) -> str:
    """The content type of a part, without parameters."""
    return to.text(part.content_type).partition(";")[0].strip().lower()


def is_body(part: wire.Attachment) -> bool:
    """Whether a part is text to be read, not a file."""
    return kind(part) in {TEXT, HTML} and not to.text(part.filename)


def may_have_files(part: wire.Attachment) -> bool:
    """Whether a container may hold more than two forms of the same text."""
    return kind(part).startswith("multipart/") and kind(part) != ALTERNATIVE


def words(parts: Iterable[wire.Attachment]) -> tuple[str, str]:
    """Plain text and HTML of one message, one of them "": the HTML where nothing else says anything."""
    ordered = sorted(parts, key=lambda part: to.number(part.id))
    pieces = _own(ordered) if any(map(may_have_files, ordered)) else _simple(ordered)
    text = _joined(pieces) if pieces.plain or len(pieces.all) > 1 else ""
    return (text, "") if text or not pieces.all else ("", pieces.all[0][1])


def _simple(parts: Sequence[wire.Attachment]) -> Pieces:
    """Without a container that mixes, all HTML is another form of the plain text; without that, the first is it."""
    pieces, html = Pieces(), Pieces()
    for part in filter(is_body, parts):
        (pieces if kind(part) == TEXT else html).take(kind(part), to.text(part.content))
    pieces.all = pieces.all or html.all[:1]
    return pieces


def _own(parts: Sequence[wire.Attachment]) -> Pieces:
    """All plain parts, and the HTML that is no other form of one."""
    pieces = Pieces()
    choice: Choice | None = None
    for part in parts:
        what, content = kind(part), to.text(part.content)
        if what == ALTERNATIVE:
            choice = Choice()
        elif choice and what == "multipart/mixed":
            choice.nested = choice.plain
        elif is_body(part) and what == HTML and choice:
            if not choice.plain:
                pieces.take(what, content)
            choice = choice if choice.nested else None
        elif is_body(part):
            pieces.take(what, content)
            if choice and what == TEXT:
                choice.plain = choice.plain or bool(content.strip())
    return pieces


def _joined(pieces: Pieces) -> str:
    """The pieces below each other, without HTML that says nothing, or just what a plain part, or all of them, say."""
    letters = list(map(_letters, pieces.plain))
    said = {*letters, "".join(letters)} - {""}
    shown = []
    for what, content in pieces.all:
        text = content if what == TEXT else html_to_text(content)
        if what == TEXT or (text != NO_TEXT and _letters(text) not in said):
            shown.append(text)
    return "\n\n".join(shown)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
