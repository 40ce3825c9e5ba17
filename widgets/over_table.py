"""What two windows share: words to type above a table, the keys moving in the table all the while."""

from __future__ import annotations

from textual.screen import ModalScreen

from widgets.table import Table


class OverTable(ModalScreen[str]):
    """A window over the screen whose keys move in its `table`; escape leaves it with ""."""

    table: Table

    def do_cancel(self) -> None:
        """Leave without taking anything."""
        self.dismiss("")

    def do_down(self) -> None:
        """Next row."""
        self.table.do_down()

    def do_up(self) -> None:
        """Row before."""
        self.table.do_up()

    def do_half_down(self) -> None:
        """Half a page down."""
        self.table.do_half_down()

    def do_half_up(self) -> None:
        """Half a page up."""
        self.table.do_half_up()

    def do_page_down(self) -> None:
        """A page down."""
        self.table.do_page_down()

    def do_page_up(self) -> None:
        """A page up."""
        self.table.do_page_up()
