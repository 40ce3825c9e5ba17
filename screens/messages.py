"""What a screen asks of the others: screens never know each other, `screens.app` carries these out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from textual.message import Message

Mode = Literal["triage", "board", "outbox", "promises", "connect"]


class Go(Message):
    """Show the screen of this mode."""

    def __init__(self, mode: Mode) -> None:
        super().__init__()
        self.mode = mode


class OpenTicket(Message):
    """Show this ticket's story, at the message `message_id` where one is named."""

    def __init__(self, ref: str, message_id: str = "") -> None:
        super().__init__()
        self.ref = ref
        self.message_id = message_id


class WriteOn(Message):
    """Go on with the draft of this ticket; `told` says how it came about."""

    def __init__(self, ref: str, told: str = "") -> None:
        super().__init__()
        self.ref = ref
        self.told = told


class OpenQuery(Message):
    """Show the queue of this query under this name."""

    def __init__(self, query: str, sort: str, name: str) -> None:
        super().__init__()
        self.query = query
        self.sort = sort
        self.name = name


class PlanChange(Message):
    """Work out these changes, as people type them, for these tickets, and show the plan before anything happens."""

    def __init__(self, refs: Sequence[str], words: Sequence[str]) -> None:
        super().__init__()
        self.refs = tuple(refs)
        self.words = tuple(words)


class Applied(Message):
    """A plan was put into the outbox, or failed; `words` says which."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class WhoIsWho(Message):
    """Show which customer records are the person of this one."""

    def __init__(self, customer_id: int) -> None:
        super().__init__()
        self.customer_id = customer_id


class Furnished(Message):
    """All panes of the triage screen are there."""
