"""What one line of the queue says, column by column; which columns there are depends on the width. No Textual here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from store.rows import TicketRow
from widgets import words
from widgets.cells import fit, fit_right
from widgets.terminal import Glyphs

Span = tuple[str, str]
Tell = Callable[[TicketRow, int, Glyphs], Span]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `width` in cells (0: takes what is left), and the pane width from which on it is shown."""

    name: str
    width: int
    tell: Tell
    wide_from: int = 0
    right: bool = False
    narrow_below: int = 10_000


def _status(row: TicketRow, _now: int, glyphs: Glyphs) -> Span:
    return words.status(row.status, glyphs), words.status_ink(row.status)


def _status_sign(row: TicketRow, _now: int, glyphs: Glyphs) -> Span:
    return words.status(row.status, glyphs)[0], words.status_ink(row.status)


def _priority_sign(row: TicketRow, _now: int, glyphs: Glyphs) -> Span:
    return words.priority_glyph(row.priority, glyphs), words.priority_ink(row.priority)


def _priority(row: TicketRow, _now: int, glyphs: Glyphs) -> Span:
    word = "" if row.priority == "none" else row.priority
    return f"{words.priority_glyph(row.priority, glyphs)} {word}", words.priority_ink(row.priority)


def _subject(row: TicketRow, _now: int, _glyphs: Glyphs) -> Span:
    return row.subject or "(no subject)", "strong" if row.unseen else "text"


def _requester(row: TicketRow, _now: int, _glyphs: Glyphs) -> Span:
    return row.requester, "text"


def _assignee(row: TicketRow, _now: int, _glyphs: Glyphs) -> Span:
    return row.assignee or "nobody", "text" if row.assignee else "dim"


def _group(row: TicketRow, _now: int, _glyphs: Glyphs) -> Span:
    return row.group, "dim"


def _channel(row: TicketRow, _now: int, glyphs: Glyphs) -> Span:
    return words.channel(row.channel, glyphs), "dim"


def _ref(row: TicketRow, _now: int, _glyphs: Glyphs) -> Span:
    return row.ref, "dim"


def _tags(row: TicketRow, _now: int, _glyphs: Glyphs) -> Span:
    return row.tags, "dim"


def _created(row: TicketRow, now: int, _glyphs: Glyphs) -> Span:
    return words.age(now, row.created), "dim"


def _messages(row: TicketRow, _now: int, _glyphs: Glyphs) -> Span:
    return str(row.messages), "dim"


def _waits(row: TicketRow, now: int, _glyphs: Glyphs) -> Span:
    return words.age(now, row.waiting_since), "text"


def _sla(row: TicketRow, now: int, glyphs: Glyphs) -> Span:
    return words.clock(now, row.sla_due, glyphs)


def _age(row: TicketRow, now: int, _glyphs: Glyphs) -> Span:
    return words.age(now, row.updated), "dim"


# The order on the screen. A narrow pane keeps what triage needs: state, subject, who, how long ago.
COLUMNS = (
    Column("", 1, _priority_sign, narrow_below=110),
    Column("status", 9, _status, wide_from=44),
    Column("", 1, _status_sign, narrow_below=44),
    Column("priority", 8, _priority, wide_from=110),
    Column("ref", 14, _ref, wide_from=150),
    Column("subject", 0, _subject),
    Column("requester", 16, _requester, wide_from=56),
    Column("assignee", 12, _assignee, wide_from=100),
    Column("group", 12, _group, wide_from=170),
    Column("channel", 11, _channel, wide_from=130),
    Column("tags", 16, _tags, wide_from=185),
    Column("waits", 5, _waits, wide_from=90, right=True),
    Column("sla", 10, _sla, wide_from=66),
    Column("age", 4, _age, right=True),
)
_GUTTER = 3
_SUBJECT = next(column for column in COLUMNS if column.name == "subject")
_NAMED = {column.name: column for column in COLUMNS if column.name} | {
    "created": Column("created", 7, _created, right=True),
    "messages": Column("messages", 8, _messages, right=True),
}
_LEAST = 12  # cells of the subject that are worth a look


@lru_cache(maxsize=32)
def layout(width: int, names: tuple[str, ...] = ()) -> tuple[tuple[Column, int], ...]:
    """Return the columns for a pane of `width` cells, each with its own width; with `names` these, as far as they fit."""
    shown = _chosen(width, names) if names else [c for c in COLUMNS if c.wide_from <= width < c.narrow_below]
    fixed = sum(c.width for c in shown) + len(shown) + _GUTTER
    return tuple((c, c.width or max(width - fixed + 1, 1)) for c in shown)


def _chosen(width: int, names: tuple[str, ...]) -> list[Column]:
    """The columns of these names, without the last ones where there is no room; the subject always stays."""
    shown = [_NAMED[name] for name in names if name in _NAMED]
    if _SUBJECT not in shown:
        shown.append(_SUBJECT)
    while sum(c.width + 1 for c in shown) + _GUTTER + _LEAST > width and len(shown) > 1:
        del shown[-1 if shown[-1] is not _SUBJECT else -2]
    return shown


def head(width: int, names: tuple[str, ...] = ()) -> str:
    """Name the columns."""
    cells = (fit_right(c.name, w) if c.right else fit(c.name, w) for c, w in layout(width, names))
    return " " * _GUTTER + " ".join(cells)


def tell(row: TicketRow, width: int, now: int, glyphs: Glyphs, names: tuple[str, ...] = ()) -> list[Span]:
    """Return the cells of one row, each exactly as wide as its column."""
    spans: list[Span] = []
    for column, cell_width in layout(width, names):
        text, ink = column.tell(row, now, glyphs)
        cut = fit_right(text, cell_width) if column.right else fit(text, cell_width, glyphs.ellipsis)
        spans.append((cut + " ", ink))
    last, ink = spans.pop()
    return [*spans, (last[:-1], ink)]  # a cell too many would have every row cut once more


def gutter(row: TicketRow, glyphs: Glyphs, *, on: bool, marked: bool) -> list[Span]:
    """Return the three signs at the left: the cursor, a mark, and what is new or still to be sent."""
    sign = glyphs.pending if row.pending else glyphs.unseen if row.unseen else " "
    return [
        (glyphs.cursor if on else " ", "accent"),
        (glyphs.mark if marked else " ", "good"),
        (sign, "warn" if row.pending else "accent"),
    ]


def below(row: TicketRow, width: int, glyphs: Glyphs, names: tuple[str, ...] = ()) -> list[Span]:
    """Return the second line of a ticket where each has two: of who, whose, how and what, all that has no column."""
    shown = layout(width, names)
    at = next((n for n, (column, _) in enumerate(shown) if column.name == "subject"), 0)
    indent = _GUTTER + sum(cells + 1 for _, cells in shown[:at])
    parts = {
        "requester": row.requester,
        "assignee": row.assignee or "nobody",
        "group": row.group,
        "channel": words.channel(row.channel, glyphs),
        "tags": row.tags,
        "ref": row.ref,
    }
    has = {column.name for column, _ in shown}
    said = f" {glyphs.dot} ".join(part for name, part in parts.items() if part and name not in has)
    return [(" " * indent, "dim"), (fit(said, max(width - indent, 0), glyphs.ellipsis), "dim")]
