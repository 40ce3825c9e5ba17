"""The two lines at the bottom: how we stand with the desks, and the keys of the pane that has the focus."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from rich.cells import cell_len
from textual import events
from textual.message import Message

from store.rows import DeskState, OutboxCount
from widgets import words
from widgets.actions import ACTIONS, Action, show_key
from widgets.keys_told import DEFAULT_KEYS, Keys
from widgets.lines import OneLine, Span
from widgets.terminal import UNICODE, Glyphs

SMALL = (40, 10)  # columns and lines below which little of anything can be shown
_STATE_INKS = {"online": "good", "offline": "warn", "needs_login": "bad", "error": "bad", "suspicious": "bad"}


_AS_NAMED: Mapping[str, str] = MappingProxyType({})
_FIRST, _LAST = (
    ("clear",),
    ("palette", "help"),
)  # keys that always stand in the footer, where they do something


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that the status line tells."""

    desks: tuple[DeskState, ...] = ()
    outbox: OutboxCount = field(default_factory=OutboxCount)
    view: str = ""
    shown: int = 0
    now: int = 0
    note: str = ""  # the newest word to the person; errors stay until the next


def network_words(
    status: Status, glyphs: Glyphs, *, brief: bool = False, keys: Keys = DEFAULT_KEYS
) -> list[Span]:
    """Say in words how each desk stands and, unless `brief`, how old what we show is; one desk without its name."""
    spans: list[Span] = []
    for desk in status.desks:
        name = f"{desk.name} " if len(status.desks) > 1 else ""
        state = words.DESK_WORDS.get(desk.state, desk.state)
        sign = (
            glyphs.new if desk.state == "online" else glyphs.open if desk.state == "offline" else glyphs.late
        )
        synced = (
            f", synced {words.age(status.now, desk.last_sync)} ago" if desk.last_sync and not brief else ""
        )
        left = f", {words.many(desk.backlog, 'thread')} to fetch" if desk.backlog and not brief else ""
        why = f" ({keys.first('desks')} says why)" if desk.detail else ""
        spans.append((f" {sign} {name}{state}{why}{synced}{left} ", _STATE_INKS.get(desk.state, "dim")))
    return spans or [(" no desk yet ", "warn")]


def outbox_words(outbox: OutboxCount, keys: Keys = DEFAULT_KEYS) -> list[Span]:
    """Say what has not left and what needs a person; nothing when the outbox is empty."""
    spans: list[Span] = []
    if outbox.waiting:
        spans.append((f" {outbox.waiting} queued ", "warn"))
    if outbox.attention:
        spans.append((f" {outbox.attention} needs you ({keys.first('outbox')}) ", "bad"))
    return spans


class StatusBar(OneLine, can_focus=False):
    """One line of facts; it never blinks and never hides an error."""

    DEFAULT_CSS = "StatusBar { height: 1; }"

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(glyphs=glyphs, id=id)
        self.status = Status()
        self._keys = DEFAULT_KEYS

    def tell_keys(self, keys: Keys) -> None:
        """Name these keys from now on."""
        if keys != self._keys:
            self._keys = keys
            self.forget()

    def tell_status(self, status: Status) -> None:
        """Show this status."""
        if status != self.status:
            self.status = status
            self.forget()

    def fits(self) -> bool:
        """Say whether everything can be read in the line."""
        width = self.size.width
        return not width or _cells(self.spans(0, width)) <= width

    def ground(self, n: int) -> str:
        """Return the ink of the line."""
        del n
        return "title"

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return what the line says, the most urgent first; what is always there makes room for the newest word."""
        del n
        status, bar = self.status, self.glyphs.bar
        first = outbox_words(status.outbox, self._keys)
        note = [(f"{bar} {status.note}", "strong")] if status.note else []
        network = network_words(status, self.glyphs, keys=self._keys)
        brief = network_words(status, self.glyphs, brief=True, keys=self._keys)
        shown = f"{bar} {status.view}: {words.many(status.shown, 'ticket')} "
        view = [(shown, "title")] if status.view else []
        full = [*first, *network, *view, *note]
        if not note or _cells(full) <= width:
            return full
        without_view = [*first, *network, *note]
        return without_view if _cells(without_view) <= width else [*first, *brief, *note]


def _cells(spans: Iterable[Span]) -> int:
    return sum(cell_len(text) for text, _ in spans)


class KeyBar(OneLine, can_focus=False):
    """The keys that matter most in the pane at hand; a click on one is as good as the key."""

    DEFAULT_CSS = "KeyBar { height: 1; }"

    class Pressed(Message):
        """An action was clicked."""

        def __init__(self, action_id: str) -> None:
            super().__init__()
            self.action_id = action_id

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(glyphs=glyphs, id=id)
        self.pane = ""
        self.actions: Sequence[Action] = ACTIONS  # with the keys of one's own
        self._pending = ""
        self._labels = _AS_NAMED
        self._places: list[tuple[int, int, str]] = []

    def show_pane(self, pane: str, pending: str = "", labels: Mapping[str, str] = _AS_NAMED) -> None:
        """Show the keys of `pane`; `pending` is the beginning of a longer key that was pressed.

        `labels` says, by the id of an action, what it is called just now; "" leaves it out.
        """
        if (pane, pending, labels) != (self.pane, self._pending, self._labels):
            self.pane, self._pending, self._labels = pane, pending, labels
            self.forget()

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return as many keys as fit, the way back, help and palette always among them."""
        del n
        if self._pending:
            return self._what_follows()
        spans: list[Span] = []
        self._places = []
        if self._cramped():
            size = self.screen.size
            return [(f" {size.width}x{size.height} is too small ", "warn")]
        at = 1
        for action_id, key, label in _fitting(self._here(), self.pane, width - 2, self._labels):
            end = at + len(key) + len(label) + 3
            self._places.append((at, end, action_id))
            spans += [(f" {key}", "accent"), (f" {label} ", "dim")]
            at = end
        return spans

    def key(self, n: int) -> Hashable:
        """Return the size that the line speaks of where it is a small one."""
        return n, self.screen.size if self._cramped() else None

    def _cramped(self) -> bool:
        """Whether the screen is so small that little can be shown on it."""
        columns, lines = SMALL
        return self.screen.size.width < columns or self.screen.size.height < lines

    def _here(self) -> list[Action]:
        return [action for action in self.actions if self.pane in action.panes]

    def _what_follows(self) -> list[Span]:
        """Say what has been begun, and which keys go on from there."""
        self._places = []
        spans: list[Span] = [(f" {show_key(self._pending)}{self.glyphs.ellipsis} ", "accent")]
        begun = f"{self._pending} "
        for action in self._here():
            rest = [k.removeprefix(begun) for k in action.keys_in(self.pane) if k.startswith(begun)]
            if rest:
                spans += [(f" {' '.join(map(show_key, rest))}", "accent"), (f" {action.label} ", "dim")]
        return [*spans, (" esc", "accent"), (" never mind", "dim")]

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        for start, end, action_id in self._places:
            if start <= event.x + 1 < end:
                self.tell(self.Pressed(action_id))


def _fitting(
    actions: Iterable[Action], pane: str, width: int, labels: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    keys = [
        (a.id, show_key(a.keys_in(pane)[0]), label)
        for a in actions
        if a.short and a.keys_in(pane) and (label := labels.get(a.id, a.label))
    ]
    first = [entry for entry in keys if entry[0] in _FIRST]
    last = [entry for entry in keys if entry[0] in _LAST]
    room = width - sum(len(key) + len(label) + 3 for _, key, label in (*first, *last))
    shown = []
    for entry in keys:
        size = len(entry[1]) + len(entry[2]) + 3
        if entry in (*first, *last) or size > room:
            continue
        room -= size
        shown.append(entry)
    return first + shown + last
