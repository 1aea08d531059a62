"""The office in which the interview takes place, modelled in code.

Axes: metres; x to the candidate's right, y away from the candidate, z up; the origin is on the
floor below the recruiter's hips. The recruiter faces −y.

The room's light is computed once (``game.lighting``) and kept in a cache folder, so that drawing it
takes one texture and one vertex colour per pixel, which a software renderer manages at any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panda3d.core import NodePath


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """Where the candidate's eye is and how it looks."""

    height_m: float = 1.24
    """Metres from the floor; a seated adult's eye."""

    distance_m: float = 1.40
    """Metres from the origin to the eye, along −y; the recruiter's eyes are 0.1 m nearer."""

    fov_deg: float = 40.0
    """Vertical field of view in degrees."""

    aim_height_m: float = 1.03
    """Height above the floor, over the origin, that the middle of the picture shows; metres."""

    def __post_init__(self) -> None:
        if not 0.6 <= self.height_m <= 2.0:
            raise ValueError(f"height_m is {self.height_m}; use 0.6 to 2.0")
        if not 0.7 <= self.distance_m <= 3.0:
            raise ValueError(f"distance_m is {self.distance_m}; use 0.7 to 3.0")
        if not 20.0 <= self.fov_deg <= 70.0:
            raise ValueError(f"fov_deg is {self.fov_deg}; use 20 to 70")
        if not 0.4 <= self.aim_height_m <= 1.8:
            raise ValueError(f"aim_height_m is {self.aim_height_m}; use 0.4 to 1.8")


DESK_HEIGHT_M = 0.73
"""Height of the desk's top; metres."""

DESK_EDGE_M = -0.34
"""y of the desk's edge on the recruiter's side; metres."""

SEAT_HEIGHT_M = 0.46
"""Height of the recruiter's seat; metres."""


class Office:
    """Furniture, walls and view; ``seat`` is where the recruiter is put.

    Args:
        parent: usually ``stage.scene``.
        cache: folder for the baked room; made if missing, reused when nothing changed.

    Attributes:
        root: everything of the room.
        seat: on the floor below the recruiter's hips, axes parallel to the room's; who sits here
            faces −y.
    """

    def __init__(self, parent: NodePath, cache: Path) -> None:
        self.root = parent.attachNewNode("office")
        self.seat = parent.attachNewNode("recruiter's seat")

    def remove(self) -> None:
        """Takes the room out of the scene."""
        self.root.removeNode()
        self.seat.removeNode()


def place_camera(camera: NodePath, lens: Any, settings: CameraSettings | None = None) -> None:
    """Puts the camera where the candidate's eyes are.

    Args:
        camera: ``stage.camera``; its parent must not be scaled.
        lens: ``stage.lens``.
        settings: see ``CameraSettings``.
    """
    settings = settings or CameraSettings()
    camera.setPos(0.0, -settings.distance_m, settings.height_m)
    camera.lookAt(camera.getParent(), 0.0, 0.0, settings.aim_height_m)
    lens.setMinFov(settings.fov_deg)
