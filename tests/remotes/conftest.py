"""The desks that the contract suite is run against."""

from __future__ import annotations

from desks.rt_contract import rt_under_test
from desks.rt_server import rt

__all__ = ["rt", "rt_under_test"]
