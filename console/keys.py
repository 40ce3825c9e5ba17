"""Keys of one's own: what people write under [keys] read as keys, and what of it can hold beside everything else.

The table of actions lies above the console and is passed in; an action is known here by its id, keys and panes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

PATIENCE = 1.0  # seconds in which the rest of a longer key is waited for
_OTHER_NAMES = {
    "esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete", "ins": "insert",
    "control": "ctrl", "option": "alt", "meta": "alt", "spacebar": "space",
}  # fmt: skip
_MODIFIERS = ("alt", "ctrl", "shift")
_NAMES = frozenset(
    f"""enter space tab escape backspace delete insert home end pageup pagedown up down left right
    {" ".join(f"f{n}" for n in range(1, 25))}""".split()
)
_SAME_BYTE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+j": "enter"}
_SIGN_AND_LETTER = 2
_NEEDED = frozenset({"cancel"})  # no list of actions can be opened where it works


class Bound(Protocol):
    """What has keys: an action of the table."""

    @property
    def id(self) -> str:
        """Its name in [keys]."""
        ...

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys, the first of them in the footer."""
        ...

    @property
    def panes(self) -> tuple[str, ...]:
        """Where it works."""
        ...

    @property
    def with_key(self) -> bool:
        """Whether each of its keys means something else."""
        ...

    def keys_in(self, pane: str) -> tuple[str, ...]:
        """Return the keys that mean it in `pane`."""
        ...

    def rekeyed(self, keys: tuple[str, ...]) -> Self:
        """Return the same with other keys."""
        ...

    def retold(self, table: Iterable[Bound]) -> Self:
        """Return the same, its sentence naming the keys that hold in `table`."""
        ...


class Listed(Bound, Protocol):
    """An action with what people are told about it."""

    @property
    def label(self) -> str:
        """Its name on the screen."""
        ...

    @property
    def help(self) -> str:
        """What it does, in a sentence."""
        ...

    @property
    def group(self) -> str:
        """The heading that it stands under."""
        ...


@dataclass(frozen=True, slots=True)
class Actions:
    """The whole table of actions, and the panes that it speaks of."""

    table: Sequence[Listed]
    panes: Sequence[str]


B = TypeVar("B", bound=Bound)


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot hold of [keys]: the id it is about, what is wrong as the end of a sentence, and what to do."""

    action: str
    problem: str
    hint: str

    def __str__(self) -> str:
        """Say it in one sentence."""
        return f"[keys] {self.action} {self.problem}"


@dataclass(frozen=True, slots=True)
class Clash:
    """A key that cannot mean both `first` and `second` in `pane`."""

    pane: str
    key: str
    first: str
    second: str
    hides: bool = False  # the key of `second` hides the longer one of `first`

    def __str__(self) -> str:
        """Say it in one sentence."""
        if self.hides:
            return f"in the {self.pane} pane, {self.key} ({self.second}) hides longer keys ({self.first})"
        return f"in the {self.pane} pane, {self.key} means both {self.first} and {self.second}"


def clashes(table: Iterable[Bound], panes: Iterable[str]) -> Iterator[Clash]:
    """Find every key that means two things in one pane, or that hides the beginning of a longer one."""
    actions = tuple(table)
    for pane in panes:
        taken: dict[str, str] = {}
        for action in actions:
            for key in action.keys_in(pane):
                if key in taken:
                    yield Clash(pane, key, taken[key], action.id)
                taken.setdefault(key, action.id)
        begun = {head: key for key in taken for head in heads(key)}
        for key in sorted(begun.keys() & taken.keys()):
            yield Clash(pane, key, taken[begun[key]], taken[key], hides=True)


def heads(key: str) -> Iterator[str]:
    """Every beginning of a longer key: "g" of "g a"."""
    parts = key.split(" ")
    for n in range(1, len(parts)):
        yield " ".join(parts[:n])


def normal(written: str) -> str:
    """Return a key as the table writes it: "Ctrl+W <" is "ctrl+w <"; ValueError says what is none."""
    if written == " ":
        return "space"
    strokes = written.split()
    if not strokes:
        raise ValueError("an empty text among others is no key")
    return " ".join(_stroke(stroke) for stroke in strokes)


def _stroke(written: str) -> str:
    if len(written) == 1:
        return written
    if len(written) == _SIGN_AND_LETTER and written[0] == "^":
        written = f"ctrl+{written[1]}"
    plus = written.endswith("++")  # the key + itself, with something held down
    *held, name = [*written[:-2].split("+"), "+"] if plus else written.split("+")
    modifiers = {_OTHER_NAMES.get(each.lower(), each.lower()) for each in held}
    if wrong := sorted(modifiers - set(_MODIFIERS)):
        raise ValueError(f"{wrong[0]!r} is not held down on a terminal: alt, ctrl and shift are")
    return _joined(modifiers, name)


def _joined(modifiers: set[str], name: str) -> str:
    if len(name) == 1:
        if "shift" in modifiers and name.isalpha():
            name, modifiers = name.upper(), modifiers - {"shift"}
        name = name.lower() if "ctrl" in modifiers else name
    else:
        name = _OTHER_NAMES.get(name.lower(), name.lower())
        if name not in _NAMES:
            near = _nearest(name, _NAMES)
            raise ValueError(f"{name!r} is no key" + (f"; did you mean {near}?" if near else ""))
    key = "+".join([*(m for m in _MODIFIERS if m in modifiers), name])
    if key in _SAME_BYTE:
        raise ValueError(f"{key} is the same as {_SAME_BYTE[key]} on a terminal")
    return key


def told_apart(action: Bound) -> bool:
    """Whether each key of the action means something of its own, the first always the first."""
    return action.with_key and not action.id.endswith("pane")


def chosen(
    wanted: Mapping[str, Sequence[str]], table: Sequence[B], panes: Sequence[str]
) -> tuple[tuple[B, ...], tuple[Fault, ...]]:
    """Return the table with the keys of one's own, and what of them cannot hold: for those actions the defaults stay."""
    known = {action.id: action for action in table}
    faults: list[Fault] = []
    own: dict[str, tuple[str, ...]] = {}
    for name, written in wanted.items():
        try:
            own[name] = _keys_of(name, written, known)
        except _CannotBeError as error:
            faults.append(error.fault)
    while True:
        made = tuple(each.rekeyed(own[each.id]) if each.id in own else each for each in table)
        found = list(clashes(made, panes))
        lost = {name: clash for clash in found for name in (clash.first, clash.second) if name in own}
        if not lost:
            return tuple(each.retold(made) for each in made) if own else made, tuple(faults)
        for name, clash in lost.items():
            del own[name]
            faults.append(Fault(name, f"cannot have its keys: {clash}", "Give one of the two another key."))


class _CannotBeError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _keys_of(name: str, written: Sequence[str], known: Mapping[str, Bound]) -> tuple[str, ...]:
    """The keys that somebody wrote for an action, as the table writes them."""
    if name not in known:
        near = _nearest(name.lower(), known)
        meant = f"Did you mean {near}? " if near else ""
        raise _CannotBeError(Fault(name, "is not an action", f"{meant}`heard keys` lists them all."))
    action = known[name]
    try:
        keys = tuple(dict.fromkeys(normal(each) for each in written if each))
    except ValueError as error:
        raise _CannotBeError(
            Fault(
                name,
                f"has a key that cannot be: {error}",
                'Write "R", "ctrl+s", "f5" or, one after the other, "g r".',
            )
        ) from None
    if not keys and name in _NEEDED:
        raise _CannotBeError(
            Fault(name, "must have a key: nothing else leads out of a window", 'The usual one is "escape".')
        )
    if told_apart(action) and len(keys) > len(action.keys):
        most = f"Give it at most {len(action.keys)}, in the order of: {' '.join(action.keys)}."
        raise _CannotBeError(Fault(name, "has more keys than it has meanings", most))
    made = action.rekeyed(keys)
    if silent := [key for key in keys if not any(key in made.keys_in(pane) for pane in made.panes)]:
        where = ", ".join(action.panes)
        raise _CannotBeError(
            Fault(
                name,
                f"cannot have {silent[0]}, which is typed as text there ({where})",
                "Hold ctrl or alt with it.",
            )
        )
    return keys


def meaning(action: Bound, key: str, default: Bound) -> str:
    """Return the default key in whose place `key` stands: what an action is told whose keys mean different things."""
    if key not in action.keys or not default.keys:
        return key
    at = action.keys.index(key)
    return default.keys[at] if at < len(default.keys) else default.keys[0]


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  (only a mistake needs it)

    return next(iter(get_close_matches(word, list(known), n=1)), "")
