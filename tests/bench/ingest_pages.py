"""Pages as larger accounts have them: the demo desk's, each ticket padded to the 3.3 KB that the design measures with.

Real accounts have 20 to 40 custom fields, most of them empty on most tickets, and an export names each of them twice:
as `custom_fields` and again as `fields`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.bench.ingest_limit import Held

TICKET_BYTES = 3_300
FIRST_ID = 360_000_000_600
EMPTY, TICKED, CHOSEN = 8, 4, 3  # fields without a value, check boxes, choices out of a list
CHOICES = ("standard", "express", "north_west", "second_line", "returned", "not_applicable")
PAGE = "page-{:03}.json"


def keep(folder: Path, held: Held) -> Path:
    """The pages of `held` in `folder`, for `tests.bench.ingest_desk`."""
    folder.mkdir()
    (folder / "fields.json").write_bytes(held.fields)
    for number, page in enumerate(held.pages):
        (folder / PAGE.format(number)).write_bytes(page)
    return folder


def larger(held: Held) -> Held:
    """The pages of `held` padded, without rows yet."""
    fields = json.loads(held.fields)
    fields["ticket_fields"] += [
        {"id": i, "type": kind, "title": f"Detail {i - FIRST_ID}", "removable": True, "active": True}
        for i, kind in _kinds().items()
    ]
    return Held([_larger(page) for page in held.pages], _bytes(fields))


def _larger(page: bytes) -> bytes:
    told = json.loads(page)
    for ticket in told["tickets"]:
        more = [{"id": i, "value": _value(kind, ticket["id"], i)} for i, kind in _kinds().items()]
        for name in ("custom_fields", "fields"):
            ticket[name] = [*ticket[name], *more]
        words = ticket["description"] or "It is still not solved."
        lacking = TICKET_BYTES - len(_bytes(ticket))
        ticket["description"] = words + " " * (lacking > 0) + (words * TICKET_BYTES)[: max(0, lacking - 1)]
    return _bytes(told)


def _kinds() -> dict[int, str]:
    """The further fields by number, and what kind each is."""
    kinds = ["text"] * EMPTY + ["checkbox"] * TICKED + ["tagger"] * CHOSEN + ["date", "regexp"]
    return dict(enumerate(kinds, FIRST_ID))


def _value(kind: str, ticket: int, number: int) -> Any:
    """What the ticket has in this field, always the same for the same ticket."""
    if kind == "checkbox":
        return (ticket + number) % 5 == 0
    if kind == "tagger":
        return CHOICES[(ticket * 7 + number) % len(CHOICES)]
    if kind == "date":
        return f"2026-{ticket % 12 + 1:02}-{ticket % 28 + 1:02}"
    return f"SN-{ticket * 7919 % 1_000_000:06}" if kind == "regexp" else None


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
