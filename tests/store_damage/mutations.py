"""Ways in which a file gets damaged; each tells which bytes it touched."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
FRAME = PAGE + 24
Touched = list[tuple[str, int, int]]  # the ending of the file's name, first byte, byte after the last


@dataclass(frozen=True, slots=True)
class Mutation:
    """One damage: how, to the workspace of which kind, and by which seed."""

    name: str
    template: str  # clean, killed
    seed: int


def bit_flips(path: Path, chance: random.Random) -> Touched:
    """Up to eight bits anywhere."""
    content = bytearray(path.read_bytes())
    places = [chance.randrange(len(content)) for _ in range(chance.choice((1, 1, 2, 8)))]
    for place in places:
        content[place] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return [("", place, place + 1) for place in places]


def header_flip(path: Path, chance: random.Random) -> Touched:
    """One bit of the first hundred bytes."""
    content = bytearray(path.read_bytes())
    place = chance.randrange(100)
    content[place] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return [("", place, place + 1)]


def page_head(path: Path, chance: random.Random) -> Touched:
    """Nonsense in the eight bytes that begin a page."""
    content = bytearray(path.read_bytes())
    place = chance.randrange(1, len(content) // PAGE) * PAGE
    content[place : place + 8] = chance.randbytes(8)
    path.write_bytes(content)
    return [("", place, place + 8)]


def truncated(path: Path, chance: random.Random) -> Touched:
    """Cut off anywhere, at a page or within one, or to nothing."""
    size = path.stat().st_size
    keep = chance.choice((0, 100, chance.randrange(size), chance.randrange(size // PAGE) * PAGE))
    with path.open("r+b") as file:
        file.truncate(keep)
    return [("", keep, size)]


def zeroed(path: Path, chance: random.Random) -> Touched:
    """One to three pages of nothing."""
    content = bytearray(path.read_bytes())
    first = chance.randrange(len(content) // PAGE)
    end = min((first + chance.randrange(1, 4)) * PAGE, len(content))
    content[first * PAGE : end] = bytes(end - first * PAGE)
    path.write_bytes(content)
    return [("", first * PAGE, end)]


def swapped(path: Path, chance: random.Random) -> Touched:
    """Two pages in each other's place."""
    content = bytearray(path.read_bytes())
    one, two = (chance.randrange(1, len(content) // PAGE) * PAGE for _ in range(2))
    content[one : one + PAGE], content[two : two + PAGE] = (
        content[two : two + PAGE],
        content[one : one + PAGE],
    )
    path.write_bytes(content)
    return [("", one, one + PAGE), ("", two, two + PAGE)] if one != two else []


def garbage_header(path: Path, chance: random.Random) -> Touched:
    """The first page overwritten."""
    content = bytearray(path.read_bytes())
    content[:PAGE] = chance.randbytes(PAGE)
    path.write_bytes(content)
    return [("", 0, PAGE)]


def wrong_log(path: Path, chance: random.Random) -> Touched:
    """The log of another file, or nonsense; where there was none before, nothing of ours is touched."""
    log = path.with_name(path.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    if chance.random() < 0.5:
        log.write_bytes(chance.randbytes(32 + FRAME * 4))
    else:
        log.write_bytes((path.parent / "other.db-wal").read_bytes())
    return [("-wal", 0, size)] if size else []


def log_flip(path: Path, chance: random.Random) -> Touched:
    """One bit of the log."""
    log = path.with_name(path.name + "-wal")
    if not log.exists():
        return bit_flips(path, chance)
    content = bytearray(log.read_bytes())
    place = chance.randrange(len(content))
    content[place] ^= 1 << chance.randrange(8)
    log.write_bytes(content)
    return [("-wal", place, place + 1)]


def log_cut(path: Path, chance: random.Random) -> Touched:
    """Zeros over a part in the middle of the log."""
    log = path.with_name(path.name + "-wal")
    if not log.exists():
        return zeroed(path, chance)
    content = bytearray(log.read_bytes())
    place = chance.randrange(len(content) * 3 // 4)
    content[place : place + 600] = bytes(600)
    log.write_bytes(content)
    return [("-wal", place, place + 600)]


def no_shared_memory(path: Path, _chance: random.Random) -> Touched:
    """The shared memory deleted: it is made anew from the log."""
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    return []


def bad_shared_memory(path: Path, chance: random.Random) -> Touched:
    """Nonsense in the shared memory."""
    path.with_name(path.name + "-shm").write_bytes(chance.randbytes(32768))
    return []


WAYS: tuple[Callable[[Path, random.Random], Touched], ...] = (
    bit_flips,
    bit_flips,
    header_flip,
    page_head,
    truncated,
    zeroed,
    swapped,
    garbage_header,
    wrong_log,
    log_flip,
    log_cut,
    no_shared_memory,
    bad_shared_memory,
)


def pages_of(touched: Touched) -> set[tuple[str, int]]:
    """The pages, or frames of the log, that were touched."""
    found = set()
    for ending, first, after in touched:
        base, size = (32, FRAME) if ending else (0, PAGE)
        found |= {
            (ending, n) for n in range(max(first - base, 0) // size, max(after - base - 1, 0) // size + 1)
        }
    return found
