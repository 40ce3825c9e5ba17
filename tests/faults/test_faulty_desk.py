"""The desk that the matrices rely on: what it keeps, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.clock import Clock

from faults.desk import CLASSES, Class, FaultyDesk
from store.remotes import Write


def desk_with(path: Path, cls: Class, *schedule: str) -> FaultyDesk:
    """A desk with one ticket, "2"."""
    desk = FaultyDesk.load(path / "desk.jsonl", cls, Clock(), schedule)
    desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    return desk


def again(desk: FaultyDesk, path: Path) -> FaultyDesk:
    """The same desk after the death of its process."""
    return FaultyDesk.load(path / "desk.jsonl", desk.cls, Clock(), desk.schedule)


def reply_to(desk: FaultyDesk, op_id: str = "op1") -> Write:
    ticket = desk.tickets["2"]
    return Write(op_id, "reply", "2", "Sorry!", token=ticket.token, low_water="m3")


@pytest.mark.parametrize("cls", CLASSES)
async def test_it_outlives_its_process(tmp_path: Path, cls: Class) -> None:
    desk = desk_with(tmp_path, cls, "lost", "late:20", "late:60")
    await desk.send(reply_to(desk))
    await desk.send(Write("op2", "set", "2", changes={"status": "open"}, add_tags=("vip",)))
    await desk.send(Write("op3", "note", "2", "Later."))
    desk.clock.tick(30)
    await desk.ticket("2")
    copy = again(desk, tmp_path)
    assert (copy.tickets, copy.messages, copy.changes) == (desk.tickets, desk.messages, desk.changes)
    assert (copy.taken, copy.under_way, copy.requests) == (desk.taken, desk.under_way, 3)
    assert copy.tickets["2"].status == "open"


async def test_a_late_commit_arrives_at_its_time(tmp_path: Path) -> None:
    desk = desk_with(tmp_path, "C", "late:20")
    assert (await desk.send(reply_to(desk))).kind == "unknown"
    assert (await desk.find_effect(reply_to(desk))).kind == "absent"
    desk.clock.tick(20)
    assert (await desk.find_effect(reply_to(desk))).kind == "found"


async def test_a_late_commit_whose_token_is_stale_by_then_never_arrives(tmp_path: Path) -> None:
    desk = desk_with(tmp_path, "A", "late:20")
    write = reply_to(desk)
    await desk.send(write)
    assert (await desk.send(write)).kind == "applied"
    desk.clock.tick(30)
    assert len((await desk.thread("2")).messages) == 2


@pytest.mark.parametrize(("cls", "kind"), [("A", "conflict"), ("B", "applied"), ("C", "applied")])
async def test_only_class_a_checks_the_token_of_a_reply(tmp_path: Path, cls: Class, kind: str) -> None:
    desk = desk_with(tmp_path, cls)
    write = reply_to(desk)
    desk.clock.tick(1)
    desk.sets("2", "a2", status="open")
    assert (await desk.send(write)).kind == kind


async def test_class_c_knows_a_message_by_its_text_alone(tmp_path: Path) -> None:
    desk = desk_with(tmp_path, "C", "lost")
    await desk.send(reply_to(desk))
    assert [m.marker for m in desk.messages["2"]] == ["", ""]
    assert (await desk.find_effect(reply_to(desk, "another"))).kind == "found"
