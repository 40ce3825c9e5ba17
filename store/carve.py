"""Read the rows of local.db from its bare pages, when SQLite cannot: the last resort of a salvage.

Every leaf page is read by itself, so that one damaged page takes no other with it, and neither do a damaged header,
a damaged index, or a damaged list of tables. A row is known by its shape. SQLite's documents on its file format tell
what the bytes mean: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.carve_shapes import Row, shape_of

PAGE = 4096
LEAF = 0x0D
FRAME = 24  # bytes before each page in the log
LONGEST = 50_000_000  # bytes of one row


@dataclass(frozen=True, slots=True)
class Layer:
    """Pages to read rows from, with their numbers, and where the overflow of a long row is looked for."""

    pages: tuple[tuple[int, bytes], ...]
    around: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Image:
    """The pages of a file as a reader would see them, and those that it would not see.

    `hidden` are pages of the log behind a damaged place, and pages of the file that the log replaces. `doubtful` when
    the log has lost something: what the file says may be out of date.
    """

    seen: Layer
    hidden: tuple[Layer, ...]
    doubtful: bool


def rows(*layers: Layer) -> Iterator[tuple[str, Row]]:
    """Every row that can be read, with its table; of one row there may be several versions."""
    for layer in layers:
        for number, page in layer.pages:
            for rowid, values in _cells(number, page, layer.around):
                shape = shape_of(values)
                if shape is not None:
                    yield shape.table, shape.row(rowid, values)


def image_of(path: Path) -> Image:
    """The pages of a file and of the log beside it; only reads."""
    content = path.read_bytes() if path.exists() else b""
    size = _page_size(content)
    pages = {n + 1: content[n * size : (n + 1) * size] for n in range(len(content) // size)}
    log = path.with_name(path.name + "-wal")
    if not log.exists():
        # A program that ends cleanly takes both of them away.
        left = path.with_name(path.name + "-shm").exists()
        return Image(Layer(tuple(pages.items()), pages), (), doubtful=left)
    newer, stray, doubtful = _log(log.read_bytes(), size)
    merged = pages | newer
    replaced = tuple((n, page) for n, page in pages.items() if n in newer)
    hidden = (Layer(stray, merged | dict(stray)), Layer(replaced, pages))
    return Image(Layer(tuple(merged.items()), merged), hidden, doubtful)


def broken(log: Path) -> bool:
    """Whether a write-ahead log has lost changes that were committed; only reads."""
    return _log(log.read_bytes(), PAGE)[2]


def _page_size(content: bytes) -> int:
    said = int.from_bytes(content[16:18], "big")
    if content.startswith(b"SQLite format 3\0") and said in (512, 1024, 2048, 4096, 8192, 16384, 32768):
        return said
    return PAGE


def _log(log: bytes, size: int) -> tuple[dict[int, bytes], tuple[tuple[int, bytes], ...], bool]:
    """The committed pages of a write-ahead log, the pages behind a damaged place, and whether there is such a place."""
    if len(log) < 32 + FRAME + size:
        return {}, (), False
    order = "<" if log[3] == 0x82 else ">"  # noqa: PLR2004  (the magic number names the order of the checksums)
    total = _sum(log[:24], (0, 0), order)
    sound = struct.unpack(">II", log[24:32]) == total
    salt = log[16:24] if sound else log[40:48]
    pages: dict[int, bytes] = {}
    waiting: dict[int, bytes] = {}
    stray: list[tuple[int, bytes]] = []
    lost = not sound
    for at in range(32, len(log) - FRAME - size + 1, FRAME + size):
        head, page = log[at : at + FRAME], log[at + FRAME : at + FRAME + size]
        number, commit = struct.unpack(">II", head[:8])
        if sound:
            total = _sum(page, _sum(head[:8], total, order), order)
            sound = head[8:16] == salt and struct.unpack(">II", head[16:24]) == total
        if not sound:
            if head[8:16] == salt:
                lost = lost or bool(commit)
                stray.append((number, page))
            continue
        waiting[number] = page
        if commit:
            pages |= waiting
            waiting = {}
    return pages, tuple(stray), lost


def _sum(content: bytes, start: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = start
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


def _cells(number: int, page: bytes, pages: dict[int, bytes]) -> Iterator[tuple[int, tuple[object, ...]]]:
    start = 100 if number == 1 else 0
    if len(page) <= start + 8 or page[start] != LEAF:
        return
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    for place in range(start + 8, min(start + 8 + 2 * count, len(page) - 1), 2):
        at = int.from_bytes(page[place : place + 2], "big")
        try:
            yield _cell(page, at, pages)
        except (IndexError, ValueError, KeyError, struct.error):
            continue  # this cell is damaged; the next one need not be


def _cell(page: bytes, at: int, pages: dict[int, bytes]) -> tuple[int, tuple[object, ...]]:
    length, at = _varint(page, at)
    rowid, at = _varint(page, at)
    if length > LONGEST:
        raise ValueError
    usable = len(page)
    most = usable - 35
    least = (usable - 12) * 32 // 255 - 23
    kept = least + (length - least) % (usable - 4)
    local = length if length <= most else kept if kept <= most else least
    payload = bytearray(page[at : at + local])
    after = int.from_bytes(page[at + local : at + local + 4], "big") if local < length else 0
    while len(payload) < length:
        further = pages[after]
        after = int.from_bytes(further[:4], "big")
        payload += further[4 : 4 + length - len(payload)]
    return rowid, tuple(_values(bytes(payload[:length])))


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(9):
        byte = content[at + n]
        if n == 8:  # noqa: PLR2004  (the ninth byte is whole)
            return value << 8 | byte, at + 9
        value = value << 7 | (byte & 0x7F)
        if byte < 0x80:  # noqa: PLR2004  (the top bit says that more follow)
            return value, at + n + 1
    raise ValueError


def _values(record: bytes) -> Iterator[object]:
    end, at = _varint(record, 0)
    body = end
    while at < end:
        kind, at = _varint(record, at)
        width = _width(kind)
        raw = record[body : body + width]
        if len(raw) != width:
            raise ValueError
        yield _value(kind, raw)
        body += width


def _width(kind: int) -> int:
    if kind >= 12:  # noqa: PLR2004  (blobs and texts)
        return (kind - 12) // 2
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind]


def _value(kind: int, raw: bytes) -> object:
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind]
    if kind <= 6:  # noqa: PLR2004  (whole numbers)
        return int.from_bytes(raw, "big", signed=True)
    if kind < 12 or kind % 2 == 0:  # noqa: PLR2004  (no table of ours holds fractions or blobs)
        raise ValueError
    return raw.decode()
