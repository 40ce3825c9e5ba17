"""The one table of the settings: it drives parsing, defaults, the sample file and the JSON schema.

Every field carries its sentence of help; the values it makes are in the dataclasses below, whose field names are the
keys of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Literal

from store.filters import ORDERS

Provider = Literal["zendesk", "rt", "demo"]
Kind = Literal["text", "address", "whole", "flag", "words", "pairs"]
Default = str | int | bool | tuple[str, ...]

PROVIDERS: tuple[Provider, ...] = ("zendesk", "rt", "demo")
CHECKS = (
    "hear", "empathize", "apologize", "resolve", "diagnose",
    "jargon", "reask", "next_step_time", "vague_time", "policy_defence", "stock_phrase", "unfilled_hole",
    "attachment_missing", "wrong_name", "tone", "recap_missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """One help desk: [desks.NAME]."""

    provider: Provider
    url: str = ""
    user: str = ""
    credential_command: tuple[str, ...] = ()
    requests_per_minute: int = 0


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """How the desks are kept up with: [sync]."""

    interval: int = 15
    undo_send: int = 10
    stale_reply: str = "hold"


@dataclass(frozen=True, slots=True)
class UiSettings:
    """How the screens look: [ui]."""

    theme: str = ""
    mouse: bool = True
    editor: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """One saved search: [views.NAME]."""

    query: str
    sort: str = "updated"
    key: str = ""


@dataclass(frozen=True, slots=True)
class LadderSettings:
    """What the writing advice does: [heard]."""

    muted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that config.toml says, with the defaults for what it does not say."""

    desks: Mapping[str, DeskSettings] = field(default_factory=dict)
    sync: SyncSettings = field(default_factory=SyncSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    views: Mapping[str, ViewSettings] = field(default_factory=dict)
    heard: LadderSettings = field(default_factory=LadderSettings)


@dataclass(frozen=True, slots=True)
class Field:
    """One key: what it may hold, and one sentence about it. `lowest` and `highest` bound whole numbers."""

    kind: Kind
    help: str
    choices: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file; with `named`, a table of such tables."""

    make: type
    help: str
    fields: Mapping[str, Field]
    named: bool = False


SECTIONS: Mapping[str, Section] = {
    "desks": Section(
        DeskSettings,
        "A help desk, under the name that you give it. Its secret is never written here.",
        {
            "provider": Field("text", "Which kind of help desk this is.", PROVIDERS),
            "url": Field("address", "Where it is, for example https://acme.zendesk.com."),
            "user": Field("text", "Whom the credentials belong to, where the help desk asks for a name."),
            "credential_command": Field(
                "words", 'The program that prints the secret, as a list: ["pass", "show", "desk"]; no shell.'
            ),
            "requests_per_minute": Field(
                "whole", "Ask the desk at most so often; 0: as often as it allows.", lowest=0, highest=100_000
            ),
        },
        named=True,
    ),
    "sync": Section(
        SyncSettings,
        "How the desks are kept up with.",
        {
            "interval": Field("whole", "Seconds between two looks at a desk.", lowest=2, highest=3_600),
            "undo_send": Field(
                "whole",
                "Seconds that a public reply waits, in which u takes it back; 0: none.",
                lowest=0,
                highest=300,
            ),
            "stale_reply": Field(
                "text", "What becomes of a reply when a colleague has answered meanwhile.", ("hold", "send")
            ),
        },
    ),
    "ui": Section(
        UiSettings,
        "How the screens look.",
        {
            "theme": Field("text", "The colour theme; empty follows the terminal."),
            "mouse": Field("flag", "Whether the mouse works; without it, the terminal selects text."),
            "editor": Field(
                "words",
                'The program for long texts, as a list: ["vim", "-n"]; empty takes $VISUAL or $EDITOR.',
            ),
        },
    ),
    "views": Section(
        ViewSettings,
        "A saved search, under its name.",
        {
            "query": Field("text", "What it finds, in the words of the search bar."),
            "sort": Field("text", "The order of the tickets.", tuple(ORDERS)),
            "key": Field("text", "The number key that opens it.", ("", *"123456789")),
        },
        named=True,
    ),
    "heard": Section(
        LadderSettings,
        "What the writing advice does.",
        {
            "muted": Field("words", "Steps and checks that are never mentioned.", CHECKS),
        },
    ),
}


def default(section: Section, name: str) -> Default | None:
    """What a field is when the file does not name it; None: it has to be named."""
    found = next(each.default for each in fields(section.make) if each.name == name)
    return None if found is MISSING else found


def schema(sections: Mapping[str, Section] = SECTIONS, title: str = "heard settings") -> dict[str, object]:
    """The JSON schema of config.toml, or of another file with these sections, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _section_schema(section) for name, section in sections.items()},
    }


def _section_schema(section: Section) -> dict[str, object]:
    table: dict[str, object] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _field_schema(section, name) for name in section.fields},
    }
    required = [name for name in section.fields if default(section, name) is None]
    if required:
        table["required"] = required
    if section.named:
        table = {"type": "object", "additionalProperties": table}
    return {"description": section.help, **table}


def _field_schema(section: Section, name: str) -> dict[str, object]:
    rule = section.fields[name]
    kinds = {"whole": "integer", "flag": "boolean", "words": "array", "pairs": "object"}
    kind = kinds.get(rule.kind, "string")
    found: dict[str, object] = {"type": kind, "description": rule.help}
    if rule.kind == "words":
        found["items"] = {"type": "string", **({"enum": list(rule.choices)} if rule.choices else {})}
    elif rule.kind == "pairs":
        return {**found, "additionalProperties": {"type": "string"}, "default": {}}
    elif rule.choices:
        found["enum"] = list(rule.choices)
    if rule.highest:
        found |= {"minimum": rule.lowest, "maximum": rule.highest}
    usual = default(section, name)
    if usual is not None:
        found["default"] = list(usual) if isinstance(usual, tuple) else usual
    return found


def sample() -> str:
    """A config.toml that says nothing but the defaults, each under its sentence of help."""
    lines = ["# Settings of heard. A line that begins with # says what holds anyway."]
    for name, section in SECTIONS.items():
        lines += ["", f"# {section.help}", f"# [{name}.NAME]" if section.named else f"[{name}]"]
        for key, each in section.fields.items():
            lines += [f"# {each.help}", f"# {key} = {_toml(default(section, key))}"]
    return "\n".join(lines) + "\n"


def _toml(value: Default | None) -> str:
    if value is None:
        return '"..."'
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value).lower() if isinstance(value, (bool, int)) else f'"{value}"'
