"""How well the five steps are found in real replies: `make quality` measures it and writes docs/heard-quality.md.

The replies are read in place; only their ids and labels are kept here, a letter of HEARD for each step that the reply
has. `labels.json` is the development half, on which the rules were written. `labels_test.json` is held back: its
conversations are on the other side of a hash, none of their replies stands in the development half, and they were
labelled after the rules were fixed. `labels_second.json` and `labels_third.json` are second readings of some of the
first. `labels_held_second.json` is a second reader's word on a part of the held-back half, `labels_held_third.json` a
third's on all of it, labelled without a look at the others' or at what the rules say; `labels_held_checks.json` says of the
same replies which check should speak (T a time, P policy defence, J jargon; those that are not named, none).
`labels_hear_again.json` names the replies of the development half in which later readers found hear, and the first did not.
`labels_checks.json` says of some replies of the development half whether a check should speak.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from heard.quality_scores import Counts, Score, kappa, scored
from support.corpus import read_lines

from console.heard import STEPS, Advice, HeardSettings, advise
from console.heard.values import StepName
from store.rows import Item

HERE = Path(__file__).parent
CORPUS = HERE.resolve().parents[2] / "shared" / "corpus" / "tickets.jsonl.gz"
REPORT = HERE.resolve().parents[1] / "docs" / "heard-quality.md"
LETTERS = dict(zip("HEARD", STEPS, strict=True))
TARGETS = {"hear": 0.75, "empathize": 0.87, "apologize": 0.95, "resolve": 0.85, "diagnose": 0.78}
CHECK_TARGETS = {"next_step_time": 0.85, "jargon": 0.80, "policy_defence": 0.60}
CHECK_LETTERS = {"T": "next_step_time", "P": "policy_defence", "J": "jargon"}
HISTORY = (HERE / "history.md").read_text("utf-8").strip()
_ASKED = re.compile(r"(?:account|order|phone) number|booking (?:number|reference)", re.IGNORECASE)
_GIVEN = re.compile(r"\d{5,}")
_LONG = 2_000  # characters of the draft that the speed is measured on
_STORY = 50  # messages of the story beside it


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
    prompt: str  # the step or check of the one hint that stands below the ladder, "" for none
    took: float

    def counts(self, step: StepName) -> Counts:
        """Rightly found, wrongly found, missed: at most one of them is 1."""
        shown, wanted = step in self.shown, step in self.wanted
        return int(shown and wanted), int(shown and not wanted), int(wanted and not shown)


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
    prompt = said.hints[0].name if said.hints else ""
    return Judged(ticket["id"], wanted, shown(said), missing, prompt, took)


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
    return scored([(one.conversation, one.counts(step)) for one in judged], step)


def check_scores(corpus: Path = CORPUS) -> dict[str, Score]:
    """How well each check speaks on the replies that are labelled for it."""
    labelled: dict[str, dict[str, list[str]]] = json.loads((HERE / "labels_checks.json").read_text("utf-8"))
    wanted = {
        name: dict.fromkeys(sides["yes"], True) | dict.fromkeys(sides["no"], False)
        for name, sides in labelled.items()
    }
    found: dict[str, list[tuple[str, Counts]]] = defaultdict(list)
    for ticket in read_lines(corpus):
        for number, message in enumerate(ticket["messages"]):
            key = f"{ticket['id']}:{number}"
            asked = [name for name, keys in wanted.items() if key in keys]
            spoke = _checks(ticket, number, message) if asked else set()
            for name in asked:
                right, said = wanted[name][key], name in spoke
                found[name].append(
                    (ticket["id"], (int(right and said), int(said > right), int(right > said)))
                )
    return {name: scored(pairs, name) for name, pairs in found.items()}


def held_check_scores(corpus: Path = CORPUS) -> dict[str, Score]:
    """How well three checks speak on the held-back half, by the third reader."""
    speaks = labels("labels_held_checks")
    found: dict[str, list[tuple[str, Counts]]] = defaultdict(list)
    third = labels("labels_held_third")
    for ticket in read_lines(corpus):
        for number, message in enumerate(ticket["messages"]):
            key = f"{ticket['id']}:{number}"
            spoke = _checks(ticket, number, message) if key in third else set()
            for letter, name in CHECK_LETTERS.items() if key in third else ():
                right, said = letter in speaks.get(key, ""), name in spoke
                found[name].append(
                    (ticket["id"], (int(right and said), int(said > right), int(right > said)))
                )
    return {name: scored(pairs, name) for name, pairs in found.items()}


def asked_again(corpus: Path = CORPUS) -> tuple[int, int, int]:
    """Of the agents who asked for a number in chat and got it: how many drafts that ask it again are caught, how many
    first questions are wrongly called a second, and of how many."""
    caught = wrong = total = 0
    for ticket in read_lines(corpus):
        if ticket["source"] != "star" or half(ticket["id"]):
            continue
        pairs = zip(ticket["messages"], ticket["messages"][1:], strict=False)
        for number, (ours, theirs) in enumerate(pairs):
            if _asks_for_a_number(ours) and theirs["role"] == "customer" and _GIVEN.search(theirs["body"]):
                total += 1
                wrong += "reask" in _checks(ticket, number, ours)
                caught += "reask" in _checks(ticket, len(ticket["messages"]), ours)
                break
    return caught, wrong, total


def _asks_for_a_number(message: dict[str, Any]) -> bool:
    return (
        message["role"] == "agent" and "?" in message["body"] and _ASKED.search(message["body"]) is not None
    )


def _checks(ticket: dict[str, Any], number: int, message: dict[str, Any]) -> set[str]:
    """The checks that speak about one message as a draft beside the first `number` messages."""
    story = [item(ticket, earlier) for earlier in ticket["messages"][:number]]
    draft, now = item(ticket, message), item(ticket, ticket["messages"][-1]).at
    return {one.name for one in advise(draft.text, story, HeardSettings(), now, ref=ticket["id"]).checks}


def wrong_prompts(judged: Sequence[Judged], least: int = 2) -> tuple[int, int]:
    """Of the replies that have `least` steps or more: how many were told to lack one that they have, of how many."""
    good = [one for one in judged if len(one.wanted) >= least]
    return sum(bool(one.wanted & one.missing) for one in good), len(good)


def wrong_hints(judged: Sequence[Judged], least: int = 2) -> int:
    """Of the same replies: how many were asked for such a step by the one hint that is shown at a time."""
    return sum(len(one.wanted) >= least and one.prompt in one.wanted & one.missing for one in judged)


def readings(name: str = "labels_second") -> tuple[dict[str, str], dict[str, str]]:
    """The two readings of the replies that were read twice: a value of the file is "first/second"."""
    parted = {key: value.split("/") for key, value in labels(name).items()}
    return {key: pair[0] for key, pair in parted.items()}, {key: pair[1] for key, pair in parted.items()}


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
    """The figures of each half, and of the checks, as a page."""
    sections = (line for name, judged in halves.items() for line in _section(name, judged))
    return "\n".join([*_heading(), *sections, *_checks_section()])


def _checks_section() -> Iterator[str]:
    yield ""
    yield "## Checks"
    yield ""
    yield "On replies of the development half that hold a word of time, of the trade, or of refusal. The rules were"
    yield "corrected on them: expect less of fresh ones. Re-ask was read wherever it spoke."
    yield ""
    yield "| check | replies | that should be found | precision | recall | F1 | target |"
    yield "|---|---|---|---|---|---|---|"
    labelled = json.loads((HERE / "labels_checks.json").read_text("utf-8"))
    for name, found in check_scores().items():
        figures = " | ".join(_figure(one) for one in (found.precision, found.recall, found.f1))
        target = f"{CHECK_TARGETS[name]:.2f}" if name in CHECK_TARGETS else "precision 0.90"
        yield f"| {name} | {sum(map(len, labelled[name].values()))} | {found.positives} | {figures} | {target} |"
    yield ""
    yield "On the held-back half, by the third reader; nobody has read these errors:"
    yield ""
    yield "| check | that should be found | precision | recall | F1 | target |"
    yield "|---|---|---|---|---|---|"
    for name, found in held_check_scores().items():
        figures = " | ".join(_figure(one) for one in (found.precision, found.recall, found.f1))
        yield f"| {name} | {found.positives} | {figures} | {CHECK_TARGETS[name]:.2f} |"
    caught, wrong, total = asked_again()
    yield ""
    yield (
        f"Asked again: of {total} chats in which a number was asked for and given, {caught} drafts that ask for it again "
        f"are caught, and {wrong} first questions are wrongly called a second."
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
    held, second = labels("labels_test"), labels("labels_held_second")
    yield (
        f"Of the held-back half, {len(second)} replies were read by a second reader, without a look at the first's labels "
        f"or at what the rules say: he has hear in {_share(second)}, the first in {_share({key: held[key] for key in second})}. "
        "They agree by kappa: "
        + ", ".join(f"{step} {kappa(held, second, letter):.2f}" for letter, step in LETTERS.items())
        + "."
    )
    yield ""
    every = labels("labels_held_third")
    yield (
        f"A third reader, apart from both, read all {len(every)}: he has hear in {_share(every)}. Kappa with the second: "
        + ", ".join(f"{step} {kappa(second, every, letter):.2f}" for letter, step in LETTERS.items())
        + "; with the first: "
        + ", ".join(f"{step} {kappa(held, every, letter):.2f}" for letter, step in LETTERS.items())
        + "."
    )
    yield ""
    third, again = readings("labels_third")
    yield (
        f"{len(again)} of the replies added last were read a second time by the same reader on the same day, who "
        "had read errors of the rules on some of them in between; it shows only that he is steady: "
        + ", ".join(f"{step} {kappa(third, again, letter):.2f}" for letter, step in LETTERS.items())
        + "."
    )
    yield ""
    milliseconds = speed()
    yield (
        f"A fresh draft of {_LONG:,} characters beside {_STORY} messages takes, in processor time: median "
        f"{milliseconds[len(milliseconds) // 2]:.1f} ms, p95 {milliseconds[int(len(milliseconds) * 0.95)]:.1f} ms."
    )


def _share(chosen: Mapping[str, str]) -> str:
    return f"{sum('H' in label for label in chosen.values()) / max(1, len(chosen)):.0%}"


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
        asked = wrong_hints(judged, least)
        yield (
            f"Wrong prompts: of {good} replies with {words} or more, {wrong} ({wrong / max(1, good):.0%}) "
            f"were told to lack one that they have; for {asked} ({asked / max(1, good):.0%}) the one hint that is shown asks for it."
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
        held, second = labels("labels_test"), labels("labels_held_second")
        halves["Held-back half, first reader"] = held
        halves["Held-back half, third reader"] = labels("labels_held_third")
        halves["Held-back half, second reader"] = second
        halves["The same replies, first reader"] = {key: held[key] for key in second}
    page = report({name: judge(chosen) for name, chosen in halves.items() if chosen}) + "\n"
    if "--development" not in sys.argv:
        REPORT.write_text(page, "utf-8")
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
