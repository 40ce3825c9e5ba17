"""Who else has a ticket open, and who writes a reply on it: told by every open console to those of colleagues.

No server is needed: the consoles of one workspace share a folder in it, a team shares the one that `[presence] folder` names.
A desk is told by its address there, since everybody may call it by another name. The work is done in a thread of its own:
a folder that is slow, or away, keeps nothing waiting.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

from console.session import Session
from console.times import ago, second
from store import turn
from store.colleagues import LONGEST_NAME, Kind, Mark, MarkFolder, Seen
from store.errors import HeardError
from store.text import clean_line

PACE_S, BEAT_S, LOOK_S = (
    5.0,
    20.0,
    2.0,
)  # between two changes of our mark, two of the same, and two looks at the others
_STEP_S, _LAST_WAIT_S = 1.0, 1.0
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at a ticket. `at`, by our clock, is when the last key of a reply was pressed, or since when it is only open.

    `me`: that is I, in another console.
    """

    who: str
    ref: str
    kind: Kind
    at: int
    me: bool = False

    def told(self) -> dict[str, object]:
        """The same for scripts; `at` in ISO 8601."""
        return {"who": self.who, "kind": self.kind, "at": second(self.at)}

    def words(self, now: int) -> str:
        """What they do, and when or how long: "Bo is writing a reply here (8 s ago)", "Bo has had this ticket open for 2 m"."""
        span = ago(min(self.at, now), now)
        if self.kind == "writing":
            does = f"is writing a reply here ({span} ago)"
        else:
            does = f"has had this ticket open for {span}"
        return f"{'Another console of yours' if self.me else self.who} {does}"

    def also(self, now: int) -> str:
        """The same for whoever is writing as well, where there is little room."""
        who = "another console of yours" if self.me else self.who
        return f"Also writing: {who} ({ago(min(self.at, now), now)} ago)"


@dataclass(frozen=True, slots=True)
class Doing:
    """What this console's agent is at: a ticket ("" for none), whether a reply is written on it, and its last key.

    While none is written, `at` is when the ticket was opened.
    """

    ref: str = ""
    kind: Kind = "viewing"
    at: int = 0


def folder(session: Session, wall: Callable[[], float] = time.time) -> MarkFolder | None:
    """The folder that is shared with colleagues, by the settings; None where presence is switched off."""
    settings = session.settings.presence
    if settings.mode == "off":
        return None
    root = session.home.root
    if not settings.folder:
        return MarkFolder(root / "presence", make=True, wall=wall)
    return MarkFolder(root / Path(settings.folder).expanduser(), wall=wall)


def now_here(session: Session) -> tuple[Colleague, ...]:
    """Everybody who can be seen just now, for a command that asks once. OSError where the folder cannot be read."""
    shared = folder(session)
    return _known(session, shared.others(), my_name(session), _addresses(session)) if shared else ()


def here(session: Session, ref: str) -> tuple[Colleague, ...]:
    """Who is at a ticket just now; nobody where that cannot be seen."""
    try:
        return at(ref, now_here(session))
    except OSError:
        return ()


def at(ref: str, colleagues: Iterable[Colleague]) -> tuple[Colleague, ...]:
    """Those at one ticket, who writes first, then who was seen last."""
    return by_weight(each for each in colleagues if each.ref == ref)


def by_weight(colleagues: Iterable[Colleague]) -> tuple[Colleague, ...]:
    """Who writes first, then who was seen last."""
    return tuple(sorted(colleagues, key=lambda each: (each.kind != "writing", -each.at)))


def my_name(session: Session) -> str:
    """What colleagues see: the name of the settings, else the one that a desk knows me by, else the system's user."""
    name = session.settings.presence.name or min(session.db.read(turn.my_names), default="")
    name = name or os.environ.get("USER") or os.environ.get("USERNAME") or ""
    return clean_line(name, LONGEST_NAME) or "somebody"


def _addresses(session: Session) -> dict[str, str]:
    """By our name of each desk, what everybody calls it."""
    return {name: _address(desk.url) or name for name, desk in session.settings.desks.items()}


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/").lower()


def _known(
    session: Session, seen: Iterable[Seen], mine: str, addresses: Mapping[str, str]
) -> tuple[Colleague, ...]:
    """What was seen on desks that are ours as well."""
    names = {address: name for name, address in addresses.items()}
    now, found = session.now(), []
    for each in seen:
        address, _, number = each.ticket.rpartition("#")
        if address in names and number:
            moment = now - int(each.age * _SECOND)
            found.append(
                Colleague(each.who, f"{names[address]}/{number}", each.kind, moment, me=each.who == mine)
            )
    return tuple(sorted(found, key=lambda each: (each.ref, each.who, each.at)))


class Presence:
    """Tells what this console is at, and calls `tell`, from its own thread, when what is known of the others has changed.

    `doing` may be set from any thread; `others` and `wrong` (why there is nothing to be seen) may be read from any.
    """

    def __init__(
        self,
        session: Session,
        tell: Callable[[], object],
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.doing = Doing()
        self.others: tuple[Colleague, ...] = ()
        self.wrong = ""
        self._session, self._tell = session, tell
        self._monotonic = monotonic
        self._folder = folder(session, wall)
        self._addresses = _addresses(session)
        self._said = Doing()
        self._next_word = self._next_look = 0.0
        self._name = ""
        self._over = Event()
        self._thread = Thread(target=self._run, name="heard-presence", daemon=True)

    def start(self) -> None:
        """Begin, unless presence is switched off."""
        if self._folder is not None:
            self._thread.start()

    def stop(self) -> None:
        """End, and take our mark away; a folder that does not answer is not waited for."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(_LAST_WAIT_S)

    def _run(self) -> None:
        while not self._over.is_set():
            self.step()
            self._over.wait(_STEP_S)
        if self._folder is not None:
            with suppress(OSError):
                self._folder.leave()

    def step(self) -> None:
        """Say what is due and look at the others where that is; what goes wrong is told once, and tried again later."""
        if self._folder is None:
            return
        before = (self.others, self.wrong)
        now = self._monotonic()
        try:
            self._say(self._folder, now)
            if now >= self._next_look:
                self._next_look = now + LOOK_S
                self.others = _known(self._session, self._folder.others(), self._name, self._addresses)
        except OSError as error:
            self.others = ()
            self.wrong = f"Colleagues cannot be seen: {self._folder.path}: {error.strerror or error}."
            self._next_word = self._next_look = now + BEAT_S
        except HeardError:  # the store is busy, or is being salvaged: whoever needs it says so
            self._next_word = self._next_look = now + BEAT_S
        if before != (self.others, self.wrong):
            self._tell()

    def _say(self, shared: MarkFolder, now: float) -> None:
        doing = self.doing
        pace = PACE_S if doing != self._said else BEAT_S
        if now < self._next_word + pace - BEAT_S:
            return
        self._name = my_name(self._session)
        idle = (self._session.now() - doing.at) / _SECOND if doing.at else 0.0
        desk, _, number = doing.ref.partition("/")
        ticket = f"{self._addresses.get(desk, desk)}#{number}" if doing.ref else ""
        shared.say(Mark(self._name, ticket, doing.kind, max(idle, 0.0)))
        self._said, self._next_word = doing, now + BEAT_S
