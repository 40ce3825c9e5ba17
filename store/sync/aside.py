"""A thread for what keeps the disk busy, so that the event loop goes on answering the network meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Aside:
    """Runs one thing at a time, in the order asked; the thread ends when nobody holds this any more."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in the thread; what it raises is raised here."""
        return await asyncio.wrap_future(self._pool.submit(work, *args, **kwargs))
