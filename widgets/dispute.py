"""The window in which a conflict is settled: each field as it was, as we want it, as they made it, and what shall hold."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from textual import events

from widgets import words
from widgets.difference import difference
from widgets.fuzzy import Choice
from widgets.keys_told import keys_of
from widgets.list_dialog import ListDialog
from widgets.prose import Paragraph
from widgets.table import FittedTable, Row
from widgets.terminal import UNICODE, Glyphs

if TYPE_CHECKING:
    from console.outbox import Disputed

Side = Literal["yours", "theirs", "other"]
Known = Mapping[str, Sequence[tuple[str, str]]]  # by field: the values it may have, with the words for them
_COLUMNS = (("field", 10), ("was", 0), ("yours", 0), ("theirs", 0), ("who made it theirs", 18))
_SIDES: dict[int, Side] = {2: "yours", 3: "theirs"}
_LONG = 24  # characters from which on a value is compared letter by letter


@dataclass(frozen=True, slots=True)
class Decision:
    """What shall hold for one field: the value, the words for it, and whose it is."""

    value: str
    shown: str
    side: Side

    def __str__(self) -> str:
        return self.shown if self.side == "other" else f"{self.side}, {self.shown}"


class DisputeDialog(ListDialog["dict[str, Decision]"]):
    """Returns a decision for every field, or None when it was left for later; nothing is decided beforehand."""

    pane = "conflict"

    def __init__(
        self, title: str, disputed: Sequence[Disputed], known: Known, *, now: int, glyphs: Glyphs = UNICODE
    ) -> None:
        keys = (
            ("mine", "yours"),
            ("theirs", "theirs"),
            ("other", "another"),
            ("all_mine", ""),
            ("all_theirs", "for all"),
            ("decide", "decides"),
            ("cancel", "later"),
        )
        super().__init__(_Fields(title, _COLUMNS, self._take, glyphs=glyphs), keys, glyphs=glyphs)
        self._disputed = disputed
        self._known = known
        self._now = now
        self._decided: dict[str, Decision] = {}
        self._said = ""

    def tell(self) -> None:
        """Show every field with what was decided, and the one at hand in full."""
        rows = [_row(each, self._decided.get(each.field), self._now) for each in self._disputed]
        left = len(self._undecided())
        self.table.set_rows(rows, right=f"{left} to decide" if left else "all decided")
        here = self._here()
        width = max(self.words.size.width - 3, 1)
        self.words.tell_words(here.field, _in_full(here, self._said, self._now, width))

    def _here(self) -> Disputed:
        return self._disputed[self.table.cursor]

    def _undecided(self) -> list[str]:
        return [each.field for each in self._disputed if each.field not in self._decided]

    # -- deciding ---------------------------------------------------------------------------------------------

    def _take(self, side: Side, *, every: bool = False) -> None:
        for each in self._disputed if every else (self._here(),):
            mine = side == "yours"
            value = each.value_mine if mine else each.value_theirs
            self._decided[each.field] = Decision(value, shown(each, each.mine if mine else each.theirs), side)
        self._said = ""
        self.tell()

    def do_mine(self) -> None:
        """Our value holds for this field."""
        self._take("yours")

    def do_theirs(self) -> None:
        """Their value holds for this field."""
        self._take("theirs")

    def do_all_mine(self) -> None:
        """Our values hold."""
        self._take("yours", every=True)

    def do_all_theirs(self) -> None:
        """Their values hold."""
        self._take("theirs", every=True)

    def do_other(self) -> Awaitable[None]:
        """Ask for another value: one of the known ones, or words where there are none."""
        from widgets.picker import Picker  # noqa: PLC0415  (it brings Textual's Input)

        here = self._here()
        values = dict(self._known.get(here.field, ()))
        listed = {f"={n}": value for n, value in enumerate(values)}
        choices = [Choice(key, shown(here, values[value])) for key, value in listed.items()]

        def taken(typed: str | None) -> None:
            """Let the value that was typed hold."""
            if typed:
                value = listed.get(typed, typed)
                self._decided[here.field] = Decision(
                    value, shown(here, values.get(value, value) or "none"), "other"
                )
                self._said = ""
                self.tell()

        title = f"What shall {here.field} be?"
        return self.app.push_screen(Picker(title, choices, free=not values, glyphs=self.glyphs), taken)

    def do_decide(self) -> None:
        """Hand the decisions out, once there is one for every field."""
        if open_ones := self._undecided():
            keys = keys_of(self.app)
            sides = f"{keys.first('mine')} is yours, {keys.first('theirs')} is theirs"
            self._said = f"Decide about {' and '.join(open_ones)} first: {sides}."
            self.tell()
        else:
            self.dismiss({each.field: self._decided[each.field] for each in self._disputed})


class _Fields(FittedTable):
    """The fields; a click on a value takes it."""

    def __init__(
        self, title: str, columns: Sequence[tuple[str, int]], take: Callable[[Side], None], *, glyphs: Glyphs
    ) -> None:
        super().__init__(title, columns, glyphs=glyphs)
        self._take = take

    def on_click(self, event: events.Click) -> None:
        """Go to the field, and take the value under the mouse."""
        super().on_click(event)
        if self.line_at(event.y) is not None and (side := _SIDES.get(self._column(event.x))):
            self._take(side)

    def do_open(self) -> None:
        """Choose nothing: here enter decides."""

    def choose(self) -> None:
        """Choose nothing, at a double click neither."""

    def _column(self, x: int) -> int:
        end = 0
        for n, (text, _) in enumerate(self._cut(self.rows[0], self.size.width)):
            end += cell_len(text)
            if x < end:
                return n - 1  # before the columns stands the cursor's sign
        return -1


def shown(disputed: Disputed, value: str) -> str:
    """The words for a value of this field."""
    return words.STATUS_WORDS.get(value, value) if disputed.field == "status" else value


def _row(each: Disputed, decided: Decision | None, now: int) -> Row:
    side = decided.side if decided else ""

    def choice(name: Side, value: str) -> tuple[str, str]:
        """One side's value, marked where it was chosen."""
        mark = "[x]" if side == name else "[ ]"
        return f"{mark} {shown(each, value)}", "strong" if side == name else "text"

    other = (f"[x] {decided.shown}", "strong") if decided and side == "other" else (_who(each, now), "dim")
    first = (shown(each, each.base), "dim")
    return (
        (each.field, "text" if decided else "warn"),
        first,
        choice("yours", each.mine),
        choice("theirs", each.theirs),
        other,
    )


def _who(each: Disputed, now: int) -> str:
    return f"{each.by or 'somebody'}, {words.age(now, each.at) or '?'} ago"


def _in_full(each: Disputed, said: str, now: int, width: int) -> list[Paragraph]:
    told: list[Paragraph] = [(said, "bad")]
    told += [
        (f"{each.field} was    {shown(each, each.base)}", "dim"),
        (f"{each.field} yours  {shown(each, each.mine)}", "text"),
        (f"{each.field} theirs {shown(each, each.theirs)} ({_who(each, now)})", "text"),
    ]
    if max(len(each.mine), len(each.theirs)) > _LONG:
        told.append(("What differs (- yours, + theirs):", "dim"))
        told += difference(each.mine, each.theirs, width)
    return told
