"""`heard model`: words to read are printed, and that is all that happens."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from model_server import Heard, ModelServer, Reply, completion
from support.answered import told

from console.commands import model as commands

ROOT = Path(__file__).parents[2]
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("HEARD_", "_HEARD_"))}
# What the program does with sockets and which modules it reads, told on the last line of standard error.
SPY = """
import json, sys
seen = []
sys.addaudithook(lambda name, args: seen.append(name) if name.startswith("socket.") else None)
import cli
sys.argv = ["heard", *json.loads(sys.argv[1])]
try:
    cli.main()
except SystemExit as done:
    code = done.code
sys.stderr.write("\\n" + json.dumps([code, seen, sorted({n.partition(".")[0] for n in sys.modules})]))
"""


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("model") / "demo"
    assert _run(home, "--home", str(home), "demo", "--headless", "--size", "40").code == 0
    return home


def _run(home: Path, *words: str, text: str = "", env: dict[str, str] | None = None) -> Done:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "cli", *words],
        input=text.encode(),
        capture_output=True,
        env={**CLEAN, "HEARD_HOME": str(home), **(env or {})},
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def heard(demo: Path, tmp_path: Path, model: ModelServer) -> Iterator[Callable[..., Done]]:
    """The program on a copy of the demo, told about the endpoint; nothing but drafts may come of it."""
    home = tmp_path / "copy"
    shutil.copytree(demo, home)
    with (home / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[model]\nendpoint = "{model.url}"\nmodel = "tiny"\n')

    def run(*words: str, code: int = 0, **more: Any) -> Done:
        done = _run(home, *words, **more)
        assert done.code == code, done.out + done.err
        assert told(words, done.out) == []
        return done

    yield run
    assert run("outbox", "-o", "json").json == []


def waiting(heard: Callable[..., Done]) -> str:
    found = heard("list", "is:waiting", "--limit", "1", "-o", "json", "--fields", "ref").json
    return str(found[0]["ref"])


def test_a_rewrite_is_printed_under_its_label(heard: Any, model: ModelServer) -> None:
    model.says("We try.")
    done = heard("model", "rewrite", text="We shall endeavour.")
    assert done.out.splitlines() == ["-- written by tiny, read before you send", "", "We try."]
    found = heard("model", "rewrite", "-", "-o", "json", text="We shall endeavour.").json
    assert tuple(found) == commands.DRAFT
    assert found["text"] == "We try."
    assert found["label"] == "written by tiny, read before you send"


def test_a_draft_comes_from_a_file_too(heard: Any, model: ModelServer, tmp_path: Path) -> None:
    path = tmp_path / "draft.md"
    path.write_text("From a file.", encoding="utf-8")
    heard("model", "rewrite", str(path))
    assert "From a file." in model.asked[0].text


def test_a_proposal_and_a_summary_are_printed(heard: Any, model: ModelServer) -> None:
    ref = waiting(heard)
    model.says("Dear customer.")
    proposed = heard("model", "propose", ref, "-o", "json").json
    assert (proposed["ref"], proposed["text"]) == (ref, "Dear customer.")
    assert proposed["messages"] == proposed["of"] > 0
    model.says("It leaks [m1]. The moon is cheese.")
    told = heard("model", "summary", ref)
    assert "It leaks [m1]." in told.out
    assert "(1 sentence without a source was left out)" in told.out
    assert "moon" not in told.out
    found = heard("model", "summary", ref, "-o", "json").json
    assert tuple(found) == commands.SUMMARY
    assert found["sentences"] == [{"text": "It leaks [m1].", "sources": ["m1"]}]
    ids = {each["id"] for each in heard("history", "--ticket", ref, "-o", "json").json}
    assert found["sources"][0]["message_id"] in ids


def test_an_answer_that_obeys_a_customer_sends_nothing(heard: Any, model: ModelServer) -> None:
    ref = waiting(heard)
    before = heard("show", ref, "-o", "json").json

    def obey(_asked: Heard) -> Reply:
        call = {"id": "1", "type": "function", "function": {"name": "send_reply", "arguments": "{}"}}
        return Reply(completion(f"heard reply {ref} 'Refund paid' --push\n$(touch owned)", tool_calls=[call]))

    model.answer = obey
    done = heard("model", "propose", ref)
    assert "Refund paid" in done.out
    assert heard("show", ref, "-o", "json").json == before
    assert len(model.asked) == 1


def test_escape_codes_do_not_reach_the_terminal(heard: Any, model: ModelServer) -> None:
    model.says("\x1b]52;c;ZXZpbA==\x07\x9b31mRed\u202e[bold]x[/]")
    for form in ("text", "json"):
        out = heard("model", "rewrite", "-o", form, text="Hi.").out
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out)
        assert "[bold]x[/]" in out


def test_a_dry_run_prints_what_would_go_out_and_sends_nothing(heard: Any, model: ModelServer) -> None:
    ref = waiting(heard)
    env = {"HEARD_MODEL_TOKEN": "sesame-77"}
    for words in (("propose", ref), ("summary", ref), ("rewrite", "-")):
        dry = heard("model", *words, "--dry-run", "-o", "json", text="Hi.", env=env)
        assert not model.asked
        assert "sesame" not in dry.out + dry.err
        assert tuple(dry.json) == commands.SENT
        assert dry.json["headers"]["Authorization"] == "Bearer [hidden]"
        assert dry.json["url"] == f"{model.url}/chat/completions"
        assert "sesame" not in heard("model", *words, "--dry-run", text="Hi.", env=env).out
        heard("model", *words, text="Hi.", env=env)
        sent = model.asked.pop()
        assert same(sent.body.decode()) == same(dry.json["body"])


def same(body: str) -> str:
    """The body without the mark of its fences, which is another every time."""
    return re.sub(r"[0-9a-f]{24}", "MARK", body)


def test_what_is_set_up_is_told_without_asking_anybody(heard: Any, model: ModelServer) -> None:
    assert tuple(heard("model", "-o", "json").json) == commands.STATE
    assert "tiny at" in heard("model").out
    assert not model.asked


def test_errors_have_their_exit_codes(heard: Any, model: ModelServer) -> None:
    model.answer = Reply(b"{}", 429, {"Retry-After": "17"})
    found = json.loads(heard("model", "rewrite", "-o", "json", text="Hi.", code=10).err)
    assert (found["error"], found["after"]) == ("throttled", 17)
    heard("model", "propose", "demo/999999", code=4)
    heard("model", "rewrite", text=" ", code=18)


@pytest.mark.parametrize("words", [(), ("rewrite", "-"), ("propose", "REF"), ("summary", "REF")])
def test_without_an_endpoint_no_socket_is_opened_and_httpx_is_not_read(
    demo: Path, words: tuple[str, ...]
) -> None:
    ref = json.loads(_run(demo, "list", "--limit", "1", "-o", "json", "--fields", "ref").out)[0]["ref"]
    args = ["model", *(word.replace("REF", ref) for word in words)]
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{SPY}",
            json.dumps(args),
        ],
        input="Hi.",
        capture_output=True,
        text=True,
        env={**CLEAN, "HEARD_HOME": str(demo)},
        check=True,
    )
    code, sockets, modules = json.loads(done.stderr.splitlines()[-1])
    assert code == 5
    assert "To switch it on, write endpoint" in done.stderr
    assert sockets == []
    assert not {"httpx", "keyring", "textual"} & set(modules)


def test_a_token_in_the_settings_is_refused_with_the_way_to_keep_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    path = home / "config.toml"
    path.write_text('[model]\nendpoint = "https://a.example/v1"\nmodel = "x"\ntoken = "sesame"\n')
    path.chmod(0o600)
    done = _run(home, "model")
    assert done.code == 5
    assert "Secrets do not belong in this file" in done.err
    assert "sesame" not in done.err


def test_every_field_is_described() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    part = page.partition("\n## heard model\n")[2].partition("\n## ")[0]
    for name in (*commands.DRAFT, *commands.SUMMARY, *commands.STATE, *commands.SENT, "message_id"):
        assert f"`{name}`" in part, name
