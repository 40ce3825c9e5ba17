"""The classes of endpoints for which Zendesk has a limit beside the account's own."""

from __future__ import annotations

import re

# Requests a minute; of each single ticket (`/*`), in ten minutes.
LIMITS = {"incremental": 10, "ticket updates": 100, "ticket updates/*": 30}
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ONE = re.compile(r"/tickets/([0-9]{1,19})(?:\.json|/|$)")


def endpoint_class(method: str, path: str) -> str:
    """The key in LIMITS for a request, with the ticket's number behind a slash for one ticket; "" where only the account's limit counts."""
    if "/incremental/" in path:
        return "incremental"
    if method in _CHANGES and "/tickets" in path:
        one = _ONE.search(path)
        return f"ticket updates/{one[1]}" if one else "ticket updates"
    return ""
