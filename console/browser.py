"""Opening a ticket's own web page: only http(s), only where there is a browser with a window of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from store.errors import InvalidInputError

Start = Callable[[Sequence[str]], None]


def opener(
    environ: Mapping[str, str],
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> tuple[str, ...]:
    """Return the command that opens an address here; () where no window can appear, as over SSH."""
    if environ.get("SSH_TTY") or environ.get("SSH_CONNECTION"):
        return ()
    if platform == "darwin":
        return ("open",)
    if environ.get("WSL_DISTRO_NAME") and which("wslview"):
        return ("wslview",)
    if (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")) and which("xdg-open"):
        return ("xdg-open",)
    return ()


def check(url: str) -> str:
    """Return `url` when it is an address of the web; InvalidInputError for anything else a desk may have sent."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable() or " " in url:
        raise InvalidInputError(
            "The desk gave no web address for this ticket.", "Copy its reference instead."
        )
    return url


def show(url: str, command: Sequence[str], start: Start | None = None) -> None:
    """Open `url` with `command` and do not wait; InvalidInputError when it cannot be started."""
    try:
        (start or _start)([*command, check(url)])
    except OSError as error:
        raise InvalidInputError(
            f"{command[0]} cannot be started: {error.strerror}.", "Copy the link instead."
        ) from error


def _start(words: Sequence[str]) -> None:
    subprocess.Popen(  # noqa: S603  (a fixed list of programs, no shell; the address was checked)
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
