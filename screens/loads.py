"""Reading and writing the store beside the screen: two threads that read, one that writes in the order of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Loads:
    """The threads of one app. Few, because every thread keeps a connection of its own to the store."""

    def __init__(self) -> None:
        self._readers = ThreadPoolExecutor(2, "heard-read")
        self._writer = ThreadPoolExecutor(1, "heard-write")

    async def read(self, work: Callable[[], T]) -> T:
        """Run `work` on a reading thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def write(self, work: Callable[[], T]) -> T:
        """Run `work` on the writing thread, after everything that was asked for before."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    def close(self) -> None:
        """Let what is being written finish, and drop what nobody waits for any more."""
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=True)
