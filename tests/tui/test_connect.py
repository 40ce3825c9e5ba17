"""The first start: a choice of two keys, and the way back from connecting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from support.clock import Clock
from support.pilots import until
from textual.pilot import Pilot
from textual.widgets import Static

from console.demo.server import running
from console.demo.setup import DemoDesk, prepare
from console.session import Session
from console.settings import load
from screens.app import HeardApp
from screens.connect_form import Answers, ConnectForm
from store.home import Home


@pytest.fixture
def empty(home: Home, clock: Clock) -> Iterator[Session]:
    session = Session.open(home, clock)
    yield session
    session.close()


@pytest.fixture
def live_desk(tmp_path: Path) -> Iterator[tuple[str, DemoDesk]]:
    desk = prepare(tmp_path / "desk", seed=3, size=4, now=1_767_225_600_000_000)
    with running(desk.path) as url:
        yield url, desk


@contextmanager
def slow(url: str) -> Iterator[tuple[str, Event, Event]]:
    """The desk behind another address, where a question is kept until it may be answered: was one asked, may it?"""
    asked, answer = Event(), Event()

    class Kept(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            answer.wait(60)
            desk = HTTPConnection(url.removeprefix("http://"))
            desk.request("GET", self.path, headers={"Authorization": self.headers["Authorization"]})
            content = desk.getresponse().read()
            desk.close()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Kept)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked, answer
    finally:
        answer.set()
        server.shutdown()
        server.server_close()


def told(app: HeardApp) -> str:
    assert isinstance(app.screen, ConnectForm)
    return str(app.screen.query_one("#told", Static).content)


async def typed(pilot: Pilot[Any], *answers: str) -> None:
    """Fill the form from its first field on."""
    form = pilot.app.screen
    for name, answer in zip(("name", "url", "user", "token"), answers, strict=True):
        form.query_one(f"#{name}").value = answer  # type: ignore[attr-defined]  # an Input
    form.query_one("#token").focus()
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (130, 40), (40, 12)])
async def test_the_first_start_is_a_choice_of_two_keys(
    empty: Session, reads: Any, size: tuple[int, int]
) -> None:
    app = HeardApp(empty)
    async with app.run_test(size=size) as pilot:
        shown = await reads(pilot, "Try it now")
        lines = shown.splitlines()
        assert any("d   Try it now" in line for line in lines[:4])
        assert "c   Connect your own" in shown
        assert "…" not in shown  # no sentence is cut
        await pilot.press("d")
    assert app.return_value == "demo"


async def test_there_is_a_way_back_from_connecting(empty: Session, reads: Any) -> None:
    app = HeardApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Try it now")
        await pilot.press("c")
        await reads(pilot, "Which help desk?")
        await pilot.press("escape")
        await reads(pilot, "Try it now", gone="Which help desk?")
        await pilot.press("c", "enter")
        shown = await reads(pilot, "Connect a desk")
        for word in ("Name", "Address", "E-mail or login", "Token", "esc goes back"):
            assert word in shown
        assert app.focused.id == "url"
        await pilot.press(*"https", "tab")
        assert app.focused.id == "user"
        await pilot.press("escape")
        await reads(pilot, "Which help desk?")
        await pilot.press("escape")
        await reads(pilot, "Try it now", gone="Which help desk?")
        await pilot.press("d")
    assert app.return_value == "demo"
    assert load(empty.home.root).desks == {}


async def test_a_desk_that_answers_is_added_and_the_program_begins_anew(
    empty: Session, reads: Any, live_desk: tuple[str, DemoDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, desk = live_desk
    app = HeardApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Try it now")
        await pilot.press("c", "enter")
        await reads(pilot, "Connect a desk")
        monkeypatch.setenv("HEARD_ACME_TOKEN", "wrong")
        await typed(pilot, "acme", url, desk.admin_email, "")
        await pilot.press("enter")
        await reads(pilot, "does not accept the credentials")
        assert load(empty.home.root).desks == {}
        monkeypatch.setenv("HEARD_ACME_TOKEN", desk.admin_token)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.return_value, "the end of the dialog")
    assert app.return_value == "connected"
    added = load(empty.home.root).desks["acme"]
    assert (added.provider, added.url, added.user) == ("zendesk", url, desk.admin_email)


async def test_a_desk_that_answers_once_the_form_was_left_is_not_added(
    empty: Session, reads: Any, live_desk: tuple[str, DemoDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, desk = live_desk
    monkeypatch.setenv("HEARD_ACME_TOKEN", desk.admin_token)
    app = HeardApp(empty)
    with slow(url) as (address, asked, answer):
        async with app.run_test(size=(80, 24)) as pilot:
            await reads(pilot, "Try it now")
            await pilot.press("c", "enter")
            await reads(pilot, "Connect a desk")
            await typed(pilot, "acme", address, desk.admin_email, "")
            await pilot.press("enter")
            await until(pilot, asked.is_set, "the question to the desk")
            await pilot.press("escape")
            await reads(pilot, "Which help desk?")
        answer.set()
        await asyncio.get_running_loop().shutdown_default_executor()  # what was asked has ended
    assert load(empty.home.root).desks == {}


async def test_what_is_missing_or_cannot_be_reached_is_said_below_the_fields(
    empty: Session, reads: Any
) -> None:
    app = HeardApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Try it now")
        await pilot.press("c", "enter")
        await reads(pilot, "Connect a desk")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "needs a name and an address" in told(app)
        await typed(pilot, "acme", "http://127.0.0.1:1", "ana", "secret-of-ana")
        await pilot.press("enter")
        shown = await reads(pilot, "127.0.0.1", gone="Asking")
        assert "secret-of-ana" not in shown
        assert "secret-of-ana" not in repr(Answers("rt", "a", "b", "c", "secret-of-ana"))
    assert load(empty.home.root).desks == {}
