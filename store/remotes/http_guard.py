"""The door to hosts that are not the desk's: public addresses only, and the address checked is the one connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

import httpx

from store.errors import RefusedError

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """All addresses of `host`, by the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether `address` lies on the open internet; IPv4 hidden in IPv6 is looked at as IPv4."""
    try:
        parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    inner = _embedded(parsed)
    return parsed.is_global and not parsed.is_multicast and (inner is None or is_public(str(inner)))


def _embedded(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


class PublicOnly(httpx.AsyncBaseTransport):
    """Resolves the host itself, refuses every address that is not public, and connects to the one it checked.

    A name that answers differently the second time it is asked (DNS rebinding) therefore gains nothing.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, lookup: Resolve) -> None:
        self._inner = inner
        self._lookup = lookup

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` to a checked address. Raises RefusedError, or httpx.ConnectError where there is none."""
        host = request.url.host
        try:
            addresses = await self._lookup(host, request.url.port or 443)
        except OSError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        if not addresses or not all(is_public(address) for address in addresses):
            raise RefusedError(
                f"The attachment lies on {host}, which is not on the open internet; it was not fetched.",
                "Open the ticket in the desk's own web page to look at it.",
            )
        request.headers["Host"] = request.url.netloc.decode("ascii")
        request.headers["Connection"] = (
            "close"  # kept open, it would serve another host of the same address unchecked
        )
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=addresses[0])
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Leaves the inner transport open: it belongs to whoever made it."""
