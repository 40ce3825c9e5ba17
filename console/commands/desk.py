"""The help desks of a workspace: add, list, check, remove."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, complete, shapes
from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.desks import Checked
    from console.session import Session
    from console.settings import DeskSettings
    from store.errors import HeardError
    from store.secrets import Secret

TEXT = ("name", "provider", "state", "tickets", "synced", "detail")
ADDED = ("name", "provider", "url", "agent")
REMOVED = ("name", "waiting")
ACCEPTED = ("name", "gone")
SAME = ("name", "url")
CHECK = ("name", "ok", "agent", "email", "promise", "error")
KnownName = Annotated[
    str, typer.Argument(metavar="NAME", help="The name of the desk.", autocompletion=complete.desks)
]
NameWord = Annotated[str, typer.Argument(metavar="NAME", help="The name of the desk.")]


class Provider(StrEnum):
    """The kinds of help desk that can be added."""

    RT = "rt"
    ZENDESK = "zendesk"


def listed(door: Door) -> None:
    """Work with the help desks of this workspace; without a command they are listed."""
    from console.desks import states  # noqa: PLC0415  (commands load what they use)
    from console.times import ago  # noqa: PLC0415  (the same)

    with door.session() as session:
        found = states(session)
        rows = [
            {
                **shapes.plain(state),
                "url": session.settings.desks[state.name].url,
                "user": session.settings.desks[state.name].user,
                "synced": ago(state.last_sync, session.now()) or "never",
            }
            for state in found
        ]
        door.table(rows, shapes.DESK, text=TEXT)
        if door.for_people and not found:
            door.warn("No desk has been added yet: `heard desk add --help`, or try `heard demo`.")


def list_desks(door: Door) -> None:
    """List the desks with how their sync stands."""
    listed(door)


def add(
    door: Door,
    name: NameWord,
    *,
    provider: Annotated[Provider, typer.Option(help="Which kind of help desk it is.")],
    url: Annotated[str, typer.Option(help="Where it is, such as https://acme.zendesk.com.")],
    user: Annotated[
        str, typer.Option(help="Whom the token belongs to, where the desk asks for a name.")
    ] = "",
    credential_command: Annotated[
        str, typer.Option(metavar="CMD", help="A program that prints the token, such as 'pass show acme'.")
    ] = "",
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read the token from standard input.")
    ] = False,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Ask the desk before adding it.")] = True,
    same: Annotated[
        bool, typer.Option("--same-desk", help="It is the desk that had this name, at another address.")
    ] = False,
) -> None:
    """Add a help desk. Its token is asked for, or comes from standard input, a program or HEARD_<NAME>_TOKEN.

    The token goes into the keyring of this machine, never into a file or onto a command line.
    """
    from console import desks  # noqa: PLC0415  (the same)
    from console.settings import DeskSettings  # noqa: PLC0415  (the same)

    made = DeskSettings(provider.value, url, user, _split(credential_command))
    with door.session(answer=ADDED) as session:
        desks.may_be_added(session, name, url, same=same)
        given = _token(door, name, made, from_stdin=token_stdin)
        found = desks.check(made, name, given or _elsewhere(door, name, made)) if check else None
        desks.add(session, name, made, given, same=same)
        row: dict[str, object] = {"name": name, "provider": provider.value, "url": url}
        row["agent"] = found.me.name if found else ""
        door.one(row, lambda: _added(name, found))


def _added(name: str, found: Checked | None) -> Iterator[str]:
    yield f"added: {name}"
    from store.rows import PROMISES  # noqa: PLC0415  (the same)

    if found:
        yield f"  you are {found.me.name} <{found.me.email}>; {PROMISES[found.promise]}"
    yield f"  `heard sync {name}` fetches its tickets"


def _split(command: str) -> tuple[str, ...]:
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise InvalidInputError(
            f"The command cannot be read: {error}.", "Mind the quotation marks."
        ) from error


def _token(door: Door, name: str, desk: DeskSettings, *, from_stdin: bool) -> Secret | None:
    """The token that is to go into the keyring; None when it comes from the environment or a program."""
    from store.errors import AuthError, NeedsTerminalError  # noqa: PLC0415  (the same)
    from store.secrets import Secret, variable  # noqa: PLC0415  (the same)

    if from_stdin:
        token = asking.from_stdin(door).strip()
        if not token:
            raise AuthError("Standard input held no token.", "Give it as the only line.")
        return Secret(token)
    if desk.credential_command or door.environ.get(variable(name), "").strip():
        return None
    if not door.interactive:
        raise NeedsTerminalError(
            f"The token of {name} has to be asked for, and there is no terminal.",
            f"Use --token-stdin, --credential-command, or {variable(name)} in the environment.",
        )
    return Secret(str(typer.prompt(f"Token of {name}", hide_input=True, err=True)).strip())


def _elsewhere(door: Door, name: str, desk: DeskSettings) -> Secret:
    from store import secrets  # noqa: PLC0415  (the same)

    return secrets.find(name, desk.credential_command, door.environ)


def check(
    door: Door,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Only this desk.", autocompletion=complete.desks)
    ] = "",
) -> None:
    """Ask every desk, or one, who we are: address, certificate and token in one request."""
    from console.desks import names  # noqa: PLC0415  (the same)

    with door.session() as session:
        errors: list[HeardError] = []
        door.table([_checked(session, each, errors) for each in names(session, name)], CHECK)
    if errors:
        raise errors[0]


def _checked(session: Session, name: str, errors: list[HeardError]) -> dict[str, object]:
    from store.errors import HeardError  # noqa: PLC0415  (the same)

    try:
        found = answer_of(session, name)
    except HeardError as error:
        errors.append(error)
        return {**dict.fromkeys(CHECK, ""), "name": name, "ok": False, "error": error.message}
    me = found.me
    return {
        "name": name,
        "ok": True,
        "agent": me.name,
        "email": me.email,
        "promise": found.promise,
        "error": "",
    }


def answer_of(session: Session, name: str) -> Checked:
    """What a desk of this workspace answers when it is asked who we are; raises what stands in the way."""
    from console.desks import asked, remote_of  # noqa: PLC0415  (the same)

    return asked(name, lambda: remote_of(session, name))


def remove(
    door: Door, name: KnownName, yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False
) -> None:
    """Take a desk out of the settings, and its token out of the keyring; the desk itself is not touched."""
    from console import desks  # noqa: PLC0415  (the same)

    with door.session(answer=REMOVED) as session:
        desks.names(session, name)
        if not asking.agreed(door, f"Remove {name}?", yes=yes):
            raise typer.Exit(1)
        waiting = desks.remove(session, name)
        door.one({"name": name, "waiting": waiting}, lambda: _removed(name, waiting))


def _removed(name: str, waiting: int) -> Iterator[str]:
    yield f"removed: {name}"
    if waiting:
        yield f"  {waiting} in the outbox still wait for it; they go on when it is added again"


def accept(door: Door, name: KnownName) -> None:
    """Believe a desk that so many tickets are gone; without that the mirror keeps them and the sync says so."""
    from console import desks  # noqa: PLC0415  (the same)

    with door.session(answer=ACCEPTED) as session:
        gone = desks.accept(session, name)
        said = (
            f"believed: {gone} tickets of {name} will be marked as gone"
            if gone
            else f"there is no doubt about {name}"
        )
        door.one({"name": name, "gone": gone}, lambda: [said])


def same(door: Door, name: KnownName) -> None:
    """Say that a desk whose address was changed is the same desk; until then nothing is fetched from there or sent there."""
    from console import desks  # noqa: PLC0415  (the same)

    with door.session(answer=SAME) as session:
        url = desks.same(session, name)
        door.one({"name": name, "url": url}, lambda: [f"believed: {name} is {url} now"])


DESK = Group(
    listed,
    {
        "Commands": {
            "add": "desk:add",
            "list": "desk:list_desks",
            "check": "desk:check",
            "accept": "desk:accept",
            "same": "desk:same",
            "remove": "desk:remove",
        }
    },
)
