"""Gaze: eyes in the head, head in space, and what lies where they point.

The eye network (:mod:`perception.face.networks`) says where each eye looks in the head, and how
sure it is; the two are weighed by that. Eye and head together give a line in camera axes. Where it
meets the plane of the screen decides the target, and how far that lies from the target's borders,
against the error of the gaze, decides how sure the target is.

Without calibration the error is that of a stranger's eyes (:attr:`GazeSettings.usual_error_deg`),
so borders are drawn wide, what is looked at most is taken for the recruiter, and the confidence is
low. The green room's dots measure a candidate's own
offsets and gains (:mod:`perception.face.gaze_calibration`) and the error that is left.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from perception.calibration import GazeCalibration, ScreenPlace
from perception.face.headpose import HeadPose
from perception.face.networks import EyePrediction
from perception.settings import NotNegative, Share, above, between, checked, in_order
from perception.types import Gaze, GazeTarget

LEAST_ERROR_DEG = 1.2
"""No webcam tells a gaze better than this, whatever a few dots say."""


UNSETTLED_ERROR_DEG = 14.0
"""Degrees by which the first looks of a stranger may be off: pitch was up to 21 on portraits."""
USUAL_EVERY_S = 0.2
USUAL_FEWEST = 10
USUAL_MOST = 300
"""Where a stranger usually looks is the median of the last minute, from two seconds on."""


@checked
@dataclass(frozen=True, slots=True)
class GazeSettings:
    """Where the screen is, and how sure a change of target must be."""

    screen_left_m: Annotated[float, between(-5, 5)] = -0.17
    """m from the camera, in its plane: left border as the camera sees it. A laptop's."""
    screen_right_m: Annotated[float, between(-5, 5)] = 0.17
    """m from the camera: right border."""
    screen_top_m: Annotated[float, between(-5, 5)] = 0.0
    """m from the camera: upper border."""
    screen_bottom_m: Annotated[float, between(-5, 5)] = -0.21
    """m from the camera: lower border."""
    eyes_x_m: Annotated[float, between(-5, 5)] = 0.0
    """m from the camera: where the recruiter's eyes are on the screen, across."""
    eyes_y_m: Annotated[float, between(-5, 5)] = -0.06
    """m from the camera: where the recruiter's eyes are on the screen, up."""
    usual_error_deg: Annotated[float, above(0, 90)] = 6.5
    """Degrees by which an uncalibrated gaze is usually off."""
    usual_shift_deg: Annotated[float, between(0, 90)] = 20.0
    """Degrees, at most, by which an uncalibrated gaze is moved so that what the candidate looks at
    most is the recruiter."""
    border_errors: NotNegative = 1.0
    """Errors of the gaze by which the screen's borders are drawn wider than they are: who is on
    the screen is rarely told to look away."""
    hysteresis_deg: Annotated[float, between(0, 90)] = 2.0
    """Degrees beyond a border that a look must reach to leave the present target."""
    eye_contact_deg: Annotated[float, between(0, 90)] = 4.5
    """Degrees round the recruiter's eyes that are eye contact: her face at a desk's distance."""
    eye_contact_error_deg: Annotated[float, between(0, 90)] = 3.5
    """Degrees of error beyond which nothing is said of the recruiter's eyes."""
    hold_s: NotNegative = 0.15
    """s a new target must last before it is believed; a saccade passes over others on its way."""
    open_eye: Share = 0.35
    """Openness (0...1) below which an eye tells nothing."""
    farthest_yaw_deg: Annotated[float, between(0, 90)] = 55.0
    """Degrees of head yaw beyond which the eyes are too hidden to tell."""

    def __post_init__(self) -> None:
        in_order(self, "screen_left_m < screen_right_m", "screen_bottom_m < screen_top_m")


@dataclass(frozen=True, slots=True)
class GazeEstimate:
    """Where the eyes look in the head, both together."""

    yaw_deg: float
    pitch_deg: float
    error_deg: float
    """The network's own opinion of its error, degrees."""


class GazeEstimator:
    """Follows one candidate's gaze.

    Args:
        settings: where the screen is where nobody has measured it.
        calibration: the candidate's own values.
        screen: where the screen truly is.
    """

    def __init__(
        self,
        settings: GazeSettings | None = None,
        calibration: GazeCalibration | None = None,
        screen: ScreenPlace | None = None,
    ) -> None:
        self._settings = s = settings or GazeSettings()
        self.calibration = calibration or GazeCalibration()
        self._screen = screen or ScreenPlace(
            s.screen_left_m,
            s.screen_right_m,
            s.screen_top_m,
            s.screen_bottom_m,
            (s.eyes_x_m, s.eyes_y_m),
        )
        self._target: GazeTarget = "unknown"
        self._rival: GazeTarget | None = None
        self._rival_since_s = 0.0
        self._usual: deque[tuple[float, float]] = deque(maxlen=USUAL_MOST)
        self._usual_at_s = float("-inf")
        self._shift = (0.0, 0.0)

    @property
    def error_deg(self) -> float:
        """Degrees by which a gaze is off, as far as is known."""
        measured = self.calibration.error_deg
        if not self.calibration.calibrated or measured is None:
            return self._settings.usual_error_deg
        return max(LEAST_ERROR_DEG, measured)

    def reset(self) -> None:
        """Forgets the target; for when the face was lost."""
        self._target = "unknown"
        self._rival = None

    def look(
        self, eyes: EyePrediction, pose: HeadPose, openness: tuple[float, float]
    ) -> GazeEstimate | None:
        """Where both eyes together look in the head, uncalibrated.

        Args:
            eyes: from the network.
            pose: of the head.
            openness: of the right and the left eye, 0...1.

        Returns:
            None when both eyes are closed or hidden.
        """
        s = self._settings
        if abs(pose.yaw_deg) > s.farthest_yaw_deg:
            return None
        open_eyes = [side for side in (0, 1) if openness[side] >= s.open_eye]
        if not open_eyes:
            return None
        looks, errors = eyes.gaze_deg.tolist(), eyes.error_deg.tolist()
        both, left = [], 0.0
        for axis in (0, 1):
            weights = [1.0 / errors[side][axis] ** 2 for side in open_eyes]
            total = sum(weights)
            told = sum(w * looks[s][axis] for w, s in zip(weights, open_eyes, strict=True))
            both.append(told / total)
            left += 0.5 / total
        return GazeEstimate(both[0], both[1], math.sqrt(left))

    def estimate(self, t_s: float, look: GazeEstimate | None, pose: HeadPose) -> Gaze | None:
        """Where the candidate looks.

        Args:
            t_s: grab time.
            look: from :meth:`look`.
            pose: of the head.

        Returns:
            None when both eyes are closed or hidden; then the target is unknown.
        """
        if look is None:
            self._rival = None
            return None
        ray = pose.rotation @ direction(*self.calibration.apply(look.yaw_deg, look.pitch_deg))
        gaze_yaw = math.degrees(math.atan2(ray[0], ray[2]))
        gaze_pitch = math.degrees(math.asin(max(-1.0, min(1.0, ray[1]))))
        if not self.calibration.calibrated:
            gaze_yaw, gaze_pitch = self._about_usual(t_s, gaze_yaw, gaze_pitch, pose)
        # an eye that the network doubts (hair, glare, a turned head) is less sure than usual
        error = max(self.error_deg, min(3.0 * self.error_deg, 1.5 * look.error_deg))
        if not self.calibration.calibrated and len(self._usual) < 3 * USUAL_FEWEST:
            error = max(error, UNSETTLED_ERROR_DEG)  # where this stranger looks is not known yet
        borders = self._borders(pose)
        shares = self._shares(gaze_yaw, gaze_pitch, borders, error)
        target = self._settle(t_s, self._target_of(gaze_yaw, gaze_pitch, borders))
        eyes = None
        if error <= self._settings.eye_contact_error_deg:
            x, y = angles_to(self._screen.eyes_m, pose.position_m)
            off = math.hypot((gaze_yaw - x) * math.cos(math.radians(y)), gaze_pitch - y)
            eyes = target == "screen" and off <= self._settings.eye_contact_deg
        return Gaze(gaze_yaw, gaze_pitch, target, shares[target], eyes, round(look.error_deg, 2))

    def _about_usual(
        self, t_s: float, yaw: float, pitch: float, pose: HeadPose
    ) -> tuple[float, float]:
        """A stranger's gaze, moved so that what they look at most is the recruiter.

        Eyes, lids and heads differ by ten degrees and more between people; where somebody looks
        most of an interview differs less. Who was not calibrated and never looks at the screen is
        told wrongly by this, which is one more reason for the dots.
        """
        s = self._settings
        x, y = angles_to(self._screen.eyes_m, pose.position_m)
        if t_s >= self._usual_at_s:
            self._usual_at_s = t_s + USUAL_EVERY_S
            self._usual.append((yaw - x, pitch - y))
            if len(self._usual) >= USUAL_FEWEST:
                trust = min(1.0, len(self._usual) / (3 * USUAL_FEWEST))
                middle = np.median(np.array(self._usual), axis=0)
                moved = np.clip(trust * middle, -s.usual_shift_deg, s.usual_shift_deg)
                self._shift = (float(moved[0]), float(moved[1]))
        return yaw - self._shift[0], pitch - self._shift[1]

    def _borders(self, pose: HeadPose) -> tuple[float, float, float, float]:
        """Left, right, top, bottom of the screen as angles from where the eyes are."""
        place, at = self._screen, pose.position_m
        middle = ((place.left_m + place.right_m) / 2, (place.top_m + place.bottom_m) / 2)
        left = angles_to((place.left_m, middle[1]), at)[0]
        right = angles_to((place.right_m, middle[1]), at)[0]
        top = angles_to((middle[0], place.top_m), at)[1]
        bottom = angles_to((middle[0], place.bottom_m), at)[1]
        return left, right, top, bottom

    def _target_of(
        self, yaw: float, pitch: float, borders: tuple[float, float, float, float]
    ) -> GazeTarget:
        s = self._settings
        left, right, top, bottom = borders
        # Known errors widen the borders; doubt of the moment alone does not.
        slack = s.border_errors * self.error_deg
        slack += s.hysteresis_deg if self._target == "screen" else 0.0
        down = s.hysteresis_deg if self._target == "down" else 0.0
        if left - slack <= yaw <= right + slack and bottom - slack + down <= pitch <= top + slack:
            return "screen"
        # Notes lie in front of the candidate: below the screen, and not much to its sides.
        aside = 0.5 * (right - left) + slack
        if pitch < bottom - slack + down and left - aside <= yaw <= right + aside:
            return "down"
        return "away"

    def _shares(
        self, yaw: float, pitch: float, borders: tuple[float, float, float, float], error: float
    ) -> dict[GazeTarget, float]:
        """Probability of each target, if the true gaze lies about this one as errors do."""
        left, right, top, bottom = borders
        slack = self._settings.border_errors * self.error_deg
        aside = 0.5 * (right - left) + slack
        high = _between(pitch, bottom - slack, top + slack, error)
        low = _between(pitch, -90.0, bottom - slack, error)
        screen = high * _between(yaw, left - slack, right + slack, error)
        down = low * _between(yaw, left - aside, right + aside, error)
        return {"screen": screen, "down": down, "away": max(0.0, 1 - screen - down), "unknown": 0.0}

    def _settle(self, t_s: float, target: GazeTarget) -> GazeTarget:
        if self._target in (target, "unknown"):
            self._target, self._rival = target, None
        elif target != self._rival:
            self._rival, self._rival_since_s = target, t_s
        elif t_s - self._rival_since_s >= self._settings.hold_s:
            self._target, self._rival = target, None
        return self._target


def direction(yaw_deg: float, pitch_deg: float) -> NDArray[np.float64]:
    """(3,) unit vector of a look, in the axes that the angles are given in."""
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    level = math.cos(pitch)
    return np.array([math.sin(yaw) * level, math.sin(pitch), math.cos(yaw) * level])


def angles_to(
    point_m: tuple[float, float], eyes_m: tuple[float, float, float]
) -> tuple[float, float]:
    """(yaw, pitch) in degrees of a look at a point of the camera's plane, in camera axes.

    Args:
        point_m: across (image right) and up from the camera.
        eyes_m: where the eyes are from the camera.
    """
    x, y, z = point_m[0] - eyes_m[0], point_m[1] - eyes_m[1], -eyes_m[2]
    return math.degrees(math.atan2(x, z)), math.degrees(math.atan2(y, math.hypot(x, z)))


def _between(value: float, low: float, high: float, error: float) -> float:
    """Share of a normal error about ``value`` that lies between two borders."""

    def below(border: float) -> float:
        return 0.5 * (1.0 + math.erf((border - value) / (error * math.sqrt(2.0))))

    return max(0.0, below(high) - below(low))
