"""Gaze: iris in the eye, eye in the head, head in space, and what lies where the eyes point.

The landmarks are turned back into the head's own axes with the head pose, where the iris's offset
from the middle of the eye, over the eyeball's radius, is the sine of the eye's angle. Eye and head
together give a line in camera axes; where it meets the plane of the screen decides the target.

Without calibration this is coarse: eye sockets and cameras differ, so the borders of the screen
are drawn wide (:class:`GazeSettings`). :class:`GazeCalibration` is where a candidate's own offsets
and gains go.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.headpose import HeadPose
from perception.types import Gaze, GazeTarget

# Outer and inner corner, iris centre; the candidate's right eye (image left), then the left.
_EYES = ((33, 133, 468), (263, 362, 473))

EYE_WIDTH_MM = 30.0
"""Distance between an eye's corners as the mesh places them."""

STRAIGHT_PITCH_DEG = 7.0
"""Degrees that an eye looking straight ahead seems raised: the iris lies above the line of the eye
corners. Median of portraits that look into the lens, in the project's test pictures."""

IRIS_PITCH_GAIN = 1.3
"""Degrees of eye pitch per degree that the iris landmarks show: up and down, the mesh follows an
iris less than it moves."""

LID_PITCH_DEG = 55.0
"""Degrees that eyes are lowered per share (0...1) of their opening that the upper lid has covered
and keeps covered: the lid rides on the eyeball. This and the gain were fitted on three of this
project's humans with known gaze from 8 degrees up to 24 down; held out in turn, the mean error was
4 to 8 degrees, so an uncalibrated pitch tells notes from screen and no more."""

LID_MEMORY_S = 0.35
"""Seconds over which the widest opening counts: blinks are shorter and lower no gaze."""

EYEBALL_RADIUS_MM = 12.0
"""Radius of the adult eyeball (Bekerman et al. 2014: diameter about 24 mm)."""


@dataclass(frozen=True, slots=True)
class GazeCalibration:
    """What is particular to one candidate and one camera; the defaults stand for anyone."""

    yaw_offset_deg: float = 0.0
    """Degrees added to the eyes' yaw in the head."""
    pitch_offset_deg: float = 0.0
    """Degrees added to the eyes' pitch in the head."""
    yaw_gain: float = 1.0
    """Factor on the eyes' yaw in the head."""
    pitch_gain: float = 1.0
    """Factor on the eyes' pitch in the head."""
    calibrated: bool = False
    """Whether these values were measured."""


@dataclass(frozen=True, slots=True)
class GazeSettings:
    """Where the screen is, and how sure a change of target must be."""

    screen_left_m: float = -0.28
    """m from the camera, in its plane: left border as the camera sees it. A laptop's screen ends
    at 0.17 m; the rest is the error of a gaze that was not calibrated (about 8 degrees)."""
    screen_right_m: float = 0.28
    """m from the camera: right border."""
    screen_top_m: float = 0.14
    """m from the camera: upper border; above zero because of that same error."""
    screen_bottom_m: float = -0.24
    """m from the camera: lower border; a laptop's lies at 0.22."""
    margin_m: float = 0.04
    """m beyond a border that a look must reach to leave the present target."""
    hold_s: float = 0.15
    """s a new target must last before it is believed; a saccade passes over others on its way."""
    open_eye: float = 0.35
    """Openness (0...1 of the candidate's own) below which an iris tells nothing."""
    farthest_yaw_deg: float = 50.0
    """Degrees of head yaw beyond which the eyes are too hidden to tell."""

    def __post_init__(self) -> None:
        if not self.screen_left_m < 0 < self.screen_right_m:
            raise ValueError("screen_left_m must be negative and screen_right_m positive")
        if not self.screen_bottom_m < self.screen_top_m:
            raise ValueError("screen_bottom_m must lie below screen_top_m")
        if self.margin_m < 0 or self.hold_s < 0:
            raise ValueError("margin_m and hold_s must not be negative")
        if not 0 <= self.open_eye <= 1:
            raise ValueError(f"open_eye is {self.open_eye}; use 0 to 1")


class GazeEstimator:
    """Follows one candidate's gaze.

    Args:
        settings: the screen's place.
        calibration: the candidate's own values.
    """

    def __init__(
        self, settings: GazeSettings | None = None, calibration: GazeCalibration | None = None
    ) -> None:
        self._settings = settings or GazeSettings()
        self.calibration = calibration or GazeCalibration()
        self._target: GazeTarget = "unknown"
        self._rival: GazeTarget | None = None
        self._rival_since_s = 0.0
        self._openness: deque[tuple[float, float]] = deque()

    def reset(self) -> None:
        """Forgets the target; for when the face was lost."""
        self._target = "unknown"
        self._rival = None
        self._openness.clear()

    def estimate(
        self,
        t_s: float,
        head_points: NDArray[np.float64],
        pose: HeadPose,
        openness: tuple[float, float],
    ) -> Gaze | None:
        """Where the candidate looks.

        Args:
            t_s: grab time.
            head_points: (478, 3) landmarks in head axes, as
                :func:`perception.expression.to_head_axes` gives them.
            pose: of the head.
            openness: of the right and the left eye, 0...1 of their own full opening.

        Returns:
            None when both eyes are closed or hidden; then the target is unknown.
        """
        s = self._settings
        lid = self._lid_drop(t_s, openness)
        if abs(pose.yaw_deg) > s.farthest_yaw_deg or max(openness) < s.open_eye:
            self._rival = None
            return None
        yaw, pitch = self._eye_in_head(head_points, pose, openness, lid)
        ray = pose.rotation @ _direction(yaw, pitch)
        gaze_yaw = math.degrees(math.atan2(ray[0], ray[2]))
        gaze_pitch = math.degrees(math.asin(max(-1.0, min(1.0, ray[1]))))
        return Gaze(gaze_yaw, gaze_pitch, self._settle(t_s, self._target_of(ray, pose)))

    def _lid_drop(self, t_s: float, openness: tuple[float, float]) -> float:
        """Share of the eyes' opening that the lids have kept covered of late, 0...1."""
        recent = self._openness
        recent.append((t_s, max(openness)))
        while recent[0][0] < t_s - LID_MEMORY_S:
            recent.popleft()
        return max(0.0, 1.0 - max(opening for _, opening in recent))

    def _eye_in_head(
        self,
        points: NDArray[np.float64],
        pose: HeadPose,
        openness: tuple[float, float],
        lid: float,
    ) -> tuple[float, float]:
        """(yaw, pitch) of both eyes together, degrees in head axes."""
        yaws = pitches = weights = 0.0
        scale = EYE_WIDTH_MM / EYEBALL_RADIUS_MM
        for side, eye in enumerate(_EYES):
            if openness[side] < self._settings.open_eye:
                continue
            (outer_x, outer_y, _), (inner_x, inner_y, _), (iris_x, iris_y, _) = points[
                list(eye)
            ].tolist()
            sign = 1.0 if side == 0 else -1.0  # along the eye toward image right
            axis_x, axis_y = sign * (inner_x - outer_x), sign * (inner_y - outer_y)
            width = math.hypot(axis_x, axis_y)
            if width <= 0:
                continue
            off_x, off_y = iris_x - (outer_x + inner_x) / 2, iris_y - (outer_y + inner_y) / 2
            sideways = (off_x * axis_x + off_y * axis_y) / width**2 * scale
            upward = (off_y * axis_x - off_x * axis_y) / width**2 * scale
            # The eye on the far side of a turned head is foreshortened and half hidden.
            away = pose.yaw_deg if side == 1 else -pose.yaw_deg
            weight = max(0.1, min(1.0, 1.0 - away / 40.0))
            yaws += weight * math.degrees(math.asin(max(-0.9, min(0.9, sideways))))
            pitches += weight * math.degrees(math.asin(max(-0.9, min(0.9, upward))))
            weights += weight
        yaw, pitch = (yaws / weights, pitches / weights) if weights else (0.0, 0.0)
        c = self.calibration
        pitch = IRIS_PITCH_GAIN * (pitch - STRAIGHT_PITCH_DEG) - LID_PITCH_DEG * lid
        return (
            yaw * c.yaw_gain + c.yaw_offset_deg,
            pitch * c.pitch_gain + c.pitch_offset_deg,
        )

    def _target_of(self, ray: NDArray[np.float64], pose: HeadPose) -> GazeTarget:
        s = self._settings
        if ray[2] <= 0.1:
            return "away"
        x, y, z = pose.position_m
        reach = -z / ray[2]
        hit_x, hit_y = x + reach * ray[0], y + reach * ray[1]
        slack = {name: s.margin_m if name == self._target else 0.0 for name in ("screen", "down")}
        if (
            s.screen_left_m - slack["screen"] <= hit_x <= s.screen_right_m + slack["screen"]
            and s.screen_bottom_m - slack["screen"] + slack["down"]
            <= hit_y
            <= s.screen_top_m + slack["screen"]
        ):
            return "screen"
        # Notes lie in front of the candidate: below the screen, and not much to its sides.
        reach_aside = 2.0 * max(s.screen_right_m, -s.screen_left_m)
        if hit_y < s.screen_bottom_m + slack["down"] and abs(hit_x) <= reach_aside:
            return "down"
        return "away"

    def _settle(self, t_s: float, target: GazeTarget) -> GazeTarget:
        if self._target in (target, "unknown"):
            self._target, self._rival = target, None
        elif target != self._rival:
            self._rival, self._rival_since_s = target, t_s
        elif t_s - self._rival_since_s >= self._settings.hold_s:
            self._target, self._rival = target, None
        return self._target


def _direction(yaw_deg: float, pitch_deg: float) -> NDArray[np.float64]:
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    level = math.cos(pitch)
    return np.array([math.sin(yaw) * level, math.sin(pitch), math.cos(yaw) * level])
