"""Macros of other help desks, from what those export as JSON: Zendesk, Zammad and Chatwoot. Pure.

What cannot be taken over is never dropped silently: it becomes a hole, or a line of what is left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from console.macro_fill import PLACEHOLDERS
from store.errors import InvalidInputError
from store.html import html_to_text
from store.terms import PRIORITIES, STATUSES
from store.text import clean, clean_line
from store.tickets import tag_of

MOST = 5_000  # macros of one file
_NAMES: Mapping[str, str] = {
    "ticket.requester.first_name": "customer.first",
    "ticket.requester.name": "customer.name",
    "ticket.requester.email": "customer.email",
    "ticket.requester.organization.name": "customer.organization",
    "ticket.organization.name": "customer.organization",
    "ticket.id": "ticket.number",
    "ticket.title": "ticket.subject",
    "ticket.group.name": "ticket.queue",
    "current_user.name": "agent.name",
    "current_user.first_name": "agent.first",
    "ticket.assignee.name": "agent.name",
    "ticket.assignee.first_name": "agent.first",
    "ticket.customer.firstname": "customer.first",
    "ticket.customer.fullname": "customer.name",
    "ticket.customer.email": "customer.email",
    "ticket.customer.organization.name": "customer.organization",
    "ticket.number": "ticket.number",
    "user.fullname": "agent.name",
    "user.firstname": "agent.first",
    "contact.name": "customer.name",
    "contact.first_name": "customer.first",
    "contact.email": "customer.email",
    "conversation.id": "ticket.number",
    "conversation.display_id": "ticket.number",
    "agent.first_name": "agent.first",
}
_TAG = re.compile(
    r"\{%-?\s*(?P<logic>[^%\n]{0,200}?)\s*-?%\}|(?:\{\{|#\{)\s*(?P<name>[^{}\n]{0,200}?)\s*\}\}?"
)
_THEIRS = "contact."  # there it is the customer; ours are who answers


@dataclass(slots=True)
class Found:
    """A macro of another help desk as ours, and what of it could not be taken over."""

    title: str
    text: str = ""
    keywords: tuple[str, ...] = ()
    language: str = ""
    changes: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The path that it gets below the folder, without an ending: "Refunds::Late" gives "refunds/late"."""
        parts = [
            re.sub(r"[^\w]+", "-", part.casefold()).strip("-_") for part in re.split(r"::|/", self.title)
        ]
        name = "/".join(filter(None, (part[:60] for part in parts[-3:]))) or "macro"
        return f"{name}-macro" if name.endswith("readme") else name  # a README is no macro

    @property
    def usable(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.text.strip() or self.changes)

    def file(self) -> str:
        """The whole file: front matter and words."""
        pairs: list[tuple[str, object]] = [("title", self.title)]
        pairs += [("keywords", list(self.keywords))] if self.keywords else []
        pairs += [("language", self.language)] if self.language else []
        pairs += [("changes", self.changes)] if self.changes else []
        head = [f"{key} = {_toml(value)}" for key, value in pairs]
        return "\n".join(("+++", *head, "+++", self.text.strip(), ""))


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")


def read(source: str) -> list[Found]:
    """The macros of an export; InvalidInputError where it is none that is known here."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError("This is not JSON.", "Export the macros as JSON.") from error
    records = [record for record in _records(data) if isinstance(record, dict)][:MOST]
    if not records:
        raise InvalidInputError(
            "There are no macros in it.",
            "Zendesk: /api/v2/macros.json; Zammad: /api/v1/macros or /api/v1/text_modules; Chatwoot: canned_responses.",
        )
    return [_read(record) for record in records]


def _records(data: object) -> Sequence[object]:
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return ()
    assets = data.get("assets")
    if isinstance(assets, dict):
        kinds = [assets.get(name) for name in ("Macro", "TextModule")]
        return [each for kind in kinds if isinstance(kind, dict) for each in kind.values()]
    lists = (data.get(name) for name in ("macros", "text_modules", "canned_responses", "payload", "data"))
    return next((each for each in lists if isinstance(each, list)), ())


def _read(record: Mapping[str, object]) -> Found:
    if "short_code" in record:
        return _chatwoot(record)
    found = Found(_line(record.get("title") or record.get("name")) or "macro")
    if record.get("active") is False:
        found.left.append("it is not active there")
    elif "actions" in record:
        _zendesk(record, found)
    elif "perform" in record:
        _zammad(record, found)
    elif "content" in record:
        found.keywords = tuple(re.findall(r"[^\s,;]+", _line(record.get("keywords"))))
        found.language = re.split(r"[-_]", _line(record.get("locale")).lower())[0]
        found.language = found.language if re.fullmatch(r"[a-z]{2,3}", found.language) else ""
        found.text = _words(html_to_text(_text(record["content"])), found)
    else:
        found.left.append("it has neither words nor actions")
    return found


def _chatwoot(record: Mapping[str, object]) -> Found:
    found = Found(_line(record["short_code"]) or "macro")
    found.keywords = (found.title,)
    found.text = _words(_text(record.get("content")), found)
    return found


# -- what they change ---------------------------------------------------------------------------------------------


def _zendesk(record: Mapping[str, object], found: Found) -> None:
    if record.get("restriction"):
        found.left.append("who may use it")
    actions = record["actions"]
    for action in actions if isinstance(actions, list) else ():
        if isinstance(action, dict):
            name, value = _line(action.get("field")), action.get("value")
            if name in ("comment_value", "comment_value_html"):
                body = _text(value[-1] if isinstance(value, list) and value else value)
                found.text = _words(html_to_text(body) if name.endswith("html") else body, found)
            else:
                _change(name, _line(value), found)


def _change(name: str, value: str, found: Found) -> None:
    """Take over one change of a field; what it means is said by the names that both sides share."""
    if name == "comment_mode_is_public":
        if value == "false":
            found.left.append("that it is an internal note")
    elif name in ("status", "priority") and value in (*STATUSES, *PRIORITIES):
        found.changes.append(f"{name}={value}")
    elif name in ("current_tags", "remove_tags"):
        sign = "+" if name == "current_tags" else "-"
        found.changes += [f"{sign}{tag_of(tag)}" for tag in re.split(r"[\s,]+", value) if tag_of(tag)]
    elif name == "assignee_id" and value in ("current_user", "current_user.id"):
        found.changes.append("assignee=me")
    elif name == "subject" and value and "{" not in value:
        found.changes.append(f"subject={value}")
    else:
        found.left.append(f"{name}={value}" if value else name)


def _zammad(record: Mapping[str, object], found: Found) -> None:
    perform = record["perform"]
    for key, given in perform.items() if isinstance(perform, dict) else ():
        settings = given if isinstance(given, dict) else {"value": given}
        name, value = _line(key), _line(settings.get("value"))
        if name == "article.note" and settings.get("body"):
            found.text = _words(html_to_text(_text(settings["body"])), found)
            if str(settings.get("internal", "")).lower() == "true":
                found.left.append("that it is an internal note")
        elif name == "ticket.tags":
            sign = "-" if settings.get("operator") == "remove" else "+"
            found.changes += [f"{sign}{tag_of(tag)}" for tag in value.split(",") if tag_of(tag)]
        elif name == "ticket.owner_id" and settings.get("pre_condition") == "current_user.id":
            found.changes.append("assignee=me")
        else:
            found.left.append(f"{name}={value}" if value else name)


# -- what they say ------------------------------------------------------------------------------------------------


def _words(text: str, found: Found) -> str:
    """The words with our placeholders; for what there is nothing here stands a hole."""

    def put(match: re.Match[str]) -> str:
        """Our own placeholder for one of theirs, or a hole that says what stood there."""
        name = (match["name"] or "").partition("|")[0].strip().lower()
        ours = _NAMES.get(name) or (name if name in PLACEHOLDERS and not name.startswith(_THEIRS) else "")
        if ours:
            return f"{{{{{ours}}}}}"
        asked = re.sub(r"[\[\]{}]+", " ", clean_line(match["name"] or match["logic"] or "this")).strip()
        found.left.append(f"the placeholder {asked}")
        return f"[[fill: {asked[:150]}]]"

    return "\n".join(_closed(line) for line in _TAG.sub(put, clean(text)).strip().split("\n"))


def _closed(line: str) -> str:
    """The line without brackets that are opened and never closed: such a macro could not be read again."""
    even = line.count("{{") == line.count("}}")
    return line if even else re.sub(r"([{}])\1+", r"\1", line)


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _line(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return clean_line(" ".join(map(_text, value)) if isinstance(value, list) else _text(value))


def lefts(found: Sequence[Found]) -> Iterator[tuple[str, str]]:
    """Title and what was left of it, of every macro."""
    return ((each.title, left) for each in found for left in dict.fromkeys(each.left))
