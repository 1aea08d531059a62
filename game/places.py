"""Where the things stand that the recruiter uses: the same in every room.

Gestures reach for these places and the rooms put their models there, so both read them here. Axes
as in ``game.scene.office``: metres, z up, the recruiter at the origin facing −y, her left toward
+x. Her hands in the poses ``desk`` and ``folded`` lie within 0.20 m of the middle, between the
notebook on her right and the CV on her left.
"""

from __future__ import annotations

from dataclasses import dataclass

DESK_HEIGHT_M = 0.73
"""Height of the desk's top; metres."""

DESK_EDGE_M = -0.25
"""y of the desk's edge on the recruiter's side; metres."""

DESK_SIZE_M = (1.8, 0.78)
"""Width (x) and depth (y) of the desk's top, which is centred on x = 0; metres."""

SEAT_HEIGHT_M = 0.46
"""Height of the recruiter's seat; metres."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing on the desk."""

    center: tuple[float, float, float]
    """Middle of its upper side: x, y, and the height of its top; metres."""
    size: tuple[float, float, float]
    """Width, depth and height along its own axes; metres."""
    yaw_deg: float = 0.0
    """Turn about z, counter-clockwise seen from above; degrees."""

    @property
    def top_m(self) -> float:
        """Height of its upper side over the floor; metres."""
        return self.center[2]

    @property
    def foot(self) -> tuple[float, float, float]:
        """Middle of its underside; metres."""
        x, y, top = self.center
        return x, y, top - self.size[2]


NOTEBOOK = Thing((-0.27, -0.42, 0.738), (0.27, 0.20, 0.008), 10.0)
"""Open, on her right; its lines run along its width and read from her side."""

PEN = Thing((-0.215, -0.40, 0.747), (0.009, 0.14, 0.009), 38.0)
"""Lies on the notebook's page nearer to her hand; it points along its depth, tip toward −y."""

CV = Thing((0.275, -0.455, 0.732), (0.21, 0.297, 0.002), -7.0)
"""The candidate's CV on her left: one A4 sheet that reads from her side."""

LAPTOP = Thing((0.61, -0.425, 0.750), (0.31, 0.22, 0.020), -20.0)
"""Closed, at her far left."""

CUP = Thing((-0.52, -0.385, 0.822), (0.08, 0.08, 0.092))
"""Coffee, at her far right."""

GLASS = Thing((0.455, -0.31, 0.850), (0.066, 0.066, 0.120))
"""Her glass of water, behind the CV."""

GUEST_GLASS = Thing((0.33, -0.84, 0.850), (0.066, 0.066, 0.120))
"""The candidate's glass of water, below the picture unless the eye leans forward."""

THINGS: dict[str, Thing] = {
    "notebook": NOTEBOOK,
    "pen": PEN,
    "cv": CV,
    "laptop": LAPTOP,
    "cup": CUP,
    "glass": GLASS,
    "guest_glass": GUEST_GLASS,
}
"""All of them by name."""
