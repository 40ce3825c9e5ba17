"""The form that a desk is connected with: a name, an address, a person, a token; the desk is asked before it is added."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from store.errors import HeardError
from widgets.keys_told import keys_told

if TYPE_CHECKING:
    from console.session import Session


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody typed into the form; the token shows itself to nobody."""

    provider: str
    name: str
    url: str
    user: str
    token: str = field(repr=False)

    def add_to(self, session: Session, desks: ModuleType, wanted: Callable[[], bool]) -> str:
        """Ask the desk who we are, add it, and return its name; raises what stands in the way. Takes as long as a network.

        Nothing is added, and "" returned, where it is not `wanted` any more when the desk has answered.
        """
        from console.settings import DeskSettings  # noqa: PLC0415  (only who connects needs it)
        from store import secrets  # noqa: PLC0415  (the same)

        made = DeskSettings(self.provider, self.url, self.user)  # type: ignore[arg-type]  # one of the providers offered
        given = secrets.Secret(self.token) if self.token else None
        desks.check(made, self.name, given or secrets.find(self.name))
        if not wanted():
            return ""
        desks.add(session, self.name, made, given)
        return self.name


Add = Callable[[Answers, Callable[[], bool]], str]
_FIELDS = (
    ("name", "Name", "what you call it: small letters and digits"),
    ("url", "Address", "https://COMPANY.zendesk.com"),
    ("user", "E-mail or login", "whom the token belongs to"),
    ("token", "Token", "goes into the keyring; empty: HEARD_NAME_TOKEN"),
)


class ConnectForm(ModalScreen[str]):
    """Returns the name of the desk that was added, or "" when the form was left; `add` asks and adds, beside the screen.

    It is told by its second argument whether the form still stands: who left it wants no desk added behind his back.
    """

    pane = "connecting"
    AUTO_FOCUS: ClassVar[str | None] = "#url"
    DEFAULT_CSS = """
    ConnectForm { align: center middle; }
    ConnectForm > Vertical {
        width: 76; max-width: 98%; height: auto; max-height: 98%; border: round $accent; background: $surface;
        padding: 0 1;
    }
    ConnectForm Input { height: 1; background: $boost; margin: 0 0 1 0; }
    ConnectForm Static { background: $surface; }
    """

    def __init__(self, provider: str, add: Add, taken: Iterable[str] = ()) -> None:
        super().__init__()
        self._provider = provider
        self._add = add
        self._name = next(n for n in (provider, *(f"{provider}{n}" for n in range(2, 99))) if n not in taken)
        self._asking = False
        self._left = False

    def compose(self) -> ComposeResult:
        """Lay out the fields, and a line for what stands in the way."""
        with Vertical() as box:
            box.border_title = Content("Connect a desk")
            box.border_subtitle = Content("tab next  enter or ") + keys_told(
                self.app, self.pane, ("join", "connects"), ("cancel", "goes back")
            )
            for name, label, hint in _FIELDS:
                example = "https://rt.company.example" if (name, self._provider) == ("url", "rt") else hint
                yield Static(Content(label))
                yield Input(
                    self._name if name == "name" else "",
                    placeholder=example,
                    password=name == "token",
                    compact=True,
                    id=name,
                )
            yield Static(Content(""), id="told")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field, and connect from the last."""
        event.stop()
        if event.input.id == "token":
            self.do_join()
        else:
            self.focus_next()

    def do_join(self) -> None:
        """Ask the desk; add it once it has answered."""
        answers = self._answers()
        if self._asking:
            return
        if not (answers.name and answers.url):
            self.tell("The desk needs a name and an address.")
            return
        self._asking = True
        self.tell(f"Asking {answers.url}")
        self.run_worker(self._join(answers), exclusive=True)

    async def _join(self, answers: Answers) -> None:
        try:
            name = await asyncio.to_thread(self._add, answers, lambda: not self._left)
        except HeardError as error:
            self.tell(f"{error.message} {error.hint}".strip())
        else:
            self.dismiss(name)
        finally:
            self._asking = False

    def _answers(self) -> Answers:
        typed = {name: self.query_one(f"#{name}", Input).value.strip() for name, _, _ in _FIELDS}
        return Answers(self._provider, **typed)

    def tell(self, words: str) -> None:
        """Say how it stands, below the fields."""
        self.query_one("#told", Static).update(Content(words))

    def do_cancel(self) -> None:
        """Leave, and add nothing, whatever a desk that was asked still answers."""
        self._left = True
        self.dismiss("")
