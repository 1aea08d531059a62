"""People on a layer of their own, so that their outlines are smooth.

The still room is a picture already (``game.scene.office``); people are drawn into a transparent
buffer and laid over it. Where the driver takes several samples per pixel, the buffer has them. A
software renderer has no time for that: there a filter looks at every pixel near people, follows the
steps of each outline to both ends, and blends across it as far as the pixel lies along the step
(after Reshetov, "Morphological antialiasing", 2009). One pass lays over all pixels that are part of
no step and writes their depth; the pass that follows steps then costs nothing there.

A lean program writes into alpha which of its pixels belong together: nothing is 0, opaque people
lie between 0.75 and 1 by their brightness. So one number per pixel tells all steps, those of the
outline and those inside it, and everything from 0.75 covers fully.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Protocol

from panda3d.core import (
    BitMask32,
    Camera,
    CardMaker,
    ColorBlendAttrib,
    DepthTestAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    GraphicsPipe,
    LMatrix4f,
    NodePath,
    OrthographicLens,
    PandaNode,
    Point2,
    Point3,
    RenderAttrib,
    SamplerState,
    Texture,
    Vec2,
    Vec3,
    WindowProperties,
)

from game.places import DESK_HEIGHT_M, NOTEBOOK
from game.stage import shading

ROOM = BitMask32.bit(6)
"""What the camera of the room shows."""

PEOPLE = BitMask32.bit(5)
"""What the camera of the people's layer shows."""

Box = tuple[tuple[float, float, float], tuple[float, float, float]]

_COARSE = 0.7
"""Share of the picture's width and height at which people are drawn coarsely: half the pixels."""

Rectangle = tuple[float, float, float, float]
"""Left, right, bottom and top."""

_HEAD: Box = ((-0.26, -0.30, 1.02), (0.26, 0.20, 1.56))
_LAP_M = 0.50
"""The desk hides all that is lower."""
_SHOULDERS_M = 1.14

SEATED: tuple[Box, ...] = (_HEAD, ((-0.66, -0.80, 0.40), (0.66, 0.20, _SHOULDERS_M)))
"""Boxes in the room's axes, metres, that hold a seated person's head, and the rest of them
wherever their hands are."""

_HAND_M = 0.22
_SLEEVE_M = 0.11
_STEP_M = 0.04

_x, _y, _ = NOTEBOOK.center
_half = math.hypot(*NOTEBOOK.size[:2]) / 2
_NOTEBOOK: Box = (
    (_x - _half, _y - _half, DESK_HEIGHT_M),
    (_x + _half, _y + _half, DESK_HEIGHT_M + _half),
)
"""With the pen on it, and a page that is turned."""


class Limb(Protocol):
    """An arm: joints in metres from the seat."""

    elbow: Vec3
    wrist: Vec3


def boxes_of(arms: Iterable[Limb]) -> tuple[Box, ...]:
    """Boxes that hold a seated person with their arms where they are now, and what they handle.

    They grow and shrink in steps of 4 cm, so that they seldom change.
    """
    boxes = [_HEAD, _NOTEBOOK]
    for arm in arms:
        elbow, wrist = arm.elbow, arm.wrist
        side = 1.0 if elbow.x > 0.0 else -1.0
        # half the trunk with the upper arm, and the forearm with the hand
        reach = side * max(0.26, side * elbow.x + _SLEEVE_M)
        front = min(-0.30, elbow.y - _SLEEVE_M)
        low, high = (min(0.0, reach), front, _LAP_M), (max(0.0, reach), 0.20, _SHOULDERS_M)
        boxes.append(_stepped(low, high))
        ends = ((elbow, _SLEEVE_M), (wrist, _HAND_M))
        low = (
            min(at.x - wide for at, wide in ends),
            min(at.y - wide for at, wide in ends),
            max(_LAP_M, min(at.z for at, _ in ends) - _SLEEVE_M),
        )
        high = (
            max(at.x + wide for at, wide in ends),
            max(at.y + wide for at, wide in ends),
            max(at.z + wide for at, wide in ends),
        )
        boxes.append(_stepped(low, high))
    return tuple(boxes)


def _stepped(low: tuple[float, float, float], high: tuple[float, float, float]) -> Box:
    x, y, z = (math.floor(side / _STEP_M) * _STEP_M for side in low)
    right, back, top = (math.ceil(side / _STEP_M) * _STEP_M for side in high)
    return (x, y, z), (right, back, top)


def apart(rectangles: Iterable[Rectangle]) -> list[Rectangle]:
    """Rectangles that cover the same as those given, none of them over another."""
    given = list(rectangles)
    edges = sorted({edge for rectangle in given for edge in rectangle[2:]})
    found: list[Rectangle] = []
    for bottom, top in pairwise(edges):
        spans: list[list[float]] = []
        for left, right, low, high in sorted(given):
            if left >= right or low > bottom or high < top:
                continue
            if spans and left <= spans[-1][1]:
                spans[-1][1] = max(spans[-1][1], right)
            else:
                spans.append([left, right])
        for left, right in spans:
            below = next((r for r in found if r[:2] == (left, right) and r[3] == bottom), None)
            if below is not None:
                found.remove(below)
            found.append((left, right, below[2] if below else bottom, top))
    return found


class PeopleLayer:
    """Draws people apart from the room and lays them over it.

    Args:
        base: the ``ShowBase``.
        room: shown behind people.
        people: drawn on the layer, with all that hides parts of them.
        samples: per pixel; 0 takes the filter.

    Attributes:
        boxes: where people are, in the scene's axes; nothing outside is shown.

    Raises:
        LookupError: the driver refuses such a buffer.
    """

    def __init__(
        self,
        base: Any,
        room: NodePath,
        people: NodePath,
        samples: int = 0,
    ) -> None:
        self._base, self._room, self._people = base, room, people
        self.boxes: tuple[Box, ...] = SEATED
        self._fitted: tuple[Box, ...] = ()
        self._texture = Texture("people")
        self._texture.setMinfilter(SamplerState.FT_linear)
        self._texture.setMagfilter(SamplerState.FT_linear)
        self._texture.setWrapU(SamplerState.WM_clamp)
        self._texture.setWrapV(SamplerState.WM_clamp)
        self._buffer = self._open(samples)
        self._eye: NodePath = base.cam.attachNewNode(Camera("people", base.camLens))
        self._eye.node().setCameraMask(PEOPLE)
        region = self._buffer.makeDisplayRegion()
        region.setCamera(self._eye)
        base.cam.node().setCameraMask(ROOM)
        room.hide(PEOPLE)
        people.hide(ROOM)
        self._flat = NodePath("layer")
        self._flat.setShaderInput("pixel", self._pixel())
        lens = OrthographicLens()
        lens.setFilmSize(2, 2)
        lens.setNearFar(-1, 1)
        eye = self._flat.attachNewNode(Camera("layer", lens))
        self._region = base.win.makeDisplayRegion()
        self._region.setSort(5)
        self._region.setCamera(eye)
        self._flat.setTexture(self._texture)
        self._flat.setAttrib(
            ColorBlendAttrib.make(
                ColorBlendAttrib.MAdd,
                ColorBlendAttrib.OOne,
                ColorBlendAttrib.OOneMinusIncomingAlpha,
            )
        )
        self._filtered = samples == 0
        self._scale = 1.0
        self._cards = self._passes(filtered=self._filtered)
        self._seen_from: LMatrix4f | None = None
        self.step()

    def step(self) -> None:
        """Fits the layer to the picture and to where people stand in it; call once a frame."""
        base = self._base
        size = self._size()
        if (self._buffer.getXSize(), self._buffer.getYSize()) != size:
            self._buffer.setSize(*size)
            self._flat.setShaderInput("pixel", self._pixel())
        seen_from = base.camLens.getProjectionMat()
        seen_from = base.render.getMat(base.cam) * seen_from
        still = self._seen_from is not None and seen_from.almostEqual(self._seen_from, 1e-4)
        if still and self._fitted == self.boxes:
            return
        self._fitted = self.boxes
        self._seen_from = LMatrix4f(seen_from)
        for cards in self._cards:
            cards.getChildren().detach()
        for rectangle in apart([self._outline(box) for box in self.boxes]):
            maker = CardMaker("card")
            maker.setFrame(*rectangle)
            card = maker.generate()
            for cards in self._cards:
                cards.attachNewNode(card)

    def set_detail(self, smooth: bool, coarse: bool) -> None:
        """Draws people as finely as there is time for.

        Args:
            smooth: whether outlines are smoothed, where no samples do it.
            coarse: whether people are drawn with fewer pixels than the room, which leaves their
                outlines soft.
        """
        scale = _COARSE if coarse else 1.0
        filtered = self._filtered and smooth and not coarse
        if scale == self._scale and len(self._cards) == 1 + filtered:
            return
        self._scale = scale
        for cards in self._cards:
            cards.removeNode()
        self._cards = self._passes(filtered)
        self._seen_from = None
        self.step()

    def remove(self) -> None:
        """Draws everything in one go again."""
        self._base.graphicsEngine.removeWindow(self._buffer)
        self._base.win.removeDisplayRegion(self._region)
        self._eye.removeNode()
        self._flat.removeNode()
        self._base.cam.node().setCameraMask(PandaNode.getAllCameraMask())
        for node in (self._room, self._people):
            if not node.isEmpty():
                node.show(ROOM | PEOPLE)

    def _size(self) -> tuple[int, int]:
        """Of the buffer, pixels."""
        win = self._base.win
        return round(win.getXSize() * self._scale), round(win.getYSize() * self._scale)

    def _pixel(self) -> Vec2:
        """Share of the picture that a pixel takes, along both sides."""
        win = self._base.win
        return Vec2(1 / win.getXSize(), 1 / win.getYSize())

    def _open(self, samples: int) -> GraphicsOutput:
        base = self._base
        wanted = FrameBufferProperties()
        wanted.setRgbaBits(8, 8, 8, 8)
        wanted.setDepthBits(24)
        wanted.setMultisamples(samples)
        buffer = base.graphicsEngine.makeOutput(
            base.pipe,
            "people",
            -10,
            wanted,
            WindowProperties.size(base.win.getXSize(), base.win.getYSize()),
            GraphicsPipe.BFRefuseWindow | GraphicsPipe.BFResizeable,
            base.win.getGsg(),
            base.win,
        )
        if buffer is None or buffer.getFbProperties().getMultisamples() < samples:
            if buffer is not None:
                base.graphicsEngine.removeWindow(buffer)
            raise LookupError(f"the driver refuses a layer of {samples or 1} samples per pixel")
        buffer.setClearColor((0, 0, 0, 0))
        buffer.setClearColorActive(True)
        buffer.addRenderTexture(
            self._texture, GraphicsOutput.RTMBindOrCopy, GraphicsOutput.RTPColor
        )
        return buffer

    def _passes(self, filtered: bool) -> list[NodePath]:
        """Parents of the cards, one for each pass over them."""
        first = self._flat.attachNewNode("cards")
        first.setBin("fixed", 0)
        if not filtered:
            first.setDepthTest(False)
            first.setDepthWrite(False)
            first.setShader(shading.layer_shader())
            self._region.setClearDepthActive(False)
            return [first]
        level, smooth = shading.smooth_shaders()
        first.setShader(level)
        first.setAttrib(DepthTestAttrib.make(RenderAttrib.MAlways))
        second = self._flat.attachNewNode("cards with steps")
        second.setBin("fixed", 1)
        second.setY(0.5)
        second.setDepthWrite(False)
        second.setShader(smooth)
        self._region.setClearDepthActive(True)
        return [first, second]

    def _outline(self, box: Box) -> Rectangle:
        """Left, right, bottom and top of a box in the picture, −1…1; a pixel wider all round."""
        base = self._base
        low, high = box
        places = []
        for corner in range(8):
            at = Point3(*((high if corner >> axis & 1 else low)[axis] for axis in range(3)))
            seen = base.cam.getRelativePoint(base.render, at)
            spot = Point2()
            if seen.y < base.camLens.getNear() or not (
                base.camLens.project(seen, spot) or spot != Point2()
            ):
                return -1.0, 1.0, -1.0, 1.0
            places.append(spot)
        edge_x, edge_y = 2.0 / base.win.getXSize(), 2.0 / base.win.getYSize()
        across, up = [spot.x for spot in places], [spot.y for spot in places]
        return (
            max(-1.0, min(across) - edge_x),
            min(1.0, max(across) + edge_x),
            max(-1.0, min(up) - edge_y),
            min(1.0, max(up) + edge_y),
        )
