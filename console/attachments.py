"""Files that customers and agents attached: listed from the mirror, fetched only when somebody asks for one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from console.desks import remote_of
from console.session import Session
from console.triage import resolve
from store import files
from store.errors import NotFoundError
from store.files import File
from store.remotes import AttachmentDoc


def attachments(session: Session, ref: str) -> list[File]:
    """The attachments of a ticket, oldest first."""
    name = resolve(session, ref)
    return session.db.read(lambda r: files.of_ticket(r, name))


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was saved: where it is, and the ids of all those of the ticket that have its name."""

    path: Path
    alike: tuple[str, ...]


def save(session: Session, ref: str, wanted: str, folder: Path) -> Kept:
    """Fetch one attachment by its name or id and save it in a folder under a safe name.

    Of several with one name the newest is taken.
    """
    chosen = [f for f in attachments(session, ref) if wanted in (f.name, f.id)]
    if not chosen:
        raise NotFoundError(f"{ref} has no attachment {wanted}.", f"`heard attachments {ref}` lists them.")
    path = files.save_as(_fetched(session, chosen[-1]), folder, chosen[-1].name)
    return Kept(path, tuple(file.id for file in chosen if file.name == wanted))


def _fetched(session: Session, file: File) -> Path:
    known = session.home.blobs_dir / file.sha256[:2] / file.sha256
    if file.sha256 and known.exists():
        return known

    async def fetch() -> tuple[Path, str]:
        """Ask the desk for the file, and keep it."""
        remote = remote_of(session, file.desk)
        try:
            doc = AttachmentDoc(file.id, file.name, file.size, file.mime, file.url)
            return await files.keep(
                session.home.blobs_dir, remote.attachment(doc), remote.caps.max_attachment
            )
        finally:
            await remote.aclose()

    path, digest = asyncio.run(fetch())
    files.fetched(session.db, file, digest)
    return path
