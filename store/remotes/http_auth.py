"""Where a desk lives and how it is greeted: the account's origin, and credentials that never leave it."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx

from store.errors import AuthError, ConfigError

DEFAULT_PORTS = {"http": 80, "https": 443}
LAST_PORT = 65_535


class Origin(NamedTuple):
    """Scheme, host and port: two addresses with the same three belong to the same server."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: httpx.URL) -> Origin:
        """The origin of `url`, with the scheme's usual port where none is written."""
        return cls(url.scheme, url.raw_host.decode("ascii"), url.port or DEFAULT_PORTS.get(url.scheme, 0))

    @property
    def loopback(self) -> bool:
        """Whether this is our own machine."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Credentials:
    """One request header that proves who we are; its value is never shown."""

    header: str
    value: str = field(repr=False)


def basic(user: str, secret: str) -> Credentials:
    """HTTP basic authentication."""
    packed = base64.b64encode(f"{_usable(user)}:{_usable(secret)}".encode()).decode("ascii")
    return Credentials("Authorization", f"Basic {packed}")


def bearer(secret: str) -> Credentials:
    """An OAuth access token."""
    return scheme("Bearer", secret)


def scheme(name: str, secret: str) -> Credentials:
    """`Authorization: <name> <secret>`, for desks with a scheme of their own (`token ...`)."""
    return Credentials("Authorization", f"{name} {_visible(secret)}")


class DeskAuth(httpx.Auth):
    """Adds the credentials to requests for the account's own origin, and to no other."""

    def __init__(self, origin: Origin, credentials: Credentials) -> None:
        self._origin = origin
        self._credentials = credentials

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Called by httpx for each request."""
        if Origin.of(request.url) == self._origin:
            request.headers[self._credentials.header] = self._credentials.value
        yield request

    def __repr__(self) -> str:
        return f"DeskAuth({self._origin.host})"


def account_url(base_url: str) -> httpx.URL:
    """Check the address of an account: https, or http to our own machine. Raises ConfigError."""
    try:
        url = httpx.URL(base_url.strip().rstrip("/"))
    except httpx.InvalidURL as error:
        raise ConfigError(
            f"The desk's address cannot be read: {str(error).rstrip('.')}.",
            "Write it as https://desk.example.com.",
        ) from None
    if url.scheme not in DEFAULT_PORTS or not url.host:
        raise ConfigError("The desk's address is not a web address.", "Write it as https://desk.example.com.")
    if not is_port(url.port):
        raise ConfigError(
            f"The desk's address has the port {url.port}, which there is not.",
            f"Ports are 1 to {LAST_PORT}; mostly none has to be written.",
        )
    if url.userinfo or url.query or url.fragment:
        raise ConfigError(
            "The desk's address holds more than a server and a path.",
            "Leave out user, password, query and fragment; the credentials are asked for separately.",
        )
    if url.scheme == "http" and not is_loopback(url.host):
        raise ConfigError(
            f"http://{url.host} would send the credentials in clear text.",
            f"Use https://{url.host}; plain http is allowed to this machine only (localhost, 127.0.0.1).",
        )
    return url


def is_port(port: int | None) -> bool:
    """Whether there can be such a port; None is the scheme's usual one. Sockets take no other number."""
    return port is None or 0 < port <= LAST_PORT


def is_loopback(host: str) -> bool:
    """Whether `host` names or numbers our own machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _usable(text: str) -> str:
    text = text.strip()
    if not text.isprintable():
        raise AuthError(
            "The credentials contain a character that cannot be typed.",
            "Copy them again, without line breaks.",
        )
    return text


def _visible(secret: str) -> str:
    secret = _usable(secret)
    if not secret or not secret.isascii() or " " in secret:
        raise AuthError(
            "The token is empty or contains spaces or letters outside ASCII.",
            "Copy the token again, whole and alone.",
        )
    return secret
