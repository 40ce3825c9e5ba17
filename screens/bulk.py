"""The plan of a bulk change: every ticket before and after, and why some are left alone. Nothing happens until ctrl+a."""

from __future__ import annotations

from textual.app import ComposeResult

from console import changes
from console.changes import Plan, PlanLine
from console.session import Session
from screens.base import DeskScreen
from screens.messages import Applied
from widgets.keys_told import keys_told
from widgets.table import Row, Table
from widgets.terminal import Glyphs, Terminal
from widgets.words import many

_COLUMNS = (("ticket", 14), ("subject", 0), ("before", 0), ("", 1), ("after, or why not", 0))


class BulkScreen(DeskScreen):
    """Shows one plan; `Applied` is sent once it is in the outbox."""

    pane = "bulk"

    def __init__(self, session: Session, terminal: Terminal, plan: Plan) -> None:
        super().__init__(session, terminal)
        self.plan = plan
        self._applying = False
        self.table = Table(f"Plan: {plan.change}", _COLUMNS, glyphs=self.glyphs, id="plan")

    def compose(self) -> ComposeResult:
        """Lay out the plan."""
        yield self.table
        yield from self.foot()

    def on_mount(self) -> None:
        """Show every line, what will change first."""
        lines = sorted(self.plan.lines, key=lambda line: bool(line.skipped))
        told = f"{self.plan.changed:,} change, {self.plan.skipped:,} are left alone"
        self.table.set_rows([_row(line, self.glyphs) for line in lines], right=told)
        self.table.focus()
        apply = keys_told(self.app, self.pane, ("apply", f"changes {many(self.plan.changed, 'ticket')}"))
        self.say(f"Nothing has happened yet: {apply.plain}.")

    def do_apply(self) -> None:
        """Put the plan into the outbox, once."""
        if self._applying:
            return
        if not self.plan.changed:
            self.say(f"Nothing would change; {self.key_of('cancel')} goes back.")
            return
        self._applying = True
        self.say(f"Changing {many(self.plan.changed, 'ticket')}.")
        self.write(lambda: changes.apply(self.session, self.plan), lambda _: self._applied())

    def _applied(self) -> None:
        undo = f"{self.key_of('undo')} takes all of it back"
        self.dismiss("applied")
        self.heard.post_message(
            Applied(f"{self.plan.change}: {many(self.plan.changed, 'ticket')} changed; {undo}.")
        )

    def do_cancel(self) -> None:
        """Go back and change nothing."""
        if not self._applying:
            self.dismiss("")


def _row(line: PlanLine, glyphs: Glyphs) -> Row:
    if line.skipped:
        return (
            (line.ref, "dim"),
            (line.subject, "dim"),
            ("", "dim"),
            (glyphs.needless, "dim"),
            (f"left alone: {line.skipped}", "warn"),
        )
    return (
        (line.ref, "text"),
        (line.subject, "text"),
        (_fields(line.before), "dim"),
        (glyphs.arrow, "accent"),
        (_fields({name: _told(name, line) for name in line.after}), "strong"),
    )


def _told(name: str, line: PlanLine) -> str:
    """What a field becomes; of tags first what comes and goes: of many the end is cut off, and both sides look alike."""
    after = line.after[name]
    if name != "tags":
        return after
    old, new = line.before.get(name, "").split(), after.split()
    signs = [f"+{tag}" for tag in new if tag not in old] + [f"-{tag}" for tag in old if tag not in new]
    return f"{' '.join(signs)} = {after or 'none'}"


def _fields(values: dict[str, str]) -> str:
    return ", ".join(f"{name} {value or 'none'}" for name, value in values.items())
