"""The writing advice: how long it takes beside a long story, how long it takes to load, and how many drafts go through a pipe."""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.heard import HeardSettings, advise, forget
from store.rows import Item
from tests.bench.figure import Figure, p95
from tests.bench.startup import HEARD

LINES = 3_000
REPLIES = 300
DRAFT = 2_000  # characters
STORY = 50  # messages
EACH = 10  # replies to one story
MINUTE = 60_000_000  # microseconds
_SPY = """
import importlib, sys, time
import json, re, dataclasses, functools, pathlib, typing, tomllib, store.rows
start = time.perf_counter()
importlib.import_module("console.heard")
print(time.perf_counter() - start)
"""


def heard(corpus: Path, folder: Path) -> list[Figure]:
    """Advice while an agent types, its import, and `heard check --batch` on one core. `folder` is for files of ours."""
    texts = list(_texts(corpus / "tickets.jsonl.gz"))
    return [
        _advice(texts),
        Figure("import of the HEARD engine", statistics.median(_import() for _ in range(9)) * 1e3, 120, "ms"),
        _batch(texts, folder),
    ]


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Role and text of real messages."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            ticket: dict[str, Any] = json.loads(line)
            yield from ((one["role"], one["body"]) for one in ticket["messages"])


def _advice(texts: list[tuple[str, str]]) -> Figure:
    """A reply that is new in every word, beside a story that was read when the ticket was opened; processor time."""
    drafts = _of_length(" ".join(text for role, text in texts if role == "agent"), DRAFT)
    took = []
    for number, draft in zip(range(REPLIES), drafts, strict=False):
        part = [texts[(number // EACH * STORY + at) % len(texts)] for at in range(STORY)]
        story = [_item(role, text, at) for at, (role, text) in enumerate(part)]
        if number % EACH == 0:
            advise("Hello.", story, HeardSettings(), STORY * MINUTE)
        start = time.process_time()
        advise(draft, story, HeardSettings(), STORY * MINUTE)
        took.append((time.process_time() - start) * 1e3)
    forget()
    name = f"advice on {DRAFT:,} new characters beside {STORY} messages, p95"
    return Figure(name, p95(took), 5, "ms", f"median {statistics.median(took):.1f} ms")


def _of_length(text: str, length: int) -> Iterator[str]:
    for at in range(0, len(text) - length, length):
        yield text[at : at + length]


def _item(role: str, text: str, at: int) -> Item:
    said = "agent" if role == "agent" else "customer"
    return Item(
        "bench/1",
        "",
        "message",
        "chat",
        "agent" if said == "agent" else "customer",
        said,
        at * MINUTE,
        text,
    )


def _import() -> float:
    done = subprocess.run([sys.executable, "-c", _SPY], check=True, capture_output=True, text=True)
    return float(done.stdout)


def _batch(texts: list[tuple[str, str]], folder: Path) -> Figure:
    """Drafts of 200 characters in conversations of two to four messages; processor seconds, so that one core is meant."""
    customers = [text for role, text in texts if role == "customer"]
    replies = _of_length(" ".join(text for role, text in texts if role == "agent"), 200)
    path = folder / "drafts.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number, draft in zip(range(LINES), replies, strict=False):
            said = customers[number * 2 : number * 2 + 1 + number % 3]
            given = {"customer": said, "agent_before": said[1:2]}
            file.write(json.dumps({"id": number, **given, "draft": draft}) + "\n")
    before = os.times()
    subprocess.run(
        [*HEARD, "--home", str(folder), "check", "--batch", str(path)], check=True, stdout=subprocess.DEVNULL
    )
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    rate = LINES / seconds
    return Figure(
        "heard check --batch, 10,000 drafts of 200 characters", 10_000 / rate, 60, "s", f"{rate:,.0f} lines/s"
    )
