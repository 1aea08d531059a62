"""Expression from the geometry of landmarks: the ARKit coefficients and action units it can tell.

The face is turned back to frontal with the head pose and scaled by the distance between the outer
eye corners. What is measured there (widths, gaps, heights) is compared with the candidate's own
resting face, which is learned while they sit there: it starts at the average of people and may move
only as far as people differ, so that someone who smiles from the first second is not taken for
someone with a wide mouth.

Coefficients that geometry cannot tell honestly are left out, not set to 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.headpose import HeadPose

# Pairs of landmarks whose distance is measured. Lids: three pairs an eye, of six points with the
# corners (the eye aspect ratio of Soukupová & Čech 2016 with one pair more).
_PAIRS = np.array(
    [
        *[(159, 145), (158, 153), (160, 144), (33, 133)],  # right eye: three lid gaps, width
        *[(386, 374), (385, 380), (387, 373), (263, 362)],  # left eye
        *[(13, 14), (61, 291)],  # inner lips, mouth corners
    ]
)
_EYE_CORNERS = [33, 133, 263, 362]
_BROW_INNER = ((55, 107), (285, 336))
_BROW_OUTER = ((70, 105), (300, 334))
_LOWER_LID = ((144, 145, 153), (373, 374, 380))

_HEIGHTS = [
    *[61, 291, 0, 13],
    *[point for eye in (*_BROW_INNER, *_BROW_OUTER, *_LOWER_LID) for point in eye],
]

_CLOSED = 0.36
"""Lid gap of a closed eye as a share of the same eye's full opening; the lashes keep it above 0."""


@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """How fast and how far the resting face is learned."""

    learn: bool = True
    """Whether the candidate's own resting face replaces the average one."""
    settle_s: float = 4.0
    """s in which the resting face is found at first."""
    memory_s: float = 40.0
    """s over which it then goes on following."""
    frontal_deg: float = 25.0
    """Degrees of yaw or pitch up to which a face teaches its resting shape."""

    def __post_init__(self) -> None:
        if not 0 < self.settle_s <= self.memory_s:
            raise ValueError("settle_s must be positive and at most memory_s")
        if not 0 < self.frontal_deg <= 90:
            raise ValueError(f"frontal_deg is {self.frontal_deg}; use more than 0, at most 90")


@dataclass(frozen=True, slots=True)
class Expression:
    """What a face does in one frame."""

    coefficients: dict[str, float]
    """ARKit name to 0...1."""
    action_units: dict[int, float]
    """FACS number to 0...1."""
    openness: tuple[float, float]
    """Right and left eye, 0 shut to 1 as wide as this candidate's eyes usually are."""


# Name, mean over people, how far a person may differ, and the quantile that is "at rest": eyes are
# open most of the time, so the upper part of what is seen is "open". In distances between the
# outer eye corners, except the eye's, which is in eye widths.
_REST: tuple[tuple[str, float, float, float], ...] = (
    ("eye_right", 0.275, 0.09, 0.7),
    ("eye_left", 0.275, 0.09, 0.7),
    ("mouth_width", 0.555, 0.05, 0.45),
    ("corner_lift", -0.055, 0.03, 0.5),
    ("brow_inner_right", 0.205, 0.05, 0.5),
    ("brow_inner_left", 0.205, 0.05, 0.5),
    ("brow_outer_right", 0.24, 0.05, 0.5),
    ("brow_outer_left", 0.24, 0.05, 0.5),
    ("lid_right", -0.038, 0.015, 0.45),
    ("lid_left", -0.038, 0.015, 0.45),
)
_NAMES = tuple(row[0] for row in _REST)
_MEAN = np.array([row[1] for row in _REST])
_REACH = np.array([row[2] for row in _REST])
_LOWEST, _HIGHEST = _MEAN - _REACH, _MEAN + _REACH
_QUANTILE = np.array([row[3] for row in _REST])
_MOUTH = np.array([name in ("mouth_width", "corner_lift") for name in _NAMES])
_LIDS = np.array([name.startswith("lid") for name in _NAMES])


def to_head_axes(landmarks: NDArray[np.float32], pose: HeadPose) -> NDArray[np.float64]:
    """Landmarks as if the head faced the camera.

    Args:
        landmarks: (478, 3) pixels, as in :class:`perception.face.FaceObservation`.
        pose: of that head.

    Returns:
        (478, 3): x to image right, y up, z toward the camera, origin between the eye corners, in
        distances between the outer eye corners.
    """
    # The mesh sees the head along the line of sight, which off the picture's middle is not the
    # camera's axis: take that turn out as well.
    x, y, z = pose.position_m
    far = math.sqrt(x * x + y * y + z * z)
    x, y, z = -x / far, -y / far, -z / far
    # Rodrigues' formula for the turn that takes the camera's axis onto the line of sight.
    shared = 1.0 / (1.0 + z)
    to_sight = np.array(
        [
            [1.0 - x * x * shared, -x * y * shared, x],
            [-x * y * shared, 1.0 - y * y * shared, y],
            [-x, -y, z],
        ]
    )
    turn = (to_sight.T @ pose.rotation) * ((1.0,), (-1.0,), (-1.0,))
    points = landmarks.astype(np.float64) @ turn
    points -= points[_EYE_CORNERS].sum(axis=0) / 4.0
    across = math.dist(points[33].tolist(), points[263].tolist())
    points /= max(across, 1e-6)
    return np.asarray(points, np.float64)


class ExpressionReader:
    """Reads one candidate's expressions and learns their resting face.

    Args:
        settings: how it is learned.
    """

    def __init__(self, settings: ExpressionSettings | None = None) -> None:
        self._settings = settings or ExpressionSettings()
        self._rest = _MEAN.copy()
        self._learned_s = 0.0
        self._last_s: float | None = None

    @property
    def rest(self) -> dict[str, float]:
        """The resting face as it is known now."""
        return dict(zip(_NAMES, self._rest.tolist(), strict=True))

    def read(self, t_s: float, points: NDArray[np.float64], pose: HeadPose) -> Expression:
        """What the face does.

        Args:
            t_s: grab time.
            points: (478, 3) from :func:`to_head_axes`.
            pose: of the head.
        """
        shape, lip_gap = _measure(points)
        expression = self._express(shape, lip_gap)
        self._learn(t_s, shape, expression, pose)
        return expression

    def _express(self, shape: NDArray[np.float64], lip_gap: float) -> Expression:
        off = dict(zip(_NAMES, (shape - self._rest).tolist(), strict=True))
        openness = []
        wide = []
        for name in ("eye_right", "eye_left"):
            full = self._rest[_NAMES.index(name)]
            share = 1.0 + off[name] / full
            openness.append(_unit((share - _CLOSED) / (1.0 - _CLOSED)))
            wide.append(_unit((share - 1.12) / 0.4))
        stretch = off["mouth_width"]
        # Jaw and lips part without a smile and corners part with one; lifted corners tell them.
        smile = _unit((stretch + 0.5 * off["corner_lift"] - 0.02) / 0.15)
        jaw = _unit((lip_gap - 0.06 - 0.6 * max(stretch, 0.0)) / 0.36)
        c = {
            "eyeBlinkRight": 1.0 - openness[0],
            "eyeBlinkLeft": 1.0 - openness[1],
            "eyeWideRight": wide[0],
            "eyeWideLeft": wide[1],
            "jawOpen": jaw,
            "mouthPucker": _unit((-stretch - 0.05) / 0.12),
            "browInnerUp": _unit(
                ((off["brow_inner_right"] + off["brow_inner_left"]) / 2 - 0.012) / 0.055
            ),
        }
        for side in ("Right", "Left"):
            low = side.lower()
            c[f"mouthSmile{side}"] = smile
            c[f"browOuterUp{side}"] = _unit((off[f"brow_outer_{low}"] - 0.012) / 0.065)
            c[f"browDown{side}"] = _unit((-off[f"brow_inner_{low}"] - 0.012) / 0.045)
            c[f"eyeSquint{side}"] = _unit((off[f"lid_{low}"] - 0.002) / 0.02)
            # The cheek itself cannot be seen to rise; the lower lid that it pushes up can, and
            # means the cheek when the mouth smiles (otherwise it is the lid tightener).
            c[f"cheekSquint{side}"] = min(c[f"eyeSquint{side}"], smile)
        return Expression(c, _action_units(c, lip_gap), (openness[0], openness[1]))

    def _learn(
        self, t_s: float, shape: NDArray[np.float64], expression: Expression, pose: HeadPose
    ) -> None:
        s = self._settings
        span_s = 0.0 if self._last_s is None else max(0.0, min(0.2, t_s - self._last_s))
        self._last_s = t_s
        if not s.learn or max(abs(pose.yaw_deg), abs(pose.pitch_deg)) > s.frontal_deg:
            return
        # Quantile tracking: steps up and down in the ratio in which values lie above and below.
        # Steps shrink as more has been seen (Robbins & Monro 1951), down to the memory's length.
        self._learned_s = min(self._learned_s + span_s, s.memory_s)
        step = 2.0 * _REACH * span_s / max(s.settle_s / 2, self._learned_s)
        step *= np.where(shape > self._rest, _QUANTILE, _QUANTILE - 1.0)
        smile = expression.coefficients["mouthSmileLeft"]
        if smile > 0.4:
            step[_MOUTH | _LIDS] = 0.0
        if expression.coefficients["jawOpen"] > 0.3:
            step[_MOUTH] = 0.0
        self._rest = np.minimum(np.maximum(self._rest + step, _LOWEST), _HIGHEST)


def _measure(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """(10,) what :data:`_REST` names, and the gap between the inner lips."""
    between = points[_PAIRS[:, 0]] - points[_PAIRS[:, 1]]
    length = np.sqrt((between * between).sum(axis=1))
    right1, right2, right3, right_width, left1, left2, left3, left_width, lips, mouth = (
        length.tolist()
    )
    h = dict(zip(_HEIGHTS, points[_HEIGHTS, 1].tolist(), strict=True))
    shape = np.array(
        [
            (right1 + right2 + right3) / 3 / max(right_width, 1e-6),
            (left1 + left2 + left3) / 3 / max(left_width, 1e-6),
            mouth,
            (h[61] + h[291] - h[0] - h[13]) / 2,
            *[(h[a] + h[b]) / 2 for a, b in _BROW_INNER],
            *[(h[a] + h[b]) / 2 for a, b in _BROW_OUTER],
            *[(h[a] + h[b] + h[c]) / 3 for a, b, c in _LOWER_LID],
        ]
    )
    return shape, lips


def _action_units(c: dict[str, float], lip_gap: float) -> dict[int, float]:
    """Action units by their correspondence with ARKit's coefficients (Ekman & Friesen 1978)."""

    def both(name: str) -> float:
        return (c[f"{name}Left"] + c[f"{name}Right"]) / 2

    return {
        1: c["browInnerUp"],
        2: both("browOuterUp"),
        4: both("browDown"),
        5: both("eyeWide"),
        6: both("cheekSquint"),
        12: both("mouthSmile"),
        18: c["mouthPucker"],
        25: _unit((lip_gap - 0.03) / 0.12),
        26: c["jawOpen"],
        45: both("eyeBlink"),
    }


def _unit(value: float) -> float:
    return 0.0 if value <= 0.0 else 1.0 if value >= 1.0 else float(value)
