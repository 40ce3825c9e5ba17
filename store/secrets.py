"""Where a desk's secret comes from: the environment, a program that prints it, or the keyring; never a file of ours.

A secret is a `Secret` from here to the header that carries it, so that no log, traceback or f-string shows it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote, quote_plus

from store.errors import AuthError
from store.programs import printed
from store.text import clean, clean_line

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "heard"
COMMAND_SECONDS = 10
HIDDEN = "[hidden]"
_STDERR_CHARS = 1_000
_MOST_BYTES = 65_536  # that a credential_command may print
_SHORTEST = 4  # shorter secrets are not looked for in text: they would black out half of it

# Back-ends that keep nothing, or keep it where everybody can read it.
_REFUSED = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


class Secret:
    """A secret that shows itself to no one but the caller of `reveal`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself: only for the header that carries it, or the keyring that keeps it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not to be pickled or copied to disk")


def variable(desk: str) -> str:
    """The environment variable that may hold the secret of `desk`."""
    return f"HEARD_{re.sub(r'[^A-Z0-9]', '_', desk.upper())}_TOKEN"


def find(desk: str, command: Sequence[str] = (), env: Mapping[str, str] = os.environ) -> Secret:
    """The secret of `desk`: from the environment, else from `command`, else from the keyring.

    AuthError says what was tried and what else there is; the secret itself is in no message.
    """
    value = env.get(variable(desk), "").strip()
    if value:
        return Secret(value)
    if command:
        return _ask(desk, command)
    keyring = _keyring(desk)
    with _explained(desk):
        kept = keyring.get_password(SERVICE, desk)
    if not kept:
        raise AuthError(
            f"There is no secret for {desk} in the keyring.", f"Log in to {desk} again, or {_others(desk)}"
        )
    return Secret(kept)


def store(desk: str, secret: Secret) -> None:
    """Keep the secret in the keyring; AuthError where there is none that keeps secrets."""
    keyring = _keyring(desk)
    with _explained(desk):
        keyring.set_password(SERVICE, desk, secret.reveal())


def forget(desk: str) -> None:
    """Take the secret out of the keyring, if there is a keyring and it is there."""
    keyring = _usable()
    if keyring is None:
        return
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415  (heavy: see _usable)

    with _explained(desk), suppress(PasswordDeleteError):
        keyring.delete_password(SERVICE, desk)


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """The text without the secrets, as they are or as an address would spell them."""
    values = {secret.reveal() for secret in secrets if len(secret.reveal()) >= _SHORTEST}
    spellings = values | {quote(value, safe="") for value in values} | {quote_plus(value) for value in values}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, HIDDEN)
    return text


def _ask(desk: str, command: Sequence[str]) -> Secret:
    """Run the program without a shell and take the first line that it prints."""
    hint = "Try the command in a shell: it has to print the secret on its first line."
    try:
        done = printed(command, COMMAND_SECONDS, _MOST_BYTES)
    except subprocess.TimeoutExpired:
        raise AuthError(
            f"The credential_command of {desk} took longer than {COMMAND_SECONDS} s.", hint
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise AuthError(
            f"The credential_command of {desk} cannot be started: {clean_line(command[0])}: {reason}.", hint
        ) from None
    if done.flood:
        raise AuthError(
            f"The credential_command of {desk} printed more than {_MOST_BYTES:,} bytes; no secret is that long.",
            hint,
        )
    if done.code:
        said = clean(done.err.decode("utf-8", "replace"), _STDERR_CHARS).strip() or "it said nothing"
        raise AuthError(f"The credential_command of {desk} failed ({done.code}): {said}", hint)
    value = done.out.decode("utf-8", "replace").partition("\n")[0].strip()
    if not value or "\ufffd" in value:
        raise AuthError(f"The credential_command of {desk} printed no secret on its first line.", hint)
    return Secret(value)


def _keyring(desk: str) -> KeyringBackend:
    """The keyring, or AuthError where there is none that keeps secrets."""
    keyring = _usable()
    if keyring is None:
        others = _others(desk)
        raise AuthError("This machine has no keyring that keeps secrets.", others[0].upper() + others[1:])
    return keyring


def _usable() -> KeyringBackend | None:
    """The best back-end that keeps secrets from others, looking into a chain of them."""
    import keyring  # noqa: PLC0415  (heavy, and not needed where environment or command speak)

    found = keyring.get_keyring()
    chained: Iterable[KeyringBackend] = getattr(found, "backends", (found,))
    return next((each for each in chained if not _is_refused(each)), None)


def _is_refused(keyring: KeyringBackend) -> bool:
    name = f"{type(keyring).__module__}.{type(keyring).__qualname__}"
    return name.startswith(_REFUSED) or "plaintext" in name.lower()


@contextmanager
def _explained(desk: str) -> Iterator[None]:
    """Say what a locked or broken keyring means for the desk."""
    from keyring.errors import KeyringError  # noqa: PLC0415  (heavy: see _usable)

    try:
        yield
    except (KeyringError, OSError, RuntimeError) as error:
        what = clean_line(str(error)) or type(error).__name__
        raise AuthError(
            f"The keyring cannot be used for {desk}: {what}.", f"Unlock it, or {_others(desk)}"
        ) from None


def _others(desk: str) -> str:
    return (
        f"name a program that prints the secret as credential_command of [desks.{desk}], "
        f"or set {variable(desk)} in the environment."
    )
