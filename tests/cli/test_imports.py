"""What a command does not need it does not import: that is what start-up is made of."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from program import CLEAN, PROGRAM, Heard, some_ref

HEAVY = {
    "sqlmodel",
    "sqlalchemy",
    "textual",
    "httpx",
    "alembic",
    "keyring",
    "starlette",
    "uvicorn",
    "rich",
    "pydantic",
}
SPY = """
import json, sys
import cli
sys.argv = ["heard", *json.loads(sys.argv[1])]
try:
    cli.main()
except SystemExit:
    pass
sys.stderr.write("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def imported(heard: Heard, *words: str, env: dict[str, str] | None = None) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SPY, json.dumps(words)],
        capture_output=True,
        text=True,
        check=True,
        env={**CLEAN, "HEARD_HOME": str(heard.home), **(env or {})},
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("list", "--help"), ("desk", "add", "--help"), ("shw",)]
)
def test_help_imports_nothing_heavy_and_no_database(reading: Heard, words: tuple[str, ...]) -> None:
    found = imported(reading, *words)
    assert not found & HEAVY
    assert not found & {"sqlite3", "asyncio", "msgspec"}


def test_completion_imports_nothing_heavy(reading: Heard) -> None:
    words = {"_HEARD_COMPLETE": "complete_bash", "COMP_WORDS": "heard sync ", "COMP_CWORD": "2"}
    env = {**CLEAN, **words, "HEARD_HOME": str(reading.home)}
    done = subprocess.run(PROGRAM, capture_output=True, text=True, env=env, check=False)
    assert done.stdout.split() == ["demo"]
    code = SPY.replace('sys.argv = ["heard", *json.loads(sys.argv[1])]', "")
    spied = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert not set(json.loads(spied.stderr.splitlines()[-1])) & HEAVY


def test_reading_and_queueing_import_nothing_heavy(heard: Heard) -> None:
    ref = some_ref(heard)
    for words in (
        ("list", "-o", "json"),
        ("list", "is:waiting"),
        ("show", ref),
        ("history", "--ticket", ref, "-o", "json"),
        ("search", "order"),
        ("views",),
        ("board",),
        ("tail", "-o", "ndjson"),
        ("reply", ref, "Done."),
        ("set", ref, "+vip"),
        ("bulk", "is:waiting", "+vip"),
        ("outbox",),
        ("undo",),
    ):
        assert not imported(heard, *words) & HEAVY, words
