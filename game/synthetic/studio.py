"""The synthetic candidate's own room: a plain wall, a window's light, a webcam at eye height."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from panda3d.core import CardMaker, NodePath, Texture, Vec3

from game.figure.human import Human
from game.figure.pose3d import apply_pose
from game.pose import Pose
from game.stage import shading
from game.stage.base import Stage

HORIZONTAL_FOV_DEG = 63.0
"""Of the camera; a common webcam's, and what perception assumes where it is not told."""
DISTANCE_M = 0.62
"""From the camera to the eyes."""


@dataclass(frozen=True, slots=True)
class Optics:
    """A webcam and where it stands."""

    horizontal_fov_deg: float = HORIZONTAL_FOV_DEG
    """Degrees seen from left to right."""
    distance_m: float = DISTANCE_M
    """Metres before the eyes of the upright human."""
    right_m: float = 0.0
    """Metres that it stands to image right of them."""
    up_m: float = 0.0
    """Metres that it stands above them."""
    yaw_deg: float = 0.0
    """Degrees that it is turned to image right."""
    pitch_deg: float = 0.0
    """Degrees that it looks up."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the drawn human's head truly is, in the axes of ``perception/types.py``."""

    rotation: NDArray[np.float64]
    """(3, 3), head axes to camera axes."""
    position_m: tuple[float, float, float]
    """Midpoint between the eyes from the camera."""


class Studio:
    """Draws one human as a webcam would see them.

    Args:
        identity: baked human: a name, or the path of a baked ``.bam``.
        width: pixels.
        height: pixels.
        stage: to draw on; an offscreen one of this size by default.
    """

    def __init__(
        self,
        identity: str | Path,
        width: int = 640,
        height: int = 360,
        stage: Stage | None = None,
    ) -> None:
        self.stage = stage or Stage(width, height, mode="offscreen", title="candidate")
        self.stage.keep_pictures(True)
        self.light()
        self._aspect = width / height
        self._wall: NodePath | None = None
        self.human = self._seat(identity)
        self.paint_wall(_plain_wall())
        self.place_camera()

    def seat(self, identity: str | Path) -> None:
        """Seats another human; the camera stays where it is."""
        self.human.remove()
        self.human = self._seat(identity)

    def light(self, lights: shading.Lights | None = None) -> None:
        """Changes the light; the default is a window at the picture's left."""
        shading.set_lights(self.stage.scene, lights)

    def place_camera(self, optics: Optics | None = None) -> None:
        """Puts a camera before the human as they sit now."""
        o = optics or Optics()
        eyes = self.human.eye_point()
        half = math.radians(o.horizontal_fov_deg / 2)
        self.stage.lens.set_fov(
            o.horizontal_fov_deg, 2 * math.degrees(math.atan(math.tan(half) / self._aspect))
        )
        self.stage.camera.set_pos(eyes.x + o.right_m, eyes.y - o.distance_m, eyes.z + o.up_m)
        self.stage.camera.set_hpr(-o.yaw_deg, o.pitch_deg, 0.0)

    def paint_wall(self, picture: NDArray[np.uint8]) -> None:
        """Hangs a picture over the wall two metres behind, (H, W, 3) uint8 RGB."""
        height, width = picture.shape[:2]
        texture = Texture("wall")
        texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, Texture.F_rgb8)
        texture.set_ram_image(np.ascontiguousarray(picture[::-1, :, ::-1]).tobytes())
        if self._wall is None:
            maker = CardMaker("wall")
            maker.set_frame(-4, 4, -1, 4)
            self._wall = self.stage.scene.attach_new_node(maker.generate())
            self._wall.set_y(2.0)
            self._wall.set_light_off()
            self._wall.set_shader_off()
        self._wall.set_texture(texture, 1)

    def draw(self, pose: Pose) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB of the human in this pose."""
        apply_pose(self.human, pose)
        self.stage.step()
        return self.stage.picture()

    def seen(self) -> Seen:
        """Where the head is, as it was last drawn."""
        camera, scene = self.stage.camera, self.stage.scene
        turn = camera.get_quat(scene).conjugate()
        head = self.human.head_quat
        axes = [turn.xform(head.xform(Vec3(*axis))) for axis in ((1, 0, 0), (0, 0, 1), (0, -1, 0))]
        eyes = camera.get_relative_point(scene, self.human.eye_point())
        rotation = np.array([(v.x, v.z, -v.y) for v in axes]).T
        return Seen(rotation, (float(eyes.x), float(eyes.z), float(-eyes.y)))

    def close(self) -> None:
        """Frees the stage."""
        self.stage.close()

    def _seat(self, identity: str | Path) -> Human:
        return Human(identity, self.stage.scene, self.stage.base.win.get_gsg())


def _plain_wall() -> NDArray[np.uint8]:
    """A soft fall of light over a warm white."""
    across = np.linspace(0.0, 1.0, 64)
    down = np.linspace(0.0, 1.0, 64)[:, None]
    light = 150 + 55 * np.exp(-((across - 0.25) ** 2) / 0.18) - 25 * down
    return np.asarray(np.clip(light[..., None] * (1.0, 0.93, 0.86), 0, 255), np.uint8)
