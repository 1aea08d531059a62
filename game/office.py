"""The office in which the interview takes place: one of three rooms, at an hour of the day.

Axes: metres; x to the candidate's right, y away from the candidate, z up; the origin is on the
floor below the recruiter's hips. The recruiter faces −y.

A room's geometry, paints and light are computed once (``game.rooms``) and kept in a cache folder.
The room is then drawn once per size of the picture, four samples per pixel, as a camera that is
focused on the recruiter sees it, and shown as a backdrop. The desk and what stands on it are drawn
every frame only into the depth buffer, so that they still hide what is behind them. A still room so
costs a software renderer one rectangle, and has the smooth edges that ``p3headlessgl`` could not
give it otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    CardMaker,
    ColorBlendAttrib,
    ColorWriteAttrib,
    FrameBufferProperties,
    GraphicsOutput,
    NodePath,
    SamplerState,
    Texture,
)

from game import shading
from game.bake.cache import cache_folder
from game.rooms import lightmap
from game.rooms.daylight import FIRST_HOUR, LAST_HOUR, hour_now
from game.rooms.places import DESK_EDGE_M, DESK_HEIGHT_M, PEN, SEAT_HEIGHT_M
from game.rooms.store import ROOMS, load_or_bake, room_lights
from game.screens.canvas import upload
from game.stage import Stage
from perception.errors import DeviceError

__all__ = [
    "DESK_EDGE_M",
    "DESK_HEIGHT_M",
    "SEAT_HEIGHT_M",
    "CameraSettings",
    "Office",
    "RoomSettings",
]

Floats = NDArray[np.float32]

_SUPERSAMPLING = 2
_FOCUS_M = 1.35


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


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """Which room it is, and when."""

    name: str = "auto"
    """auto (the recruiter's own, else corporate), corporate, startup or university."""

    hour: float | str = 10.0
    """Hour of the day by the sun, 8 to 19, or now: by this machine's clock, to a whole hour."""

    def __post_init__(self) -> None:
        if self.name != "auto" and self.name not in ROOMS:
            raise ValueError(f"name is '{self.name}'; use auto, {', '.join(ROOMS)}")
        if isinstance(self.hour, str):
            fits = self.hour == "now"
        else:
            fits = not isinstance(self.hour, bool) and FIRST_HOUR <= self.hour <= LAST_HOUR
        if not fits:
            raise ValueError(
                f"hour is {self.hour}; use {FIRST_HOUR:.0f} to {LAST_HOUR:.0f}, or now"
            )

    @property
    def room(self) -> str:
        """The room's name once nobody else has a say."""
        return "corporate" if self.name == "auto" else self.name

    @property
    def time_h(self) -> float:
        """The hour as a number."""
        return hour_now() if isinstance(self.hour, str) else float(self.hour)


class Office:
    """Furniture, walls and view, and the camera that sees them.

    Args:
        stage: where it is built; its camera is put where the candidate's eye is.
        camera: see ``CameraSettings``.
        cache: folder for the baked rooms; by default beside the baked humans.
        room: see ``RoomSettings``.

    Attributes:
        lights: the room's light, for people in it.
        far: what lies behind the recruiter.
        near: chair, desk and what stands on it, in focus; glass last.
        hiding: desk and things that can hide parts of the recruiter; depth only, every frame.
        pen: the pen on the notebook, in the scene; a hand may take it.
        seat: on the floor below the recruiter's hips, axes parallel to the room's; who sits here
            faces −y.

    Raises:
        StorageError: the cache folder cannot be written.
    """

    def __init__(
        self,
        stage: Stage,
        camera: CameraSettings | None = None,
        cache: Path | None = None,
        room: RoomSettings | None = None,
    ) -> None:
        self.stage = stage
        self.camera = camera or CameraSettings()
        self.room = room or RoomSettings()
        name, hour = self.room.room, self.room.time_h
        self._root = stage.scene.attachNewNode("office")
        self.seat = self._root.attachNewNode("recruiter's seat")
        self.lights = room_lights(name, hour)
        folder = cache or cache_folder().parent / "rooms"
        baked = load_or_bake(folder, name, hour, stage.base)
        drawn = {key: NodePath(lightmap.node(key, *mesh)) for key, mesh in baked.meshes.items()}
        self.far, self.near = drawn["far"], drawn["near"]
        self.hiding, self.pen = drawn["hiding"], drawn["pen"]
        lightmap.show(drawn.values(), baked.paint, baked.light)
        _make_clear(drawn["clear"])
        drawn["clear"].reparentTo(self.near)
        self.hiding.reparentTo(self._root)
        self.hiding.setAttrib(ColorWriteAttrib.make(ColorWriteAttrib.COff))
        self.hiding.setBin("background", 1)
        self.pen.reparentTo(self._root)
        x, y, top = PEN.center
        self.pen.setPos(x, y, top - PEN.size[2] / 2)
        self.pen.setH(PEN.yaw_deg)
        self._backdrop: NodePath = stage.camera.attachNewNode("backdrop")
        self._backdrop_size = (0, 0)
        self.look(self.camera)
        stage.show_people(self._backdrop, self._root)

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
        self.stage.hide_people()
        self._backdrop.removeNode()
        for part in (self.far, self.near, self.pen):
            part.removeNode()
        self._root.removeNode()

    def _make_backdrop(self) -> None:
        self._backdrop_size = self.stage.size
        behind, depth = self._draw(self.far)
        behind = _focused(behind[..., :3], depth, self.camera.blur * self._backdrop_size[1])
        # Cleared to transparent black, a part comes already multiplied with its coverage.
        before, _ = self._draw(self.near)
        picture = before[..., :3] + behind * (1.0 - before[..., 3:] / 255.0)
        texture = Texture("backdrop")
        upload(texture, _developed(picture))
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

    def _draw(self, part: NodePath) -> tuple[Floats, Floats]:
        """One part by itself: colours (H, W, 4), 0–255, transparent elsewhere; metres (H, W)."""
        base = self.stage.base
        width, height = (side * _SUPERSAMPLING for side in self._backdrop_size)
        texture, depth = Texture(part.getName()), Texture("depth")
        depth.setFormat(Texture.FDepthComponent)
        depth.setComponentType(Texture.TFloat)
        buffers = FrameBufferProperties()
        buffers.setRgbaBits(8, 8, 8, 8)
        buffers.setDepthBits(24)
        buffer = base.win.makeTextureBuffer(part.getName(), width, height, texture, True, buffers)
        if buffer is None:
            raise DeviceError(
                "the graphics driver has no memory for the backdrop: use a smaller size"
            )
        if part is self.far:
            buffer.addRenderTexture(depth, GraphicsOutput.RTMCopyRam, GraphicsOutput.RTPDepth)
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
        metres = np.full(picture.shape[:2], np.float32(4.0))
        if depth.hasRamImage():
            near, far = self.stage.lens.getNear(), self.stage.lens.getFar()
            seen = np.frombuffer(memoryview(depth.getRamImage()), np.float32)
            seen = seen.reshape(height, width)[::-_SUPERSAMPLING, ::_SUPERSAMPLING]
            metres = np.asarray(near * far / (far - seen * (far - near)), np.float32)
        base.graphicsEngine.removeWindow(buffer)
        base.camList.remove(eye)
        eye.removeNode()
        part.detachNode()
        return picture, metres


def _make_clear(glass: NodePath) -> None:
    """Blends glass over what stands behind it, its cover added up for the backdrop."""
    covered = ColorBlendAttrib.OOneMinusIncomingAlpha
    glass.setAttrib(
        ColorBlendAttrib.make(
            ColorBlendAttrib.MAdd,
            ColorBlendAttrib.OIncomingAlpha,
            covered,
            ColorBlendAttrib.MAdd,
            ColorBlendAttrib.OOne,
            covered,
        )
    )
    glass.setDepthWrite(False)
    glass.setBin("fixed", 0)


def _focused(picture: Floats, depth: Floats, sigma: float) -> Floats:
    """What lies behind the plane of focus, as blurred as its distance makes it.

    A lens's circle of confusion grows with 1/focus − 1/distance. ``sigma`` is the blur in pixels
    at 4 m from the eye.
    """
    if sigma <= 0.0:
        return picture
    share = np.maximum(1 / _FOCUS_M - 1 / depth, 0.0) / (1 / _FOCUS_M - 1 / 4.0)
    share = np.asarray(cv2.GaussianBlur(share, (0, 0), max(0.5, sigma)), np.float32)
    levels = (0.35, 0.7, 1.0, 1.4)
    blurred = [
        np.asarray(cv2.GaussianBlur(picture, (0, 0), level * sigma), np.float32) for level in levels
    ]
    result = blurred[0]
    for low, high, softer in zip(levels, levels[1:], blurred[1:], strict=False):
        mix = np.clip((share - low) / (high - low), 0.0, 1.0)[..., None]
        result = result + (softer - result) * mix
    return result


def _developed(picture: Floats) -> NDArray[np.uint8]:
    """What lens and film add: a veil round bright windows, darker corners, a little grain.

    Args:
        picture: (H, W, 3), 0–255.
    """
    height, width = picture.shape[:2]
    bright = np.clip(picture - 205.0, 0, None)
    quarter = cv2.resize(bright, (max(1, width // 4), max(1, height // 4)))
    veil = sum(
        share * cv2.GaussianBlur(quarter, (0, 0), reach * height / 4)
        for share, reach in ((0.35, 0.012), (0.40, 0.05), (0.45, 0.14))
    )
    picture = picture + cv2.resize(np.asarray(veil, np.float32), (width, height))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) / 0.5
    picture = picture * (1 - 0.17 * away**1.5)[..., None]
    # A slight S: deeper shadows, softer lights.
    share = np.clip(picture / 255.0, 0, 1)
    share += 0.10 * (share * share * (3 - 2 * share) - share)
    grain = np.random.default_rng(4).normal(0, 1.3, (height, width, 1)).astype(np.float32)
    return np.clip(share * 255 + grain + 0.5, 0, 255).astype(np.uint8)
