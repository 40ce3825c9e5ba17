"""Real servers for the tests in this folder."""

from __future__ import annotations

from desks.rt_server import rt

__all__ = ["rt"]
