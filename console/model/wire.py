"""The one place from which anything goes to a model: one request, to one server, once; nothing is followed or repeated."""

from __future__ import annotations

import asyncio
import logging

import httpx

from console.model.endpoint import PLACE, Target
from console.model.values import Outgoing
from store.errors import ConfigError, NotADeskError, OfflineError
from store.remotes.http_auth import DeskAuth as OriginAuth
from store.remotes.http_auth import Origin, bearer, is_port
from store.remotes.http_body import Answer, read_body
from store.remotes.http_errors import FAILURES, read_failure
from store.remotes.http_wire import Network, make_client, next_hop, open_answer, sent_away
from store.secrets import Secret

MAX_BODY = 1024 * 1024  # bytes of an answer
_CONNECT_S = 10.0
_HINT = f"Check endpoint in {PLACE}, and whether the server runs; nothing is repeated by itself."


def client_for(target: Target, token: Secret | None) -> httpx.AsyncClient:
    """A client that shows the token to the target's own server alone; ConfigError for an address that is none."""
    try:
        url = httpx.URL(target.url)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.host.lower() != target.host.lower() or not is_port(url.port):
        raise ConfigError(f"The endpoint in {PLACE} cannot be read.", "Write it as https://host.example/v1.")
    for name in ("httpx", "httpcore"):  # at INFO they write whole addresses
        logging.getLogger(name).setLevel(logging.WARNING)
    auth = OriginAuth(Origin.of(url), bearer(token.reveal())) if token else None
    return make_client(Network(), auth)


async def post(client: httpx.AsyncClient, target: Target, outgoing: Outgoing) -> Answer:
    """Send the request and read the answer, all within the target's time.

    Raises OfflineError, CertificateError or NotADeskError where no whole answer came.
    """
    timeout = httpx.Timeout(float(target.timeout), connect=min(_CONNECT_S, float(target.timeout)))
    request = client.build_request(
        "POST", outgoing.url, headers=dict(outgoing.headers), content=outgoing.body, timeout=timeout
    )
    try:
        async with asyncio.timeout(target.timeout):
            return await _answer(client, request, target.host)
    except TimeoutError:
        raise OfflineError(f"{target.host} did not answer within {target.timeout} s.", _HINT) from None
    except FAILURES as error:
        found = read_failure(error, target.host)
        raise type(found)(found.message, _HINT) from None
    except (NotADeskError, OfflineError) as error:  # whose advice is about desks
        raise type(error)(error.message, _HINT) from None


async def _answer(client: httpx.AsyncClient, request: httpx.Request, host: str) -> Answer:
    async with open_answer(client, request) as response:
        hop = next_hop(response, request.url)
        if hop is not None:
            raise sent_away(host, str(hop))
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, await read_body(response, MAX_BODY), server=host)
