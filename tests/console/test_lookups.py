"""Programs in card.d: real ones that behave, and real ones that do not."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
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


def test_a_program_gets_no_token_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARD_ACME_TOKEN", "secret")
    program(
        tmp_path, "env.py", "print(json.dumps({'ours': sum(n.startswith('HEARD_') for n in os.environ)}))"
    )
    assert answers(tmp_path)["env"].lines == (("ours", "0"),)


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
        ("os.kill(os.getpid(), 9)", "signal 9 ended it"),
    ],
)
def test_a_program_that_misbehaves_costs_one_line(tmp_path: Path, body: str, why: str) -> None:
    program(tmp_path, "bad.py", body)
    program(tmp_path, "good.py", 'print(\'{"plan": "gold"}\')')
    found = answers(tmp_path)
    assert found["good"].lines == (("plan", "gold"),)
    assert found["bad"].lines == ()
    assert any(word in found["bad"].error for word in why.split("|"))


def test_why_a_program_cannot_be_run_is_said_in_words(tmp_path: Path) -> None:
    program(tmp_path, "lost", "").write_text("#!/nowhere/at/all\n", encoding="utf-8")
    program(tmp_path, "noise", "").write_bytes(b"\xff\xfe")
    found = answers(tmp_path)
    assert found["lost"].error == "it cannot be run: what its first line names is not there"
    assert found["noise"].error == "it cannot be run: Exec format error"


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


class Hands:
    """A clock that is turned by hand, in seconds."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def counted(root: Path, printed: str) -> Path:
    """A program that leaves a mark each time that it is run."""
    log = root / "runs"
    program(root, "orders.py", f"open({str(log)!r}, 'a').write('x')\n{printed}")
    return log


def test_an_answer_is_kept_for_five_minutes(tmp_path: Path) -> None:
    runs, hands = counted(tmp_path, "print('{\"open\": 1}')"), Hands()
    asked = lookups.Lookups(tmp_path, 5.0, hands)
    assert asked.kept(CARD, "acme/1") is None
    first = asked.ask(CARD, "acme/1")
    hands.at += 299
    assert asked.kept(CARD, "acme/1") == asked.ask(CARD, "acme/1") == first
    assert runs.read_text(encoding="utf-8") == "x"
    asked.ask(CARD, "acme/2")
    assert runs.read_text(encoding="utf-8") == "xx", "another ticket is another question"
    hands.at += 2
    assert asked.kept(CARD, "acme/1") is None
    asked.ask(CARD, "acme/1")
    assert runs.read_text(encoding="utf-8") == "xxx"


def test_a_failure_is_kept_for_half_a_minute(tmp_path: Path) -> None:
    runs, hands = counted(tmp_path, "sys.exit(3)"), Hands()
    asked = lookups.Lookups(tmp_path, 5.0, hands)
    asked.ask(CARD, "acme/1")
    hands.at += 29
    asked.ask(CARD, "acme/1")
    assert runs.read_text(encoding="utf-8") == "x"
    hands.at += 2
    asked.ask(CARD, "acme/1")
    assert runs.read_text(encoding="utf-8") == "xx"


def test_who_asks_next_ends_what_was_asked_before(tmp_path: Path) -> None:
    program(
        tmp_path,
        "slow.py",
        "who = json.load(sys.stdin)\nif who['ticket'] == 'acme/1':\n    time.sleep(60)\nprint('{}')",
    )
    asked = lookups.Lookups(tmp_path, 50.0)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(asked.ask, CARD, "acme/1")
        time.sleep(0.5)
        began = time.monotonic()
        (second,) = asked.ask(CARD, "acme/2")
        (answer,) = first.result(20)
    assert time.monotonic() - began < 20
    assert second.error == ""
    assert "nobody waits" in answer.error
    assert asked.kept(CARD, "acme/1") is None, "what was ended says nothing about the customer"


def test_closed_look_ups_run_nothing_more(tmp_path: Path) -> None:
    runs = counted(tmp_path, "print('{}')")
    asked = lookups.Lookups(tmp_path)
    asked.close()
    (answer,) = asked.ask(CARD, "acme/1")
    assert "nobody waits" in answer.error
    assert not runs.exists()


def test_a_customer_of_many_long_addresses_is_told_as_whole_json(tmp_path: Path) -> None:
    program(
        tmp_path, "count.py", "who = json.load(sys.stdin)\nprint(json.dumps({'n': len(who['contacts'])}))"
    )
    many = tuple(Contact("email", "日" * 900) for _ in range(500))
    card = Card(7, "n" * 1_000, many, "o" * 1_000, "", "", "", 0, 0, 0, ())
    (answer,) = lookups.look_up(tmp_path, lookups.question(card, "acme/1"), 5.0)
    assert answer.lines == (("n", "20"),)
