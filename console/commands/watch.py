"""The process that keeps up with the desks: one task a desk, until a signal or the end of the parent."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from console.commands.door import Door
from console.commands.turns import WATCHED, row, state_of
from console.desks import cannot, engine_for, names
from console.output import choose, emit
from console.promises import settle
from console.session import Session
from console.settings import DeskSettings, load
from console.snooze import settle as wake
from console.times import second
from store.backup import back_up_weekly
from store.errors import AuthError, ConfigError, HeardError
from store.sync.engine import Cycle
from store.text import clean_line

if TYPE_CHECKING:
    from store.sync import Engine

GRACE_S = 5.0
LOOK_S = 1.0
LOG_LIMIT = 200_000  # bytes
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
Told = Callable[[str, Cycle], None]


def keep_watching(door: Door, only: str, *, parent: bool) -> None:
    """Sync until a signal comes or, with `parent`, until standard input ends; the leases are given back."""
    with door.session(desks=not parent, answer=WATCHED) as session:
        if not parent:
            door.warn(f"watching {', '.join(names(session, only))}; interrupt to end")
        if session.db.read_only:
            raise ConfigError(session.db.read_only, "Update heard-console to sync again.")
        back_up_weekly(session.home.local_db, time.time_ns() // 1_000)
        report = Report(door, session.now, session.home.run_dir / "worker.log" if parent else None)

        def told(desk: str, cycle: Cycle) -> None:
            report.turn(desk, cycle)
            if cycle.threads or cycle.sent:  # nothing else keeps a promise
                settle(session)
            wake(session)

        asyncio.run(_watch(Watch(session, only, told), parent=parent))


async def _watch(watch: Watch, *, parent: bool) -> None:
    loop = asyncio.get_running_loop()
    for name in SIGNALS:
        if number := getattr(signal, name, None):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(watch.stop))
    if parent:
        threading.Thread(target=_listen, args=(loop, watch), daemon=True).start()
    await watch.run()


def _listen(loop: asyncio.AbstractEventLoop, watch: Watch) -> None:
    """Hear the parent's words, a line each: "wake", or "open REF". Its end, however it comes, closes the pipe."""
    left = b""
    with suppress(OSError, RuntimeError):  # RuntimeError: the loop has ended already
        while data := os.read(0, 1024):
            *lines, left = (left + data).split(b"\n")
            for line in lines:
                word, _, ref = line.decode(errors="replace").partition(" ")
                loop.call_soon_threadsafe(*((watch.open, ref) if word == "open" else (watch.wake,)))
        loop.call_soon_threadsafe(watch.stop)


class Watch:
    """Keeps one task running for each desk of the settings, as desks come and go."""

    def __init__(self, session: Session, only: str, told: Told) -> None:
        self._session = session
        self._only = only
        self._told = told
        self._stopped = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._served: dict[str, DeskSettings] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self._engines: dict[str, Engine] = {}

    def stop(self) -> None:
        """End every task at the next safe place."""
        self._stopped.set()

    def wake(self) -> None:
        """Start a turn of every desk now."""
        for engine in self._engines.values():
            engine.wake()

    def open(self, ref: str) -> None:
        """Fetch one ticket's messages before all others."""
        desk, _, remote_id = ref.partition("/")
        if desk in self._engines and remote_id:
            self._engines[desk].open(remote_id)

    async def run(self) -> None:
        """Work until `stop`."""
        stamp: object = None
        while not self._stopped.is_set():
            if (now := _stamp(self._session.home.config)) != stamp:
                stamp = now
                with suppress(HeardError):  # a file that cannot be read just now changes nothing
                    self._session.settings = load(self._session.home.root)
            self._adjust()
            await _wait(self._stopped, LOOK_S)
        await self._finish()

    def _adjust(self) -> None:
        """Start and end tasks so that they are those of the settings; a task that failed by our fault fails us all."""
        wanted = {n: d for n, d in self._session.settings.desks.items() if self._only in ("", n)}
        for name, task in list(self._tasks.items()):
            if task.done():
                task.result()
                del self._tasks[name], self._served[name]
            elif wanted.get(name) != self._served[name]:
                self._ends[name].set()
        for name in wanted.keys() - self._tasks.keys():
            self._ends[name] = asyncio.Event()
            self._served[name] = wanted[name]
            self._tasks[name] = asyncio.create_task(self._desk(name, self._ends[name]))

    async def _finish(self) -> None:
        for end in self._ends.values():
            end.set()
        self.wake()
        running = [t for t in self._tasks.values() if not t.done()]
        if running:
            _, late = await asyncio.wait(running, timeout=GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _desk(self, name: str, end: asyncio.Event) -> None:
        """One desk for as long as it is wanted; after a refused login the credentials are read anew."""
        while not end.is_set():
            try:
                await self._turns(name, end)
            except HeardError as error:
                self._told(name, cannot(self._session, name, error))
            await _wait(end, self._interval)

    async def _turns(self, name: str, end: asyncio.Event) -> None:
        """Turn after turn with one pair of credentials."""
        engine = await asyncio.to_thread(engine_for, self._session, name)
        over = asyncio.Event()

        def told(cycle: Cycle) -> None:
            self._told(name, cycle)
            if isinstance(cycle.error, AuthError):
                over.set()

        watcher = asyncio.create_task(_pass_on(end, over))
        self._engines[name] = engine
        try:
            await engine.run(self._interval, over, told)
        finally:
            watcher.cancel()
            self._engines.pop(name, None)
            await engine.aclose()

    @property
    def _interval(self) -> float:
        return float(self._session.settings.sync.interval)


async def _pass_on(first: asyncio.Event, second: asyncio.Event) -> None:
    await first.wait()
    second.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


class Report:
    """One line for each turn that did something or went differently than the last."""

    def __init__(self, door: Door, now: Callable[[], int], log: Path | None) -> None:
        self._door = door
        self._now = now
        self._log = log
        self._last: dict[str, str] = {}

    def turn(self, name: str, cycle: Cycle) -> None:
        """Print a turn, unless there is nothing to say."""
        state = state_of(cycle)
        busy = cycle.tickets or cycle.threads or cycle.sent
        if not busy and state == self._last.get(name, "done"):
            return
        self._last[name] = state
        self._print({"at": self._now(), **row(name, cycle)})
        self._door.stdout.flush()
        if self._log:
            rotate(self._log)

    def _print(self, found: dict[str, object]) -> None:
        door = self._door
        if door.for_people:
            door.say(f"{second(self._now())} {found['desk']}: {_words(found)}")
            return
        emit([found], choose(door.fields, WATCHED), "ndjson", door.stdout, width=0)


def _words(found: dict[str, object]) -> str:
    if found["state"] == "held":
        return "another process is syncing this desk; waiting for it"
    if found["error"]:
        return clean_line(str(found["error"]))
    return f"{found['tickets']} tickets, {found['threads']} threads, {found['sent']} sent"


def rotate(log: Path) -> None:
    """Keep the log small: what is full becomes the one old log, and both streams go on in a new one."""
    if os.fstat(1).st_size < LOG_LIMIT:
        return
    with suppress(OSError):
        os.replace(log, log.with_name(log.name + ".1"))  # noqa: PTH105  (replaces on every system)
        new = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(new, 1)
        os.dup2(new, 2)
        os.close(new)
