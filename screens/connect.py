"""What is shown before there is any desk: a choice of two keys, the demo or a desk of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from textwrap import wrap

from textual.app import ComposeResult

from console.session import Session
from screens import late
from screens.base import DeskScreen
from widgets.actions import show_key
from widgets.fuzzy import Choice
from widgets.table import Row, Table
from widgets.terminal import Terminal

CONNECTED = "connected"  # the word that the screens are left with once there is a desk
_KEPT = (
    "The desk is asked before anything is kept; the token goes into the keyring of this machine."
    " In a script: heard\u00a0desk\u00a0add\u00a0NAME"
)
_UNDER = " " * 7  # what stands under the words of a choice
_EDGE = 4  # columns that the list takes for itself
_NARROWEST, _WIDEST = 16, 78  # columns of a sentence
_PROVIDERS = (
    Choice("zendesk", "Zendesk", "COMPANY.zendesk.com, an API token and your e-mail address"),
    Choice("rt", "Request Tracker", "RT 5 with REST 2, and an authentication token"),
)


class ConnectScreen(DeskScreen):
    """Two ways on: the demo, or connecting a desk."""

    pane = "connect"

    def __init__(self, session: Session, terminal: Terminal) -> None:
        super().__init__(session, terminal)
        self.table = Table("Welcome to heard", (("", 0),), names=False, glyphs=self.glyphs, id="welcome")

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield self.table
        yield from self.foot()

    def on_mount(self) -> None:
        """Show the choice."""
        self._write()
        self.table.move(1)
        self.table.focus()
        self.refresh_status()

    def on_resize(self) -> None:
        """Lay the sentences out anew."""
        self._write()

    def _write(self) -> None:
        room = max(self.app.size.width - _EDGE, _NARROWEST)
        lines = ((line, ink) for text, ink in self._texts() for line in _laid_out(text, room))
        rows: list[Row] = [((line, ink),) for line, ink in lines]
        self.table.set_rows(rows)

    def _texts(self) -> Iterable[tuple[str, str]]:
        yield "", "text"
        yield (
            f"   {self._key('demo')}   Try it now, on a made-up company with customers who write back.",
            "strong",
        )
        yield f"{_UNDER}No account, no network, nothing leaves this machine. Later: heard\u00a0demo", "dim"
        yield "", "text"
        yield f"   {self._key('connect')}   Connect your own help desk: Zendesk or Request Tracker.", "strong"
        yield f"{_UNDER}{_KEPT}", "dim"
        yield "", "text"
        yield f"   {self._key('quit')}   Leave.", "text"

    def _key(self, action_id: str) -> str:
        keys = next(action.keys for action in self.heard.keymap.actions if action.id == action_id)
        return show_key(keys[0]) if keys else ":"

    def do_demo(self) -> None:
        """Leave with the word "demo": whoever started us starts the demo desk."""
        self.app.exit("demo")

    def do_connect(self) -> None:
        """Ask which kind of help desk it is, and then for what it takes to reach it."""

        def chosen(provider: str) -> None:
            """Ask what this kind of desk needs."""
            if provider:
                self._ask(provider)

        self.pick("Which help desk?", _PROVIDERS, chosen)

    def _ask(self, provider: str) -> None:
        from screens.connect_form import Answers, ConnectForm  # noqa: PLC0415  (only who connects needs it)

        def add(answers: Answers, wanted: Callable[[], bool]) -> str:
            return answers.add_to(self.session, late.desks, wanted)

        def left(name: str | None) -> None:
            """Begin anew with the desk that was added; otherwise back to the kinds of desk."""
            if name:
                self.app.exit(CONNECTED)
            else:
                self.do_connect()

        self.app.push_screen(ConnectForm(provider, add, taken=tuple(self.session.settings.desks)), left)


def _laid_out(text: str, room: int) -> list[str]:
    """A sentence in lines that fit, its words under each other; a command stays whole."""
    lines = wrap(text, min(room, _WIDEST), subsequent_indent=_UNDER) or [""]
    return [line.replace("\u00a0", " ") for line in lines]
