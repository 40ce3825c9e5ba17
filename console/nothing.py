"""Why a query finds nothing: the first of its conditions that would find nothing by itself, and what is near it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from console import triage
from console.grammar import Condition, Node, Text, quoted, read, show
from console.query import ALIASES, parse
from console.session import Session
from store import counts, vocabulary
from store.telephones import digits

_MEANT = ("none", "me")  # words of the grammar: no name that was typed wrong
_LOOKED = 8  # conditions of a query that are tried


def why(session: Session, query: str) -> str:
    """A sentence about a condition that no ticket meets, with a name that is near; "" where there is no more to say.

    QueryError when the query cannot be read.
    """
    nodes = read(query)
    if asked := _telephone(session, query, nodes):
        return f"Did you mean {asked}?"
    for node in nodes[:_LOOKED]:
        if isinstance(node, Condition) and node.field == "sort":
            continue
        alone = parse(show((node,)), session.now())
        if not session.db.read(lambda r, one=alone: counts.some(r, one)):  # type: ignore[misc]
            alone_says = f"No ticket at all matches {show((node,))}." if len(nodes) > 1 else ""
            return f"{alone_says} {_near(session, node)}".strip()
    return ""


def _telephone(session: Session, query: str, nodes: Sequence[Node]) -> str:
    """The condition for a telephone number that was typed in pieces, or as words, and that somebody has; "" for none."""
    first = nodes[0] if nodes else None
    begun = isinstance(first, Condition) and ALIASES.get(first.field, first.field) == "customer"
    start = first.places[0] if begun and isinstance(first, Condition) else 0
    number = query[start:].strip()
    words = all(isinstance(node, Text) and not node.negated for node in nodes[begun:])
    if not words or (first and first.negated) or not digits(number):
        return ""
    asked = f"customer:{quoted(number)}"
    return asked if triage.count(session, asked) else ""


def _near(session: Session, node: Node) -> str:
    if not isinstance(node, Condition) or node.negated:
        return ""
    name = ALIASES.get(node.field, node.field)
    if name.startswith("field."):
        keys = {key.lower(): key for key, _title in session.db.read(vocabulary.fields)}
        known, meant, form = keys, name.removeprefix("field.").lower(), "field.{}:"
        if meant in keys:
            return ""
    elif name in vocabulary.BY_FIELD:
        names = [value for value, _more in session.db.read(vocabulary.BY_FIELD[name])]
        known = {value.partition(" ")[0].lower(): value for value in names} | {
            value.lower(): value for value in names
        }
        meant, form = node.values[0].lower(), "{}"
    else:
        return ""
    near = [] if meant in _MEANT else get_close_matches(meant[:60], known, 1)
    return f"Did you mean {form.format(known[near[0]])}?" if near else ""
