"""Print every key as Markdown, from the one table of actions: python docs/keys.py > docs/keys.md."""

from __future__ import annotations

from itertools import groupby

from widgets.actions import ACTIONS


def markdown() -> str:
    """The whole of docs/keys.md."""
    lines = ["# Every key", "", "Made from the table of actions by `python docs/keys.py`."]
    for group, actions in groupby(ACTIONS, key=lambda a: a.group):
        lines += ["", f"## {group}", "", "| key | action | what it does | where |", "|---|---|---|---|"]
        for action in actions:
            keys = " ".join(f"`{k}`".replace("|", "\\|") for k in action.keys) or "palette"
            lines.append(f"| {keys} | {action.label} | {action.help} | {', '.join(action.panes)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
