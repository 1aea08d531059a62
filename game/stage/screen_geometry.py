"""Where things on the screen are in the candidate's room, as the camera has it.

The camera stands above the middle of the screen's upper edge and looks at the candidate, so its
image right is the candidate's left: what is at the left of the screen has a positive x, and all of
the screen lies below the camera, at negative y (axes of :mod:`perception.types`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from game.stage.base import Stage
from perception.calibration import ScreenPlace

Share = tuple[float, float]
"""A point of the window: shares 0...1 from its left and from its top."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen, the window on it, and the camera above it."""

    width_m: float
    """m of the visible screen."""
    height_m: float
    """m of the visible screen."""
    camera_above_m: float
    """m from the screen's upper edge up to the lens, at the edge's middle."""
    window: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Left, top, width and height of the window, as shares of the screen."""

    def point_m(self, at: Share) -> tuple[float, float]:
        """A point of the window in the camera's plane: x to image right, y up, m from the lens."""
        left, top, width, height = self.window
        across, down = left + at[0] * width, top + at[1] * height
        return (0.5 - across) * self.width_m, -self.camera_above_m - down * self.height_m

    def place(self, eyes: Share) -> ScreenPlace:
        """The whole screen, and the recruiter's eyes on it.

        Args:
            eyes: where they are in the window.
        """
        return ScreenPlace(
            left_m=-self.width_m / 2,
            right_m=self.width_m / 2,
            top_m=-self.camera_above_m,
            bottom_m=-self.camera_above_m - self.height_m,
            eyes_m=self.point_m(eyes),
        )


def window_on(stage: Stage) -> tuple[float, float, float, float]:
    """Left, top, width and height of the window as shares of the screen.

    The whole screen where there is no window, or where the window system does not tell.
    """
    whole = (0.0, 0.0, 1.0, 1.0)
    if not stage.windowed or stage.filling_screen:
        return whole
    base: Any = stage.base
    wide, high = base.pipe.getDisplayWidth(), base.pipe.getDisplayHeight()
    properties = base.win.getProperties()
    if wide <= 0 or high <= 0 or not properties.hasOrigin():
        return whole
    width, height = stage.size
    across, down = min(1.0, width / wide), min(1.0, height / high)
    # some window systems tell places beyond the screen, of a frame or of another screen
    left = min(max(properties.getXOrigin() / wide, 0.0), 1.0 - across)
    top = min(max(properties.getYOrigin() / high, 0.0), 1.0 - down)
    return left, top, across, down


def grid_of_dots(aspect: float) -> tuple[Share, ...]:
    """Nine places spread over the window, in an order that makes the eyes travel.

    Args:
        aspect: width of the window over its height.
    """
    aside = 0.09 if aspect >= 1 else 0.12
    across: Sequence[float] = (aside, 0.5, 1.0 - aside)
    down: Sequence[float] = (0.10, 0.5, 0.90)
    order = ((1, 1), (0, 0), (2, 1), (1, 2), (2, 0), (0, 1), (2, 2), (1, 0), (0, 2))
    return tuple((across[column], down[row]) for column, row in order)
