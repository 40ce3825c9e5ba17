"""In which language a customer writes, so that what is put into a reply can be in it."""

from __future__ import annotations

from console.session import Session
from store import story as stories
from store.rows import Ticket


def language_of(session: Session, found: Ticket) -> str:
    """The language in which the customer writes on this ticket; of one who wrote nothing, the one on his card."""
    from console.heard.language import spoken  # noqa: PLC0415  (the rules are read when first needed)

    thread = session.db.read(lambda r: stories.thread(r, found.row.ref))
    said = " ".join(item.text for item in thread if item.role == "customer" and item.kind == "message")
    if said.strip():
        return spoken(said.lower())
    card = session.db.read(lambda r: stories.card(r, found.row.requester_id))
    return (card.locale[:2].lower() if card else "") or "en"
