"""The main job on real input: from an empty workspace to an answered ticket in Request Tracker, and back.

Everything an agent does is done through the real command and the real console in tmux; what the desk has is asked of
RT itself.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from desks import load_corpus
from desks.rt_server import RtServer

pytestmark = pytest.mark.desk
TICKETS = 300
LONGEST = 4  # messages of one conversation: RT takes a tenth of a second for each
RUN = str(
    time.time_ns() // 1_000_000 % 10_000_000
)  # so that a desk which is used again knows no such words yet
REPLY = f"Case {RUN}: I am sorry that you had to write twice. I have ordered the replacement and will call you tomorrow at ten."
ANSWER = f"Thank you, ten is fine ({RUN}). Please use the back door."


@dataclass
class Tmux:
    """One console in a tmux of its own."""

    socket: str

    def run(self, *args: str) -> str:
        return subprocess.run(
            ["tmux", "-L", self.socket, *args], capture_output=True, text=True, check=True
        ).stdout

    def keys(self, *keys: str) -> None:
        self.run("send-keys", "-t", "heard", *keys)

    def type(self, text: str) -> None:
        self.run("send-keys", "-t", "heard", "-l", text)

    def screen(self) -> str:
        return self.run("capture-pane", "-t", "heard", "-p")

    def wait(self, what: str, seen: Callable[[str], bool], seconds: float = 40) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown = self.screen()
            if seen(shown):
                return shown
            time.sleep(0.1)
        raise AssertionError(f"{what} never came:\n{self.screen()}")


@pytest.fixture(scope="module")
def desk(rt: RtServer) -> RtServer:
    """RT with several hundred real conversations."""
    if not (load_corpus.SHARED / "corpus").is_dir():
        pytest.skip(f"SKIPPED FOR WANT OF DATA: {load_corpus.SHARED}/corpus is not there")
    credentials = json.loads((rt.data / "credentials.json").read_text())
    counts = asyncio.run(load_corpus.load(rt.url, credentials, TICKETS, seed=7, longest=LONGEST))
    assert counts["failed"] == 0
    return rt


@pytest.fixture
def environment(desk: RtServer, tmp_path: Path) -> dict[str, str]:
    """An agent's environment: a workspace, and the token where heard looks for it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("HEARD_")}
    return {
        **clean,
        "HEARD_HOME": str(tmp_path / "home"),
        "HEARD_RT_TOKEN": desk.tokens["agent1"],
        "TERM": "xterm-256color",
    }


@pytest.fixture
def tmux(environment: dict[str, str]) -> Iterator[Tmux]:
    """A tmux server that ends with the test."""
    made = Tmux(f"heard-{os.getpid()}")
    start = [
        "tmux",
        "-L",
        made.socket,
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-s",
        "heard",
        "-x",
        "200",
        "-y",
        "50",
    ]
    subprocess.run([*start, f"{sys.executable} -m cli"], env=environment, check=True)
    yield made
    subprocess.run(["tmux", "-L", made.socket, "kill-server"], check=False, capture_output=True)


def heard(environment: dict[str, str], *args: str) -> Any:
    """Run a command; its JSON."""
    command = [sys.executable, "-m", "cli", *args, "-o", "json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def synced(desk: RtServer, environment: dict[str, str]) -> dict[str, Any]:
    """`heard desk add` and `heard sync`; then a customer with several tickets, one of them open."""
    heard(environment, "desk", "add", "rt", "--provider", "rt", "--url", desk.url)
    heard(environment, "sync")
    total = desk.call("GET", "/tickets", "agent1", query="id > 0", per_page=1)["total"]
    rows = heard(environment, "list", "--limit", "0", "--fields", "ref,requester,status,subject,tags")
    assert len(rows) == total
    loaded = [r for r in rows if {"star", "twcs", "tweetsumm"} & set(r["tags"])]
    several = Counter(r["requester"] for r in loaded)
    live = [r for r in loaded if r["status"] in ("new", "open") and several[r["requester"]] > 1]
    return max(live, key=lambda r: several[r["requester"]])


def test_from_an_empty_workspace_to_an_answered_ticket_and_back(
    desk: RtServer, synced: dict[str, Any], tmux: Tmux
) -> None:
    number = synced["ref"].split("/")[1]
    tmux.wait("the console", lambda s: "online" in s and "HEARD" in s)
    tmux.keys("/")
    tmux.type(f'customer:"{synced["requester"]}" status:live')
    tmux.keys("Enter")
    tmux.wait(
        "the customer and his story",
        lambda s: f'{synced["requester"]}" status:live' in s and "with us since" in s and s.count("rt/") > 1,
    )
    _go_to(tmux, synced["ref"])
    tmux.keys("r")
    tmux.wait("the composer", lambda s: "PUBLIC REPLY" in s)
    tmux.type(REPLY)
    tmux.wait(
        "the words and the ladder",
        lambda s: f"Case {RUN}" in s and "seen" in s,
    )
    tmux.keys("C-s")
    tmux.wait("what the reply promises", lambda s: "Your reply promises" in s and "tomorrow at ten" in s)
    tmux.keys("Enter")
    _until("the reply in RT", lambda: _said(desk, number).count(REPLY) == 1)
    _customer_writes(desk, number, ANSWER)
    tmux.wait("the customer's answer", lambda s: f"ten is fine ({RUN})" in s)
    time.sleep(3)
    assert _said(desk, number).count(REPLY) == 1


def _go_to(tmux: Tmux, ref: str) -> None:
    """Move down the queue until the story is that of the ticket."""
    tmux.keys("g", "g")
    for _ in range(20):
        for _ in range(8):  # a story is looked up beside the screen
            time.sleep(0.25)
            if f"{ref} " in tmux.screen().split("items")[0]:
                return
        tmux.keys("j")
    raise AssertionError(f"{ref} is not in the queue:\n{tmux.screen()}")


def _said(desk: RtServer, number: str) -> list[str]:
    """The texts of a ticket's correspondence, asked of RT."""
    thread = desk.call("GET", f"/ticket/{number}/history", query=None, fields="Type,Creator", per_page=100)
    texts = []
    for item in thread["items"]:
        if item["Type"] == "Correspond":
            for part in desk.call("GET", f"/transaction/{item['id']}/attachments")["items"]:
                content = desk.call("GET", f"/attachment/{part['id']}").get("Content") or ""
                texts.append(base64.b64decode(content).decode().strip())
    return texts


def _customer_writes(desk: RtServer, number: str, text: str) -> None:
    ticket = desk.call("GET", f"/ticket/{number}")
    person = desk.call("GET", f"/user/{ticket['Requestor'][0]['id']}")
    secret = load_corpus.password(person["EmailAddress"], desk.tokens["root"][-8:])
    answer = desk.client.post(
        f"/ticket/{number}/correspond",
        json={"Content": text, "ContentType": "text/plain"},
        auth=(person["Name"], secret),
    )
    assert answer.is_success, answer.text


def _until(what: str, seen: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen():
            return
        time.sleep(0.5)
    raise AssertionError(f"{what} never came")
