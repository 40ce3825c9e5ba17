"""The doctor: each line ok, warn or bad, with what to do, and exit 1 only when something is bad."""

from __future__ import annotations

import sqlite3
from typing import Any

from program import Done, Heard, some_ref


def level(done: Done) -> dict[str, str]:
    return {f["name"]: f["level"] for f in done.json}


def bad(done: Done) -> dict[str, Any]:
    return {f["name"]: f for f in done.json if f["level"] == "bad"}


def test_a_sound_workspace(reading: Heard) -> None:
    done = reading("doctor", "-o", "json")
    assert set(level(done).values()) == {"ok"}
    assert {
        "versions",
        "terminal",
        "permissions",
        "disk",
        "local.db",
        "mirror.db",
        "settings",
        "keyring",
        "desk demo",
        "outbox",
    } <= set(level(done))
    assert reading("doctor").out.startswith("ok ")


def test_a_folder_that_is_not_there_yet_is_not_made(empty: Heard) -> None:
    assert level(empty("doctor", "-o", "json"))["workspace"] == "warn"
    assert not empty.home.exists()


def test_files_that_others_can_read(heard: Heard) -> None:
    (heard.home / "local.db").chmod(0o644)
    found = bad(heard("doctor", "--offline", "-o", "json", code=1))
    assert "chmod" in found["permissions"]["hint"]


def test_settings_that_cannot_be_read(heard: Heard) -> None:
    (heard.home / "config.toml").write_text("[desks.demo]\nprovider = 'pigeon'\n")
    assert "settings" in bad(heard("doctor", "-o", "json", code=1))


def test_damaged_files_are_found_and_left_alone(heard: Heard) -> None:
    for name in ("local.db", "mirror.db"):
        for beside in heard.home.glob(f"{name}-*"):
            beside.unlink()
        (heard.home / name).write_bytes(b"no database " * 400)
    found = bad(heard("doctor", "-o", "json", code=1))
    assert {"local.db", "mirror.db"} == set(found)
    assert (heard.home / "mirror.db").read_bytes() == b"no database " * 400


def test_a_desk_without_a_secret(empty: Heard) -> None:
    words = ("--provider", "zendesk", "--url", "https://acme.zendesk.com", "--no-check")
    empty("desk", "add", "acme", *words, env={"HEARD_ACME_TOKEN": "t"})
    found = bad(
        empty("doctor", "-o", "json", code=1, env={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"})
    )
    assert "HEARD_ACME_TOKEN" in found["keyring"]["hint"]
    assert "desk acme" in found


def test_what_waits_for_a_person_is_a_warning(heard: Heard) -> None:
    made = heard("reply", some_ref(heard), "Hello.", "-o", "json").json
    with sqlite3.connect(heard.home / "local.db") as connection:
        connection.execute("UPDATE op SET state = 'rejected', error = 'no' WHERE id = ?", (made["id"],))
    connection.close()
    done = heard("doctor", "--offline", "-o", "json")
    assert level(done)["outbox"] == "warn"


def test_a_process_that_ended_without_a_word(heard: Heard) -> None:
    with sqlite3.connect(heard.home / "local.db") as connection:
        connection.execute(
            "INSERT OR REPLACE INTO lease (desk, owner, fence, expires) VALUES ('demo', '4194303-aa', 9, 9000000000000000)"
        )
    connection.close()
    assert level(heard("doctor", "--offline", "-o", "json"))["sync of demo"] == "warn"


def test_the_last_fault_is_remembered(heard: Heard) -> None:
    (heard.home / "log").mkdir()
    (heard.home / "log" / "crash.txt").write_text("2026-01-01T00:00:00+00:00 builtins.KeyError\n")
    assert level(heard("doctor", "--offline", "-o", "json"))["last fault"] == "warn"


def test_a_mistake_in_the_standards_or_the_remedies_is_bad(heard: Heard) -> None:
    (heard.home / "standards.toml").write_text('[default]\nstrict = ["heer"]\n')
    (heard.home / "remedies.toml").write_text("[remedies.refnd]\nx = 1\n")
    told = bad(heard("doctor", "--offline", "-o", "json", code=1))["files"]
    assert "standards.toml, line 2: default.strict is not one of its values: heer, and " in told["what"]
    assert told["hint"].endswith("`heard config check` lists them all.")
