"""What this terminal can do, and the glyphs that follow from it. No Textual here: the command line asks too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Terminal:
    """Facts about the terminal that decide colours, glyphs, animation and the clipboard."""

    color: bool
    unicode: bool
    ssh: bool
    tmux: bool

    @classmethod
    def of(cls, environ: Mapping[str, str], encoding: str) -> Terminal:
        """Read the facts from the environment and from the output's `encoding`."""
        return cls(
            color="NO_COLOR" not in environ and environ.get("TERM") != "dumb",
            unicode=_unicode(environ, encoding),
            ssh=bool(environ.get("SSH_TTY") or environ.get("SSH_CONNECTION")),
            tmux=bool(environ.get("TMUX")),
        )

    @property
    def still(self) -> bool:
        """True where moving pictures cost more than they give: over a network, or under a multiplexer."""
        return self.ssh or self.tmux

    @property
    def glyphs(self) -> Glyphs:
        """The glyphs that this terminal can show."""
        return UNICODE if self.unicode else ASCII


def _unicode(environ: Mapping[str, str], encoding: str) -> bool:
    if environ.get("HEARD_ASCII"):
        return False
    return "utf" in encoding.lower() and environ.get("TERM") not in ("dumb", "linux")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Glyphs:
    """One character for each sign; always shown beside a word or in a column that has a name."""

    cursor: str = "▌"
    mark: str = "✓"
    unseen: str = "•"
    pending: str = "↑"
    ellipsis: str = "…"
    rule: str = "─"
    bar: str = "│"
    note: str = "▓"
    waiting: str = "┆"
    thumb: str = "█"
    track: str = "░"
    new: str = "●"
    open: str = "○"
    on_hold: str = "‖"
    half: str = "◐"
    done: str = "✓"
    closed: str = "■"
    urgent: str = "‼"
    high: str = "!"
    low: str = "↓"
    clock: str = "◷"
    late: str = "⚠"
    arrow: str = "→"
    missing: str = "·"
    partly: str = "~"
    needless: str = "-"
    email: str = "✉"
    phone: str = "☎"
    web: str = "⌂"
    chat: str = "»"
    dot: str = "·"


UNICODE = Glyphs()
ASCII = Glyphs(
    cursor=">",
    mark="x",
    unseen="*",
    pending="^",
    ellipsis="~",
    rule="-",
    bar="|",
    note="#",
    waiting=":",
    thumb="#",
    track=".",
    new="*",
    open="o",
    on_hold="=",
    half="%",
    done="v",
    closed="#",
    urgent="#",
    high="!",
    low="-",
    clock="@",
    late="!",
    arrow=">",
    missing=".",
    partly="~",
    needless="-",
    email="@",
    phone="#",
    web="^",
    chat="<",
    dot="-",
)


def all_glyphs(glyphs: Glyphs) -> dict[str, str]:
    """Every sign by its name: the legend of the help screen."""
    return {item.name: getattr(glyphs, item.name) for item in fields(glyphs)}
