"""Endpoints about people and what changes seldom: users, identities, groups, organizations, ticket fields."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from console.demo import wire
from console.demo.api import (
    Answer,
    Ask,
    Handler,
    Route,
    Source,
    among,
    answer,
    by_ids,
    ids_of,
    listing,
    not_found,
)
from console.demo.database import Row
from console.demo.wire import Json


def me(ask: Ask) -> Answer:
    """The agent whose credentials these are."""
    return answer({"user": wire.user(ask.me, ask.base)})


def users(ask: Ask) -> Answer:
    """Everybody, or those of the roles asked for."""
    roles = [ask.query[name] for name in ("role", "role[]") if name in ask.query]
    marks = ",".join("?" * len(roles))
    where = f"role IN ({marks})" if roles else "1"
    rows, shape = listing(
        ask, Source("users", "users", partial(wire.user, base=ask.base), where, tuple(roles))
    )
    return answer({**shape, **identities_of(ask, rows)})


def users_by_id(ask: Ask) -> Answer:
    """The users with these ids; unknown ids are left out."""
    rows = by_ids(ask.db, "users", {*ids_of(ask)})
    shape: Json = {
        "users": [wire.user(row, ask.base) for row in rows],
        "next_page": None,
        "previous_page": None,
    }
    return answer({**shape, "count": len(rows), **identities_of(ask, rows)})


def user(ask: Ask) -> Answer:
    """One user."""
    row = _found(ask, "users")
    return answer({"user": wire.user(row, ask.base), **identities_of(ask, [row])})


def identities(ask: Ask) -> Answer:
    """The addresses of one user."""
    _found(ask, "users")
    shape = partial(wire.identity, base=ask.base)
    return answer(listing(ask, Source("identities", "identities", shape, "user_id = ?", (ask.number(),)))[1])


def identities_of(ask: Ask, people: Sequence[Row]) -> Json:
    """The addresses of these users, when `include` asks for them."""
    if "identities" not in ask.includes():
        return {}
    sql = "SELECT * FROM identities WHERE user_id IN (SELECT value FROM json_each(?)) ORDER BY user_id, id"
    rows = ask.db.rows(sql, among([row["id"] for row in people]))
    return {"identities": [wire.identity(row, ask.base) for row in rows]}


def groups(ask: Ask) -> Answer:
    """All groups."""
    return answer(listing(ask, Source("groups", "groups", partial(wire.group, base=ask.base)))[1])


def organizations(ask: Ask) -> Answer:
    """All organizations."""
    source = Source("organizations", "organizations", partial(wire.organization, base=ask.base))
    return answer(listing(ask, source)[1])


def organizations_by_id(ask: Ask) -> Answer:
    """The organizations with these ids."""
    rows = by_ids(ask.db, "organizations", {*ids_of(ask)})
    shapes = [wire.organization(row, ask.base) for row in rows]
    return answer({"organizations": shapes, "next_page": None, "previous_page": None, "count": len(rows)})


def one(table: str, key: str) -> Handler:
    """A handler for a single group or organization."""
    shape = wire.group if table == "groups" else wire.organization

    def show(ask: Ask) -> Answer:
        """One of them."""
        return answer({key: shape(_found(ask, table), ask.base)})

    return show


def ticket_fields(ask: Ask) -> Answer:
    """The fields that a ticket has."""
    fields = wire.ticket_fields(ask.base)
    return answer({"ticket_fields": fields, "next_page": None, "previous_page": None, "count": len(fields)})


def _found(ask: Ask, table: str) -> Row:
    """The row with the id in the path; a refusal when there is none."""
    row = ask.db.row(f"SELECT * FROM {table} WHERE id = ?", ask.number())
    if row is None:
        raise not_found()
    return row


ROUTES: tuple[Route, ...] = (
    ("GET", "/api/v2/users/me", me),
    ("GET", "/api/v2/users/show_many", users_by_id),
    ("GET", "/api/v2/users/{id:int}/identities", identities),
    ("GET", "/api/v2/users/{id:int}", user),
    ("GET", "/api/v2/users", users),
    ("GET", "/api/v2/groups/{id:int}", one("groups", "group")),
    ("GET", "/api/v2/groups", groups),
    ("GET", "/api/v2/organizations/show_many", organizations_by_id),
    ("GET", "/api/v2/organizations/{id:int}", one("organizations", "organization")),
    ("GET", "/api/v2/organizations", organizations),
    ("GET", "/api/v2/ticket_fields", ticket_fields),
)
