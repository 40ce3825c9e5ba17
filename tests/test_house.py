"""What holds for all of the code: small files, short functions, a sentence for whatever is public, and no error swallowed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("console", "screens", "widgets", "store")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
DESCRIBED = 0.98  # of everything with a public name, what stands inside functions too
BROAD = {"Exception", "BaseException", "BaseExceptionGroup"}
# A sync that dies would look like a quiet desk: it tells what it caught, and what was being sent counts as unknown.
MAY_CATCH_ALL = {"store/sync/engine.py": 2}


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the program by its path; what Alembic made is told by the schema's own tests."""
    files = [ROOT / "cli.py", *(f for name in OURS for f in (ROOT / name).rglob("*.py"))]
    found = {str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files}
    return {name: tree for name, tree in found.items() if not name.startswith("store/migrations/")}


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_file_is_longer_than_it_can_be_read() -> None:
    files = [*(ROOT / name for name in sources()), *(ROOT / "tests").rglob("*.py")]
    long = {
        str(f.relative_to(ROOT)): n
        for f in files
        if (n := f.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    }
    assert not long, "split these by what they are about"


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name}: {each.name}": length
        for name, tree in sources().items()
        for each in functions(tree)
        if (length := (each.end_lineno or each.lineno) - each.lineno + 1) > LONGEST_FUNCTION
    }
    assert not long


def test_what_is_public_says_in_a_sentence_what_it_does() -> None:
    named = [
        (f"{name}:{each.lineno} {each.name}", bool(ast.get_docstring(each)))
        for name, tree in sources().items()
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not each.name.startswith("_")
    ]
    bare = [where for where, told in named if not told]
    assert len(bare) <= (1 - DESCRIBED) * len(named), bare
    assert all(ast.get_docstring(tree) for tree in sources().values())


def test_nothing_catches_every_error_but_the_sync() -> None:
    found: dict[str, int] = {}
    for name, tree in sources().items():
        for each in ast.walk(tree):
            if isinstance(each, ast.ExceptHandler) and _is_broad(each.type):
                found[name] = found.get(name, 0) + 1
    assert found == MAY_CATCH_ALL


def _is_broad(caught: ast.expr | None) -> bool:
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in kinds)
