"""The key light's own view of people, from which the full quality takes their shadows.

A camera looks along the key light at the box that a seated person fills and keeps depth alone.
The programs of the full quality compare every pixel's depth in that view with it (after Williams,
"Casting curved shadows on curved surfaces", 1978), over a disc of taps so that edges are soft
(Reeves et al., 1987). A moving hand so darkens the chest, a head the shoulder, a fringe the brow.
"""

from __future__ import annotations

from typing import Any

from panda3d.core import (
    Camera,
    CullFaceAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    GraphicsPipe,
    LMatrix4f,
    NodePath,
    OrthographicLens,
    Point3,
    SamplerState,
    Texture,
    Vec3,
    Vec4,
    WindowProperties,
)

from game.stage import shading

SIZE_PX = 2048
"""Side of the map; a pixel is about 0.8 mm of a person."""

_LOW, _HIGH = (-0.62, -0.80, 0.60), (0.62, 0.25, 1.58)
"""Box that holds a seated person in the room's axes, metres."""
_SOFT_M = 0.006
"""Radius of the disc of taps: half the width of a shadow's edge."""
_SLACK_M = 0.003
"""How far behind the map a place may lie before it is in shadow; hides the map's own steps."""
_BACK_M = 3.0
_PRIORITY = 20


class ShadowMap:
    """Draws the depth of people as the key light sees them, before each frame.

    Args:
        base: the ``ShowBase``.
        people: what casts shadows and receives them.
        toward: direction to the key light in the room's axes, need not be unit.

    Raises:
        LookupError: the driver refuses a buffer of depth.
    """

    def __init__(self, base: Any, people: NodePath, toward: tuple[float, float, float]) -> None:
        self._base, self._people = base, people
        self._depth = Texture("key light's depth")
        self._depth.setFormat(Texture.FDepthComponent24)
        self._depth.setMinfilter(SamplerState.FT_nearest)
        self._depth.setMagfilter(SamplerState.FT_nearest)
        self._depth.setWrapU(SamplerState.WM_border_color)
        self._depth.setWrapV(SamplerState.WM_border_color)
        self._depth.setBorderColor((1, 1, 1, 1))
        self._buffer = self._open()
        self._buffer.addRenderTexture(
            self._depth, GraphicsOutput.RTMBindOrCopy, GraphicsOutput.RTPDepth
        )
        lens = OrthographicLens()
        node = Camera("key light", lens)
        node.setCameraMask(shading.SHADOW)
        state = NodePath("depth alone")
        state.setShader(shading.depth_shader(), 100)
        state.setAttrib(CullFaceAttrib.make(CullFaceAttrib.MCullNone), 100)
        node.setInitialState(state.getState())
        node.setScene(people)
        self._eye: NodePath = people.attachNewNode(node)
        self._buffer.makeDisplayRegion().setCamera(self._eye)
        self._aim(lens, Vec3(*toward))

    def remove(self) -> None:
        """Ends the map; people are shadowed by what was baked again."""
        self._base.graphicsEngine.removeWindow(self._buffer)
        if not self._people.isEmpty():
            for name in ("shadow_depth", "shadow_view", "shadow_reach"):
                self._people.clearShaderInput(name)
        self._eye.removeNode()

    def _open(self) -> GraphicsOutput:
        wanted = FrameBufferProperties()
        wanted.setDepthBits(24)
        base = self._base
        buffer = base.graphicsEngine.makeOutput(
            base.pipe,
            "key light",
            -20,
            wanted,
            WindowProperties.size(SIZE_PX, SIZE_PX),
            GraphicsPipe.BFRefuseWindow,
            base.win.getGsg(),
            base.win,
        )
        if buffer is None:
            raise LookupError("the driver refuses a shadow map: shadows are those baked")
        return buffer

    def _aim(self, lens: OrthographicLens, toward: Vec3) -> None:
        """Turns the camera along the light, fits its film to the box, and tells the programs."""
        people, eye = self._people, self._eye
        toward.normalize()
        middle = Point3(*((low + high) / 2 for low, high in zip(_LOW, _HIGH, strict=True)))
        eye.setPos(middle + toward * _BACK_M)
        eye.lookAt(middle)
        corners = [
            eye.getRelativePoint(
                people, Point3(*((_HIGH if i >> axis & 1 else _LOW)[axis] for axis in range(3)))
            )
            for i in range(8)
        ]
        wide = 2 * max(abs(corner.x) for corner in corners)
        tall = 2 * max(abs(corner.z) for corner in corners)
        near = min(corner.y for corner in corners) - 0.3
        far = max(corner.y for corner in corners) + 0.3
        lens.setFilmSize(wide, tall)
        lens.setNearFar(near, far)
        halved = LMatrix4f.translateMat(1, 1, 1) * LMatrix4f.scaleMat(0.5)
        view = people.getMat(eye) * lens.getProjectionMat() * halved
        people.setShaderInput("shadow_depth", self._depth, _PRIORITY)
        people.setShaderInput("shadow_view", view, _PRIORITY)
        reach = Vec4(_SOFT_M / wide, _SOFT_M / tall, _SLACK_M / (far - near), 0)
        people.setShaderInput("shadow_reach", reach, _PRIORITY)
