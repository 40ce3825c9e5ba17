"""How one item of a customer's story is laid out in lines of a given width. Pure: no Textual, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from store.rows import Item
from widgets import words
from widgets.cells import fit, visible, wrap
from widgets.terminal import Glyphs

Span = tuple[str, str]
Line = tuple[Span, ...]

NOTE_WORDS = "INTERNAL NOTE"
_STATE_WORDS = {
    "queued": ("NOT SENT YET", "queued, leaves by itself"),
    "sending": ("NOT SENT YET", "being sent now"),
    "unknown": ("SENT?", "no answer; being checked on the desk"),
    "conflict": ("NEEDS YOU", "somebody else changed the ticket"),
    "review": ("NEEDS YOU", "look at it before it leaves"),
    "rejected": ("NEEDS YOU", "the desk refused it"),
    "cancelled": ("CANCELLED", "was not sent"),
    "done": ("SENT", "on the desk"),
}
_ATTRIBUTION = re.compile(
    r"^(On|Am|Le|El|Op|Il) .{4,200}:\s*$|^-{2,}\s*(Original Message|Forwarded message)", re.IGNORECASE
)
_FOLDED_FROM = 2
_BODY_INDENT = 2
_BODY = 20_000  # characters of a message that are shown until somebody asks for more
_PIECE = 4_000  # characters that are wrapped at a time
_LEAST = 12  # cells that a change keeps beside name and time
_SUBJECT = 1_000  # characters of a subject that are looked at
_NAME = 80  # cells of a name
_ROOMY = 76  # cells from which on the whole date fits beside a name


@dataclass(frozen=True, slots=True)
class Style:
    """What decides the layout besides the item itself."""

    width: int
    glyphs: Glyphs
    now: int
    quotes: bool = False  # are quoted lines shown?
    whole: bool = False  # is a message shown to its end, however long it is?
    current: str = ""  # the ticket whose items carry the bar
    person: str = ""  # whose ticket it is, where the story is of several people
    part: str = ""  # the ticket whose part of the story the item stands in
    unfold: str = "x"  # the key that shows what is folded


def lay_out(item: Item, style: Style, *, new_ticket: bool) -> tuple[Line, ...]:
    """Return the lines of `item`; `new_ticket` puts the rule that opens a ticket's part of the story above."""
    bar: Span = (style.glyphs.cursor if item.ref == style.current else " ", "accent")
    if item.kind == "change":
        return (_change(item, style, bar),)
    lines: list[Line] = [_rule(item, style)] if new_ticket else []
    edge = _edge(item, style)
    lines.append((bar, edge, *_head(item, style)))
    lines.extend((bar, edge, *line) for line in _body(item, style))
    if item.attachments:
        text = "attached: " + ", ".join(visible(name) for name in item.attachments)
        lines.extend((bar, edge, (" " + part, "dim")) for part in wrap(text, style.width - _BODY_INDENT - 1))
    lines.append((bar, (" ", "text")))
    return tuple(lines)


def head_row(lines: tuple[Line, ...], *, new_ticket: bool) -> int:
    """Return which of an item's lines is its head."""
    return 1 if new_ticket and len(lines) > 1 else 0


def _rule(item: Item, style: Style) -> Line:
    glyphs = style.glyphs
    status = words.status(item.status, glyphs) if item.status else ""
    left = f"{glyphs.rule * 2} {item.ref} "
    right = f" {status} {glyphs.rule * 2}" if status else glyphs.rule * 2
    room = max(style.width - len(left) - len(right), 0)
    told = f"{style.person} {glyphs.dot} {item.subject}" if style.person else item.subject
    subject = fit(told[:_SUBJECT], min(room, _SUBJECT), glyphs.ellipsis).rstrip()
    fill = glyphs.rule * max(room - cell_len(subject) - 1, 0)
    ink = "accent" if item.ref == style.current else "dim"
    return (left, ink), (subject, "strong"), (" " + fill + right, ink)


def _edge(item: Item, style: Style) -> Span:
    if item.kind == "note":
        return style.glyphs.note, "note"
    if item.kind == "outbox":
        return style.glyphs.waiting, "warn"
    return style.glyphs.bar, "accent" if item.role == "agent" else "dim"


def _head(item: Item, style: Style) -> Line:
    when = f"{words.age(style.now, item.at)} ago"
    if style.width >= _ROOMY:
        when = f"{words.moment(item.at)} {style.glyphs.dot} {when}"
    who = _name(item)
    if item.kind == "note":
        return (f" {NOTE_WORDS} ", "note"), (f" {who} ", "strong"), (f"{item.role}  {when}", "dim")
    if item.kind == "outbox":
        word, why = _STATE_WORDS.get(item.state, ("NOT SENT YET", item.state))
        kind = "internal note" if item.channel == "note" else "your reply"
        return (f" {word} ", "warn"), (f" {kind} ", "strong"), (f"{style.glyphs.dot} {why}", "dim")
    ink = "reply" if item.role == "agent" else "strong"
    channel = words.channel(item.channel, style.glyphs)
    return (f" {who} ", ink), (f"{style.glyphs.dot} {item.role}  {channel}  {when}", "dim")


def _name(item: Item) -> str:
    """Who it was, in letters that can be seen: a name may be nothing but marks that stand on the letter before."""
    name = visible(item.author[:_SUBJECT])
    if not any(cell_len(letter) for letter in name):
        return "somebody"
    return fit(name, _NAME).rstrip() if cell_len(name) > _NAME else name


def _change(item: Item, style: Style, bar: Span) -> Line:
    """One line, whatever was changed to what; it names the ticket where it stands in another one's part."""
    ref = "" if item.ref == style.part else f"{item.ref} "
    who = f"  {_name(item)}" if item.author else ""
    when = f"  {words.moment(item.at)}" if style.width >= _ROOMY else f"  {words.age(style.now, item.at)} ago"
    room = max(style.width - _BODY_INDENT - 1 - cell_len(who + when), _LEAST)
    told = item.text[:_SUBJECT].replace(" -> ", f" {style.glyphs.arrow} ")
    text = fit(f"{ref}{told}", room, style.glyphs.ellipsis).rstrip()
    line = fit(f"{text}{who}{when}", max(style.width - _BODY_INDENT - 1, 1), style.glyphs.ellipsis)
    return bar, (f"{style.glyphs.dot} {line.rstrip()}", "dim")


def _body(item: Item, style: Style) -> list[Line]:
    width = style.width - _BODY_INDENT - 1
    lines: list[Line] = []
    said = item.text.strip("\n")
    cut = len(said) > _BODY and not style.whole
    for quoted, text in fold(said[:_BODY] if cut else said):
        rows = text.count("\n") + 1
        if quoted and not style.quotes and rows >= _FOLDED_FROM:
            lines.append(
                ((f" {style.glyphs.ellipsis} {rows} quoted lines, {style.unfold} shows them", "dim"),)
            )
            continue
        ink = "dim" if quoted else "text"
        lines.extend(((" " + part, ink),) for part in _wrapped(text, width))
    if cut:
        left = len(said) - _BODY
        lines.append(
            ((f" {style.glyphs.ellipsis} {left:,} more characters, {style.unfold} shows them", "dim"),)
        )
    return lines


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Wrap a text piece by piece: a line of a million letters would be copied once for each line that is made of it."""
    if len(text) <= _PIECE:
        yield from wrap(text, width)
        return
    for line in text.split("\n"):
        start = 0
        while len(line) - start > _PIECE:
            space = line.rfind(" ", start + 1, start + _PIECE)
            end = start + _PIECE if space < 0 else space
            yield from wrap(line[start:end], width)
            start = end
        yield from wrap(line[start:].lstrip() if start else line, width)


def fold(text: str) -> list[tuple[bool, str]]:
    """Split a message into parts that are quoted (True) and parts that are its own."""
    if ">" not in text and "--" not in text:
        return [(False, text)]
    parts: list[tuple[bool, list[str]]] = []
    rest_quoted = False
    for line in text.split("\n"):
        opens = _ATTRIBUTION.match(line) is not None
        rest_quoted = rest_quoted or (opens and line.startswith("-"))
        quoted = rest_quoted or opens or line.lstrip().startswith(">")
        if parts and parts[-1][0] == quoted:
            parts[-1][1].append(line)
        else:
            parts.append((quoted, [line]))
    return [(quoted, "\n".join(part)) for quoted, part in parts]
