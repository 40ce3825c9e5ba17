"""Read plain words without Typer's own machinery, which imports pydantic: a third of the start-up of a command."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_args, get_origin

Param: TypeAlias = Any  # click's; where its classes live differs between versions of Typer
Kind: TypeAlias = Any  # a type, or a form such as list[str]
Value: TypeAlias = Any
_UNREAD = object()
_LONGEST = 30  # digits of a number: Python itself refuses to read many thousands


def hasten(params: Iterable[Param], kinds: Mapping[str, Kind]) -> None:
    """Give each option and argument of click a short way for the words that need no more than `str` or `int`.

    `kinds` has the types by name; those that are not there are Typer's own flags. Whatever the short way does not
    know, wrong words above all, still goes the whole way.
    """
    for param in params:
        param.process_value = _short_way(param, param.process_value, kinds.get(param.name, bool))


def kinds_of(function: Callable[..., None]) -> dict[str, Kind]:
    """The types of a function's parameters by their names."""
    parameters = inspect.signature(function, eval_str=True).parameters
    return {name: kind_of(each.annotation) for name, each in parameters.items()}


def kind_of(annotation: Kind) -> Kind:
    """The type behind `Annotated` and `| None`."""
    if _origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    given = [each for each in get_args(annotation) if each is not type(None)]
    return given[0] if len(given) == 1 and _origin(annotation) is not list else annotation


def _origin(kind: Kind) -> object:
    return get_origin(kind)


def _short_way(
    param: Param, whole_way: Callable[[Value, Value], Value], kind: Kind
) -> Callable[[Value, Value], Value]:
    def process(ctx: Value, value: Value) -> Value:
        """Read the word here where that is enough; otherwise as Typer would."""
        read = _list(value, param) if _origin(kind) is list else _one(kind, value, param)
        if read is _UNREAD:
            return whole_way(ctx, value)
        return param.callback(ctx, param, read) if param.callback else read

    return process


def _list(value: Value, param: Param) -> Value:
    return value or (_UNREAD if param.required else ())


def _one(kind: Kind, value: Value, param: Param) -> Value:
    if value is None:
        return _UNREAD if param.required else None
    if isinstance(value, str):
        return _word(kind, value, param)
    return value if isinstance(value, kind) else _UNREAD


def _word(kind: Kind, word: str, param: Param) -> Value:
    if kind in {str, Path}:
        return kind(word) if word else word  # no path stays no path, and is refused as that
    if kind is int and len(word) <= _LONGEST and word.isascii() and word.isdecimal():
        low, high = getattr(param, "min", None), getattr(param, "max", None)
        within = (low is None or int(word) >= low) and (high is None or int(word) <= high)
        return int(word) if within else _UNREAD
    if issubclass(kind, Enum):
        return next((each for each in kind if each.value == word), _UNREAD)
    return _UNREAD
