"""The way from one process to a desk whose clock differs from ours: its time is known only once it has answered here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from store.errors import HeardError, OfflineError
from store.remotes import Outcome, Page

READS = ("whoami", "schema", "listing", "ticket", "thread", "people", "find_effect", "job")
WRITES = ("send", "send_bulk")


class Line:
    """Speaks the Remote protocol for one process; `ours` is the clock of the machine that it runs on."""

    def __init__(self, desk: Any, ours: Callable[[], int]) -> None:
        self._desk = desk
        self._ours = ours
        self.heard = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._desk, name)
        if name in READS:
            return self._read(found)
        return self._write(found) if name in WRITES else found

    def _read(self, ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def asked(*args: Any) -> Any:
            """Ask; an error that the desk itself tells is an answer, too."""
            try:
                found = await ask(*args)
            except OfflineError:
                raise
            except HeardError:
                self.heard = True
                raise
            self.heard = True
            return found

        return asked

    def _write(self, send: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def sent(*args: Any) -> Any:
            """Send; where no answer came, nothing was heard."""
            found = await send(*args)
            outcome: Outcome = found if isinstance(found, Outcome) else found[0]
            self.heard = self.heard or outcome.kind not in ("not_sent", "unknown") or bool(outcome.status)
            return found

        return sent

    async def feed(self, cursor: str | None, overlap_s: int = 120) -> AsyncIterator[Page]:
        """The pages of changed tickets."""
        async for page in self._desk.feed(cursor, overlap_s):
            self.heard = True
            yield page

    def server_now(self) -> int:
        """The desk's clock; ours before the first answer."""
        return int(self._desk.server_now() if self.heard else self._ours())
