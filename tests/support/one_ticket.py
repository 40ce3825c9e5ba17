"""One ticket, one worker and a desk in memory that others work on too."""

from __future__ import annotations

from console import outbox
from console.session import Session
from store.remotes import Caps
from store.rows import Operation
from store.sync import Engine
from support.clock import Clock
from support.desk import MemoryDesk

NAME = "acme"
A = Caps("memory", "A", cas="stamp", cas_on_reply=True, marker="meta", tags="add_remove")
B = Caps("memory", "B", cas="etag", marker="field", tags="add_remove")
C = Caps("memory", "C")


class Scene:
    """One ticket of Maria's, at home in the mirror, and the worker."""

    def __init__(self, session: Session, desk: MemoryDesk, clock: Clock) -> None:
        self.session, self.desk, self.clock = session, desk, clock
        self.engine = Engine(session.db, NAME, desk, clock)
        self.ticket = ""

    async def begin(self) -> Scene:
        """The ticket has come home."""
        self.ticket = self.desk.open(self.desk.customer("Maria"), "Kettle", "It leaks.")
        await self.rounds()
        return self

    async def rounds(self, number: int = 3, seconds: float = 10) -> None:
        """Turns, with time between them."""
        for _ in range(number):
            self.clock.tick(seconds)
            assert (await self.engine.once()).error is None

    def only(self) -> Operation:
        """The one operation that is in the outbox."""
        (found,) = outbox.operations(self.session)
        return found

    def texts(self) -> list[str]:
        """What stands on the desk's ticket."""
        return [m.text for m in self.desk.messages[self.ticket]]
