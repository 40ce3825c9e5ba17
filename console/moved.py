"""Whether a desk whose address has changed is still the same desk.

Outbox, drafts and log name tickets by number, and at another desk the same numbers are other people's. So where the
address in config.toml is not the one at which the desk was known, nothing is fetched or sent until it is sure: a message
that left here stands there under our id, or a person has said so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from console.session import Session
from store import outbox
from store.errors import ConfigError, InvalidInputError, NotFoundError, RefusedError
from store.forget import address_of, former_address, keep_address

if TYPE_CHECKING:
    from store.remotes import Remote
    from store.rows import Operation

LOOKED_FOR = 3  # messages, each of which may have been deleted on the desk since


def sure(session: Session, name: str, url: str, opened: Callable[[], Remote]) -> None:
    """Keep where a desk is, and refuse a place where another may be; ConfigError, and as reads do. Not on the event loop: it may ask the desk."""
    before = session.db.read(lambda r: address_of(r, name))
    if before == url:
        return
    if _elsewhere(session, name, url) and not _known_there(session, name, opened):
        raise ConfigError(
            f"{name} was {before}, is {url} in config.toml now, and may be another desk; nothing was fetched or sent.",
            f"If it is the same desk, say so: `heard desk same {name}`. Else set its url back, and add the other under a name of its own.",
        )
    keep_address(session.db, name, url)


def _elsewhere(session: Session, name: str, url: str) -> str:
    """Where the desk was while what is kept here was made, if that is elsewhere; else ""."""
    before = session.db.read(lambda r: former_address(r, name))
    return before if before and _place(before) != _place(url) else ""


def _place(url: str) -> str:
    """An address without what may be written in several ways."""
    return url.strip().lower().rpartition("://")[2].rstrip("/").removesuffix("/rest/2.0")


def _known_there(session: Session, name: str, opened: Callable[[], Remote]) -> bool:
    left = session.db.read(lambda r: outbox.newest_messages(r, name, LOOKED_FOR))
    return bool(left) and asyncio.run(_stands_there(opened(), left))


async def _stands_there(remote: Remote, left: Sequence[Operation]) -> bool:
    """Whether one of our messages stands on the desk under its id, which nobody else can have given it."""
    from store.remotes import Glancing  # noqa: PLC0415  (msgspec: only when asked)
    from store.sync.operations import write_of  # noqa: PLC0415  (the same)

    try:
        if isinstance(remote, Glancing):
            await remote.glance()
        for each in left if remote.caps.marker != "none" else ():
            with suppress(NotFoundError, RefusedError):
                if (await remote.find_effect(write_of(each))).kind == "found":
                    return True
    finally:
        await remote.aclose()
    return False


def same(session: Session, name: str) -> str:
    """Believe that a desk is the one that it was, wherever config.toml says that it is now; returns its address."""
    url = session.settings.desks[name].url
    if session.db.read(lambda r: address_of(r, name)) != url:
        keep_address(session.db, name, url)
    return url


def refuse_elsewhere(session: Session, name: str, url: str) -> None:
    """Refuse to give the name of a desk to one elsewhere, while words for its tickets are kept: they would go to other people."""
    if before := _elsewhere(session, name, url):
        raise InvalidInputError(
            f"{name} was {before}, and outbox, drafts and log here still speak of its tickets.",
            "If that desk has moved, say so: `heard desk add` with --same-desk. Else choose another name.",
        )
