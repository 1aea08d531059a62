"""Parts of the green room's picture: the mirror with its oval, the dot, and plain quads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from panda3d.core import CardMaker, NodePath, Texture, TextureStage, TransparencyAttrib
from PIL import Image

from game.stage.canvas import ACCENT, INK, PAPER, Canvas, Card, Color, Painter, upload

GOOD: Color = (56, 142, 94)
AMBER: Color = (222, 150, 52)
FINE = 4
"""Pixels drawn for each that is shown, for smooth curves."""

_TURN_S = 0.35
"""s in which the oval turns from one colour to the other."""
_OVAL_HEIGHT, _OVAL_WIDTH, _OVAL_MIDDLE = 0.74, 0.56, 0.49
"""Of the picture's height: a face half a metre away fits in, hair and chin included."""


class Mirror:
    """The camera's picture with round corners, mirrored as people know themselves."""

    def __init__(self, canvas: Canvas, layer: int) -> None:
        self._canvas = canvas
        self._texture = Texture("camera")
        self._mask = Texture("camera's corners")
        self._node = canvas.root.attachNewNode("camera")
        self._node.setBin("fixed", layer)
        self._node.hide()
        self._last: NDArray[np.uint8] | None = None
        self.known = False

    @property
    def visible(self) -> bool:
        """Whether it is on the picture."""
        return not self._node.isHidden()

    @visible.setter
    def visible(self, visible: bool) -> None:
        if visible:
            self._node.show()
        else:
            self._node.hide()

    def put(self, picture: NDArray[np.uint8]) -> None:
        """Takes the newest picture, uint8 (h, w, 3) RGB."""
        if picture is not self._last:
            upload(self._texture, picture)
            self._last, self.known = picture, True

    def lay_out(self, box: tuple[int, int, int, int]) -> None:
        """Left, top, width, height in pixels."""
        self._node.getChildren().detach()
        left, top, width, height = box
        upload(self._mask, np.asarray(_round_mask(self._canvas, width, height)))
        maker = CardMaker("camera")
        maker.setFrame(0, width, -height, 0)
        maker.setUvRange((1, 0), (0, 1))
        quad = self._node.attachNewNode(maker.generate())
        quad.setPos(left, 0, -top)
        quad.setTransparency(TransparencyAttrib.MAlpha)
        quad.setTexture(self._texture)
        corners = TextureStage("corners")
        corners.setSort(10)
        quad.setTexture(corners, self._mask)

    def remove(self) -> None:
        """Takes it off the picture for good."""
        self._node.removeNode()


class Oval:
    """Where the face belongs: amber while something is to be mended, green when all is good."""

    def __init__(self, canvas: Canvas, layer: int) -> None:
        self._canvas = canvas
        self._amber = Card(canvas, "amber oval", layer)
        self._green = Card(canvas, "green oval", layer)
        self._greenness = self._wanted = 0.0
        self._last_s: float | None = None

    def lay_out(self, box: tuple[int, int, int, int]) -> None:
        """Left, top, width, height of the picture in pixels."""
        left, top, width, height = box
        corners = np.asarray(_round_mask(self._canvas, width, height))[..., 3] / 255.0
        y, x = np.mgrid[0:height, 0:width].astype(np.float64)
        across, up = _OVAL_WIDTH * height / 2, _OVAL_HEIGHT * height / 2
        dx, dy = x + 0.5 - width / 2, y + 0.5 - _OVAL_MIDDLE * height
        reach = np.hypot(dx / across, dy / up)
        slope = np.hypot(dx / across**2, dy / up**2) / np.maximum(reach, 1e-6)
        off_px = (reach - 1.0) / np.maximum(slope, 1e-9)
        half = self._canvas.px(4) / 2
        ring = np.clip(half + 0.5 - np.abs(off_px), 0.0, 1.0)
        dim = 0.42 * np.clip(off_px + 0.5, 0.0, 1.0)
        for card, color in ((self._amber, AMBER), (self._green, GOOD)):
            alpha = ring + dim * (1.0 - ring)
            image = np.empty((height, width, 4))
            share = (ring / np.maximum(alpha, 1e-6))[..., None]
            image[..., :3] = share * np.array(color) + (1.0 - share) * np.array(INK)
            image[..., 3] = 255.0 * alpha * corners
            card.paint(Image.fromarray(np.rint(image).astype(np.uint8)))
            card.place(left, top)

    def turn(self, good: bool | None, t_s: float, visible: bool) -> None:
        """Lets the colour follow; None keeps it. Call it once a frame."""
        step = 1.0 if self._last_s is None else (t_s - self._last_s) / _TURN_S
        self._last_s = t_s
        if good is not None:
            self._wanted = 1.0 if good else 0.0
        self._greenness += max(-step, min(step, self._wanted - self._greenness))
        # the one below stays whole while the other comes and goes, or the picture would brighten
        self._amber.fade(0.0 if not visible or self._greenness >= 1.0 else 1.0)
        self._green.fade(self._greenness if visible else 0.0)

    def remove(self) -> None:
        """Takes it off the picture for good."""
        self._amber.remove()
        self._green.remove()


class Dot:
    """A ring that shrinks to its centre, as eyes come to rest on what grows small."""

    _RADIUS = 30
    _SMALLEST = 0.3

    def __init__(self, canvas: Canvas, layer: int) -> None:
        self._canvas = canvas
        self._disc = Card(canvas, "dot", layer)
        self._core = Card(canvas, "dot's centre", layer + 1)
        self._painted = 0.0

    def place(self, dot: tuple[tuple[float, float], float] | None) -> None:
        """Shows the dot at shares of the window, shrunk by 0...1; None hides it."""
        if dot is None:
            self._disc.fade(0.0)
            self._core.fade(0.0)
            return
        canvas = self._canvas
        if self._painted != canvas.unit:
            self._painted = canvas.unit
            self._disc.paint(_disc(canvas.px(self._RADIUS), PAPER))
            self._core.paint(_disc(canvas.px(4), ACCENT))
        (across, down), shrunk = dot
        x, y = across * canvas.size[0], down * canvas.size[1]
        scale = 1.0 - (1.0 - self._SMALLEST) * min(1.0, max(0.0, shrunk))
        half = self._disc.size[0] / 2
        self._disc.node.setScale(scale)
        self._disc.node.setPos(x - half * scale, 0, -(y - half * scale))
        half = self._core.size[0] / 2
        self._core.node.setPos(x - half, 0, -(y - half))
        self._disc.fade(1.0)
        self._core.fade(1.0)

    def remove(self) -> None:
        """Takes it off the picture for good."""
        self._disc.remove()
        self._core.remove()


def plain_quad(parent: NodePath, name: str, layer: int) -> NodePath:
    """A quad of one unit without a picture, hidden until :func:`stretch` shows it."""
    maker = CardMaker(name)
    maker.setFrame(0, 1, -1, 0)
    quad = parent.attachNewNode(maker.generate())
    quad.setBin("fixed", layer)
    quad.setTransparency(TransparencyAttrib.MAlpha)
    quad.hide()
    return quad


def stretch(
    quad: NodePath, box: tuple[float, float, float, float], color: Color, opacity: float
) -> None:
    """Puts a plain quad to left, top, width, height in pixels."""
    left, top, width, height = box
    quad.setPos(round(left), 0, -round(top))
    quad.setScale(max(1, round(width)), 1, max(1, round(height)))
    quad.setColor(*(value / 255 for value in color), opacity)
    quad.show()


def reduced(large: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A drawing at the size in which it is shown.

    Args:
        large: RGBA, ``FINE`` times as wide and high; colours are weighed by their opacity, or edges
            would darken.
        size: width and height in pixels.
    """
    values = np.asarray(large, np.float64)
    opacity = values[..., 3:] / 255.0
    rows, columns = size[1], size[0]

    def pooled(array: NDArray[np.float64]) -> NDArray[np.float64]:
        return array.reshape(rows, FINE, columns, FINE, -1).mean(axis=(1, 3))

    alpha = pooled(opacity)
    color = pooled(values[..., :3] * opacity) / np.maximum(alpha, 1e-6)
    return Image.fromarray(np.rint(np.concatenate([color, 255 * alpha], 2)).astype(np.uint8))


def _round_mask(canvas: Canvas, width: int, height: int) -> Image.Image:
    """White with round corners, of exactly these pixels."""
    painter = Painter(canvas, width / canvas.unit, height / canvas.unit, 0)
    painter.panel((255, 255, 255), 1.0, 14)
    image = painter.image
    return image if image.size == (width, height) else image.resize((width, height))


def _disc(radius: int, color: Color) -> Image.Image:
    y, x = np.mgrid[0 : 2 * radius + 2, 0 : 2 * radius + 2]
    off = np.hypot(x - radius - 0.5, y - radius - 0.5) - radius
    image = np.empty((*off.shape, 4), np.uint8)
    image[..., :3] = color
    image[..., 3] = np.rint(255 * np.clip(0.5 - off, 0.0, 1.0))
    return Image.fromarray(image)
