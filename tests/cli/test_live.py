"""What goes on: the log across processes, the watching sync, the worker, and who ends with whom."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import PROGRAM, Heard, eventually, some_ref
from support.terminal import Terminal

from console.demo.setup import DemoDesk
from console.worker import Worker
from store.home import Home


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_another_process_sees_an_event_as_it_is_recorded(heard: Heard) -> None:
    ref = some_ref(heard)
    cursor = heard("tail", "-o", "ndjson").lines[-1]["seq"]
    with heard.start("tail", "--since", str(cursor), "--follow", "-o", "ndjson") as child:
        assert child.stdout is not None
        time.sleep(0.5)
        heard("set", ref, "+seen")
        event = json.loads(child.stdout.readline())
        assert (event["ref"], event["kind"], event["new"]) == (ref, "queued", "+seen")
        assert event["seq"] > cursor
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 130


def test_following_an_array_has_no_end_and_is_refused(heard: Heard) -> None:
    assert "ndjson" in heard("tail", "--follow", "-o", "json", code=18).err


def test_watching_sends_what_others_queue_and_ends_cleanly(heard: Heard) -> None:
    child = heard.start("sync", "--watch", "-o", "ndjson")
    try:
        eventually(lambda: lease_of(heard))
        ref = some_ref(heard)
        made = heard("reply", ref, "Sent by the watcher.", "-o", "json").json
        eventually(lambda: heard("outbox", "show", made["id"], "-o", "json").json["state"] == "done")
    finally:
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=20)
    assert child.returncode == 0, err
    turns = [json.loads(line) for line in out.splitlines()]
    assert sum(t["sent"] for t in turns) == 1
    assert {t["desk"] for t in turns} == {"demo"}
    assert lease_of(heard) == ""


def lease_of(heard: Heard) -> str:
    """The process that holds the desk, as the doctor sees it."""
    found = [f for f in heard("doctor", "--offline", "-o", "json").json if f["name"] == "sync of demo"]
    return str(found[0]["what"]) if found else ""


def test_a_turn_in_which_nothing_is_new_counts_nothing(heard: Heard) -> None:
    heard("sync")
    (turn,) = heard("sync", "-o", "json").json
    assert (turn["state"], turn["tickets"], turn["threads"], turn["sent"]) == ("done", 0, 0, 0)


def test_a_second_watcher_waits_and_says_so(heard: Heard) -> None:
    first = heard.start("sync", "--watch")
    try:
        eventually(lambda: lease_of(heard))
        with heard.start("sync", "--watch") as second:
            assert second.stdout is not None
            assert b"another process is syncing" in second.stdout.readline()
            second.send_signal(signal.SIGINT)
            assert second.wait(20) == 0
        assert heard("sync", "-o", "json").json[0]["state"] == "held"
    finally:
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=20)


def test_a_desk_that_is_added_while_watching_is_taken_up(heard: Heard) -> None:
    config = heard.home / "config.toml"
    text = config.read_text()
    config.write_text("")
    child = heard.start("sync", "--watch", "--parent")
    try:
        time.sleep(0.5)
        config.write_text(text)
        eventually(lambda: "online" in heard("desk").out and lease_of(heard))
    finally:
        child.communicate(timeout=20)  # which closes its standard input
    assert child.returncode == 0


def test_a_login_that_was_refused_is_tried_again_with_the_new_token(
    empty: Heard, live_desk: tuple[str, DemoDesk], tmp_path: Path
) -> None:
    url, desk = live_desk
    kept = tmp_path / "token"
    kept.write_text("wrong")
    command = shlex.join([sys.executable, "-c", "import sys; print(open(sys.argv[1]).read())", str(kept)])
    words = (
        "--provider",
        "zendesk",
        "--url",
        url,
        "--user",
        desk.admin_email,
        "--credential-command",
        command,
    )
    empty("desk", "add", "shop", *words, "--no-check")
    config = empty.home / "config.toml"
    config.write_text(config.read_text() + "\n[sync]\ninterval = 5\n")
    child = empty.start("sync", "--watch", "-o", "ndjson")
    try:
        eventually(lambda: empty("desk", "-o", "json").json[0]["state"] == "needs_login")
        kept.write_text(desk.admin_token)
        eventually(lambda: empty("desk", "-o", "json").json[0]["state"] == "online", 30)
    finally:
        child.terminate()
        out, _ = child.communicate(timeout=20)
    states = [json.loads(line)["state"] for line in out.splitlines()]
    assert (states[0], states[-1]) == ("auth", "done")


@pytest.fixture
def worker(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setenv("HEARD_CANARY_TOKEN", "canary-in-the-environment")
    return Worker(Home(heard.home))


def test_the_worker_sends_when_it_is_woken_and_keeps_secrets_and_words(heard: Heard, worker: Worker) -> None:
    ref = some_ref(heard)
    worker.start()
    pid = worker.pid
    worker.start()
    assert worker.pid == pid
    try:
        eventually(lambda: lease_of(heard))
        made = heard("reply", ref, "canary words of a reply", "-o", "json").json
        worker.wake()
        eventually(lambda: heard("outbox", "show", made["id"], "-o", "json").json["state"] == "done")
        assert b"canary" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    finally:
        worker.stop()
    assert not worker.alive()
    assert not running(pid)
    assert lease_of(heard) == ""
    log = (heard.home / "run" / "worker.log").read_text()
    assert "1 sent" in log
    assert "canary" not in log


def test_a_worker_that_was_killed_is_started_by_the_next_wake(worker: Worker) -> None:
    worker.start()
    first = worker.pid
    os.kill(first, signal.SIGKILL)
    eventually(lambda: not worker.alive())
    worker.wake()
    try:
        assert worker.alive()
        assert worker.pid != first
    finally:
        worker.stop()


def test_a_worker_that_was_killed_is_missed_by_itself_and_one_that_was_stopped_is_not(heard: Heard) -> None:
    """Whoever only watches the queue says nothing that would wake it."""
    worker = Worker(Home(heard.home), again_s=0.05)
    worker.start()
    first = worker.pid
    os.kill(first, signal.SIGKILL)
    try:
        eventually(lambda: worker.pid not in (0, first))
        second = worker.pid
    finally:
        worker.stop()
    eventually(lambda: not running(second))
    time.sleep(0.2)
    assert worker.pid == 0


def test_the_worker_ends_with_its_parent_even_if_that_is_killed(heard: Heard) -> None:
    code = (
        "import sys, time; from pathlib import Path; from console.worker import Worker; from store.home import Home\n"
        "w = Worker(Home(Path(sys.argv[1]))); w.start(); print(w.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(heard.home)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert running(pid)
        parent.kill()
    eventually(lambda: not running(pid))


def test_the_log_of_the_worker_stays_small(heard: Heard, worker: Worker) -> None:
    log = heard.home / "run" / "worker.log"
    log.write_text("x" * 300_000)
    worker.start()
    worker.stop()
    assert log.stat().st_size < 1_000
    assert (heard.home / "run" / "worker.log.1").stat().st_size == 300_000


@pytest.mark.pty
def test_the_demo_opens_with_its_desk_and_leaves_nothing_behind(heard: Heard) -> None:
    terminal = Terminal([*PROGRAM, "--home", str(heard.home), "demo"])
    try:
        terminal.wait("Live", "online", seconds=30)
        served = json.loads((heard.home / "run" / "demo.json").read_text())
        assert running(served["pid"])
        assert heard("desk", "check", "-o", "json").json[0]["ok"] is True
        log = heard.home / "run" / "worker.log"
        eventually(log.exists)
    finally:
        terminal.close()
    eventually(lambda: not running(served["pid"]))
    assert lease_of(heard) == ""
    assert heard("sync", "-o", "json").json[0]["state"] == "done"


@pytest.mark.pty
def test_an_editor_writes_a_reply_and_what_was_typed_survives_its_failure(
    heard: Heard, tmp_path: Path
) -> None:
    ref = some_ref(heard)
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import sys; p = sys.argv[1]; t = open(p).read(); assert 'everything from this line on' in t\n"
        "open(p, 'w').write('Typed in the editor.\\n' + t); sys.exit(int(open(sys.argv[0] + '.code').read()))"
    )
    code = tmp_path / "editor.py.code"
    env = {"EDITOR": f"{sys.executable} {editor}"}
    code.write_text("1")
    failed = Terminal([*PROGRAM, "--home", str(heard.home), "reply", ref], env=env)
    failed.wait("kept as a draft")
    failed.close()
    assert heard("outbox", "-o", "json").json == []
    assert heard("list", "is:draft", "-o", "json", "--fields", "ref").json == [{"ref": ref}]
    code.write_text("0")
    written = Terminal([*PROGRAM, "--home", str(heard.home), "reply", ref], env=env)
    written.wait("queued: reply")
    written.close()
    body = heard("outbox", "-o", "json").json[0]["body"]
    assert body == "Typed in the editor.\nTyped in the editor."


@pytest.mark.pty
def test_practice_whose_editor_fails_keeps_what_was_typed(heard: Heard, tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text("import sys; open(sys.argv[1], 'w').write('Typed for practice.'); sys.exit(3)")
    env = {"EDITOR": f"{sys.executable} {editor}"}
    failed = Terminal([*PROGRAM, "--home", str(heard.home), "train"], env=env)
    failed.wait("ended with 3", "What you typed is in")
    failed.close()
    (kept,) = (heard.home / "run").glob("unread-*")
    assert kept.read_text() == "Typed for practice."
