"""How the program looks: the theme that it wears, and whether anything in it moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual import events
from textual.theme import BUILTIN_THEMES, Theme

from console.settings import UiSettings, load
from screens import late
from screens.base import DeskScreen
from screens.keymap import KeyedApp
from widgets.inks import CONTRAST

if TYPE_CHECKING:
    from console.session import Session
    from console.themes import Palette, Themes

T = TypeVar("T")
_USUAL = ("", "ansi")
_FOLDER = "themes"
_TERMINALS_OWN = "ansi-dark"  # Textual's name for the terminal's own colours, on dark and light ones alike


class LooksApp(KeyedApp[T]):
    """An app that wears the themes of a workspace."""

    session: Session
    _palette: Palette | None = None  # None: the terminal's own colours, for which nothing has to be read
    _colourless = False  # the person asked for no colours at all, whatever the theme

    def dress(self, ui: UiSettings, *, still: bool) -> list[str]:
        """Put on what the settings ask for before anything is painted; say what of it cannot be."""
        self._colourless = self.no_color
        if ui.motion == "reduced" or (ui.motion == "auto" and still):
            self.animation_level = "none"
        if ui.theme in _USUAL:
            self.theme = _TERMINALS_OWN
            return []
        if built_in := late.themes.BUILT_IN.get(ui.theme):
            self.wear(built_in)
            return []
        found = late.themes.themes(self.session.home.root)
        if palette := found.named(ui.theme):
            self.wear(palette)
            return []
        self.theme = _TERMINALS_OWN
        return [found.missing(ui.theme)]

    def broken_themes(self) -> list[str]:
        """Say which files in themes/ cannot be used; the others can."""
        root = self.session.home.root
        if not (root / _FOLDER).is_dir():
            return []
        return [f"{error.message} {error.hint}" for error in late.themes.themes(root).errors]

    def wear(self, palette: Palette) -> None:
        """Show everything in the colours of `palette`."""
        self._palette = palette
        self.no_color = self._colourless or palette.kind == "plain"
        if palette.kind == "terminal":
            self.theme = _TERMINALS_OWN
            return
        made = made_for_textual(palette)
        self.register_theme(made)
        if self.theme == made.name:
            self.theme = _TERMINALS_OWN  # a file that was edited meanwhile has its name already
        self.theme = made.name

    async def do_theme(self) -> None:
        """Choose a theme: the one under the cursor is worn meanwhile, the one taken is kept in config.toml."""
        from screens.theme_picker import ThemePicker  # noqa: PLC0415  (only who chooses needs it)

        found = late.themes.themes(self.session.home.root)
        before = self._palette or found.palettes[late.themes.DEFAULT]

        def leave(name: str | None) -> None:
            """Keep the theme that was taken, or wear again the one from before."""
            self.wear(found.named(name) if name else before)  # type: ignore[arg-type]  # the picker offers these alone
            if name:
                self._keep_theme(name, found)

        picker = ThemePicker(tuple(found.palettes.values()), before.name, self.wear)
        await self.push_screen(picker, leave)

    def _keep_theme(self, name: str, found: Themes) -> None:
        screen = next((s for s in reversed(self.screen_stack) if isinstance(s, DeskScreen)), None)
        if screen is None:
            return

        def work() -> None:
            """Write the theme into config.toml, and read that again."""
            late.themes.keep(self.session.home.root, name)
            self.session.settings = load(self.session.home.root)

        told = [f"The theme {name} is kept in config.toml.", *(error.message for error in found.errors)]
        screen.write(work, lambda _: screen.say(" ".join(told)))

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Lend the terminal out, and take it back whatever came of it: Textual's own leaves it away after an error."""
        lent = super().suspend()
        lent.__enter__()
        try:
            yield
        finally:
            lent.__exit__(None, None, None)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Let no cursor blink where nothing is to move."""
        if self.animation_level == "none" and getattr(event.widget, "cursor_blink", False):
            event.widget.cursor_blink = False  # type: ignore[attr-defined]  # asked for in the line above


def made_for_textual(palette: Palette) -> Theme:
    """Return the theme of Textual with these colours, every letter readable on every ground."""
    name = f"heard-{palette.name}"
    if palette.kind != "colours":
        return replace(BUILTIN_THEMES[_TERMINALS_OWN], name=name)
    letters = partial(_letters, palette)
    return Theme(
        name=name,
        dark=palette.dark,
        primary=letters("accent"),
        secondary=letters("accent"),
        accent=letters("accent"),
        foreground=letters("foreground"),
        background=palette.background,
        surface=palette.surface,
        panel=palette.panel,
        success=letters("success"),
        warning=letters("warning"),
        error=letters("error"),
        variables=_variables(palette),
    )


def _letters(palette: Palette, role: str) -> str:
    return palette.letters(getattr(palette, role))


def _variables(palette: Palette) -> dict[str, str]:
    """What Textual would mix by itself, without a look at whether it can be read."""
    text, muted = _letters(palette, "foreground"), palette.muted
    found: dict[str, Any] = dict.fromkeys(
        ("text", "block-cursor-foreground", "input-selection-foreground"), text
    )
    found |= dict.fromkeys(("text-muted", "text-disabled", "foreground-muted", "foreground-disabled"), muted)
    found |= {f"text-{role}": _letters(palette, role) for role in ("accent", "success", "warning", "error")}
    found |= dict.fromkeys(("text-primary", "text-secondary", "border"), _letters(palette, "accent"))
    chosen = ("primary-muted", "block-cursor-background", "input-selection-background")
    found |= dict.fromkeys(chosen, palette.chosen)
    found |= dict.fromkeys(
        ("boost", "block-hover-background", "block-cursor-blurred-background"), palette.panel
    )
    return found | {
        "input-cursor-background": text,
        "input-cursor-foreground": palette.background,
        "block-cursor-blurred-foreground": text,
        CONTRAST: str(palette.least),
    }
