"""The script that fills a desk with real conversations."""

from __future__ import annotations

import asyncio
import json

import pytest
from desks import load_corpus
from desks.rt_server import RtServer

pytestmark = pytest.mark.desk


async def test_conversations_arrive_in_order_and_a_second_run_adds_nothing(rt: RtServer) -> None:
    if not (load_corpus.SHARED / "corpus").is_dir():
        pytest.skip(f"SKIPPED FOR WANT OF DATA: {load_corpus.SHARED}/corpus is not there")
    credentials = json.loads((rt.data / "credentials.json").read_text())
    first = await load_corpus.load(rt.url, credentials, 3, seed=7)
    assert (first["tickets"] + first["skipped"], first["failed"]) == (
        3,
        0,
    )  # on a desk used before, they are there
    second = await load_corpus.load(rt.url, credentials, 3, seed=7)
    assert (second["tickets"], second["skipped"], second["messages"], second["failed"]) == (0, 3, 0, 0)
    lines = await asyncio.to_thread(
        load_corpus.read_lines, load_corpus.SHARED / "corpus" / "tickets.jsonl.gz"
    )
    wanted = load_corpus.choose(lines, 3, 7)[0]
    number = rt.call("GET", "/tickets", query=f"'CF.{{ClientKey}}' = '{wanted['id']}'")["items"][0]["id"]
    remote = rt.remote("agent1")
    thread = await remote.thread(str(number))
    assert [m.text for m in thread.messages] == [
        m["body"].replace("\r\n", "\n").replace("\r", "\n") for m in wanted["messages"]
    ]
    roles = {
        person.id: person.role
        for person in await remote.people(tuple(m.author_id or "" for m in thread.messages))
    }
    assert [roles[m.author_id or ""] for m in thread.messages] == [m["role"] for m in wanted["messages"]]
    await remote.aclose()
