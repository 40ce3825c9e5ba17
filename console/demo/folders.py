"""The folders of the demo company that people would write themselves: articles and macros, in its workspace."""

from __future__ import annotations

from pathlib import Path

_CONTENT = Path(__file__).with_name("content")
ARTICLES, MACROS = "kb-", "macro-"


def write(folder: Path, prefix: str) -> int:
    """Write the files that begin with `prefix` into `folder`, private to their owner; returns how many.

    A folder that is there is left alone: what a person changed or threw away stays so.
    """
    if folder.exists():
        return 0
    folder.mkdir(parents=True, mode=0o700)
    texts = sorted(_CONTENT.glob(f"{prefix}*.md"))
    for path in texts:
        file = folder / path.name.removeprefix(prefix)
        file.write_bytes(path.read_bytes())
        file.chmod(0o600)
    return len(texts)
