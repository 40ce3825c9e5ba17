"""What every screen of the program has: the session, reading and writing beside the screen, and the two lines below."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import Worker

from console.session import Session
from screens import late
from screens.held import Holding, look_held, way_back
from screens.keymap import pane_of
from store.errors import HeardError
from store.rows import PROMISES, DeskState, OutboxCount
from widgets.fuzzy import Choice
from widgets.keys_told import Keys
from widgets.status_bar import KeyBar, Status, StatusBar
from widgets.terminal import Terminal
from widgets.words import DESK_WORDS

if TYPE_CHECKING:
    from screens.host import Host
    from widgets.held_line import HeldLine

T = TypeVar("T")
_LINE = 36  # characters of a line in the list of desks
_TICK = 15.0  # seconds between two looks at the clock


class DeskScreen(Screen[str]):
    """A screen over one session. `read` and `write` run beside it; what they raise is told in the status line."""

    BLANK = True  # widgets cover every cell, so nothing below them is drawn
    AUTO_FOCUS: ClassVar[str | None] = ""
    pane = ""

    def __init__(self, session: Session, terminal: Terminal) -> None:
        super().__init__()
        self.session = session
        self.terminal = terminal
        self.glyphs = terminal.glyphs
        self.status_bar = StatusBar(glyphs=self.glyphs)
        self.key_bar = KeyBar(glyphs=self.glyphs)
        self._held_line: HeldLine | None = None
        self._by_undo = True
        self._looking: set[str] = set()
        self._once_more: dict[str, Callable[[], None]] = {}

    @property
    def heard(self) -> Host:
        """The app, as what it does for a screen."""
        return cast("Host", self.app)

    def key_of(self, action_id: str, pane: str = "") -> str:
        """Return the first key of an action (in `pane`, where one is given) as it is said; "the palette" without one."""
        return self.own_keys.first(action_id, pane)

    @property
    def own_keys(self) -> Keys:
        """The keys that hold here, for what is said about them."""
        return Keys(self.heard.keymap.actions)

    def foot(self) -> Iterable[Widget]:
        """Return the two lines at the bottom of every screen."""
        yield self.key_bar
        yield self.status_bar

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw what no widget covers: nothing, and without colour where the person asked for none."""
        if self.app.no_color:
            return [Strip.blank(crop.width)] * crop.height
        return super().render_lines(crop)

    # -- beside the screen ------------------------------------------------------------------------------------

    def read(
        self,
        group: str,
        work: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[HeardError], None] | None = None,
    ) -> None:
        """Run `work` on a reading thread and give its result to `then`; a newer one of the same group replaces it."""
        self._begin(partial(self.heard.loads.read, work), then, otherwise, group=group, exclusive=True)

    def write(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] = lambda _: None,
        otherwise: Callable[[HeardError], None] | None = None,
    ) -> None:
        """Run `work` on the writing thread, in the order of asking, and give its result to `then`."""
        self._begin(partial(self.heard.loads.write, work), then, otherwise, group="write", exclusive=False)

    def fresh(
        self,
        group: str,
        work: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[HeardError], None] | None = None,
        *,
        now: bool = False,
    ) -> None:
        """Like `read`, but one at a time: what is asked meanwhile is looked up once more at the end.

        `now` drops a look that is under way: it was for something else.
        """
        if not now and self.once_done(group, partial(self.fresh, group, work, then, otherwise)):
            return
        self._looking.add(group)
        self._once_more.pop(group, None)

        def finished(tell: Callable[[Any], None], found: Any) -> None:  # noqa: ANN401  (a result or an error)
            """Tell what came of it, and look once more where that was asked meanwhile."""
            self._looking.discard(group)
            tell(found)
            if again := self._once_more.pop(group, None):
                again()

        self.read(group, work, partial(finished, then), partial(finished, otherwise or self.failed))

    def once_done(self, group: str, work: Callable[[], None]) -> bool:
        """Whether a look of this group is under way: then `work` follows it."""
        if group in self._looking:
            self._once_more[group] = work
        return group in self._looking

    def drop(self, group: str) -> None:
        """Look no more for what `fresh` was asked for in this group."""
        self.workers.cancel_group(self, group)
        self._looking.discard(group)
        self._once_more.pop(group, None)

    def _begin(
        self,
        start: Callable[[], Coroutine[Any, Any, T]],
        then: Callable[[T], None],
        otherwise: Callable[[HeardError], None] | None,
        *,
        group: str,
        exclusive: bool,
    ) -> None:
        async def job() -> None:
            """Wait for the result and hand it on, or the error."""
            try:
                result = await start()
            except HeardError as error:
                (otherwise or self.failed)(error)
            else:
                then(result)

        _: Worker[None] = self.run_worker(job, group=group, exclusive=exclusive)

    # -- telling ----------------------------------------------------------------------------------------------

    def failed(self, error: HeardError) -> None:
        """Say what went wrong and what to do next; it stays in the status line until the next word."""
        self.say(f"{error.message} {error.hint}".strip(), error=True)

    def say(self, words: str, *, error: bool = False) -> None:
        """Put words into the status line; a new error, and what does not fit there, beside it too."""
        again = words == self.status_bar.status.note
        self.status_bar.tell_status(replace(self.status_bar.status, note=words))
        if not again and (error or not self.status_bar.fits()):
            self.notify(words, severity="error" if error else "information", markup=False)

    def refresh_status(self) -> None:
        """Look up how we stand with the desks and the outbox."""

        def look() -> tuple[tuple[DeskState, ...], OutboxCount, Holding | None]:
            """How the desks stand, what waits in the outbox, and which replies can still be stopped."""
            counts = late.outbox.counts(self.session)
            return tuple(late.desks.states(self.session)), counts, look_held(self.session, counts)

        def show(found: tuple[tuple[DeskState, ...], OutboxCount, Holding | None]) -> None:
            """Show all of it."""
            self.show_status(*found[:2])
            self.show_held(found[2])

        self.read("status", look, show)

    def show_held(self, holding: Holding | None) -> None:
        """Count down for the replies that can still be stopped; None leaves the line as it is."""
        if holding is None or (self._held_line is None and not holding.held):
            return
        if self._held_line is None:
            from widgets.held_line import HeldLine  # noqa: PLC0415  (not for the first paint)

            self._held_line = HeldLine(now=self.session.now, glyphs=self.glyphs)
            self.mount(self._held_line, before=self.key_bar)
        self._by_undo = holding.by_undo
        self._held_line.hold(holding.held, self._way_back(self._key_pane()))

    def on_held_line_pressed(self, event: HeldLine.Pressed) -> None:
        """Take the reply back that was clicked away; its words are a draft again."""
        self.write(
            lambda: late.outbox.take_back(self.session, event.op_id),
            lambda done: self.undone(f"reply on {done.ref}", ()),
        )

    def show_status(self, states: tuple[DeskState, ...], counts: OutboxCount) -> None:
        """Show this in the status line."""
        before = self.status_bar.status
        self.status_bar.tell_status(
            Status(states, counts, before.view, before.shown, self.session.now(), before.note)
        )

    def do_desks(self) -> None:
        """Show how the sync of each desk stands, and what to do about it."""

        def look() -> list[DeskState]:
            return late.desks.states(self.session)

        def shown(states: list[DeskState]) -> None:
            """List the desks."""
            self.pick("Desks", [line for state in states for line in _desk_lines(state)], lambda _taken: None)

        self.read("desks", look, shown)

    def pick(
        self,
        title: str,
        choices: Sequence[Choice],
        then: Callable[[str], None],
        *,
        free: bool = False,
        meaning: Callable[[str], str] | None = None,
    ) -> Awaitable[None]:
        """Let the person take one of the choices, or with `free` or `meaning` type something else; "" when they left it.

        Wait for what this returns, where that can be done, and keys typed ahead go to the choices.
        """
        from widgets.picker import Picker  # noqa: PLC0415  (after the first paint: it brings Textual's Input)

        return self.app.push_screen(
            Picker(title, choices, free=free, meaning=meaning, glyphs=self.glyphs),
            lambda taken: then(taken or ""),
        )

    # -- life -------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Begin to look at the clock."""
        self.set_interval(_TICK, self._tick)

    def _tick(self) -> None:
        if self.is_current:
            self.tick()

    def tick(self) -> None:
        """Tell the times anew."""
        self.refresh_status()

    def changed(self) -> None:
        """Take up what this or another process has written."""
        self.refresh_status()

    def on_screen_resume(self) -> None:
        """Be up to date when shown again; the first time, the app says when the paint is done."""
        if self.heard.painted:
            self.changed()
        self.show_keys()

    def on_descendant_focus(self) -> None:
        """Show the keys of the pane that has the focus now."""
        self.show_keys()

    def show_keys(self, pending: str = "") -> None:
        """Show the keys of the pane at hand, or the beginning of a longer key."""
        pane = self._key_pane()
        self.key_bar.actions = self.heard.keymap.actions
        self.status_bar.tell_keys(self.own_keys)
        self.key_bar.show_pane(pane, pending, self.labels())
        if self._held_line is not None:
            self._held_line.tell_way(self._way_back(pane))

    def _way_back(self, pane: str) -> str:
        return way_back(pane, self.own_keys, by_undo=self._by_undo)

    def _key_pane(self) -> str:
        return pane_of(self.focused or self)

    def labels(self) -> dict[str, str]:
        """Say what actions are called just now, by their ids, where the table's word will not do; "" hides one."""
        return {}

    async def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """Carry out the action that was clicked."""
        await self.heard.perform_id(event.action_id)

    def why_not(self, action_id: str) -> str:
        """Say why an action cannot be carried out just now; "" when it can."""
        del action_id
        return ""

    def do_undo(self) -> None:
        """Take the last change back."""
        self.write(lambda: late.undo.undo(self.session), lambda done: self.undone(done.what, done.kept))

    def undone(self, what: str, kept: tuple[str, ...]) -> None:
        """Say what was taken back and what was not."""
        left = f" Not taken back: {'; '.join(kept)}." if kept else ""
        self.say(f"Taken back: {what}.{left}")
        if self._held_line is not None:
            self._held_line.hold((), "")  # what still waits is looked up anew
        self.changed()


def _desk_lines(desk: DeskState) -> list[Choice]:
    """One desk in a few lines: its state beside what stands in the way and what to do."""
    promise = PROMISES.get(desk.promise, "what it promises is not known yet")
    facts = f"{desk.provider}, {desk.tickets} tickets; {promise}"
    first, *more = wrap(desk.detail or facts, _LINE)
    return [
        Choice(desk.name, f"{desk.name}: {DESK_WORDS.get(desk.state, desk.state)}", first),
        *(Choice(desk.name, "", line) for line in more),
    ]
