"""Attachments: a sender's file name can neither leave its folder nor overwrite anything."""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import DiskFullError, InvalidInputError, RefusedError
from store.files import keep, safe_name, save_as


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("日本語.pdf", "日本語.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("-rf", "rf"),
        (".bashrc", "bashrc"),
        ("~root", "root"),
        ("CON", "attachment_CON"),
        ("aux.txt", "attachment_aux.txt"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\x1b]52;c;x\x07.txt", "a_]52;c;x_.txt"),
        ("", "attachment"),
        ("...", "attachment"),
        ("x" * 300 + ".tar.gz", "x" * 117 + ".gz"),
    ],
)
def test_a_label_becomes_a_harmless_name(label: str, name: str) -> None:
    assert safe_name(label) == name


@given(st.text())
def test_any_label_stays_in_its_folder(label: str) -> None:
    name = safe_name(label)
    assert name
    assert "/" not in name
    assert name[0] not in ".-~"
    assert len(name.encode()) <= 140
    assert (Path("/tmp/folder") / name).resolve().parent == Path("/tmp/folder").resolve()


async def parts(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_a_file_is_kept_by_its_hash_and_never_overwrites(tmp_path: Path) -> None:
    blob, digest = await keep(tmp_path / "blobs", parts(b"one", b"two"), 100)
    assert blob.name == digest
    first = save_as(blob, tmp_path, "a.txt")
    second = save_as(blob, tmp_path, "a.txt")
    assert (first.name, second.name) == ("a.txt", "a-1.txt")
    assert second.read_bytes() == b"onetwo"
    assert first.stat().st_mode & 0o777 == 0o600


async def test_too_large_a_file_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        await keep(tmp_path / "blobs", parts(b"x" * 60, b"x" * 60), 100)
    assert [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()] == []


async def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    blob, _ = await keep(tmp_path / "blobs", parts(b"x"), 100)
    with pytest.raises(InvalidInputError):
        save_as(blob, tmp_path / "nowhere", "a.txt")


async def test_of_a_copy_that_does_not_fit_nothing_stays(tmp_path: Path) -> None:
    blob, _ = await keep(tmp_path / "blobs", parts(b"x" * 50_000), 100_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(DiskFullError, match="nothing half-written"):
            save_as(blob, tmp_path, "a.txt")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (tmp_path / "a.txt").exists()


async def test_a_folder_that_takes_no_file_is_said() -> None:
    with pytest.raises(InvalidInputError, match="cannot be saved in /proc"):
        save_as(Path(__file__), Path("/proc"), "a.txt")
