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

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from panda3d.core import (
    BitMask32,
    Camera,
    ColorBlendAttrib,
    DepthTestAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    GraphicsPipe,
    LMatrix4f,
    NodePath,
    OrthographicLens,
    PandaNode,
    RenderAttrib,
    SamplerState,
    Texture,
    Vec2,
    WindowProperties,
)

from game.stage import shading
from game.stage.tiles import (
    Floats,
    Frame,
    TileCards,
    frame_of,
    rectangles,
    tiles_of,
    whole,
)

ROOM = BitMask32.bit(6)
"""What the camera of the room shows."""

PEOPLE = BitMask32.bit(5)
"""What the camera of the people's layer shows."""

_COARSE = 0.7
"""Share of the picture's width and height at which people are drawn coarsely: half the pixels."""

_SPARE_PX = 48
"""What the buffer holds on all sides beside people when it has to grow."""

SLACK_M = 0.02
"""What tiles hold beside people, so that they are not worked out anew for every breath."""

SEATED: tuple[Floats, ...] = tuple(
    np.array([(*corner, 0.0) for corner in product(*zip(low, high, strict=True))])
    for low, high in (
        ((-0.26, -0.30, 1.02), (0.26, 0.20, 1.56)),
        ((-0.66, -0.80, 0.40), (0.66, 0.20, 1.14)),
    )
)
"""Boxes in the room's axes that hold a seated person's head, and the rest of them wherever their
hands are."""

_DIAGONAL = 3.0**0.5
"""Of a cube over its side."""


class PeopleLayer:
    """Draws people apart from the room and lays them over it.

    Args:
        base: the ``ShowBase``.
        room: shown behind people.
        people: drawn on the layer, with all that hides parts of them.
        samples: per pixel; 0 takes the filter.

    Attributes:
        hulls: what holds people, in the scene's axes: for each of some convex hulls (n, 4) places
            and radii of the spheres that span it, metres. Nothing outside is shown. At first what
            holds anybody seated; None for the whole picture.

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
        self.hulls: Sequence[Floats] | None = SEATED
        self._held: Floats | None = None
        self._told = False
        self._tiles = np.zeros((0, 0), np.bool_)
        self._fitted = (0, 0)
        self._frame = Frame(0, 0, 0, 0)
        self._seen_from = LMatrix4f()
        self._shape = TileCards()
        self._texture = Texture("people")
        self._texture.setMinfilter(SamplerState.FT_linear)
        self._texture.setMagfilter(SamplerState.FT_linear)
        self._texture.setWrapU(SamplerState.WM_clamp)
        self._texture.setWrapV(SamplerState.WM_clamp)
        self._buffer = self._open(samples)
        self._eye: NodePath = base.cam.attachNewNode(Camera("people", base.camLens))
        self._eye.node().setCameraMask(PEOPLE)
        self._view = self._buffer.makeDisplayRegion()
        self._view.setCamera(self._eye)
        base.cam.node().setCameraMask(ROOM)
        room.hide(PEOPLE)
        people.hide(ROOM)
        self._flat = NodePath("layer")
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
        self.step()

    def step(self) -> None:
        """Fits the layer to the picture and to where people stand in it; call once a frame."""
        base = self._base
        picture = (base.win.getXSize(), base.win.getYSize())
        seen = base.render.getMat(base.cam) * base.camLens.getProjectionMat()
        held = None if self.hulls is None else np.concatenate(self.hulls)
        if picture == self._fitted and self._moved_little(held, seen):
            return
        resized = picture != self._fitted
        self._fitted, self._seen_from = picture, LMatrix4f(seen)
        told = self.hulls is not None and self.hulls is not SEATED
        if resized or told != self._told:
            self._frame, self._told, resized = Frame(0, 0, 0, 0), told, True
        self._held = held
        if self.hulls is None:
            tiles = whole(picture)
        else:
            tiles = tiles_of(self.hulls, seen, picture, base.camLens.getNear(), SLACK_M)
        if not np.array_equal(tiles, self._tiles):
            self._tiles = tiles
            self._shape.show(rectangles(tiles), picture)
            resized = resized or not self._frame.holds(frame_of(tiles, picture))
        if resized:
            self._fit_buffer()

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
        self._frame = Frame(0, 0, 0, 0)
        self._fit_buffer()

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

    def _moved_little(self, held: Floats | None, seen_from: LMatrix4f) -> bool:
        """Whether the tiles that hold people still do."""
        if not seen_from.almostEqual(self._seen_from, 1e-4):
            return False
        if held is None or self._held is None:
            return held is None and self._held is None
        near = held.shape == self._held.shape
        return near and bool(np.abs(held - self._held).max() < SLACK_M / _DIAGONAL)

    def _fit_buffer(self) -> None:
        """Makes the buffer as large as the part of the picture in which people are.

        Clearing it is a good part of what a frame costs. It grows by more than is needed now and
        never shrinks while the picture stays, so that it is seldom made anew.
        """
        width, height = self._fitted
        frame = Frame(0, 0, width, height)
        if self.hulls is not None and self._scale == 1.0:
            needed = frame_of(self._tiles, self._fitted)
            held = self._frame if self._frame.within(frame) else needed
            frame = frame.shared(needed.joined(held).grown(_SPARE_PX))
        self._frame = frame
        across, up = round(frame.width * self._scale), round(frame.height * self._scale)
        self._buffer.setSize(across, up)
        # The whole picture's view, of which the buffer holds a part. The engine rounds edges
        # toward zero after adding a half, which takes negative ones one pixel too far.
        self._view.setDimensions(
            -(frame.left + 0.75) / frame.width if frame.left else 0.0,
            (width - frame.left) / frame.width,
            -(frame.bottom + 0.75) / frame.height if frame.bottom else 0.0,
            (height - frame.bottom) / frame.height,
        )
        self._flat.setShaderInput("origin", Vec2(frame.left, frame.bottom))
        self._flat.setShaderInput("pixel", Vec2(1.0 / frame.width, 1.0 / frame.height))

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
        first = self._flat.attachNewNode(PandaNode("cards"))
        first.attachNewNode(self._shape.node)
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
        second = self._flat.attachNewNode(PandaNode("cards with steps"))
        second.attachNewNode(self._shape.node)
        second.setBin("fixed", 1)
        second.setY(0.5)
        second.setDepthWrite(False)
        second.setShader(smooth)
        self._region.setClearDepthActive(True)
        return [first, second]
