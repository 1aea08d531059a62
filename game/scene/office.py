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

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from panda3d.core import (
    CardMaker,
    ColorWriteAttrib,
    Lens,
    LMatrix4f,
    NodePath,
    PerspectiveLens,
    SamplerState,
    Texture,
    Vec3,
)

from game.places import DESK_EDGE_M, DESK_HEIGHT_M, PEN, SEAT_HEIGHT_M
from game.rooms import lightmap
from game.rooms.store import load_or_bake, room_lights
from game.scene.settings import CameraSettings, RoomSettings
from game.stage import parallax, shading
from game.stage.backdrop import developed, drawn_apart, focused, make_clear
from game.stage.base import Stage
from game.stage.canvas import upload
from game.stage.layers import PEOPLE
from game.stage.parallax import Frustum
from perception.paths import cache_dir

__all__ = [
    "DESK_EDGE_M",
    "DESK_HEIGHT_M",
    "SEAT_HEIGHT_M",
    "CameraSettings",
    "Office",
    "RoomSettings",
]

EYE_REACH_M = (0.36, 0.31, 0.21)
"""Farthest the eye goes from its place in ``follow``: sideways, ahead or back, up or down."""
_FARTHEST_M = 6.0
"""Of the room, from the eye; what is seen through its window is painted there."""


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
        folder = cache or cache_dir() / "rooms"
        baked = load_or_bake(folder, name, hour, stage.base)
        drawn = {key: NodePath(lightmap.node(key, *mesh)) for key, mesh in baked.meshes.items()}
        self.far, self.near = drawn["far"], drawn["near"]
        self.hiding, self.pen = drawn["hiding"], drawn["pen"]
        lightmap.show(drawn.values(), baked.paint, baked.light)
        make_clear(drawn["clear"])
        drawn["clear"].reparentTo(self.near)
        self.hiding.reparentTo(self._root)
        self.hiding.setAttrib(ColorWriteAttrib.make(ColorWriteAttrib.COff))
        self.hiding.setBin("background", 1)
        if shading.supported(stage.base.win.getGsg()):
            self.hiding.setShader(shading.depth_shader())
        self.pen.reparentTo(self._root)
        x, y, top = PEN.center
        self.pen.setPos(x, y, top - PEN.size[2] / 2)
        self.pen.setH(PEN.yaw_deg)
        self._backdrop: NodePath = stage.camera.attachNewNode("backdrop")
        self._backdrop_size = (0, 0)
        self._sheets: NodePath | None = None
        self.look(self.camera)
        stage.show_people(self._backdrop, self._root, self.lights.key_direction)

    def look(self, camera: CameraSettings) -> None:
        """Puts the eye elsewhere and makes the backdrop anew; takes a few tenths of a second."""
        self.camera = camera
        eye, lens = self.stage.camera, self.stage.lens
        eye.reparentTo(self.stage.scene)
        eye.setPos(0.0, -camera.distance_m, camera.height_m)
        eye.lookAt(self.stage.scene, 0.0, 0.0, camera.aim_height_m)
        self._home = eye.getMat(self.stage.scene)
        lens.setFilmOffset(0.0, 0.0)
        lens.setMinFov(camera.fov_deg)
        self._make_backdrop()
        if self._sheets is not None:
            self._bend()

    def follow(self, offset: Vec3) -> None:
        """Shows the room as through a window, from an eye that has moved.

        The first call draws the room anew, wider and in depth; that takes about a second.

        Args:
            offset: to the candidate's right, ahead (level) and up; metres.
        """
        if self._sheets is None:
            self._bend()
        own = self._home.xformVec(Vec3(0, 1, 0))
        level = Vec3(own.x, own.y, 0)
        level.normalize()
        moved = Vec3(1, 0, 0) * offset.x + level * offset.y + Vec3(0, 0, 1) * offset.z
        back = LMatrix4f(self._home)
        back.invertInPlace()
        eye = self.stage.camera
        eye.setMat(self.stage.scene, self._home)
        eye.setPos(self.stage.scene, self._home.getRow3(3) + moved)
        parallax.aim(self.stage.lens, self._straight, back.xformVec(moved))

    def step(self) -> None:
        """Makes the backdrop anew if the picture's size has changed; call once a frame."""
        if self.stage.size != self._backdrop_size:
            self.look(self.camera)

    def remove(self) -> None:
        """Takes the room out of the scene."""
        self.stage.hide_people()
        self._backdrop.removeNode()
        if self._sheets is not None:
            self.near.detachNode()
            self._sheets.removeNode()
        parallax.straighten(self.stage.lens, Frustum.of(self.stage.lens))
        for part in (self.far, self.near, self.pen):
            part.removeNode()
        self._root.removeNode()

    def _make_backdrop(self) -> None:
        self._backdrop_size = self.stage.size
        self._straight = Frustum.of(self.stage.lens)
        behind, depth = self._draw(self.far, self.stage.lens, self._backdrop_size)
        behind = focused(behind[..., :3], depth, self.camera.blur * self._backdrop_size[1])
        # Cleared to transparent black, a part comes already multiplied with its coverage.
        before, _ = self._draw(self.near, self.stage.lens, self._backdrop_size)
        picture = before[..., :3] + behind * (1.0 - before[..., 3:] / 255.0)
        # texels fall on pixels
        texture = _texture("backdrop", developed(picture), SamplerState.FTNearest)
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

    def _draw(
        self, part: NodePath, lens: Lens, size: tuple[int, int]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return drawn_apart(self.stage, part, lens, self._home, size)

    def _bend(self) -> None:
        """Draws the room wider than the picture, and in depth, for an eye that moves."""
        wide = self._straight.wider(EYE_REACH_M, _FARTHEST_M)
        lens = PerspectiveLens()
        lens.setNearFar(self.stage.lens.getNear(), self.stage.lens.getFar())
        lens.setFilmSize(2 * wide.across, 2 * wide.up)
        lens.setFocalLength(1.0)
        width, height = self._backdrop_size
        size = (
            round(width * wide.across / self._straight.across),
            round(height * wide.up / self._straight.up),
        )
        behind, far_m = self._draw(self.far, lens, size)
        behind = focused(behind[..., :3], far_m, self.camera.blur * height)
        if self._sheets is not None:
            self.near.detachNode()
            self._sheets.removeNode()
        self._sheets = self.stage.scene.attachNewNode("room in depth")
        self._sheets.hide(PEOPLE)
        far = self._sheets.attachNewNode(parallax.sheet("far sheet", far_m, wide))
        far.setMat(self._home)
        picture = developed(behind, vignette=False)
        far.setTexture(_texture("far", picture, SamplerState.FTLinear))
        if shading.supported(self.stage.base.win.getGsg()):
            far.setShader(shading.sheet_shader())
        far.setBin("background", 0)
        far.setDepthWrite(False)
        far.setDepthTest(False)
        # chair and desk are too near for a bent picture: drawn every frame
        self.near.reparentTo(self._sheets)
        self._backdrop.hide()


def _texture(name: str, picture: NDArray[np.uint8], filtered: SamplerState.FilterType) -> Texture:
    """A picture, (H, W, 3 or 4) 0–255, as a texture whose edge goes on."""
    texture = Texture(name)
    upload(texture, picture)
    texture.setWrapU(SamplerState.WM_clamp)
    texture.setWrapV(SamplerState.WM_clamp)
    texture.setMagfilter(filtered)
    texture.setMinfilter(filtered)
    return texture
