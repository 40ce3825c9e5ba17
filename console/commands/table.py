"""The one table of the commands, in the order of the help: a name, and the function behind it as "module:function"."""

from __future__ import annotations

SECTIONS = {
    "Read": {
        "list": "queue:list_tickets",
        "next": "nextup:next_ticket",
        "show": "queue:show",
        "history": "people:history",
        "customer": "customer:CUSTOMER",
        "search": "queue:search",
        "recap": "insight:recap",
        "next-steps": "insight:next_steps",
        "kb": "insight:kb",
        "attachments": "attachments:attachments",
        "views": "views:VIEWS",
        "board": "live:board",
        "tail": "live:tail",
        "mentions": "follow:mentions",
        "sweep": "through:sweep",
        "dupes": "through:dupes",
    },
    "Answer and change": {
        "reply": "answer:reply",
        "note": "answer:note",
        "promises": "promises:PROMISES",
        "check": "check:check",
        "macros": "macros:MACROS",
        "remedies": "remedies:REMEDIES",
        "model": "model:MODEL",
        "claim": "claim:claim",
        "snooze": "snooze:snooze",
        "wake": "snooze:wake",
        "follow": "follow:follow",
        "set": "change:set_fields",
        "bulk": "change:bulk",
        "undo": "change:undo",
        "outbox": "outbox:OUTBOX",
        "resolve": "resolve:resolve",
    },
    "Learn": {
        "train": "review:train",
        "review": "review:REVIEW",
    },
    "Desks": {
        "desk": "desk:DESK",
        "sync": "sync:sync",
        "demo": "demo:DEMO",
        "doctor": "doctor:doctor",
        "config": "config:CONFIG",
        "keys": "keys:KEYS",
    },
}
