"""Run every benchmark and print its figure beside its target; with --check, fail outside the targets."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.corpus import load_corpus

from console.session import Session
from store.home import Home
from tests.bench.bulk import bulk
from tests.bench.heard import heard
from tests.bench.history import opening
from tests.bench.ingest import ingest
from tests.bench.insight import insight
from tests.bench.startup import startup
from tests.bench.store import store
from tests.bench.tui import tui

SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpus"


def main() -> int:
    """Measure on the corpus of real conversations; 1 when --check is given and a target is missed."""
    if not SHARED.is_dir():
        print(f"SKIPPED FOR WANT OF DATA: {SHARED} is not there")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.make()
        home.config.write_text('[desks.corpus]\nprovider = "rt"\nurl = "https://corpus.example"\n')
        home.config.chmod(0o600)
        session = Session.open(home)
        tickets = load_corpus(session.db, SHARED)
        print(f"{tickets} tickets loaded\n")
        figures = [*startup(home), *store(session), *tui(home, session)]
        session.close()
        figures += [
            *heard(SHARED, Path(folder)),
            *insight(SHARED, Path(folder)),
            *opening(Path(folder)),
            *bulk(Path(folder)),
            *ingest(Path(folder)),
        ]
    for figure in figures:
        print(figure.line())
    missed = [f for f in figures if not f.good]
    print(f"\n{len(figures) - len(missed)} of {len(figures)} within their targets")
    return 1 if missed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
