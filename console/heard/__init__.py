"""HEARD beside a draft: Hear, Empathize, Apologize, Resolve, Diagnose, and what the customer already told us.

Pure: a draft, the person's story, settings and the time go in, `Advice` comes out. Nothing is graded and nothing is
blocked; the rules are the data files in `rules/`.
"""

from console.heard.engine import advise, forget
from console.heard.macro_fit import Canned
from console.heard.prose import LIMIT
from console.heard.restate import restate
from console.heard.values import (
    CHECKS,
    STEPS,
    Advice,
    Check,
    Edit,
    Fact,
    HeardSettings,
    Hint,
    Repeat,
    Span,
    Step,
)

__all__ = [
    "CHECKS",
    "LIMIT",
    "STEPS",
    "Advice",
    "Canned",
    "Check",
    "Edit",
    "Fact",
    "HeardSettings",
    "Hint",
    "Repeat",
    "Span",
    "Step",
    "advise",
    "forget",
    "restate",
]
