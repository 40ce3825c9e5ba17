"""Words of a query that were meant as conditions: waiting > 4h, status!=open, one | other. Looked for, they would find nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from console.grammar import Condition, Node, Text

_COMPARES = re.compile(r"(?:[<>]=?|!?=|:(?!-))(.*)")
_DENIED = re.compile(r"(!?)([^\W\d][\w.\-]*)(!?)[:=](.*)")
_OTHERWISE = re.compile(r"([^\W\d][\w.\-]*)[：＝＞＜≥≤].*")  # noqa: RUF001  (signs of other keyboards)
_TWICE = re.compile(r"-+(([^\W\d][\w.\-]*)[:=<>].*)")
_PLAIN = str.maketrans({"：": ":", "＝": "=", "＞": ">", "＜": "<", "≥": ">=", "≤": "<="})  # noqa: RUF001  (the same)
_JOINS = {
    "|": "Write or.", "||": "Write or.", "&&": "Leave it away: what stands side by side holds together.",
}  # fmt: skip

Slip = tuple[str, int, str]  # the message, the place, the hint


def found(nodes: Sequence[Node], known: Callable[[str], bool]) -> Slip | None:
    """The first of such words among `nodes`, which stand side by side; `known` tells the name of a field."""
    joins = any(isinstance(node, Condition) for node in nodes)
    words = [node.text if isinstance(node, Text) and not node.quoted else "" for node in nodes]
    for at, (before, word, after) in enumerate(zip(["", *words], words, [*words[1:], ""], strict=False)):
        place, sign = nodes[at].at, "-" if nodes[at].negated else ""
        if (denied := _DENIED.fullmatch(word)) and (denied[1] or denied[3]) and known(denied[2].lower()):
            return "! does not turn a condition round.", place, f"Write -{denied[2]}:{denied[4]}"
        if (compares := _COMPARES.fullmatch(word)) and known(before.lower()):
            whole = f"{before}{word}{'' if compares[1] else after}"
            return "A condition is written without spaces.", place, f"Write {whole}"
        if (other := _OTHERWISE.fullmatch(word)) and known(other[1].lower()):
            return "A condition is written with plain signs.", place, f"Write {sign}{word.translate(_PLAIN)}"
        if sign and (twice := _TWICE.fullmatch(word)) and known(twice[2].lower()):
            return "One minus is enough.", place, f"Write -{twice[1]} or {twice[1]}"
        if joins and word in _JOINS:
            return f"{word} joins nothing here.", place, _JOINS[word]
    return None
