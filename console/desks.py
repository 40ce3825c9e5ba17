"""The help desks of a workspace: adding, checking and removing them, and the adapter for each."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console import moved
from console.session import Session
from console.settings import DeskSettings, add_desk, load, remove_desk
from store import outbox, read, secrets
from store.errors import HeardError, InvalidInputError, NoDeskError, NotFoundError
from store.forget import address_of, forget_desk, keep_address
from store.rows import DeskState

if TYPE_CHECKING:
    from store.remotes import Me, Remote
    from store.remotes.gate import Gate
    from store.sync import Cycle, Engine

PROVIDERS = ("zendesk", "rt")
MORE_TURNS = 5  # that one command takes for what others queue meanwhile


@dataclass(frozen=True, slots=True)
class Checked:
    """What a desk answered when it was asked who we are."""

    name: str
    me: Me
    promise: str


def states(session: Session) -> list[DeskState]:
    """Every desk of the settings with the state of its sync; "new" until it has been tried."""
    known = session.db.read(read.desk_states)
    shown = []
    for name, desk in session.settings.desks.items():
        found = known.get(name)
        if found is None:
            found = DeskState(name, desk.provider, "new", "", 0, 0, "")
        shown.append(
            DeskState(
                name,
                desk.provider,
                found.state,
                found.detail,
                found.last_sync,
                found.tickets,
                found.promise,
                found.backlog,
            )
        )
    return shown


def not_fetched(session: Session) -> list[str]:
    """The desks of the settings of which nothing is here: never fetched, or not again since the mirror was made anew."""
    here = session.db.read(read.desks_here, overlaid=False)
    return [desk.name for desk in states(session) if not desk.last_sync or desk.name not in here]


def names(session: Session, only: str = "") -> list[str]:
    """The desks to work on: all, or the one named; NoDeskError when there are none."""
    known = list(session.settings.desks)
    if not known:
        raise NoDeskError(
            "No desk has been added yet.",
            "`heard desk add NAME --provider rt --url URL`, or try `heard demo`.",
        )
    if only and only not in known:
        raise NotFoundError(f"There is no desk {only}.", f"Known: {', '.join(known)}.")
    return [only] if only else known


def remote_for(desk: DeskSettings, secret: secrets.Secret, gate: Gate | None = None) -> Remote:
    """The adapter of a desk's provider; without a `gate` requests leave as they come."""
    from store.remotes.gate import OPEN_GATE  # noqa: PLC0415  (httpx is heavy: only what talks to a desk needs it)

    if desk.provider == "rt":
        from store.remotes.rt import RtRemote  # noqa: PLC0415  (the same)

        return RtRemote(desk.url, secret.reveal(), user=desk.user, gate=gate or OPEN_GATE)
    from store.remotes.zendesk import ZendeskRemote  # noqa: PLC0415  (the same)

    return ZendeskRemote(desk.url, secret.reveal(), user=desk.user, gate=gate or OPEN_GATE)


def _gate_of(session: Session, name: str, desk: DeskSettings) -> Gate:
    """The pace of a desk, shared by all processes of this workspace. What runs on this machine has no published limits."""
    from store.remotes import zendesk_limits  # noqa: PLC0415  (the same)
    from store.remotes.budget import Limits  # noqa: PLC0415  (the same)
    from store.remotes.gate import shared_gate  # noqa: PLC0415  (the same)
    from store.remotes.http_auth import Origin, account_url  # noqa: PLC0415  (the same)

    origin = Origin.of(account_url(desk.url))
    published = desk.provider == "zendesk" and not origin.loopback
    limits = Limits(desk.requests_per_minute, classes=zendesk_limits.LIMITS if published else None)
    path = session.home.run_dir / "budget.db"
    return shared_gate(path, name, host=origin.host, limits=limits, now=session.clock)


def remote_of(session: Session, name: str) -> Remote:
    """The adapter of a desk of this workspace, with its credentials."""
    desk = session.settings.desks[name]
    if desk.provider == "demo":
        from console.demo.connect import open_remote  # noqa: PLC0415  (starlette and the demo's content)

        return open_remote(session.home, desk.url, session.clock)
    return remote_for(desk, secrets.find(name, desk.credential_command), _gate_of(session, name, desk))


def engine_for(session: Session, name: str) -> Engine:
    """The sync engine of one desk; ConfigError where it may be another desk than it was. Not on the event loop: it may have to ask."""
    from store.sync import Engine, Policy  # noqa: PLC0415  (httpx is heavy)

    stale = session.settings.sync.stale_reply
    policy = Policy("send" if stale == "send" else "hold")
    if session.settings.desks[name].provider == "demo":
        moved.same(session, name)  # it is of this workspace, on whatever port it is served
    else:
        moved.sure(session, name, session.settings.desks[name].url, lambda: remote_of(session, name))
    return Engine(session.db, name, remote_of(session, name), session.clock, policy)


def check(desk: DeskSettings, name: str, secret: secrets.Secret) -> Checked:
    """Ask a desk who we are; raises what stands in the way: address, certificate, credentials."""
    return asked(name, lambda: remote_for(desk, secret))


def asked(name: str, opened: Callable[[], Remote]) -> Checked:
    """What the desk that `opened` opens answers when it is asked who we are, and what it promises; raises as `check` does."""
    from store.remotes import presented  # noqa: PLC0415  (msgspec: only when asked)

    async def ask() -> Checked:
        """Ask, and close what was opened."""
        remote = opened()
        try:
            return Checked(name, *await presented(remote))
        finally:
            await remote.aclose()

    return asyncio.run(ask())


def add(
    session: Session, name: str, desk: DeskSettings, secret: secrets.Secret | None, *, same: bool = False
) -> None:
    """Add a desk to the settings; a secret that is given goes into the keyring and nowhere else. `same`: it has only moved."""
    may_be_added(session, name, desk.url, same=same)
    if secret is not None:
        secrets.store(name, secret)
    keep_address(session.db, name, desk.url)
    add_desk(session.home.root, name, desk)
    session.settings = load(session.home.root)


def may_be_added(session: Session, name: str, url: str, *, same: bool = False) -> None:
    """Refuse a desk that cannot have this name, before anybody is asked for its token; `same`: it is the one that had it."""
    _new_name(session, name)
    if not same:
        moved.refuse_elsewhere(session, name, url)


def _new_name(session: Session, name: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,30}", name):
        raise InvalidInputError(
            f"{name!r} cannot be a desk's name.", "Use small letters, digits, - and _, for example acme."
        )
    if name in session.settings.desks:
        raise InvalidInputError(
            f"There is a desk {name} already.", f"`heard desk remove {name}` takes it away first."
        )


def remove(session: Session, name: str) -> int:
    """Take a desk out of the settings and the mirror; returns how many operations still waited (they stay in local.db)."""
    names(session, name)
    waiting = session.db.read(lambda r: outbox.unsettled(r, name))
    address = session.db.read(lambda r: address_of(r, name)) or session.settings.desks[name].url
    remove_desk(session.home.root, name)
    forget_desk(session.db, name, address)
    secrets.forget(name)
    session.settings = load(session.home.root)
    return waiting


def same(session: Session, name: str) -> str:
    """Believe that a desk whose address was changed is the same desk; returns its address."""
    return moved.same(session, names(session, name)[0])


def accept(session: Session, name: str) -> int:
    """Believe a desk that tickets are gone which its list no longer shows; how many, 0 when there was no doubt."""
    from store.sync.doubt import accept as believe  # noqa: PLC0415  (httpx is heavy)

    return believe(session.db, names(session, name)[0])


def cannot(session: Session, name: str, error: HeardError) -> Cycle:
    """The turn of a desk that could not even be begun; the reason stands with the desk as well."""
    from store.sync import Cycle  # noqa: PLC0415  (httpx is heavy)
    from store.sync.state import said, save_state, state_of  # noqa: PLC0415  (the same)

    with suppress(HeardError):  # the files may be what is wrong
        save_state(session.db, name, state_of(error), detail=said(error), code=error.code, now=session.now())
    return Cycle(error=error)


async def _to_the_end(engine: Engine) -> Cycle:
    """One turn, and another where something was queued after it: whoever did that was told that we are at work here."""
    cycle = await engine.once()
    for _ in range(MORE_TURNS):
        if cycle.held or cycle.error is not None:
            break
        engine.let_go()  # before the look: from now on others are let in, and need not rely on us
        if not engine.ready():
            break
        more = await engine.once()
        if more.held:
            break  # whoever has come in sends it
        cycle = replace(
            more,
            tickets=cycle.tickets + more.tickets,
            threads=cycle.threads + more.threads,
            sent=cycle.sent + more.sent,
        )
    return cycle


def sync_once(
    session: Session, only: str = "", told: Callable[[str, Cycle], None] = lambda _n, _c: None
) -> dict[str, Cycle]:
    """One turn for each desk, one after the other; the errors of a desk are in its Cycle."""

    async def all_of_them() -> dict[str, Cycle]:
        """One turn for each desk, one desk after the other."""
        done: dict[str, Cycle] = {}
        for name in names(session, only):
            try:
                engine = await asyncio.to_thread(engine_for, session, name)
            except HeardError as error:  # an address or credentials that cannot be used hold up no other desk
                done[name] = cannot(session, name, error)
            else:
                try:
                    done[name] = await _to_the_end(engine)
                finally:
                    await engine.aclose()
            told(name, done[name])
        return done

    return asyncio.run(all_of_them())
