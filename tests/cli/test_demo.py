"""The demo company: the same for the same seed, alone in its workspace, reachable over HTTP."""

from __future__ import annotations

import json
import sqlite3
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from program import SIZE, Heard


def figures(home: Path, *more: str) -> dict[str, object]:
    done = Heard(home)("--home", str(home), "demo", "--headless", *more, "-o", "json")
    return dict(done.json)


def test_the_same_seed_makes_the_same_company(demo_home: Path, tmp_path: Path) -> None:
    moving = ("waiting_since", "home")  # the company is made up to now
    first = figures(demo_home)
    other = figures(tmp_path / "other", "--size", str(SIZE))
    assert {k: v for k, v in first.items() if k not in moving} == {
        k: v for k, v in other.items() if k not in moving
    }
    assert first["tickets"] == SIZE
    channels = first["channels"]
    assert isinstance(channels, dict)
    assert sum(channels.values()) == SIZE
    assert len(channels) >= 5
    assert figures(tmp_path / "seeded", "--size", str(SIZE), "--seed", "8")["messages"] != first["messages"]


def test_setting_up_twice_changes_nothing(heard: Heard) -> None:
    config = (heard.home / "config.toml").read_text()
    before = figures(heard.home)
    assert figures(heard.home) == before
    assert (heard.home / "config.toml").read_text() == config


def test_another_seed_needs_another_folder(heard: Heard) -> None:
    done = heard("--home", str(heard.home), "demo", "--headless", "--seed", "8", code=18)
    assert "seed 7 and size 120" in done.err


def test_a_workspace_with_real_desks_never_becomes_a_demo(empty: Heard) -> None:
    words = (
        "--provider",
        "zendesk",
        "--url",
        "https://acme.zendesk.com",
        "--user",
        "a@acme.example",
        "--no-check",
    )
    empty("desk", "add", "acme", *words, env={"HEARD_ACME_TOKEN": "t"})
    assert "real desks" in empty("--home", str(empty.home), "demo", "--headless", code=18).err


def test_the_demo_is_not_put_where_heard_home_points(empty: Heard, tmp_path: Path) -> None:
    env = {"XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    done = empty("demo", "--headless", "--size", "12", "-o", "json", env=env)
    home = Path(done.json["home"])
    assert home.name == "heard-demo"
    assert empty.home not in (home, *home.parents)
    assert tmp_path in home.parents


def test_the_summary_is_readable(demo_home: Path) -> None:
    text = Heard(demo_home)("--home", str(demo_home), "demo", "--headless").out
    assert f"{SIZE} tickets of" in text
    assert "wait for an answer" in text


def test_every_file_of_the_workspace_is_the_owners_alone(demo_home: Path) -> None:
    for path in (demo_home, *demo_home.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_desk_alone_is_served_over_http_and_ends_with_its_parent(heard: Heard) -> None:
    child = heard.start("--home", str(heard.home), "demo", "serve", "--parent", "--pace", "0")
    assert child.stdout is not None
    said = json.loads(child.stdout.readline())
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{said['url']}/api/v2/tickets.json", timeout=10)  # noqa: S310  (our own address)
    assert refused.value.code == 401
    refused.value.close()
    out, err = child.communicate(timeout=20)
    assert child.returncode == 0, err
    assert out + err == b""


def test_serving_says_how_to_connect_and_keeps_the_token_to_itself(heard: Heard) -> None:
    child = heard.start("--home", str(heard.home), "demo", "serve", "--port", "0", "--pace", "0")
    assert child.stdout is not None
    json.loads(child.stdout.readline())
    child.terminate()
    _, err = child.communicate(timeout=20)
    said = err.decode()
    assert "heard desk add NAME --provider zendesk" in said
    desk = next((heard.home / "demo").glob("desk-*.db"))
    assert str(desk) in said
    with sqlite3.connect(desk) as connection:
        tokens = [t for (t,) in connection.execute("SELECT token FROM tokens")]
    connection.close()
    assert not any(token in said for token in tokens)
