"""Programs in card.d: real ones that behave, and real ones that do not."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from console import lookups
from store.rows import Card, Contact

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the programs here are scripts")
CARD = Card(7, "Ana", (Contact("email", "ana@x.example"),), "Acme", "Europe/Berlin", "de", "", 3, 1, 0, ())


def program(root: Path, name: str, body: str, mode: int = 0o700) -> Path:
    folder = root / lookups.FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{body}\n", encoding="utf-8")
    path.chmod(mode)
    return path


def answers(root: Path, seconds: float = 5.0) -> dict[str, lookups.Answer]:
    return {a.program: a for a in lookups.look_up(root, lookups.question(CARD, "acme/1"), seconds)}


def test_a_program_is_told_the_customer_and_its_lines_are_cleaned(tmp_path: Path) -> None:
    program(
        tmp_path,
        "orders.py",
        "who = json.load(sys.stdin)\nprint(json.dumps({'mail': who['contacts'][0]['value'], 'ticket': who['ticket'],"
        " 'note': '\\x1b[31mred\\n[bold]x', 'open': 2, 'late': True, 'list': [1], 'none': None}))",
    )
    assert answers(tmp_path)["orders"].lines == (
        ("mail", "ana@x.example"),
        ("ticket", "acme/1"),
        ("note", "␛[31mred [bold]x"),
        ("open", "2"),
        ("late", "True"),
    )


def test_nothing_is_run_where_there_is_no_folder(tmp_path: Path) -> None:
    assert lookups.look_up(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("sys.exit(3)", "ended with 3"),
        ("print('hello')", "JSON"),
        ("print('[1, 2]')", "one JSON object"),
        ("print('[' * 60000)", "JSON|recursion"),
        ("print('{\"a\": \"' + 'x' * 100000 + '\"}')", "more than 64 KB"),
        ("sys.stdout.buffer.write(b'\\xff\\xfe')", "JSON"),
        ("os.kill(os.getpid(), 9)", "ended with -9"),
    ],
)
def test_a_program_that_misbehaves_costs_one_line(tmp_path: Path, body: str, why: str) -> None:
    program(tmp_path, "bad.py", body)
    program(tmp_path, "good.py", 'print(\'{"plan": "gold"}\')')
    found = answers(tmp_path)
    assert found["good"].lines == (("plan", "gold"),)
    assert found["bad"].lines == ()
    assert any(word in found["bad"].error for word in why.split("|"))


def test_a_slow_program_and_what_it_started_end_in_time(tmp_path: Path) -> None:
    """The child holds standard output open and would write its mark two seconds later."""
    mark = tmp_path / "mark"
    program(
        tmp_path,
        "slow.py",
        f"if os.fork() == 0:\n    time.sleep(2)\n    open({str(mark)!r}, 'w').write('still here')\ntime.sleep(60)",
    )
    began = time.monotonic()
    assert "too long" in answers(tmp_path, seconds=0.7)["slow"].error
    took = time.monotonic() - began
    time.sleep(2.2)
    assert not mark.exists()
    assert took < 60


def test_what_others_could_have_written_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    program(tmp_path, "open.py", f"open({str(mark)!r}, 'w')", mode=0o777)
    program(tmp_path, "plain.py", "print('{}')", mode=0o600)
    (tmp_path / lookups.FOLDER / "folder").mkdir()
    found = answers(tmp_path)
    assert "chmod go-w" in found["open"].error
    assert "chmod u+x" in found["plain"].error
    assert "no file" in found["folder"].error
    assert not mark.exists()
    (tmp_path / lookups.FOLDER).chmod(0o777)
    program(tmp_path, "own.py", f"open({str(mark)!r}, 'w')")
    assert "others may write card.d" in answers(tmp_path)["own"].error
    assert not mark.exists()
