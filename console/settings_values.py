"""What the settings are once they are read: one value for each table of config.toml, with its defaults.

The names of the fields are the keys of the file; `settings_table` says what each key may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Provider = Literal["zendesk", "rt", "demo"]

CARD_FIELDS = (
    "organization", "plan", "notes", "addresses", "time_zone", "locale", "promises", "tickets", "contacts", "rating",
    "since", "channels", "lookups",
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
    density: str = "compact"
    motion: str = "auto"


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """One saved search: [views.NAME], or a file in `views/` of the workspace or in the shared folder."""

    query: str
    sort: str = "updated"
    key: str = ""
    group: str = ""
    columns: tuple[str, ...] = ()


class Views(dict[str, ViewSettings]):
    """The saved searches by their names; `shared` is a folder with more of them."""

    shared: str = ""


@dataclass(frozen=True, slots=True)
class LadderSettings:
    """What the writing advice does: [heard]."""

    muted: tuple[str, ...] = ()
    promises: bool = True


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which language model may be asked, and what it may be told: [model]."""

    endpoint: str = ""
    model: str = ""
    credential_command: tuple[str, ...] = ()
    timeout: int = 60
    characters: int = 20_000
    notes: bool = False
    allow_http: bool = False


@dataclass(frozen=True, slots=True)
class KnowledgeSettings:
    """Where the team's own articles lie: [knowledge]."""

    folder: str = "knowledge"


@dataclass(frozen=True, slots=True)
class MacroSettings:
    """Where the canned replies lie: [macros]."""

    folder: str = "macros"
    shared: str = ""


@dataclass(frozen=True, slots=True)
class ContactSettings:
    """How customers reach a person, for the block at the end of a reply: [contact]."""

    name: str = ""
    phone: str = ""
    address: str = ""
    time_zone: str = ""
    hours: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoursSettings:
    """The opening hours that promises count with: [hours]."""

    days: tuple[str, ...] = ("mon-fri",)
    opens: str = "9:00"
    closes: str = "17:00"
    time_zone: str = ""
    holidays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskHours:
    """The opening hours of one desk: [desk_hours.NAME]; what is empty is that of [hours]."""

    days: tuple[str, ...] = ()
    opens: str = ""
    closes: str = ""
    time_zone: str = ""
    holidays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """What may be shown of a customer: [privacy]."""

    card: tuple[str, ...] = CARD_FIELDS


@dataclass(frozen=True, slots=True)
class LookupSettings:
    """What the programs in card.d may take: [lookups]."""

    seconds: int = 2


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Whether consoles tell each other who is at which ticket, and where: [presence]."""

    mode: str = "on"
    folder: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class KeySettings:
    """[keys] has no keys that are known here: each is the id of an action."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that config.toml says, with the defaults for what it does not say."""

    desks: Mapping[str, DeskSettings] = field(default_factory=dict)
    sync: SyncSettings = field(default_factory=SyncSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    views: Mapping[str, ViewSettings] = field(default_factory=Views)
    heard: LadderSettings = field(default_factory=LadderSettings)
    knowledge: KnowledgeSettings = field(default_factory=KnowledgeSettings)
    macros: MacroSettings = field(default_factory=MacroSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    contact: ContactSettings = field(default_factory=ContactSettings)
    hours: HoursSettings = field(default_factory=HoursSettings)
    desk_hours: Mapping[str, DeskHours] = field(default_factory=dict)
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    lookups: LookupSettings = field(default_factory=LookupSettings)
    presence: PresenceSettings = field(default_factory=PresenceSettings)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
