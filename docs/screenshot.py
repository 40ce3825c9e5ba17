"""Draw the README's picture with the app itself: python docs/screenshot.py docs/screenshot.svg."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from textual.widgets import TextArea

from console import desks, history, triage
from console.demo.connect import desk_of
from console.session import Session
from console.settings import DeskSettings, add_desk
from screens.app import HeardApp
from store.clock import wall_clock
from store.home import Home

SIZE = (168, 46)
SEVERAL = 3  # tickets: a customer who has come back
DRAFT = (
    "Dear {name},\n\nI am sorry that you have had to write to us again: you told us all of it already, and it should"
    " have been settled the first time. I can imagine how annoying that is.\n\nI have booked the repair for you, and I"
    " will call you tomorrow before noon to confirm the hour.\n"
)


def main() -> None:
    """Prepare a demo, open the console on a customer who has come back, begin an answer, and save what is seen."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "demo")
        home.make()
        desk_of(home, wall_clock, seed=7, size=400)
        add_desk(home.root, "demo", DeskSettings("demo", "http://127.0.0.1:9"))
        session = Session.open(home)
        desks.sync_once(session)
        asyncio.run(_draw(session, Path(sys.argv[1])))
        session.close()


async def _draw(session: Session, target: Path) -> None:
    app = HeardApp(session)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(1.0)
        row, down = _interesting(session)
        await pilot.press(*["j"] * down)
        await pilot.pause(0.6)
        await pilot.press("r")
        await pilot.pause(0.4)
        text = DRAFT.format(name=row.split(maxsplit=1)[0])
        for character in text:
            if isinstance(app.screen.focused, TextArea):
                app.screen.focused.insert(character)
        await pilot.pause(1.5)
        drawn = app.export_screenshot(title="heard")
        # The reader's own monospace font will do: a picture in a README should fetch nothing.
        target.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), encoding="utf-8")


def _interesting(session: Session) -> tuple[str, int]:
    """The first customer of the live queue with several tickets, and how far down he is."""
    rows = triage.rows(session, triage.queue_ids(session, "status:live")[:40])
    for number, row in enumerate(rows):
        if history.card(session, row.requester_id).tickets >= SEVERAL and _english(session, row.requester_id):
            return row.requester, number
    return rows[0].requester, 0


def _english(session: Session, customer: int) -> bool:
    """Whether a person's story can be read by those who read the README."""
    return history.card(session, customer).locale.startswith("en")


if __name__ == "__main__":
    main()
