"""What the app does for its screens, so that no screen needs to know the app."""

from __future__ import annotations

from typing import Protocol

from textual.message import Message

from screens.keymap import Keymap
from screens.loads import Loads
from widgets.actions import Action


class Host(Protocol):
    """The app as its screens see it."""

    @property
    def loads(self) -> Loads:
        """The threads that read and write beside the screen."""
        ...

    @property
    def keymap(self) -> Keymap:
        """Which key does what, as this person has it."""
        ...

    @property
    def painted(self) -> bool:
        """Whether the first frame is on the terminal."""
        ...

    @property
    def recent(self) -> list[str]:
        """The actions carried out last, by their ids, the newest first."""
        ...

    def reason(self, action: Action) -> str:
        """Why an action cannot be carried out just now; "" when it can."""
        ...

    async def perform_id(self, action_id: str, key: str = "") -> bool:
        """Do what the action of that name does; whether there was anything to do."""
        ...

    def post_message(self, message: Message) -> bool:
        """Tell the app something; whether it will hear it."""
        ...
