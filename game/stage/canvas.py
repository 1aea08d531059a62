"""The flat surface over the scene, and the painted cards that lie on it.

Every overlay is a card: panel and text are painted once with Pillow at the exact pixels they cover,
so letters are crisp, corners are smooth without multisampling, and a card that does not change
costs one rectangle a frame. Sizes are given in design units: the picture is 720 units high whatever
its pixels, so overlays scale with the window.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray
from panda3d.core import CardMaker, NodePath, SamplerState, Texture, TransparencyAttrib
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from game.stage.base import Stage

DESIGN_HEIGHT = 720
"""Height of the picture in design units."""

Color = tuple[int, int, int]

_BLUR_REACH = 2
"""Margins from an edge at which its blurred shadow is as it is everywhere along it."""

INK: Color = (43, 38, 34)
PAPER: Color = (252, 249, 243)
QUIET: Color = (122, 112, 101)
LINE: Color = (222, 213, 200)
ACCENT: Color = (31, 107, 104)
WARNING: Color = (184, 92, 40)
RECORDING: Color = (196, 52, 45)


@functools.lru_cache(maxsize=32)
def font(pixels: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which matplotlib ships and which has every European letter.

    Args:
        pixels: size of the em square.
        bold: the bold cut.
    """
    return ImageFont.truetype(font_file(bold), pixels)


def font_file(bold: bool = False) -> str:
    """Path of the font's file."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name)


def wrap(text: str, letters: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Breaks a text into lines that fit.

    Args:
        text: words; line breaks in it are kept.
        letters: the font that measures.
        width: pixels; a single word that is wider is broken between letters.

    Returns:
        The lines; none for an empty text.
    """
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            joined = f"{line} {word}" if line else word
            if letters.getlength(joined) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            line = word
            while letters.getlength(line) > width and len(line) > 1:
                fit = max(
                    n for n in range(1, len(line)) if n == 1 or letters.getlength(line[:n]) <= width
                )
                lines.append(line[:fit])
                line = line[fit:]
        if line:
            lines.append(line)
    return lines


class Canvas:
    """Where overlays are laid out.

    Args:
        stage: its overlay root carries the cards and its size sets the design unit.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.root = stage.overlay.attachNewNode("screens")
        self._size = stage.size
        self._laid: list[Callable[[], None]] = []

    @property
    def unit(self) -> float:
        """Pixels per design unit."""
        return self._size[1] / DESIGN_HEIGHT

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._size

    def px(self, units: float) -> int:
        """Design units as whole pixels, at least one."""
        return max(1, round(units * self.unit))

    def on_resize(self, lay_out: Callable[[], None]) -> None:
        """Has ``lay_out`` called whenever the picture has got another size."""
        self._laid.append(lay_out)

    def forget(self, lay_out: Callable[[], None]) -> None:
        """Ends what ``on_resize`` began."""
        self._laid.remove(lay_out)

    def step(self) -> None:
        """Lays everything out anew if the picture's size has changed; call once a frame."""
        if self.stage.size != self._size:
            self._size = self.stage.size
            for lay_out in self._laid:
                lay_out()

    def remove(self) -> None:
        """Takes all overlays off the picture."""
        self._laid.clear()
        self.root.removeNode()


class Card:
    """One painted rectangle on the canvas, hidden until it is painted.

    Args:
        canvas: where it lies.
        name: for the scene graph.
        layer: higher lies on top.
    """

    def __init__(self, canvas: Canvas, name: str, layer: int = 0) -> None:
        self.canvas = canvas
        self.size = (0, 0)
        self.node: NodePath = canvas.root.attachNewNode(name)
        self.node.setBin("fixed", layer)
        self._texture = Texture(name)
        # Texels lie exactly on pixels; filtering could only blur them.
        self._texture.setMinfilter(SamplerState.FT_nearest)
        self._texture.setMagfilter(SamplerState.FT_nearest)
        self._texture.setWrapU(SamplerState.WM_clamp)
        self._texture.setWrapV(SamplerState.WM_clamp)
        self._quad: NodePath | None = None

    def paint(self, picture: Image.Image) -> None:
        """Shows ``picture`` (RGBA, one texel per pixel) on the card."""
        if self._quad is None or picture.size != self.size:
            if self._quad is not None:
                self._quad.removeNode()
            self.size = picture.size
            maker = CardMaker("quad")
            maker.setFrame(0, picture.width, -picture.height, 0)
            self._quad = self.node.attachNewNode(maker.generate())
            self._quad.setTexture(self._texture)
            self._quad.setTransparency(TransparencyAttrib.MAlpha)
        upload(self._texture, np.asarray(picture.convert("RGBA")))

    def place(self, x: float, y: float) -> None:
        """Puts the card's upper left corner at pixels from the picture's upper left."""
        self.node.setPos(round(x), 0, -round(y))

    def fade(self, opacity: float) -> None:
        """Sets opacity 0–1; at 0 the card is not drawn at all."""
        if opacity <= 0.0:
            self.node.hide()
            return
        self.node.show()
        self.node.setAlphaScale(min(opacity, 1.0))

    def remove(self) -> None:
        """Takes the card off the canvas."""
        self.node.removeNode()


def upload(texture: Texture, picture: NDArray[np.uint8]) -> None:
    """Puts a picture into a texture.

    Args:
        texture: whose size and format follow the picture.
        picture: uint8 (H, W, 3) RGB or (H, W, 4) RGBA, first row at the top.
    """
    height, width, channels = picture.shape
    kind = Texture.F_rgba if channels == 4 else Texture.F_rgb
    held = (texture.getXSize(), texture.getYSize(), texture.getNumComponents())
    if held != (width, height, channels):
        texture.setup2dTexture(width, height, Texture.T_unsigned_byte, kind)
    # Panda3D keeps BGR(A), first row at the bottom.
    order = [2, 1, 0, 3][:channels]
    texture.setRamImage(np.ascontiguousarray(picture[::-1][..., order]).tobytes())


class Painter:
    """Paints panels and text for one card, in the canvas's design units.

    Args:
        canvas: gives the scale.
        width: design units.
        height: design units.
        margin: design units kept free round the panel for its shadow.
    """

    def __init__(self, canvas: Canvas, width: float, height: float, margin: float = 12) -> None:
        self.px = canvas.px
        self._unit = canvas.unit
        self.margin = self.px(margin)
        self._width, self._height = self.px(width), self.px(height)
        size = (self._width + 2 * self.margin, self._height + 2 * self.margin)
        self.image = Image.new("RGBA", size, (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)

    def panel(self, color: Color = PAPER, opacity: float = 0.94, radius: float = 14) -> None:
        """Fills the card with a rounded panel and its soft shadow."""
        radius_px, drop = self.px(radius), self.px(3)
        # painted as small as its corners allow, once, and drawn out
        least = 2 * (radius_px + _BLUR_REACH * self.margin + drop) + 1
        small = (min(self._width, least), min(self._height, least))
        panel = _panel(small, self.margin, drop, radius_px, color, opacity)
        self.image = _drawn_out(panel, self.image.size)
        self._draw = ImageDraw.Draw(self.image)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        *,
        color: Color = INK,
        bold: bool = False,
        anchor: str = "lt",
    ) -> None:
        """Writes one line.

        Args:
            at: design units from the panel's upper left corner.
            text: without line breaks.
            size: of the em square, design units.
            color: of the letters.
            bold: the bold cut.
            anchor: which point of the text lies at ``at``; Pillow's two letters.
        """
        self._draw.text(
            (self.margin + round(at[0] * self._unit), self.margin + round(at[1] * self._unit)),
            text,
            font=font(self.px(size), bold),
            fill=(*color, 255),
            anchor=anchor,
        )

    def shape(
        self, box: tuple[float, float, float, float], color: Color, radius: float = 8
    ) -> None:
        """Fills a rounded rectangle; left, top, right, bottom in design units."""
        left, top, right, bottom = (self.margin + round(v * self._unit) for v in box)
        mask = _rounded(self.image.size, (left, top, right, bottom), round(radius * self._unit))
        self.image.paste((*color, 255), (0, 0), mask)


@functools.lru_cache(maxsize=32)
def _panel(
    inner: tuple[int, int], margin: int, drop: int, radius: int, color: Color, opacity: float
) -> Image.Image:
    """A rounded panel and its soft shadow, RGBA; sizes in pixels.

    Args:
        inner: width and height of the panel itself.
        margin: kept free round it.
        drop: how far the shadow lies lower.
        radius: of its corners.
        color: of the panel.
        opacity: of the panel, 0–1.
    """
    width, height = inner
    size = (width + 2 * margin, height + 2 * margin)
    box = (margin, margin, margin + width, margin + height)
    shadow = _rounded(size, (box[0], box[1] + drop, box[2], box[3] + drop), radius)
    shadow = shadow.filter(ImageFilter.GaussianBlur(margin * 0.4))
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((20, 16, 12), (0, 0), shadow.point(lambda a: int(a * 0.35)))
    face = _rounded(size, box, radius)
    # The panel replaces its shadow where it lies, else the shadow would darken it.
    layer = Image.new("RGBA", size, (*color, 255))
    layer.putalpha(face.point(lambda a: int(a * opacity)))
    return Image.composite(layer, image, face)


def _drawn_out(small: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A picture made larger by repeating its middle column and its middle row."""
    pixels = np.asarray(small)
    for axis, length in ((1, size[0]), (0, size[1])):
        counts = np.ones(pixels.shape[axis], np.int64)
        counts[len(counts) // 2] += length - len(counts)
        pixels = np.repeat(pixels, counts, axis)
    return Image.fromarray(pixels)


def _rounded(size: tuple[int, int], box: tuple[int, int, int, int], radius: int) -> Image.Image:
    """Coverage mask of a rounded rectangle, smoothed by drawing it four times as large."""
    large = Image.new("L", (size[0] * 4, size[1] * 4), 0)
    corners = [v * 4 for v in box]
    ImageDraw.Draw(large).rounded_rectangle(
        (corners[0], corners[1], corners[2] - 1, corners[3] - 1), radius * 4, fill=255
    )
    return large.resize(size, Image.Resampling.BOX)
