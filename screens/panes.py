"""Which panes share the screen, and how. Pure: a size, the pane with the focus and a layout in, an arrangement out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

WIDE, TWO = 110, 100  # from how many columns on there is room for three panes, and for two
TALL = 32  # lines from which on everything is shown at its full height
_DEEP, _DEEPER = (
    24,
    34,
)  # lines from which on the queue may stand above the rest, and the response below the story
_LEAST, _MOST = 15, 85  # percent
_QUEUE, _PART, _LINES = (
    24,
    32,
    8,
)  # columns of a queue, columns of another pane, and lines of any, at the least
_FOOT = 2  # lines below the panes
_LADDER, _COMPOSER = 5, 4  # lines of the ladder where the reply stands below the story, and of the reply
STEP = 4  # percent that a key gives or takes

Side = Literal["left", "right", "top", "bottom"]
Axis = Literal["width", "height"]
_ACROSS: dict[Side, Side] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a person wants the panes: on which side, and how many percent of the room each gets; 0: as it comes.

    `queue` is about the queue beside story and response, `response` about the response beside the story.
    """

    queue_side: Side = "left"
    response_side: Side = "right"
    queue: int = 0
    response: int = 0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is shown. `stacked` puts story and response one below the other, `across` the queue above or below both.

    Heights are in lines, shares in fr. `response_first` and `queue_last` say who stands left or above.
    """

    queue: bool
    story: bool
    response: bool
    stacked: bool
    card: int
    ladder: int
    shares: tuple[int, int]  # queue, and story with response
    parts: tuple[int, int] = (5, 4)  # story, and response
    across: bool = False
    queue_last: bool = False
    response_first: bool = False

    @property
    def work(self) -> bool:
        """Whether anything stands beside the queue."""
        return self.story or self.response


def arrange(
    width: int, height: int, pane: str, *, zoomed: bool = False, layout: Layout | None = None
) -> Arrangement:
    """Share a screen of `width` by `height` while `pane` ("queue", "story" or "composer") has the focus.

    From 110 columns on there are three panes, from 100 on two, else one; what is written stands below what is read
    where there are fewer than three.
    """
    wanted = layout or Layout()
    wide, two = width >= WIDE, TWO <= width < WIDE
    writing = pane == "composer"
    alone = zoomed or not (wide or two)
    queue = pane == "queue" if alone else True
    story = pane != "queue" if alone else True
    if zoomed and wide and writing:
        story = False
    response = writing if zoomed or not wide else True
    across = wanted.queue_side in ("top", "bottom") and height >= _DEEP and not alone
    below = wanted.response_side in ("top", "bottom")
    stacked = not wide or (below and height >= _DEEPER)
    room = height - 2 if across else width
    parts = _shared(
        wanted.response, (height if stacked else width) * 2 // 3, _LINES if stacked else _PART, first=False
    ) or (5, 4)
    lines = (height - _FOOT) * parts[1] // sum(parts)  # of the response, where it stands below the story
    return Arrangement(
        queue=queue,
        story=story,
        response=response,
        stacked=stacked,
        card=1 if height < TALL and not wide else 3,
        ladder=_ladder(height, low=stacked or across) if wide else max(min(_LADDER, lines - _COMPOSER), 0),
        shares=_shared(wanted.queue, room, _LINES if across else _QUEUE)
        or ((2, 3) if across else (5, 9) if wide else (4, 6)),
        parts=parts,
        across=across,
        queue_last=wanted.queue_side == ("bottom" if across else "right"),
        response_first=wanted.response_side == ("top" if stacked else "left"),
    )


def _ladder(height: int, *, low: bool) -> int:
    if low:
        return 8 if height >= _DEEPER else _LADDER
    return 12 if height >= TALL else 8


def _shared(percent: int, room: int, least: int, *, first: bool = True) -> tuple[int, int] | None:
    """Return two shares, `percent` of the room being that of the first (or the second); None as it comes."""
    if not percent:
        return None
    low = max(_LEAST, -(-least * 100 // max(room, 1)))
    share = min(max(percent, low), max(min(_MOST, 100 - low), low))
    share = min(share, 100 - _LEAST)
    return (share, 100 - share) if first else (100 - share, share)


def grown(layout: Layout, made: Arrangement, pane: str, axis: Axis, step: int) -> Layout | None:
    """Return the layout in which `pane` is `step` percent wider or higher; None where nothing stands beside it there."""
    outer = made.queue and made.work and made.across == (axis == "height")
    inner = made.story and made.response and made.stacked == (axis == "height")
    if pane == "queue":
        return with_queue(layout, _percent(made.shares) + step) if outer else None
    if inner:
        share = 100 - _percent(made.parts)
        return with_response(layout, share + (step if pane == "composer" else -step))
    return with_queue(layout, _percent(made.shares) - step) if outer else None


def with_queue(layout: Layout, percent: int) -> Layout:
    """Return the layout in which the queue gets so much of the room."""
    return replace(layout, queue=min(max(percent, _LEAST), _MOST))


def with_response(layout: Layout, percent: int) -> Layout:
    """Return the layout in which the response gets so much of the room that it shares with the story."""
    return replace(layout, response=min(max(percent, _LEAST), _MOST))


def moved(layout: Layout, pane: str, side: Side) -> Layout:
    """Return the layout in which `pane` stands on this side of what it shares the room with."""
    if pane == "queue":
        turned = (side in ("top", "bottom")) != (layout.queue_side in ("top", "bottom"))
        return replace(layout, queue_side=side, queue=0 if turned else layout.queue)
    side = side if pane == "composer" else _ACROSS[side]
    turned = (side in ("top", "bottom")) != (layout.response_side in ("top", "bottom"))
    return replace(layout, response_side=side, response=0 if turned else layout.response)


def _percent(shares: tuple[int, int]) -> int:
    return round(shares[0] * 100 / sum(shares))
