"""The classes of endpoints for which Zendesk has a limit beside the account's own."""

from __future__ import annotations

LIMITS = {"incremental": 10, "ticket updates": 100}  # requests a minute
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def endpoint_class(method: str, path: str) -> str:
    """The key in LIMITS for a request, "" where only the account's limit counts."""
    if "/incremental/" in path:
        return "incremental"
    if method in _CHANGES and "/tickets" in path:
        return "ticket updates"
    return ""
