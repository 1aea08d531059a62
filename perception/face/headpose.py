"""Head pose and position from landmarks: the full perspective solution.

A rigid head of average size is placed so that its points, seen through a pinhole camera, fall on
the landmarks (PnP; iterative least squares on the reprojection error, Levenberg-Marquardt, started
from the pose before). Points that expression moves (mouth, jaw, lids, brows) take no part.

Angles and positions are in the camera's axes of :mod:`perception.types`:
``R = Ry(yaw) Rx(-pitch) Rz(-roll)`` turns the head's axes into the camera's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.settings import Positive, between, checked, in_order

RIGID_POINTS_CM: dict[int, tuple[float, float, float]] = {
    4: (0.000, -0.463, 7.587),
    6: (0.000, 2.473, 5.789),
    10: (0.000, 8.262, 4.482),
    33: (-4.446, 2.664, 3.173),
    54: (-6.279, 6.615, 1.426),
    67: (-3.524, 8.006, 3.729),
    117: (-5.259, 0.946, 2.974),
    119: (-3.301, 0.862, 3.873),
    121: (-1.821, 1.468, 4.224),
    127: (-7.743, 2.365, -2.005),
    129: (-1.786, -0.978, 4.850),
    133: (-1.856, 2.585, 3.758),
    143: (-6.408, 2.236, 1.561),
    198: (-1.247, 0.230, 5.681),
    263: (4.446, 2.664, 3.173),
    284: (6.279, 6.615, 1.426),
    297: (3.524, 8.006, 3.729),
    346: (5.259, 0.946, 2.974),
    348: (3.301, 0.862, 3.873),
    350: (1.821, 1.468, 4.224),
    356: (7.743, 2.365, -2.005),
    358: (1.786, -0.978, 4.850),
    362: (1.856, 2.585, 3.758),
    372: (6.408, 2.236, 1.561),
    420: (1.247, 0.230, 5.681),
}
"""Landmark number to (x, y, z) in cm on an average head facing the camera: x to image right, y up,
z toward the camera. Numeric facts of the canonical face on which MediaPipe's face mesh is trained
(Kartynnik et al. 2019; Apache-2.0), the numbering of the mesh being the same."""

EYES_CM = (0.0, 2.62, 3.47)
"""Midpoint between the eye corners on that head."""

# Camera axes of the program (y up, z toward the camera) to OpenCV's (y down, z forward) and back.
_FLIP = np.diag([1.0, -1.0, -1.0])

_NO_DISTORTION = np.zeros(4)

# From the pose of the frame before, a few steps reach far below the landmarks' own noise.
_ENOUGH = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 3, 1e-5)


@checked
@dataclass(frozen=True, slots=True)
class HeadPoseSettings:
    """The camera's optics, and how far a fit is trusted."""

    horizontal_fov_deg: Annotated[float, between(20, 140)] = 63.0
    """Degrees seen from left to right. Laptop cameras have 55 to 75; the angle scales distances
    (a wrong one moves the head nearer or farther) and hardly touches yaw and roll."""
    good_fit: Positive = 0.07
    """Reprojection error (rms, in distances between the outer eye corners) up to which the
    landmarks are a plausible head. Real faces: median 0.02 to 0.03."""
    bad_fit: Positive = 0.18
    """Error from which they are none."""
    nearest_m: Positive = 0.12
    """m; a nearer head is not believed."""
    farthest_m: Positive = 6.0
    """m; a farther head is not believed."""

    def __post_init__(self) -> None:
        in_order(self, "good_fit < bad_fit", "nearest_m < farthest_m")


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Where a head is and how it is turned, in camera axes."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    position_m: tuple[float, float, float]
    """Midpoint between the eyes."""
    rotation: NDArray[np.float64]
    """(3, 3), head axes to camera axes."""
    error: float
    """Root mean square reprojection error in distances between the outer eye corners."""
    plausibility: float
    """0...1: how well the landmarks fit a head at a believable distance."""


def rotation_from_angles(yaw_deg: float, pitch_deg: float, roll_deg: float) -> NDArray[np.float64]:
    """(3, 3) matrix from head axes to camera axes."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    sy, cy, sp, cp = np.sin(yaw), np.cos(yaw), np.sin(pitch), np.cos(pitch)
    sr, cr = np.sin(roll), np.cos(roll)
    turn = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    lift = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    tilt = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
    return np.asarray(turn @ lift @ tilt, np.float64)


def angles_from_rotation(rotation: NDArray[np.float64]) -> tuple[float, float, float]:
    """(yaw, pitch, roll) in degrees of a matrix from head axes to camera axes."""
    (_, _, x), (across, up, y), (_, _, z) = rotation.tolist()
    return (
        math.degrees(math.atan2(x, z)),
        math.degrees(math.asin(max(-1.0, min(1.0, y)))),
        math.degrees(math.atan2(-across, up)),
    )


def turned(pose: HeadPose, turn_deg: NDArray[np.float32]) -> HeadPose:
    """The pose of the head itself, from that of the mesh that was drawn over it.

    The face mesh draws every face partly as the average face seen straight on, which flattens
    pitch most; the face network knows by how much.

    Args:
        pose: of the mesh, as :class:`HeadPoseEstimator` gives it.
        turn_deg: (3,) rotation vector in head axes, degrees.
    """
    turn, _ = cv2.Rodrigues(np.radians(turn_deg, dtype=np.float64))
    rotation = pose.rotation @ turn
    yaw, pitch, roll = angles_from_rotation(rotation)
    return replace(pose, yaw_deg=yaw, pitch_deg=pitch, roll_deg=roll, rotation=rotation)


class HeadPoseEstimator:
    """Follows one head through a stream of landmarks.

    Args:
        settings: the camera's optics.
    """

    def __init__(self, settings: HeadPoseSettings | None = None) -> None:
        self._settings = settings or HeadPoseSettings()
        self._index = np.array(list(RIGID_POINTS_CM))
        head = np.array(list(RIGID_POINTS_CM.values()))
        # OpenCV's axes, and the origin between the eyes so that the translation is the position.
        self._model = (head - np.array(EYES_CM)) @ _FLIP / 100.0
        self._corners_m = math.dist(RIGID_POINTS_CM[33], RIGID_POINTS_CM[263]) / 100.0
        self._camera = np.eye(3)
        self._size = (0, 0)
        self._rvec: NDArray[np.float64] | None = None
        self._tvec: NDArray[np.float64] | None = None

    @property
    def focal_px(self) -> float:
        """Focal length of the camera in pixels of the last picture."""
        return float(self._camera[0, 0])

    def reset(self) -> None:
        """Forgets the last pose; for when the face was lost."""
        self._rvec = self._tvec = None

    def estimate(self, landmarks: NDArray[np.float32], size: tuple[int, int]) -> HeadPose | None:
        """The pose that explains the landmarks.

        Args:
            landmarks: (478, 3) pixels, as in :class:`perception.face.base.FaceObservation`.
            size: (width, height) of the picture in pixels.

        Returns:
            None when no pose explains them.
        """
        self._set_size(size)
        points = landmarks[self._index, :2].astype(np.float64)
        fit = self._fit(points) if self._rvec is not None else self._fit_anew(points)
        if fit is None or fit[2] > self._settings.good_fit:
            again = self._fit_anew(points)
            if again is not None and (fit is None or again[2] < fit[2]):
                fit = again
        if fit is None:
            self.reset()
            return None
        self._rvec, self._tvec, error = fit
        rotation = _FLIP @ cv2.Rodrigues(self._rvec)[0] @ _FLIP
        position = _FLIP @ self._tvec.ravel()
        yaw, pitch, roll = angles_from_rotation(rotation)
        return HeadPose(
            yaw_deg=yaw,
            pitch_deg=pitch,
            roll_deg=roll,
            position_m=(float(position[0]), float(position[1]), float(position[2])),
            rotation=rotation,
            error=error,
            plausibility=self._plausibility(error, -float(position[2])),
        )

    def _set_size(self, size: tuple[int, int]) -> None:
        if size == self._size:
            return
        width, height = size
        # The angle is that of the longer side's mount: a picture turned upright keeps its lens.
        focal = max(width, height) / 2 / np.tan(np.radians(self._settings.horizontal_fov_deg) / 2)
        self._camera = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])
        self._size = size
        self.reset()

    def _fit_anew(
        self, points: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], float] | None:
        good, rvec, tvec = cv2.solvePnP(
            self._model, points, self._camera, _NO_DISTORTION, flags=cv2.SOLVEPNP_SQPNP
        )
        if not good:
            return None
        self._rvec, self._tvec = np.asarray(rvec, np.float64), np.asarray(tvec, np.float64)
        return self._fit(points)

    def _fit(
        self, points: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], float] | None:
        assert self._rvec is not None and self._tvec is not None
        rvec, tvec = cv2.solvePnPRefineLM(
            self._model,
            points,
            self._camera,
            _NO_DISTORTION,
            self._rvec.copy(),
            self._tvec.copy(),
            _ENOUGH,
        )
        if not math.isfinite(float(rvec.sum() + tvec.sum())) or tvec[2, 0] <= 0:
            return None
        seen, _ = cv2.projectPoints(self._model, rvec, tvec, self._camera, _NO_DISTORTION)
        offsets = (seen[:, 0] - points).ravel()
        # A turned head's eye corners fall together in the picture; how far apart they would be at
        # its depth, seen from the front, does not change.
        apart = self._corners_m * self._camera[0, 0] / tvec[2, 0]
        error = math.sqrt(float(offsets @ offsets) / len(points)) / max(apart, 1e-6)
        return np.asarray(rvec, np.float64), np.asarray(tvec, np.float64), error

    def _plausibility(self, error: float, distance_m: float) -> float:
        s = self._settings
        if not s.nearest_m <= distance_m <= s.farthest_m:
            return 0.0
        return float(np.clip((s.bad_fit - error) / (s.bad_fit - s.good_fit), 0.0, 1.0))
