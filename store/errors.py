"""Every error that a person can meet, with its exit code and what to do next.

HeardError (1)
|-- QueryError (3)            the query cannot be read; carries the place
|-- NotFoundError (4)         no such ticket, customer, desk or operation
|-- ConfigError (5)           config.toml cannot be used as it stands
|-- AuthError (6)             the desk refused the credentials, or there are none
|-- OfflineError (7)          the desk cannot be reached
|   `-- CertificateError (8)  its certificate cannot be trusted
|-- NotADeskError (9)         something answered, but not a help-desk API
|-- ThrottledError (10)       the desk asks us to wait
|-- StoreBusyError (11)       another process holds the store for too long
|-- DiskFullError (12)        the disk is full
|-- StoreDamagedError (13)    local.db is damaged (mirror.db is rebuilt instead)
|-- RefusedError (14)         the desk understood and refused
|-- ConflictError (15)        the change meets somebody else's
|-- NeedsTerminalError (16)   a question would have to be asked, and there is no terminal
|-- NoDeskError (17)          no desk has been added yet
|-- InvalidInputError (18)    a value that cannot be used: a change, a time, a file
|-- FeedStuckError (19)       the desk shows the same changes again and again
|-- SuspiciousError (20)      so many tickets vanished at once that nothing was believed
`-- IoFaultError (21)         the disk reports a fault, which is not that it is full
Exit codes 0 (done), 1 (anything else, or a check that found something), 2 (usage) and 130 (interrupted) complete the list.
"""

from __future__ import annotations

from typing import ClassVar


class HeardError(Exception):
    """Say what happened and why; `hint` says what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def code(self) -> str:
        """The stable name that scripts match on: `QueryError` gives `query`."""
        name = type(self).__name__.removesuffix("Error")
        return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class QueryError(HeardError):
    """The query has a mistake at character `at` (0-based) of `query`."""

    exit_code = 3

    def __init__(self, message: str, query: str, at: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.query = query
        self.at = at

    def caret(self) -> str:
        """Two lines: the query, and a caret under the place."""
        return f"{self.query}\n{' ' * self.at}^"


class NotFoundError(HeardError):
    """There is no such ticket, customer, desk or operation."""

    exit_code = 4


class ConfigError(HeardError):
    """The configuration cannot be used; the message names file and key."""

    exit_code = 5


class AuthError(HeardError):
    """The desk refused the credentials, or none were found."""

    exit_code = 6


class OfflineError(HeardError):
    """The desk cannot be reached; nothing was sent."""

    exit_code = 7


class CertificateError(OfflineError):
    """The desk's certificate cannot be trusted; nothing was sent."""

    exit_code = 8


class NotADeskError(HeardError):
    """Something answered at the address, but not with a help-desk API."""

    exit_code = 9


class ThrottledError(HeardError):
    """The desk asks for a pause of `after` seconds."""

    exit_code = 10

    def __init__(self, message: str, after: float, hint: str = "") -> None:
        super().__init__(message, hint)
        self.after = after


class StoreBusyError(HeardError):
    """Another process held the store for longer than we wait."""

    exit_code = 11


class DiskFullError(HeardError):
    """The disk is full; nothing half-written was kept."""

    exit_code = 12


class StoreDamagedError(HeardError):
    """local.db cannot be read; it is left as it is for salvage."""

    exit_code = 13


class RefusedError(HeardError):
    """The desk understood the request and refused it."""

    exit_code = 14


class ConflictError(HeardError):
    """The change meets a change by somebody else, or one that is on its way."""

    exit_code = 15


class NeedsTerminalError(HeardError):
    """A question would have to be asked, and there is nobody to ask."""

    exit_code = 16


class NoDeskError(HeardError):
    """No desk has been added yet."""

    exit_code = 17


class InvalidInputError(HeardError):
    """A value that cannot be used: a change, a time, a file."""

    exit_code = 18


class FeedStuckError(HeardError):
    """The desk's list of changes does not move on; the sweep compares all tickets instead."""

    exit_code = 19


class SuspiciousError(HeardError):
    """So many tickets vanished at once that the desk is not believed; the mirror was left as it was."""

    exit_code = 20


class IoFaultError(HeardError):
    """The disk reports a fault while reading or writing; nothing half-written was kept."""

    exit_code = 21
