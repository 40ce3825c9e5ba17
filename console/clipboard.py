"""How text gets to the clipboard: a program of this machine when we sit at it, the terminal itself when we do not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_PATIENCE = 2  # seconds


@dataclass(frozen=True, slots=True)
class Method:
    """One way to the clipboard; no command means an escape sequence (OSC 52) that the terminal may ignore."""

    name: str
    command: tuple[str, ...] = ()


TERMINAL = Method("the terminal (OSC 52)")


def methods(environ: Mapping[str, str], which: Callable[[str], str | None] = shutil.which) -> list[Method]:
    """Return the ways that can work here, the surest first; the terminal is always the last."""
    found: list[Method] = []
    if not (environ.get("SSH_TTY") or environ.get("SSH_CONNECTION")):
        if which("pbcopy"):
            found.append(Method("pbcopy", ("pbcopy",)))
        if environ.get("WAYLAND_DISPLAY") and which("wl-copy"):
            found.append(Method("wl-copy", ("wl-copy",)))
        if environ.get("DISPLAY"):
            xclip = Method("xclip", ("xclip", "-selection", "clipboard"))
            xsel = Method("xsel", ("xsel", "--clipboard", "--input"))
            found += [method for method in (xclip, xsel) if which(method.name)]
    if environ.get("TMUX") and which("tmux"):
        found.append(Method("tmux", ("tmux", "load-buffer", "-w", "-")))
    return [*found, TERMINAL]


def copy(text: str, ways: list[Method]) -> Method:
    """Copy `text` by the first command that works and return it; `TERMINAL` when the caller has to ask the terminal."""
    for method in ways:
        if method.command and _works(method, text):
            return method
    return TERMINAL


def _works(method: Method, text: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  (a fixed list of programs, no shell)
            method.command,
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
