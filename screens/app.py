"""The app: its screens, the way between them, and what holds everywhere."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from textual import events
from textual.dom import DOMNode
from textual.screen import Screen

from console.keys import PATIENCE
from console.session import Session
from screens import late
from screens.base import DeskScreen
from screens.feed import Feed
from screens.filters import Colourless, PlainFrames
from screens.first import First
from screens.keymap import Keymap, own_keymap, pane_of
from screens.loads import Loads
from screens.looks import LooksApp
from screens.messages import Applied, Go, Mode, OpenQuery, OpenTicket, PlanChange, WhoIsWho, WriteOn
from screens.triage import TriageScreen
from screens.typed_ahead import LEADS, TypedAhead
from store.errors import HeardError, InvalidInputError
from store.rows import Hit
from widgets.actions import BY_ID, Action
from widgets.cells import visible
from widgets.fuzzy import Choice
from widgets.terminal import Terminal
from widgets.words import many

if TYPE_CHECKING:
    from textual.driver import Driver

    from console.changes import Plan
    from widgets.picker import Picker

_RECENT = 8
_SETTLE = 0.3  # seconds until the worker's own start no longer competes with ours
_LOADED, _REST = 2.0, 0.4  # seconds until all that is read late is here, and without a key
_AT_ONCE = ("ctrl+q", "ctrl+c")
_BETWEEN = "\x1f"  # between a ticket and a message in the value of a search hit


class Worker(Protocol):
    """Whoever keeps the mirror up to date while the screens are open; the screens never do, and never end it."""

    def start(self) -> None:
        """Begin, in a process or thread of its own."""
        ...


class HeardApp(LooksApp[str]):
    """The whole program on a terminal. Returns "demo" when the person asked for the demo, else None."""

    TITLE = "heard"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    DEFAULT_MODE = "triage"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Session,
        worker: Worker | None = None,
        keymap: Keymap | None = None,
        first: First | None = None,
    ) -> None:
        self.terminal = Terminal.of(os.environ, getattr(sys.stdout, "encoding", "") or "utf-8")
        made, faults = (keymap, ()) if keymap else own_keymap(session.settings.keys)
        super().__init__(made)
        self._wrong = [f"{fault}. {fault.hint}" for fault in faults]  # told once the screen is there
        self.session = session
        self.worker = worker
        self.loads = Loads(session.db.stop)
        self.feed = Feed(session.changed, lambda: self.call_later(self._something_changed))
        self.painted = False
        self.recent: list[str] = []
        self._early: list[events.Key] = []
        self._typed_ahead = TypedAhead(self, self.on_event)
        self._last_key = 0.0  # monotonic seconds
        self._plain = [Colourless()]
        self._frames = () if self.terminal.unicode else (PlainFrames(),)
        self._triage = TriageScreen(session, self.terminal, first)
        self._set_up()

    def _set_up(self) -> None:
        screens: dict[Mode, Callable[[], Screen[Any]]] = {
            "triage": lambda: self._triage,
            "outbox": self._make_outbox,
            "board": self._make_board,
            "promises": self._make_promises,
            "connect": self._make_connect,
        }
        for mode, make in screens.items():
            self.add_mode(mode, make)
        self._wrong += self.dress(self.session.settings.ui, still=self.terminal.still)

    def _make_outbox(self) -> DeskScreen:
        from screens.outbox import OutboxScreen  # noqa: PLC0415  (not for the first paint)

        return OutboxScreen(self.session, self.terminal)

    def _make_board(self) -> DeskScreen:
        from screens.board import BoardScreen  # noqa: PLC0415  (not for the first paint)

        return BoardScreen(self.session, self.terminal)

    def _make_promises(self) -> DeskScreen:
        from screens.promises import PromisesScreen  # noqa: PLC0415  (not for the first paint)

        return PromisesScreen(self.session, self.terminal)

    def _make_connect(self) -> DeskScreen:
        from screens.connect import ConnectScreen  # noqa: PLC0415  (only without a desk)

        return ConnectScreen(self.session, self.terminal)

    def get_driver_class(self) -> type[Driver]:
        """Take the driver that survives bytes which are no text."""
        chosen = super().get_driver_class()
        if sys.platform != "win32":
            from textual.drivers.linux_driver import LinuxDriver  # noqa: PLC0415  (there is none on Windows)

            if chosen is LinuxDriver:
                from screens.driver import PatientDriver  # noqa: PLC0415  (the same)

                return PatientDriver
        return chosen

    def get_line_filters(self) -> Any:  # noqa: ANN401  (Textual's own type)
        """Take all colour away where the person asked for none, and frames that the terminal cannot draw."""
        return [*(self._plain if self.no_color else super().get_line_filters()), *self._frames]

    # -- life -------------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        """Show the first screen; everything that can wait begins after it is painted."""
        if not self.session.settings.desks:
            await self.switch_mode("connect")

    def on_ready(self) -> None:
        """Begin with everything that can wait until the first paint, the worker last."""
        self.painted = True
        self._something_changed()
        self.feed.start()
        store = self.session.db
        if told := store.read_only or store.rebuilt:
            self.notify(told, severity="warning", timeout=15, markup=False)
        for wrong in (*self._wrong, *self.broken_themes()):
            self._say(wrong, error=True)
        if self.worker is not None and not store.read_only:
            self.set_timer(_SETTLE, self.worker.start)

    def on_unmount(self) -> None:
        """End what runs beside the screen."""
        self.feed.stop()
        self.loads.close()

    def _something_changed(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.changed()

    # -- keys -------------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Keep keys that come before their pane is there: a query typed early must not become actions."""
        waits = (self._early or not self._triage.furnished) and self.screen_stack
        if isinstance(event, events.Key):
            if waits and event.key not in _AT_ONCE and self.screen is self._triage:
                self._early.append(event)
                return
            self._last_key = monotonic()
            if self.screen_stack and self._typed_ahead.takes(event):
                return
        await super().on_event(event)

    async def perform(self, action: Action, key: str = "", at: DOMNode | None = None) -> bool:
        """Carry an action out; where it leads somewhere else, what is typed next waits for that."""
        place = at or self.place
        done = await super().perform(action, key, at)
        if done and action.id in LEADS:
            self._typed_ahead.wait_for(place.ancestors_with_self, LEADS[action.id])
        return done

    async def on_furnished(self) -> None:
        """Take the keys that came early, before any later one; what is loaded by now will stay."""
        early, self._early = self._early, []
        for event in early:
            await self.on_event(event)
        gc.freeze()  # the collector need not walk it between two keys, which would take a frame's time
        self.set_timer(_LOADED, self._settle)

    def _settle(self) -> None:
        """The same for what was read late, in a rest in which no dialog is open, which would be kept for ever."""
        if len(self.screen_stack) > 1 or monotonic() - self._last_key < _REST:
            self.set_timer(_REST, self._settle)
            return
        gc.collect()
        gc.freeze()

    def key_pressed(self, pane: str) -> None:
        """Show the beginning of a longer key, and take it away again."""
        del pane
        if isinstance(self.screen, DeskScreen):
            self.screen.show_keys(self.keymap.pending)
            if self.keymap.pending:
                self.set_timer(PATIENCE, self._give_up)

    def _give_up(self) -> None:
        """Forget the beginning of a longer key once nothing has followed for a while."""
        if self.keymap.gave_up() and self.screen_stack and isinstance(self.screen, DeskScreen):
            self.screen.show_keys()

    async def perform_id(self, action_id: str, key: str = "") -> bool:
        """Carry out an action by its id, from the palette or a click; says so when it cannot be."""
        action = BY_ID[action_id]
        if reason := self.reason(action):
            self._say(f"Not now: {reason}.")
            return False
        if action_id in self.recent:
            self.recent.remove(action_id)
        self.recent = [action_id, *self.recent][:_RECENT]
        return await self.perform(action, key)

    def reason(self, action: Action) -> str:
        """Say why `action` cannot be carried out just now; "" when it can."""
        screen = self._desk_screen()
        pane = pane_of(screen.focused or screen) if screen else ""
        if pane not in action.panes:
            return f"this works in: {', '.join(action.panes)}"
        return screen.why_not(action.id) if screen else ""

    def _desk_screen(self) -> DeskScreen | None:
        return next((s for s in reversed(self.screen_stack) if isinstance(s, DeskScreen)), None)

    def _say(self, words: str, *, error: bool = False) -> None:
        if screen := self._desk_screen():
            screen.say(words, error=error)

    # -- from screen to screen --------------------------------------------------------------------------------

    async def on_go(self, event: Go) -> None:
        """Show another screen."""
        await self.switch_mode(event.mode)

    async def on_open_ticket(self, event: OpenTicket) -> None:
        """Show a ticket's story."""
        await self.switch_mode("triage")
        self._triage.open_ticket(event.ref, event.message_id)

    async def on_write_on(self, event: WriteOn) -> None:
        """Go on with a ticket's draft."""
        await self.switch_mode("triage")
        self._triage.write_on(event.ref, event.told)

    async def on_open_query(self, event: OpenQuery) -> None:
        """Show the queue of a query."""
        await self.switch_mode("triage")
        self._triage.ask(event.query, event.sort, event.name)
        self._triage.enter("queue")

    def on_plan_change(self, event: PlanChange) -> None:
        """Work a bulk change out and show the plan."""

        def work() -> Plan:
            return late.changes.plan_refs(self.session, event.refs, late.changes.parse(event.words))

        self._triage.say(f"Working out what changes on {many(len(event.refs), 'ticket')}.")
        self._triage.read("plan", work, self._show_plan)

    def _show_plan(self, plan: Plan) -> None:
        from screens.bulk import BulkScreen  # noqa: PLC0415  (only a bulk change needs it)

        self._triage.say("")  # it is worked out
        self.push_screen(BulkScreen(self.session, self.terminal, plan))

    def on_who_is_who(self, event: WhoIsWho) -> None:
        """Show which records are one person."""
        from screens.identities import IdentitiesScreen  # noqa: PLC0415  (not for the first paint)

        self.push_screen(IdentitiesScreen(self.session, self.terminal, event.customer_id))

    def on_applied(self, event: Applied) -> None:
        """Say what a bulk change did; its tickets are marked no more."""
        self._triage.queue.do_clear()
        self._triage.say(event.words)
        self._triage.changed()

    # -- actions that work everywhere ---------------------------------------------------------------------------

    async def do_triage(self) -> None:
        """To the queue."""
        await self.switch_mode("triage")

    async def do_outbox(self) -> None:
        """To the outbox."""
        await self.switch_mode("outbox")

    async def do_board(self) -> None:
        """To the live board."""
        await self.switch_mode("board")

    async def do_promises(self) -> None:
        """To the promise board."""
        await self.switch_mode("promises")

    async def do_view(self, key: str) -> None:
        """Open a view from any screen."""
        await self.switch_mode("triage")
        self._triage.open_view(key)

    async def do_help(self) -> None:
        """Show every key."""
        from screens.help import HelpScreen  # noqa: PLC0415  (only help needs it)

        await self.push_screen(HelpScreen(self.terminal, pane_of(self.place), self.keymap.actions))

    def do_palette(self) -> None:
        """Show every action by name."""
        from textual.command import CommandPalette  # noqa: PLC0415  (only the palette needs it)

        from screens.palette import ActionProvider  # noqa: PLC0415  (the same)

        self.push_screen(CommandPalette(providers=[ActionProvider], placeholder="what do you want to do?"))

    def action_command_palette(self) -> None:
        """Show our palette where Textual would show its own."""
        self.do_palette()

    def do_sync(self) -> None:
        """Fetch and send now."""
        self.session.sync_now()
        self._say("Looking at the desk.")

    async def do_find(self) -> None:
        """Search all texts."""
        from widgets.picker import Picker  # noqa: PLC0415  (after the first paint)

        picker = Picker("Search all messages, notes and names", (), asks=True, glyphs=self.terminal.glyphs)
        await self.push_screen(picker, self._found)

    def on_picker_typed(self, event: Picker.Typed) -> None:
        """Look for what was typed."""
        typed = event.text.strip()
        screen = self._desk_screen()
        if screen is None or not typed:
            event.picker.set_choices(())
            return

        def show(hits: list[Hit]) -> None:
            """Offer what was found."""
            event.picker.set_choices([_choice(hit, typed) for hit in hits])

        def failed(error: HeardError) -> None:
            """Say what went wrong; words that cannot be looked for yet are no fault."""
            if not isinstance(error, InvalidInputError):
                self._say(error.message, error=True)

        ranked = event.picker.ranked
        screen.read("find", lambda: late.search.search(self.session, typed, 50, ranked=ranked), show, failed)

    def _found(self, value: str | None) -> None:
        if value:
            ref, _, message_id = value.partition(_BETWEEN)
            self.post_message(OpenTicket(ref, message_id))

    async def do_quit(self) -> None:
        """Leave once everything that was typed is on the disk, or the person gives up what cannot be kept."""
        try:
            await self._triage.keep_draft()
        except HeardError as error:
            await self._triage.lose_first(error, self.exit)
        else:
            self.exit()

    # -- when something goes wrong ------------------------------------------------------------------------------

    def _fatal_error(self) -> None:
        """Say where the program failed without showing what was in its hands: those are customers' words."""
        from rich.segment import Segments  # noqa: PLC0415  (only a crash needs it)
        from rich.traceback import Traceback  # noqa: PLC0415  (the same)

        told = Traceback(show_locals=False, width=None, suppress=[])
        self._exit_renderables.append(Segments(self.console.render(told, self.console.options)))
        self._close_messages_no_wait()


def _choice(hit: Hit, words: str) -> Choice:
    from widgets.found_words import around  # noqa: PLC0415  (not for the first paint)

    excerpt = visible(around(" ".join(hit.excerpt.split()), words))
    return Choice(f"{hit.ref}{_BETWEEN}{hit.message_id}", hit.ref, f"{hit.where}: {excerpt}")
