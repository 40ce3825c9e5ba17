"""Toys that the widget stories share: rows made up on the spot, and an app with one widget and the real keys."""

from __future__ import annotations

import time
from array import array
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from support import pilots
from support.clock import Clock
from support.desk import MemoryDesk
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from console.session import Session
from screens.app import HeardApp
from screens.keymap import KeyedApp
from store.home import Home
from store.rows import Item, TicketRow
from store.sync import Engine
from widgets.ticket_list import TicketList

NOW = 1_772_000_000_000_000
HOUR = 3_600_000_000


def make_row(number: int, **changes: Any) -> TicketRow:
    row = TicketRow(
        id=number,
        ref=f"demo/{number}",
        subject=f"Parcel {number} is late",
        status="open",
        priority="normal",
        channel="email",
        requester="Ana Diaz",
        requester_id=number % 10,
        assignee="Bo",
        group="Support",
        tags="parcel",
        created=NOW - 50 * HOUR,
        updated=NOW - 2 * HOUR,
        sla_due=0,
        waiting_since=0,
        messages=3,
        pending=0,
        unseen=0,
    )
    return row._replace(**changes)


def make_item(number: int, **changes: Any) -> Item:
    item = Item(
        ref="demo/1",
        subject="Parcel 1 is late",
        kind="message",
        channel="email",
        role="customer",
        author="Ana Diaz",
        at=NOW - (100 - number) * HOUR,
        text=f"Message number {number}.",
        id=str(number),
        status="open",
    )
    return replace(item, **changes)


class Toy(KeyedApp[None]):
    """One widget on a screen, with the real keys; keeps every message that the widget sent."""

    def __init__(self, *widgets: Widget, pane: str, ready: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._widgets = widgets
        self._ready_to_show = ready
        self.pane = pane
        self.seen: list[Message] = []

    def on_mount(self) -> None:
        self._ready_to_show()

    def get_default_screen(self) -> Screen[Any]:
        screen: Screen[Any] = Screen()
        screen.pane = self.pane  # type: ignore[attr-defined]
        return screen

    def compose(self) -> ComposeResult:
        yield from self._widgets

    def lines(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]

    def text(self) -> str:
        return "\n".join(self.lines())


class QueueToy(Toy):
    """A queue whose rows come from a table in memory, as they would from the store."""

    def __init__(self, rows: Sequence[TicketRow]) -> None:
        self.queue = TicketList(now=lambda: NOW)
        super().__init__(self.queue, pane="queue", ready=self.show)
        self.rows = {row.id: row for row in rows}

    def show(self) -> None:
        self.queue.set_ids(array("q", self.rows))

    def on_ticket_list_wants_rows(self, event: TicketList.WantsRows) -> None:
        self.seen.append(event)
        self.queue.put_rows([self.rows[i] for i in event.ids if i in self.rows])

    def on_ticket_list_highlighted(self, event: TicketList.Highlighted) -> None:
        self.seen.append(event)

    def on_ticket_list_opened(self, event: TicketList.Opened) -> None:
        self.seen.append(event)

    def on_ticket_list_marks_changed(self, event: TicketList.MarksChanged) -> None:
        self.seen.append(event)

    def refs(self, kind: type[Message]) -> list[Any]:
        return [message for message in self.seen if isinstance(message, kind)]


@pytest.fixture
def row() -> Callable[..., TicketRow]:
    return make_row


@pytest.fixture
def item() -> Callable[..., Item]:
    return make_item


@pytest.fixture
def toy() -> type[Toy]:
    return Toy


@pytest.fixture
def queue() -> type[QueueToy]:
    return QueueToy


@pytest.fixture
def now() -> int:
    return NOW


@pytest.fixture
def reads() -> Callable[..., Any]:
    """Wait until all these words can be read, or cannot any more."""
    return pilots.reads


@pytest.fixture
def greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own time is UTC."""
    with monkeypatch.context() as place:
        place.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@dataclass
class Office:
    """A workspace with one desk whose tickets have been pulled, and the clock that both go by."""

    session: Session
    desk: MemoryDesk
    clock: Clock
    engine: Engine

    async def sync(self) -> None:
        """A turn of the sync, as another process would make it."""
        for _ in range(2):
            self.clock.tick(10)
            cycle = await self.engine.once()
            assert cycle.error is None, cycle.error

    def app(self, **settings: Any) -> HeardApp:
        return HeardApp(self.session, **settings)


@pytest.fixture
async def office(home: Home, clock: Clock, desk: MemoryDesk) -> AsyncIterator[Office]:
    """Twelve tickets of three customers; every second one was answered, every third has a note."""
    home.config.write_text('[desks.acme]\nprovider = "demo"\n', encoding="utf-8")
    home.config.chmod(0o600)
    session = Session.open(home, clock)
    people = [desk.customer(name) for name in ("Maria Lopez", "李小龍", "Zoë [/x] Ångström")]
    for n in range(12):
        clock.tick(600)
        number = desk.open(
            people[n % 3], f"Kettle {n} leaks [@click=app.bell]", f"Hello, kettle {n} leaks.\n> old\n> words"
        )
        if n % 2:
            desk.says(number, "a1", f"We look at kettle {n}.")
        if n % 3 == 0:
            desk.says(number, "a2", f"Do not tell, kettle {n}.", public=False)
    made = Office(session, desk, clock, Engine(session.db, "acme", desk, clock))
    await made.sync()
    yield made
    session.close()


@pytest.fixture
async def desk_of(office: Any, desk: Any) -> Any:
    """A workspace whose newest ticket tells much; returns its ref."""

    async def tell(*texts: str) -> str:
        person, ref = desk.customer("Nora Quist"), ""
        for text in texts:
            office.clock.tick(3600)
            ref = f"acme/{desk.open(person, 'Where is it?', text)}"
        await office.sync()
        return ref

    return tell
