"""Whatever an endpoint answers, a person gets clean words or a sentence that says what to do."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer, Reply, completion, running
from support.hostile import escape_sequences
from support.stalls import no_stall

from console.model import asking
from console.model.values import Words
from console.settings import Settings
from console.settings_values import ModelSettings
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

TOKEN = "sesame-77-long"


@pytest.fixture
def ask(settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Words]:
    monkeypatch.setenv("HEARD_MODEL_TOKEN", TOKEN)

    def run(**given: object) -> Words:
        return asyncio.run(asking.answer(asking.rewrite(settings(**given), "We shall endeavour.")))

    return run


def failure(ask: Callable[..., Words], kind: type[HeardError], words: str, **given: object) -> HeardError:
    """The error that comes, which never holds the token and always says what to do."""
    with pytest.raises(kind, match=words) as raised:
        ask(**given)
    assert type(raised.value) is kind
    assert TOKEN not in raised.value.message + raised.value.hint
    assert raised.value.hint
    assert "desk" not in raised.value.message + raised.value.hint
    return raised.value


# -- words


def test_words_come_with_the_name_of_who_wrote_them(ask: Any, model: ModelServer) -> None:
    model.says("  We try.\n")
    said = ask()
    assert said.text == "We try."
    assert said.label == "written by tiny, read before you send"


def test_no_control_reaches_a_terminal(ask: Any, model: ModelServer) -> None:
    for batch in (
        itertools.batched(escape_sequences(), 60)
        if hasattr(itertools, "batched")
        else [list(escape_sequences())]
    ):
        model.says("Words " + " ".join(batch).encode("utf-8", "replace").decode())
        text = ask().text
        assert not [c for c in text if ord(c) < 32 and c not in "\n\t"]
        assert not [c for c in text if 0x7F <= ord(c) <= 0x9F]


def test_an_answer_is_bounded(ask: Any, model: ModelServer) -> None:
    model.says("word " * 20_000)
    said = ask()
    assert len(said.text) <= 12_000
    assert said.cut


def test_a_model_that_stopped_early_says_so(ask: Any, model: ModelServer) -> None:
    model.says("We tr", finish="length")
    assert ask().cut


def test_thoughts_and_repeated_fences_are_not_the_answer(ask: Any, model: ModelServer) -> None:
    def echo(heard: Any) -> Reply:
        fence = next(line for line in heard.text.splitlines() if line.startswith("<<<DATA"))
        nonce = fence.split(" ")[1]
        return Reply(completion(f"<think>hm</think>{fence}\nWe try.\n<<<END {nonce}>>>"))

    model.answer = echo
    assert ask().text == "We try."


def test_a_tool_call_beside_words_is_not_looked_at(ask: Any, model: ModelServer) -> None:
    model.says("We try.", tool_calls=[{"function": {"name": "send_reply"}}])
    assert ask().text == "We try."


# -- no words


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(completion(None)), RefusedError, "without a word"),
        (Reply(completion("")), RefusedError, "without a word"),
        (Reply(completion("<think>She wants")), RefusedError, "without a word"),
        (Reply(completion("<think>She", finish="length")), RefusedError, "ended in its thoughts"),
        (Reply(completion(" \n\u200b")), RefusedError, "without a word"),
        (Reply(completion(None, tool_calls=[{"id": "1"}])), RefusedError, "wanted to use a tool"),
        (Reply(completion("", finish="content_filter")), RefusedError, "content filter"),
        (Reply(b'{"choices": []}'), RefusedError, "no choice"),
        (Reply(b'{"choices": null}'), NotADeskError, "no model's answer"),
        (Reply(b"{}"), NotADeskError, "no model's answer"),
        (Reply(b"[]"), NotADeskError, "no model's answer"),
        (Reply(completion([{"type": "text", "text": "x"}])), NotADeskError, "no model's answer"),
        (Reply(b'{"choices": [{"message": {"conte'), NotADeskError, "not JSON"),
        (Reply(b""), NotADeskError, "an empty body"),
        (Reply(b"[" * 200_000), NotADeskError, "no model's answer"),
        (Reply(b'{"x": ' + b"[" * 200_000), NotADeskError, "not"),
        (
            Reply(b"<html><title>Log in \x1b[31m</title>", headers={"Content-Type": "text/html"}),
            NotADeskError,
            'a web page titled "Log in',
        ),
        (Reply(b"", 204), NotADeskError, "HTTP 204|no model's answer|empty"),
        (Reply(b'{"error": {"message": "bad"}}', 400), RefusedError, r"refused the request \(HTTP 400\): bad"),
        (Reply(b'{"error": "too long"}', 413), RefusedError, "too long"),
        (Reply(b"{}", 401), AuthError, r"HTTP 401"),
        (Reply(b"{}", 403), AuthError, r"HTTP 403"),
        (Reply(b'{"error": {"message": "no tiny"}}', 404), NotFoundError, "does not know the model tiny"),
        (Reply(b"<html>x", 404), NotFoundError, "HTTP 404"),
        (Reply(b"{}", 500), OfflineError, "is in trouble"),
        (Reply(b"<html><title>Bad gateway</title>", 502), OfflineError, "Bad gateway"),
    ],
)  # fmt: skip
def test_every_other_answer_is_an_error_with_a_way_on(
    ask: Any, model: ModelServer, reply: Reply, kind: type[HeardError], words: str
) -> None:
    model.answer = reply
    error = failure(ask, kind, words)
    assert error.message.isprintable()
    assert len(model.asked) == 1


def test_an_endpoint_that_repeats_the_token_does_not_put_it_on_the_screen(
    ask: Any, model: ModelServer
) -> None:
    model.answer = Reply(f'{{"error": {{"message": "Incorrect key: {TOKEN}"}}}}'.encode(), 401)
    assert "Incorrect key: [hidden]" in failure(ask, AuthError, "401").message


@pytest.mark.parametrize(
    ("header", "after"), [({"Retry-After": "17"}, 17), ({}, 60), ({"Retry-After": "x"}, 60)]
)
def test_a_pause_is_told_in_seconds(ask: Any, model: ModelServer, header: dict[str, str], after: int) -> None:
    model.answer = Reply(b"{}", 429, header)
    error = failure(ask, ThrottledError, f"a pause of {after} s")
    assert isinstance(error, ThrottledError)
    assert error.after == after


# -- sizes


def test_five_megabytes_are_refused_by_their_length(ask: Any, model: ModelServer) -> None:
    model.answer = Reply(b"x" * 5_000_000)
    failure(ask, NotADeskError, "more than 1 MB")


def test_ten_gigabytes_are_cut_off_after_the_first(ask: Any, model: ModelServer) -> None:
    chunk = b"x" * 65_536
    model.answer = Reply(pieces=lambda: itertools.repeat(chunk, 10 * 16_384), headers={})
    failure(ask, NotADeskError, "more than 1 MB")
    assert model.sent < 30_000_000  # what fits into the sockets


def test_a_drop_a_second_ends_with_the_time(ask: Any, model: ModelServer) -> None:
    def drops() -> Iterator[bytes]:
        while True:
            model.stop.wait(0.05)
            yield b" "

    model.answer = Reply(pieces=drops)
    with no_stall():
        failure(ask, OfflineError, "did not answer within 1 s", timeout=1)


def test_silence_ends_with_the_time(ask: Any, model: ModelServer) -> None:
    model.answer = Reply(completion("late"), wait=20)
    failure(ask, OfflineError, "did not answer", timeout=1)


def test_an_answer_that_breaks_off_is_none(ask: Any, model: ModelServer) -> None:
    model.answer = Reply(pieces=lambda: iter([completion("We try.")]), length=9_000)
    failure(ask, OfflineError, "broke off")


# -- other servers


def test_a_redirect_is_not_followed_and_the_token_stays_here(ask: Any, model: ModelServer) -> None:
    with running() as elsewhere:
        for status in (301, 302, 307, 308):
            model.answer = Reply(status=status, headers={"Location": f"{elsewhere.url}/x?token={TOKEN}"})
            failure(ask, NotADeskError, "sends us away")
        assert not elsewhere.asked
    model.answer = Reply(status=307, headers={"Location": "/v2/chat/completions"})
    failure(ask, NotADeskError, "sends us away")
    assert len(model.asked) == 5


def test_cookies_are_not_kept(ask: Any, model: ModelServer) -> None:
    model.answer = Reply(completion("x"), headers={"Set-Cookie": "a=b"})
    ask()
    ask()
    assert "cookie" not in model.asked[1].headers


def test_a_refused_connection_is_told(ask: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    failure(ask, OfflineError, "refuses the connection", endpoint=f"http://127.0.0.1:{port}/v1")


def test_a_certificate_that_nobody_vouches_for_stops_it(tmp_path: Path, ask: Any) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    with running(context) as secure:
        failure(ask, CertificateError, "certificate", endpoint=f"https://localhost:{secure.port}/v1")
        assert not secure.asked


def _self_signed(folder: Path) -> Path:
    pytest.importorskip(
        "cryptography", reason="SKIPPED FOR WANT OF cryptography: no certificates can be made"
    )
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415  (for this test alone)

    from cryptography import x509  # noqa: PLC0415  (may be absent)
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415  (the same)
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  (the same)

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now, day = datetime.now(UTC), timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "self.pem"
    path.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_nothing_is_written_to_the_log(ask: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        ask()
    assert "127.0.0.1" not in caplog.text


def test_the_fixture_of_settings_names_the_endpoint(
    settings: Callable[..., Settings], model: ModelServer
) -> None:
    assert settings().model == ModelSettings(model.url, "tiny")
