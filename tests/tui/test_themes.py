"""Themes: every letter can be read, nothing is told by red and green alone, and NO_COLOR has the last word."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from console.themes import BUILT_IN, Palette, keep, themes
from screens.looks import made_for_textual
from store.errors import ConfigError
from widgets import words
from widgets.inks import inks_of
from widgets.terminal import ASCII, UNICODE

COLOURED = [p for p in BUILT_IN.values() if p.kind == "colours"]
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("urgent", "high", "normal", "low")
# How the eye of a person without one kind of cone sees linear light: Machado, Oliveira and Fernandes, 2009.
SEEN_WITHOUT = {
    "red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
APART = 18  # CIE 1976 difference: about 2 can be told apart side by side, 10 at a glance


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(one: str, other: str) -> float:
    """WCAG 2, reckoned here anew."""
    high, low = sorted(
        (0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (one, other))), reverse=True
    )
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, eye: str) -> tuple[float, float, float]:
    light = linear(colour)
    r, g, b = (
        min(max(sum(m * c for m, c in zip(row, light, strict=True)), 0), 1) for row in SEEN_WITHOUT[eye]
    )
    white = (0.95047, 1.0, 1.08883)
    xyz = (
        0.4124 * r + 0.3576 * g + 0.1805 * b,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        0.0193 * r + 0.1192 * g + 0.9505 * b,
    )
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (p / w for p, w in zip(xyz, white, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def inks(palette: Palette, ground: str = "background") -> Any:
    made = made_for_textual(palette)
    return inks_of(
        {**made.to_color_system().generate(), **made.variables}, ground=ground, color=True, ansi=False
    )


@pytest.mark.parametrize("palette", COLOURED, ids=lambda p: p.name)
@pytest.mark.parametrize("ground", ["background", "surface"])
def test_every_ink_can_be_read_on_every_ground(palette: Palette, ground: str) -> None:
    found = inks(palette, ground)
    papers = {str(found[name].bgcolor.name) for name in ("text", "title", "title-on", "cursor", "cursor-on")}
    assert len(papers) >= 3
    least = 7.0 if palette.name == "high-contrast" else 4.5
    for name, style in found.items():
        for paper in papers if name != "bar" else ():
            assert contrast(style.color.name, paper) >= least, (name, style.color.name, paper)


def test_a_theme_that_could_not_be_read_is_made_readable() -> None:
    grey = Palette(
        "grey", "", foreground="#666666", background="#555555", surface="#5a5a5a", accent="#700000"
    )
    found = inks(grey)
    assert contrast("#666666", "#555555") < 1.5
    assert contrast(found["text"].color.name, "#555555") >= 4.5
    assert contrast(found["accent"].color.name, "#555555") >= 4.5


@pytest.mark.parametrize("eye", SEEN_WITHOUT)
def test_status_and_priority_stay_apart_without_red_or_green(eye: str) -> None:
    found = inks(BUILT_IN["colour-blind"])
    used = {words.status_ink(s) for s in STATUSES} | {words.priority_ink(p) for p in PRIORITIES}
    used |= {"good", "warn", "bad"} - {"dim"}
    for one, other in combinations(sorted(used - {"good"}), 2):
        seen = [lab(found[name].color.name, eye) for name in (one, other)]
        apart = sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5
        assert apart >= APART, (one, other, round(apart, 1))
    for other in ("warn", "bad", "accent"):
        seen = [lab(found[name].color.name, eye) for name in ("good", other)]
        assert sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5 >= APART, other


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_no_status_and_no_priority_is_told_by_colour_alone(glyphs: Any) -> None:
    assert len({words.status(s, glyphs)[0] for s in STATUSES}) == len(STATUSES)
    assert len({words.priority_glyph(p, glyphs) for p in PRIORITIES}) == len(PRIORITIES)


# -- on the screen ------------------------------------------------------------------------------------------------


def with_ui(office: Any, line: str) -> None:
    path = office.session.home.config
    keep(path.parent, "dark")
    path.write_text(path.read_text().replace('theme = "dark"', line), encoding="utf-8")
    from console.settings import load  # noqa: PLC0415  (as the session would)

    office.session.settings = load(path.parent)


def hard_to_read(app: Any, least: float) -> list[tuple[str, str, str]]:
    """Every run of letters on the screen whose colours are too near to each other."""
    found = []
    window = app.screen.region
    if isinstance(app.screen, ModalScreen):
        window = next(iter(app.screen.query("Vertical"))).region  # what lies behind it is dimmed on purpose
    for strip in app.screen._compositor.render_strips()[window.y : window.bottom]:
        for segment in strip.crop(window.x, window.right):
            style = segment.style
            if style is None or not any(c.isalnum() for c in segment.text):
                continue
            letters, paper = style.color, style.bgcolor
            assert letters is not None, segment
            assert paper is not None, segment
            pair = letters.get_truecolor().hex, paper.get_truecolor().hex
            if style.reverse:
                pair = pair[1], pair[0]
            if contrast(*pair) < least:
                found.append((segment.text, *pair))
    return found


@pytest.mark.parametrize("palette", COLOURED, ids=lambda p: p.name)
async def test_whatever_stands_on_the_screen_can_be_read(office: Any, reads: Any, palette: Palette) -> None:
    with_ui(office, f'theme = "{palette.name}"')
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("l")
        await reads(pilot, "Hello, kettle")
        assert hard_to_read(app, palette.least) == []
        await pilot.press("n")
        await reads(pilot, "INTERNAL NOTE")
        assert hard_to_read(app, palette.least) == []
        await pilot.press("ctrl+t", *"We know")
        await reads(pilot, "We know")
        assert hard_to_read(app, palette.least) == []
        await pilot.press("escape", "?")
        await reads(pilot, "type a word or a key")
        assert hard_to_read(app, palette.least) == []
        await pilot.press("escape", "s")
        await reads(pilot, "type to filter")
        assert hard_to_read(app, palette.least) == []
        await pilot.press("escape", "ctrl+p")
        await reads(pilot, "what do you want to do?")
        await pilot.pause(0.2)
        assert hard_to_read(app, palette.least) == []


async def settled(pilot: Pilot[Any]) -> None:
    for _ in range(4):
        await pilot.pause(0.03)


def paper(app: Any) -> str:
    """The ground of the first row of the queue."""
    return str(app._triage.queue.ink("text").bgcolor and app._triage.queue.ink("text").bgcolor.name)


async def test_the_list_of_themes_shows_each_as_it_is_passed_and_keeps_the_one_taken(
    office: Any, reads: Any
) -> None:
    app = office.app()
    async with app.run_test(size=(120, 30)) as pilot:
        await reads(pilot, "Kettle 11")
        assert await app.perform_id("theme")
        await reads(pilot, "colour-blind")
        await pilot.press(*["up"] * 6)
        await settled(pilot)
        assert paper(app) == BUILT_IN["dark"].background
        await pilot.press("down")
        await settled(pilot)
        assert paper(app) == BUILT_IN["light"].background
        await pilot.press("escape")
        await settled(pilot)
        assert app.theme == "ansi-dark"
        assert app.session.settings.ui.theme == ""
        await app.perform_id("theme")
        await reads(pilot, "colour-blind")
        await pilot.press(*"high", "enter")
        await reads(pilot, "The theme high-contrast is kept")
        assert paper(app) == BUILT_IN["high-contrast"].background
    assert 'theme = "high-contrast"' in office.session.home.config.read_text()
    again = office.app()
    async with again.run_test(size=(120, 30)) as pilot:
        await reads(pilot, "Kettle 11")
        assert paper(again) == BUILT_IN["high-contrast"].background


async def test_a_theme_that_is_not_there_is_said_with_those_that_are(office: Any, reads: Any) -> None:
    with_ui(office, 'theme = "midnight"')
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await reads(pilot, "There is no theme 'midnight'")
        told = app._triage.status_bar.status.note
        assert all(name in told for name in BUILT_IN)
        assert [each.message for each in app._notifications] == [told]
        assert app.theme == "ansi-dark"


async def test_mono_has_no_colour_and_taking_another_brings_them_back(office: Any, reads: Any) -> None:
    with_ui(office, 'theme = "mono"')
    app = office.app()

    def colours() -> set[Any]:
        strips = app.screen._compositor.render_strips()
        return {s.style.color for strip in strips for s in strip if s.style} | {
            s.style.bgcolor for strip in strips for s in strip if s.style
        }

    async with app.run_test(size=(120, 30)) as pilot:
        await reads(pilot, "Kettle 11")
        assert colours() == {None}
        app.wear(BUILT_IN["dark"])
        await settled(pilot)
        assert len(colours()) > 4
        app.wear(BUILT_IN["mono"])
        await settled(pilot)
        assert colours() == {None}


async def test_no_color_wins_over_every_theme(
    office: Any, reads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with_ui(office, 'theme = "light"')
    app = office.app()
    async with app.run_test(size=(120, 30)) as pilot:
        await reads(pilot, "Kettle 11")
        app.wear(BUILT_IN["high-contrast"])
        await settled(pilot)
        strips = app.screen._compositor.render_strips()
        assert {s.style.color for strip in strips for s in strip if s.style} == {None}


# -- themes of one's own --------------------------------------------------------------------------------------------


def write_theme(root: Path, name: str, text: str) -> None:
    folder = root / "themes"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / f"{name}.toml").chmod(0o600)


def test_themes_of_ones_own_are_read_and_those_that_cannot_be_are_named_with_their_line(
    tmp_path: Path,
) -> None:
    write_theme(tmp_path, "sea", '[theme]\nbase = "light"\n[colours]\naccent = "#08f"\n')
    write_theme(tmp_path, "bad", '[theme]\nbase = "dark"\n\n[colours]\naccent = "sea green"\n')
    write_theme(tmp_path, "worse", "[colours]\nacent = 1\n")
    write_theme(tmp_path, "dark", "")
    found = themes(tmp_path)
    sea = found.named("sea")
    assert sea is not None
    assert (sea.accent, sea.background) == ("#08f", BUILT_IN["light"].background)
    assert set(found.palettes) == {*BUILT_IN, "sea"}
    told = [error.message for error in found.errors]
    assert any("bad.toml, line 5: colours.accent is not a colour" in each for each in told)
    assert any("worse.toml, line 2" in each for each in told)
    assert any("dark.toml: dark is a theme that comes with heard" in each for each in told)
    assert any("Did you mean accent" in error.hint for error in found.errors)


async def test_a_theme_of_ones_own_is_worn_and_the_broken_one_told(office: Any, reads: Any) -> None:
    root = office.session.home.root
    write_theme(root, "sea", '[colours]\nbackground = "#001122"\n')
    write_theme(root, "bad", '[colours]\naccent = "blue"\n')
    with_ui(office, 'theme = "sea"')
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        assert "bad.toml, line 2: colours.accent is not a colour" in app._triage.status_bar.status.note
        assert paper(app) == "#001122"


def test_keeping_a_theme_leaves_the_file_as_it_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("# mine\n[sync]\ninterval = 30 # slow\n", encoding="utf-8")
    path.chmod(0o600)
    keep(tmp_path, "light")
    keep(tmp_path, "dark")
    text = path.read_text()
    assert text.startswith("# mine\n[sync]\ninterval = 30 # slow\n")
    assert text.count("theme") == 1
    path.write_text("[sync\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        keep(tmp_path, "light")
    assert path.read_text() == "[sync\n"
