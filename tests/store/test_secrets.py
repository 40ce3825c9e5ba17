"""Where secrets come from, and all the places where they must not show up."""

import copy
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from store import secrets
from store.errors import AuthError
from store.secrets import Secret, find, forget, redact, store

CANARY = "canary-6f1d"


class KeptKeyring(KeyringBackend):
    """A keyring in memory. Its priority keeps it from ever being chosen by itself."""

    priority = -1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # of the library
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not found")


class PlaintextKeyring(KeptKeyring):
    """What keyrings.alt calls its file that everybody can read."""


class LockedKeyring(KeptKeyring):
    """A keyring whose owner has not unlocked it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked\x1b[31m")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")


class Chain(KeptKeyring):
    """Several back-ends, as the library chains them."""

    def __init__(self, *backends: KeyringBackend) -> None:
        super().__init__()
        self.backends = backends


@pytest.fixture(autouse=True)
def _keyring_restored() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def kept() -> KeptKeyring:
    made = KeptKeyring()
    keyring.set_keyring(made)
    return made


def prints(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_the_environment_goes_before_the_command_and_that_before_the_keyring(kept: KeptKeyring) -> None:
    kept.set_password("heard", "acme", "from keyring")
    command = prints("print('from command')")
    assert find("acme", command, {"HEARD_ACME_TOKEN": "from env"}).reveal() == "from env"
    assert find("acme", command, {"HEARD_ACME_TOKEN": " "}).reveal() == "from command"
    assert find("acme", (), {}).reveal() == "from keyring"


def test_the_variable_is_named_after_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARD_ACME_EU_2_TOKEN", CANARY)
    assert find("acme-eu.2").reveal() == CANARY


def test_what_is_stored_is_found_and_what_is_forgotten_is_not(kept: KeptKeyring) -> None:
    store("acme", Secret(CANARY))
    assert kept.kept == {("heard", "acme"): CANARY}
    assert find("acme", (), {}).reveal() == CANARY
    forget("acme")
    forget("acme")
    with pytest.raises(AuthError, match="no secret for acme"):
        find("acme", (), {})


def test_a_secret_shows_itself_nowhere() -> None:
    @dataclass
    class Holder:
        secret: Secret

    secret = Secret(CANARY)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        f"{secret:>40}",
        "%s %r" % (secret, [secret]),  # noqa: UP031  (every way of formatting)
    ]
    shown += [repr(Holder(secret)), "{0} {0!r}".format(secret)]  # noqa: UP032  (the same)
    assert CANARY not in "".join(shown)
    for leak in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(secret)
    assert not hasattr(secret, "__dict__")


def test_secrets_are_equal_by_value() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


@pytest.mark.parametrize(
    "made", [FailKeyring, NullKeyring, PlaintextKeyring, lambda: Chain(PlaintextKeyring()), Chain]
)  # fmt: skip
def test_a_keyring_that_keeps_nothing_or_shows_all_is_refused_with_two_other_ways(
    made: Callable[[], KeyringBackend],
) -> None:
    refused = made()
    keyring.set_keyring(refused)
    for ask in (lambda: find("acme", (), {}), lambda: store("acme", Secret(CANARY))):
        with pytest.raises(AuthError) as caught:
            ask()
        assert "credential_command" in caught.value.hint
        assert "HEARD_ACME_TOKEN" in caught.value.hint
    assert not getattr(refused, "kept", {})
    forget("acme")


def test_in_a_chain_the_first_keyring_that_keeps_secrets_is_used() -> None:
    good = KeptKeyring()
    plain = PlaintextKeyring()
    keyring.set_keyring(Chain(plain, good))
    store("acme", Secret(CANARY))
    assert good.kept
    assert not plain.kept


def test_a_locked_keyring_is_explained() -> None:
    keyring.set_keyring(LockedKeyring())
    for ask in (lambda: find("acme", (), {}), lambda: store("acme", Secret(CANARY))):
        with pytest.raises(AuthError, match="locked") as caught:
            ask()
        assert "\x1b" not in caught.value.message
        assert caught.value.hint.startswith("Unlock it")
        assert CANARY not in caught.value.message + caught.value.hint


def test_the_command_gives_its_first_line_without_a_shell() -> None:
    assert find("acme", prints(f"print('{CANARY}'); print('more')"), {}).reveal() == CANARY
    echoed = find("acme", (*prints("import sys; print(sys.argv[1])"), "$HOME; `id`"), {})
    assert echoed.reveal() == "$HOME; `id`"


def test_the_command_cannot_ask_questions() -> None:
    with pytest.raises(AuthError, match="EOFError"):
        find("acme", prints("input('password? ')"), {})


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import sys; sys.stderr.write('no \\x1b[31mkey'); sys.exit(3)", r"failed \(3\): no ␛\[31mkey"),
        ("import sys; sys.exit(1)", "it said nothing"),
        ("pass", "printed no secret"),
        ("print(); print('second')", "printed no secret"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", "printed no secret"),
    ],
)
def test_a_command_that_fails_says_why(code: str, says: str) -> None:
    with pytest.raises(AuthError, match=says):
        find("acme", prints(code), {})


def test_what_a_failing_command_printed_is_not_shown() -> None:
    with pytest.raises(AuthError) as caught:
        find("acme", prints(f"import sys; print('{CANARY}'); sys.exit(1)"), {})
    assert CANARY not in caught.value.message + caught.value.hint


def test_a_command_that_does_not_exist_is_named() -> None:
    with pytest.raises(AuthError, match="no-such-program: No such file"):
        find("acme", ["no-such-program", CANARY], {})
    with pytest.raises(AuthError, match="cannot be started"):
        find("acme", ["a\x00b"], {})


def test_a_command_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.2)
    with pytest.raises(AuthError, match="took longer"):
        find("acme", prints("import time; time.sleep(60)"), {})


def test_a_command_that_never_stops_printing_is_stopped_long_before_its_time() -> None:
    with pytest.raises(AuthError, match="more than 65,536 bytes"):
        find("acme", prints("while True: print('y' * 9_999)"), {})


def test_words_of_complaint_without_end_do_not_stop_a_command() -> None:
    assert (
        find("acme", prints(f"import sys; sys.stderr.write('!' * 999_999); print('{CANARY}')"), {}).reveal()
        == CANARY
    )


def test_nobody_waits_for_what_a_command_leaves_running(tmp_path: Path) -> None:
    left = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid"
    code = f"import subprocess, sys; open(sys.argv[1], 'w').write(str({left})); print('{CANARY}')"
    try:
        assert find("acme", (*prints(code), str(tmp_path / "pid")), {}).reveal() == CANARY
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_redaction_takes_out_every_spelling_the_longest_first() -> None:
    text = "a=t/k+1 n; b=t%2Fk%2B1%20n; c=t%2Fk%2B1+n; d=t/k+1 n-long"
    assert (
        redact(text, [Secret("t/k+1 n"), Secret("t/k+1 n-long")])
        == "a=[hidden]; b=[hidden]; c=[hidden]; d=[hidden]"
    )


def test_redaction_leaves_text_alone_where_a_secret_is_no_secret() -> None:
    assert redact("a cat", [Secret(""), Secret("a")]) == "a cat"
