"""Bulk changes of up to a hundred tickets, and the job that reports on them.

The changes are made when the request comes; the job only tells of them step by step, as a real one would.
"""

from __future__ import annotations

import hashlib

import msgspec

from console.demo.api import (
    MANY,
    Answer,
    Ask,
    RefusalError,
    Route,
    answer,
    ids_of,
    not_found,
    read_id,
    refusal,
    too_many,
)
from console.demo.api_edit import attempt, read_edit
from console.demo.database import Row
from console.demo.wire import Json, encode, iso


def update_many(ask: Ask) -> Answer:
    """Change many tickets in the same way (`ids`), or each in its own (`tickets`)."""
    wanted = _wanted(ask)
    if len(wanted) > MANY:
        raise too_many()
    results = [_one(ask, n, ticket_id, held) for n, (ticket_id, held) in enumerate(wanted)]
    with ask.db.writing():
        number = ask.db.reserve(1)
        job = "V3-" + hashlib.blake2b(f"{ask.db.meta('seed')}/{number}".encode(), digest_size=16).hexdigest()
        ask.db.run("INSERT INTO jobs VALUES(?, ?, 0, ?, ?)", job, ask.now, len(wanted), encode(results))
    return answer(_shape(ask, _job(ask, job)))


def job(ask: Ask) -> Answer:
    """How far a job has come: working at the first question, completed from the second on."""
    with ask.db.writing():
        _job(ask, ask.path["id"])
        ask.db.run("UPDATE jobs SET asked = asked + 1 WHERE id = ?", ask.path["id"])
    return answer(_shape(ask, _job(ask, ask.path["id"])))


def _wanted(ask: Ask) -> list[tuple[int, Json]]:
    """Which ticket is to be changed how."""
    body = ask.parsed()
    one, many = body.get("ticket"), body.get("tickets")
    if isinstance(one, dict):
        return [(number, one) for number in ids_of(ask)]
    if isinstance(many, list):
        held = [item for item in many if isinstance(item, dict)]
        return [(read_id(item.get("id"), "id"), item) for item in held]
    raise refusal(400, "ParamMissing", "Parameter ticket or tickets is required")


def _one(ask: Ask, index: int, ticket_id: int, held: Json) -> Json:
    """Change one ticket of many; a refusal is told in the result and stops nobody else."""
    result: Json = {"index": index, "id": ticket_id, "action": "update"}
    try:
        attempt(ask, ticket_id, read_edit(ask.db, held))
    except RefusalError as error:
        return {
            **result,
            "success": False,
            "error": error.body["error"],
            "details": error.body.get("description"),
        }
    return {**result, "success": True, "status": "Updated"}


def _job(ask: Ask, number: str) -> Row:
    """The job; a refusal when there is none."""
    row = ask.db.row("SELECT * FROM jobs WHERE id = ?", number)
    if row is None:
        raise not_found()
    return row


def _shape(ask: Ask, row: Row) -> Json:
    """A job as the desk tells of it."""
    total, asked = row["total"], row["asked"]
    status = ("queued", "working", "completed")[min(asked, 2)]
    message = (None, f"Updating ticket #{total // 2}", f"Completed at {iso(row['at'])}")[min(asked, 2)]
    return {
        "job_status": {
            "id": row["id"],
            "job_type": "Bulk Update Ticket",
            "url": f"{ask.base}/api/v2/job_statuses/{row['id']}.json",
            "total": total,
            "progress": (None, total // 2, total)[min(asked, 2)],
            "status": status,
            "message": message,
            "results": msgspec.Raw(row["results"]) if status == "completed" else None,
        }
    }


ROUTES: tuple[Route, ...] = (
    ("PUT", "/api/v2/tickets/update_many", update_many),
    ("GET", "/api/v2/job_statuses/{id}", job),
)
