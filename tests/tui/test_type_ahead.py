"""What is typed before a bar, an editor or a picker has opened goes into it, and never acts on a ticket."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from support.terminal import PROGRAM, Terminal

from console import desks, outbox
from console.demo.connect import desk_of
from console.session import Session
from console.settings import DeskSettings, add_desk
from store.clock import wall_clock
from store.home import Home


@pytest.mark.pty
def test_an_editor_that_fails_gives_the_screen_back(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    desk_of(home, wall_clock, seed=5, size=30)
    add_desk(home.root, "demo", DeskSettings("demo", "http://127.0.0.1:9"))
    with closing(Session.open(home)) as session:
        assert desks.sync_once(session)["demo"].error is None
    console = Terminal([*PROGRAM, "--home", str(home.root)], 160, 40, {"EDITOR": "false"})
    try:
        console.wait("HEARD", "tickets")
        console.settle()
        console.send("rI am sorry.")
        console.wait("I am sorry.")
        console.send("\x05")
        console.wait("false ended with 1; the draft is as it was.")
        console.send(" Really.")
        console.wait("I am sorry. Really.")
    finally:
        console.close()


@pytest.mark.pty
def test_keys_in_one_burst_arrive_where_they_were_meant(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    desk_of(home, wall_clock, seed=5, size=30)
    add_desk(home.root, "demo", DeskSettings("demo", "http://127.0.0.1:9"))
    session = Session.open(home)
    assert desks.sync_once(session)["demo"].error is None
    console = Terminal([*PROGRAM, "--home", str(home.root)], 160, 40)
    console.wait("HEARD", "tickets")
    console.settle()
    console.send("/status:live -tag:nothing\r")
    console.settle(0.5)
    assert "status:live -tag:nothing" in console.text().splitlines()[1]
    console.send("rI am sorry, uu ss aa.")
    console.wait("I am sorry, uu ss aa.")
    console.send("\x1b")
    console.settle()
    console.send("spend\r")
    console.wait("pending")
    console.settle(1.0)
    console.close()
    made = outbox.operations(session, ("queued", "sending", "done", "unknown"))
    assert [o.words() for o in made] == ["status=pending"]
    session.close()
