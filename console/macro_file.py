"""One macro as a file: Markdown, with TOML front matter between two lines of +++. Pure.

The front matter: title, themes, keywords, queues, language, changes. What is wrong is said with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from console.macro_fill import PLACEHOLDERS, places
from console.settings_read import Place, every, tables, wrong
from console.settings_table import Field, Section
from store.errors import ConfigError, InvalidInputError
from store.text import clean, clean_line

LARGEST = 64 * 1024  # bytes of a file
_MARK = "+++"
_TABLE = "macro"
_SETTING = re.compile(r"\s*[A-Za-z_]+\s*:")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Head:
    """What the front matter says."""

    title: str = ""
    themes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    language: str = ""
    changes: tuple[str, ...] = ()


HEAD = Section(
    Head,
    "What a macro is for.",
    {
        "title": Field("text", "What people read when they choose; without it, the file's name."),
        "themes": Field("words", 'What the ticket is about, in words or tags: ["refund", "charged_twice"].'),
        "keywords": Field("words", "Words of customers who need it."),
        "queues": Field("words", "Only for tickets of these queues; without it, for all."),
        "language": Field("text", 'Its language as a code: "en", "de".'),
        "changes": Field("words", 'What it changes on the ticket: ["status=pending", "+refund"].'),
    },
)


@dataclass(frozen=True, slots=True)
class Macro:
    """A canned reply. `name` is its path below the folder without the ending; `text` has its places still open."""

    name: str
    title: str
    text: str
    head: Head = Head()

    @property
    def about(self) -> tuple[str, ...]:
        """Its themes and keywords, each once."""
        return tuple(dict.fromkeys((*self.head.themes, *self.head.keywords)))


def read(name: str, path: Path, raw: bytes) -> Macro:
    """The macro in `raw`; ConfigError says file, line and the first thing that cannot be used."""
    lines = _lines(path, raw)
    begins = _begins(lines, path)
    head = _head(lines, begins, path)
    for mistake in _body_mistakes(lines, begins, path):
        raise mistake
    text = "\n".join(lines[begins:]).strip()
    if not text and not head.changes:
        raise ConfigError(f"{path}: has neither words nor changes.", "Write the reply below the second +++.")
    return Macro(name, head.title.strip() or _from_name(name), text, head)


def mistakes(name: str, path: Path, raw: bytes) -> list[ConfigError]:
    """All that cannot be used of the macro in `raw`, the front matter's first; none where it is in order."""
    try:
        lines = _lines(path, raw)
        begins = _begins(lines, path)
        found = [*every(partial(_head, lines, begins, path)), *_body_mistakes(lines, begins, path)]
        if not found:
            read(name, path, raw)
    except ConfigError as error:
        return [error]
    return found


def _lines(path: Path, raw: bytes) -> list[str]:
    if len(raw) > LARGEST:
        raise ConfigError(f"{path}: is larger than {LARGEST // 1024} KB.", "A macro is one reply.")
    try:
        return clean(raw.decode("utf-8-sig")).split("\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is no UTF-8 text, from byte {error.start} on.", "Convert it.") from None


def _begins(lines: list[str], path: Path) -> int:
    """The number of the first line after the front matter; 0 where there is none."""
    if lines[0].strip() != _MARK:
        _refuse_other_head(lines, path)
        return 0
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == _MARK), 0)
    if not end:
        raise ConfigError(f"{path}, line 1: the front matter has no end.", "Close it with a line of +++.")
    return end + 1


def _refuse_other_head(lines: list[str], path: Path) -> None:
    """What other programs write above a text, between lines of ---, would go to the customer with it."""
    fence = "---"
    ends = fence in (line.strip() for line in lines[1:])
    if lines[0].strip() == fence and ends and _SETTING.match(lines[1]):
        raise ConfigError(
            f"{path}, line 1: front matter between lines of {fence} is not read here.",
            f'Put it between lines of {_MARK}, as TOML: title = "Refund", changes = ["status=solved"].',
        )


def _head(lines: list[str], begins: int, path: Path, without: Collection[Place] = ()) -> Head:
    """The front matter, which ends before the line `begins`; what stands at `without` is read as if it were not there."""
    if not begins:
        return Head()
    # A table of its own in place of the first line: lines stay.
    source = "\n".join((f"[{_TABLE}]", *lines[1 : begins - 1]))
    head: Head = tables(source, path, {_TABLE: HEAD}, without)[_TABLE]
    if head.language and not _LANGUAGE.fullmatch(head.language):
        wrong(source, path, (_TABLE, "language"), "is not the code of a language", 'Such as "en" or "de".')
    if head.changes:
        _refuse_changes(head.changes, source, path)
    return head


def _refuse_changes(words: tuple[str, ...], source: str, path: Path) -> None:
    from console.changes import parse  # noqa: PLC0415  (few macros change anything)

    said: list[str] = []
    for each in (*((word,) for word in words), words):  # alone and, where nothing is wrong with any, together
        try:
            if len(each) == 1 or not said:
                parse(each)
        except InvalidInputError as error:
            said.append(f"{error.message} {error.hint}".strip())
    if said:
        wrong(source, path, (_TABLE, "changes"), "cannot be used", " ".join(dict.fromkeys(said)))


def _body_mistakes(lines: list[str], begins: int, path: Path) -> Iterator[ConfigError]:
    """Each placeholder below the front matter that nothing fills, and each place that is never closed."""
    for number, line in enumerate(lines[begins:], begins + 1):
        for place in places(line):
            name = place.what.strip().lower()
            if not place.hole and name not in PLACEHOLDERS:
                near = get_close_matches(name, PLACEHOLDERS, 1)
                hint = f"Did you mean {near[0]}? " if near else ""
                yield ConfigError(
                    f"{path}, line {number}: {{{{{place.what}}}}} is not a placeholder.",
                    f"{hint}There are: {', '.join(PLACEHOLDERS)}; [[fill: what]] is for the agent.",
                )
        if line.count("{{") != line.count("}}") or line.lower().count("[[fill") > line.count("]]"):
            yield ConfigError(
                f"{path}, line {number}: a place is opened and not closed.", "Write both brackets."
            )


def _from_name(name: str) -> str:
    words = re.sub(r"[-_\s]+", " ", clean_line(name).rpartition("/")[2]).strip()
    return words[:1].upper() + words[1:]
