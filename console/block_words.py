"""The words of the blocks at the end of a reply, by language: `heard/rules/blocks.toml`, read when first needed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from store.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    code: str
    texts: Mapping[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]

    def say(self, key: str, **given: object) -> str:
        """One of the texts, with what is given in its places."""
        return self.texts[key].format_map({name: str(value) for name, value in given.items()})


@cache
def languages() -> Mapping[str, Words]:
    """Every language that there are words in. Raises ConfigError when the file is not as it came."""
    path = Path(__file__).parent / "heard" / "rules" / "blocks.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return {
            code: Words(code, texts, tuple(texts["weekdays"].split()), tuple(texts["months"].split()))
            for code, texts in data.items()
        }
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise ConfigError(f"{path.name} cannot be used: {error!r}.", "Install heard again.") from error


def words(code: str = "en") -> Words:
    """The words of a language; English where there are none in it."""
    known = languages()
    return known.get(code) or known["en"]
