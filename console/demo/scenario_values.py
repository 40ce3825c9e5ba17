"""What a scenario is made of: plain values, times in microseconds since 1970 UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.demo.lines import Mood

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

DemoChannel = Literal["email", "web", "chat", "phone", "sms", "social", "messaging"]
CHANNELS: tuple[DemoChannel, ...] = ("email", "web", "chat", "phone", "sms", "social", "messaging")
IdentityKind = Literal["email", "phone_number", "twitter", "messaging"]
DemoStatus = Literal["new", "open", "pending", "hold", "solved", "closed"]
DemoPriority = Literal["low", "normal", "high", "urgent"]

FIELD_ORDER = 360000000501
FIELD_PRODUCT = 360000000502
FIELD_PLAN = 360000000503
PLANS = ("none", "care", "care_plus")

Plain = str | int | None | tuple[str, ...]  # what a field of a ticket may hold


@dataclass(frozen=True, slots=True)
class Group:
    """A team of agents."""

    id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers; `warmth` and `craft` (0 to 1) shape the replies."""

    id: int
    name: str
    email: str
    role: Literal["admin", "agent"]
    group_id: int
    warmth: float
    craft: float


@dataclass(frozen=True, slots=True)
class Organization:
    """A firm that some customers belong to."""

    id: int
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes, with every address that is known of them."""

    id: int
    first: str
    last: str
    name: str
    identities: tuple[tuple[IdentityKind, str], ...]
    organization_id: int | None
    locale: str
    language: str
    zone: str
    city: str
    street: str
    notes: str | None
    created: int

    def identity(self, kind: IdentityKind) -> str:
        """The first address of `kind`, or an empty text."""
        return next((value for k, value in self.identities if k == kind), "")


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: what is known of it before it is fetched."""

    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a ticket went from `old` to `new`; a custom field is named by its id."""

    field: str
    old: Plain
    new: Plain


@dataclass(frozen=True, slots=True)
class Rating:
    """What a customer said of the service; `reason` is the one picked from the list for a bad one."""

    score: Literal["good", "bad"]
    comment: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a conversation: a message, a note, a rating, or only changes (then text and html are empty)."""

    at: int
    author_id: int
    public: bool
    text: str
    html: str = ""
    files: tuple[File, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a ticket is about in truth, whether the desk was told or not; living customers speak from it."""

    theme: str
    mood: Mood
    product: str
    part: str
    order: str
    serial: str
    opened: int = 0
    contact: int = 1


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it stands at the end of its turns; `waiting_since` is None when the customer waits for nothing."""

    id: int
    subject: str
    channel: DemoChannel
    language: str
    about: About | None
    requester_id: int
    organization_id: int | None
    group_id: int | None
    assignee_id: int | None
    status: DemoStatus
    priority: DemoPriority | None
    tags: tuple[str, ...]
    order: str | None
    product: str | None
    plan: str | None
    waiting_since: int | None
    replied: bool
    turns: tuple[Turn, ...]

    @property
    def created(self) -> int:
        """When the first message came."""
        return self.turns[0].at

    @property
    def updated(self) -> int:
        """When the last thing happened."""
        return self.turns[-1].at


@dataclass(frozen=True, slots=True)
class Scenario:
    """A company with its past, made from a seed; `now` is the instant that all times lead up to."""

    seed: int
    size: int
    now: int
    company: str
    domain: str
    groups: tuple[Group, ...]
    agents: tuple[Agent, ...]
    organizations: tuple[Organization, ...]
    customers: tuple[Customer, ...]
    tickets: tuple[Ticket, ...]
