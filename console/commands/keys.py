"""Every key, as it holds here, on a sheet to print; and what is wrong with the keys of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.keys import Actions, Listed

ROW = ("group", "action", "keys", "default", "label", "help", "panes")
_KEYS, _LABEL, _WIDEST = 20, 22, 100
_NARROWEST = 60


def sheet(
    door: Door,
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the sheet as Markdown.")] = False,
    pane: Annotated[
        str, typer.Option(metavar="PANE", help="Only what works in this pane, such as queue.")
    ] = "",
) -> None:
    """Print every key with what it does, those of one's own under [keys] in config.toml included.

    Keys that cannot hold are told beside the sheet; there the defaults stay.
    """
    from console.keys import chosen  # noqa: PLC0415  (commands load what they use)
    from console.settings import load  # noqa: PLC0415  (the same)

    known = _known(door)
    table, faults = chosen(load(door.home.root).keys, known.table, known.panes)
    _refuse_pane(pane, known.panes)
    shown = [each for each in table if not pane or pane in each.panes]
    if markdown:
        door.say("\n".join(_markdown(shown)))
    elif door.for_people:
        door.say(
            "\n".join(_lines(shown, min(max(door.width, _NARROWEST), _WIDEST) if door.width else _WIDEST))
        )
    else:
        usual = {each.id: each for each in known.table}
        door.table((_row(each, usual[each.id]) for each in shown), ROW)
    for fault in faults:
        door.warn(f"{fault}. {fault.hint}")


def check(door: Door) -> None:
    """Check [keys] in config.toml: actions that are not there, keys that cannot be, keys that clash; exits with 5 when there are any."""
    from console.commands.config import tell  # noqa: PLC0415  (the same)
    from console.config_check import key_problems  # noqa: PLC0415  (the same)

    tell(door, key_problems(door.home.root, _known(door)), "The keys can be used.")


def _known(door: Door) -> Actions:
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    if door.above is None:
        raise InvalidInputError("The table of actions is not here.", "Start the program as `heard`.")
    return door.above.actions()


def _refuse_pane(pane: str, panes: Sequence[str]) -> None:
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    if pane and pane not in panes:
        raise InvalidInputError(f"There is no pane {pane!r}.", f"There are: {', '.join(panes)}.")


def _row(action: Listed, usual: Listed) -> dict[str, object]:
    return {
        "group": action.group,
        "action": action.id,
        "keys": list(action.keys),
        "default": list(usual.keys),
        "label": action.label,
        "help": action.help,
        "panes": list(action.panes),
    }


def _lines(table: Sequence[Listed], width: int) -> Iterator[str]:
    """The sheet in plain letters, no line wider than `width`."""
    yield "Keys of heard"
    room = max(width - _KEYS - _LABEL - 4, 20)
    for group, actions in groupby(table, key=lambda each: each.group):
        yield ""
        yield group
        for action in actions:
            keys = wrap("  ".join(action.keys) or "palette", _KEYS, break_on_hyphens=False)
            said = wrap(action.help, room)
            for n in range(max(len(keys), len(said))):
                key, words = (part[n] if n < len(part) else "" for part in (keys, said))
                label = action.id if n == 0 else ""
                yield f"  {key:<{_KEYS}} {label:<{_LABEL}}{words}".rstrip()


def _markdown(table: Sequence[Listed]) -> Iterator[str]:
    yield "# Keys of heard"
    for group, actions in groupby(table, key=lambda each: each.group):
        yield from ("", f"## {group}", "", "| key | action | what it does | where |", "|---|---|---|---|")
        for action in actions:
            keys = " ".join(f"`{key}`".replace("|", "\\|") for key in action.keys) or "palette"
            yield f"| {keys} | {action.id} | {action.help} | {', '.join(action.panes)} |"


KEYS = Group(sheet, {"Commands": {"check": "keys:check"}})
