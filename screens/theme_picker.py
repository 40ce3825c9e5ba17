"""The list of themes: the one under the cursor is worn while the list is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.themes import Palette
from widgets.fuzzy import Choice
from widgets.picker import Picker
from widgets.rows import RowList


class ThemePicker(Picker):
    """Returns the name of the theme that was taken, "" when the list was left; `wear` shows a theme meanwhile."""

    def __init__(self, palettes: Sequence[Palette], worn: str, wear: Callable[[Palette], None]) -> None:
        super().__init__("Theme", [Choice(p.name, p.name, p.help) for p in palettes])
        self._by_name = {p.name: p for p in palettes}
        self._worn = worn
        self._wear = wear

    def on_mount(self) -> None:
        """Show all themes, the cursor on the one that is worn."""
        super().on_mount()
        names = list(self._by_name)
        if self._worn in names:
            self.table.move(names.index(self._worn))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Wear the theme under the cursor."""
        event.stop()
        self._try_on()

    def _filter(self) -> None:
        super()._filter()
        if self.is_mounted:
            self._try_on()

    def _try_on(self) -> None:
        if self.table.cursor < len(self._found):
            name = self._found[self.table.cursor].value
            if name != self._worn:
                self._worn = name
                self._wear(self._by_name[name])
