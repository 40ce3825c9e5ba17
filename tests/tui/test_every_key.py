"""Every key that the table advertises does something, in every pane where it is advertised."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from support.pilots import PATIENCE
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.screen import Screen

from console.outbox import Disputed
from console.promise_words import Found
from screens.app import HeardApp
from screens.connect_form import ConnectForm
from screens.help import HelpScreen
from screens.identities import IdentitiesScreen
from screens.keymap import pane_of
from screens.messages import PlanChange
from widgets.actions import MAIN, PANES, Action, in_pane
from widgets.dispute import DisputeDialog
from widgets.fields_dialog import FieldsDialog, Shown
from widgets.fuzzy import Choice
from widgets.insight import Entry, InsightDialog
from widgets.macro_dialog import Canned, MacroDialog
from widgets.picker import Picker
from widgets.promise_dialog import Clock, PromiseDialog


class Watched(HeardApp):
    """Remembers what each key did, and does not leave."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.done: list[tuple[str, bool]] = []
        self.left: list[str] = []

    async def perform(self, action: Action, key: str = "", at: DOMNode | None = None) -> bool:
        handled = await super().perform(action, key, at)
        self.done.append((action.id, handled))
        return handled

    def exit(self, *args: Any, **settings: Any) -> None:
        self.left.append("left")


# What is shown over the screens, by the name of its pane.
DIALOGS: dict[str, Callable[[Watched], Screen[Any]]] = {
    "picker": lambda _: Picker("Pick", [Choice("a", "a"), Choice("b", "b")]),
    "help": lambda app: HelpScreen(app.terminal, "queue"),
    "identities": lambda app: IdentitiesScreen(app.session, app.terminal, 1),
    "connecting": lambda _: ConnectForm("rt", lambda answers, _wanted: answers.name),
    "promising": lambda _: PromiseDialog(
        [Found("I will call tomorrow.", "tomorrow", (12, 20), 1)], Clock(str, lambda _typed: 1, "UTC")
    ),
    "conflict": lambda _: DisputeDialog(
        "acme/1", [Disputed("status", "new", "open", "solved", "Bo", 0, "open", "solved")], {}, now=0
    ),
    "fields": lambda _: FieldsDialog([Shown("order", "A-4711", "Ana", 0)], now=lambda: 0),
    "macros": lambda _: MacroDialog(
        "Macros", [Canned("a", "A", "fits", "Hello"), Canned("b", "B", "", "Hi")]
    ),
    "insight": lambda _: InsightDialog(
        "Recap", [Entry("asked", "Ana", "Where is it?", ref="acme/1")] * 2, empty="", keys=""
    ),
}


async def go(app: Watched, pilot: Pilot[Any], pane: str) -> None:
    """Make `pane` the one with the focus, from wherever we are."""
    while len(app.screen_stack) > 1:
        app.pop_screen()
        await pilot.pause()
    mode = pane if pane in ("board", "outbox", "promises", "connect") else "triage"
    await app.switch_mode(mode)
    triage = app._triage
    if pane in ("queue", "story", "composer"):
        triage.query_bar.close()
        triage.enter(pane)
    elif pane == "query":
        triage.do_query()
    elif pane in DIALOGS:
        app.push_screen(DIALOGS[pane](app))
    elif pane == "bulk":
        app.on_plan_change(PlanChange([row.ref for row in triage.queue._rows.values()], ["status=pending"]))
    await arrived(app, pilot, pane)


async def arrived(app: Watched, pilot: Pilot[Any], pane: str) -> None:
    """Wait until `pane` has the focus; a window whose contents were still being looked up is left again."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        await pilot.pause(0.02)
        if pane_of(app.place) == pane and app.focused is not None:
            return
        if pane in (*MAIN, "composer", "query") and len(app.screen_stack) > 1:
            app.pop_screen()
        elif pane in ("queue", "story", "composer"):
            app._triage.enter(pane)
    raise AssertionError((pane, pane_of(app.place), app.focused))


@pytest.mark.parametrize("pane", PANES)
async def test_every_key_of_the_pane_is_handled(
    office: Any, pane: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EDITOR", "true")
    app = Watched(office.session)
    async with app.run_test(size=(130, 40)) as pilot:
        await pilot.pause(0.3)
        await go(app, pilot, pane)
        for action in in_pane(pane):
            for key in action.keys_in(pane):
                if pane_of(app.place) != pane:
                    await go(app, pilot, pane)
                app.done.clear()
                await pilot.press(*key.split(" "))
                assert app.done[:1] == [(action.id, True)], key


async def test_actions_without_a_key_are_handled_too(office: Any) -> None:
    app = Watched(office.session)
    async with app.run_test(size=(130, 40)) as pilot:
        await pilot.pause(0.3)
        for action in app.keymap.actions:
            if not action.keys:
                await go(app, pilot, action.panes[0])
                assert await app.perform(action), action.id
