"""The grammar of queries: text into a tree that knows where everything stood, and back. What a field means is not known here.

field:value   field:a,b   field:"two words"   field>4h  >=  <  <=  =   field:from..to   words   "a phrase"
-anything   not anything   one or other   (...)   and between two conditions changes nothing
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, replace
from typing import NoReturn

from store.errors import QueryError

LONGEST = 100_000  # characters of a query
_SHOWN = 60  # characters of a word that an error says again
DEEPEST = 30  # parentheses within parentheses
MOST = 1_000  # words and values
JOINING = ("or", "and", "not")
_QUOTES = '"“”„«»'  # as keyboards have them, and as word processors make of them

_FIELD = re.compile(r"([^\W\d][\w.\-]*)(:?(?:>=|<=|>|<)|[:=])")
_SPACE = re.compile(r"\s*")
_WORD = re.compile(rf"[^\s{_QUOTES}()]+")
_ITEM = re.compile(rf"[^\s{_QUOTES}(),]+")
_CLOSING = re.compile(f"[{_QUOTES}]")
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")
_EXAMPLE = "For example -tag:spam, or a word to look for."


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` stands to one of `values` as `op` (":", "<", "<=", ">" or ">=") says; `places` are where the values began."""

    field: str
    op: str
    values: tuple[str, ...]
    negated: bool = False
    at: int = dataclasses.field(default=0, compare=False)
    places: tuple[int, ...] = dataclasses.field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A word, or with `quoted` a phrase, that is looked for."""

    text: str
    quoted: bool = False
    negated: bool = False
    at: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """One of the options holds, or none of them when `negated`; of an option all nodes."""

    options: tuple[tuple[Node, ...], ...]
    negated: bool = False
    at: int = dataclasses.field(default=0, compare=False)


Node = Condition | Text | Group


def read(text: str) -> tuple[Node, ...]:
    """The nodes of a query, all of which must hold; QueryError says where it cannot be read."""
    if len(text) > LONGEST:
        raise QueryError(
            f"A query has at most {LONGEST:,} characters; this one has {len(text):,}.",
            text[:40] + "…",
            40,
            "Look for less at a time.",
        )
    if found := _UNREADABLE.search(text):
        shown = _UNREADABLE.sub("?", text)
        raise QueryError(
            "There is a character that cannot be read here.", shown, found.start(), "Type it again."
        )
    parser = _Parser(text)
    parser.space()
    nodes = parser.any_of(0) if text.strip() else ()
    if parser.at < len(text):
        parser.refuse(
            "This parenthesis was not opened.", parser.at, "Take it away, or put it in quotation marks."
        )
    return nodes


def show(nodes: tuple[Node, ...]) -> str:
    """The text that is read as these nodes again."""
    return " ".join(_shown(node) for node in nodes)


def _shown(node: Node) -> str:
    sign = "-" if node.negated else ""
    if isinstance(node, Group):
        return f"{sign}({' or '.join(show(option) for option in node.options)})"
    if isinstance(node, Text):
        return f'{sign}"{node.text}"' if node.quoted else sign + node.text
    return f"{sign}{node.field}{node.op}{','.join(map(quoted, node.values))}"


def quoted(value: str) -> str:
    """The value as it has to be typed behind a field: in quotation marks where it needs them."""
    bare = _ITEM.fullmatch(value) and value[0] not in "<>=" and not value.startswith("//")
    return value if bare else f'"{value}"'


@dataclass(slots=True)
class _Parser:
    """Reads from left to right, one character ahead."""

    text: str
    at: int = 0
    counted: int = 0

    def any_of(self, depth: int) -> tuple[Node, ...]:
        """The options up to the end or a closing parenthesis: one option's nodes, or one Group of several."""
        start = self.at
        options = [self.all_of(depth)]
        while self.word_here() == "or":
            self.skip(2)
            options.append(self.all_of(depth))
        return options[0] if len(options) == 1 else (Group(tuple(options), at=start),)

    def all_of(self, depth: int) -> tuple[Node, ...]:
        """The nodes up to an `or`, a closing parenthesis or the end; there is at least one."""
        nodes: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] != ")" and self.word_here() != "or":
            if self.word_here() == "and":
                self.needs_left(nodes)
                self.skip(3)
                self.needs_right("and")
            nodes.extend(self.one(depth))
        self.needs_left(nodes)
        return tuple(nodes)

    def needs_left(self, nodes: list[Node]) -> None:
        """Refuse an `and` or `or` that nothing stands before."""
        if not nodes:
            self.refuse("A condition is missing here.", self.at, "For example (status:open or tag:vip).")

    def needs_right(self, word: str) -> None:
        """Refuse a joining `word` that nothing stands behind."""
        if self.at >= len(self.text) or self.text[self.at] == ")" or self.word_here() in ("or", "and"):
            self.refuse(f"A condition is missing after {word}.", self.at, _EXAMPLE)

    def one(self, depth: int) -> tuple[Node, ...]:
        """The nodes of one condition with its minus and its `not`s taken in."""
        start, negated = self.at, False
        while self.word_here() == "not":
            self.skip(3)
            self.needs_right("not")
            negated = not negated
        if self.text.startswith("-", self.at):
            self.at += 1
            if self.at >= len(self.text) or self.text[self.at].isspace() or self.text[self.at] == ")":
                self.refuse("A word is missing here.", self.at - 1, _EXAMPLE)
            negated = not negated
        nodes = self.plain(depth)
        self.space()
        return _turned(nodes, start) if negated else nodes

    def plain(self, depth: int) -> tuple[Node, ...]:
        """The nodes of a parenthesis, a phrase, a field with its values, or a word."""
        if self.text[self.at] == "(":
            return self.inside(depth + 1)
        start = self.at
        if self.text[start] in _QUOTES:
            self.count()
            return (Text(self.phrase(), quoted=True, at=start),)
        found = _FIELD.match(self.text, start)
        if found is None or self.text.startswith("//", found.end()):
            word = _WORD.match(self.text, start)
            if word is None:
                self.refuse(
                    "There is nothing that can be read here.",
                    start,
                    "See `heard list --help` for the grammar.",
                )
            self.count()
            self.at = word.end()
            return (Text(word[0], at=start),)
        self.at = found.end()
        return (self.condition(found, start),)

    def inside(self, depth: int) -> tuple[Node, ...]:
        """The nodes between two parentheses, the opening one being here; QueryError beyond DEEPEST of them."""
        start = self.at
        if depth > DEEPEST:
            self.refuse(f"More than {DEEPEST} parentheses stand within each other.", start, "Take some away.")
        self.skip(1)
        nodes = self.any_of(depth)
        if not self.text.startswith(")", self.at):
            self.refuse("This parenthesis is not closed.", start, "Add a ) at the end.")
        self.at += 1
        return nodes

    def condition(self, found: re.Match[str], start: int) -> Condition:
        """The field that was `found` at `start` with all its values, and where each begins."""
        values: list[str] = []
        places: list[int] = []
        while True:
            place = self.at
            self.count()
            if self.text.startswith(tuple(_QUOTES), place):
                values.append(self.phrase())
                places.append(place)
            elif item := _ITEM.match(self.text, place):
                self.at = item.end()
                values.append(item[0])
                places.append(place)
            if not self.text.startswith(",", self.at):
                break
            self.at += 1
        if not values:
            self.refuse(f"{found[1][:_SHOWN]}{found[2]} needs a value.", self.at, "For example status:open.")
        op = found[2].lstrip(":=") or ":"
        return Condition(_name(found[1]), op, tuple(values), at=start, places=tuple(places))

    def phrase(self) -> str:
        """The text between two quotation marks, the first being here; within straight ones all others are letters."""
        start = self.at
        closing = _CLOSING.search(self.text, start + 1)
        end = closing.start() if closing else -1
        if self.text[start] == '"':
            end = self.text.find('"', start + 1)
        if end < 0:
            self.refuse("The quotation mark is not closed.", start, 'Add a " at the end of the phrase.')
        found = self.text[start + 1 : end]
        if not found.strip():
            self.refuse("There is nothing in the quotation marks.", start, "For example status:open.")
        self.at = end + 1
        return found

    def count(self) -> None:
        """Count one more word or value; QueryError beyond MOST."""
        self.counted += 1
        if self.counted > MOST:
            self.refuse(
                f"A query has at most {MOST:,} words and values.", self.at, "Look for less at a time."
            )

    def word_here(self) -> str:
        """The joining word that stands here, "" for anything else."""
        word = _WORD.match(self.text, self.at, self.at + 4)
        found = word[0].lower() if word else ""
        return found if found in JOINING else ""

    def skip(self, size: int) -> None:
        """Go on behind `size` letters and the space after them."""
        self.at += size
        self.space()

    def space(self) -> None:
        """Go on behind the space that stands here."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def refuse(self, message: str, at: int, hint: str) -> NoReturn:
        """Raise the QueryError about what stands at `at`."""
        raise QueryError(message, self.text, at, hint)


def _name(typed: str) -> str:
    """Names of fields in small letters; the key of a custom field is left as it was typed."""
    first, dot, key = typed.partition(".")
    return f"{first.lower() if first.isascii() else first}{dot}{key}"


def _turned(nodes: tuple[Node, ...], at: int) -> tuple[Node, ...]:
    """The opposite of all the nodes together."""
    if len(nodes) == 1:
        turned = replace(nodes[0], negated=not nodes[0].negated, at=at)
        if isinstance(turned, Group) and len(turned.options) == 1 and not turned.negated:
            return turned.options[0]
        if isinstance(turned, Text) and not turned.negated and _reads_otherwise(turned.text):
            return (replace(turned, quoted=True),)
        return (turned,)
    return (Group((nodes,), negated=True, at=at),)


def _reads_otherwise(word: str) -> bool:
    """Whether a word means something else when it stands by itself."""
    return word.startswith("-") or word.lower() in JOINING
