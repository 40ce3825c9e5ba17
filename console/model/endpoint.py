"""Where the model is, whether it may be asked there, and the secret that it wants; no request is made here."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.settings_values import ModelSettings, Settings
from store import secrets
from store.errors import AuthError, ConfigError

NAME = "model"
PLACE = "[model] of config.toml"
SWITCH_ON = (
    'To switch it on, write endpoint = "https://.../v1" and model = "..." under [model] into config.toml and set '
    "HEARD_MODEL_TOKEN; docs/model.md says what then leaves this machine."
)


@dataclass(frozen=True, slots=True)
class Target:
    """A model that may be asked: `url` is where questions are posted, `timeout` in seconds for one whole answer."""

    url: str
    host: str
    model: str
    timeout: int = 60
    credential_command: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Target:
        """The model of the settings; ConfigError says how to name one, or why this one is not asked."""
        given = settings.model
        if not given.endpoint:
            raise ConfigError("No language model is set up; nothing was sent.", SWITCH_ON)
        if not given.model:
            raise ConfigError(
                f"{PLACE} does not say which model.", 'Write model = "..." beside the endpoint.'
            )
        _refuse_shared_secret(settings)
        host = urlsplit(given.endpoint).hostname or ""
        _refuse_clear_text(given, host)
        url = f"{given.endpoint.rstrip('/')}/chat/completions"
        return cls(url, host, given.model, given.timeout, given.credential_command)

    def token(self, env: Mapping[str, str] = os.environ) -> secrets.Secret | None:
        """The model's secret from the environment, its program or the keyring.

        None where there is none: models on one's own machine ask for none, and others say that they want one.
        """
        if self.credential_command or env.get(secrets.variable(NAME), "").strip():
            return secrets.find(NAME, self.credential_command, env)
        if is_loopback(self.host):
            return None
        try:
            return secrets.find(NAME, (), env)
        except AuthError:
            return None


def is_loopback(host: str) -> bool:
    """Whether `host` is our own machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_clear_text(given: ModelSettings, host: str) -> None:
    if given.endpoint.lower().startswith("https://") or is_loopback(host) or given.allow_http:
        return
    raise ConfigError(
        f"http://{host} would send customers' words and the token in clear text; nothing was sent.",
        f"Use https, or write allow_http = true under {PLACE} where the way there is safe.",
    )


def _refuse_shared_secret(settings: Settings) -> None:
    """A desk's token must not go to the model because the two are called the same."""
    variable = secrets.variable(NAME)
    for desk in settings.desks:
        if secrets.variable(desk) == variable:
            raise ConfigError(
                f"The desk {desk} and the language model would share the secret {variable}; nothing was sent.",
                "Give the desk another name.",
            )
