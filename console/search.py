"""Search over everything that is stored; it works with the network gone."""

from __future__ import annotations

from console.session import Session
from store import search as index
from store.errors import InvalidInputError
from store.rows import Hit

MOST = 100  # words; all of them have to stand in one place


def search(session: Session, words: str, limit: int = 100, *, ranked: bool = False) -> list[Hit]:
    """The newest places that have all the words: subjects, messages, notes, names, numbers, attachments.

    With `ranked` the newest hits stand in the order of how well they fit.
    """
    if not words.strip():
        raise InvalidInputError("There is nothing to look for.", "Give one or more words.")
    if (many := len(words.split())) > MOST:
        raise InvalidInputError(
            f"A search has at most {MOST} words; this one has {many:,}.", "Give a few rare ones."
        )
    plain = words.replace("\x00", " ").encode("utf-8", "replace").decode()
    return session.db.read(lambda r: index.search(r, plain, limit, ranked=ranked))
