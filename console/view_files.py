"""Views as files: one view a file, in `views/` of the workspace and in a folder of the whole team.

A file that cannot be read is told with its line; the others are read all the same. What has the same name in the
workspace's own folder holds.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

from console.clipped import mistake
from console.query import parse
from console.settings_read import Place, every, flat, wrong
from console.settings_table import SECTIONS
from console.settings_values import Settings, Views, ViewSettings
from store import whole
from store.errors import ConfigError, HeardError, InvalidInputError, NotFoundError, QueryError
from store.text import clean_line

FOLDER = "views"
LARGEST = 64 * 1024  # bytes of a file
MOST = 500  # files of a folder
_LINE = re.compile(r", line (\d+)")
_NAME = re.compile(r"[^\w\-]+")


@dataclass(frozen=True, slots=True)
class Saved:
    """One view of a file."""

    name: str
    view: ViewSettings
    path: Path
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that cannot be used; `line` 0 is the file as a whole."""

    file: str
    line: int
    problem: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What the folders hold: the views, the workspace's own first, and what is wrong with the other files."""

    views: tuple[Saved, ...] = ()
    problems: tuple[Problem, ...] = ()


def load(root: Path, settings: Settings) -> Found:
    """The views of the workspace's own folder and of the shared one."""
    views: dict[str, Saved] = {}
    problems: list[Problem] = []
    for folder, shared in _folders(root, settings):
        for path in islice(_files(folder, problems), MOST):
            try:
                made = _kept(path, path.lstat().st_mtime_ns, path.lstat().st_size)
            except OSError as error:
                problems.append(Problem(str(path), 0, f"cannot be read: {error.strerror}"))
                continue
            except ConfigError as error:
                problems.append(_problem(path, error))
                continue
            views.setdefault(made.name.casefold(), Saved(made.name, made.view, path, shared))
    return Found(tuple(views.values()), tuple(problems))


def _folders(root: Path, settings: Settings) -> Iterator[tuple[Path, bool]]:
    yield root / FOLDER, False
    shared = settings.views.shared if isinstance(settings.views, Views) else ""
    if shared:
        yield root / Path(shared).expanduser(), True


def _files(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        if folder.name != FOLDER:
            problems.append(Problem(str(folder), 0, "is not there", "Correct [views] shared in config.toml."))
        return
    except OSError as error:
        problems.append(Problem(str(folder), 0, f"cannot be read: {error.strerror}"))
        return
    yield from (folder / name for name in names if name.endswith(".toml") and not name.startswith("."))


@lru_cache(maxsize=MOST * 2)
def _kept(path: Path, _changed: int, size: int) -> Saved:
    """The view of a file; read again only once the file has changed."""
    mode = path.lstat().st_mode
    if not (stat.S_ISREG(mode) or (stat.S_ISLNK(mode) and path.is_file())):
        raise ConfigError(f"{path} is no file.")
    if size > LARGEST:
        raise ConfigError(f"{path} is larger than {LARGEST // 1024} KB.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is no UTF-8 text.") from None
    return read(text, path)


def read(text: str, path: Path, without: Collection[Place] = ()) -> Saved:
    """The view that the text of a file describes; ConfigError names the line of its first mistake.

    What stands at one of the places `without` is read as if it were not there.
    """
    view, data = flat(text, path, SECTIONS["views"], without)
    refuse_query(view, text, path, ("query",))
    return Saved(str(data["name"] or path.stem), view, path)


def refuse_query(view: ViewSettings, text: str, path: Path, place: Place) -> None:
    """Raise the ConfigError about a query that cannot be read; it stands at `place` of the file."""
    try:
        parse(view.query, 0)
    except QueryError as error:
        hint = "\n".join((error.hint, *mistake(error)))
        wrong(text, path, place, f"cannot be read: {error.message.rstrip('.')}", hint)


def _problem(path: Path, error: ConfigError) -> Problem:
    message = error.message.removeprefix(str(path)).removeprefix(":").strip()
    found = _LINE.match(message)
    rest = message[found.end() :].removeprefix(":").strip() if found else message
    hint = error.hint.partition("\n")[0]  # a caret below the query has no place in a list
    return Problem(str(path), int(found[1]) if found else 0, clean_line(rest), hint)


def mistakes(problem: Problem) -> list[Problem]:
    """Everything that is wrong with the file of a problem; the problem alone where the file cannot be read as text."""
    path = Path(problem.file)
    if not problem.line:
        return [problem]
    text = path.read_text(encoding="utf-8-sig")
    return [_problem(path, each) for each in every(partial(read, text, path))]


def save(root: Path, name: str, view: ViewSettings, *, replace: bool = False) -> Path:
    """Write a view into the workspace's own folder; InvalidInputError when one of that name is there already."""
    title = clean_line(name).strip()
    if not title or title != name.strip():
        raise InvalidInputError(f"{name!r} is not a name for a view.", "Use letters, digits and spaces.")
    folder = root / FOLDER
    path = next(
        (each.path for each in load(root, Settings()).views if each.name.casefold() == title.casefold()), None
    )
    if path and not replace:
        raise InvalidInputError(
            f"There is a view {title} already.", f"Remove it first: heard views remove {title!r}."
        )
    path = path or _free(folder, title)
    text = _written(title, view)
    try:
        read(text, path)  # what would not load again is not written
    except ConfigError as error:  # about a line of a file that nobody will see
        told = _problem(path, error)
        raise InvalidInputError(told.problem, told.hint) from None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _put(path, text)
    return path


def remove(root: Path, name: str) -> Path:
    """Delete the file of one of the workspace's own views; NotFoundError when there is none."""
    for each in load(root, Settings()).views:
        if each.name.casefold() == name.strip().casefold():
            each.path.unlink()
            return each.path
    raise NotFoundError(
        f"There is no view {name} in {root / FOLDER}.",
        "`heard views` lists them; those of config.toml and of the shared folder are changed there.",
    )


def _free(folder: Path, name: str) -> Path:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = _NAME.sub("-", plain).strip("-")[:60] or "view"
    path, at = folder / f"{stem}.toml", 1
    while path.exists():
        at += 1
        path = folder / f"{stem}-{at}.toml"
    return path


def _written(name: str, view: ViewSettings) -> str:
    import tomlkit  # noqa: PLC0415  (only writing needs it)

    document = tomlkit.document()
    document.add("name", tomlkit.item(name))
    document.add("query", tomlkit.item(view.query))
    for key in ("sort", "key", "group"):
        if value := getattr(view, key):
            document.add(key, tomlkit.item(value))
    if view.columns:
        document.add("columns", tomlkit.item(list(view.columns)))
    return tomlkit.dumps(document)


def _put(path: Path, text: str) -> None:
    """Write the whole file or none of it."""
    try:
        whole.write(path, text)
    except OSError as error:
        raise HeardError(
            f"{path} cannot be written: {error.strerror}.", "Make room, or correct its rights."
        ) from None
