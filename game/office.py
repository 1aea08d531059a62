"""The office in which the interview takes place, modelled in code.

Axes: metres; x to the candidate's right, y away from the candidate, z up; the origin is on the
floor below the recruiter's hips. The recruiter faces −y.

The room's light is computed once (``game.lighting``) and kept in a cache folder. The room itself
is then drawn once per size of the picture, four samples per pixel, what lies behind the recruiter
in a camera's soft focus, and shown as a backdrop. The desk and what stands on it are drawn every
frame only into the depth buffer, so that they still hide what is behind them. A still room so costs
a software renderer one rectangle, and has the smooth edges that ``p3headlessgl`` could not give it
otherwise.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    CardMaker,
    ColorWriteAttrib,
    FrameBufferProperties,
    NodePath,
    SamplerState,
    Texture,
)

from game import furnishing, lighting, modelling, painting, shading
from game.bake.cache import cache_folder
from game.furnishing import DESK_EDGE_M, DESK_HEIGHT_M, SEAT_HEIGHT_M
from game.modelling import Model
from game.screens.canvas import upload
from game.stage import Stage
from perception.errors import DeviceError, StorageError

__all__ = ["DESK_EDGE_M", "DESK_HEIGHT_M", "SEAT_HEIGHT_M", "CameraSettings", "Office"]

_SUPERSAMPLING = 2


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """Where the candidate's eye is and how it looks."""

    height_m: float = 1.27
    """Metres from the floor; a seated adult's eye."""

    distance_m: float = 1.40
    """Metres from the origin to the eye, along −y; the recruiter's eyes are 0.1 m nearer."""

    fov_deg: float = 37.0
    """Vertical field of view in degrees."""

    aim_height_m: float = 0.975
    """Height above the floor, over the origin, that the middle of the picture shows; metres."""

    blur: float = 0.0022
    """Standard deviation of the backdrop's blur, as a share of the picture's height; 0 is sharp."""

    def __post_init__(self) -> None:
        if not 0.6 <= self.height_m <= 2.0:
            raise ValueError(f"height_m is {self.height_m}; use 0.6 to 2.0")
        if not 0.7 <= self.distance_m <= 3.0:
            raise ValueError(f"distance_m is {self.distance_m}; use 0.7 to 3.0")
        if not 20.0 <= self.fov_deg <= 70.0:
            raise ValueError(f"fov_deg is {self.fov_deg}; use 20 to 70")
        if not 0.4 <= self.aim_height_m <= 1.8:
            raise ValueError(f"aim_height_m is {self.aim_height_m}; use 0.4 to 1.8")
        if not 0.0 <= self.blur <= 0.02:
            raise ValueError(f"blur is {self.blur}; use 0 to 0.02")


class Office:
    """Furniture, walls and view, and the camera that sees them.

    Args:
        stage: where it is built; its camera is put where the candidate's eye is.
        camera: see ``CameraSettings``.
        cache: folder for the baked room; by default beside the baked humans.

    Attributes:
        far: what lies behind the recruiter, in focus only where the camera's blur is 0.
        near: chair and desk, in focus.
        hiding: desk and things that can hide parts of the recruiter; depth only, every frame.
        seat: on the floor below the recruiter's hips, axes parallel to the room's; who sits here
            faces −y.

    Raises:
        StorageError: the cache folder cannot be written.
    """

    def __init__(
        self, stage: Stage, camera: CameraSettings | None = None, cache: Path | None = None
    ) -> None:
        self.stage = stage
        self.camera = camera or CameraSettings()
        self._root = stage.scene.attachNewNode("office")
        self.seat = self._root.attachNewNode("recruiter's seat")
        far, near = furnishing.far_model(), furnishing.near_model()
        lit, painted = _load_or_bake(cache or cache_folder().parent / "rooms", far, near)
        paint = Texture("office")
        upload(paint, painted)
        paint.setMinfilter(SamplerState.FT_linear_mipmap_linear)
        split = len(far.places)
        self.far = NodePath(far.node("far", lit[:split]))
        self.near = NodePath(near.node("near", lit[split:]))
        hiding = furnishing.hiding_model()
        self.hiding = self._root.attachNewNode(
            hiding.node("hiding", np.ones((len(hiding.places), 3), np.float32))
        )
        self.hiding.setAttrib(ColorWriteAttrib.make(ColorWriteAttrib.COff))
        self.hiding.setBin("background", 1)
        for part in (self.far, self.near):
            part.setTexture(paint)
        self._backdrop: NodePath = stage.camera.attachNewNode("backdrop")
        self._backdrop_size = (0, 0)
        self.look(self.camera)

    def look(self, camera: CameraSettings) -> None:
        """Puts the eye elsewhere and makes the backdrop anew; takes a few tenths of a second."""
        self.camera = camera
        eye, lens = self.stage.camera, self.stage.lens
        eye.reparentTo(self.stage.scene)
        eye.setPos(0.0, -camera.distance_m, camera.height_m)
        eye.lookAt(self.stage.scene, 0.0, 0.0, camera.aim_height_m)
        lens.setMinFov(camera.fov_deg)
        self._make_backdrop()

    def step(self) -> None:
        """Makes the backdrop anew if the picture's size has changed; call once a frame."""
        if self.stage.size != self._backdrop_size:
            self._make_backdrop()

    def remove(self) -> None:
        """Takes the room out of the scene."""
        self._backdrop.removeNode()
        self.far.removeNode()
        self.near.removeNode()
        self._root.removeNode()

    def _make_backdrop(self) -> None:
        self._backdrop_size = self.stage.size
        height = self._backdrop_size[1]
        sigma = self.camera.blur * height
        behind = np.ascontiguousarray(self._draw(self.far)[..., :3])
        if sigma > 0.0:
            cv2.GaussianBlur(behind, (0, 0), sigma, behind, borderType=cv2.BORDER_REPLICATE)
        # Cleared to transparent black, the near part comes already multiplied with its coverage.
        before = self._draw(self.near)
        picture = before[..., :3] + behind * (1.0 - before[..., 3:] / 255.0)
        texture = Texture("backdrop")
        upload(texture, np.clip(picture + 0.5, 0, 255).astype(np.uint8))
        texture.setWrapU(SamplerState.WM_clamp)
        texture.setWrapV(SamplerState.WM_clamp)
        texture.setMagfilter(SamplerState.FT_nearest)
        texture.setMinfilter(SamplerState.FT_nearest)
        self._backdrop.getChildren().detach()
        lens = self.stage.lens
        # A card that fills the frustum exactly, so texels fall on pixels.
        distance = lens.getFar() * 0.5
        half_x = distance * np.tan(np.radians(lens.getHfov() / 2))
        half_z = distance * np.tan(np.radians(lens.getVfov() / 2))
        maker = CardMaker("backdrop")
        maker.setFrame(-half_x, half_x, -half_z, half_z)
        card = self._backdrop.attachNewNode(maker.generate())
        card.setY(distance)
        card.setTexture(texture)
        if shading.supported(self.stage.base.win.getGsg()):
            card.setShader(shading.picture_shader())
        card.setBin("background", 0)
        card.setDepthWrite(False)
        card.setDepthTest(False)

    def _draw(self, part: NodePath) -> NDArray[np.float32]:
        """One part by itself; float32 (H, W, 4), 0–255, first row on top, transparent elsewhere."""
        base = self.stage.base
        width, height = (side * _SUPERSAMPLING for side in self._backdrop_size)
        texture = Texture(part.getName())
        buffers = FrameBufferProperties()
        buffers.setRgbaBits(8, 8, 8, 8)
        buffers.setDepthBits(24)
        buffer = base.win.makeTextureBuffer(part.getName(), width, height, texture, True, buffers)
        if buffer is None:
            raise DeviceError(
                "the graphics driver has no memory for the backdrop: use a smaller size"
            )
        buffer.setClearColor((0, 0, 0, 0))
        scene = NodePath("alone")
        part.reparentTo(scene)
        eye = base.makeCamera(buffer, scene=scene, lens=self.stage.lens)
        eye.reparentTo(scene)
        eye.setMat(self.stage.camera.getMat(self.stage.scene))
        base.graphicsEngine.renderFrame()
        stored = np.frombuffer(memoryview(texture.getRamImage()), np.uint8)
        fine = stored.reshape(height, width, 4)
        small = cv2.resize(fine, self._backdrop_size, interpolation=cv2.INTER_AREA)
        picture = small[::-1, :, [2, 1, 0, 3]].astype(np.float32)
        base.graphicsEngine.removeWindow(buffer)
        base.camList.remove(eye)
        eye.removeNode()
        part.detachNode()
        return picture


def _load_or_bake(
    folder: Path, far: Model, near: Model
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Light at every point of both models, (n, 3), and the painted atlas, (H, W, 3).

    Both take seconds to compute, so they are kept under a name made of all they depend on.
    """
    places = np.concatenate([far.places, near.places])
    normals = np.concatenate([far.normals, near.normals])
    modules = (lighting, furnishing, modelling, painting)
    sources = [Path(module.__file__ or "").read_bytes() for module in modules]
    digest = hashlib.sha256(b"".join([places.tobytes(), *sources])).hexdigest()
    path = folder / f"office-{digest[:16]}.npz"
    stored = _stored(path)
    if stored is not None:
        return stored
    part = None
    try:
        # Opened before the work, so that a folder which cannot be written is found out at once,
        # and renamed into place, so that an interrupted bake leaves nothing half-written behind.
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(suffix=".part", dir=folder)
        with os.fdopen(handle, "wb") as file:
            room = furnishing.room([*far.blocks, *near.blocks, *furnishing.sitter()])
            light = lighting.bake(room, places, normals)
            atlas = painting.atlas()
            np.savez(file, light=light, atlas=atlas)
        os.replace(part, path)
    except OSError as error:
        raise StorageError(
            f"cannot write the baked room to {folder} ({error.strerror}); "
            "make it writable or set RECRUITER_CACHE to another folder"
        ) from error
    finally:
        if part is not None:
            Path(part).unlink(missing_ok=True)
    return light, atlas


def _stored(path: Path) -> tuple[NDArray[np.float32], NDArray[np.uint8]] | None:
    """What the cache holds; None where it holds nothing or a damaged file."""
    try:
        with path.open("rb") as file, np.load(file) as kept:
            return kept["light"], kept["atlas"]
    except (FileNotFoundError, NotADirectoryError, zipfile.BadZipFile, ValueError, EOFError):
        return None
