"""The command line's page says everything that there is, and names nothing that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from program import Heard

from console.changes import PlanLine
from console.commands import attachments, build, check, demo, desk, doctor, insight, macros, shapes, sync
from console.commands.remedies import NEEDS_APPROVAL
from console.commands.table import SECTIONS
from console.heard import values
from console.undo import Undone
from store.errors import HeardError
from store.rows import OP_STATES, Card

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
HIDDEN = {"--parent"}


def commands(sections: build.Sections, path: str = "heard") -> Iterator[tuple[str, Any]]:
    """Every command by its whole name."""
    for table in sections.values():
        for name, place in table.items():
            found = build.find(place)
            yield f"{path} {name}", found
            if isinstance(found, build.Group):
                yield from commands(found.sections, f"{path} {name}")


def part(name: str) -> str:
    """The part of the page about a command."""
    top = " ".join(name.split()[:2])
    return PAGE.partition(f"\n## {top}\n")[2].partition("\n## ")[0]


def test_every_command_is_described_and_helps() -> None:
    for name, found in commands(SECTIONS):
        assert name in part(name) or f"## {name}\n" in PAGE, name
        assert build.first_sentence(found).endswith((".", ";")), name


def test_a_list_in_a_help_keeps_its_lines(empty: Heard) -> None:
    assert (
        "  status:open,pending  priority:high  channel:sms  group:NAME  org:NAME  tag:vip\n"
        in empty("list", "--help").out
    )
    for name, found in commands(SECTIONS):
        assert r"\b" not in (build.build(name.split()[-1], found).help or ""), name


def test_every_option_is_described() -> None:
    general = PAGE.partition("\n## Options of every command\n")[2].partition("\n## ")[0]
    for name, found in commands(SECTIONS):
        made = build.build(name.split()[-1], found)
        for param in made.params:
            for option in (*param.opts, *param.secondary_opts):
                if option.startswith("--") and option not in HIDDEN:
                    assert option in part(name) + general, f"{name} {option}"


def test_no_command_is_described_that_there_is_not() -> None:
    known = {name for name, _ in commands(SECTIONS)}
    told = set(re.findall(r"^## (heard [a-z-]+)$", PAGE, re.MULTILINE)) | set(
        re.findall(r"^\| `(heard [a-z]+ [a-z]+)", PAGE, re.MULTILINE)
    )
    assert told == known


def test_every_exit_code_is_described() -> None:
    table = dict(
        re.findall(r"^\| (\d+) \| (?:`(\w+)` )?\|", PAGE.partition("## Exit codes")[2], re.MULTILINE)
    )
    expected = {"0": "", "1": "", "2": "usage", str(NEEDS_APPROVAL): "", "130": ""}
    expected |= {str(e.exit_code): e("x", *more(e)).code for e in errors(HeardError) if e.exit_code != 1}
    assert table == expected


def errors(root: type[HeardError]) -> Iterator[type[HeardError]]:
    for each in root.__subclasses__():
        if each.__module__ == "store.errors":
            yield each
            yield from errors(each)


def more(kind: type[HeardError]) -> tuple[Any, ...]:
    return {"QueryError": ("", 0), "ThrottledError": (1.0,)}.get(kind.__name__, ())


def test_every_field_is_described() -> None:
    told = {
        "heard list": shapes.TICKET,
        "heard history": (*shapes.ITEM, *(f.name for f in fields(Card))),
        "heard search": shapes.HIT,
        "heard attachments": attachments.FILE,
        "heard recap": insight.RECAP,
        "heard next-steps": insight.NEXT,
        "heard kb": (*insight.ARTICLE, *insight.FILE),
        "heard views": shapes.VIEW,
        "heard tail": shapes.EVENT,
        "heard macros": (*macros.MACRO, *macros.SHOWN, *macros.TAKEN),
        "heard check": (*check.CHECKED, *check.ANSWER, *values.CHECKS),
        "heard bulk": shapes.PLAN,
        "heard undo": (*(f.name for f in fields(Undone)), "operations"),
        "heard outbox": (*shapes.OPERATION, *OP_STATES),
        "heard desk": (*shapes.DESK, *desk.CHECK),
        "heard sync": sync.TURN,
        "heard doctor": doctor.FINDING,
        "heard demo": demo.SUMMARY,
    }
    for name, names in told.items():
        for each in names:
            assert f"`{each}`" in part(name), f"{name}: {each}"
    assert set(shapes.PLAN) - {"bulk_id"} <= {f.name for f in fields(PlanLine)}
