"""One complete answer: its body unpacked under a cap that counts the unpacked bytes, and parsed strictly."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import msgspec

from store.errors import NotADeskError
from store.remotes.http_gzip import gunzip
from store.text import clean_line

MAX_BODY = 32 * 1024 * 1024
MAX_HEADERS = 64 * 1024
MAX_HEADER_LINES = 256
CHUNK = 64 * 1024

_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,400}?)</title", re.IGNORECASE | re.DOTALL)

# A pair of backslashes and a proper surrogate pair are matched first, so that what is left over stands alone.
_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<alone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # all that decoding raises

T = TypeVar("T")


def decode(body: bytes, kind: type[T]) -> T:
    """Strict JSON as `kind`. Raises one of UNREADABLE.

    Half a surrogate pair, which no strict parser takes, becomes U+FFFD: one broken smiley must not stop a desk.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        mended = _SURROGATE.sub(lambda found: b"\\ufffd" if found["alone"] else found[0], body)
        return msgspec.json.decode(mended, type=kind)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: status, headers with lower-case names, the unpacked body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    whole: bool = True  # False: the body broke off, was too large or could not be unpacked
    server: str = ""  # host, for messages

    @property
    def ok(self) -> bool:
        """Whether the status is a success."""
        return 200 <= self.status < 300  # noqa: PLR2004  (the range of HTTP success)

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON; the content type is not asked, since many servers get it wrong."""
        try:
            decode(self.body, object)
        except UNREADABLE:
            return False
        return True

    @property
    def is_page(self) -> bool:
        """Whether this is a web page for people: a login page, a portal, a proxy's error."""
        return "html" in self.headers.get("content-type", "").lower() or self.body[:64].lstrip()[:1] == b"<"

    def parse(self, kind: type[T]) -> T:
        """The body as `kind`; fields that `kind` does not know are ignored. Raises NotADeskError."""
        try:
            return decode(self.body, kind)
        except msgspec.ValidationError as error:
            raise NotADeskError(
                f"{self.server} answered with JSON of another shape: {clean_line(str(error))[:160]}.",
                "Check that the address and the kind of desk belong together.",
            ) from None
        except UNREADABLE:
            raise self.not_a_desk() from None

    def not_a_desk(self) -> NotADeskError:
        """The error that says what came instead of an answer from the API."""
        return NotADeskError(
            f"{self.server} answered with {self.describe()}, not with a help desk's data (HTTP {self.status}).",
            "Check the address; on a guest network, open a browser and log in to the network first.",
        )

    def lacks(self, name: str) -> NotADeskError:
        """The error for JSON without the one thing that was asked for, such as the list `name`."""
        return NotADeskError(
            f'{self.server} answered with JSON in which there is no "{name}".',
            "Check that the address and the kind of desk belong together.",
        )

    def describe(self) -> str:
        """What the body is, in a few words: 'a web page titled "Log in"'."""
        kind = clean_line(self.headers.get("content-type", "").split(";")[0])[:60]
        if self.is_page:
            title = _TITLE.search(self.body[:CHUNK])
            words = clean_line(title[1].decode("utf-8", "replace"))[:80] if title else ""
            return f'a web page titled "{words}"' if words else f"a web page ({kind or 'no content type'})"
        if not self.body:
            return "an empty body"
        return f"{kind or 'data without a content type'} that is not JSON"


def check_headers(response: httpx.Response) -> None:
    """Refuse a header block no help desk would send. Raises NotADeskError."""
    size = sum(len(name) + len(value) + 4 for name, value in response.headers.raw)
    if size > MAX_HEADERS or len(response.headers.raw) > MAX_HEADER_LINES:
        raise NotADeskError(
            f"{response.url.host} sent an absurdly large header ({size} bytes).",
            "Check the address: this is not how a help desk answers.",
        )


async def read_body(response: httpx.Response, cap: int) -> bytes:
    """The unpacked body, at most `cap` bytes. Raises NotADeskError where it is larger or cannot be unpacked."""
    return b"".join([piece async for piece in stream_body(response, cap)])


async def stream_body(response: httpx.Response, cap: int) -> AsyncIterator[bytes]:
    """The unpacked body piece by piece; a small packed piece is never unpacked beyond the cap."""
    count = 0
    told = response.headers.get("content-length", "")
    if told.isascii() and told.isdecimal() and int(told[:18]) > cap:
        raise too_large(response, cap)
    async for piece in _unpacked(response):
        count += len(piece)
        if count > cap:
            raise too_large(response, cap)
        yield piece


def too_large(response: httpx.Response, cap: int) -> NotADeskError:
    """The error for a body over `cap` bytes."""
    return NotADeskError(
        f"{response.url.host} sent more than {cap // (1024 * 1024)} MB in one answer.",
        "Nothing of it was kept. If this repeats, ask the desk's administrator what stands between.",
    )


async def _unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    if response.is_stream_consumed:  # a transport that answers from memory has unpacked it already
        yield response.content
        return
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in {"", "identity"}:
        async for raw in response.aiter_raw():
            yield raw
    elif coding in {"gzip", "x-gzip"}:
        async for piece in gunzip(response):
            yield piece
    else:
        raise NotADeskError(
            f"{response.url.host} packs its answers as {clean_line(coding)[:40]}, which we did not ask for.",
            "Ask the desk's administrator what stands between.",
        )
