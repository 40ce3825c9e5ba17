"""The articles of the demo company, as a folder of Markdown in its workspace."""

from __future__ import annotations

from pathlib import Path

_CONTENT = Path(__file__).with_name("content")
_PREFIX = "kb-"


def write_articles(folder: Path) -> int:
    """Write the articles into `folder` where there is no such folder yet; returns how many were written.

    A folder that is there is left alone: what a person changed or threw away stays so.
    """
    if folder.exists():
        return 0
    folder.mkdir(parents=True, mode=0o700)
    texts = sorted(_CONTENT.glob(f"{_PREFIX}*.md"))
    for path in texts:
        (folder / path.name.removeprefix(_PREFIX)).write_bytes(path.read_bytes())
    return len(texts)
