"""Bodies that come packed, unpacked piece by piece; a small packed piece never becomes a large one at once."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from types import ModuleType
from typing import Protocol, cast

import httpx

from store.errors import NotADeskError, OfflineError

QUICKEST: ModuleType = zlib
with suppress(ImportError):  # there is none for rare machines
    from isal import isal_zlib  # the same functions, 2.5 times as fast

    QUICKEST = isal_zlib

UNPACKED = 256 * 1024  # bytes that are unpacked at once: more than that saves nothing
GZIP = zlib.MAX_WBITS | 16  # the only wrapping that is taken, its checksum included
ERRORS = (zlib.error, cast("type[Exception]", QUICKEST.error))


class Unpacker(Protocol):
    """What zlib and its like call a decompression object."""

    @property
    def eof(self) -> bool:
        """Whether the end was reached, checksum and all."""
        ...

    @property
    def unconsumed_tail(self) -> bytes:
        """What was not looked at, since as much as was asked for had been unpacked."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most `max_length` bytes; raises one of ERRORS."""
        ...


async def gunzip(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body of `response`; raises NotADeskError where it is not gzip, OfflineError where it breaks off."""
    unpacking: Unpacker = QUICKEST.decompressobj(GZIP)
    try:
        async for raw in response.aiter_raw():
            for piece in _inflate(unpacking, raw):
                yield piece
    except ERRORS:
        raise NotADeskError(
            f"{response.url.host} sent a body that cannot be unpacked.",
            "Try again; if it repeats, ask the administrator.",
        ) from None
    if not unpacking.eof:
        raise OfflineError(f"The answer of {response.url.host} broke off.", "It is tried again by itself.")


def _inflate(unpacking: Unpacker, raw: bytes) -> Iterator[bytes]:
    rest = raw
    while rest and not unpacking.eof:
        piece = unpacking.decompress(rest, UNPACKED)
        rest = unpacking.unconsumed_tail
        if piece:
            yield piece
