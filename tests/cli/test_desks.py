"""Adding, checking and removing desks, and where their secrets are: never in a file, an argument or a log."""

from __future__ import annotations

import http.server
import shlex
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from program import PROGRAM, Heard
from support.terminal import Terminal

from console.demo.server import running
from console.demo.setup import DemoDesk, prepare

Live = tuple[str, DemoDesk]
VAULT = """
import json, pathlib
from keyring.backend import KeyringBackend

class Vault(KeyringBackend):
    priority = 1
    file = pathlib.Path(__file__).with_name("vault.json")

    def _all(self):
        return json.loads(self.file.read_text()) if self.file.exists() else {}

    def get_password(self, service, username):
        return self._all().get(f"{service}/{username}")

    def set_password(self, service, username, password):
        self.file.write_text(json.dumps({**self._all(), f"{service}/{username}": password}))

    def delete_password(self, service, username):
        kept = self._all()
        kept.pop(f"{service}/{username}", None)
        self.file.write_text(json.dumps(kept))
"""


@pytest.fixture
def vault(tmp_path: Path) -> dict[str, str]:
    """The environment in which the keyring is a file outside of the workspace."""
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "test_vault.py").write_text(VAULT)
    return {"PYTHONPATH": str(folder), "PYTHON_KEYRING_BACKEND": "test_vault.Vault"}


@contextmanager
def web_page(body: bytes) -> Iterator[str]:
    """A server that answers everything with a web page."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            del args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def add(heard: Heard, url: str, desk: DemoDesk, *more: str, **kwargs: object) -> object:
    words = ("desk", "add", "shop", "--provider", "zendesk", "--url", url, "--user", desk.admin_email)
    return heard(*words, *more, **kwargs)  # type: ignore[arg-type]


def bytes_of(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_a_desk_is_checked_added_synced_and_removed(
    empty: Heard, live_desk: Live, vault: dict[str, str]
) -> None:
    url, desk = live_desk
    done = empty(
        "desk", "add", "shop", "--provider", "zendesk", "--url", url, "--user", desk.admin_email, "--token-stdin",
        text=desk.admin_token + "\n", env=vault,
    )  # fmt: skip
    assert "you are" in done.out
    assert desk.admin_token in (Path(vault["PYTHONPATH"]) / "vault.json").read_text()
    assert empty("desk", "check", "-o", "json", env=vault).json[0]["ok"] is True
    assert empty("sync", "-o", "json", env=vault).json[0]["state"] == "done"
    assert empty("desk", "-o", "json").json[0]["state"] == "online"
    assert empty("list", "--count").out == "12\n"
    assert desk.admin_token.encode() not in bytes_of(empty.home)

    assert empty("desk", "remove", "shop", code=16, env=vault).err
    empty("desk", "remove", "shop", "--yes", env=vault)
    assert empty("desk", "list", "-o", "json").json == []
    assert desk.admin_token not in (Path(vault["PYTHONPATH"]) / "vault.json").read_text()


def test_the_token_may_come_from_the_environment_or_a_program(
    empty: Heard, live_desk: Live, tmp_path: Path
) -> None:
    url, desk = live_desk
    token = {"HEARD_SHOP_TOKEN": desk.admin_token}
    add(empty, url, desk, env=token)
    empty("sync", env=token)
    assert empty("list", "--count").out == "12\n"
    empty("desk", "remove", "shop", "--yes")
    kept = tmp_path / "token"
    kept.write_text(desk.admin_token)
    command = shlex.join([sys.executable, "-c", "import sys; print(open(sys.argv[1]).read())", str(kept)])
    add(empty, url, desk, "--credential-command", command)
    assert empty("desk", "check", "shop", "-o", "json").json[0]["agent"]
    assert desk.admin_token.encode() not in bytes_of(empty.home)


def test_words_for_one_desk_never_go_to_another_that_takes_its_name(empty: Heard, live_desk: Live) -> None:
    url, desk = live_desk
    token = {"HEARD_SHOP_TOKEN": desk.admin_token}
    add(empty, url, desk, env=token)
    empty("sync", env=token)
    ref = empty("list", "--limit", "1", "-o", "json").json[0]["ref"]
    empty("note", ref, "Called her.")
    empty("desk", "remove", "shop", "--yes")
    told = add(empty, "http://127.0.0.1:9", desk, "--no-check", env=token, code=18)
    assert f"shop was {url}" in told.err  # type: ignore[attr-defined]
    add(empty, f"{url}/", desk, env=token)
    empty("outbox", "push", env=token)
    assert empty("outbox", "-o", "json").json == []


def moved(heard: Heard, before: str, after: str) -> None:
    """Change the desk's address by hand."""
    config = heard.home / "config.toml"
    config.write_text(config.read_text().replace(before, after))


def test_words_do_not_follow_an_address_that_was_changed_by_hand_to_another_desk(
    empty: Heard, live_desk: Live, tmp_path: Path
) -> None:
    url, desk = live_desk
    other = prepare(tmp_path / "other", seed=4, size=12, now=1_767_225_600_000_000)
    token = {"HEARD_SHOP_TOKEN": desk.admin_token}
    add(empty, url, desk, env=token)
    empty("sync", env=token)
    ref = empty("list", "--limit", "1", "-o", "json").json[0]["ref"]
    empty("note", ref, "Spoke to her.")
    with running(other.path) as elsewhere:
        moved(empty, url, elsewhere)
        told = empty("outbox", "push", env={"HEARD_SHOP_TOKEN": other.admin_token}, code=5)
        assert f"shop was {url}" in told.err
        assert "heard desk same shop" in told.err
        assert empty("outbox", "-o", "json").json[0]["state"] == "queued"
        moved(empty, elsewhere, url)
    empty("outbox", "push", env=token)
    assert empty("outbox", "-o", "json").json == []


def test_a_desk_that_has_moved_is_known_by_what_we_wrote_there_or_by_a_word(
    empty: Heard, live_desk: Live
) -> None:
    url, desk = live_desk
    token = {"HEARD_SHOP_TOKEN": desk.admin_token}
    add(empty, url, desk, env=token)
    empty("sync", env=token)
    ref = empty("list", "--limit", "1", "-o", "json").json[0]["ref"]
    here = url.replace("127.0.0.1", "localhost")
    moved(empty, url, here)
    empty("note", ref, "Nobody has written there yet.")
    assert "heard desk same shop" in empty("sync", env=token, code=5).err
    assert empty("desk", "same", "shop", "-o", "json").json["url"] == here
    empty("outbox", "push", env=token)
    moved(empty, here, url)
    empty("sync", env=token)
    empty("desk", "remove", "shop", "--yes")
    assert "--same-desk" in add(empty, here, desk, env=token, code=18).err  # type: ignore[attr-defined]
    add(empty, here, desk, "--same-desk", env=token)
    empty("sync", env=token)


def test_no_option_takes_a_token(empty: Heard, live_desk: Live) -> None:
    url, desk = live_desk
    done = add(empty, url, desk, "--token", desk.admin_token, code=2)
    assert desk.admin_token not in done.err  # type: ignore[attr-defined]


def test_without_a_terminal_no_token_is_asked_for(empty: Heard, live_desk: Live) -> None:
    url, desk = live_desk
    done = add(empty, url, desk, code=16, text=desk.admin_token)
    assert "--token-stdin" in done.err  # type: ignore[attr-defined]
    assert empty("desk", "-o", "json").json == []


def test_a_wrong_token(empty: Heard, live_desk: Live) -> None:
    url, desk = live_desk
    wrong = {"HEARD_SHOP_TOKEN": "canary-wrong-token"}
    add(empty, url, desk, code=6, env=wrong)
    assert empty("desk", "-o", "json").json == []
    add(empty, url, desk, "--no-check", env=wrong)
    done = empty("sync", "-o", "json", code=6, env=wrong)
    assert done.json[0]["state"] == done.error["error"] == "auth"
    assert empty("desk", "-o", "json").json[0]["state"] == "needs_login"
    assert "canary-wrong-token" not in done.out + done.err
    assert b"canary-wrong-token" not in bytes_of(empty.home)


def test_a_desk_that_is_down(empty: Heard, live_desk: Live) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    token = {"HEARD_SHOP_TOKEN": "t"}
    add(empty, url, live_desk[1], code=7, env=token)
    add(empty, url, live_desk[1], "--no-check", env=token)
    assert empty("sync", "-o", "json", code=7, env=token).error["error"] == "offline"
    assert empty("desk", "-o", "json").json[0]["state"] == "offline"
    assert empty("desk", "check", "-o", "json", code=7, env=token).json[0]["ok"] is False


def test_a_web_page_is_not_a_desk(empty: Heard, live_desk: Live) -> None:
    with web_page(b"<html><title>Welcome to the hotel</title>canary page</html>") as url:
        done = add(empty, url, live_desk[1], "-o", "json", code=9, env={"HEARD_SHOP_TOKEN": "t"})
    assert done.error["error"] == "not_a_desk"  # type: ignore[attr-defined]


def test_a_name_that_cannot_be(empty: Heard) -> None:
    words = ("--provider", "rt", "--url", "https://rt.example", "--no-check")
    assert empty("desk", "add", "My Desk", *words, code=18, env={"HEARD_MY_DESK_TOKEN": "t"}).err


@pytest.mark.pty
def test_on_a_terminal_the_token_is_asked_for_and_not_shown(
    empty: Heard, live_desk: Live, vault: dict[str, str]
) -> None:
    url, desk = live_desk
    words = ["desk", "add", "shop", "--provider", "zendesk", "--url", url, "--user", desk.admin_email]
    terminal = Terminal([*PROGRAM, "--home", str(empty.home), *words], env=vault)
    try:
        terminal.wait("Token of shop")
        terminal.wait_hidden()
        terminal.send(desk.admin_token + "\r")
        terminal.wait("added: shop")
        assert desk.admin_token.encode() not in bytes(terminal.raw)
    finally:
        terminal.close()


@pytest.mark.parametrize(
    ("bad", "code", "error", "state"),
    [
        ('url = "https://a.example"\ncredential_command = ["false"]', 6, "auth", "needs_login"),
        ('url = "https://a.example:99999"', 5, "config", "error"),
    ],
)
def test_a_desk_that_cannot_even_be_asked_holds_up_no_other(
    heard: Heard, bad: str, code: int, error: str, state: str
) -> None:
    settings = heard.home / "config.toml"
    settings.write_text(f'[desks.aa]\nprovider = "rt"\n{bad}\n\n{settings.read_text()}')
    ref = heard("list", "--limit", "1", "-o", "ndjson").lines[0]["ref"]
    heard("note", ref, "Called the carrier.")
    done = heard(
        "sync", "-o", "json", env={} if error == "auth" else {"HEARD_AA_TOKEN": "1-2-abc"}, code=code
    )
    assert [(row["desk"], row["state"], row["sent"]) for row in done.json] == [
        ("aa", error, 0),
        ("demo", "done", 1),
    ]
    assert [row["state"] for row in heard("desk", "-o", "json").json] == [state, "online"]
