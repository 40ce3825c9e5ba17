"""How the command line prints: one table of rows in four forms, and errors on the other stream.

Whatever goes out passes the cleaning door once more, so that no command can forget it; the forms are the same for
every command, so that a script which reads one can read them all.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, TextIO

from console.clipped import LINE, beginning, mistake
from console.times import second
from store.errors import HeardError, InvalidInputError, QueryError, ThrottledError
from store.text import clean, clean_line
from store.text import width as cells

Form = Literal["text", "json", "ndjson", "csv"]
Row = Mapping[str, object]

# An integer in a field of one of these names is a moment (see `store.rows`) and is printed as ISO 8601, 0 as nothing.
TIME_FIELDS = frozenset(
    {"at", "created", "last_sync", "not_before", "occurred", "rated", "recorded", "send_at", "since", "sla_due", "undone",
     "updated", "waiting_since"}
)  # fmt: skip
GAP = "  "
_WHOLE = frozenset({"ref"})  # columns whose cut values would name nothing
_PAGE = 2_000  # characters of a message beyond which people see its two ends
_ENDS = 200
NARROWEST = 6  # cells; a column is not cut below this while a wider one can give

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_FORMULA = frozenset("=+-@|\t\r\n")
_SPACES = " \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def choose(wanted: str, known: Sequence[str]) -> tuple[str, ...]:
    """The columns that `--fields a,b` asks for, in its order; all for "". InvalidInputError lists those there are."""
    names = tuple(dict.fromkeys(name.strip() for name in wanted.split(",") if name.strip()))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidInputError(f"There is no field {', '.join(unknown)}.", f"Fields: {', '.join(known)}.")
    return names or tuple(known)


def emit(
    rows: Iterable[Row],
    columns: Sequence[str],
    form: Form,
    out: TextIO,
    *,
    width: int,
    headings: Mapping[int, str] = MappingProxyType({}),
) -> None:
    """Print the columns of all rows to `out`; `width` is the terminal's in cells, 0 for no limit.

    text: an aligned table, in which `headings` stand before the rows of their numbers; json: one array; ndjson: one object a line, each as it comes; csv: quoted, with a header,
    safe to open in a spreadsheet.
    """
    if form == "text":
        table = _table([[(row.get(name), name) for name in columns] for row in rows], columns, width)
        lines = _headed(table, headings, width) if headings else table
    elif form == "csv":
        lines = _csv(rows, columns)
    elif form == "ndjson":
        lines = (_json(_object(row, columns)) for row in rows)
    else:
        lines = _array(rows, columns)
    for line in lines:
        _put(out, line, escape=form in {"json", "ndjson"})


def emit_error(error: HeardError, form: Form, err: TextIO, *, width: int = LINE) -> None:
    """Print what went wrong and what to do next: lines for people, one JSON object for scripts.

    Of a query that does not fit into `width` cells people see the part around the mistake, scripts all of it. So it is with a
    page that was given in the place of a name, and that the message says again.
    """
    if form in {"json", "ndjson"}:
        _put(err, _json(_value(_facts(error), "")), escape=True)
        return
    message = error.message
    if len(message) > _PAGE:
        message = f"{message[:_ENDS]} … {message[-_ENDS:]}"
    _put(err, f"heard: {clean(message)}")
    if isinstance(error, QueryError):
        for line in mistake(error, width - 2):
            _put(err, f"  {line}")
    for line in clean(error.hint).splitlines():
        _put(err, f"  {line}")


def _facts(error: HeardError) -> dict[str, object]:
    facts: dict[str, object] = {
        "error": error.code,
        "message": error.message,
        "hint": error.hint,
        "exit": error.exit_code,
    }
    if isinstance(error, QueryError):
        facts |= {"query": error.query, "position": error.at}
    if isinstance(error, ThrottledError):
        facts["after"] = error.after
    return facts


def _put(out: TextIO, line: str, *, escape: bool = False) -> None:
    """Write a line in whatever encoding `out` has: what does not fit is escaped in JSON, and a "?" elsewhere."""
    encoding = codecs.lookup(getattr(out, "encoding", None) or "utf-8").name
    if encoding != "utf-8" and not line.isascii():
        if escape:
            line = _BEYOND_ASCII.sub(_escape, line)
        line = line.encode(encoding, "replace").decode(encoding)
    out.write(line + "\n")


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


# Text


def _table(rows: list[list[tuple[object, str]]], columns: Sequence[str], limit: int) -> Iterator[str]:
    """Aligned lines under a header; nothing at all for no rows."""
    if not rows:
        return
    right = [all(_is_figure(*row[at]) for row in rows) for at in range(len(columns))]
    lines = [[name.replace("_", " ").upper() for name in columns]]
    lines += [[_shown(value, name) for value, name in row] for row in rows]
    needed = [max(cells(line[at]) for line in lines) for at in range(len(columns))]
    widths = _share(needed, limit, [at for at, name in enumerate(columns) if name in _WHOLE])
    for line in lines:
        ends = (_ending(*each) for each in zip(line, widths, columns, strict=True))
        padded = (_pad(*each) for each in zip(ends, widths, right, strict=True))
        text = GAP.join(padded).rstrip()
        yield beginning(text, limit) if limit > 0 else text


def _headed(lines: Iterable[str], headings: Mapping[int, str], limit: int) -> Iterator[str]:
    """The lines of a table, the first of which names its columns, with the headings before their rows."""
    for row, line in enumerate(lines, -1):
        if row in headings:
            text = clean_line(headings[row])
            yield beginning(text, limit) if limit > 0 else text
        yield line


def _is_figure(value: object, name: str) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and name not in TIME_FIELDS


def _shown(value: object, name: str) -> str:
    """A value as one line for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return clean_line(_joined(_value(value, name)))


def _joined(value: object) -> str:
    """One text for a plain value: lists and mappings in a row, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_joined, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}={_joined(each)}" for key, each in value.items())
    return str(value)


def _share(widths: list[int], limit: int, whole: Collection[int]) -> list[int]:
    """Take from the widest columns, cell by cell, until all of them fit; those that are to stay `whole` are left alone."""
    over = sum(widths) + len(GAP) * (len(widths) - 1) - limit
    given = [at for at in range(len(widths)) if at not in whole]
    if limit <= 0 or over <= 0 or not given:
        return widths
    shared = list(widths)
    while over > 0 and shared[widest := max(given, key=shared.__getitem__)] > NARROWEST:
        shared[widest] -= 1
        over -= 1
    return shared


def _ending(text: str, room: int, name: str) -> str:
    """An id that does not fit by its end, which commands take for it; anything else as it is."""
    return f"…{text[len(text) - room + 1 :]}" if name == "id" and len(text) > room > 1 else text


def _pad(text: str, room: int, right: bool) -> str:  # noqa: FBT001  (called with the columns of a zip)
    text = beginning(text, room)
    space = " " * (room - cells(text))
    return space + text if right else text + space


# JSON


def _array(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[str]:
    """One array with a row on each line, so that it can be printed while it is read."""
    waiting = ""
    yield "["
    for row in rows:
        if waiting:
            yield waiting + ","
        waiting = _json(_object(row, columns))
    if waiting:
        yield waiting
    yield "]"


def _object(row: Row, columns: Sequence[str]) -> dict[str, object]:
    return {name: _value(row.get(name), name) for name in columns}


def _value(value: object, name: str) -> object:
    """What JSON can carry: cleaned text, ISO times, lists and mappings of the same."""
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return (second(value) or None) if name in TIME_FIELDS else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, Collection) and not isinstance(value, (str, bytes)):
        return _nested(value, name)
    if is_dataclass(value):
        return {field.name: _value(getattr(value, field.name), field.name) for field in fields(value)}
    return clean(str(value))


def _nested(value: Collection[object], name: str) -> object:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):  # a named tuple is a row, not a list
        value = value._asdict()
    if isinstance(value, Mapping):
        return {clean(str(key)): _value(each, str(key)) for key, each in value.items()}
    return [_value(each, name) for each in value]


def _json(value: object) -> str:
    import msgspec  # noqa: PLC0415  (`--help` and tables do without it)

    return msgspec.json.encode(value).decode("utf-8")


# CSV


def _csv(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[str]:
    yield _csv_line(columns)
    for row in rows:
        yield _csv_line([_inert(_joined(_value(row.get(name), name))) for name in columns])


def _csv_line(texts: Iterable[str]) -> str:
    return ",".join('"' + text.replace('"', '""') + '"' for text in texts)


def _inert(text: str) -> str:
    """Keep a spreadsheet from running the cell: a quote goes before what could begin a formula, numbers aside."""
    if _NUMBER.fullmatch(text):
        return text
    first = unicodedata.normalize("NFKC", text.lstrip(_SPACES)[:1]).lstrip(" ")[:1]
    return f"'{text}" if first in _FORMULA else text
