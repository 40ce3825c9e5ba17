"""The one table of the settings: it drives parsing, defaults, the sample file and the JSON schema.

Every field carries its sentence of help; the values it makes are in `settings_values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Literal

from console.settings_values import (
    CARD_FIELDS,
    ContactSettings,
    DeskHours,
    DeskSettings,
    HoursSettings,
    KeySettings,
    KnowledgeSettings,
    LadderSettings,
    LookupSettings,
    MacroSettings,
    ModelSettings,
    PresenceSettings,
    PrivacySettings,
    Provider,
    SyncSettings,
    UiSettings,
    ViewSettings,
)
from store.orders import GROUPS, ORDERS

Kind = Literal["text", "address", "whole", "flag", "words", "pairs"]
Default = str | int | bool | tuple[str, ...]

PROVIDERS: tuple[Provider, ...] = ("zendesk", "rt", "demo")
CHECKS = (
    "hear", "empathize", "apologize", "resolve", "diagnose",
    "jargon", "reask", "next_step_time", "vague_time", "policy_defence", "stock_phrase", "unfilled_hole",
    "attachment_missing", "wrong_name", "tone", "recap_missing", "macro_misfit",
)  # fmt: skip

COLUMNS = (
    "ref", "subject", "status", "priority", "requester", "assignee", "group", "channel", "tags", "waits", "sla", "age",
    "created", "messages",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One key: what it may hold, and one sentence about it. `lowest` and `highest` bound whole numbers."""

    kind: Kind
    help: str
    choices: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0
    tables: Section | None = None  # what stands under this key is a table, or a table of tables, of its own


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file; with `named`, a table of such tables."""

    make: type
    help: str
    fields: Mapping[str, Field]
    named: bool = False
    beside: Mapping[str, Field] = field(default_factory=dict)  # texts that stand beside the named tables
    free: Field | None = None  # the keys are not known here; each holds one text or a list of texts


def _whole(help: str, lowest: int, highest: int) -> Field:  # noqa: A002  (the field's own name for it)
    return Field("whole", help, lowest=lowest, highest=highest)


_HOURS = {
    "days": Field("words", 'The days of work: ["mon-fri"], or ["sun-thu", "sat"].'),
    "opens": Field("text", "When a working day begins, such as 9:00."),
    "closes": Field("text", "When it ends: a promise for a day without an hour is due then."),
    "time_zone": Field("text", "The zone of these hours, such as Europe/Berlin; empty: the customer's own."),
    "holidays": Field("words", 'Days without work: ["2026-04-03", "12-25"]; without a year, every year.'),
}

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
            "requests_per_minute": _whole(
                "Ask the desk at most so often; 0: as often as it allows.", 0, 100_000
            ),
        },
        named=True,
    ),
    "sync": Section(
        SyncSettings,
        "How the desks are kept up with.",
        {
            "interval": _whole("Seconds between two looks at a desk.", 2, 3_600),
            "undo_send": _whole(
                "Seconds that a public reply waits, in which it can be taken back; 0: none.", 0, 300
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
            "theme": Field(
                "text",
                "The colours: dark, light, high-contrast, colour-blind, ansi, mono, or one of themes/; empty: the terminal's.",
            ),
            "mouse": Field("flag", "Whether the mouse works; without it, the terminal selects text."),
            "editor": Field(
                "words",
                'The program for long texts, as a list: ["vim", "-n"]; empty takes $VISUAL or $EDITOR.',
            ),
            "density": Field(
                "text", "How much of a ticket the queue shows: one line, or two.", ("compact", "comfortable")
            ),
            "motion": Field(
                "text",
                "Whether anything moves or blinks; auto: not over SSH and not in tmux.",
                ("auto", "full", "reduced"),
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
            "group": Field("text", "What stands together, before the order.", ("", *GROUPS)),
            "columns": Field(
                "words",
                "What the queue shows of each ticket, from the left; empty: what there is room for.",
                COLUMNS,
            ),
        },
        named=True,
        beside={
            "shared": Field(
                "text",
                "A folder of the whole team with more views; a path without a beginning is below the workspace.",
            ),
        },
    ),
    "heard": Section(
        LadderSettings,
        "What the writing advice does.",
        {
            "muted": Field("words", "Steps and checks that are never mentioned.", CHECKS),
            "promises": Field(
                "flag", "Whether the times that a reply promises are confirmed and kept track of."
            ),
        },
    ),
    "knowledge": Section(
        KnowledgeSettings,
        "The team's own articles, as Markdown.",
        {
            "folder": Field("text", "Where they lie; a path without a beginning is below the workspace."),
        },
    ),
    "macros": Section(
        MacroSettings,
        "Macros: canned replies, as Markdown.",
        {
            "folder": Field("text", "Where they lie; a path without a beginning is below the workspace."),
            "shared": Field(
                "text", "A second folder, of the whole team say; what has the same name in the first holds."
            ),
        },
    ),
    "model": Section(
        ModelSettings,
        "A language model, asked on request alone; docs/model.md says what leaves the machine. Its secret is never here.",
        {
            "endpoint": Field(
                "address",
                "An OpenAI-compatible address, usually ending in /v1; empty: no model is ever asked.",
            ),
            "model": Field("text", "The model's name, as the endpoint knows it."),
            "credential_command": Field(
                "words",
                "The program that prints the token, as a list; otherwise HEARD_MODEL_TOKEN or the keyring.",
            ),
            "timeout": _whole("Seconds to wait for a whole answer.", 1, 600),
            "characters": _whole("At most so many characters of messages go out, the newest.", 500, 500_000),
            "notes": Field("flag", "Whether internal notes go out as well."),
            "allow_http": Field(
                "flag", "Whether an endpoint beyond this machine may be reached without encryption."
            ),
        },
    ),
    "contact": Section(
        ContactSettings,
        "How customers reach a person; the contact block at the end of a reply is made of it.",
        {
            "name": Field("text", "Who answers: a person, or the team."),
            "phone": Field("text", "The number to call."),
            "address": Field("text", "Where else, such as an e-mail address."),
            "time_zone": Field(
                "text", "The zone of the hours, such as Europe/Berlin; empty: this machine's."
            ),
            "hours": Field("words", 'When somebody answers: ["mon-fri 9:00-17:00", "sat 10:00-14:00"].'),
            "holidays": Field(
                "words", 'Days on which nobody does: ["2026-04-03", "12-25"]; without a year, every year.'
            ),
        },
    ),
    "hours": Section(
        HoursSettings,
        "The opening hours that promises count with: end of day, by Friday, within two business days.",
        _HOURS,
    ),
    "desk_hours": Section(
        DeskHours,
        "The opening hours of one desk, by its name; what is left out is that of [hours].",
        _HOURS,
        named=True,
    ),
    "privacy": Section(
        PrivacySettings,
        "What may be shown of a customer beside the messages.",
        {
            "card": Field("words", "What may stand on the card above a story, beside the name.", CARD_FIELDS),
        },
    ),
    "lookups": Section(
        LookupSettings,
        "The programs in card.d, which look a customer up elsewhere.",
        {
            "seconds": _whole("Seconds that each program may take.", 1, 30),
        },
    ),
    "presence": Section(
        PresenceSettings,
        "Who has which ticket open: open consoles tell each other through small files, and never a word of what is written.",
        {
            "mode": Field("text", "Whether this console tells, and looks.", ("on", "off")),
            "folder": Field(
                "text",
                "A folder that the whole team can write to, such as a network drive; empty: one in the workspace.",
            ),
            "name": Field("text", "What colleagues see; empty: the name that the desk knows you by."),
        },
    ),
    "keys": Section(
        KeySettings,
        'Other keys: the id of an action with a text such as "R" or "g r", or a list; "" takes its keys away.',
        {},
        free=Field("words", 'A key, several keys in a list, or one after the other in a text: "g r".'),
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
        if section.beside:
            table["properties"] = {
                k: {"type": "string", "description": f.help} for k, f in section.beside.items()
            }
    if section.free:
        texts: dict[str, object] = {"type": "array", "items": {"type": "string"}}
        either = {"anyOf": [{"type": "string"}, texts], "description": section.free.help}
        table = {"type": "object", "additionalProperties": either}
    return {"description": section.help, **table}


def _field_schema(section: Section, name: str) -> dict[str, object]:
    rule = section.fields[name]
    if rule.tables is not None:
        return _section_schema(rule.tables)
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
        if section.beside:
            lines += ["", f"[{name}]"]
            for key, each in section.beside.items():
                lines += [f"# {each.help}", f'# {key} = ""']
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
