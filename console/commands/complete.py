"""What the shell is offered while somebody types."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, redirect_stdout
from typing import TextIO

from store.errors import HeardError

_SPLIT = re.compile(
    r"(\S+)\s:(?:\s(\S+))?$"
)  # bash joins them with lines, other versions of its script with spaces


@contextmanager
def split_as_bash_does(environ: MutableMapping[str, str], out: TextIO) -> Iterator[None]:
    """Put together what bash took apart: `status:o` comes as three words, and only what follows the colon may be answered."""
    words = environ.get("COMP_WORDS", "")
    split = _SPLIT.search(words) if environ.get("_HEARD_COMPLETE") == "complete_bash" else None
    if split is None:
        yield
        return
    begun, rest = f"{split[1]}:", split[2] or ""
    environ["COMP_WORDS"] = words[: split.start()] + begun + rest
    environ["COMP_CWORD"] = str(int(environ.get("COMP_CWORD", "0")) - (2 if rest else 1))
    answered = io.StringIO()
    try:
        with redirect_stdout(answered):
            yield
    finally:  # click ends the program when it has answered
        out.writelines(line.removeprefix(begun) for line in answered.getvalue().splitlines(keepends=True))


def desks(incomplete: str) -> list[str]:
    """The names of the desks that begin like this; none where the settings cannot be read."""
    from console.settings import load  # noqa: PLC0415  (only the shell asks)
    from store.home import Home  # noqa: PLC0415  (the same)

    try:
        names = load(Home.find(None, os.environ).root).desks
    except (HeardError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


def themes(incomplete: str) -> list[str]:
    """The names of the themes that begin like this, those of the workspace too."""
    from console import themes as known  # noqa: PLC0415  (only the shell asks)
    from store.home import Home  # noqa: PLC0415  (the same)

    try:
        names = known.themes(Home.find(None, os.environ).root).palettes
    except (HeardError, OSError):
        names = known.BUILT_IN
    return [name for name in names if name.startswith(incomplete)]


def sorts(incomplete: str) -> list[str]:
    """The orders of a list that begin like this."""
    from store.filters import ORDERS  # noqa: PLC0415  (only the shell asks)

    return [name for name in ORDERS if name.startswith(incomplete)]


def view_names(incomplete: str) -> list[str]:
    """The names of the views that begin like this, whatever the capitals."""
    from console.session import Session  # noqa: PLC0415  (only the shell asks)
    from console.views import views  # noqa: PLC0415  (the same)
    from store.home import Home  # noqa: PLC0415  (the same)

    try:
        session = Session.open(Home.find(None, os.environ))
    except (HeardError, OSError):
        return []
    try:
        names = [view.name for view in views(session)]
    finally:
        session.close()
    return [name for name in names if name.casefold().startswith(incomplete.casefold())]


def query(incomplete: str) -> list[str]:
    """What the last word of a query may be: fields, and the values of the field that it names."""
    from console.session import Session  # noqa: PLC0415  (only the shell asks)
    from console.suggest import suggest  # noqa: PLC0415  (the same)
    from store.home import Home  # noqa: PLC0415  (the same)

    try:
        session = Session.open(Home.find(None, os.environ))
    except (HeardError, OSError):
        return []
    try:
        found = suggest(session, incomplete, len(incomplete))
    finally:
        session.close()
    return [incomplete[: each.start] + each.text for each in found]
