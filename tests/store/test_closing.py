"""Closing beside threads that read: they are told, and the process lives."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from store.turnstile import Turnstile

ROUNDS = """
import sys, threading
from pathlib import Path
from store.database import Database
from store.home import Home

LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, printf('%d', i) FROM n"
home = Home(Path(sys.argv[1]))
home.make()

told = set()

def keep_reading(database, begun, over):
    while not over.is_set():
        try:
            database.read(lambda reader: reader.execute(LONG).fetchall())
        except Exception as error:
            told.add(type(error).__name__)
        begun.set()

for number in range(40):
    database, begun, over = Database(home), threading.Event(), threading.Event()
    threads = [threading.Thread(target=keep_reading, args=(database, begun, over)) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    if number % 2:
        database.rebuild_mirror("for a test")
    database.close()
    over.set()
    for thread in threads:
        thread.join(10)
print(*sorted(told), "alive")
"""


def test_closing_under_threads_that_read_ends_their_reads_and_not_the_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ROUNDS, str(tmp_path / "home")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout.split()[-1:]) == (0, ["alive"]), done.stderr[-2000:]
    assert set(done.stdout.split()[:-1]) <= {"ReadStoppedError"}


def test_who_must_be_alone_waits_for_those_inside_and_keeps_others_out() -> None:
    turnstile, order = Turnstile(), list[str]()
    inside, leave = threading.Event(), threading.Event()

    def reads() -> None:
        with turnstile.inside(), turnstile.inside():
            inside.set()
            leave.wait(10)
            order.append("left")

    def closes() -> None:
        with turnstile.alone():
            order.append("alone")

    first, second = threading.Thread(target=reads), threading.Thread(target=closes)
    first.start()
    inside.wait(10)
    second.start()
    second.join(0.05)
    assert order == []
    leave.set()
    first.join(10)
    second.join(10)
    assert order == ["left", "alone"]


def test_a_fault_inside_lets_the_next_one_in() -> None:
    turnstile = Turnstile()
    with pytest.raises(ValueError, match="wrong"), turnstile.inside():
        raise ValueError("wrong")
    with turnstile.alone():
        pass
