"""What a light sees of a room, drawn by the graphics driver."""

from __future__ import annotations

import math
from types import TracebackType

import numpy as np
from direct.showbase.ShowBase import ShowBase
from numpy.typing import NDArray
from panda3d.core import (
    Camera,
    CullFaceAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    GraphicsPipe,
    Lens,
    NodePath,
    OrthographicLens,
    PerspectiveLens,
    Point3,
    Texture,
    WindowProperties,
)

Floats = NDArray[np.float32]

_FIELD_DEG = 150.0
_NEAR_M, _FAR_M = 0.02, 14.0
_AFAR_M = 10.0


class Shadows:
    """Depth pictures of a scene from any place; a context manager that frees them.

    Args:
        base: whose driver draws. Its window stands still meanwhile.
        scene: what blocks light.
        size: pixels a side of a picture.

    Attributes:
        working: False where the driver gives no depth back; everything is then lit.
    """

    def __init__(self, base: ShowBase, scene: NodePath, size: int = 512) -> None:
        self._engine = base.graphicsEngine
        self._window = base.win
        self._was_active = bool(base.win.isActive())
        base.win.setActive(False)
        self._scene = scene
        scene.setAttrib(CullFaceAttrib.make(CullFaceAttrib.MCullNone))
        self._size = size
        self._texture = Texture("depth")
        self._texture.setFormat(Texture.FDepthComponent)
        self._texture.setComponentType(Texture.TFloat)
        buffers = FrameBufferProperties()
        buffers.setDepthBits(24)
        self._buffer: GraphicsOutput | None = self._engine.makeOutput(
            base.pipe,
            "depth",
            -10,
            buffers,
            WindowProperties.size(size, size),
            GraphicsPipe.BFRefuseWindow,
            base.win.getGsg(),
            base.win,
        )
        self._camera = scene.attachNewNode(Camera("light"))
        self._wide = PerspectiveLens()
        self._wide.setFov(_FIELD_DEG, _FIELD_DEG)
        self._wide.setNearFar(_NEAR_M, _FAR_M)
        self._parallel = OrthographicLens()
        self._parallel.setFilmSize(9.0, 9.0)
        self._parallel.setNearFar(0.1, 2 * _AFAR_M)
        self.working = self._buffer is not None
        if self._buffer is not None:
            self._buffer.addRenderTexture(
                self._texture, GraphicsOutput.RTMCopyRam, GraphicsOutput.RTPDepth
            )
            self._buffer.setClearDepthActive(True)
            self._buffer.makeDisplayRegion().setCamera(self._camera)
            self._engine.renderFrame()
            self.working = bool(self._texture.hasRamImage())

    def __enter__(self) -> Shadows:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._buffer is not None:
            self._engine.removeWindow(self._buffer)
        self._camera.removeNode()
        self._window.setActive(self._was_active)

    def seen(self, spot: Floats, facing: Floats, points: Floats) -> Floats:
        """How much of a light at ``spot`` that shines toward ``facing`` each point gets; 0–1.

        Args:
            spot: the light, (3,), metres.
            facing: unit, (3,); it sees 75° to every side.
            points: (n, 3), metres.
        """
        if not self.working:
            return np.ones(len(points), np.float32)
        self._look(self._wide, spot, facing)
        column, row, deep = self._projected(self._wide, points)
        depth = self._depth()
        inside = (np.abs(column) < 1) & (np.abs(row) < 1) & (deep > 0)
        met = depth[self._pixel(row), self._pixel(column)]
        # Stored depth is the share of the way from near to far, in 1/distance.
        met = _NEAR_M * _FAR_M / (_FAR_M - met * (_FAR_M - _NEAR_M))
        # What a pixel spans at this distance must not shade itself.
        return (inside & (deep < met * 1.012 + 0.012)).astype(np.float32)

    def seen_from_afar(self, toward: Floats, points: Floats) -> Floats:
        """Whether each point sees a far light in the direction ``toward``; 0 or 1 each."""
        if not self.working:
            return np.ones(len(points), np.float32)
        unit = toward / np.linalg.norm(toward)
        self._look(self._parallel, np.array([0.2, 0.2, 1.2], np.float32) + unit * _AFAR_M, -unit)
        column, row, _ = self._projected(self._parallel, points)
        depth = self._depth()
        met = depth[self._pixel(row), self._pixel(column)] * (2 * _AFAR_M - 0.1) + 0.1
        deep = _AFAR_M - (points - np.array([0.2, 0.2, 1.2], np.float32)) @ unit
        return (deep < met + 0.03).astype(np.float32)

    def _look(self, lens: Lens, spot: Floats, facing: Floats) -> None:
        node = self._camera.node()
        assert isinstance(node, Camera)
        node.setLens(lens)
        x, y, z = (float(v) for v in spot)
        self._camera.setPos(x, y, z)
        ahead = Point3(*(float(a + b) for a, b in zip(spot, facing, strict=True)))
        up = (0.0, 1.0, 0.0) if abs(float(facing[2])) > 0.95 else (0.0, 0.0, 1.0)
        self._camera.lookAt(ahead, up)
        self._engine.renderFrame()

    def _projected(self, lens: Lens, points: Floats) -> tuple[Floats, Floats, Floats]:
        """Column and row in −1…1, and the distance along the look (perspective only)."""
        view = np.array(self._camera.getMat(self._scene), np.float64).reshape(4, 4)
        whole = np.linalg.inv(view) @ np.array(lens.getProjectionMat()).reshape(4, 4)
        seen = points @ whole[:3].astype(np.float32) + whole[3].astype(np.float32)
        deep = np.where(np.abs(seen[:, 3]) < 1e-6, np.float32(1e-6), seen[:, 3])
        return seen[:, 0] / deep, seen[:, 1] / deep, deep

    def _depth(self) -> Floats:
        stored = np.frombuffer(memoryview(self._texture.getRamImage()), np.float32)
        return stored.reshape(self._size, self._size)

    def _pixel(self, place: Floats) -> NDArray[np.intp]:
        last = self._size - 1
        at = np.nan_to_num((place + 1) * (self._size / 2), posinf=math.inf, neginf=-math.inf)
        return np.clip(at, 0, last).astype(np.intp)
