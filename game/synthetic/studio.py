"""The synthetic candidate's own room: a plain wall, a window's light, a webcam at eye height."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from panda3d.core import CardMaker, Texture

from game import shading
from game.human import Human
from game.pose import Pose
from game.pose3d import apply_pose
from game.stage import Stage

HORIZONTAL_FOV_DEG = 63.0
"""Of the camera; a common webcam's, and what perception assumes where it is not told."""
DISTANCE_M = 0.62
"""From the camera to the eyes."""


class Studio:
    """Draws one human as a webcam would see them.

    Args:
        identity: baked human.
        width: pixels.
        height: pixels.
        stage: to draw on; an offscreen one of this size by default.
    """

    def __init__(
        self, identity: str, width: int = 640, height: int = 360, stage: Stage | None = None
    ) -> None:
        self.stage = stage or Stage(width, height, mode="offscreen", title="candidate")
        self.stage.keep_pictures(True)
        shading.set_lights(self.stage.scene)
        gsg = self.stage.base.win.get_gsg()
        self.human = Human(identity, self.stage.scene, gsg)
        self._wall()
        eyes = self.human.eye_point()
        aspect = width / height
        half = math.radians(HORIZONTAL_FOV_DEG / 2)
        self.stage.lens.set_fov(
            HORIZONTAL_FOV_DEG, 2 * math.degrees(math.atan(math.tan(half) / aspect))
        )
        self.stage.camera.set_pos(eyes.x, eyes.y - DISTANCE_M, eyes.z)
        self.stage.camera.look_at(eyes.x, eyes.y, eyes.z)

    def _wall(self) -> None:
        """A wall with a soft fall of light, two metres behind."""
        across = np.linspace(0.0, 1.0, 64)
        down = np.linspace(0.0, 1.0, 64)[:, None]
        light = 150 + 55 * np.exp(-((across - 0.25) ** 2) / 0.18) - 25 * down
        tint = np.array([0.86, 0.93, 1.0])  # BGR: a warm white
        image = np.clip(light[..., None] * tint, 0, 255).astype(np.uint8)
        texture = Texture("wall")
        texture.setup_2d_texture(64, 64, Texture.T_unsigned_byte, Texture.F_rgb8)
        texture.set_ram_image(np.ascontiguousarray(image[::-1]).tobytes())
        maker = CardMaker("wall")
        maker.set_frame(-4, 4, -1, 4)
        wall = self.stage.scene.attach_new_node(maker.generate())
        wall.set_y(2.0)
        wall.set_texture(texture)
        wall.set_light_off()
        wall.set_shader_off()

    def draw(self, pose: Pose) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB of the human in this pose."""
        apply_pose(self.human, pose)
        self.stage.step()
        return self.stage.picture()

    def close(self) -> None:
        """Frees the stage."""
        self.stage.close()
