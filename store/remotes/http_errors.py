"""What became of a request: an error to raise for a read, an Outcome for a write (sync design, section 5.3)."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import httpx
import msgspec

from store.errors import (
    AuthError,
    CertificateError,
    HeardError,
    NotADeskError,
    NotFoundError,
    OfflineError,
    RefusedError,
    ThrottledError,
)
from store.remotes import A_PAGE, Outcome, OutcomeKind
from store.remotes.http_body import UNREADABLE, Answer, T
from store.remotes.http_headers import retry_after
from store.text import clean_line

NO_HINT_PAUSE = 60.0  # seconds to wait after a 429 that does not say how long, where no gate knows better

# Only these are raised before the first byte of a request is written.
BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
FAILURES = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    OSError,
    EOFError,
)  # all that a transport raises

_KINDS: dict[int, OutcomeKind] = {
    400: "refused", 413: "refused", 415: "refused", 422: "refused",
    401: "auth", 403: "forbidden", 404: "gone", 410: "gone",
    409: "conflict", 412: "conflict", 423: "busy", 429: "throttled",
}  # fmt: skip

_MEANT = {413: "this is too large for the desk", 429: "the desk asks for a pause"}

_TRUST = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "is signed by an authority that this machine does not know (self-signed)",
    20: "is signed by an authority that this machine does not know",
    21: "is signed by an authority that this machine does not know",
    23: "has been revoked",
    62: "belongs to another host name",
    64: "belongs to another address",
}


@dataclass(frozen=True, slots=True)
class Written:
    """One write: what it came to, and the answer where there was one. "applied" still has to be parsed."""

    outcome: Outcome
    answer: Answer | None = None

    def parse(self, kind: type[T]) -> T | None:
        """The answer's body as `kind`, or None where it is not: the caller then says "unparsed"."""
        if self.answer is None or not self.answer.whole:
            return None
        try:
            return self.answer.parse(kind)
        except NotADeskError:
            return None


@dataclass(frozen=True, slots=True)
class Hints:
    """What to do next where whoever was asked wants other credentials, wants a pause, or is in trouble."""

    credentials: str
    pause: str
    trouble: str
    given: str = "the credentials"  # what was not accepted
    not_accepted: tuple[int, ...] = (HTTPStatus.UNAUTHORIZED,)


_DESK = Hints(
    "Check the user and the token, and whether the token is still active; then log in to the desk again.",
    "It goes on by itself after the pause.",
    "It is tried again by itself; look at the desk's status page if this lasts.",
)


def common(
    answer: Answer, reason: str, hints: Hints, now: int, unsaid: float = NO_HINT_PAUSE
) -> HeardError | None:
    """The error for a status that means the same whatever was asked for; None for any other.

    `reason` is what the answer says about it, with a leading colon; `now` in microseconds; `unsaid` is the pause in
    seconds after a 429 that does not say how long.
    """
    status, server = answer.status, answer.server
    if status in hints.not_accepted:
        said = f"{server} does not accept {hints.given} (HTTP {status}){reason}."
        return AuthError(said, hints.credentials)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        after = retry_after(answer.headers, now) or unsaid
        said = f"{server} asks for a pause of {after:.0f} s (HTTP {status}){reason}."
        return ThrottledError(said, after, hints.pause)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return OfflineError(f"{server} is in trouble (HTTP {status}){reason}.", hints.trouble)
    return None


def check(answer: Answer, now: int, unsaid: float = NO_HINT_PAUSE) -> None:
    """Raise the error that a read's status calls for; a success raises nothing.

    `now` in microseconds; `unsaid` is the pause in seconds after a 429 that does not say how long.
    """
    if answer.ok:
        return
    if error := common(answer, _reason(answer), _DESK, now, unsaid):
        raise error
    _check_client_error(answer)


def _check_client_error(answer: Answer) -> None:
    if answer.is_page or answer.status < HTTPStatus.BAD_REQUEST:
        raise answer.not_a_desk()
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise NotFoundError(
            f"{answer.server} has no such thing (HTTP {answer.status}){_reason(answer)}.",
            "It may have been deleted, or the address of the desk is wrong.",
        )
    hint = "Ask the desk's administrator for the permission." if answer.status == HTTPStatus.FORBIDDEN else ""
    raise RefusedError(
        f"{answer.server} refused the request (HTTP {answer.status}){_reason(answer)}.",
        hint or "The reason above says what the desk does not accept; change that and try again.",
    )


def read_failure(error: Exception, server: str) -> HeardError:
    """The error for a read that got no answer, with the reason in plain words."""
    if distrust := _distrust(error):
        return CertificateError(
            f"The certificate of {server} {distrust}.",
            "Do not enter the credentials anywhere. Check the address, this machine's clock, and ask the administrator.",
        )
    if _has(tuple(_chain(error)), httpx.InvalidURL):  # bare, or inside what the client makes of a redirect
        return NotADeskError(
            f"{server} sends us on to an address that cannot be read.", "Check the address of the desk."
        )
    code, words = _reason_of_failure(error)
    hints = {
        "dns": "Check the spelling of the address, and whether this machine is online.",
        "refused": "Check the address and port; the server may be down.",
        "tls": "Check the address: the server does not speak TLS 1.2 or newer there.",
    }
    return OfflineError(
        f"{server} {words}.", hints.get(code, "Check the network; it is tried again by itself.")
    )


def write_failure(error: Exception) -> Outcome:
    """The Outcome of a write that got no answer: "not_sent" only if no byte of it can have left."""
    kind: OutcomeKind = "not_sent" if isinstance(error, BEFORE_SENDING) else "unknown"
    if distrust := _distrust(error):
        return Outcome(kind, code="certificate", detail=f"the certificate {distrust}")
    code, words = _reason_of_failure(error)
    return Outcome(kind, code=code, detail=f"the desk {words}")


def write_outcome(answer: Answer, now: int) -> Outcome:
    """The Outcome that a status calls for; "applied" and "unparsed" are told apart by whether the body is JSON."""
    status = answer.status
    if answer.ok:
        readable = answer.whole and (answer.is_json if answer.body else status == HTTPStatus.NO_CONTENT)
        detail = "" if readable else f"the desk answered with {answer.describe()}"
        return Outcome("applied" if readable else "unparsed", status=status, detail=detail)
    kind = _KINDS.get(status, "unknown")
    pause = (
        retry_after(answer.headers, now)
        if kind in {"throttled", "busy"} or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        else None
    )
    code = A_PAGE if answer.is_page else error_code(answer)
    return Outcome(kind, retry_after=pause, status=status, code=code, detail=_said(answer))


def _said(answer: Answer) -> str:
    """Why a write was not taken, as the desk says it, or its number where that says more than its words."""
    meant, reason = _MEANT.get(answer.status, ""), _reason(answer)
    if meant:
        return f"{meant} (HTTP {answer.status}){reason}"
    return f"{answer.describe()} came back (HTTP {answer.status})" if answer.is_page else reason.lstrip(": ")


class _Complaint(msgspec.Struct):
    """The shapes in which desks explain a refusal."""

    error: object = None
    message: object = None
    description: object = None
    details: object = None
    errors: object = None


def error_code(answer: Answer) -> str:
    """The desk's own name for the error ("RecordInvalid"), "" where it gives none."""
    error = _complaint(answer).error
    if isinstance(error, dict):
        error = error.get("title")
    return clean_line(error)[:80] if isinstance(error, str) else ""


def _complaint(answer: Answer) -> _Complaint:
    try:
        return msgspec.json.decode(answer.body, type=_Complaint)
    except UNREADABLE:
        return _Complaint()


def _reason(answer: Answer) -> str:
    """What the desk says about a failure, cleaned and short, with a leading colon; "" where it says nothing."""
    if answer.is_page:
        return f": {answer.describe()}"
    words = [word for part in _parts(_complaint(answer)) if (word := clean_line(part).strip())]
    text = ", ".join(dict.fromkeys(words))
    return f": {text[:300].rstrip('. ')}" if text else ""


def _parts(complaint: _Complaint) -> Iterator[str]:
    told = (complaint.error, complaint.message, complaint.description, complaint.details, complaint.errors)
    for value in told:
        yield from _strings(value, depth=4)


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list) and depth:
        for inner in list(value.values() if isinstance(value, dict) else value)[:20]:
            yield from _strings(inner, depth - 1)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | BaseExceptionGroup[BaseException] | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        if isinstance(seen, BaseExceptionGroup):  # one per address tried
            seen = seen.exceptions[0]
        else:
            seen = seen.__cause__ or seen.__context__


def _distrust(error: Exception) -> str:
    for link in _chain(error):
        if isinstance(link, ssl.SSLCertVerificationError):
            return _TRUST.get(link.verify_code, f"cannot be trusted ({clean_line(link.verify_message)[:80]})")
    return ""


def _reason_of_failure(error: Exception) -> tuple[str, str]:
    """A code and the words for why there was no answer; the first line that fits says it best."""
    chain = tuple(_chain(error))
    table: tuple[tuple[bool, str, str], ...] = (
        (_has(chain, socket.gaierror), "dns", "is not a known host name (DNS)"),
        (_has(chain, ConnectionRefusedError), "refused", "refuses the connection"),
        (_has(chain, ssl.SSLError), "tls", "does not agree on a secure connection"),
        (
            isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout),
            "connect_timeout",
            "cannot be reached: no connection in time",
        ),
        (isinstance(error, httpx.TimeoutException | TimeoutError), "timeout", "did not answer in time"),
        (isinstance(error, httpx.ConnectError), "connect", "cannot be reached"),
    )
    for fits, code, words in table:
        if fits:
            return code, words
    return "broken", "broke off the connection"


def _has(chain: tuple[BaseException, ...], kind: type[BaseException]) -> bool:
    return any(isinstance(link, kind) for link in chain)
