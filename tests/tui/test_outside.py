"""What the program asks of the machine around it: an editor, a clipboard, a browser."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from console import browser, clipboard, editor
from store.errors import InvalidInputError


def has(*names: str) -> object:
    return lambda name: f"/usr/bin/{name}" if name in names else None


def test_the_editor_is_the_persons_own() -> None:
    assert editor.command({"VISUAL": "code -w", "EDITOR": "vi"}) == ["code", "-w"]
    assert editor.command({"EDITOR": '"/opt/my editor/ed" -n'}) == ["/opt/my editor/ed", "-n"]
    assert editor.command({}, which=has("nano")) == ["nano"]  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError):
        editor.command({}, which=has())  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError):
        editor.command({"EDITOR": 'vim "'})
    assert editor.command({"EDITOR": "vi"}, ["vim", "-n"]) == ["vim", "-n"]


def test_what_the_editor_leaves_is_cleaned_and_the_file_is_gone(tmp_path: Path) -> None:
    seen: list[int] = []
    kept: list[str] = []

    def write(words: object) -> int:
        path = Path(words[-1])  # type: ignore[index]
        seen.append(path.stat().st_mode & 0o777)
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b" and \x1b[31mmore\r\n")
        return 0

    editor.edit("draft", ["ed"], tmp_path, kept.append, write)
    assert kept == ["draft and ␛[31mmore"]
    assert seen == [0o600]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("program", [["/no/such/editor"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_an_editor_that_fails_changes_nothing(tmp_path: Path, program: list[str]) -> None:
    kept: list[str] = []
    with pytest.raises(InvalidInputError):
        editor.edit("draft", program, tmp_path, kept.append)
    assert list(tmp_path.iterdir()) == []
    assert kept == []


def leaves(code: str) -> list[str]:
    """An editor that does this with its file, `path`."""
    return [sys.executable, "-c", f"import sys, os, signal; path = sys.argv[1]; {code}"]


@pytest.mark.parametrize("end", ["sys.exit(1)", "os.kill(os.getpid(), 9)"])
def test_what_was_saved_before_an_editor_failed_is_kept(tmp_path: Path, end: str) -> None:
    kept: list[str] = []
    with pytest.raises(InvalidInputError, match="is in the draft"):
        editor.edit("draft", leaves(f"open(path, 'w').write('saved'); {end}"), tmp_path, kept.append)
    with pytest.raises(InvalidInputError, match="as it was"):
        editor.edit("draft", leaves(f"open(path, 'w'); {end}"), tmp_path, kept.append)
    assert kept == ["saved"]


def test_a_file_that_the_editor_took_away_is_no_empty_draft(tmp_path: Path) -> None:
    kept: list[str] = []
    with pytest.raises(InvalidInputError, match="nothing that can be read"):
        editor.edit("draft", leaves("os.remove(path)"), tmp_path, kept.append)
    assert kept == []


@pytest.mark.parametrize("words", [b"caf\xe9 for you", b"x" * 1_000_001])
def test_what_cannot_be_put_into_a_draft_stays_in_its_file(tmp_path: Path, words: bytes) -> None:
    kept: list[str] = []
    (tmp_path / "from").write_bytes(words)
    take = leaves(f"os.replace({str(tmp_path / 'from')!r}, path)")
    with pytest.raises(InvalidInputError, match="saved") as caught:
        editor.edit("draft", take, tmp_path, kept.append)
    (left,) = tmp_path.iterdir()
    assert str(left) in caught.value.hint
    assert left.read_bytes() == words
    assert kept == []


def test_ctrl_c_is_for_the_editor(tmp_path: Path) -> None:
    kept: list[str] = []
    press = "open(path, 'w').write('saved'); os.kill(os.getppid(), signal.SIGINT); sys.exit(130)"
    with pytest.raises(InvalidInputError, match="ended with 130"):
        editor.edit("draft", leaves(press), tmp_path, kept.append)
    assert kept == ["saved"]


def test_the_clipboard_is_that_of_the_machine_one_sits_at() -> None:
    which = has("wl-copy", "xclip", "tmux")

    def names(environ: dict[str, str]) -> list[str]:
        return [way.name for way in clipboard.methods(environ, which)]  # type: ignore[arg-type]

    assert names({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"})[:2] == ["wl-copy", "xclip"]
    assert names({"SSH_TTY": "t", "DISPLAY": ":0"}) == ["the terminal (OSC 52)"]
    assert names({"SSH_TTY": "t", "TMUX": "x"}) == ["tmux", "the terminal (OSC 52)"]
    assert names({}) == ["the terminal (OSC 52)"]


def test_a_clipboard_that_does_not_work_is_passed_over() -> None:
    broken = clipboard.Method("broken", (sys.executable, "-c", "raise SystemExit(1)"))
    missing = clipboard.Method("missing", ("/no/such/program",))
    works = clipboard.Method("works", (sys.executable, "-c", "import sys; assert sys.stdin.read() == 'ref'"))
    assert clipboard.copy("ref", [missing, broken, works, clipboard.TERMINAL]) is works
    assert clipboard.copy("ref", [missing, clipboard.TERMINAL]) is clipboard.TERMINAL


def test_a_browser_opens_only_where_a_window_can_appear() -> None:
    which = has("xdg-open")
    assert browser.opener({"DISPLAY": ":0"}, "linux", which) == ("xdg-open",)  # type: ignore[arg-type]
    assert browser.opener({"DISPLAY": ":0", "SSH_TTY": "t"}, "linux", which) == ()  # type: ignore[arg-type]
    assert browser.opener({}, "linux", which) == ()  # type: ignore[arg-type]
    assert browser.opener({}, "darwin", which) == ("open",)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "--help",
        "https://",
        "https://x/\x1b[0m",
        "http://[bad",
        "a b",
    ],
)
def test_only_web_addresses_are_opened(url: str) -> None:
    started: list[object] = []
    with pytest.raises(InvalidInputError):
        browser.show(url, ("xdg-open",), started.append)
    assert started == []


def test_a_web_address_is_handed_over_as_one_word() -> None:
    started: list[object] = []
    browser.show("https://desk.example/t/1?a=b;rm", ("xdg-open",), started.append)
    assert started == [["xdg-open", "https://desk.example/t/1?a=b;rm"]]
