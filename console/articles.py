"""Read one article: Markdown with front matter where it has any, cut into sections; lists in them are steps. Pure.

Front matter stands between two lines of "---" at the beginning: "title: Pairing", "tags: app, offline", "queue: Front desk".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from store.articles import ArticleRow, SectionRow
from store.text import clean, clean_line

LARGEST = 256 * 1024  # bytes of a file
LONGEST = 4_000  # characters of a section that are kept
_SECTIONS = 200
_TITLE = 200
_FENCE = re.compile(r"^(?:```|~~~)")
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$")
_STEP = re.compile(r"^[ ]{0,3}(?:\d{1,3}[.)]|[-*+])[ \t]+\S")
_INSIDE = re.compile(r"^(?:[ ]{2,}|\t)\S")
_WORD = re.compile(r"[^\W_][\w-]*")
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\(([^)\s]{1,500})\)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,300}?)(?<=\S)\1")


@dataclass(slots=True)
class _Part:
    """A section while its lines are gathered."""

    heading: str
    lines: list[str] = field(default_factory=list)


def read(path: str, stamp: str, raw: bytes) -> ArticleRow:
    """The article in `raw`; with `problem` and without sections where it is too large or no UTF-8 text."""
    name = clean_line(path)
    if len(raw) > LARGEST:
        return ArticleRow(path, stamp, name, problem=f"larger than {LARGEST // 1024} KB")
    try:
        text = clean(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return ArticleRow(path, stamp, name, problem=f"no UTF-8 text, from byte {error.start} on")
    head, lines = _front_matter(text.splitlines())
    parts = list(_parts(lines))
    heading = next((part.heading for part in parts if part.heading), "")
    title = clean_line(head.get("title", "") or heading or name.rpartition("/")[2].removesuffix(".md"))
    return ArticleRow(
        path,
        stamp,
        title[:_TITLE],
        tuple(_WORD.findall(head.get("tags", "").lower()))[:20],
        clean_line(head.get("queue", ""))[:_TITLE],
        sections=tuple(_sections(parts)),
    )


def _front_matter(lines: Sequence[str]) -> tuple[Mapping[str, str], Sequence[str]]:
    """What stands between two lines of "---" at the beginning, and the lines after it."""
    if not lines or lines[0].strip() != "---":
        return {}, lines
    end = next((n for n, line in enumerate(lines[1:40], 1) if line.strip() == "---"), 0)
    if not end:
        return {}, lines
    pairs = (line.partition(":") for line in lines[1:end] if ":" in line)
    return {key.strip().lower(): value.strip().strip("\"'[]") for key, _, value in pairs}, lines[end + 1 :]


def _parts(lines: Sequence[str]) -> Iterator[_Part]:
    part, fenced = _Part(""), False
    for line in lines:
        fenced ^= _FENCE.match(line) is not None
        heading = None if fenced else _HEADING.match(line)
        if heading is None:
            part.lines.append(line)
            continue
        yield part
        part = _Part(_plain(heading[2])[:_TITLE])
    yield part


def _sections(parts: Sequence[_Part]) -> Iterator[SectionRow]:
    """Each part as text; where it has a list, the list by itself as steps as well."""
    for part in parts[:_SECTIONS]:
        body = _plain("\n".join(part.lines).strip())
        steps = list(_steps(part.lines))
        if steps:
            yield SectionRow(part.heading, _plain("\n".join(steps))[:LONGEST], steps=True)
            body = _plain("\n".join(line for line in part.lines if line.rstrip() not in steps).strip())
        if body:
            yield SectionRow(part.heading, body[:LONGEST], steps=False)


def _steps(lines: Sequence[str]) -> Iterator[str]:
    """The lines of numbered and bulleted lists with what belongs to them."""
    inside = False
    for line in lines:
        if _STEP.match(line) or (inside and _INSIDE.match(line)):
            inside = True
            yield line.rstrip()
        elif line.strip():
            inside = False


def _plain(text: str) -> str:
    """Without the marks for bold, and a link as its words with the address behind them."""
    linked = _LINK.sub(lambda m: m[2] if m[1] in ("", m[2]) else f"{m[1]} ({m[2]})", text)
    return _BOLD.sub(r"\2", linked)
