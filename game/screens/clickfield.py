"""An invisible field for mouse and finger over something that is painted on a card."""

from __future__ import annotations

from collections.abc import Callable

from direct.gui import DirectGuiGlobals as DGG
from direct.gui.DirectFrame import DirectFrame

from game.stage.canvas import Canvas

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in design units."""


def click_field(
    canvas: Canvas, corner: tuple[float, float], box: Box, command: Callable[[], None]
) -> DirectFrame:
    """Makes one; whoever asks for it destroys it.

    Args:
        canvas: where the card lies.
        corner: left and top of the card's panel, design units.
        box: of the field within the panel.
        command: called at each click.
    """
    px = canvas.px
    left, top = px(corner[0] + box[0]), px(corner[1] + box[1])
    frame = DirectFrame(
        parent=canvas.root,
        relief=None,
        state=DGG.NORMAL,
        frameSize=(0, px(box[2] - box[0]), -px(box[3] - box[1]), 0),
        pos=(left, 0, -top),
    )
    frame.bind(DGG.B1CLICK, lambda _event: command())
    return frame
