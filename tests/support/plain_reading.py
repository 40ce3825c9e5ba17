"""What a query means, read plainly in Python from its documentation: slow, and with no SQL."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from console import grammar
from support.clock import START
from support.queries import RANKS
from support.tickets import BASELINE, DAY, HOUR, MINUTE, NAMING, PEOPLE

RUNS = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]+|[^\W\u3040-\u30ff\u4e00-\u9fff]+")


def _start_of(text: str) -> int:
    year, month, day = (int(p) for p in (*text.split("-"), "1", "1")[:3])
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1_000_000


def _end_of(text: str) -> int:
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 3:
        return _start_of(text) + DAY
    if len(parts) == 1:
        return _start_of(str(parts[0] + 1))
    year, month = parts
    return _start_of(f"{year + (month == 12)}-{1 if month == 12 else month + 1}")


def _span(text: str) -> int | None:
    found = re.fullmatch(r"(\d+)([mhdw])", text)
    return int(found[1]) * {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}[found[2]] if found else None


def _compare(op: str, one: Any, two: Any) -> bool:
    return bool({":": one == two, "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[op])


def _in_time(name: str, op: str, value: str, moment: int) -> bool:
    """As documented: a span is an age, or what is left of a clock; a date is its whole day, month or year."""
    if moment == 0:
        return False
    age = moment - START if name == "sla" else START - moment
    if ".." in value:
        low, high = value.split("..")
        least, most = _span(low), _span(high)
        if least is not None and most is not None:
            least, most = sorted((least, most))
        if least is not None or most is not None:
            return (least is None or age >= least) and (most is None or age <= most)
        return (not low or moment >= _start_of(low)) and (not high or moment < _end_of(high))
    span = _span(value)
    if span is not None:
        return _compare(op, age, span)
    start, end = _start_of(value), _end_of(value)
    return {
        ":": start <= moment < end,
        "<": moment < start,
        "<=": moment < end,
        ">": moment >= end,
        ">=": moment >= start,
    }[op]


def _in_count(op: str, value: str, number: int) -> bool:
    if ".." in value:
        low, high = value.split("..")
        return int(low) <= number <= int(high)
    return _compare(op, number, int(value))


def _live(t: dict[str, Any]) -> bool:
    return t["status"] not in ("solved", "closed")


def _field(op: str, value: str, t: dict[str, Any]) -> bool:
    fields = {k.lower(): v for k, v in json.loads(t["fields"]).items()}
    found = fields.get("size", "")
    if op == ":" and ".." not in value:
        return found == value.lower() if value.lower() != "none" else not found
    if not re.fullmatch(r"\d+", found):
        return False
    return _in_count(op, value, int(found))


def _one(c: grammar.Condition, value: str, t: dict[str, Any]) -> bool:
    name, email = PEOPLE[t["requester_id"]]
    times = {"created": "created", "updated": "updated", "sla": "sla_due", "waiting": "waiting_since"}
    if c.field in times:
        return _in_time(c.field, c.op, value, t[times[c.field]]) and (c.field != "waiting" or _live(t))
    if c.field in ("told", "messages"):
        told = sum(role == "customer" for _, role in t["bodies"])
        return _in_count(c.op, value, told if c.field == "told" else t["messages"])
    if c.field == "priority":
        return _compare(c.op, RANKS.index(t["priority"]), RANKS.index(value))
    if c.field.startswith("field."):
        return _field(c.op, value, t)
    value = value if c.field == "customer" else value.lower()
    who = {"none": (0,), "nobody": (0,), "me": (1,), "ana": (1,), "a1": (1,)}
    named = {"none": 0, "billing": 1, "acme": 1}
    known = {
        "status": lambda: _live(t) if value == "live" else t["status"] == value,
        "tag": lambda: value in t["tags"].split() if value != "none" else not t["tags"].strip(),
        "assignee": lambda: t["assignee_id"] in who[value],
        "owner": lambda: t["assignee_id"] in who[value],
        "group": lambda: t["group_id"] == named[value],
        "queue": lambda: t["group_id"] == named[value],
        "org": lambda: t["organization_id"] == named[value],
        "channel": lambda: t["channel"] == value,
        "presence": lambda: t["presence"] == value,
        "desk": lambda: t["desk"] == value,
        "ref": lambda: t["remote_id"] == value,
        "rating": lambda: ((["", *t["ratings"]][-1]).partition(":")[0] or "none") == value,
        "requester": lambda: email.startswith(value),
        "customer": lambda: value in email if "@" in value else _stands(name.lower(), value),
        "is": lambda: {
            "waiting": t["waiting_since"] > 0 and _live(t), "sla": t["sla_due"] > 0 and _live(t), "unassigned": not t["assignee_id"],
            "live": _live(t), "followed": "follow" in t["local"], "draft": "draft" in t["local"], "snoozed": "snooze" in t["local"],
            "pending": False, "mentioned": any(note in NAMING and author != "a1" for note, author in t["notes"]),
            "unseen": t["updated"] > (t["seen"] or BASELINE),
        }[value],
    }  # fmt: skip
    return bool(known[c.field]())


def _places(t: dict[str, Any]) -> list[str]:
    name, email = PEOPLE[t["requester_id"]]
    said = [text for text, _ in t["bodies"] + t["notes"]]
    return [text.lower() for text in (t["subject"], *said, f"{name} {email}")]


def _stands(text: str, words: str) -> bool:
    """The words stand in the text one behind the other; of a script without spaces, wherever they are in a run of it."""
    runs, wanted = RUNS.findall(text), RUNS.findall(words)
    count = len(wanted)
    return any(_fits(runs[at : at + count], wanted) for at in range(len(runs) - count + 1))


def _fits(runs: list[str], wanted: list[str]) -> bool:
    if len(wanted) == 1 and not wanted[0].isascii():
        return wanted[0] in runs[0]
    return all(
        run == word
        or (n == 0 and not word.isascii() and run.endswith(word))
        or (n == len(wanted) - 1 and not word.isascii() and run.startswith(word))
        for n, (run, word) in enumerate(zip(runs, wanted, strict=True))
    )


def holds(nodes: tuple[grammar.Node, ...], t: dict[str, Any]) -> bool:
    """All of the nodes hold; bare words stand together in one place."""
    bare = [n.text for n in nodes if isinstance(n, grammar.Text) and not n.quoted and not n.negated]
    if bare and not any(all(_stands(place, word) for word in bare) for place in _places(t)):
        return False
    for node in nodes:
        if isinstance(node, grammar.Group):
            found = any(holds(option, t) for option in node.options)
        elif isinstance(node, grammar.Condition):
            found = any(_one(node, value, t) for value in node.values)
        elif node.quoted or node.negated:
            found = any(_stands(place, node.text) for place in _places(t))
        else:
            continue
        if found == node.negated:
            return False
    return True


def names_presence(nodes: tuple[grammar.Node, ...]) -> bool:
    """Whether a query itself says whether the desk still shows a ticket; it otherwise has to."""
    return any(
        any(map(names_presence, node.options))
        if isinstance(node, grammar.Group)
        else isinstance(node, grammar.Condition) and node.field == "presence"
        for node in nodes
    )
