"""Find or add the person that a new ticket is from."""

from __future__ import annotations

from console.demo.api import invalid, read_id
from console.demo.database import Database, Row, whole
from console.demo.wire import Json

_KINDS = (("email", "email"), ("phone", "phone_number"))


def requester_for(db: Database, held: Json, me: Row, now: int) -> int:
    """The id of the requester that a request names: by id, by address, by name, or the agent who asks."""
    given = held.get("requester_id")
    if given is not None:
        return read_id(given, "requester")
    person = held.get("requester")
    if person is None:
        return int(me["id"])
    if not isinstance(person, dict):
        raise invalid("requester", "Requester: is not valid")
    for name, kind in _KINDS:
        value = person.get(name)
        if isinstance(value, str) and value:
            found = db.row("SELECT user_id FROM identities WHERE type = ? AND value = ?", kind, value)
            return found["user_id"] if found else _add(db, str(person.get("name") or value), kind, value, now)
    raise invalid("requester", "Requester: needs an email or a phone number")


def _add(db: Database, name: str, kind: str, value: str, now: int) -> int:
    """A new customer with one address; the id."""
    with db.writing():
        last = db.row("SELECT max(id) AS id FROM users")
        number = (last["id"] if last else 0) + 1
        first, _, rest = name.partition(" ")
        email, phone = (value, None) if kind == "email" else (None, value)
        at = whole(now)
        row = {
            "id": number, "name": name, "first": first, "last": rest, "email": email, "phone": phone,
            "role": "end-user", "locale": "en-GB", "language": "en", "zone": "Europe/London", "city": "Leeds",
            "street": "Mill Lane", "created": at, "updated": at, "stamp": db.next_stamp("users", now),
        }  # fmt: skip
        db.run(f"INSERT INTO users({', '.join(row)}) VALUES({', '.join('?' * len(row))})", *row.values())
        db.run("INSERT INTO identities VALUES(?, ?, ?, ?, 1, 0, ?)", db.reserve(1), number, kind, value, at)
    return number
