"""Textual's driver with one difference: bytes that are no text do not end the program."""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress

from textual._parser import ParseEOF, ParseError  # the driver's own parser has no public name
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_LOOK = 0.1  # seconds between two looks at whether to end
_CHUNK = 4096


class PatientDriver(LinuxDriver):
    """Reads the keyboard with a decoder that puts U+FFFD where bytes are not UTF-8, as a wrong paste may bring them."""

    def run_input_thread(self) -> None:
        """Read keys until the program ends."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        selector = selectors.SelectSelector()
        selector.register(self.fileno, selectors.EVENT_READ)
        try:
            while not self.exit_event.is_set():
                if selector.select(_LOOK):
                    self._take(parser, decode)
                for event in parser.tick():
                    self.process_message(event)
        finally:
            selector.close()
            with suppress(EOFError, ParseError, ParseEOF):
                list(parser.feed(""))

    def _take(self, parser: XTermParser, decode: Callable[[bytes], str]) -> None:
        data = os.read(self.fileno, _CHUNK)
        if not data:
            self.exit_event.wait(_LOOK)  # the other end is gone: do not spin until somebody ends us
        text = decode(data)
        if text:
            for event in parser.feed(text):
                self.process_message(event)
