"""A help desk on this machine, with customers who keep writing: to try heard, to learn it and to test scripts."""

from __future__ import annotations

import shlex
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from console.commands.build import Group, ThemeOption
from console.commands.door import Door

if TYPE_CHECKING:
    from pathlib import Path

    from console.session import Session
    from store.home import Home

NAME = "demo"
HOST = "127.0.0.1"
SUMMARY = (
    "tickets", "customers", "messages", "channels", "waiting", "oldest_unanswered", "waiting_since", "home",
)  # fmt: skip


def demo(
    door: Door,
    *,
    headless: Annotated[
        bool, typer.Option("--headless", help="Only set up and sync once; print what is there.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(min=1, help="Another seed makes another company.", show_default="7")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=1, help="How many tickets there are.", show_default="1200")
    ] = None,
    theme: ThemeOption = "",
) -> None:
    """Try everything on a demo company: its own workspace, no account, no network.

    The workspace is the folder heard-demo beside your own data, or that of --home.
    """
    from console.commands.showing import check_theme, need_terminal  # noqa: PLC0415  (commands load what they use)

    door.theme = theme or door.theme
    door.option = door.option or _default_folder()
    check_theme(door)
    if not headless:
        need_terminal(door)
    home = _prepared(door, seed, size)
    if headless:
        _headless(door)
    else:
        _open(door, home)


def run_demo(door: Door) -> None:
    """Open the demo in its own workspace, for somebody who asked for it on the screen of another."""
    door.option = None
    _open(door, _prepared(door, None, None))


def _prepared(door: Door, seed: int | None, size: int | None) -> Home:
    """The demo's workspace, with its desk in the settings; other workspaces are never turned into demos."""
    from console.demo.connect import desk_of  # noqa: PLC0415  (the same)
    from console.demo.folders import ARTICLES, MACROS, write  # noqa: PLC0415  (the same)
    from console.settings import DeskSettings, add_desk, load  # noqa: PLC0415  (the same)
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)
    from store.home import Home  # noqa: PLC0415  (the same)

    door.option = door.option or _default_folder()
    home = Home.find(door.option, {})
    home.make()
    desks = load(home.root).desks
    if any(desk.provider != "demo" for desk in desks.values()):
        raise InvalidInputError(
            f"{home.root} is a workspace with real desks.",
            "Name another folder with --home, or leave it out.",
        )
    desk_of(home, _clock, seed=seed, size=size)
    write(home.root / "knowledge", ARTICLES)
    write(home.root / "macros", MACROS)
    if not desks:
        add_desk(home.root, NAME, DeskSettings("demo", f"http://{HOST}:{_free_port()}"))
    return home


def _default_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415  (the same)

    return user_data_path("heard-demo", appauthor=False)


def _clock() -> int:
    from store.clock import wall_clock  # noqa: PLC0415  (the same)

    return wall_clock()


def _free_port(wanted: int = 0) -> int:
    """`wanted` if nothing listens there, else some port that is free."""
    with socket.socket() as probe:
        try:
            probe.bind((HOST, wanted))
        except OSError:
            return _free_port()
        return int(probe.getsockname()[1])


def _headless(door: Door) -> None:
    """Sync once, in this process, and say what there is."""
    from console.commands.sync import raise_first  # noqa: PLC0415  (the same)
    from console.desks import sync_once  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        raise_first(sync_once(session).values())
        found = summary(session)
        door.one(found, lambda: _lines(found, door))


def summary(session: Session) -> dict[str, object]:
    """What is in a workspace, in a few figures."""
    from console.triage import count, queue_ids, rows  # noqa: PLC0415  (the same)
    from store.remotes import CHANNELS  # noqa: PLC0415  (the same)

    tickets = rows(session, queue_ids(session, ""))
    waiting = queue_ids(session, "is:waiting", "waiting")
    oldest = next(iter(rows(session, waiting[:1])), None)
    channels = {name: count(session, f"channel:{name}") for name in CHANNELS}
    return {
        "tickets": len(tickets),
        "customers": len({row.requester_id for row in tickets}),
        "messages": sum(row.messages for row in tickets),
        "channels": {name: number for name, number in channels.items() if number},
        "waiting": len(waiting),
        "oldest_unanswered": oldest.ref if oldest else "",
        "waiting_since": oldest.waiting_since if oldest else 0,
        "home": str(session.home.root),
    }


def _lines(found: dict[str, object], door: Door) -> Iterator[str]:
    from console.commands.shapes import minute  # noqa: PLC0415  (the same)

    channels = found["channels"] if isinstance(found["channels"], dict) else {}
    since = found["waiting_since"] if isinstance(found["waiting_since"], int) else 0
    yield f"{found['tickets']} tickets of {found['customers']} customers, {found['messages']} messages"
    yield "on " + ", ".join(f"{name} ({number})" for name, number in channels.items())
    yield f"{found['waiting']} wait for an answer, {found['oldest_unanswered']} since {minute(since)}"
    yield f"go on with: heard --home {shlex.quote(str(door.home.root))} list"


def _open(door: Door, home: Home) -> None:
    """Serve the desk, open the screens, and end the desk with them."""
    from console.commands.demo_server import served  # noqa: PLC0415  (the same)
    from console.commands.showing import run_screens  # noqa: PLC0415  (the same)
    from console.settings import load  # noqa: PLC0415  (the same)

    url = next(iter(load(home.root).desks.values())).url
    with served(home, _free_port(urlsplit(url).port or 0)):
        run_screens(door)
    door.warn(f"the demo is kept: heard --home {shlex.quote(str(home.root))} list")


def serve(
    door: Door,
    *,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Where to listen; 0 picks a free port.")] = 0,
    pace: Annotated[
        int, typer.Option(min=0, help="Seconds between two events among the customers; 0 for none.")
    ] = 6,
    parent: Annotated[bool, typer.Option("--parent", hidden=True, help="End with standard input.")] = False,
) -> None:
    """Only serve the demo desk, on 127.0.0.1, until interrupted; prints its address as a line of JSON."""
    from console.demo import server  # noqa: PLC0415  (the same)
    from console.demo.connect import desk_of  # noqa: PLC0415  (the same)

    home = _prepared(door, None, None)
    desk = desk_of(home, _clock)
    if not parent:
        door.warn(
            f"the desk speaks the Zendesk dialect to {desk.admin_email}; its token is in {desk.path}, which only you can read."
            "\nConnect to it with: heard desk add NAME --provider zendesk --url URL --user EMAIL --token-stdin"
        )
    server.serve(desk.path, port, pace=pace, parent=parent)


DEMO = Group(demo, {"Commands": {"serve": "demo:serve"}})
