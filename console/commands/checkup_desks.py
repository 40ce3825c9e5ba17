"""What `heard doctor` looks at in an open workspace: desks, credentials, the outbox, and who is at work."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from console.commands.checkup import Finding
from console.commands.desk import answer_of
from console.desks import PROVIDERS
from console.outbox import operations, stranded
from console.session import Session
from console.times import SECOND, ago
from store import secrets
from store.errors import HeardError

LONG_AGO = 15 * 60 * SECOND


def of_workspace(session: Session, environ: Mapping[str, str], *, online: bool) -> Iterator[Finding]:
    """Everything that needs the workspace open; with `online`, each desk is asked who we are."""
    yield from _keyring(session, environ)
    yield from _desks(session, online=online)
    yield from _workers(session)
    yield from _lags(session)
    yield from _outbox(session)


def _keyring(session: Session, environ: Mapping[str, str]) -> Iterator[Finding]:
    desks = session.settings.desks
    needing = [
        name
        for name, desk in desks.items()
        if desk.provider in PROVIDERS
        and not desk.credential_command
        and not environ.get(secrets.variable(name))
    ]
    found = secrets._usable()  # noqa: SLF001  (the one place that knows which of them keep secrets)
    if found:
        yield Finding("keyring", "ok", f"{type(found).__module__}, {found.name}")
    elif needing:
        hint = f"Set credential_command, or {secrets.variable(needing[0])} in the environment."
        yield Finding("keyring", "bad", f"none that keeps secrets, and {', '.join(needing)} need one", hint)
    else:
        yield Finding("keyring", "ok", "none that keeps secrets; no desk needs one")


def _desks(session: Session, *, online: bool) -> Iterator[Finding]:
    if not session.settings.desks:
        yield Finding("desks", "warn", "none has been added", "`heard desk add --help`, or try `heard demo`.")
    if not online:
        return
    for name in session.settings.desks:
        try:
            found = answer_of(session, name)
        except HeardError as error:
            yield Finding(f"desk {name}", "bad", error.message, error.hint)
        else:
            yield Finding(f"desk {name}", "ok", f"answers; we are {found.me.name}")


def _workers(session: Session) -> Iterator[Finding]:
    """Who syncs which desk; a lease whose process is gone ends by itself."""
    leases = session.db.read(
        lambda r: r.execute("SELECT desk, owner, expires FROM local.lease WHERE owner <> ''").fetchall()
    )
    for desk, owner, expires in leases:
        pid = int(str(owner).partition("-")[0])
        if expires < session.now():
            continue
        if _runs(pid):
            yield Finding(f"sync of {desk}", "ok", f"process {pid} is at work")
        else:
            left = max((expires - session.now()) // SECOND, 0)
            yield Finding(
                f"sync of {desk}",
                "warn",
                f"process {pid} ended without a word",
                f"Another may go on in {left} s.",
            )


def _lags(session: Session) -> Iterator[Finding]:
    """Desks whose list of changes has lately told late, and what is done about it."""
    from store.sync.lag import measured  # noqa: PLC0415  (sync is heavy)

    for name in session.settings.desks:
        found = measured(session.db, name, session.now())
        if found.lag_s >= 1:
            told = f"changes come up to {found.lag_s:.0f} s late; each pull looks back {found.overlap_s} s"
            yield Finding(f"feed of {name}", "ok", told)


def _runs(pid: int) -> bool:
    if os.name != "posix":
        return True  # no harmless question about a process there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _outbox(session: Session) -> Iterator[Finding]:
    found = operations(session)
    stuck = [o for o in found if o.state in {"conflict", "review", "rejected"}]
    lost = stranded(session, found)
    coming = [o for o in found if o not in stuck and o.desk not in lost]
    waiting = [o for o in coming if o.send_at <= session.now()]
    later = len(coming) - len(waiting)
    for desk in lost:
        yield Finding(
            "outbox",
            "warn",
            f"something waits for {desk}, which is not in the settings",
            "`heard desk add` brings the desk back; `heard outbox drop` takes back what waits.",
        )
    if stuck:
        yield Finding("outbox", "warn", f"{len(stuck)} need you", "`heard outbox` shows them and why.")
    oldest = min((o.created for o in waiting), default=session.now())
    if session.now() - oldest > LONG_AGO:
        what = f"{len(waiting)} wait, the oldest for {ago(oldest, session.now())}"
        yield Finding(
            "outbox", "warn", what, "`heard sync` sends them; `heard desk check` says what is in the way."
        )
    elif not stuck and (coming or not lost):
        parts = [f"{len(waiting)} on the way"] * bool(waiting) + [f"{later} for a later time"] * bool(later)
        yield Finding("outbox", "ok", ", ".join(parts) or "empty: the desk has everything")
