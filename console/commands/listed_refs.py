"""Tickets named on standard input, one a line: what `heard list --fields ref` prints in any of its forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.errors import HeardError, InvalidInputError

if TYPE_CHECKING:
    from console.session import Session

LARGEST = 20_000_000  # bytes
_TOLD = 5  # lines with a mistake that are told one by one
_LONGEST = 40  # characters of such a line
_HEADER = "ref"
_BRACKETS = ("[", "]")  # of an array with a row a line
_HINT = "One ticket a line (desk/123, 123 or #123), such as `heard list QUERY --fields ref` prints."


def named(session: Session, text: str) -> list[str]:
    """The refs of the tickets that the lines name, each once, in their order; none for a text without lines.

    InvalidInputError names the lines that are no ticket here: then none of them is meant.
    """
    from console.triage import resolve  # noqa: PLC0415  (commands load what they use)

    found: dict[str, None] = {}
    wrong: list[str] = []
    for number, line, word in _words(text):
        try:
            found[resolve(session, word)] = None
        except HeardError as error:
            why = "is on several desks" if isinstance(error, InvalidInputError) else "is no ticket here"
            wrong.append(f"line {number} ({_short(line)}) {why}")
    if wrong:
        more = f"; {len(wrong) - _TOLD} lines more" if len(wrong) > _TOLD else ""
        raise InvalidInputError(
            f"Standard input: {'; '.join(wrong[:_TOLD])}{more}. Nothing was changed.", _HINT
        )
    return list(found)


def _words(text: str) -> Iterator[tuple[int, str, str]]:
    """The number of each line that is not empty, the line, and what it names; a header and brackets name nothing."""
    first = True
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line in _BRACKETS:
            continue
        word = _word(line)
        if not (first and word.lower() == _HEADER):
            yield number, line, word
        first = False


def _word(line: str) -> str:
    """What a line names: the field `ref` of an object, or all of it, out of the quotes of a CSV."""
    if line.startswith("{"):
        return _ref_of(line.removesuffix(","))
    quoted = len(line) > 1 and line[0] == line[-1] == '"'
    return line[1:-1] if quoted else line


def _ref_of(line: str) -> str:
    import msgspec  # noqa: PLC0415  (only where there is JSON)

    try:
        found = msgspec.json.decode(line, type=dict[str, object]).get(_HEADER)
    except msgspec.DecodeError:  # it is told with its number, as it stands
        return line
    return found if isinstance(found, str) else line


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
