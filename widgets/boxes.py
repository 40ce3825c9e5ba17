"""Containers that draw nothing of their own: what stands in them covers them, so painting them would be for nothing."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Column(Widget):
    """Its children stand one below the other."""

    DEFAULT_CSS = "Column { width: 1fr; height: 1fr; layout: vertical; overflow: hidden hidden; }"

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return empty lines."""
        style = None if self.app.no_color else self.visual_style.rich_style
        return [Strip.blank(crop.width, style)] * crop.height


class Row(Column):
    """Its children stand side by side."""

    DEFAULT_CSS = "Row { layout: horizontal; }"
