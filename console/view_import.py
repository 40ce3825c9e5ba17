"""Views of Zendesk and overviews of Zammad, as their APIs export them, made into ours; what cannot be said is told.

Nothing is guessed: a condition that our queries cannot say is left out of the view and named in its warnings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from console.grammar import quoted
from console.query import parse
from console.settings_values import ViewSettings
from console.view_shape import shape
from store.errors import InvalidInputError, QueryError
from store.filters import names
from store.terms import CHANNELS, PRIORITIES, STATUSES
from store.text import clean_line

LARGEST = 20_000_000  # bytes of an export
_NAMES = {
    "status": "status", "priority": "priority", "assignee_id": "assignee", "group_id": "group", "organization_id": "org",
    "requester_id": "customer", "current_tags": "tag", "via_id": "channel", "subject": "phrase", "subject_includes_word": "words",
    "description_includes_word": "words",
    "ticket.state_id": "status", "ticket.state": "status", "ticket.priority_id": "priority", "ticket.priority": "priority",
    "ticket.owner_id": "assignee", "ticket.group_id": "group", "ticket.organization_id": "org", "ticket.customer_id": "customer",
    "ticket.tags": "tag", "ticket.title": "words", "article.body": "words", "ticket.create_article_type_id": "channel",
    "ticket.created_at": "created", "ticket.updated_at": "updated", "ticket.escalation_at": "sla",
}  # fmt: skip
_STATES = {
    "1": "new",
    "2": "open",
    "3": "pending",
    "4": "closed",
    "7": "pending",
    "pending reminder": "pending",
    "pending close": "pending",
}
_URGENCY = {"1": "low", "2": "normal", "3": "high", "1 low": "low", "2 normal": "normal", "3 high": "high"}
_VIA = {
    "4": "email", "0": "web", "mail": "email", "web": "web", "chat": "chat", "29": "chat", "voice": "phone", "33": "phone",
    "34": "phone", "35": "phone",
}  # fmt: skip
_ME = {"current_user", "current_user.id"}
_NOBODY = {"", "none", "null", "not_set"}
_LESS = "of its conditions of which one must hold, some are missing: the view finds less"
_MORE = "none of its conditions of which one must hold can be said: the view finds more"
_RELATIVE = {
    "within last (relative)": "{0}<{1}", "from (relative)": "{0}<{1}", "before (relative)": "{0}>{1}",
}  # fmt: skip
_AHEAD = {"till (relative)": "{0}<{1}", "within next (relative)": "{0}:0m..{1}"}


class UnsaidError(ValueError):
    """This condition cannot be said as a query."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One view as it was made; `warnings` say what of it was left out. `view` is None where nothing is left to save."""

    name: str
    view: ViewSettings | None
    warnings: tuple[str, ...] = ()


def read(text: str) -> list[Imported]:
    """The views in an export: what `/api/v2/views` (Zendesk) or `/api/v1/overviews` (Zammad) answers."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInputError(
            "This is not JSON.", "Save the answer of /api/v2/views or /api/v1/overviews."
        ) from None
    return [_imported(each) for each in _listed(data)]


def read_file(path: Path) -> list[Imported]:
    """The views in a file; InvalidInputError when it cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidInputError(
                f"{path} is larger than {LARGEST // 1_000_000} MB.", "Export the views alone."
            )
        return read(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidInputError(
            f"{path} cannot be read: {error.strerror}.", "Name the file of the export."
        ) from None
    except UnicodeDecodeError:
        raise InvalidInputError(f"{path} is no UTF-8 text.", "Name the file of the export.") from None


def _listed(data: object) -> list[Mapping[str, Any]]:
    if isinstance(data, dict):
        assets = data.get("assets")
        if isinstance(assets, dict) and isinstance(assets.get("Overview"), dict):
            data = list(assets["Overview"].values())
        elif "view" in data or "views" in data:
            data = data.get("views", data.get("view"))
        elif "title" in data or "name" in data:
            data = [data]
        if isinstance(data, dict) and ("title" in data or "name" in data):  # one view under "view"
            data = [data]
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise InvalidInputError(
            "There are no views in this file.", "It holds what /api/v2/views or /api/v1/overviews answers."
        )
    return data


def _imported(given: Mapping[str, Any]) -> Imported:
    name = clean_line(str(given.get("title") or given.get("name") or "View")).strip()[:80] or "View"
    warnings: list[str] = []
    zammad = isinstance(given.get("condition"), dict)
    query = _of_zammad(given["condition"], warnings) if zammad else _of_zendesk(given, warnings)
    if given.get("active") is False:
        warnings.append("it is switched off there")
    sort, group, columns = shape(given, warnings, zammad=zammad)
    try:
        made = parse(query, 0)
    except QueryError as error:
        return Imported(name, None, (*warnings, f"its query cannot be read: {error.message}"))
    if names(made, "phrase"):
        warnings.append("its words are looked for in subjects, messages and names alike")
    if not query:
        return Imported(name, None, (*warnings, "nothing is left to look for"))
    return Imported(name, ViewSettings(query, sort, "", group, columns), tuple(warnings))


def _of_zendesk(given: Mapping[str, Any], warnings: list[str]) -> str:
    conditions = given.get("conditions")
    source = conditions if isinstance(conditions, dict) else given
    every = list(_said(_entries(source.get("all")), warnings))
    some = _entries(source.get("any"))
    found = list(_said(some, warnings))
    if some and len(found) < len(some):
        warnings.append(_LESS if found else _MORE)
    if len(found) > 1:
        found = [f"({' or '.join(found)})"]
    return " ".join([*every, *found])


def _entries(found: object) -> list[Mapping[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _said(entries: Sequence[Mapping[str, Any]], warnings: list[str]) -> Iterator[str]:
    for each in entries:
        field, operator, value = (each.get(key) for key in ("field", "operator", "value"))
        try:
            yield _zendesk(str(field), str(operator), value)
        except UnsaidError:
            warnings.append(_told(field, operator, value))


def _told(field: object, operator: object, value: object) -> str:
    return clean_line(f"left out: {field} {operator} {value if value is not None else ''}".strip())[:200]


def _zendesk(field: str, operator: str, value: object) -> str:
    """One condition of a Zendesk view as a query."""
    said = (
        [str(each) for each in value]
        if isinstance(value, list)
        else [str(value) if value is not None else ""]
    )
    aged = re.fullmatch(
        r"(?:(NEW|OPEN|PENDING|HOLD|SOLVED|CLOSED)|created_at|updated_at|requester_updated_at|assignee_updated_at|assigned_at)",
        field,
    )
    if aged:
        return _hours(field, operator, said[0])
    if field.startswith(("custom_fields_", "ticket_fields_")):
        key = field.partition("fields_")[2]
        return _plain(f"field.{key}", operator, said)
    name = _NAMES.get(field, "")
    if name == "tag":
        words = [word for each in said for word in each.replace(",", " ").split()]
        return _tags(operator, words)
    if name == "words":
        return _texts(operator, said)
    if name in ("status", "priority") and operator in ("less_than", "greater_than"):
        return _ranked(name, operator, said[0])
    return _plain(name, operator, said)


def _hours(field: str, operator: str, value: str) -> str:
    """Hours since something; of a state we know only since when a ticket was changed, which is not the same."""
    if not re.fullmatch(r"\d{1,6}", value) or field not in ("created_at", "updated_at"):
        raise UnsaidError
    name = field.removesuffix("_at")
    ops = {"greater_than": ">", "less_than": "<", "greater_than_equal": ">=", "less_than_equal": "<="}
    if operator not in ops:
        raise UnsaidError
    return f"{name}{ops[operator]}{value}h"


def _ranked(name: str, operator: str, value: str) -> str:
    order: Sequence[str] = STATUSES if name == "status" else PRIORITIES
    if value not in order:
        raise UnsaidError
    at = order.index(value)
    kept = order[:at] if operator == "less_than" else order[at + 1 :]
    if name == "priority":
        kept = [each for each in kept if each != "none" or operator == "less_than"]
    if not kept:
        raise UnsaidError
    return f"{name}:{','.join(kept)}"


def _tags(operator: str, words: Sequence[str]) -> str:
    if not words or "none" in map(str.lower, words):  # which means no tags here
        raise UnsaidError
    listed = ",".join(map(quoted, words))
    forms: dict[str, Callable[[], str]] = {
        "includes": lambda: f"tag:{listed}",
        "contains one": lambda: f"tag:{listed}",
        "not_includes": lambda: f"-tag:{listed}",
        "contains all not": lambda: (
            " or ".join(f"-tag:{quoted(w)}" for w in words)
            if len(words) == 1
            else f"-({' '.join(f'tag:{quoted(w)}' for w in words)})"
        ),
        "contains one not": lambda: f"-tag:{listed}",
        "contains all": lambda: " ".join(f"tag:{quoted(w)}" for w in words),
    }
    return _form(forms, operator)


def _texts(operator: str, said: Sequence[str]) -> str:
    phrases = ['"' + each.replace('"', " ").strip() + '"' for each in said if each.replace('"', "").strip()]
    words = [f'"{word}"' for each in said for word in each.replace('"', " ").split()]
    if not phrases:
        raise UnsaidError
    forms: dict[str, Callable[[], str]] = {
        "includes": lambda: _either(words),
        "not_includes": lambda: " ".join(f"-{word}" for word in words),
        "is": lambda: " ".join(phrases),
        "is_not": lambda: " ".join(f"-{each}" for each in phrases),
        "contains": lambda: _either(phrases),
        "contains not": lambda: " ".join(f"-{each}" for each in phrases),
    }
    return _form(forms, operator)


def _either(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"


def _form(forms: Mapping[str, Callable[[], str]], operator: str) -> str:
    if operator not in forms:
        raise UnsaidError
    return forms[operator]()


def _plain(name: str, operator: str, said: Sequence[str]) -> str:
    """A field that is, or is not, one of some values."""
    if not name or name == "phrase":
        raise UnsaidError
    if operator in ("present", "not_present"):
        return (
            f"{'-' if operator == 'present' else ''}{name}:none" if name.startswith("field.") else _unsaid()
        )
    signs = {"is": "", "is_not": "-", "is not": "-", "includes": "", "not_includes": "-"}
    values = [_value(name, each) for each in said]
    if operator not in signs or not values:
        raise UnsaidError
    return f"{signs[operator]}{name}:{','.join(map(quoted, values))}"


def _unsaid() -> str:
    raise UnsaidError


def _value(name: str, value: str) -> str:
    word = clean_line(value).strip().replace('"', "")
    if name == "assignee" and word in _ME:
        return "me"
    if name in ("assignee", "group", "org"):
        if word not in _NOBODY and not word.isdecimal():
            raise UnsaidError  # all_agents, current_groups: a word of theirs, not somebody's number
        return "none" if word in _NOBODY else word
    if name.startswith("field.") and (".." in word or word.lower() == "none"):
        raise UnsaidError  # it would be a range here, or no value at all
    known: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
        "status": (STATUSES, {}), "priority": (PRIORITIES, {}), "channel": (CHANNELS, _VIA),
    }  # fmt: skip
    if name in known:
        words, others = known[name]
        word = others.get(word.lower(), word.lower())
        if word not in words:
            raise UnsaidError
    if not word or (name == "customer"):
        raise UnsaidError  # their number of a person is not ours
    return word


def _of_zammad(condition: Mapping[str, Any], warnings: list[str]) -> str:
    if isinstance(condition.get("conditions"), list):
        return _expert(condition, warnings)
    made = []
    for name, each in condition.items():
        if not isinstance(each, dict):
            continue
        try:
            made.append(_zammad(str(name), each))
        except UnsaidError:
            warnings.append(_told(name, each.get("operator"), each.get("value", each.get("pre_condition"))))
    return " ".join(made)


def _expert(condition: Mapping[str, Any], warnings: list[str], depth: int = 0) -> str:
    """Conditions within conditions: AND, OR, NOT."""
    parts = []
    lost = False
    for each in _entries(condition.get("conditions")):
        try:
            if isinstance(each.get("conditions"), list) and depth < 20:  # noqa: PLR2004  (deeper than anybody nests)
                made = _expert(each, warnings, depth + 1)
            else:
                made = _zammad(str(each.get("name")), each)
        except UnsaidError:
            made, lost = "", True
            warnings.append(_told(each.get("name"), each.get("operator"), each.get("value")))
        parts += [made] if made else []
    if not parts:
        return ""
    operator = str(condition.get("operator", "AND")).upper()
    if lost and operator in ("NOT", "OR"):
        warnings.append(_LESS)
    if operator == "NOT":  # not all of them together
        return f"-({' '.join(parts)})"
    if operator == "OR":
        return _either(parts)
    return f"({' '.join(parts)})" if depth else " ".join(parts)


def _zammad(field: str, given: Mapping[str, Any]) -> str:
    """One condition of a Zammad overview as a query."""
    operator, value = str(given.get("operator")), given.get("value")
    before = str(given.get("pre_condition") or "")
    name = _NAMES.get(field, "")
    if before.startswith("current_user") or before == "not_set":
        if name != "assignee":
            raise UnsaidError
        return _plain(name, operator, ["current_user" if before.startswith("current_user") else "none"])
    said = (
        [str(each) for each in value]
        if isinstance(value, list)
        else [str(value)]
        if value not in (None, "")
        else []
    )
    if name in ("created", "updated", "sla"):
        return _relative(name, operator, given)
    if name == "tag":
        return _tags(operator, [word.strip() for each in said for word in each.split(",") if word.strip()])
    if name == "words":
        return _texts(operator, said)
    maps = {"status": _STATES, "priority": _URGENCY}
    if name in maps:
        said = [maps[name].get(each.lower(), each) for each in said]
        said = list(dict.fromkeys(said))
    return _plain(name, operator, said)


def _relative(name: str, operator: str, given: Mapping[str, Any]) -> str:
    """A moment, counted from now or by the calendar."""
    value, unit = str(given.get("value")), str(given.get("range"))
    units = {"minute": "m", "hour": "h", "day": "d", "week": "w"}
    forms = _AHEAD if name == "sla" else _RELATIVE
    if unit in units and re.fullmatch(r"\d{1,6}", value) and operator in forms:
        return forms[operator].format(name, value + units[unit])
    signs = {"before (absolute)": "<=", "after (absolute)": ">="}
    if operator in signs:
        return f"{name}{signs[operator]}{_here(value)}"
    if operator == "today":
        return f"{name}:today"
    raise UnsaidError


def _here(moment: str) -> str:
    """A moment of the export, in the time zone of this machine."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%dT%H:%M}"
    except (ValueError, OverflowError, OSError):
        raise UnsaidError from None
