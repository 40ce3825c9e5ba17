"""What is shown before there is any desk: how to add one, and a way to try everything without."""

from __future__ import annotations

from textual.app import ComposeResult

from console.session import Session
from screens.base import DeskScreen
from widgets.table import Row, Table
from widgets.terminal import Terminal

_LINES: tuple[tuple[str, str], ...] = (
    ("", "text"),
    ("   No help desk is connected yet.", "strong"),
    ("", "text"),
    ("   Try it now: press d, or run", "text"),
    ("      heard demo", "accent"),
    ("   A made-up company with customers who write back. No account, no network.", "dim"),
    ("", "text"),
    ("   Connect your own desk: leave with q and run", "text"),
    (
        "      heard desk add NAME --provider zendesk --url https://COMPANY.zendesk.com --user YOU@COMPANY",
        "accent",
    ),
    ("      heard desk add NAME --provider rt --url https://rt.company.example", "accent"),
    (
        "   It asks for the token once, keeps it in your keyring, and checks it before anything is stored.",
        "dim",
    ),
    ("", "text"),
    ("   Then start heard again.", "text"),
)


class ConnectScreen(DeskScreen):
    """A page of words."""

    pane = "connect"

    def __init__(self, session: Session, terminal: Terminal) -> None:
        super().__init__(session, terminal)
        self.table = Table("Welcome to heard", (("", 0),), names=False, glyphs=self.glyphs, id="welcome")

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield self.table
        yield from self.foot()

    def on_mount(self) -> None:
        """Show the words."""
        rows: list[Row] = [(line,) for line in _LINES]
        self.table.set_rows(rows)
        self.table.focus()
        self.refresh_status()

    def do_demo(self) -> None:
        """Leave with the word "demo": whoever started us starts the demo desk."""
        self.app.exit("demo")
