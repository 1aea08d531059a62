"""The candidate's own camera picture, small, in the upper right corner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import CardMaker, NodePath, Texture, TextureStage, TransparencyAttrib

from game.stage.canvas import Canvas, Painter, upload

_WIDTH = 200
_MARGIN = 10


class SelfView:
    """Shows the camera's newest picture, mirrored as people know themselves.

    Args:
        canvas: where it is shown.
        rate_hz: pictures a second at most; a picture that comes sooner is left out.
    """

    def __init__(self, canvas: Canvas, rate_hz: float = 12.0) -> None:
        self.canvas = canvas
        self._period_s = 1.0 / rate_hz
        self._last_s: float | None = None
        self._picture = Texture("self view")
        self._picture.setWrapU(Texture.WMClamp)
        self._picture.setWrapV(Texture.WMClamp)
        self._mask = Texture("self view's corners")
        self._node: NodePath = canvas.root.attachNewNode("self view")
        self._node.hide()
        self._aspect = 16 / 9
        canvas.on_resize(self._lay_out)

    @property
    def visible(self) -> bool:
        """Whether it is on the picture."""
        return not self._node.isHidden()

    def show_picture(self, picture: NDArray[np.uint8] | None, t_s: float) -> bool:
        """Shows a camera picture.

        Args:
            picture: uint8 (h, w, 3) RGB, small (about 320×180); ``None`` leaves the last one.
            t_s: session time, by which the rate is held.

        Returns:
            True if the picture was taken.
        """
        if picture is None or (self._last_s is not None and t_s - self._last_s < self._period_s):
            return False
        self._last_s = t_s
        aspect = picture.shape[1] / picture.shape[0]
        if aspect != self._aspect or not self._node.getNumChildren():
            self._aspect = aspect
            self._lay_out()
        upload(self._picture, picture)
        self._node.show()
        return True

    def hide(self) -> None:
        """Takes it off the picture until the next picture is shown."""
        self._node.hide()

    def remove(self) -> None:
        """Takes it off the picture for good."""
        self.canvas.forget(self._lay_out)
        self._node.removeNode()

    def _lay_out(self) -> None:
        """Two layers: a panel with a soft shadow as frame, and on it the picture with its mask."""
        self._node.getChildren().detach()
        px = self.canvas.px
        height = _WIDTH / self._aspect
        frame = Painter(self.canvas, _WIDTH + 4, height + 4, _MARGIN)
        frame.panel(radius=14)
        shape = Painter(self.canvas, _WIDTH, height, 0)
        shape.panel((255, 255, 255), 1.0, 12)
        left = self.canvas.size[0] - px(24) - px(_WIDTH)
        top = px(24)
        behind = Texture("self view's frame")
        upload(behind, np.asarray(frame.image))
        shift = px(_MARGIN) + px(2)
        self._quad(frame.image.size, left - shift, top - shift, False).setTexture(behind)
        upload(self._mask, np.asarray(shape.image))
        quad = self._quad(shape.image.size, left, top, True)
        quad.setTexture(self._picture)
        corners = TextureStage("corners")
        corners.setSort(10)
        quad.setTexture(corners, self._mask)
        self._node.setBin("fixed", 5)

    def _quad(self, size: tuple[int, int], x: int, y: int, mirrored: bool) -> NodePath:
        maker = CardMaker("quad")
        maker.setFrame(0, size[0], -size[1], 0)
        if mirrored:
            maker.setUvRange((1, 0), (0, 1))
        quad = self._node.attachNewNode(maker.generate())
        quad.setPos(x, 0, -y)
        quad.setTransparency(TransparencyAttrib.MAlpha)
        return quad
