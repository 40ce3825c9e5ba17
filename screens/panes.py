"""Which panes share the screen, and how. Pure: width, height and the pane with the focus in, an arrangement out."""

from __future__ import annotations

from dataclasses import dataclass

WIDE, TWO = 110, 90  # from how many columns on there is room for three panes, and for two
TALL = 32  # lines from which on everything is shown at its full height


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is shown. `stacked` puts the response below the story; heights are in lines, shares are widths in fr."""

    queue: bool
    story: bool
    response: bool
    stacked: bool
    card: int
    ladder: int
    shares: tuple[int, int]  # queue, and story with response

    @property
    def work(self) -> bool:
        """Whether anything stands beside the queue."""
        return self.story or self.response


def arrange(width: int, height: int, pane: str, *, zoomed: bool = False) -> Arrangement:
    """Share a screen of `width` by `height` while `pane` ("queue", "story" or "composer") has the focus.

    From 110 columns on there are three panes, from 90 on two, else one; what is written stands below what is read
    where there are fewer than three.
    """
    wide, two = width >= WIDE, TWO <= width < WIDE
    writing = pane == "composer"
    alone = zoomed or not (wide or two)
    queue = pane == "queue" if alone else True
    story = pane != "queue" if alone else True
    if zoomed and wide and writing:
        story = False
    response = writing if zoomed or not wide else True
    return Arrangement(
        queue=queue,
        story=story,
        response=response,
        stacked=not wide,
        card=1 if height < TALL and not wide else 3,
        ladder=12 if height >= TALL and wide else 8 if wide else 5,
        shares=(5, 9) if wide else (4, 6),
    )
