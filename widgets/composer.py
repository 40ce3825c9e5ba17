"""Where replies and notes are written. Which of the two it is stands in words, in the border's shape and in its colour."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from store.drafts import Mode
from store.text import clean
from widgets.cells import visible
from widgets.copied_line import CopiedLine
from widgets.draft_area import DraftArea
from widgets.keys_told import DEFAULT_KEYS, frame_told, keys_of
from widgets.marks import marks
from widgets.words import many

_PAUSE = 0.15  # seconds without a key before the draft is looked at
_ROOMY = 48  # cells from which on all keys fit into the border
_SAVE_AFTER = 0.8  # seconds after a first key until the draft is on the disk


class Composer(Vertical):
    """One draft. It sends `Changed` after a pause, `Autosave` within a second, `Send` and `SwitchAsked`."""

    pane = "composer"
    DEFAULT_CSS = """
    Composer { height: 1fr; min-height: 4; border: heavy $success; background: $background; }
    Composer.-note { border: double $warning; }
    Composer TextArea { border: none; padding: 0 1; background: $background; height: 1fr; }
    Composer TextArea .text-area--cursor-line { background: $background; }
    Composer { border-title-style: bold; border-title-color: $text-success; }
    Composer.-note { border-title-color: $text-warning; }
    Composer:focus-within { background-tint: $foreground 3%; }
    """

    class Changed(Message):
        """The typing paused."""

        def __init__(self, ref: str, text: str) -> None:
            super().__init__()
            self.ref = ref
            self.text = text

    class Autosave(Message):
        """The draft is to be kept as it stands; `basis` is what it was when it was kept or loaded last."""

        def __init__(self, ref: str, text: str, mode: Mode, basis: str) -> None:
            super().__init__()
            self.ref = ref
            self.text = text
            self.mode = mode
            self.basis = basis

    class Send(Message):
        """The draft is to go into the outbox; `text` is clean, `basis` as for `Autosave`."""

        def __init__(self, ref: str, text: str, mode: Mode, basis: str) -> None:
            super().__init__()
            self.ref = ref
            self.text = text
            self.mode = mode
            self.basis = basis

    class SwitchAsked(Message):
        """Something is typed, so a switch to `mode` has to be confirmed."""

        def __init__(self, mode: Mode) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name for it)
        super().__init__(id=id)
        self.ref = ""
        self.mode: Mode = "reply"
        self.recipient = ""
        self.copied: tuple[str, ...] = ()  # who else gets a public reply
        self._others = CopiedLine()
        self.area = DraftArea("", tab_behavior="focus", soft_wrap=True, show_line_numbers=False, compact=True)
        self.area.read_only = True  # until there is a ticket to write on
        self._known = ""  # the text that is on the disk, or on its way there
        self._keys = DEFAULT_KEYS  # until there is an app that knows one's own
        self._pause: Timer | None = None
        self._save: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the text, below whoever else gets it."""
        yield self._others
        yield self.area

    def on_mount(self) -> None:
        """Say what is written here, and with which keys it goes out."""
        self._keys = keys_of(self.app)
        self._tell_mode()

    # -- data in ----------------------------------------------------------------------------------------------

    def load(self, ref: str, recipient: str, text: str, mode: Mode) -> None:
        """Open the draft of another ticket; what was typed for the one before is handed out first."""
        self.flush()
        self.copied = self.copied if ref == self.ref else ()
        self.ref, self.recipient, self.mode = ref, recipient, mode
        self._known = text
        self.area.read_only = not ref
        self._fill(text)
        self._tell_mode()

    def tell_copied(self, names: tuple[str, ...]) -> None:
        """Say who else gets a public reply."""
        if names != self.copied:
            self.copied = names
            self._tell_mode()

    def arrive(self, recipient: str, text: str, mode: Mode) -> None:
        """Put the kept draft of this ticket before what was typed since, where it is not just that."""
        typed = self.area.text
        self.recipient, self.mode, self._known = recipient, mode, text
        self._fill(text if typed == text else text + typed)
        self._save_soon()
        self._tell_mode()

    def _fill(self, text: str) -> None:
        self.area.history.clear()  # undo must not bring another ticket's words here
        if text != self.area.text:
            self.area.load_text(text)
            self.area.move_cursor(self.area.document.end)

    def set_mode(self, mode: Mode) -> None:
        """Make it a reply or a note, without asking."""
        if mode != self.mode:
            self.mode = mode
            self._tell_mode()
            if self.area.text.strip():
                self._hand_out()

    def put(self, text: str) -> None:
        """Replace the draft by words that were written elsewhere."""
        self._fill(clean(text))

    def rewrite(self, text: str) -> None:
        """Replace the draft by what was made of it elsewhere; undo brings back what stood here."""
        self.area.rewrite(clean(text))

    def empty(self) -> None:
        """Forget the text: it is in the outbox, or was thrown away."""
        self._stop_timers()
        self._known = ""
        self._fill("")
        self._tell_mode()

    def flush(self) -> None:
        """Hand out what was typed and not yet kept, now."""
        self._stop_timers()
        if self.ref and self.area.text != self._known:
            self._hand_out()

    def _hand_out(self) -> None:
        basis, self._known = self._known, self.area.text
        self.post_message(self.Autosave(self.ref, self._known, self.mode, basis))

    @property
    def known(self) -> str:
        """The draft that is on the disk, or on its way there."""
        return self._known

    @property
    def settled(self) -> bool:
        """Whether all that is typed is on the disk, or on its way there."""
        return self.area.text == self._known and self._save is None

    @property
    def at_rest(self) -> bool:
        """Whether nothing is typed, and the disk knows it."""
        return not self.area.text.strip() and not self._known.strip() and self._save is None

    @property
    def text(self) -> str:
        """What is typed."""
        return self.area.text

    @property
    def heading(self) -> str:
        """What stands in the border: who reads this."""
        if self.mode == "note":
            return f"INTERNAL NOTE - customer does not see this{f' ({self.ref})' if self.ref else ''}"
        to = visible(self.recipient) or "the customer"
        others = f" + {len(self.copied)}" if self.copied else ""
        return f"PUBLIC REPLY to {to}{others}{f' ({self.ref})' if self.ref else ''}"

    # -- typing -----------------------------------------------------------------------------------------------

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Start the two clocks: one for the advice, one for the disk."""
        event.stop()
        self._tell_size()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE, self._paused)
        self._save_soon()

    def _save_soon(self) -> None:
        if self.area.text != self._known and self._save is None:
            self._save = self.set_timer(_SAVE_AFTER, self.flush)

    def _paused(self) -> None:
        self._pause = None
        self.post_message(self.Changed(self.ref, self.area.text))

    def _stop_timers(self) -> None:
        for timer in (self._save, self._pause):
            if timer is not None:
                timer.stop()
        self._save = self._pause = None

    def select(self, start: int, end: int) -> None:
        """Select the characters from `start` to `end` of the draft."""
        text = self.area.text
        self.area.selection = Selection(_location(text, start), _location(text, end))

    def mark(self, draft: str, spans: Iterable[tuple[int, int, str]]) -> None:
        """Let spans (start, end, style) of `draft` stand out; where it was typed on, the marks that are there move."""
        if draft == self.area.text:
            self.area.mark(marks(draft, spans))

    def insert(self, text: str) -> None:
        """Put words in at the cursor, in place of what is selected: one step for undo."""
        start, end = sorted(self.area.selection)
        self._put_in(clean(text), start, end)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put words in place of the characters from `start` to `end`: one step for undo."""
        whole = self.area.text
        self._put_in(clean(text), _location(whole, start), _location(whole, end))

    def insert_first(self, paragraph: str) -> None:
        """Put a paragraph at the top of the draft: one step for undo; the cursor goes to its end."""
        text = clean(paragraph).strip()
        self._put_in(f"{text}\n\n" if self.area.text.strip() else text, (0, 0), (0, 0))
        self.area.move_cursor(_location(self.area.text, len(text)))

    def _put_in(self, text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        if self.area.read_only:
            return
        self.area.history.checkpoint()
        result = self.area.replace(text, start, end, maintain_selection_offset=False)
        self.area.history.checkpoint()
        self.area.move_cursor(result.end_location)

    def _tell_mode(self) -> None:
        self.set_class(self.mode == "note", "-note")
        self.border_title = Content(self.heading)
        self._others.tell_copied(self.copied if self.mode == "reply" else ())
        self._tell_size()

    def _tell_size(self) -> None:
        written = many(len(self.area.text), "character")
        later = [("send_later", "later")] if self.size.width > _ROOMY else []  # it stands in the footer too
        other = "reply" if self.mode == "note" else "note"
        told = frame_told(self._keys, self.pane, ("send", "send"), *later, ("switch_mode", other))
        self.border_subtitle = Content(f"{told}  {written}".lstrip())

    # -- actions ----------------------------------------------------------------------------------------------

    def do_send(self) -> None:
        """Hand out the draft for the outbox, cleaned; an empty one stays."""
        ready = self.ready()
        if ready is not None:
            self._stop_timers()
            self.post_message(ready)

    def ready(self) -> Send | None:
        """The draft as it would go out, cleaned; None when it is empty."""
        text = clean(self.area.text).strip()
        return self.Send(self.ref, text, self.mode, self._known) if text and self.ref else None

    def do_switch_mode(self) -> None:
        """Switch between reply and note; asks when something is typed."""
        other: Mode = "reply" if self.mode == "note" else "note"
        if self.area.text.strip():
            self.post_message(self.SwitchAsked(other))
        else:
            self.set_mode(other)


def _location(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n"), len(before) - before.rfind("\n") - 1
