"""Calibration of a candidate's gaze from looks at dots whose places are known.

Each dot gives one pair: where the eyes seemed to look in the head (the median over its readings)
and where they must have looked, from the dot's place and the head's. A line per axis with a cross
term is fitted to them, drawn toward "nothing to correct" where the dots say little (ridge), with
dots that were not looked at weighed down (Huber 1964). The error is that of dots left out in turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.calibration import GazeCalibration
from perception.face.headpose import rotation_from_angles
from perception.types import FaceReading

FEWEST_DOTS = 5
"""A gain and an offset for each axis need some to be left over, to tell the error."""

WORST_ERROR_DEG = 7.0
"""Dots missed by more than this were not looked at, or the eyes cannot be read."""

_OFFSET_SPREAD_DEG = 8.0
_GAIN_SPREAD = 0.35
_CROSS_SPREAD = 0.12
_NOISE_DEG = 2.0
"""How far people differ in each value, and how far a median look is off: the ridge's weights."""

_HUBER_DEG = 3.0
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class DotSample:
    """One reading while a dot was shown."""

    reading: FaceReading
    point_m: tuple[float, float]
    """The dot's place in the camera's plane: x to image right, y up, metres from the camera."""


def fit_gaze(samples: Sequence[DotSample]) -> GazeCalibration | None:
    """What must be added to a candidate's gaze.

    Args:
        samples: of all dots, in any order; those without eyes are passed over.

    Returns:
        None where there are too few dots, or the looks do not agree with them.
    """
    seen, true = _pairs(samples)
    if len(seen) < FEWEST_DOTS:
        return None
    missed = []
    for left_out in range(len(seen)):
        others = np.arange(len(seen)) != left_out
        fit = _fit(seen[others], true[others])
        missed.append(
            float(np.linalg.norm(_apply(fit, seen[left_out : left_out + 1])[0] - true[left_out]))
        )
    error = math.sqrt(
        float(np.mean(np.square(sorted(missed)[: max(FEWEST_DOTS, len(missed) - 1)])))
    )
    if error > WORST_ERROR_DEG:
        return None
    fit = _fit(seen, true)
    if min(fit[0, 1], fit[1, 1]) <= 0.0:
        return None  # no eye turns against its look: something else was looked at
    return GazeCalibration(
        yaw_offset_deg=float(fit[0, 0]),
        yaw_gain=float(fit[0, 1]),
        yaw_per_pitch=float(fit[0, 2]),
        pitch_offset_deg=float(fit[1, 0]),
        pitch_gain=float(fit[1, 1]),
        pitch_per_yaw=float(fit[1, 2]),
        error_deg=error,
        calibrated=True,
    )


def eyes_toward(reading: FaceReading, point_m: tuple[float, float]) -> tuple[float, float] | None:
    """(yaw, pitch) in the head, degrees, of eyes that look from this reading's head at a point.

    Args:
        reading: of a face.
        point_m: in the camera's plane, x to image right, y up.

    Returns:
        None where the reading has no head.
    """
    if (
        reading.position_m is None
        or reading.yaw_deg is None
        or reading.pitch_deg is None
        or reading.roll_deg is None
    ):
        return None
    away = np.array((*point_m, 0.0)) - reading.position_m
    head = rotation_from_angles(reading.yaw_deg, reading.pitch_deg, reading.roll_deg)
    x, y, z = head.T @ (away / np.linalg.norm(away))
    return math.degrees(math.atan2(x, z)), math.degrees(math.asin(max(-1.0, min(1.0, y))))


def _pairs(samples: Sequence[DotSample]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(dots, 2) looks as they seemed and as they must have been."""
    dots: dict[tuple[float, float], list[tuple[float, float, float, float]]] = {}
    for sample in samples:
        wanted = eyes_toward(sample.reading, sample.point_m)
        if wanted is not None and sample.reading.eyes_deg is not None:
            dots.setdefault(sample.point_m, []).append((*sample.reading.eyes_deg, *wanted))
    rows = [np.median(np.array(looks), axis=0) for looks in dots.values() if len(looks) >= 3]
    table = np.array(rows).reshape(-1, 4)
    return table[:, :2], table[:, 2:]


def _fit(seen: NDArray[np.float64], true: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3): for yaw and pitch the offset, the gain, and the share of the other axis."""
    fit = np.zeros((2, 3))
    ridge = (_NOISE_DEG / np.array([_OFFSET_SPREAD_DEG, _GAIN_SPREAD, _CROSS_SPREAD])) ** 2
    prior = np.array([0.0, 1.0, 0.0])
    for axis in (0, 1):
        inputs = np.column_stack([np.ones(len(seen)), seen[:, axis], seen[:, 1 - axis]])
        weight = np.ones(len(seen))
        for _ in range(_ROUNDS):
            left = (inputs * weight[:, None]).T @ inputs + np.diag(ridge)
            right = (inputs * weight[:, None]).T @ true[:, axis] + ridge * prior
            fit[axis] = np.linalg.solve(left, right)
            off = np.abs(inputs @ fit[axis] - true[:, axis])
            weight = np.minimum(1.0, _HUBER_DEG / np.maximum(off, 1e-6))
    return fit


def _apply(fit: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    yaw, pitch = seen.T
    return np.stack(
        [
            fit[0, 0] + fit[0, 1] * yaw + fit[0, 2] * pitch,
            fit[1, 0] + fit[1, 1] * pitch + fit[1, 2] * yaw,
        ],
        axis=1,
    )
