"""Reading and writing the store beside the screen: two threads that read, one that writes in the order of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, get_ident
from typing import TypeVar

T = TypeVar("T")


class Loads:
    """The threads of one app. Few, because every thread keeps a connection of its own to the store.

    `stop` ends the query that a thread is at, by the thread's number: what nobody waits for any more must not keep
    newer reads waiting.
    """

    def __init__(self, stop: Callable[[int], None] = lambda _thread: None) -> None:
        self._readers = ThreadPoolExecutor(2, "heard-read")
        self._writer = ThreadPoolExecutor(1, "heard-write")
        self._stop = stop
        self._closed = False

    async def read(self, work: Callable[[], T]) -> T:
        """Run `work` on a reading thread; when this is cancelled, so is the query that it is at.

        Once the threads are gone nobody waits for an answer any more: CancelledError.
        """
        if self._closed:
            raise asyncio.CancelledError
        task = _Task(self._stop)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, task.run, work)
        except asyncio.CancelledError:
            task.cancel()
            raise

    async def write(self, work: Callable[[], T]) -> T:
        """Run `work` on the writing thread, after everything that was asked for before; at once where that is gone."""
        if self._closed:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    def close(self) -> None:
        """Let what is being written finish, and drop what nobody waits for any more."""
        self._closed = True
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=True)


class _Task:
    """One piece of work; its thread is told to stop only while it is at this one."""

    def __init__(self, stop: Callable[[int], None]) -> None:
        self._stop = stop
        self._lock = Lock()
        self._thread = 0

    def run(self, work: Callable[[], T]) -> T:
        """Do the work on this thread; what it raises goes on."""
        with self._lock:
            self._thread = get_ident()
        try:
            return work()
        finally:
            with self._lock:
                self._thread = 0

    def cancel(self) -> None:
        """End the work where it is being done just now; otherwise nothing happens."""
        with self._lock:
            if self._thread:
                self._stop(self._thread)
