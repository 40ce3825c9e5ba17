"""Setting the desk up once, and serving it over real HTTP."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from demo.client import NOW

from console.demo.database import Database
from console.demo.server import listen, running, serve
from console.demo.setup import DemoDesk, prepare
from store.errors import InvalidInputError


def test_a_desk_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = prepare(tmp_path, 4, 30, NOW)
    made = first.path.stat().st_mtime_ns
    assert prepare(tmp_path, 4, 30, NOW + 10**12) == first
    assert first.path.stat().st_mtime_ns == made
    other = prepare(tmp_path, 5, 30, NOW)
    assert other.path != first.path
    assert first.admin_token != other.admin_token != first.agent_token
    assert [path.suffix for path in sorted(tmp_path.iterdir())] == [".db", ".db"]


def test_only_its_owner_can_read_a_desk(tmp_path: Path) -> None:
    made = prepare(tmp_path / "deep" / "folder", 4, 5, NOW)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", [b"", b"not a database at all", None])
def test_a_file_that_is_no_desk_of_ours_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    made = prepare(tmp_path, 4, 5, NOW)
    if damage is None:
        with Database(made.path) as db:
            db.set_meta("format", "0")
    else:
        made.path.write_bytes(damage)
    again = prepare(tmp_path, 4, 5, NOW)
    with Database(again.path) as db:
        assert len(db.rows("SELECT id FROM tickets")) == 5


async def test_a_small_answer_does_not_wait_for_the_next_packet() -> None:
    kept_back: list[int] = []

    def met(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here = writer.get_extra_info("socket")
        kept_back.append(here.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    place = listen(0)
    async with await asyncio.start_server(met, sock=place):
        reader, writer = await asyncio.open_connection(*place.getsockname())
        assert await reader.read() == b""
        writer.close()
    assert kept_back == [1]  # 0: what follows the first part of an answer waits 40 ms for the other side


def test_the_desk_answers_over_real_http(made: DemoDesk) -> None:
    auth = httpx.BasicAuth(f"{made.admin_email}/token", made.admin_token)
    with running(made.path) as url, httpx.Client(base_url=url, auth=auth, trust_env=False) as client:
        first = client.get("/api/v2/tickets.json", params={"page[size]": 1}).json()["tickets"][0]
        assert first["url"].startswith(f"{url}/api/v2/tickets/")
        reply = client.put(f"/api/v2/tickets/{first['id']}.json", json={"ticket": {"priority": "urgent"}})
        assert reply.status_code in (200, 422)
        assert len(reply.headers.get_list("date")) == 1


def test_customers_live_while_the_desk_is_served(made: DemoDesk) -> None:
    with Database(made.path) as db:
        before = db.rows("SELECT max(id) AS id FROM audits")[0]["id"]
        with running(made.path, pace=0.02):
            until = time.monotonic() + 10
            while db.rows("SELECT max(id) AS id FROM audits")[0]["id"] == before and time.monotonic() < until:
                time.sleep(0.02)
        assert db.rows("SELECT max(id) AS id FROM audits")[0]["id"] > before


def test_a_served_desk_says_where_it_is_and_ends_with_its_parent(made: DemoDesk) -> None:
    argv = [sys.executable, "-m", "console.demo.server", str(made.path), "--parent", "--pace", "0"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        told = json.loads(child.stdout.readline())
        assert told["url"] == f"http://127.0.0.1:{told['port']}"
        assert httpx.get(f"{told['url']}/api/v2/users/me.json", trust_env=False).status_code == 401
        child.stdin.close()
        assert child.wait(10) == 0
        assert child.stdout.read() == ""


def test_a_port_that_is_taken_is_told_plainly(made: DemoDesk) -> None:
    with running(made.path) as url, pytest.raises(InvalidInputError, match="cannot listen on port") as caught:
        serve(made.path, int(url.rpartition(":")[2]))
    assert "free" in caught.value.hint
