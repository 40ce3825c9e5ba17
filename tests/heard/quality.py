"""How well the five steps are found in real replies: `make quality` measures it and writes docs/heard-quality.md.

The replies are read in place; only their ids and labels are kept here, a letter of HEARD for each step that the reply
has. `labels.json` is the development half, on which the rules were written. `labels_test.json` is held back: its
conversations are on the other side of a hash, none of their replies stands in the development half, and they were
labelled after the rules were fixed. `labels_second.json` is a second reading of some of the first.
"""

from __future__ import annotations

import hashlib
import html
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from support.corpus import read_lines

from console.heard import STEPS, Advice, HeardSettings, advise
from console.heard.values import StepName
from store.rows import Item

HERE = Path(__file__).parent
CORPUS = HERE.resolve().parents[2] / "shared" / "corpus" / "tickets.jsonl.gz"
REPORT = HERE.resolve().parents[1] / "docs" / "heard-quality.md"
LETTERS = dict(zip("HEARD", STEPS, strict=True))
TARGETS = {"hear": 0.75, "empathize": 0.87, "apologize": 0.95, "resolve": 0.85, "diagnose": 0.78}
HISTORY = """\
The rules were written on the development half alone, in turns: a part of it was labelled and measured before its errors
were read. The last four of these parts (163, 232, 242 and 143 replies) gave then, as F1: hear 0.77, 0.42, 0.43, 0.57;
empathize 0.97, 0.94, 0.85, 0.95; apologize 0.92, 0.96, 0.90, 0.92; resolve 0.83, 0.84, 0.79, 0.87; diagnose 0.79, 0.75,
0.73, 0.56. What the development half shows below is how well the rules know replies that they were corrected on: expect
the figures of the held-back half.

Before those turns the held-back half gave: hear 0.44, empathize 0.90, apologize 0.99, resolve 0.76, diagnose 0.72. It was
measured three times, between the turns and after them, and once more for this page after a tidying that moved none of
its figures; its errors were never read. Its labels were read once, by the same reader, when the rules of the first turns
stood."""
_RESAMPLES = 1000
_LONG = 2_000  # characters of the draft that the speed is measured on
_STORY = 50  # messages of the story beside it

Counts = tuple[int, int, int]  # rightly found, wrongly found, missed


def labels(name: str) -> dict[str, str]:
    """The labels in one file beside this one, by "ticket:number of the message"; no file, no labels."""
    path = HERE / f"{name}.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def half(conversation: str) -> int:
    """On which side of the split a conversation is: 0 may be developed on, 1 may be held back."""
    digest = hashlib.sha256(f"heard-quality-v1:{conversation}".encode()).hexdigest()
    return int(digest[:8], 16) % 2


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled reply beside what was said about it. `took` is in seconds of processor time."""

    conversation: str
    wanted: frozenset[StepName]
    shown: frozenset[StepName]
    missing: frozenset[StepName]  # what it was told to lack
    took: float

    def counts(self, step: StepName) -> Counts:
        """Rightly found, wrongly found, missed: at most one of them is 1."""
        shown, wanted = step in self.shown, step in self.wanted
        return int(shown and wanted), int(shown and not wanted), int(wanted and not shown)


@dataclass(frozen=True, slots=True)
class Score:
    """How well one step is found, each figure with its 95 % interval."""

    positives: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    f1: tuple[float, float, float]


def judge(chosen: Mapping[str, str], corpus: Path = CORPUS) -> list[Judged]:
    """Judge every labelled reply of the corpus beside the messages before it."""
    found = []
    for ticket in read_lines(corpus):
        for number, message in enumerate(ticket["messages"]):
            label = chosen.get(f"{ticket['id']}:{number}")
            if label is not None:
                found.append(_judge(ticket, number, message, label))
    return found


def _judge(ticket: dict[str, Any], number: int, message: dict[str, Any], label: str) -> Judged:
    story = [item(ticket, earlier) for earlier in ticket["messages"][:number]]
    reply = item(ticket, message)
    started = time.thread_time()
    said = advise(reply.text, story, HeardSettings(), reply.at, ref=reply.ref)
    took = time.thread_time() - started
    wanted = frozenset(LETTERS[letter] for letter in label)
    missing = frozenset(step.name for step in said.steps if step.state in {"not_seen", "partly"})
    return Judged(ticket["id"], wanted, shown(said), missing, took)


def shown(said: Advice) -> frozenset[StepName]:
    """The steps that the draft itself shows, whatever earlier messages did."""
    return frozenset(step.name for step in said.steps if step.state == "seen" and step.spans)


def item(ticket: dict[str, Any], message: dict[str, Any]) -> Item:
    """A message of the corpus as an item of a story."""
    at = int(datetime.fromisoformat(message["at"]).timestamp() * 1e6)
    author = message.get("agent", "") if message["role"] == "agent" else ticket["customer_id"]
    text = html.unescape(message["body"])
    return Item(
        ticket["id"], ticket["subject"], "message", ticket["channel"], message["role"], author, at, text
    )


def score(judged: Sequence[Judged], step: StepName) -> Score:
    """Precision, recall and F1 of one step; whole conversations are drawn again for the intervals."""
    by_conversation: dict[str, Counts] = defaultdict(lambda: (0, 0, 0))
    for one in judged:
        by_conversation[one.conversation] = _sum([by_conversation[one.conversation], one.counts(step)])
    groups = list(by_conversation.values())
    chance = random.Random(step)
    drawn = [_rates(_sum(chance.choices(groups, k=len(groups)))) for _ in range(_RESAMPLES)]
    whole = _sum(groups)
    figures = [(rate, *_middle([rates[n] for rates in drawn])) for n, rate in enumerate(_rates(whole))]
    return Score(whole[0] + whole[2], figures[0], figures[1], figures[2])


def _sum(counts: Sequence[Counts]) -> Counts:
    right, wrong, missed = zip(*counts, strict=True)
    return sum(right), sum(wrong), sum(missed)


def _rates(counts: Counts) -> tuple[float, float, float]:
    right, wrong, missed = counts
    return (
        right / max(1, right + wrong),
        right / max(1, right + missed),
        2 * right / max(1, 2 * right + wrong + missed),
    )


def _middle(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[len(ordered) // 40], ordered[-1 - len(ordered) // 40]


def wrong_prompts(judged: Sequence[Judged], least: int = 2) -> tuple[int, int]:
    """Of the replies that have `least` steps or more: how many were told to lack one that they have, of how many."""
    good = [one for one in judged if len(one.wanted) >= least]
    return sum(bool(one.wanted & one.missing) for one in good), len(good)


def readings() -> tuple[dict[str, str], dict[str, str]]:
    """The two readings of the replies that were read twice: a value of the file is "first/second"."""
    parted = {key: value.split("/") for key, value in labels("labels_second").items()}
    return {key: pair[0] for key, pair in parted.items()}, {key: pair[1] for key, pair in parted.items()}


def kappa(first: Mapping[str, str], second: Mapping[str, str], letter: str) -> float:
    """How far two readings of the same replies agree on a step beyond chance (Cohen)."""
    pairs = Counter((letter in first[key], letter in second[key]) for key in second if key in first)
    total = pairs.total()
    a, b = (pairs[True, True] + pairs[True, False]) / total, (pairs[True, True] + pairs[False, True]) / total
    expected = a * b + (1 - a) * (1 - b)
    agreed = (pairs[True, True] + pairs[False, False]) / total
    return (agreed - expected) / (1 - expected)


def speed(corpus: Path = CORPUS, rounds: int = 60) -> list[float]:
    """Milliseconds of processor time for each of `rounds` fresh drafts of 2,000 characters beside a story of 50 messages, in order."""
    tickets = [
        t for t, _ in zip((t for t in read_lines(corpus) if t["source"] == "star"), range(800), strict=False)
    ]
    messages = [item(tickets[0], message) for ticket in tickets for message in ticket["messages"]]
    written = [message.text for message in messages if message.role == "agent"]
    found = []
    for number in range(rounds):
        start = number * 31
        draft = " ".join(written[start : start + 200])[:_LONG]
        story = messages[start : start + _STORY]
        advise("Hello.", story, HeardSettings(), messages[-1].at)
        started = time.thread_time()
        advise(draft, story, HeardSettings(), messages[-1].at)
        found.append(1000 * (time.thread_time() - started))
    return sorted(found)


def report(halves: Mapping[str, Sequence[Judged]]) -> str:
    """The figures of each half as a page."""
    return "\n".join(
        [*_heading(), *(line for name, judged in halves.items() for line in _section(name, judged))]
    )


def _heading() -> Iterator[str]:
    first, again = readings()
    yield "# How well the five steps are found"
    yield ""
    yield "Written by `make quality`. Real replies of real agents, labelled by the codebook; one reply has the step or"
    yield "has it not, whatever earlier messages did. Intervals are 95 %, drawn again by conversation."
    yield ""
    yield (
        f"Two readings of {len(again)} replies, apart from each other, agreed by Cohen's kappa: "
        + ", ".join(f"{step} {kappa(first, again, letter):.2f}" for letter, step in LETTERS.items())
        + "."
    )
    yield ""
    yield HISTORY
    yield ""
    milliseconds = speed()
    yield (
        f"A fresh draft of {_LONG:,} characters beside {_STORY} messages takes, in processor time: median "
        f"{milliseconds[len(milliseconds) // 2]:.1f} ms, p95 {milliseconds[int(len(milliseconds) * 0.95)]:.1f} ms."
    )


def _section(name: str, judged: Sequence[Judged]) -> Iterator[str]:
    took = sorted(1000 * one.took for one in judged)
    yield ""
    yield f"## {name}"
    yield ""
    yield f"{len(judged)} replies of {len({one.conversation for one in judged})} conversations."
    yield ""
    yield "| step | replies with it | precision | recall | F1 | target |"
    yield "|---|---|---|---|---|---|"
    for step in STEPS:
        found = score(judged, step)
        figures = " | ".join(_figure(one) for one in (found.precision, found.recall, found.f1))
        yield f"| {step} | {found.positives} | {figures} | {TARGETS[step]:.2f} |"
    yield ""
    for least, words in ((1, "a step"), (2, "two steps")):
        wrong, good = wrong_prompts(judged, least)
        yield (
            f"Wrong prompts: of {good} replies with {words} or more, {wrong} ({wrong / max(1, good):.0%}) "
            "were told to lack one that they have."
        )
    yield f"A reply takes {took[len(took) // 2]:.1f} ms (median), {took[int(len(took) * 0.95)]:.1f} ms (p95)."


def _figure(figure: tuple[float, float, float]) -> str:
    return f"{figure[0]:.2f} ({figure[1]:.2f} to {figure[2]:.2f})"


def main() -> int:
    """Measure both halves and write the page; 1 where the corpus is not there."""
    if not CORPUS.is_file():
        print(f"There is nothing to measure on: {CORPUS} is missing.", file=sys.stderr)
        return 1
    halves = {"Development half": labels("labels")}
    if "--development" not in sys.argv:
        halves["Held-back half"] = labels("labels_test")
    page = report({name: judge(chosen) for name, chosen in halves.items() if chosen}) + "\n"
    if "--development" not in sys.argv:
        REPORT.write_text(page, "utf-8")
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
