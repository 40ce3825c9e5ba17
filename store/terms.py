"""The field's standard terms, as the whole program writes them; nothing here costs anything to import."""

from __future__ import annotations

from typing import Literal

Status = Literal["new", "open", "pending", "hold", "solved", "closed"]
Priority = Literal["none", "low", "normal", "high", "urgent"]
Channel = Literal["email", "web", "chat", "phone", "sms", "social", "messaging", "other"]
Role = Literal["customer", "agent", "system"]
Presence = Literal["present", "gone", "forbidden", "merged", "spam"]

STATUSES: tuple[Status, ...] = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES: tuple[Priority, ...] = ("none", "low", "normal", "high", "urgent")
CHANNELS: tuple[Channel, ...] = ("email", "web", "chat", "phone", "sms", "social", "messaging", "other")
SCORES = ("good", "bad")  # how a customer rates a ticket
RATING = (
    "satisfaction rating"  # the field of a change that tells a rating: no key of a custom field has a space
)
SEVERAL = "multiselect"  # the kind of a custom field that takes more than one of its values
