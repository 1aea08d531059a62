"""A card in the middle of the picture with fields on it to click: what the start and the end of an
interview share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from direct.gui.DirectFrame import DirectFrame
from direct.showbase.DirectObject import DirectObject

from game.screens.clickfield import Box, click_field
from game.stage.canvas import Canvas, Card, Painter

_LAYER = 40
_MARGIN = 24
"""Design units round the panel, for its shadow."""


class MiddleCard(DirectObject, ABC):
    """Lies in the middle, and is laid out anew where the picture changes its size.

    Whoever makes one lays it out once all is known that it shows.

    Args:
        canvas: where it is shown.
        name: for the scene graph.
    """

    def __init__(self, canvas: Canvas, name: str) -> None:
        super().__init__()
        self.canvas = canvas
        self._card = Card(canvas, name, layer=_LAYER)
        self._buttons: list[DirectFrame] = []
        self._removed = False
        canvas.on_resize(self._lay_out)

    def remove(self) -> None:
        """Takes the card off the picture; nothing happens where it has gone."""
        if self._removed:
            return
        self._removed = True
        self.ignoreAll()
        self.canvas.forget(self._lay_out)
        self._clear_fields()
        self._card.remove()

    @abstractmethod
    def _lay_out(self) -> None:
        """Paints the card for the size that the picture has, and shows it."""

    def _painter(self, width: float, height: float) -> Painter:
        """For a panel of a size in design units."""
        return Painter(self.canvas, width, height, margin=_MARGIN)

    def _show(self, painter: Painter, fields: Sequence[tuple[Box, Callable[[], None]]]) -> None:
        """Shows what was painted, in the middle.

        Args:
            painter: that of :meth:`_painter`.
            fields: boxes within the panel, and what a click on each does.
        """
        self._card.paint(painter.image)
        left = (self.canvas.size[0] - self._card.size[0]) // 2
        top = (self.canvas.size[1] - self._card.size[1]) // 2
        self._card.place(left, top)
        unit = self.canvas.unit
        corner = (left / unit + _MARGIN, top / unit + _MARGIN)
        self._clear_fields()
        self._buttons = [click_field(self.canvas, corner, box, act) for box, act in fields]

    def _clear_fields(self) -> None:
        for button in self._buttons:
            button.destroy()
        self._buttons = []
