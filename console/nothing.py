"""Why a query finds nothing: the first of its conditions that would find nothing by itself, and what is near it."""

from __future__ import annotations

from difflib import get_close_matches

from console.grammar import Condition, Node, read, show
from console.query import ALIASES, parse
from console.session import Session
from store import counts, vocabulary

_LOOKED = 8  # conditions of a query that are tried


def why(session: Session, query: str) -> str:
    """A sentence about a condition that no ticket meets, with a name that is near; "" where there is no more to say.

    QueryError when the query cannot be read.
    """
    nodes = read(query)
    for node in nodes[:_LOOKED]:
        if isinstance(node, Condition) and node.field == "sort":
            continue
        alone = parse(show((node,)), session.now())
        if not session.db.read(lambda r, one=alone: counts.some(r, one)):  # type: ignore[misc]
            alone_says = f"No ticket at all matches {show((node,))}." if len(nodes) > 1 else ""
            return f"{alone_says} {_near(session, node)}".strip()
    return ""


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
    near = get_close_matches(meant[:60], known, 1)
    return f"Did you mean {form.format(known[near[0]])}?" if near else ""
