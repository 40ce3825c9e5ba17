"""Attachments: names, and bytes that can be made again from the name alone, so that none need be stored."""

from __future__ import annotations

import struct
import zlib
from random import Random

from console.demo.scenario_values import File

_WIDTH, _HEIGHT = 48, 36
_PNG, _PDF, _TEXT = "image/png", "application/pdf", "text/plain"
_LOG_LINE = "{n:05d} heater={heat} pump={pump} door=closed\n"
_KINDS = (("IMG_{n:04d}.png", _PNG), ("invoice-{n:04d}.pdf", _PDF), ("machine-log-{n:04d}.txt", _TEXT))
_HOSTILE_NAMES = (
    "../../.profile",
    "photo\u202egnp.exe",
    "-rf.txt",
    "CON.txt",
    "a" * 300 + ".png",
    "inv\u0000oice.pdf",
)


def draw_file(rng: Random, *, photo: bool = False) -> File:
    """An attachment with a harmless name; a picture when `photo` is set."""
    pattern, mime = _KINDS[0] if photo else rng.choices(_KINDS, (70, 20, 10))[0]
    return make_file(pattern.format(n=rng.randrange(1, 10_000)), mime)


def hostile_files() -> tuple[File, ...]:
    """Attachments whose names try to leave the folder that they are saved to, or to look like something else."""
    return tuple(make_file(name, _PNG if name.endswith(("exe", "png")) else _TEXT) for name in _HOSTILE_NAMES)


def make_file(name: str, mime: str) -> File:
    """What is known of the attachment called `name`."""
    return File(name, mime, len(file_bytes(name, mime)))


def file_bytes(name: str, mime: str) -> bytes:
    """The content of the attachment called `name`; the same name gives the same bytes."""
    mark = zlib.crc32(name.encode("utf-8", "replace"))
    if mime == _PNG:
        return _picture(mark)
    if mime == _PDF:
        return f"%PDF-1.4\n% invoice {mark}\n%%EOF\n".encode() * 20
    rng = Random(mark)
    return "".join(
        _LOG_LINE.format(n=n, heat=rng.randrange(2), pump=rng.randrange(2)) for n in range(120)
    ).encode()


def _picture(mark: int) -> bytes:
    """A small valid PNG in colours that depend on `mark`."""
    red, green, blue = mark & 255, mark >> 8 & 255, mark >> 16 & 255
    rows = b"".join(b"\0" + bytes((red ^ y * 5, green, blue)) * _WIDTH for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
