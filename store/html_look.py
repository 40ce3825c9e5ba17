"""What a reader of an HTML mail would have seen: which text is concealed, and where a link really leads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

Attributes = Mapping[str, str | None]

_AS_TYPED = frozenset({"listing", "plaintext", "pre", "textarea", "xmp"})
_LENGTH = re.compile(r"(\d*\.?\d*)(px|pt)?(em|rem|ex|ch|vh|vw|%)?")
_FAR_AWAY = re.compile(r"-\d{3,}")
_COLOR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b(?:white|black|transparent)\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_NAMED = {"white": "#ffffff", "black": "#000000"}
_UNSET = frozenset({"", "currentcolor", "inherit", "initial", "none", "unset"})

_IGNORED = re.compile(r"[\x00-\x20]+")  # a browser drops these from an address before it reads it
_AUTHORITY = re.compile(r"(?:(?:https?|ftp):[/\\]*|[/\\]{2,})([^/\\?#]*)", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOSTS = re.compile(r"(?<![\w.-])(?:[\w-]{1,63}\.){1,9}[^\W\d_][\w-]{1,62}")


@dataclass(frozen=True, slots=True)
class Look:
    """What an element hands down to the text within it. A colour that is not known is ""."""

    hidden: bool = False
    tiny: bool = False
    typed: bool = False  # spaces and line ends stand as they were typed
    color: str = "#000000"
    background: str = "#ffffff"

    @property
    def concealed(self) -> bool:
        """Whether text would be there, but not to be seen."""
        same = self.color != "" and self.color in {"transparent", self.background}
        return self.hidden or self.tiny or same


def look_within(look: Look, tag: str, attributes: Attributes) -> Look:
    """The look inside an element, from that around it; only what stands on the element is read, no style sheet."""
    if not attributes and tag != "a" and tag not in _AS_TYPED:
        return look
    style = _declarations((attributes.get("style") or "")[:4_000].lower())
    if look.hidden or "hidden" in attributes or _is_gone(style):
        return replace(look, hidden=True)
    space = style.get("white-space", "")
    color = _color(style.get("color") or (attributes.get("color") or "").lower())
    return Look(
        tiny=_is_tiny(_font_size(style) or ("medium" if attributes.get("size") else ""), around=look.tiny),
        typed=tag in _AS_TYPED or space.startswith("pre") or (look.typed and space in _UNSET),
        color=color or ("" if tag == "a" else look.color),
        background=_background(style, attributes, look.background),
    )


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _is_gone(style: Mapping[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in {"hidden", "collapse"}:
        return True
    if _is_zero(style.get("opacity", "")):
        return True
    sides = ("height", "max-height", "width", "max-width")
    if style.get("overflow") == "hidden" and any(_is_zero(style.get(side, "")) for side in sides):
        return True
    return any(_FAR_AWAY.match(style.get(name, "")) for name in ("left", "top", "text-indent"))


def _is_zero(length: str) -> bool:
    found = _LENGTH.fullmatch(length)
    return bool(found and found[1].strip("0.") == "" and found[1].strip("."))


def _font_size(style: Mapping[str, str]) -> str:
    """The size that stands last, by itself or among the words of `font`; "" for none."""
    size = ""
    for name, value in style.items():
        if name == "font-size":
            size = value
        elif name == "font":
            words = (word.partition("/")[0] for word in value.split())
            otherwise = value if value == "inherit" else "medium"
            size = next((word for word in words if _is_zero(word) or _is_length(word)), otherwise)
    return size


def _is_length(word: str) -> bool:
    found = _LENGTH.fullmatch(word)
    return bool(found and found[1].strip(".") and (found[2] or found[3]))


def _is_tiny(size: str, *, around: bool) -> bool:
    """Text of no size; a relative size of nothing is nothing."""
    found = _LENGTH.fullmatch(size)
    if not found or not found[1].strip("."):
        return around and size in {"", "inherit", "smaller", "larger"}
    return float(found[1]) <= 1 if found[2] else _is_zero(size) or (around and found[3] != "rem")


def _background(style: Mapping[str, str], attributes: Attributes, around: str) -> str:
    value = style.get("background-color") or style.get("background") or ""
    picture = style.get("background-image", "") + value
    if "url(" in picture or "gradient" in picture or attributes.get("background"):
        return ""
    color = _color(value or (attributes.get("bgcolor") or "").lower())
    return around if color in {"", "transparent"} else color


def _color(value: str) -> str:
    """One spelling for each colour: "#rrggbb", "transparent", the name as it stands, or "" for none."""
    found = _COLOR.search(value)
    if not found:
        return "" if value in _UNSET else value
    color = _NAMED.get(found[0], found[0])
    if color.startswith("rgb"):
        numbers = [float(number) for number in _NUMBER.findall(color)[:4]]
        if numbers[3:] == [0.0]:
            return "transparent"
        return "#" + "".join(f"{min(255, int(number)):02x}" for number in numbers[:3])
    if len(color) == len("#rgb"):
        return "#" + "".join(2 * digit for digit in color[1:])
    return color


def link_note(text: str, href: str) -> str:
    """What to add behind a link's text so that nobody is misled: " (real host)", or "" where the text says just that.

    Hosts are given in their ASCII form, so that no look-alike letter passes for another.
    """
    address = _IGNORED.sub("", href)
    host = _host(address)
    if host:
        shown = {_bare(_ascii(found.lower())) for found in _HOSTS.findall(text[:10_000])}
        return "" if shown == {_bare(host)} else f" ({host})"
    scheme = _SCHEME.match(address)
    if scheme is None or scheme[1].lower() == "cid":
        return ""
    if scheme[1].lower() not in {"mailto", "tel", "sms"}:
        return f" ({scheme[1].lower()}: link)"
    target = unquote(address[scheme.end() :].partition("?")[0])
    return "" if target.lower() in _IGNORED.sub("", text).lower() else f" ({target[:200]})"


def _host(address: str) -> str:
    """The host that a browser would go to, "" for an address without one."""
    found = _AUTHORITY.match(address)
    if not found:
        return ""
    host = unquote(found[1].rpartition("@")[2])
    if not host.startswith("["):
        host = host.partition(":")[0]
    return _ascii(host.lower().rstrip("."))[:253]


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:  # not a lawful name: shown all the same, letter by letter
        return host.encode("ascii", "backslashreplace").decode("ascii")


def _bare(host: str) -> str:
    return host.removeprefix("www.")
