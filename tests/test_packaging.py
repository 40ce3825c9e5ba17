"""What is shipped: every package by name, and every data file that the code reads."""

from __future__ import annotations

import tomllib
from pathlib import Path

import console
import screens
import store
import widgets

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]


def test_the_packages_are_ours_and_not_namesakes() -> None:
    for package in (console, screens, store, widgets):
        assert Path(str(package.__file__)).parent.parent == ROOT


def test_every_data_file_is_shipped() -> None:
    patterns = {p.replace(".", "/"): globs for p, globs in SETTINGS["package-data"].items() if p != "*"}
    shipped = {f for folder, globs in patterns.items() for g in globs for f in (ROOT / folder).glob(g)}
    shipped |= {ROOT / top / "py.typed" for top in ("console", "screens", "store", "widgets")}
    found = {
        f
        for top in ("console", "screens", "store", "widgets")
        for f in (ROOT / top).rglob("*")
        if f.is_file()
        and "__pycache__" not in f.parts
        and (f.suffix != ".py" or not (f.parent / "__init__.py").exists())
    }
    assert found <= shipped


def test_the_keys_page_is_made_from_the_table() -> None:
    scope: dict[str, object] = {"__name__": "keys"}
    exec((ROOT / "docs" / "keys.py").read_text(), scope)  # noqa: S102  (our own script)
    assert scope["markdown"]() == (ROOT / "docs" / "keys.md").read_text()  # type: ignore[operator]  # the function just made


def test_the_readme_speaks_of_files_that_exist() -> None:
    text = (ROOT / "README.md").read_text()
    for link in {part.split(")")[0] for part in text.split("](")[1:]}:
        assert (ROOT / link).exists(), link
