"""Holds what a command printed for programs against the schema that `heard schema` gives of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from console.commands.answers import ANSWERS, schema

FORMS = ("json", "ndjson")
TYPES: dict[str, Any] = {"string": str, "array": list, "object": dict, "null": type(None), "boolean": bool}


def command_of(args: Sequence[str]) -> str:
    """The command that these arguments name; "" for none that has a schema."""
    words = list(args[2:] if args[:1] == ["--home"] else args)
    both = " ".join(words[:2])
    if both in ANSWERS:
        return both
    name = words[0] if words else ""
    if name == "macros" and len(words) > 1 and not words[1].startswith("-"):
        return "macros fit"
    if name == "remedies" and len(words) > 1 and not words[1].startswith("-"):
        return "remedies show"
    return name if name in ANSWERS else ""


def form_of(args: Sequence[str]) -> str:
    """The form that is asked for, where it is one for programs."""
    after = next((n for n, word in enumerate(args[:-1], 1) if word in {"-o", "--output"}), None)
    form = args[after] if after else next((w[9:] for w in args if w.startswith("--output=")), "")
    return form if form in FORMS and "--" not in args else ""


def told(args: Sequence[str], out: str) -> list[str]:
    """What is wrong with an answer, by its places; nothing where it is as the schema says, or has none."""
    command, form = command_of(args), form_of(args)
    if not command or not form or not out.strip() or {"-h", "--help"} & set(args):
        return []
    whole = schema(command)
    some = "--fields" in args
    if form == "json":
        return wrong(json.loads(out), whole, whole, some=some)
    rows = [{"$ref": f"#/$defs/{name}"} for name in whole["$defs"]]
    found = [wrong(json.loads(line), {"anyOf": rows}, whole, some=some) for line in out.splitlines()]
    return [each for line in found for each in line]


def wrong(
    value: Any, kind: Mapping[str, Any], whole: Mapping[str, Any], at: str = "", *, some: bool
) -> list[str]:
    """Where a value is not of its kind; a field that the schema does not name is wrong, too. With `some`, others may be missing."""
    if "$ref" in kind:
        return wrong(value, whole["$defs"][kind["$ref"].rpartition("/")[2]], whole, at, some=some)
    if "anyOf" in kind:
        tries = [wrong(value, each, whole, at, some=some) for each in kind["anyOf"]]
        return min(tries, key=len) if all(tries) else []
    types = kind["type"] if isinstance(kind["type"], list) else [kind["type"]]
    if not any(_is(value, name) for name in types):
        return [f"{at or 'it'} is {value!r:.60}, and should be {' or '.join(types)}"]
    if isinstance(value, str) and kind.get("format") == "date-time":
        return [] if datetime.fromisoformat(value).tzinfo else [f"{at} has no time zone"]
    if isinstance(value, list):
        return [
            e
            for n, each in enumerate(value)
            for e in wrong(each, kind["items"], whole, f"{at}[{n}]", some=some)
        ]
    return _members(value, kind, whole, at, some=some) if isinstance(value, dict) else []


def _members(
    value: dict[str, Any], kind: Mapping[str, Any], whole: Mapping[str, Any], at: str, *, some: bool
) -> list[str]:
    if "additionalProperties" in kind:
        known = dict.fromkeys(value, kind["additionalProperties"])
    else:
        known = kind["properties"]
    found = [f"{at}.{name} is not in the schema" for name in value if name not in known]
    found += [
        f"{at}.{name} is missing" for name in kind.get("required", ()) if name not in value and not some
    ]
    for name, each in value.items():
        found += wrong(each, known[name], whole, f"{at}.{name}", some=some) if name in known else []
    return found


def _is(value: Any, name: str) -> bool:
    if name in {"integer", "number"}:
        return isinstance(value, int if name == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])
