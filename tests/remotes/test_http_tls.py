"""Certificates are always checked, and what is wrong with one is said in words."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from store.errors import CertificateError, OfflineError
from store.remotes.http import DeskHttp
from store.remotes.http_auth import bearer
from store.remotes.http_wire import tls

pytest.importorskip("cryptography", reason="SKIPPED FOR WANT OF cryptography: no certificates can be made")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = timedelta(days=1)


def certificate(folder: Path, name: str, *, days: int = 1, signer: Any = None) -> tuple[Path, Any]:
    """A certificate for `name`, valid until `days` from now, signed by `signer` or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    alternative: x509.GeneralName = x509.DNSName(name)
    if name[0].isdigit():
        alternative = x509.IPAddress(ipaddress.ip_address(name))
    issuer, signing = signer or (subject, key)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(issuer).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - 9 * DAY).not_valid_after(datetime.now(UTC) + days * DAY)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )  # fmt: skip
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}{days}.pem"
    path.write_bytes(plain + built.public_bytes(serialization.Encoding.PEM))
    return path, (subject, key)


@asynccontextmanager
async def server(pem: Path, newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client turned away
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.maximum_version = newest
    running = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{running.sockets[0].getsockname()[1]}"
    finally:
        running.close()
        await running.wait_closed()


def trusting(pem: Path) -> httpx.AsyncBaseTransport:
    context = ssl.create_default_context(cafile=pem)
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False)


@pytest.mark.parametrize(
    ("name", "days", "trusted", "says"),
    [
        ("127.0.0.1", 1, False, "self-signed"),
        ("127.0.0.1", -2, True, "expired"),
        ("desk.example.com", 1, True, "another"),
    ],
)
async def test_a_certificate_that_cannot_be_trusted_is_named_by_its_fault(
    tmp_path: Path,
    name: str,
    days: int,
    trusted: bool,  # noqa: FBT001  (a parameter)
    says: str,
) -> None:
    authority, signer = certificate(tmp_path, "Authority", days=30)
    pem, _ = certificate(tmp_path, name, days=days, signer=signer if trusted else None)
    async with server(pem) as address:
        http = DeskHttp(address, bearer("sesame"), transport=trusting(authority) if trusted else None)
        with pytest.raises(CertificateError, match=says) as caught:
            await http.get("/x")
        written = await http.write("POST", "/x", {})
        await http.aclose()
    assert caught.value.hint
    assert (written.outcome.kind, written.outcome.code) == ("not_sent", "certificate")


async def test_a_certificate_in_order_is_accepted(tmp_path: Path) -> None:
    authority, signer = certificate(tmp_path, "Authority", days=30)
    pem, _ = certificate(tmp_path, "127.0.0.1", signer=signer)
    async with server(pem) as address:
        http = DeskHttp(address, bearer("sesame"), transport=trusting(authority))
        assert (await http.get("/x")).ok
        await http.aclose()


async def test_a_server_that_speaks_no_tls_at_all_is_offline() -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    http = DeskHttp(f"https://127.0.0.1:{running.sockets[0].getsockname()[1]}", bearer("sesame"))
    with pytest.raises(OfflineError, match="secure connection"):
        await http.get("/x")
    assert (await http.write("POST", "/x", {})).outcome.kind == "not_sent"
    await http.aclose()
    running.close()
    await running.wait_closed()


def test_no_version_before_tls_1_2_is_offered_and_no_key_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    context = tls()
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.keylog_filename is None
    assert context.get_ca_certs()
