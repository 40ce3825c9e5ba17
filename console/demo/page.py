"""The one page that a person can open in a browser: a ticket with everything said on it, as plain HTML."""

from __future__ import annotations

from html import escape

import msgspec

from console.demo.api import Answer, Ask, not_found
from console.demo.database import Row
from console.demo.edits import tags_of
from console.demo.wire import Json, iso

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "article{border-left:4px solid #888;margin:1rem 0;padding:.2rem 1rem}article.agent{border-color:#26c}"
    "article.note{border-color:#b80;background:#fffbe8}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}"
    "small{color:#555}"
)


def ticket_page(ask: Ask) -> Answer:
    """A ticket for reading; every word of it is escaped, and nothing on the page can run or load anything."""
    row = ask.db.row("SELECT * FROM tickets WHERE id = ? AND deleted_at IS NULL", ask.number())
    if row is None:
        raise not_found()
    names = {user["id"]: user["name"] for user in ask.db.rows("SELECT id, name FROM users")}
    spoken = ask.db.rows("SELECT * FROM audits WHERE ticket_id = ? AND spoken <> '' ORDER BY id", row["id"])
    articles = "".join(_article(audit, row, names.get(audit["author_id"], "The desk")) for audit in spoken)
    title = escape(f"#{row['id']} {row['subject'] or ''}")
    facts = escape(
        " · ".join((row["status"], row["priority"] or "no priority", row["channel"], *tags_of(row)))
    )
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>"
    body = f"{head}<h1 dir=auto>{title}</h1><p><small>{facts}</small></p>{articles}"
    return Answer(body.encode("utf-8", "replace"), headers=HEADERS, mime="text/html; charset=utf-8")


def _article(audit: Row, ticket: Row, author: str) -> str:
    """One message or note."""
    held = msgspec.json.decode(audit["body"], type=Json)
    events = held["events"]
    words = (
        next((e["body"] or e["html_body"] for e in events if e["type"] == "Comment"), "")
        if isinstance(events, list)
        else ""
    )
    kind = (
        "note"
        if audit["spoken"] == "note"
        else "customer"
        if audit["author_id"] == ticket["requester_id"]
        else "agent"
    )
    head = escape(f"{author} · {iso(audit['at'])}{' · internal note' if kind == 'note' else ''}")
    return f"<article class={kind}><small dir=auto>{head}</small><pre dir=auto>{escape(str(words))}</pre></article>"
