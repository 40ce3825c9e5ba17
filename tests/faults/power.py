"""The power-loss proof: the lights go out while replies leave and tickets come in, and only synced bytes survive.

From the project's root:
    PYTHONPATH=tests python -m faults.power             300 points
    PYTHONPATH=tests python -m faults.power --weak      the same with synchronous=NORMAL on local.db: it must fail
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from faults.boundary import Boundaries
from faults.crash import at_death, workplace
from faults.desk import CLASSES
from faults.journal import entries
from faults.judge import ops_in
from faults.lights import Lights, lights_out
from faults.runs import Config, Place, dies, live, make_template, recover
from faults.scenarios import SCENARIOS

POINTS = 300
SCHEDULES = ("clean", "lost", "mixed")
# The mirror is not synced at each commit, so that after a cut it lies behind the cursor in local.db: the "pull" shows
# that it catches up all the same.
CONFIGS = (
    *(Config("replies", cls, schedule) for cls in CLASSES for schedule in SCHEDULES),
    Config("pull", "A", "clean"),
)


@dataclass(frozen=True, slots=True)
class Cut:
    """One power cut: what was promised before it, how much of that was kept, and what was wrong afterwards."""

    at: int
    promised: int
    kept: int
    violations: tuple[str, ...]


def weaken(connection: sqlite3.Connection) -> None:
    """Have every connection forget that local.db is to be synced at each commit, as synchronous=NORMAL would."""
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.set_authorizer(_deny_full)


def _deny_full(action: int, name: str | None, value: str | None, *_: object) -> int:
    full = action == sqlite3.SQLITE_PRAGMA and name == "synchronous" and value == "FULL"
    return sqlite3.SQLITE_IGNORE if full else sqlite3.SQLITE_OK


def cuts(config: Config, points: int, *, weak: bool = False) -> list[Cut]:
    """So many power cuts, evenly spread over the life of the process."""
    with workplace() as folder:
        template = Place(folder / "template")
        template.root.mkdir()
        make_template(template, SCENARIOS[config.scenario], config.cls)
        process(folder, config, Boundaries())
        total = int((folder / "passed").read_text())
        places = sorted({1 + (2 * n + 1) * total // (2 * points) for n in range(points)})
        return [cut(folder, config, at, weak=weak) for at in places]


def cut(folder: Path, config: Config, at: int, *, weak: bool) -> Cut:
    """Let the lights go out at boundary `at`, and let the next process put things right."""
    process(folder, config, Boundaries(at, opened=weaken if weak else _as_it_is))
    place = Place(folder / "run")
    lights_out(place.home.root, folder / "durable")
    promised = [e["op"] for e in entries(place.journal) if e["do"] == "accepted"]
    kept = [op for op in promised if op in ops_in(place.home)]
    violations = at_death(place, config) or recover(place, config)
    return Cut(at, len(promised), len(kept), tuple(violations))


def process(folder: Path, config: Config, boundary: Boundaries) -> bool:
    """Live once, from the template on, with the lights on until the boundary; False when the end was reached."""
    place, durable = Place(folder / "run"), folder / "durable"
    place.copy_of(Place(folder / "template"))
    shutil.rmtree(durable, ignore_errors=True)
    durable.mkdir()
    for each in place.home.root.glob("*.db*"):
        if not each.name.endswith("-shm"):
            shutil.copyfile(each, durable / each.name)  # the workspace had stood there for long

    def work(watched: Boundaries) -> None:
        lights = Lights(durable, watched.moment)
        lights.install()  # SQLite calls into it: it must live as long as this process
        live(place, config, watched)
        watched.counted(folder / "passed")
        del lights

    return dies(work, boundary)


def _as_it_is(_connection: sqlite3.Connection) -> None:
    return None


def main(arguments: Sequence[str]) -> int:
    """Run the proof; 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m faults.power", description="The power-loss proof.")
    parser.add_argument("--weak", action="store_true", help="synchronous=NORMAL on local.db: must fail")
    parser.add_argument("--jobs", type=int, default=1, help="always 1: each cut is a process of its own")
    parser.add_argument("--points", type=int, default=POINTS)
    asked = parser.parse_args(arguments)
    begun, every = time.perf_counter(), []
    for config in CONFIGS:
        made = cuts(config, -(-asked.points // len(CONFIGS)), weak=asked.weak)
        every += made
        violations = [f"{v} (cut at {c.at})" for c in made for v in c.violations]
        print(f"{config.words():70} {len(made):4} cuts  {len(violations):3} violations", flush=True)
        for each in sorted(violations, key=lambda v: not v.startswith("intent"))[:3]:
            print(f"  {each}", flush=True)
    promised, kept = sum(c.promised for c in every), sum(c.kept for c in every)
    wrong = sum(len(c.violations) for c in every)
    print(f"{kept} of {promised} accepted operations were still there")
    print(f"{len(every)} cuts in {time.perf_counter() - begun:.0f} s, {wrong} violations")
    return 1 if wrong or not promised else 0


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
